"""The demo's story: three tablet batches, told in the order in which they happened before today.

TB-0770 was uneventful and is released; TB-0771 holds the scripted exceptions and awaits review; TB-0772 is being
made right now. `docs/demo.md` tells it in words.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo import site
from app.demo.hands import Hands, Twist
from app.demo.readings import Asked
from app.demo.stage import Stage, refuse_unless_empty
from app.files import FileStore
from app.service import Service
from app.trail.record_check import record_check
from records.batch.states import Decision
from records.engine import make_engine
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
from workflows.review.commands import Choice

_DAYS_BEFORE = {"site": 60, "TB-0770": 24, "TB-0771": 9}
_TOUCHED = ("SFT-02", "RMG-03", "FBD-02", "MML-01", "BLD-05", "TP-200", "DDS-03", "MDT-01")
_FIRST_PLENTY = 120


@dataclass(slots=True)
class Story:
    """What the chapters share."""

    stage: Stage
    files: FileStore
    master: str
    procedure: Procedure
    lots: dict[str, str]

    def hands(self, batch: str, seed: int) -> Hands:
        """Return the people who make a batch."""
        return Hands(stage=self.stage, batch=batch, lots=self.lots, files=self.files, seed=seed)


def load(service: Service, password: str, loaded_at: datetime) -> None:
    """Tell the whole story into an empty store; raises StoreInUseError where it is not empty."""
    engine = make_engine(service.settings.database_url)
    with Session(engine, expire_on_commit=False) as session:
        refuse_unless_empty(session)
        morning = loaded_at.replace(hour=6, minute=30, second=0, microsecond=0)
        stage = Stage(service, session, morning - timedelta(days=_DAYS_BEFORE["site"]))
        story = _set_up(stage, FileStore(service.settings.files_dir), loaded_at, password)
        _released(story, "TB-0770", morning - timedelta(days=_DAYS_BEFORE["TB-0770"]))
        _awaiting_review(story, "TB-0771", morning - timedelta(days=_DAYS_BEFORE["TB-0771"]))
        _being_made(story, "TB-0772", loaded_at)
    engine.dispose()


def _set_up(stage: Stage, files: FileStore, loaded_at: datetime, password: str) -> Story:
    loaded_on = loaded_at.date()
    site.settle_in(stage, password)
    stage.wait(days=1)
    site.install_equipment(stage, loaded_on)
    tablets, _text = site.read_master(site.TABLETS)
    yoghurt, _text = site.read_master(site.YOGHURT)
    lots = site.stock_up(stage, tablets, loaded_on, _FIRST_PLENTY)
    site.stock_up(stage, yoghurt, loaded_on, _FIRST_PLENTY + 20)
    stage.wait(days=2)
    number = site.approve_master(stage, site.TABLETS)
    site.approve_master(stage, site.YOGHURT)
    return Story(stage, files, number, tablets, lots)


def _issue(story: Story, batch: str, starts_at: datetime) -> None:
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


def _complete(story: Story, batch: str) -> None:
    stage = story.stage
    stage.wait(minutes=30)
    stage.do(
        "t.novak",
        lambda work: batches.complete_production(work, batch),
        shown=lambda session: batches.content_to_complete(session, batch),
    )
    site.clean(stage, _TOUCHED, f"batch/{batch}")


def _released(story: Story, batch: str, starts_at: datetime) -> None:
    """TB-0770: made, reviewed, released for the US and certified for the EU."""
    _renew_cleanliness(story, starts_at)
    _issue(story, batch, starts_at)
    story.hands(batch, 770).carry_out()
    _complete(story, batch)
    stage = story.stage
    stage.wait(days=2)
    stage.do("h.brandt", lambda work: reviews.begin_review(work, batch))
    open_numbers = [one.number for one in undecided_exceptions(stage.session, f"batch/{batch}")]
    for number in open_numbers:
        stage.do(
            "h.brandt",
            lambda work, one=number: reviews.decide_exception(work, batch, one, Choice.ACCEPT),
            reason="Explained by the assessment; no effect on the product.",
        )
    stage.wait(hours=2)
    for command in (reviews.sign_trail_review, reviews.sign_record_review):
        stage.wait(minutes=20)
        stage.do(
            "h.brandt",
            lambda work, act=command: act(work, batch),
            shown=lambda session: reviews.content_to_review(session, batch),
        )
    _decide(story, batch)


def _decide(story: Story, batch: str) -> None:
    stage = story.stage
    check = record_check(stage.service)
    stage.wait(hours=1)
    stage.do(
        "h.brandt",
        lambda work: disposition.release(work, batch, "US", "Meets its specification.", check),
        shown=lambda session: disposition.content_to_decide(session, batch, "US", Decision.RELEASED),
    )
    stage.wait(hours=4)
    stage.do(
        "d.moreau",
        lambda work: disposition.certify(work, batch, "EU", "Certified per Annex 16.", check),
        shown=lambda session: disposition.content_to_decide(session, batch, "EU", Decision.CERTIFIED),
    )


def _awaiting_review(story: Story, batch: str, starts_at: datetime) -> None:
    """TB-0771: a wrong lot scanned twice, a late witness, a transposed weight, a drying loop."""
    _renew_cleanliness(story, starts_at)
    _issue(story, batch, starts_at)
    hands = story.hands(batch, 771)
    hands.twists = {
        ("1.4/1", "lot"): _wrong_lot_twice,
        ("2.9/2", "result"): _reads("1.92"),
        ("2.10b/2.1", "result"): _reads("1.71"),
        ("3.3b/3", "weight.4"): _transposed_weight,
    }
    hands.late_verifications = {"2.13b/1": 14}
    hands.carry_out()
    _assess(story, batch)
    _complete(story, batch)


def _being_made(story: Story, batch: str, loaded_at: datetime) -> None:
    """TB-0772: the first sub-lot is wet, and waits for its end point to be read."""
    starts_at = loaded_at - timedelta(hours=3, minutes=10)
    _renew_cleanliness(story, starts_at)
    _issue(story, batch, starts_at)
    hands = story.hands(batch, 772)
    hands.operator = "j.okafor"
    hands.stops_before = "2.7/1"
    hands.carry_out()


def _renew_cleanliness(story: Story, starts_at: datetime) -> None:
    """Clean everything shortly before a batch, so that no clean hold runs out in it."""
    stage = story.stage
    stage.now = max(stage.now, starts_at - timedelta(days=1))
    site.clean(stage, _TOUCHED, "weekly cleaning plan")


def _wrong_lot_twice(hands: Hands, asked: Asked) -> bool:
    """Scan a lot in quarantine, twice, then the right one."""
    hands.scan(asked, "LOT:26-118")
    hands.scan(asked, "LOT:26-118")
    hands.scan(asked, f"LOT:{hands.lots['starch']}")
    return True


def _transposed_weight(hands: Hands, asked: Asked) -> bool:
    """Type 591.8 for 581.8, and correct it."""
    hands.enter(None, asked, "591.8")
    hands.correct(asked, "581.8", "Transposed digits: the printout of the balance reads 581.8 mg.")
    return True


def _reads(raw: str) -> Twist:
    """Return the twist of reading just this."""

    def twist(hands: Hands, asked: Asked) -> bool:
        hands.enter(None, asked, raw)
        return True

    return twist


def _assess(story: Story, batch: str) -> None:
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
