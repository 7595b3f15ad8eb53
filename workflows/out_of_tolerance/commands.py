"""Open a case, look again what it reaches, decide on each finding, close it (CAL-21, 21 CFR 211.192)."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.batch.models import Batch
from records.equipment.queries import asset_by_number
from records.errors import RecordNotFoundError
from records.execution.models import BatchException
from records.execution.states import ExceptionType
from records.identity import RecordName
from records.out_of_tolerance.calculations import curve_of
from records.out_of_tolerance.models import FindingDecision, ImpactFinding, OutOfTolerance
from records.out_of_tolerance.queries import case_by_number, decisions_of, findings_of
from records.out_of_tolerance.states import CaseState, Effect
from records.procedure.vocabulary import Severity
from workflows.batch.execution_owner import executing_batch
from workflows.batch.reading import evidence_of
from workflows.equipment.commands import lock_assets
from workflows.execution.exceptions import Finding, open_exception
from workflows.execution.state import Execution
from workflows.numbering import next_number
from workflows.out_of_tolerance import lifecycle
from workflows.out_of_tolerance.contents import SAID, case_content, finding_content, value_line
from workflows.out_of_tolerance.facts import (
    CaseFacts,
    FindingFacts,
    NewCase,
    NewCaseFacts,
    NewDecision,
    Reached,
)
from workflows.out_of_tolerance.instrument import end_state_within
from workflows.out_of_tolerance.reach_back import reach_of
from workflows.perform import Changes, Content, UnitOfWork, perform

PREFIX, DIGITS = "OOT-", 4
RULE = "instrument out of tolerance"
_SEVERITY: dict[Effect, Severity] = {
    Effect.FLIPS: Severity.HIGH,
    Effect.NOT_CORRECTED: Severity.HIGH,
    Effect.STAYS_OUT: Severity.MEDIUM,
    Effect.RETURNS: Severity.MEDIUM,
    Effect.HOLDS: Severity.LOW,
    Effect.NOT_JUDGED: Severity.LOW,
}


def open_case(work: UnitOfWork, new: NewCase) -> OutOfTolerance:
    """Open a case, and with it a finding and an exception for every record that the error reaches."""
    facts = NewCaseFacts(
        new=new,
        number=next_number(work.session, OutOfTolerance.number, PREFIX, DIGITS),
        asset=asset_by_number(work.session, new.asset),
        at=work.at,
    )
    opened: list[OutOfTolerance] = []

    def change(changes: Changes) -> None:
        case = _open(changes, work, facts)
        opened.append(case)
        _list(changes, work, case, reach_of(work.session, new), already=0)

    perform(work, lifecycle.OPEN, facts, change)
    return opened[0]


def look_again(work: UnitOfWork, number: str) -> Sequence[str]:
    """List the records that used the instrument in the window and have no finding yet; return their names."""
    facts = _locked(work, number)
    reached = [one for one in _reach(work.session, facts.record) if one.record in facts.unlisted]

    def change(changes: Changes) -> None:
        _list(changes, work, facts.record, reached, already=len(facts.findings))

    perform(work, lifecycle.LOOK_AGAIN, facts, change)
    return [one.record for one in reached]


def decide_finding(work: UnitOfWork, number: str, finding: str, new: NewDecision) -> FindingDecision:
    """Decide on one finding for the quality unit, signed; the reason is the rationale that stays with it."""
    _lock(work.session, number)
    facts = finding_facts(work.session, number, finding, new)
    decided: list[FindingDecision] = []

    def change(changes: Changes) -> None:
        row = changes.insert(
            FindingDecision,
            Action.TOLERANCE_DECIDE,
            part=facts.finding.part,
            finding=finding,
            version=facts.versions + 1,
            decision=new.decision,
            rationale=work.reason.text if work.reason else "",
            distribution=new.distribution,
            decided_by=work.actor.person,
            decided_at=work.at,
        )
        decided.append(row)

    content = finding_content(facts.case, facts.finding, new)
    perform(work, lifecycle.DECIDE, facts, change, content=content)
    return decided[0]


def close_case(work: UnitOfWork, number: str) -> OutOfTolerance:
    """Close a case once every record it reaches is decided on, signed by the quality unit."""
    facts = _locked(work, number)
    asset = lock_assets(work.session, [facts.record.asset])[facts.record.asset]

    def change(changes: Changes) -> None:
        changes.update(facts.record, Action.TOLERANCE_CLOSE, closed_at=work.at)
        end_state_within(changes, work, asset, facts.record)

    perform(work, lifecycle.CLOSE, facts, change, content=case_content(facts))
    return facts.record


def content_to_decide(session: Session, number: str, finding: str, new: NewDecision) -> Content:
    """Return what a decision would sign, for the dialog."""
    facts = finding_facts(session, number, finding, new)
    return finding_content(facts.case, facts.finding, new)


def case_facts(session: Session, number: str) -> CaseFacts:
    """Read a case with its findings, decisions, and what it reaches unlisted; raises RecordNotFoundError."""
    case = case_by_number(session, number)
    if case is None:
        raise RecordNotFoundError(OutOfTolerance.kind, number)
    findings = findings_of(session, number)
    decided = decisions_of(session, [case.stream])
    listed = {finding.record for finding in findings}
    reached = _reach(session, case) if case.state is CaseState.OPEN else []
    return CaseFacts(
        record=case,
        findings=findings,
        decisions={finding: row for (_stream, finding), row in decided.items()},
        unlisted=[one.record for one in reached if one.record not in listed],
    )


def finding_facts(session: Session, number: str, finding: str, new: NewDecision) -> FindingFacts:
    """Read what the rules about one finding look at; raises RecordNotFoundError."""
    case = case_by_number(session, number)
    if case is None:
        raise RecordNotFoundError(OutOfTolerance.kind, number)
    found = next((one for one in findings_of(session, number) if one.number == finding), None)
    if found is None:
        kind = "finding"
        raise RecordNotFoundError(kind, finding)
    versions = select(FindingDecision.id).where(
        FindingDecision.stream == case.stream, FindingDecision.finding == finding
    )
    return FindingFacts(
        case=case,
        finding=found,
        new=new,
        versions=len(session.scalars(versions).all()),
        hands=_hands(session, found.record),
    )


def _hands(session: Session, record: str) -> Collection[str]:
    name = RecordName.parse(record)
    return evidence_of(session, name.number).hands if name.kind == Batch.kind else ()


def _lock(session: Session, number: str) -> None:
    wanted = select(OutOfTolerance).where(OutOfTolerance.number == number)
    if session.scalar(wanted.with_for_update().execution_options(populate_existing=True)) is None:
        raise RecordNotFoundError(OutOfTolerance.kind, number)


def _locked(work: UnitOfWork, number: str) -> CaseFacts:
    _lock(work.session, number)
    return case_facts(work.session, number)


def _reach(session: Session, case: OutOfTolerance) -> list[Reached]:
    return reach_of(
        session,
        NewCase(
            asset=case.asset,
            evidence=case.evidence,
            curve=curve_of(case.curve),
            last_good_at=case.last_good_at,
            last_good=case.last_good,
            found_at=case.found_at,
        ),
    )


def _open(changes: Changes, work: UnitOfWork, facts: NewCaseFacts) -> OutOfTolerance:
    new = facts.new
    return changes.insert(
        OutOfTolerance,
        Action.TOLERANCE_OPEN,
        number=facts.number,
        asset=new.asset,
        state=CaseState.OPEN,
        evidence=new.evidence,
        curve=new.curve.content(),
        last_good_at=new.last_good_at,
        last_good=new.last_good,
        found_at=new.found_at,
        aware_at=work.at,
        opened_by=work.actor.person,
        closed_at=None,
    )


def _list(
    changes: Changes, work: UnitOfWork, case: OutOfTolerance, reached: Sequence[Reached], *, already: int
) -> None:
    """Write a finding for each record, in the order of their names, which is the order they are locked in."""
    for count, one in enumerate(sorted(reached, key=lambda found: found.record), start=already + 1):
        number = f"F-{count}"
        raised = _raise_exception(changes, work, case, one) if one.is_batch else None
        changes.insert(
            ImpactFinding,
            Action.TOLERANCE_FIND,
            stream=case.stream,
            part=f"finding/{number}",
            case_number=case.number,
            number=number,
            record=one.record,
            effect=one.effect,
            uses=[dict(use) for use in one.uses],
            values=[dict(value) for value in one.values],
            exception=raised.number if raised else None,
            released_at=one.released_at,
            found_at=work.at,
        )


def _raise_exception(
    changes: Changes, work: UnitOfWork, case: OutOfTolerance, reached: Reached
) -> BatchException:
    """Open an exception in the batch's own record: no release passes by it."""
    batch = RecordName.parse(reached.record).number
    execution = Execution.load(work, executing_batch(work, batch), "")
    serious = [value for value in reached.values if value["effect"] == reached.effect]
    told = f" {value_line(serious[0])}" if serious else ""
    finding = Finding(
        rule=RULE,
        exception_type=ExceptionType.RESOURCE,
        severity=_SEVERITY[reached.effect],
        text=f"{case.number}: {case.asset}, used here, was out of tolerance; {SAID[reached.effect]}.{told}",
        part=serious[0]["part"] if serious else reached.uses[0]["part"],
        entry_id=serious[0]["entry"] if serious else None,
    )
    return open_exception(changes, execution, finding)
