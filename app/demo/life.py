"""What happens to any batch of the demo around its making, from its order to its disposition."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from app.demo.hands import Hands
from app.demo.stage import Stage
from app.demo.values import TABLETS, Script
from app.files import FileStore
from app.trail.record_check import record_check
from records.batch.states import Decision
from records.execution.models import BatchException
from records.execution.queries import undecided_exceptions
from records.execution.states import ExceptionState
from records.procedure.definition import Procedure
from workflows.batch import commands as batches
from workflows.batch import disposition
from workflows.batch.execution_owner import executing_batch
from workflows.batch.facts import NewOrder
from workflows.execution import exception_commands
from workflows.perform import UnitOfWork
from workflows.review import commands as reviews
from workflows.review import reading
from workflows.review.commands import Choice
from workflows.review.facts import Unread

_REVIEWER = "h.brandt"


@dataclass(slots=True)
class Story:
    """What the chapters share."""

    stage: Stage
    files: FileStore
    master: str
    procedure: Procedure
    lots: dict[str, str]
    script: Script = TABLETS

    def hands(self, batch: str, seed: int) -> Hands:
        """Return the people who make a batch."""
        return Hands(
            stage=self.stage,
            batch=batch,
            lots=self.lots,
            files=self.files,
            seed=seed,
            script=self.script,
        )


def issue(story: Story, batch: str, starts_at: datetime) -> None:
    """Plan the order, make the batch of it and issue its record."""
    stage = story.stage
    stage.now = max(stage.now, starts_at - timedelta(hours=20))
    size = story.procedure.batch_size
    new = NewOrder(
        master=story.master,
        quantity=size.quantity if size else Decimal(1),
        unit=size.unit if size else "",
        due_on=starts_at.date() + timedelta(days=3),
    )
    order = stage.do("c.dubois", lambda work: batches.plan_order(work, new).number)
    stage.do("c.dubois", lambda work: batches.release_order(work, order))
    stage.do("c.dubois", lambda work: batches.create_batch(work, order, batch))
    stage.wait(hours=1)
    stage.do(
        "t.novak",
        lambda work: batches.issue_batch(work, batch),
        shown=lambda session: batches.content_to_issue(session, batch),
    )
    stage.now = max(stage.now, starts_at)


def complete(story: Story, batch: str) -> None:
    """Complete the production of a batch."""
    stage = story.stage
    stage.wait(minutes=30)
    stage.do(
        "t.novak",
        lambda work: batches.complete_production(work, batch),
        shown=lambda session: batches.content_to_complete(session, batch),
    )


def review(story: Story, batch: str) -> None:
    """Open and decide on every exception, open what no rule checks and the trail, and sign both reviews."""
    stage = story.stage
    stage.do(_REVIEWER, lambda work: reviews.begin_review(work, batch))
    _open_exceptions(story, batch)
    open_numbers = [one.number for one in undecided_exceptions(stage.session, f"batch/{batch}")]
    for number in open_numbers:
        stage.do(
            _REVIEWER,
            partial(reviews.decide_exception, batch=batch, number=number, choice=Choice.ACCEPT),
            reason="Explained by the assessment; no effect on the product.",
        )
    stage.wait(hours=2)
    _open_the_rest(story, batch)
    for command in (reviews.sign_trail_review, reviews.sign_record_review):
        stage.wait(minutes=20)
        stage.do(
            _REVIEWER,
            partial(command, number=batch),
            shown=lambda session: reviews.content_to_review(session, batch),
        )


def _open_exceptions(story: Story, batch: str) -> None:
    """Let the reviewer open each exception, as its page does."""
    for name in _unread(story, batch).exceptions:
        story.stage.do(_REVIEWER, partial(reading.note_opened, number=batch, names=[name]))


def _open_the_rest(story: Story, batch: str) -> None:
    """Let the reviewer open what no rule checks, and then the audit trail."""
    left = _unread(story, batch)
    for names in (left.items, left.trail):
        story.stage.do(_REVIEWER, partial(reading.note_opened, number=batch, names=names))


def _unread(story: Story, batch: str) -> Unread:
    stage = story.stage
    return reading.review_facts(stage.session, batch, stage.person(_REVIEWER)).unread


def dispose(story: Story, batch: str) -> None:
    """Release for the US by the quality unit, certify for the EU by the Qualified Person."""
    stage = story.stage
    check = record_check(stage.service)
    if "US" in story.procedure.header.markets:
        stage.wait(hours=1)
        stage.do(
            _REVIEWER,
            lambda work: disposition.release(work, batch, "US", "Meets its specification.", check),
            shown=lambda session: disposition.content_to_decide(session, batch, "US", Decision.RELEASED),
        )
    if "EU" in story.procedure.header.markets:
        stage.wait(hours=4)
        stage.do(
            "d.moreau",
            lambda work: disposition.certify(work, batch, "EU", "Certified per Annex 16.", check),
            shown=lambda session: disposition.content_to_decide(session, batch, "EU", Decision.CERTIFIED),
        )


def assess(story: Story, batch: str) -> None:
    """Let the supervisor assess what is still open, as the shift ends."""
    stage = story.stage
    wanted = select(BatchException.number).where(
        BatchException.stream == f"batch/{batch}", BatchException.state == ExceptionState.OPEN
    )
    numbers = stage.session.scalars(wanted.order_by(BatchException.id)).all()
    stage.session.rollback()
    for number in numbers:
        stage.wait(minutes=4)

        def act(work: UnitOfWork, one: str = number) -> None:
            exception_commands.assess_exception(work, executing_batch(work, batch), one)

        stage.do("t.novak", act, reason="Seen on the floor; the record shows what happened and why.")
