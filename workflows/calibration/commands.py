"""Define functions with their limits, record certificates, write, check and approve procedures."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from audit.events import Action
from records.calibration.function import Function, function_content
from records.calibration.models import (
    CalibrationProcedure,
    CalibrationProcedureContent,
    InstrumentFunction,
    StandardCertificate,
)
from records.calibration.procedure import procedure_content, procedure_of
from records.calibration.queries import (
    calibration_procedure,
    certificates_of,
    content_of_procedure,
    effective_version,
    latest_function,
    open_run_of,
)
from records.calibration.states import ProcedureState
from records.equipment.models import PhysicalAsset
from records.equipment.queries import asset_by_number
from records.errors import RecordNotFoundError
from records.numbers import as_text
from workflows.calibration import lifecycle
from workflows.calibration.contents import function_part, function_signed, procedure_signed
from workflows.calibration.facts import (
    CertificateFacts,
    FunctionFacts,
    NewCertificate,
    NewProcedure,
    NewProcedureFacts,
    ProcedureFacts,
)
from workflows.equipment.commands import lock_assets
from workflows.numbering import next_number
from workflows.perform import Changes, Content, UnitOfWork, perform


def define_function(work: UnitOfWork, new: Function) -> InstrumentFunction:
    """Define a function, or the next version of one; its version is counted here."""
    lock_assets(work.session, [new.asset])
    facts = function_facts(work.session, new, reason_given=bool(work.reason))
    numbered = facts.new
    defined: list[InstrumentFunction] = []

    def define(changes: Changes) -> None:
        row = changes.insert(
            InstrumentFunction,
            Action.FUNCTION_DEFINE,
            part=function_part(numbered),
            asset=numbered.asset,
            name=numbered.name,
            version=numbered.version,
            content=function_content(numbered),
            defined_at=work.at,
            defined_by=work.actor.person,
        )
        defined.append(row)

    perform(work, lifecycle.DEFINE_FUNCTION, facts, define, content=function_signed(numbered))
    return defined[0]


def function_facts(session: Session, new: Function, *, reason_given: bool) -> FunctionFacts:
    """Return what the rules about a version of a function look at; raises RecordNotFoundError."""
    asset = asset_by_number(session, new.asset)
    if asset is None:
        raise RecordNotFoundError(PhysicalAsset.kind, new.asset)
    return FunctionFacts(
        record=asset,
        new=next_version(session, new),
        open_run=open_run_of(session, new.asset, new.name),
        reason_given=reason_given,
    )


def next_version(session: Session, new: Function) -> Function:
    """Return a function with the number its next version would have."""
    latest = latest_function(session, new.asset, new.name)
    return replace(new, version=latest.version + 1 if latest else 1)


def record_certificate(work: UnitOfWork, new: NewCertificate) -> StandardCertificate:
    """Record a certificate: from then on the asset is a standard of its class."""
    asset = lock_assets(work.session, [new.asset])[new.asset]
    facts = CertificateFacts(
        record=asset,
        new=new,
        is_on_record=any(
            one.certificate == new.certificate for one in certificates_of(work.session, new.asset)
        ),
        parent_is_standard=bool(new.parent and certificates_of(work.session, new.parent)),
        today=work.at.astimezone(ZoneInfo(work.time_zone)).date(),
    )
    recorded: list[StandardCertificate] = []

    def record(changes: Changes) -> None:
        row = changes.insert(
            StandardCertificate,
            Action.CERTIFICATE_RECORD,
            part=f"certificate/{new.certificate}",
            asset=new.asset,
            standard_class=new.standard_class,
            certificate=new.certificate,
            laboratory=new.laboratory,
            accreditation=new.accreditation,
            calibrated_on=new.calibrated_on,
            valid_until=new.valid_until,
            parent=new.parent,
            ranges=[
                {
                    "lower": as_text(one.within.lower),
                    "upper": as_text(one.within.upper),
                    "unit": one.unit,
                    "expanded": as_text(one.expanded),
                    "coverage": as_text(one.coverage),
                }
                for one in new.ranges
            ],
            recorded_at=work.at,
            recorded_by=work.actor.person,
        )
        recorded.append(row)

    perform(work, lifecycle.RECORD_CERTIFICATE, facts, record)
    return recorded[0]


def write_procedure(work: UnitOfWork, new: NewProcedure) -> CalibrationProcedure:
    """Write the next version of a procedure as a draft."""
    number = next_number(work.session, CalibrationProcedure.number, f"{new.code}.", 1)
    facts = NewProcedureFacts(new=new, number=number)
    written: list[CalibrationProcedure] = []

    def write(changes: Changes) -> None:
        row = changes.insert(
            CalibrationProcedure,
            Action.CALIBRATION_PROCEDURE_WRITE,
            number=number,
            code=new.code,
            version=int(number.rpartition(".")[2]),
            title=new.title,
            state=ProcedureState.DRAFT,
            created_at=work.at,
            created_by=work.actor.person,
            checked_by=None,
            effective_at=None,
        )
        changes.insert(
            CalibrationProcedureContent,
            Action.CALIBRATION_PROCEDURE_WRITE,
            procedure=number,
            content=procedure_content(new.procedure),
        )
        written.append(row)

    perform(work, lifecycle.WRITE_PROCEDURE, facts, write)
    return written[0]


def check_procedure(work: UnitOfWork, number: str) -> None:
    """Sign a procedure as checked, as another person than its author."""
    facts = procedure_facts(work.session, number)

    def note(changes: Changes) -> None:
        changes.update(facts.record, Action.CALIBRATION_PROCEDURE_STATE, checked_by=work.actor.person)

    signed = procedure_signed(facts.record, facts.procedure)
    perform(work, lifecycle.CHECK_PROCEDURE, facts, note, content=signed)


def make_procedure_effective(work: UnitOfWork, number: str) -> None:
    """Sign a procedure for use; the version in force until now is superseded."""
    facts = procedure_facts(work.session, number)

    def supersede(changes: Changes) -> None:
        if facts.earlier is not None:
            superseded = ProcedureState.SUPERSEDED
            changes.update(facts.earlier, Action.CALIBRATION_PROCEDURE_STATE, state=superseded)
        changes.update(facts.record, Action.CALIBRATION_PROCEDURE_STATE, effective_at=work.at)

    signed = procedure_signed(facts.record, facts.procedure)
    perform(work, lifecycle.MAKE_PROCEDURE_EFFECTIVE, facts, supersede, content=signed)


def withdraw_procedure(work: UnitOfWork, number: str) -> None:
    """Withdraw a procedure, with the reason; runs begun by it keep what they froze."""
    perform(work, lifecycle.WITHDRAW_PROCEDURE, procedure_facts(work.session, number))


def procedure_facts(session: Session, number: str) -> ProcedureFacts:
    """Return what the rules about a procedure look at; raises RecordNotFoundError."""
    record = calibration_procedure(session, number)
    content = content_of_procedure(session, number).content
    return ProcedureFacts(
        record=record,
        procedure=procedure_of(content),
        earlier=effective_version(session, record.code),
    )


def content_of_function(session: Session, new: Function) -> Content:
    """Return what a signature over a new version of a function would cover, for the dialog."""
    return function_signed(next_version(session, new))


def content_to_sign(session: Session, number: str) -> Content:
    """Return what a signature over a procedure would cover, for the dialog."""
    facts = procedure_facts(session, number)
    return procedure_signed(facts.record, facts.procedure)
