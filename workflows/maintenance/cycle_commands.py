"""Put assets under a plan, and extend a due date once, before it comes, with the basis of the risk."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.days import last_instant, local_day
from records.errors import RecordNotFoundError
from records.maintenance.due import Baseline
from records.maintenance.forecast import due_now
from records.maintenance.models import Extension, MaintenanceCycle, PlannedAsset, PlanVersion
from records.maintenance.plan import baseline_content
from records.maintenance.queries import (
    content_of_plan,
    effective_plan,
    planned_asset,
    readings_until,
    standings,
)
from workflows.equipment.commands import lock_assets
from workflows.maintenance import lifecycle
from workflows.maintenance.contents import extension_content, extension_part
from workflows.maintenance.facts import EnrolFacts, ExtensionFacts, NewExtension
from workflows.numbering import next_number
from workflows.perform import Changes, Content, UnitOfWork, perform


def enrol_asset(work: UnitOfWork, code: str, asset: str, done_at: datetime, evidence: str) -> PlannedAsset:
    """Put an asset under the plan in force: its first cycle began when the work was last done."""
    facts = _enrol_facts(work, code, asset, done_at, evidence)
    enrolled: list[PlannedAsset] = []

    def enrol(changes: Changes) -> None:
        record = changes.insert(
            PlannedAsset,
            Action.PLAN_ENROL,
            number=facts.number,
            plan=code,
            asset=asset,
            evidence=evidence,
            enrolled_at=work.at,
            enrolled_by=work.actor.person,
        )
        on = local_day(done_at, work.time_zone)
        changes.insert(
            MaintenanceCycle,
            Action.PLAN_CYCLE,
            number=1,
            plan_version=facts.plan_version.number,
            began_at=done_at,
            baseline=baseline_content(Baseline(on=on, anchor=on, counted=facts.counted)),
            work_order=None,
            due_on=None,
            recorded_at=work.at,
            recorded_by=work.actor.person,
        )
        enrolled.append(record)

    perform(work, lifecycle.ENROL, facts, enrol)
    return enrolled[0]


def extend_due_date(work: UnitOfWork, code: str, asset: str, new: NewExtension) -> Extension:
    """Move a due date once, before it comes, signed with the basis of the risk (CAL-22)."""
    lock_planned_asset(work.session, code, asset)
    facts = extension_facts(work, code, asset, new)
    extended: list[Extension] = []

    def extend(changes: Changes) -> None:
        row = changes.insert(
            Extension,
            Action.PLAN_EXTEND,
            part=extension_part(facts.standing.cycle),
            cycle=facts.standing.cycle,
            due_on=facts.due.due_on if facts.due else None,
            extended_to=new.extended_to,
            risk=new.risk,
            extended_at=work.at,
            extended_by=work.actor.person,
        )
        extended.append(row)

    perform(work, lifecycle.EXTEND, facts, extend, content=_content(facts))
    return extended[0]


def extension_facts(work: UnitOfWork, code: str, asset: str, new: NewExtension) -> ExtensionFacts:
    """Read what the rules about an extension look at; raises RecordNotFoundError."""
    record = planned_asset(work.session, code, asset)
    found = standings(work.session, work.at, work.time_zone, number=record.number) if record else []
    if record is None or not found:
        raise RecordNotFoundError(PlannedAsset.kind, f"{asset} under {code}")
    standing, due = found[0], due_now(found[0].planned)
    existing = work.session.scalars(
        select(Extension).where(Extension.stream == record.stream, Extension.cycle == standing.cycle)
    ).one_or_none()
    return ExtensionFacts(
        record=record,
        standing=standing,
        due=due,
        existing=existing,
        new=new,
        at=work.at,
        due_at=last_instant(due.due_on, work.time_zone) if due else None,
    )


def content_to_extend(work: UnitOfWork, code: str, asset: str, new: NewExtension) -> Content | None:
    """Return what the signature of an extension would cover, for the dialog; None where nothing is due."""
    return _content(extension_facts(work, code, asset, new))


def lock_planned_asset(session: Session, code: str, asset: str) -> PlannedAsset:
    """Lock an asset under a plan and return it; raises RecordNotFoundError."""
    found = session.scalars(
        select(PlannedAsset)
        .where(PlannedAsset.plan == code, PlannedAsset.asset == asset)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise RecordNotFoundError(PlannedAsset.kind, f"{asset} under {code}")
    return found


def _content(facts: ExtensionFacts) -> Content | None:
    if facts.due is None:
        return None
    return extension_content(facts.record, facts.standing, facts.due, facts.new)


def _enrol_facts(work: UnitOfWork, code: str, asset: str, done_at: datetime, evidence: str) -> EnrolFacts:
    version = effective_plan(work.session, code)
    if version is None:
        raise RecordNotFoundError(PlanVersion.kind, f"{code} in force")
    readings = readings_until(work.session, asset, done_at, work.time_zone)
    return EnrolFacts(
        asset=lock_assets(work.session, [asset])[asset],
        at=work.at,
        number=next_number(work.session, PlannedAsset.number, "PA-", 4),
        plan_version=version,
        plan=content_of_plan(work.session, version.number),
        existing=planned_asset(work.session, code, asset),
        done_at=done_at,
        evidence=evidence,
        counted={code: point.counted for code, point in readings.items()},
    )
