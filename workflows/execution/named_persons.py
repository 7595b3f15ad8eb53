"""Whether a person named in a step is qualified for it on that day (21 CFR 211.25, 11.10(i))."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from records.personnel.models import Person
from records.personnel.states import PersonState
from records.procedure.definition import StepDefinition
from records.training.queries import trainings_of
from records.training.subjects import Judged, Need, SubjectKind, judge
from workflows.execution.state import Execution


@dataclass(frozen=True, slots=True)
class Named:
    """A person identified by their number, why they may not do this, and what each need rests on."""

    number: str
    refused: tuple[str, ...]
    detail: dict[str, Any]


def named_person(execution: Execution, step: StepDefinition, number: str) -> Named | None:
    """Judge a person for a step's qualifications; None where nobody has the number."""
    work = execution.work
    person = work.session.scalar(select(Person).where(Person.number == number))
    if person is None:
        return None
    day = work.at.astimezone(ZoneInfo(work.time_zone)).date()
    held = trainings_of(work.session, number)
    needs = (Need(kind=SubjectKind.QUALIFICATION, subject=name) for name in step.qualifications)
    judged = [judge(need, held, day) for need in needs]
    name = f"{person.printed_name} ({number})"
    refused = [
        f"{name} is not qualified: {one.need.words} ({one.why})." for one in judged if one.basis is None
    ]
    if person.state is not PersonState.ACTIVE:
        refused.insert(0, f"{name} does not work here any more.")
    detail = {"person": number, "name": person.printed_name, "qualifications": list(map(_basis, judged))}
    return Named(number, tuple(refused), detail)


def _basis(judged: Judged) -> dict[str, str | None]:
    basis = judged.basis
    until = basis.valid_until.isoformat() if basis and basis.valid_until else None
    return {"subject": judged.need.subject, "sheet": basis.sheet if basis else None, "valid_until": until}
