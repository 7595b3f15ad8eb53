"""Draft a plan and take it to effective: two more persons sign the same content."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.events import Action
from records.equipment.models import PhysicalAsset
from records.maintenance.models import Meter, PlanContent, PlanVersion
from records.maintenance.plan import Plan, plan_content
from records.maintenance.queries import content_of_plan, effective_plan, plan_version
from records.maintenance.states import PlanState
from records.procedure.queries import effective_version
from signatures.meaning import Meaning
from signatures.models import Signature
from workflows.machine import Transition
from workflows.maintenance import lifecycle
from workflows.maintenance.contents import version_content
from workflows.maintenance.facts import NewPlanFacts, PlanFacts
from workflows.perform import Changes, Content, UnitOfWork, perform


def draft_plan(work: UnitOfWork, code: str, plan: Plan) -> PlanVersion:
    """Draft the next version of a plan; its content never changes."""
    facts = _new_facts(work.session, code, plan)
    drafted: list[PlanVersion] = []

    def draft(changes: Changes) -> None:
        version = changes.insert(
            PlanVersion,
            Action.PLAN_DRAFT,
            number=facts.number,
            code=code,
            version=facts.version,
            title=plan.title,
            plan_kind=plan.kind,
            state=PlanState.DRAFT,
            author=work.actor.person,
            drafted_at=work.at,
            effective_at=None,
            superseded_at=None,
        )
        changes.insert(
            PlanContent, Action.PLAN_DRAFT, version_number=facts.number, content=plan_content(plan)
        )
        drafted.append(version)

    perform(work, lifecycle.DRAFT, facts, draft)
    return drafted[0]


def check_plan(work: UnitOfWork, number: str) -> PlanVersion:
    """Sign that a second person checked the plan independently."""
    facts = _locked_facts(work, number)
    perform(work, lifecycle.CHECK, facts, content=version_content(facts.record, facts.plan))
    return facts.record


def approve_plan(work: UnitOfWork, number: str) -> PlanVersion:
    """Sign the approval of the quality unit: effective from now on, the version before superseded.

    Cycles that run keep the version they began by, and their due dates: it counts from the next one (CAL-2).
    """
    facts = _locked_facts(work, number)

    def change(changes: Changes) -> None:
        if facts.previous:
            ended = {"state": PlanState.SUPERSEDED, "superseded_at": work.at}
            changes.update(facts.previous, Action.PLAN_STATE, **ended)
        changes.update(facts.record, Action.PLAN_STATE, effective_at=work.at)

    content = version_content(facts.record, facts.plan)
    perform(work, lifecycle.APPROVE, facts, change, content=content)
    return facts.record


def withdraw_plan(work: UnitOfWork, number: str) -> PlanVersion:
    """Withdraw a version that was never effective, with the reason."""
    return _ended(work, number, lifecycle.WITHDRAW)


def retire_plan(work: UnitOfWork, number: str) -> PlanVersion:
    """Retire a plan, with the reason: nothing is due by it any more."""
    return _ended(work, number, lifecycle.RETIRE)


def plan_facts(session: Session, number: str) -> PlanFacts:
    """Read what the rules about a version look at; raises RecordNotFoundError."""
    version, plan = plan_version(session, number), content_of_plan(session, number)
    checked = select(Signature.signer).where(
        Signature.stream == version.stream, Signature.meaning == Meaning.CHECKED
    )
    return PlanFacts(
        record=version,
        plan=plan,
        checkers=frozenset(session.scalars(checked)),
        previous=effective_plan(session, version.code),
        procedure=effective_version(session, plan.procedure),
    )


def content_to_sign(session: Session, number: str) -> Content:
    """Return what a signature on a version would cover, for the dialog; raises RecordNotFoundError."""
    return version_content(plan_version(session, number), content_of_plan(session, number))


def _ended(work: UnitOfWork, number: str, row: Transition) -> PlanVersion:
    facts = _locked_facts(work, number)
    ended = {"superseded_at": work.at}
    perform(work, row, facts, lambda changes: changes.update(facts.record, Action.PLAN_STATE, **ended))
    return facts.record


def _new_facts(session: Session, code: str, plan: Plan) -> NewPlanFacts:
    last = session.scalar(select(func.max(PlanVersion.version)).where(PlanVersion.code == code))
    known = select(PhysicalAsset.number).where(PhysicalAsset.number.in_(plan.assets))
    meters = select(Meter.asset, Meter.code, Meter.unit).where(Meter.asset.in_(plan.assets))
    return NewPlanFacts(
        code=code,
        version=(last or 0) + 1,
        plan=plan,
        assets=frozenset(session.scalars(known)),
        meters={(row.asset, row.code): row.unit for row in session.execute(meters)},
    )


def _locked_facts(work: UnitOfWork, number: str) -> PlanFacts:
    """Lock every version of the code first, so that two of them can't become effective at once."""
    code = select(PlanVersion.code).where(PlanVersion.number == number).scalar_subquery()
    work.session.scalars(
        select(PlanVersion)
        .where(PlanVersion.code == code)
        .order_by(PlanVersion.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return plan_facts(work.session, number)
