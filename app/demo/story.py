"""The demo's story: five batches, told in the order in which they happened before today.

FB-0412 was uneventful and is released, FB-0413 awaits its review. TB-0770 was uneventful and is released;
TB-0771 holds the scripted exceptions and awaits review; TB-0772 is being made right now. The tablet press is
under a maintenance plan. `docs/demo.md` tells it in words.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.demo import injection, maintenance, site
from app.demo.hands import Hands, Twist
from app.demo.life import Story, assess, complete, dispose, issue, review
from app.demo.plant import THINGS
from app.demo.readings import Asked
from app.demo.stage import Stage, refuse_unless_empty
from app.demo.values import INJECTION
from app.files import FileStore
from app.service import Service
from records.engine import lent_engine

_DAYS_BEFORE = {"site": 60, "FB-0412": 48, "FB-0413": 44, "TB-0770": 24, "TB-0771": 9}
_INCUBATION = timedelta(days=16)
"""How long after its start a batch's results of environment and sterility arrive."""
_TOUCHED = ("SFT-02", "RMG-03", "FBD-02", "MML-01", "BLD-05", "TP-200", "DDS-03", "MDT-01")
_OTHERS = tuple(thing.tag for thing in THINGS if thing.is_cleaned and thing.tag not in _TOUCHED)
_FIRST_PLENTY = 120


def load(service: Service, password: str, loaded_at: datetime) -> None:
    """Tell the whole story into an empty store; raises StoreInUseError where it is not empty."""
    with (
        lent_engine(service.settings.database_url) as engine,
        Session(engine, expire_on_commit=False) as session,
    ):
        refuse_unless_empty(session)
        morning = loaded_at.replace(hour=6, minute=30, second=0, microsecond=0)
        stage = Stage(service, session, morning - timedelta(days=_DAYS_BEFORE["site"]))
        sterile, story = _set_up(stage, FileStore(service.settings.files_dir), loaded_at, password)
        maintenance.begin_plan(stage, morning)
        first, second = _injections(sterile, morning)
        maintenance.read_meter(stage, morning, until=28)
        _results(sterile, first, second, morning)
        _released(story, "TB-0770", morning - timedelta(days=_DAYS_BEFORE["TB-0770"]))
        maintenance.read_meter(stage, morning, until=55)
        _awaiting_review(story, "TB-0771", morning - timedelta(days=_DAYS_BEFORE["TB-0771"]))
        maintenance.read_meter(stage, morning, until=68)
        maintenance.raise_orders(stage)
        site.clean(stage, _OTHERS, "weekly cleaning plan")
        _being_made(story, "TB-0772", loaded_at)


def _set_up(stage: Stage, files: FileStore, loaded_at: datetime, password: str) -> tuple[Story, Story]:
    """Return the stories of the injection and of the tablets, their masters effective."""
    loaded_on = loaded_at.date()
    site.settle_in(stage, password)
    stage.wait(days=1)
    site.install_equipment(stage, loaded_on)
    tablets, _text = site.read_master(site.TABLETS)
    sterile, _text = site.read_master(site.INJECTION)
    yoghurt, _text = site.read_master(site.YOGHURT)
    lots = site.stock_up(stage, tablets, loaded_on, _FIRST_PLENTY)
    site.stock_up(stage, yoghurt, loaded_on, _FIRST_PLENTY + 20)
    injected = site.stock_up(stage, sterile, loaded_on, _FIRST_PLENTY + 40)
    stage.wait(days=2)
    number = site.approve_master(stage, site.TABLETS)
    site.approve_master(stage, site.YOGHURT)
    second = site.approve_master(stage, site.INJECTION)
    site.approve_master(stage, site.PRESS)
    sterile_story = Story(stage, files, second, sterile, injected, INJECTION)
    return sterile_story, Story(stage, files, number, tablets, lots)


def _injections(story: Story, morning: datetime) -> tuple[Hands, Hands]:
    """FB-0412 and FB-0413: made in one week."""
    first_at = morning - timedelta(days=_DAYS_BEFORE["FB-0412"])
    second_at = morning - timedelta(days=_DAYS_BEFORE["FB-0413"])
    first = injection.first_batch(story, "FB-0412", first_at)
    return first, injection.second_batch(story, "FB-0413", second_at)


def _results(story: Story, first: Hands, second: Hands, morning: datetime) -> None:
    """Link the results of both when incubation is over; the first is released, the second awaits review."""
    first_at = morning - timedelta(days=_DAYS_BEFORE["FB-0412"]) + _INCUBATION
    injection.results_arrive(story, first, first_at)
    injection.release(story, "FB-0412")
    second_at = morning - timedelta(days=_DAYS_BEFORE["FB-0413"]) + _INCUBATION
    injection.results_arrive(story, second, second_at)


def _released(story: Story, batch: str, starts_at: datetime) -> None:
    """TB-0770: made, reviewed, released for the US and certified for the EU."""
    _renew_cleanliness(story, starts_at)
    issue(story, batch, starts_at)
    story.hands(batch, 770).carry_out()
    assess(story, batch)
    complete(story, batch)
    site.clean(story.stage, _TOUCHED, f"batch/{batch}")
    story.stage.wait(days=2)
    review(story, batch)
    dispose(story, batch)


def _awaiting_review(story: Story, batch: str, starts_at: datetime) -> None:
    """TB-0771: a wrong lot scanned twice, a late witness, a transposed weight, a drying loop."""
    _renew_cleanliness(story, starts_at)
    issue(story, batch, starts_at)
    hands = story.hands(batch, 771)
    hands.twists = {
        ("1.4/1", "lot"): _wrong_lot_twice,
        ("2.9/2", "result"): _reads("1.92"),
        ("2.10b/2.1", "result"): _reads("1.71"),
        ("3.3b/3", "weight.4"): _transposed_weight,
    }
    hands.late_verifications = {"2.13b/1": 14}
    hands.carry_out()
    assess(story, batch)
    complete(story, batch)
    site.clean(story.stage, _TOUCHED, f"batch/{batch}")


def _being_made(story: Story, batch: str, loaded_at: datetime) -> None:
    """TB-0772: the first sub-lot is wet, and waits for its end point to be read."""
    starts_at = loaded_at - timedelta(hours=3, minutes=10)
    _renew_cleanliness(story, starts_at)
    issue(story, batch, starts_at)
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
