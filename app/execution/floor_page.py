"""What every page of a batch under way shows, ready for its template: the bar, the rail, what presses."""

from typing import Any

from flask import url_for

from app.execution.ladder import rail_of, step_url
from app.execution.places import BATCHES, ORDERS, RECORD_WORDS, here
from app.execution.reading import Floor
from app.execution.turns import (
    as_needed,
    coming,
    due_of,
    open_elsewhere,
    pressing,
    step_words,
    waits_for_words,
)
from app.names import printed_names, record_address
from app.trail.search import Wanted, search
from audit.events import Action
from records.base import Recorded
from records.batch.models import Batch
from records.execution.facts import part_name, split_part
from records.execution.queries import holds_of
from records.execution.states import CLOSED, StepState
from workflows.authority import Permission
from workflows.batch import lifecycle as batch_lifecycle
from workflows.batch.facts import BatchFacts
from workflows.execution.picture import StepView
from workflows.machine import refusals
from workflows.work_order import lifecycle as order_lifecycle

OTHER, RECORD = "other", "record"
_FINISHED = {
    BATCHES: "A supervisor completes production on the page of the batch.",
    ORDERS: "The technician signs the work as done on the page of the work order.",
}
PROBLEMS = (
    ("equipment", "Equipment"),
    ("material", "Material"),
    ("process", "Process or instruction"),
    ("safety", "Safety"),
    (RECORD, "Clock, data or record"),
    (OTHER, "Something else"),
)


def floor_page(floor: Floor, shown: StepView | None = None) -> dict[str, Any]:
    """Return what every page of a batch under way needs: the bar, the rail, what presses."""
    procedure = floor.owner.outline.procedure
    product, header = procedure.product, procedure.header
    part = part_name(*shown.key) if shown else ""
    views = floor.execution.picture.views
    return {
        "floor": floor,
        "place": here(),
        "record_word": RECORD_WORDS[here()],
        "saved_at": floor.last_saved_at,
        "product": product.name if product else header.title,
        "master": f"{header.code}.{header.version}",
        "operation": _operation_words(shown) if shown else "",
        "rail_operations": rail_of(floor, part),
        "steps_done": sum(view.is_closed for view in views),
        "steps_total": len(views),
        "steps_elsewhere": len(open_elsewhere(floor)),
        "pressing": [_linked(floor, view) for view in pressing(floor, part)],
        "as_needed": [_linked(floor, view) for view in as_needed(floor, part)],
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
        "finished_words": _FINISHED[here()],
        "record_url": record_address(floor.owner.stream),
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
    """Return why no step is carried out, where that is so."""
    owner = floor.owner
    if owner.is_executable:
        return None
    return {
        "state": owner.state_word,
        "is_held": owner.is_held,
        "held": _held(floor) if owner.is_held else None,
        "may_resume": owner.is_held and _may_resume(floor),
        "resume_url": _resume_url(owner.record, owner.number),
        "batch_url": record_address(owner.stream),
    }


def _may_resume(floor: Floor) -> bool:
    record = floor.owner.record
    if isinstance(record, Batch):
        awaited = holds_of(floor.session, floor.owner.stream)
        return not refusals(batch_lifecycle.RESUME, BatchFacts(record=record, awaited=awaited), floor.actor)
    return floor.actor.may(order_lifecycle.RESUME.permission)


def _resume_url(record: Recorded, number: str) -> str:
    return url_for("batch.resume" if isinstance(record, Batch) else "work_order.resume", number=number)


def _held(floor: Floor) -> dict[str, Any] | None:
    """Return who holds the work, since when and why, as the trail has it."""
    is_batch = isinstance(floor.owner.record, Batch)
    action = Action.BATCH_STATE if is_batch else Action.WORK_ORDER_STATE
    wanted = Wanted(record=floor.owner.stream, action=action)
    found = search(floor.session, wanted, printed_names(floor.session)).events
    return {"by": found[0].actor_name, "at": found[0].at, "reason": found[0].reason} if found else None
