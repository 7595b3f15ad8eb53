"""What every page of a batch under way shows, ready for its template: the bar, the rail, what presses."""

from typing import Any

from flask import url_for

from app.execution.ladder import rail_of, step_url
from app.execution.reading import Floor
from app.execution.turns import coming, due_of, open_elsewhere, pressing, step_words, waits_for_words
from app.names import printed_names, record_address
from app.trail.search import Wanted, search
from audit.events import Action
from records.batch.states import BatchState
from records.execution.facts import part_name, split_part
from records.execution.queries import holds_of
from records.execution.states import CLOSED, StepState
from workflows.authority import Permission
from workflows.batch import lifecycle as batch_lifecycle
from workflows.batch.facts import BatchFacts
from workflows.execution.picture import StepView
from workflows.machine import refusals

OTHER = "other"
PROBLEMS = (
    ("equipment", "Equipment"),
    ("material", "Material"),
    ("process", "Process or instruction"),
    ("safety", "Safety"),
    (OTHER, "Something else"),
)


def floor_page(floor: Floor, shown: StepView | None = None) -> dict[str, Any]:
    """Return what every page of a batch under way needs: the bar, the rail, what presses."""
    product = floor.owner.outline.procedure.product
    part = part_name(*shown.key) if shown else ""
    views = floor.execution.picture.views
    return {
        "floor": floor,
        "saved_at": floor.last_saved_at,
        "product": product.name if product else floor.batch.product,
        "master": floor.batch.master,
        "operation": _operation_words(shown) if shown else "",
        "rail_operations": rail_of(floor, part),
        "steps_done": sum(view.is_closed for view in views),
        "steps_total": len(views),
        "steps_elsewhere": len(open_elsewhere(floor)),
        "pressing": [_linked(floor, view) for view in pressing(floor, part)],
        "coming": [_linked(floor, view) for view in coming(floor, part)],
        "problems": PROBLEMS,
        "may_report": floor.actor.may(Permission.STEP_PERFORM),
        "halted": _halted(floor),
    }


def waiting_page(floor: Floor) -> dict[str, Any]:
    """Return what the page needs that says for whom the batch waits, where this person can't go on."""
    return floor_page(floor) | {
        "elsewhere": [_linked(floor, view) for view in open_elsewhere(floor)],
        "later": [_linked(floor, view) for view in floor.execution.picture.open_views if due_of(floor, view)],
        "limits": [one for one in floor.limits if one.latest_at],
        "stopping": [one for one in floor.exceptions if one.blocks_execution and one.assessed_at is None],
        "is_finished": not floor.execution.picture.open_views,
    }


def after_act(floor: Floor, part: str) -> dict[str, Any] | None:
    """Return what to say of the step just left: that it is recorded, by what the record holds now."""
    view = floor.execution.picture.by_key.get(split_part(part))
    if view is None or view.state not in CLOSED | {
        StepState.AWAITING_VERIFICATION,
        StepState.AWAITING_APPROVAL,
    }:
        return None
    waits = "" if view.state in CLOSED else waits_for_words(view)
    return {"words": step_words(view), "url": step_url(floor, view), "waits_for": waits}


def _operation_words(view: StepView) -> str:
    operation = view.place.operation
    return f"{operation.id} {operation.title}"


def _linked(floor: Floor, view: StepView) -> dict[str, Any]:
    run = floor.performers.get(part_name(*view.key))
    return {
        "words": step_words(view),
        "url": step_url(floor, view),
        "waits_for": waits_for_words(view),
        "state": view.state.value,
        "due": due_of(floor, view),
        "performed_by": run or "",
    }


def _halted(floor: Floor) -> dict[str, Any] | None:
    """Return why no step of the batch is carried out, where that is so."""
    if floor.owner.is_executable:
        return None
    is_held = floor.batch.state is BatchState.HELD
    row = batch_lifecycle.RESUME
    facts = BatchFacts(record=floor.batch, awaited=holds_of(floor.session, floor.owner.stream))
    return {
        "state": floor.owner.state_word,
        "is_held": is_held,
        "held": _held(floor) if is_held else None,
        "may_resume": is_held and not refusals(row, facts, floor.actor),
        "resume_url": url_for("batch.resume", number=floor.owner.number),
        "batch_url": record_address(floor.owner.stream),
    }


def _held(floor: Floor) -> dict[str, Any] | None:
    """Return who holds the batch, since when and why, as the trail has it."""
    wanted = Wanted(record=floor.owner.stream, action=Action.BATCH_STATE)
    found = search(floor.session, wanted, printed_names(floor.session)).events
    return {"by": found[0].actor_name, "at": found[0].at, "reason": found[0].reason} if found else None
