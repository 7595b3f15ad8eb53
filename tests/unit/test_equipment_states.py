"""What state equipment is in at a moment, to the microsecond, and what a rule says of it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.days import last_instant
from records.equipment.calculations import OVERRIDABLE, evaluate, judge_use
from records.equipment.states import EVALUATED, WORDS, Axis, GmpImpact, UsabilityVerdict
from records.procedure.sections import AxisRule, EquipmentRule
from records.times import to_text

DUBLIN = "Europe/Dublin"
MICROSECOND = timedelta(microseconds=1)
BEGAN = datetime(2026, 11, 1, 8, tzinfo=UTC)
MEASURING = EquipmentRule(
    name="measuring",
    axes=(
        AxisRule(axis="service", states=("available", "in_use")),
        AxisRule(axis="calibration", states=("in_cal", "due_soon")),
    ),
)
OVERDUE = (
    "BAL-014 (A-0003) calibration is overdue since 2026-11-23 23:59 (Europe/Dublin); "
    "the rule measuring wants in calibration or due soon (21 CFR 211.160(b)(4))."
)
PATIENT = settings(deadline=None)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    axis: Axis
    value: str
    from_at: datetime = BEGAN
    to_at: datetime | None = None
    detail: dict = field(default_factory=dict)
    id: int = 1
    rev: int = 1


def in_cal(**detail):
    return Stretch(axis=Axis.CALIBRATION, value="in_cal", detail=detail)


def calibration_at(at, time_zone=DUBLIN, **detail):
    return evaluate([in_cal(**detail)], at, time_zone).word(Axis.CALIBRATION)


def judged(*stretches, rule=MEASURING, gmp_impact=GmpImpact.DIRECT, at=datetime(2026, 11, 24, 9, tzinfo=UTC)):
    return judge_use(evaluate(stretches, at, DUBLIN), rule, gmp_impact=gmp_impact, name="BAL-014 (A-0003)")


AVAILABLE = Stretch(axis=Axis.SERVICE, value="available")


@pytest.mark.requirement("G-160b4", "ATK-41")
@pytest.mark.parametrize(
    ("time_zone", "due_on", "last"),
    [
        ("UTC", "2026-11-23", datetime(2026, 11, 23, 23, 59, 59, 999999, UTC)),
        (DUBLIN, "2026-11-23", datetime(2026, 11, 23, 23, 59, 59, 999999, UTC)),
        (DUBLIN, "2026-07-01", datetime(2026, 7, 1, 22, 59, 59, 999999, UTC)),
        # the clocks go back on 25 October and forward on 29 March: these days have 25 and 23 hours
        (DUBLIN, "2026-10-25", datetime(2026, 10, 25, 23, 59, 59, 999999, UTC)),
        (DUBLIN, "2026-10-24", datetime(2026, 10, 24, 22, 59, 59, 999999, UTC)),
        (DUBLIN, "2026-03-29", datetime(2026, 3, 29, 22, 59, 59, 999999, UTC)),
        (DUBLIN, "2026-03-28", datetime(2026, 3, 28, 23, 59, 59, 999999, UTC)),
        ("America/New_York", "2026-11-01", datetime(2026, 11, 2, 4, 59, 59, 999999, UTC)),
        # at midnight the clocks of Cairo go forward: the next day begins at 01:00
        ("Africa/Cairo", "2026-04-23", datetime(2026, 4, 23, 21, 59, 59, 999999, UTC)),
        # at one the clocks of Havana go back to midnight: the day ends before the first of the two
        ("America/Havana", "2026-10-31", datetime(2026, 11, 1, 3, 59, 59, 999999, UTC)),
    ],
)
def test_calibration_is_good_to_the_last_instant_of_its_due_day_and_overdue_from_the_next(
    time_zone, due_on, last
):
    began = Stretch(
        axis=Axis.CALIBRATION, value="in_cal", from_at=BEGAN - timedelta(days=400), detail={"due_on": due_on}
    )

    words = [
        evaluate([began], at, time_zone).word(Axis.CALIBRATION)
        for at in (last - MICROSECOND, last, last + MICROSECOND)
    ]

    assert words == ["in_cal", "in_cal", "overdue"]


@pytest.mark.requirement("G-160b4")
def test_due_limit_may_be_an_instant_instead_of_a_day():
    due_at = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)

    words = [calibration_at(at, due_at=to_text(due_at)) for at in (due_at, due_at + MICROSECOND)]

    assert words == ["in_cal", "overdue"]


@pytest.mark.requirement("G-160b4")
def test_calibration_is_due_soon_from_its_warning_on():
    warn_at = datetime(2026, 11, 16, tzinfo=UTC)
    detail = {"due_on": "2026-11-23", "warn_at": to_text(warn_at)}

    state = evaluate([in_cal(**detail)], warn_at, DUBLIN).axes[Axis.CALIBRATION]

    assert (calibration_at(warn_at - MICROSECOND, **detail), state.word, state.stored, state.since) == (
        "in_cal",
        "due_soon",
        "in_cal",
        warn_at,
    )


@pytest.mark.requirement("G-160b4")
@pytest.mark.parametrize("value", ["in_cal", "limited", "grace"])
def test_calibration_without_a_due_date_is_unknown(value):
    stretch = Stretch(axis=Axis.CALIBRATION, value=value)

    assert evaluate([stretch], BEGAN, DUBLIN).word(Axis.CALIBRATION) == "unknown"


@pytest.mark.requirement("G-67a", "ATK-41")
@pytest.mark.parametrize("value", ["clean", "sterile"])
def test_clean_equipment_expires_after_its_hold(value):
    until = datetime(2026, 11, 8, 8, tzinfo=UTC)
    stretch = Stretch(axis=Axis.CLEANING, value=value, detail={"clean_until": to_text(until)})

    words = [evaluate([stretch], at, DUBLIN).word(Axis.CLEANING) for at in (until, until + MICROSECOND)]

    assert words == [value, "hold_expired"]


def test_qualification_is_due_again_after_its_day_and_lasts_where_none_is_set():
    after = datetime(2026, 12, 1, tzinfo=UTC)
    limited = Stretch(axis=Axis.QUALIFICATION, value="qualified", detail={"due_on": "2026-11-30"})
    lasting = Stretch(axis=Axis.QUALIFICATION, value="qualified")

    words = [evaluate([stretch], after, DUBLIN).word(Axis.QUALIFICATION) for stretch in (limited, lasting)]

    assert words == ["requalification_due", "qualified"]


@pytest.mark.requirement("G-105a")
def test_instant_where_two_states_meet_belongs_to_the_later_one():
    meet = datetime(2026, 11, 10, 10, tzinfo=UTC)
    stretches = [
        Stretch(axis=Axis.CLEANING, value="dirty", to_at=meet),
        Stretch(axis=Axis.CLEANING, value="in_cleaning", from_at=meet, id=2),
    ]

    words = [evaluate(stretches, at, DUBLIN).word(Axis.CLEANING) for at in (meet - MICROSECOND, meet)]

    assert words == ["dirty", "in_cleaning"]


@pytest.mark.requirement("ATK-41")
def test_axis_without_a_state_is_unknown_and_blocks():
    judgement = judged(in_cal(due_on="2026-12-01"))

    assert (judgement.verdict, judgement.failed) == (
        UsabilityVerdict.BLOCK,
        ("BAL-014 (A-0003) service is not known; the rule measuring wants available or in use.",),
    )


@pytest.mark.requirement("ATK-41")
def test_rule_over_an_axis_that_does_not_exist_blocks():
    rule = EquipmentRule(name="odd", axes=(AxisRule(axis="colour", states=("red",)),))

    assert judged(AVAILABLE, rule=rule).verdict is UsabilityVerdict.BLOCK


@pytest.mark.requirement("G-160b4", "ATK-41")
def test_overdue_instrument_with_direct_impact_blocks_and_says_since_when():
    judgement = judged(AVAILABLE, in_cal(due_on="2026-11-23"), at=datetime(2026, 11, 24, tzinfo=UTC))

    assert (judgement.verdict, judgement.failed) == (
        UsabilityVerdict.BLOCK,
        (OVERDUE,),
    )


@pytest.mark.requirement("G-160b4")
@pytest.mark.parametrize("gmp_impact", [GmpImpact.INDIRECT, GmpImpact.NONE])
def test_overdue_instrument_without_direct_impact_may_be_used_with_a_signature(gmp_impact):
    judgement = judged(AVAILABLE, in_cal(due_on="2026-11-23"), gmp_impact=gmp_impact)

    assert judgement.verdict is UsabilityVerdict.ALLOW_WITH_SIGNATURE


def test_equipment_that_meets_every_clause_is_allowed():
    judgement = judged(AVAILABLE, in_cal(due_on="2026-11-24"))

    assert (judgement.verdict, judgement.failed) == (UsabilityVerdict.ALLOW, ())


def test_every_failed_clause_is_told():
    judgement = judged(Stretch(axis=Axis.SERVICE, value="maintenance"), in_cal(due_on="2026-11-23"))

    in_maintenance = (
        "BAL-014 (A-0003) service is maintenance since 2026-11-01 08:00 (Europe/Dublin); "
        "the rule measuring wants available or in use."
    )
    assert judgement.failed == (in_maintenance, OVERDUE)


def test_one_clause_that_blocks_outweighs_one_that_may_be_overridden():
    rule = EquipmentRule(
        name="both",
        axes=(
            AxisRule(axis="qualification", states=("qualified",)),
            AxisRule(axis="cleaning", states=("clean",)),
        ),
    )
    due_again = Stretch(axis=Axis.QUALIFICATION, value="requalification_due")

    verdicts = [
        judged(due_again, Stretch(axis=Axis.CLEANING, value=value, detail=detail), rule=rule).verdict
        for value, detail in [("clean", {"clean_until": "2026-12-01T00:00:00Z"}), ("dirty", {})]
    ]

    assert verdicts == [UsabilityVerdict.ALLOW_WITH_SIGNATURE, UsabilityVerdict.BLOCK]


NEVER_OVERRIDDEN = {
    (Axis.SERVICE, "out_of_service"),
    (Axis.CALIBRATION, "oot_open"),
    (Axis.QUALITY, "quarantined"),
    (Axis.CLEANING, "dirty"),
    (Axis.CLEANING, "hold_expired"),
}


@pytest.mark.requirement("ATK-41")
@pytest.mark.parametrize("gmp_impact", GmpImpact)
@pytest.mark.parametrize(("axis", "word"), sorted(NEVER_OVERRIDDEN))
def test_failed_quarantined_or_dirty_equipment_is_never_overridden(axis, word, gmp_impact):
    rule = EquipmentRule(name="any", axes=(AxisRule(axis=axis, states=("wanted",)),))

    assert judged(Stretch(axis=axis, value=word), rule=rule, gmp_impact=gmp_impact).verdict is (
        UsabilityVerdict.BLOCK
    )


def test_words_that_may_be_overridden_are_words_of_their_axis():
    assert {axis: words - set(WORDS[axis]) for axis, words in OVERRIDABLE.items()} == dict.fromkeys(
        OVERRIDABLE, frozenset()
    )


@PATIENT
@given(st.dates(date(1970, 1, 2), date(2100, 1, 1)), st.sampled_from([DUBLIN, "UTC", "Asia/Kathmandu"]))
def test_last_instant_of_a_day_is_followed_by_the_next_day(day, time_zone):
    last = last_instant(day, time_zone)

    days = [moment.astimezone(ZoneInfo(time_zone)).date() for moment in (last, last + MICROSECOND)]
    assert days == [day, day + timedelta(days=1)]


@PATIENT
@given(
    st.sampled_from([(axis, word) for axis in Axis for word in WORDS[axis]]),
    st.dictionaries(
        st.sampled_from(["due_on", "clean_until", "warn_at"]), st.just("2026-11-10T00:00:00Z"), max_size=3
    ),
    st.integers(0, 40 * 24).map(lambda hours: BEGAN + timedelta(hours=hours)),
)
def test_only_time_makes_another_word_of_a_stored_one(stored, detail, at):
    axis, word = stored
    detail = {key: text[:10] if key == "due_on" else text for key, text in detail.items()}

    found = evaluate([Stretch(axis=axis, value=word, detail=detail)], at, DUBLIN).axes[axis]

    assert found.word == word or found.word in EVALUATED | {"unknown"}


def test_day_at_the_end_of_the_calendar_has_a_last_instant():
    assert last_instant(date.max, DUBLIN).year == 9000
