"""Record training, signed by an authorised person who is not the trainee; withdraw what was wrong."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.personnel.models import Person
from records.personnel.states import PersonState
from records.procedure.models import ProcedureVersion
from records.training.models import TrainingRecord, TrainingSheet, TrainingWithdrawal
from records.training.queries import training_sheet, withdrawal_of
from workflows.numbering import next_number
from workflows.perform import Changes, Content, UnitOfWork, perform
from workflows.training import lifecycle
from workflows.training.contents import sheet_content
from workflows.training.facts import NewSheet, NewSheetFacts, SheetFacts


def record_training(work: UnitOfWork, new: NewSheet) -> TrainingSheet:
    """Record a sheet of training with its lines; it counts from the days it names."""
    facts = new_sheet_facts(work.session, new)

    def record(changes: Changes) -> None:
        facts.record = changes.insert(
            TrainingSheet,
            Action.TRAINING_RECORD,
            number=facts.number,
            source_name=new.source_name,
            recorded_at=work.at,
            recorded_by=work.actor.person,
        )
        for line in new.lines:
            changes.insert(TrainingRecord, Action.TRAINING_RECORD, sheet=facts.number, **asdict(line))

    perform(work, lifecycle.RECORD, facts, record, content=sheet_content(facts.number, new, facts.names))
    return training_sheet(work.session, facts.number)


def withdraw_training(work: UnitOfWork, number: str) -> None:
    """Withdraw a sheet, with the reason; records made while it counted keep what they saw."""
    facts = sheet_facts(work.session, number)

    def withdraw(changes: Changes) -> None:
        changes.insert(
            TrainingWithdrawal,
            Action.TRAINING_WITHDRAW,
            sheet=number,
            reason=work.reason.text if work.reason else "",
            withdrawn_at=work.at,
            withdrawn_by=work.actor.person,
        )

    perform(work, lifecycle.WITHDRAW, facts, withdraw)


def new_sheet_facts(session: Session, new: NewSheet) -> NewSheetFacts:
    """Return what the rules about a new sheet look at."""
    working = select(Person.number, Person.printed_name).where(Person.state == PersonState.ACTIVE)
    loaded = select(ProcedureVersion.code, ProcedureVersion.version)
    return NewSheetFacts(
        number=next_number(session, TrainingSheet.number, "TR-", 4),
        new=new,
        names={row.number: row.printed_name for row in session.execute(working)},
        masters={(row.code, row.version) for row in session.execute(loaded)},
    )


def sheet_facts(session: Session, number: str) -> SheetFacts:
    """Return what the rules about a sheet on record look at; raises RecordNotFoundError."""
    return SheetFacts(record=training_sheet(session, number), withdrawal=withdrawal_of(session, number))


def content_to_record(session: Session, new: NewSheet) -> Content:
    """Return what the signature over a new sheet would cover, for the dialog."""
    facts = new_sheet_facts(session, new)
    return sheet_content(facts.number, new, facts.names)
