"""The two injection batches of the story: one without exceptions, one with three; results arrive later."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo import site
from app.demo.hands import Hands, Twist
from app.demo.life import Story, assess, complete, dispose, issue, review
from app.demo.plant import THINGS
from app.demo.readings import Asked
from records.execution.states import ExceptionType
from records.procedure.vocabulary import Severity
from workflows.batch.execution_owner import executing_batch
from workflows.execution.exception_commands import Problem, report_problem
from workflows.perform import UnitOfWork

_CLEANED = tuple(thing.tag for thing in THINGS if thing.area == "STERILE" and thing.is_cleaned)
_MIDNIGHT_LESS = timedelta(minutes=19)
"""Filling begins this long before midnight, so that the tenth control of the fill weight falls at 02:15."""
_LOW, _ADJUSTED = "16b/10", "15b/2"


def first_batch(story: Story, batch: str, starts_at: datetime) -> Hands:
    """FB-0412: made without an exception; its feed pressure reads 4.02 bar."""
    hands = _hands(story, batch, 412, starts_at)
    hands.twists = {("12/1", "feed_pressure"): _reads("4.02")}
    hands.needed = {"15b/1": 70, "15b/2": 120}
    _make(story, hands)
    return hands


def second_batch(story: Story, batch: str, starts_at: datetime) -> Hands:
    """FB-0413: acid brings its pH down, pump 7 fills low at night, the particle counter's clock is ahead."""
    hands = _hands(story, batch, 413, starts_at)
    hands.twists = {
        ("7a/1", "ph"): _reads("3.86"),
        ("7b/1", "quantity_acid"): _reads("64.0"),
        ("7d/1", "ph"): _reads("3.62"),
        ("12/1", "feed_pressure"): _reads("4.20"),
        ("16a/1", "done"): _in_the_night,
        (_LOW, "weight.7"): _reads("2.1080"),
        (_ADJUSTED, "kind"): _reads("weight_adjusted"),
        (_ADJUSTED, "minutes"): _reads("6"),
        (_ADJUSTED, "removed"): _reads("96"),
        ("17/3", "particles"): _clock_ahead,
        ("18b/1", "gloves"): _reads("1"),
    }
    hands.needed = {"15b/1": 70, _ADJUSTED: 158}
    hands.accepted_because = {
        "16b": "Pump 7 was low and is adjusted. The 96 vials filled since the control before are segregated.",
        "18b": "The plate was counted by a second analyst: 1 CFU on the left glove of the operator.",
    }
    _make(story, hands)
    return hands


def results_arrive(story: Story, hands: Hands, at: datetime) -> None:
    """Link the results of environment and sterility to a batch whose production is complete."""
    story.stage.now = max(story.stage.now, at)
    hands.are_results_in = True
    hands.carry_out()
    assess(story, hands.batch)


def release(story: Story, batch: str) -> None:
    """Review a batch, release it for the US and certify it for the EU."""
    story.stage.wait(days=1)
    review(story, batch)
    dispose(story, batch)


def _hands(story: Story, batch: str, seed: int, starts_at: datetime) -> Hands:
    stage = story.stage
    stage.now = max(stage.now, starts_at - timedelta(hours=12))
    site.clean(stage, _CLEANED, "cleaning and sterilisation before the batch")
    issue(story, batch, starts_at)
    return story.hands(batch, seed)


def _make(story: Story, hands: Hands) -> None:
    hands.carry_out()
    assess(story, hands.batch)
    complete(story, hands.batch)
    site.clean(story.stage, _CLEANED, f"batch/{hands.batch}")


def _reads(raw: str) -> Twist:
    """Return the twist of reading just this."""

    def twist(hands: Hands, asked: Asked) -> bool:
        hands.enter(None, asked, raw)
        return True

    return twist


def _in_the_night(hands: Hands, _asked: Asked) -> bool:
    """Wait for the night shift; the entry itself is the usual one."""
    stage = hands.stage
    zone = ZoneInfo(stage.service.settings.site_timezone)
    tomorrow = stage.now.astimezone(zone).date() + timedelta(days=1)
    stage.now = max(stage.now, datetime.combine(tomorrow, time.min, zone) - _MIDNIGHT_LESS)
    return False


def _clock_ahead(hands: Hands, asked: Asked) -> bool:
    """Tell that the counter's clock is ahead; the entry itself is the usual one."""

    def act(work: UnitOfWork) -> None:
        report_problem(
            work,
            executing_batch(work, hands.batch),
            asked.part,
            Problem(
                "The clock of the particle counter is 41 s ahead of the server's.",
                Severity.INFO,
                ExceptionType.INTEGRITY,
            ),
        )

    hands.stage.do(hands.operator, act)
    return False
