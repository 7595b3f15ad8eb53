"""Everything the page of a step shows, ready for its template."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.execution.ladder import rail_of, step_url
from app.execution.questions import TYPED_BECAUSE
from app.execution.reading import Desk, Floor, Signed
from app.execution.recorded import Value, tables_of_step, values_of_step
from app.execution.tasks import (
    Kind,
    Task,
    awaits_a_second_person,
    may_accept,
    may_assess,
    reasons_not_to,
    reasons_not_to_correct,
    task_of,
    vouch_row,
)
from app.execution.turns import (
    coming,
    due_of,
    next_step,
    open_elsewhere,
    pressing,
    step_words,
    waits_for_words,
)
from app.execution.words import roles_wanted, step_marks, value_label
from app.names import record_address
from records.batch.states import BatchState
from records.execution.facts import part_name, split_part
from records.execution.models import BatchException
from records.execution.states import CLOSED, Source, StepState
from records.procedure.vocabulary import Severity
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.batch import lifecycle as batch_lifecycle
from workflows.batch.facts import BatchFacts
from workflows.execution import lifecycle
from workflows.execution.content import skip_content, step_content, value_acceptance_content
from workflows.execution.facts import outstanding
from workflows.execution.sequence import StepView
from workflows.machine import refusals
from workflows.perform import Content

OTHER = "other"
PROBLEMS = (
    ("equipment", "Equipment"),
    ("material", "Material"),
    ("process", "Process or instruction"),
    ("safety", "Safety"),
    (OTHER, "Something else"),
)
CORRECTED_BECAUSE = (
    ("mistyped", "Mistyped"),
    ("misread", "Misread"),
    ("wrong item", "Entered for the wrong item"),
    (OTHER, "Something else"),
)


def step_page(
    desk: Desk, *, at: str = "", correct: str = "", refused: Sequence[str] = (), typed: str = ""
) -> dict[str, Any]:
    """Return what a step's template needs; `refused` and `typed` come from an act that was refused."""
    values = values_of_step(desk)
    task = task_of(desk, values, at=at, correct=correct)
    urls = urls_of(desk)
    current = task.question.name if task.kind is Kind.ASK and task.question else ""
    may_correct = any(
        value.can_be_corrected and not reasons_not_to_correct(desk, value) for value in values.values()
    )
    return floor_page(desk.floor, desk.view) | {
        "desk": desk,
        "task": task,
        "values": values,
        "single_values": [value for value in values.values() if not value.is_sample],
        "corrected_samples": [one for one in values.values() if one.is_sample and one.was_corrected],
        "tables": tables_of_step(desk, values, current, f"{urls['step']}?" if may_correct else ""),
        "may_correct": may_correct,
        "marks": step_marks(desk.view.place, desk.view.occurrence),
        "urls": urls,
        "due": due_of(desk.floor, desk.view),
        "signatures": [_signature(desk, one) for one in desk.signed],
        "exceptions": [_exception(desk, one) for one in desk.exceptions],
        "content": _content(desk, task),
        "meaning": _meaning(desk, task),
        "second": _second_person(desk),
        "skip": _skip(desk),
        "is_approval": vouch_row(desk) is lifecycle.APPROVE,
        "not_verified": Meaning.NOT_VERIFIED.text,
        "basis": basis_of(desk),
        "latest": _latest(values),
        "meanwhile": _meanwhile(desk, task),
        "refused": list(refused),
        "typed": typed,
        "reasons": CORRECTED_BECAUSE,
        "typed_because": TYPED_BECAUSE,
    }


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


def urls_of(desk: Desk) -> dict[str, str]:
    """Return the addresses of the step's acts."""
    number, (step, occurrence) = desk.floor.owner.number, split_part(desk.part)
    acts = ("enter", "correct", "attach", "timer", "perform", "verify", "approve", "disagree", "skip")
    more = ("problem", "remark")
    found = {
        act: url_for(f"execution.{act}", number=number, step=step, occurrence=occurrence)
        for act in (*acts, *more)
    }
    found["step"] = url_for("execution.step", number=number, step=step, occurrence=occurrence)
    found["hand_over"] = url_for("execution.hand_over", number=number, step=step, occurrence=occurrence)
    found["execute"] = url_for("execution.execute", number=number)
    found["scan"] = url_for("execution.scan")
    found["back"] = _back_url(desk)
    found["next"] = _next_url(desk)
    return found


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


def basis_of(desk: Desk) -> Mapping[str, Any] | None:
    """Return why the step is not done: the condition with its data, or the reason given."""
    if desk.run and desk.run.basis:
        return dict(desk.run.basis)
    ruled_out = desk.view.ruled_out
    return {"condition": ruled_out.condition, "data": ruled_out.data} if ruled_out else None


def _latest(values: Mapping[str, Value]) -> Value | None:
    """Return the value given last in this step, so that a person sees it saved."""
    given = [value for value in values.values() if value.now.source is not Source.CALCULATION]
    return max(given, key=lambda value: value.now.id, default=None)


def _meanwhile(desk: Desk, task: Task) -> list[dict[str, str]]:
    """Return what else can be given while a timer runs."""
    if task.question is None or task.question.timer is None:
        return []
    others = [pair for pair in outstanding(desk.facts) if pair[1] != task.question.name]
    return [{"name": name, "label": value_label(field, name)} for field, name in others]


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
    return {
        "state": floor.owner.state_word,
        "is_held": is_held,
        "may_resume": is_held and not refusals(row, BatchFacts(record=floor.batch), floor.actor),
        "resume_url": url_for("batch.resume", number=floor.owner.number),
        "batch_url": record_address(floor.owner.stream),
    }


def _back_url(desk: Desk) -> str:
    """Return the step before this one in the order of the document: to look at, not to undo."""
    views = desk.floor.execution.picture.views
    index = next(i for i, view in enumerate(views) if view.key == desk.view.key)
    return step_url(desk.floor, views[index - 1]) if index else ""


def _next_url(desk: Desk) -> str:
    view = next_step(desk.floor)
    return step_url(desk.floor, view) if view and view.key != desk.view.key else ""


def _content(desk: Desk, task: Task) -> Content | None:
    if task.kind in {Kind.SIGN, Kind.VOUCH}:
        return content_of_step(desk)
    if task.kind is Kind.SETTLE and task.exception and task.may_accept:
        return value_acceptance_content(task.exception)
    return None


def content_of_step(desk: Desk) -> Content:
    """Return what a signature over the step covers now."""
    floor = desk.floor
    return step_content(floor.session, floor.owner, desk.part, floor.time_zone)


def _meaning(desk: Desk, task: Task) -> str:
    rows = {
        Kind.SIGN: lifecycle.PERFORM_SIGNED,
        Kind.VOUCH: vouch_row(desk),
        Kind.SETTLE: lifecycle.ACCEPT_VALUE,
    }
    row = rows.get(task.kind)
    return row.meaning.text if row and row.meaning else ""


def _second_person(desk: Desk) -> dict[str, Any] | None:
    """Return whom the step waits for and since when, where its performer is done."""
    if not awaits_a_second_person(desk):
        return None
    return {
        "is_me": bool(desk.floor.actor.roles & roles_wanted(desk.step, desk.state)),
        "roles": waits_for_words(desk.view),
        "since": desk.request.requested_at if desk.request else None,
        "by": desk.names.get(desk.request.requested_by, "") if desk.request else "",
    }


def _skip(desk: Desk) -> dict[str, Any] | None:
    if desk.state in CLOSED or reasons_not_to(desk, lifecycle.SKIP):
        return None
    return {"content": skip_content(desk.floor.owner, desk.part), "meaning": Meaning.NOT_APPLICABLE.text}


def _signature(desk: Desk, signed: Signed) -> dict[str, Any]:
    row = signed.signature
    given = (row.signed_at, row.signer)
    said = [one.comment for one in desk.answers if (one.answered_at, one.answered_by) == given]
    return {
        "printed_name": row.printed_name,
        "person_id": row.signer,
        "at": row.signed_at,
        "meaning": row.meaning_text if row.part == desk.part else f"{row.meaning_text} ({_about(row.part)})",
        "id": row.digest[:16],
        "state": "voided" if signed.void else "valid",
        "why": signed.void.cause if signed.void else "",
        "reason": next(filter(None, said), ""),
    }


def _about(part: str) -> str:
    return part.replace("/", " ")


def _exception(desk: Desk, one: BatchException) -> dict[str, Any]:
    number = desk.floor.owner.number
    return {
        "row": one,
        "opened_by": desk.names.get(one.opened_by, one.opened_by),
        "assessed_by": desk.names.get(one.assessed_by or "", one.assessed_by or ""),
        "is_quiet": one.severity is Severity.INFO,
        "may_assess": may_assess(desk, one),
        "may_accept": one.entry_id is not None and may_accept(desk, one),
        "photos": desk.photos.get(one.number, ()),
        "assess_url": url_for("execution.assess", number=number, exception=one.number),
        "accept_url": url_for("execution.accept", number=number, exception=one.number),
        "hand_over_url": url_for("execution.accept_here", number=number, exception=one.number),
    }
