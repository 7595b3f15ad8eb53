"""From readings to a verdict: the demo's transmitter and balance to the last figure, limits met exactly."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from records.calibration.contributions import Basis
from records.calibration.decision import Verdict
from records.calibration.function import function_content, function_of
from records.calibration.judging import expected_complaint, judge, overall
from records.calibration.limits import Limits, LimitsAtPoint, limits_at, tier_of
from records.calibration.procedure import procedure_content, procedure_of
from records.calibration.soundness import fit_complaints, function_complaints, procedure_complaints
from records.calibration.states import LimitBasis, RunVerdict, Tier
from records.calibration.summary import implausible, summary
from tests.unit.calibration_cases import (
    AS_FOUND,
    AS_LEFT,
    STANDARDS,
    WAY,
    WEIGHTS,
    balance,
    balance_procedure,
    interval,
    row,
    taken,
    transmitter,
    transmitter_procedure,
)

FOUND = judge(transmitter(), transmitter_procedure(), STANDARDS, taken(AS_FOUND))
LEFT = judge(transmitter(), transmitter_procedure(), STANDARDS, taken(AS_LEFT))
WEIGHED = judge(
    balance(),
    balance_procedure(),
    WEIGHTS,
    taken(("0", "20000.1", "50000.1", "100000", "199999.8"), ("0", "20000", "50000", "100000", "200000")),
)


def percents(points, places=4):
    return [str(round(point.percent_of_span, places)) for point in points]


def told(found):
    return [str(round(Decimal(one["percent"]), 4)) for one in found]


@pytest.mark.requirement("CAL-19", "G-160b4")
def test_errors_and_words_of_the_transmitter_as_found_are_those_of_the_table():
    assert percents(FOUND) == (
        ["0.0750", "0.1938", "0.3438", "0.4875", "0.6438", "0.5375", "0.4000", "0.2375", "0.0875"]
    )
    assert [point.tier.value for point in FOUND] == (
        ["within", "alert", "adjust", "adjust", "fail", "fail", "adjust", "alert", "within"]
    )


def test_errors_of_the_transmitter_as_left_are_those_of_the_table():
    # 0.00625 and 0.01875 lie half way; the table rounds them up
    exact = "0.00625 0.0125 0.025 0.01875 0.0125 0.0375 0.04375 0.025 0.00625"
    assert [point.percent_of_span for point in LEFT] == [Decimal(text) for text in exact.split()]
    assert {point.tier for point in LEFT} == {Tier.WITHIN}


@pytest.mark.requirement("CAL-9", "CAL-20", "CAL-18")
def test_uncertainty_ratio_and_guard_bands_of_the_transmitter_are_those_of_the_table():
    point = FOUND[0]
    method_5 = judge(
        transmitter(),
        transmitter_procedure(rule_id="Z540.3-METHOD-5"),
        STANDARDS,
        taken(AS_FOUND),
    )
    shares = [round(line.contribution, 7) for line in point.budget.lines]

    assert shares == [Decimal(x) for x in ("0.0016", "0.0015", "0.0002887", "0.001", "0.000693")]
    assert (str(round(point.budget.combined, 7)), str(round(point.budget.expanded, 7))) == (
        "0.0025246",
        "0.0050492",
    )
    assert str(round(point.decision.ratio, 2)) == "15.84"
    assert point.decision.guard_band == 0
    assert str(round(method_5[0].decision.acceptance_upper, 5)) == "0.07495"
    assert [one.decision.verdict for one in method_5][3:6] == [
        Verdict.CONDITIONAL_PASS,
        Verdict.FAIL,
        Verdict.FAIL,
    ]


@pytest.mark.requirement("CAL-19")
def test_zero_span_hysteresis_and_linearity_are_those_of_the_table():
    found = summary(transmitter(), transmitter_procedure(), FOUND)
    left = summary(transmitter(), transmitter_procedure(), LEFT)

    assert (Decimal(found["zero"]), Decimal(found["span"])) == (Decimal("0.075"), Decimal("0.56875"))
    assert [Decimal(one["percent"]) for one in found["hysteresis"]] == [
        Decimal(x) for x in ("0.0125", "0.04375", "0.05625", "0.05")
    ]
    assert told(found["linearity"]["terminal"]) == ["0.0000", "-0.0234", "-0.0156", "-0.0141", "0.0000"]
    assert told(found["linearity"]["least_squares"]) == ["0.0125", "-0.0119", "-0.0050", "-0.0044", "0.0088"]
    assert [Decimal(one["percent"]) for one in left["hysteresis"]] == [
        Decimal(x) for x in ("0", "0.0125", "0.01875", "0.01875")
    ]
    assert found["findings"] == []


@pytest.mark.requirement("CAL-18", "CAL-20")
def test_balance_has_the_figures_of_its_example_and_a_finding_that_its_limit_is_too_tight():
    last = WEIGHED[-1]
    found = summary(balance(), balance_procedure(), WEIGHED)

    assert [point.error for point in WEIGHED] == [Decimal(x) for x in ("0", "0.1", "0.1", "0", "-0.2")]
    assert {point.tier for point in WEIGHED} == {Tier.WITHIN}
    assert (str(round(last.budget.combined, 4)), str(last.budget.reported)) == ("0.1648", "0.33")
    assert str(round(last.decision.ratio, 2)) == "1.21"
    assert last.decision.verdict is Verdict.CONDITIONAL_PASS
    assert "1.21: the limit is too tight for this method" in found["findings"][0]
    assert overall(WEIGHED, WEIGHED, is_adjusted=False) is RunVerdict.PASS


@pytest.mark.requirement("CAL-17")
def test_what_the_process_needs_is_judged_apart_from_the_limits():
    function = transmitter(process_tolerance=Decimal("0.60"))

    assert summary(transmitter(), transmitter_procedure(), FOUND)["process_met"] is True
    assert summary(function, transmitter_procedure(), FOUND)["process_met"] is False


@pytest.mark.parametrize(
    ("error", "tier"),
    [
        ("0.024", Tier.WITHIN),
        ("0.0240000001", Tier.ALERT),
        ("-0.04", Tier.ALERT),
        ("-0.0400000001", Tier.ADJUST),
        ("0.08", Tier.ADJUST),
        ("0.0800000001", Tier.FAIL),
    ],
)
def test_error_exactly_on_a_limit_is_inside_it(error, tier):
    limits = LimitsAtPoint(reject=Decimal("0.08"), adjust=Decimal("0.04"), alert=Decimal("0.024"))

    assert tier_of(Decimal(error), limits, is_failed=False) is tier


@pytest.mark.requirement("CAL-19")
def test_reading_exactly_on_the_reject_limit_passes_by_simple_acceptance_and_one_step_further_fails():
    procedure = transmitter_procedure(rule_id="ILAC-G8-SIMPLE")
    on, beyond = judge(transmitter(), procedure, STANDARDS, taken(("4.080", "8.081"), WAY[:2]))

    assert (on.decision.verdict, on.tier) == (Verdict.PASS, Tier.ADJUST)
    assert (beyond.decision.verdict, beyond.tier) == (Verdict.FAIL, Tier.FAIL)


@pytest.mark.parametrize(
    ("basis", "size"),
    [(LimitBasis.ABSOLUTE, "0.5"), (LimitBasis.PERCENT_SPAN, "0.08"), (LimitBasis.PERCENT_READING, "0.04")],
)
def test_limits_are_taken_on_their_basis(basis, size):
    limits = Limits(basis=basis, reject=Decimal("0.5"), adjust=Decimal("0.5"), alert=Decimal("0.5"))

    assert limits_at(limits, nominal=Decimal(8), span=Decimal(16)).reject == Decimal(size)


@pytest.mark.parametrize(
    ("found", "left", "is_adjusted", "use", "verdict"),
    [
        (LEFT, LEFT, False, None, RunVerdict.PASS),
        (LEFT, LEFT, True, None, RunVerdict.PASS_ADJUSTED),
        (FOUND[:4], FOUND[:4], False, None, RunVerdict.ALERT),
        (FOUND, LEFT, True, None, RunVerdict.FAIL_ASFOUND_PASS_ASLEFT),
        (FOUND, FOUND, False, None, RunVerdict.FAIL_ASLEFT),
        (LEFT, FOUND, True, interval("0", "4"), RunVerdict.LIMITED_USE),
        (LEFT, FOUND, True, interval("0", "5"), RunVerdict.FAIL_ASLEFT),
        (None, LEFT, True, None, RunVerdict.PASS_ADJUSTED),
    ],
)
def test_verdict_of_the_whole(found, left, is_adjusted, use, verdict):
    assert overall(found, left, is_adjusted=is_adjusted, use=use) is verdict


@pytest.mark.requirement("CAL-18")
def test_simple_acceptance_below_four_to_one_needs_a_known_risk():
    procedure = balance_procedure(rule_id="ILAC-G8-SIMPLE")
    known = balance_procedure(rule_id="ILAC-G8-SIMPLE", reliability=Decimal("0.999"))

    refused = expected_complaint(balance(), procedure, WEIGHTS)
    assert refused is not None
    assert "1.21, below 4, and the probability of false acceptance is not known" in refused
    assert expected_complaint(balance(), known, WEIGHTS) is None
    assert expected_complaint(balance(), balance_procedure(), WEIGHTS) is None


def test_point_outside_every_certificate_is_told():
    short = {**STANDARDS, "PRESSURE": [replace(STANDARDS["PRESSURE"][0], within=interval("0", "5"))]}

    refused = expected_complaint(transmitter(), transmitter_procedure(), short)
    assert refused == (
        "No standard of class PRESSURE at hand is certified at 6.0 bar (20.0 mA). Scan one that is."
    )


@pytest.mark.requirement("G-160b4")
def test_function_without_sound_limits_is_refused():
    none = Limits(
        basis=LimitBasis.PERCENT_SPAN, reject=Decimal(0), adjust=Decimal("0.25"), alert=Decimal("0.15")
    )
    wrong = Limits(
        basis=LimitBasis.PERCENT_SPAN, reject=Decimal("0.2"), adjust=Decimal("0.25"), alert=Decimal("0.15")
    )

    assert "above zero" in function_complaints(transmitter(limits=none))[0]
    assert "not above the adjust limit" in function_complaints(transmitter(limits=wrong))[0]
    assert function_complaints(transmitter()) == []


@pytest.mark.requirement("CAL-9", "G-160b4")
def test_everything_wrong_with_a_procedure_is_told_at_once():
    wrong = transmitter_procedure(
        points=(),
        repeats=0,
        conditions=(),
        standards=(),
        rule_id="MINE",
        interval_days=0,
        budget=(row("meter", Basis.NORMAL, source="standard:CURRENT"),),
    )
    found = " ".join(procedure_complaints(wrong))

    for told_of in (
        "two points or more",
        "read once or more",
        "conditions of the environment",
        "class of each standard",
        "no decision rule MINE version 1",
        "one day or more",
        "needs no standard of class CURRENT",
    ):
        assert told_of in found
    assert procedure_complaints(transmitter_procedure()) == []
    assert "has an uncertainty budget" in procedure_complaints(transmitter_procedure(budget=()))[0]


def test_procedure_in_another_unit_does_not_fit():
    assert "Use a procedure in bar" in fit_complaints(transmitter(), balance_procedure())[0]
    assert fit_complaints(transmitter(), transmitter_procedure()) == []


def test_function_and_procedure_are_the_same_after_they_were_stored():
    assert function_of(function_content(transmitter())) == transmitter()
    assert procedure_of(procedure_content(transmitter_procedure())) == transmitter_procedure()


def at(seconds):
    return datetime(2026, 11, 24, 9, 0, tzinfo=UTC) + timedelta(seconds=seconds)


def test_readings_that_are_too_good_too_alike_or_too_fast_are_flagged():
    exact = ("4.000", "8.000", "12.000", "16.000", "20.000", "16.000", "12.000", "8.000", "4.000")
    points = judge(transmitter(), transmitter_procedure(), STANDARDS, taken(exact))
    slow = [(seq, at(40 * seq)) for seq in range(1, 10)]
    fast = [(seq, at(40 * seq if seq < 9 else 330)) for seq in range(1, 10)]

    assert implausible(transmitter(), transmitter_procedure(), points, exact, fast) == [
        "Every reading equals its nominal value.",
        "Every reading ends in the digit 0.",
        "Point 9: read sooner after the point before than 30 s to settle.",
    ]
    assert implausible(transmitter(), transmitter_procedure(), FOUND, AS_FOUND, slow) == []
