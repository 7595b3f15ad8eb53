"""Begin a run, lock what was found, adjust or not, complete; or make it void."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from audit.events import Action
from records.calibration.function import function_of
from records.calibration.models import CalibrationAdjustment, CalibrationRun
from records.calibration.procedure import procedure_content, procedure_of
from records.calibration.queries import calibration_procedure, content_of_procedure, latest_function
from records.calibration.states import Phase, RunState, RunVerdict
from records.calibration.transfer import Interval
from workflows.calibration import effects
from workflows.calibration import run_lifecycle as lifecycle
from workflows.calibration.outcome import can_be_judged, outcome, phase_outcome
from workflows.calibration.results import write_results
from workflows.calibration.run_contents import completed_content, waived_content
from workflows.calibration.run_facts import (
    NewAdjustment,
    NewRun,
    facts_of,
    new_run_facts,
    order_of,
    run_facts,
    untrained,
)
from workflows.equipment.commands import lock_assets
from workflows.numbering import next_number
from workflows.perform import Changes, Content, UnitOfWork, perform
from workflows.work_order.commands import fail_within


def begin_run(work: UnitOfWork, new: NewRun) -> CalibrationRun:
    """Begin a calibration in a work order; the limits and the procedure of this moment are frozen into it."""
    asset_number = order_of(work.session, new.order).asset
    asset = lock_assets(work.session, [asset_number])[asset_number]
    row = latest_function(work.session, asset.number, new.function)
    function = function_of(row.content) if row else None
    record = calibration_procedure(work.session, new.procedure)
    procedure = procedure_of(content_of_procedure(work.session, new.procedure).content)
    why = untrained(work.session, procedure, work.actor.person, at=work.at, time_zone=work.time_zone)
    facts = new_run_facts(work.session, new, asset, function, (record, procedure), why)
    begun: list[CalibrationRun] = []

    def begin(changes: Changes) -> None:
        run = changes.insert(
            CalibrationRun,
            Action.CALIBRATION_BEGIN,
            part=next_number(work.session, CalibrationRun.part, "CAL-", 4),
            order_number=new.order,
            asset=asset.number,
            function=new.function,
            procedure=new.procedure,
            frozen={"function": row.content if row else {}, "procedure": procedure_content(procedure)},
            state=RunState.AS_FOUND,
            started_at=work.at,
            started_by=work.actor.person,
            as_found_waived=False,
        )
        begun.append(run)

    perform(work, lifecycle.BEGIN, facts, begin)
    return begun[0]


def lock_as_found(work: UnitOfWork, number: str, unsaved: int = 0) -> None:
    """Lock the as-found readings and judge them; a failure is out of tolerance from now on (CAL-12)."""
    facts = replace(facts_of(work, number), unsaved=unsaved)
    asset = lock_assets(work.session, [facts.record.asset])[facts.record.asset]

    def lock(changes: Changes) -> None:
        found = phase_outcome(facts, Phase.AS_FOUND)
        write_results(changes, facts, Phase.AS_FOUND, found.points)
        changes.update(
            facts.record, Action.CALIBRATION_LOCK, locked_at=work.at, as_found_summary=found.summary
        )
        if found.is_failed:
            effects.found_out_of_tolerance(effects.OnInstrument(changes, work, facts, asset))
            fail_within(changes, facts.order)

    perform(work, lifecycle.LOCK, facts, lock)


def waive_as_found(work: UnitOfWork, number: str) -> None:
    """Approve, as another person and with the reason, that as-found could not be had (CAL-12)."""
    facts = facts_of(work, number)

    def waive(changes: Changes) -> None:
        changes.update(facts.record, Action.CALIBRATION_WAIVE, as_found_waived=True)

    perform(work, lifecycle.WAIVE, facts, waive, content=waived_content(facts))


def adjust(work: UnitOfWork, number: str, new: NewAdjustment | None, unsaved: int = 0) -> None:
    """Record an adjustment; None says that nothing was adjusted, with a reason beyond the adjust limit."""
    facts = replace(facts_of(work, number), adjustment=new, unsaved=unsaved, reason_given=bool(work.reason))
    if not facts.record.as_found_waived and facts.state is RunState.ADJUSTING:
        points = phase_outcome(facts, Phase.AS_FOUND).points
        facts = replace(facts, tiers=frozenset(point.tier for point in points))

    def record(changes: Changes) -> None:
        reason = work.reason.text if work.reason else "No adjustment."
        changes.insert(
            CalibrationAdjustment,
            Action.CALIBRATION_ADJUST,
            part=number,
            attempt=facts.attempt + 1 if new else 0,
            what=new.what if new else reason,
            before=new.before if new else None,
            after=new.after if new else None,
            adjusted_at=work.at,
            adjusted_by=work.actor.person,
        )

    perform(work, lifecycle.ADJUST, facts, record)


def complete_run(
    work: UnitOfWork, number: str, use: Interval | None = None, unsaved: int = 0
) -> CalibrationRun:
    """Complete a run, signed: its verdict, its due day, and what the instrument may be used for."""
    facts = replace(facts_of(work, number), use=use, unsaved=unsaved, reason_given=bool(work.reason))
    asset = lock_assets(work.session, [facts.record.asset])[facts.record.asset]
    today = work.at.astimezone(ZoneInfo(work.time_zone)).date()
    found = outcome(facts, today) if can_be_judged(facts) else None

    def complete(changes: Changes) -> None:
        if found is None:
            return
        if facts.needs_as_left:
            write_results(changes, facts, Phase.AS_LEFT, found.as_left.points)
        is_limited = found.verdict is RunVerdict.LIMITED_USE and facts.use is not None
        changes.update(
            facts.record,
            Action.CALIBRATION_STATE,
            verdict=found.verdict,
            completed_at=work.at,
            completed_by=work.actor.person,
            due_on=found.due_on,
            as_left_summary=found.as_left.summary,
            use_lower=facts.use.lower if is_limited and facts.use else None,
            use_upper=facts.use.upper if is_limited and facts.use else None,
        )
        effects.completed(effects.OnInstrument(changes, work, facts, asset), found)
        if found.as_left.is_failed and not facts.order.has_failed:
            fail_within(changes, facts.order)

    perform(work, lifecycle.COMPLETE, facts, complete, content=completed_content(facts, found))
    return facts.record


def void_run(work: UnitOfWork, number: str) -> None:
    """Make a run void, with the reason; its readings and what it found stay on record (ATK-42)."""
    facts = facts_of(work, number)

    def void(changes: Changes) -> None:
        changes.update(
            facts.record,
            Action.CALIBRATION_STATE,
            verdict=RunVerdict.VOID,
            completed_at=work.at,
            completed_by=work.actor.person,
        )

    perform(work, lifecycle.VOID, facts, void)


def content_to_complete(
    session: Session, number: str, *, at: datetime, time_zone: str, person: str, use: Interval | None = None
) -> Content:
    """Return what the signature that completes a run would cover, for the dialog."""
    facts = run_facts(session, number, at=at, time_zone=time_zone, person=person)
    facts = replace(facts, use=use)
    today = at.astimezone(ZoneInfo(time_zone)).date()
    return completed_content(facts, outcome(facts, today) if can_be_judged(facts) else None)


def content_to_waive(session: Session, number: str, *, at: datetime, time_zone: str, person: str) -> Content:
    """Return what the approval of a run without as-found would cover, for the dialog."""
    return waived_content(run_facts(session, number, at=at, time_zone=time_zone, person=person))
