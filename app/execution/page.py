"""Everything the page of a step shows, ready for its template."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.execution.addresses import urls_of
from app.execution.floor_page import OTHER, floor_page
from app.execution.questions import TYPED_BECAUSE
from app.execution.reading import Desk
from app.execution.recorded import Value, tables_of_step, values_of_step
from app.execution.signed import exception_row, signature_row
from app.execution.tasks import (
    Kind,
    Task,
    awaits_a_second_person,
    reasons_not_to,
    reasons_not_to_correct,
    task_of,
    vouch_row,
)
from app.execution.turns import (
    due_of,
    waits_for_words,
)
from app.execution.words import roles_wanted, step_marks, value_label
from records.execution.states import CLOSED, Source
from signatures.meaning import Meaning
from workflows.execution import lifecycle
from workflows.execution.content import skip_content, step_content, value_acceptance_content
from workflows.execution.facts import outstanding
from workflows.perform import Content

CORRECTED_BECAUSE = (
    ("mistyped", "Mistyped"),
    ("misread", "Misread"),
    ("wrong item", "Entered for the wrong item"),
    (OTHER, "Something else"),
)
REPLACED_BECAUSE = (
    ("blurred", "Blurred, or too dark"),
    ("incomplete", "It does not show all of it"),
    ("wrong item", "Photo of the wrong item"),
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
        "signatures": [signature_row(desk, one) for one in desk.signed],
        "exceptions": [exception_row(desk, one) for one in desk.exceptions],
        "content": _content(desk, task),
        "meaning": _meaning(desk, task),
        "second": _second_person(desk),
        "skip": _skip(desk),
        "is_approval": vouch_row(desk) is lifecycle.APPROVE,
        "not_verified": Meaning.NOT_VERIFIED,
        "basis": basis_of(desk),
        "latest": _latest(values),
        "meanwhile": _meanwhile(desk, task),
        "refused": list(refused),
        "typed": typed,
        "reasons": REPLACED_BECAUSE if task.is_replacement else CORRECTED_BECAUSE,
        "typed_because": TYPED_BECAUSE,
    }


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


def _meaning(desk: Desk, task: Task) -> Meaning | None:
    rows = {
        Kind.SIGN: lifecycle.PERFORM_SIGNED,
        Kind.VOUCH: vouch_row(desk),
        Kind.SETTLE: lifecycle.ACCEPT_VALUE,
    }
    row = rows.get(task.kind)
    return row.meaning if row else None


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
    return {"content": skip_content(desk.floor.owner, desk.part), "meaning": Meaning.NOT_APPLICABLE}
