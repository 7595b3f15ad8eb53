"""Decision rules at, inside and beyond every limit; risks against an independent library."""

from decimal import Decimal

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.arithmetic import CalculationError
from records.calibration.decision import (
    DecisionRule,
    Rule,
    Verdict,
    accuracy_ratio,
    decide,
    specific_risk,
    uncertainty_ratio,
)
from records.calibration.normal import deviations_below, probability_below
from records.calibration.risk import global_risk
from records.calibration.transfer import Interval

TOLERANCE = Interval(lower=Decimal("-0.080"), upper=Decimal("0.080"))
SIMPLE = DecisionRule(rule=Rule.SIMPLE)
GUARDED = DecisionRule(rule=Rule.GUARD_BAND)
BINARY = DecisionRule(rule=Rule.GUARD_BAND, is_binary=True)
INNER = DecisionRule(rule=Rule.GUARD_BAND, factor=Decimal("0.83"))
METHOD_5 = DecisionRule(rule=Rule.METHOD_5)
METHOD_6 = DecisionRule(rule=Rule.METHOD_6)


def decision(error, rule, expanded="0.010", tolerance=TOLERANCE):
    return decide(
        Decimal(error), tolerance=tolerance, expanded=Decimal(expanded), coverage=Decimal(2), by=rule
    )


@pytest.mark.requirement("CAL-19")
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("rule", "error", "verdict"),
    [
        (SIMPLE, "0.080", Verdict.PASS),
        (SIMPLE, "0.0800001", Verdict.FAIL),
        (GUARDED, "0.070", Verdict.PASS),
        (GUARDED, "0.0700001", Verdict.CONDITIONAL_PASS),
        (GUARDED, "0.080", Verdict.CONDITIONAL_PASS),
        (GUARDED, "0.0800001", Verdict.CONDITIONAL_FAIL),
        (GUARDED, "0.090", Verdict.CONDITIONAL_FAIL),
        (GUARDED, "0.0900001", Verdict.FAIL),
        (BINARY, "0.070", Verdict.PASS),
        (BINARY, "0.0700001", Verdict.FAIL),
        (INNER, "0.0717", Verdict.PASS),
        (INNER, "0.0717001", Verdict.CONDITIONAL_PASS),
        (METHOD_5, "0.070", Verdict.PASS),
        (METHOD_5, "0.0700001", Verdict.CONDITIONAL_PASS),
    ],
)
def test_verdict_at_and_beside_each_limit(rule, error, verdict, sign):
    assert decision(f"{sign}{error}", rule).verdict is verdict


def test_tolerance_need_not_be_symmetrical():
    lopsided = Interval(lower=Decimal("-0.02"), upper=Decimal("0.10"))

    found = decision("-0.011", GUARDED, tolerance=lopsided)

    assert (found.acceptance_lower, found.acceptance_upper) == (Decimal("-0.01"), Decimal("0.09"))
    assert found.verdict is Verdict.CONDITIONAL_PASS


def test_guard_bands_that_meet_leave_no_plain_pass():
    assert decision("0", GUARDED, expanded="0.081").verdict is Verdict.CONDITIONAL_PASS


def test_transmitters_acceptance_limit_is_that_of_its_record():
    found = decision("0.103", METHOD_5, expanded="0.0050492")

    assert (round(found.acceptance_upper, 5), round(found.ratio, 2)) == (Decimal("0.07495"), Decimal("15.84"))
    assert (found.verdict, decision("0.103", METHOD_6, expanded="0.0050492").guard_band) == (Verdict.FAIL, 0)


@pytest.mark.parametrize(
    ("expanded", "ratio"), [("0.08", 1), ("0.04", 2), ("0.02", 4), ("0.0175", 0), ("0.017", 0)]
)
def test_method_6_follows_its_formula_down_to_nothing(expanded, ratio):
    found = decision("0", METHOD_6, expanded=expanded)

    tur = mpmath.mpf("0.16") / (2 * mpmath.mpf(expanded))
    band = mpmath.mpf(expanded) * (
        mpmath.mpf("1.04") - mpmath.exp(mpmath.mpf("0.38") * mpmath.log(tur) - mpmath.mpf("0.54"))
    )
    assert abs(mpmath.mpf(str(found.guard_band)) - max(band, 0)) < 1e-15
    assert not ratio or round(tur) == ratio


@pytest.mark.requirement("CAL-18")
def test_ratio_takes_no_standard_uncertainty():
    with pytest.raises(CalculationError, match="not a standard uncertainty"):
        uncertainty_ratio(tolerance=TOLERANCE, expanded=Decimal("0.005"), coverage=Decimal(1))


@pytest.mark.parametrize(
    ("rule", "expanded", "complaint"),
    [
        (SIMPLE, "0", "an expanded uncertainty above zero"),
        (
            DecisionRule(rule=Rule.GUARD_BAND, factor=Decimal(0)),
            "0.01",
            "without one the rule is called simple",
        ),
    ],
)
def test_decision_without_its_figures_is_refused(rule, expanded, complaint):
    with pytest.raises(CalculationError, match=complaint):
        decision("0", rule, expanded=expanded)


def test_accuracy_ratio_holds_one_tolerance_against_another():
    assert (
        accuracy_ratio(tolerance=TOLERANCE, standard=Interval(lower=Decimal("-0.02"), upper=Decimal("0.02")))
        == 4
    )


@settings(deadline=None)
@given(st.decimals("-13", "13", places=4))
def test_probability_is_that_of_an_independent_library(z):
    with mpmath.workdps(45):
        expected = mpmath.ncdf(mpmath.mpf(str(z)))
        assert abs(mpmath.mpf(str(probability_below(z))) - expected) < mpmath.mpf("1e-29")


@settings(deadline=None, max_examples=30)
@given(st.decimals("0.0001", "0.9999", places=6))
def test_deviations_are_the_inverse_of_the_probability(probability):
    assert abs(probability_below(deviations_below(probability)) - probability) < Decimal("1E-26")


@pytest.mark.parametrize("probability", ["0", "1", "-0.1", "1.1"])
def test_probability_to_invert_lies_between_none_and_all(probability):
    with pytest.raises(CalculationError, match="between 0 and 1"):
        deviations_below(Decimal(probability))


@pytest.mark.requirement("CAL-14")
@pytest.mark.parametrize(
    ("error", "risk"),
    [
        ("0.080", "0.500000"),
        ("0.070", "0.022750"),
        ("0.0717", "0.048457"),
        ("0", "0.000000"),
        ("0.09", "0.977250"),
    ],
)
def test_specific_risk_is_what_the_rule_promises(error, risk):
    found = specific_risk(Decimal(error), tolerance=TOLERANCE, standard=Decimal("0.005"))

    assert str(round(found, 6)) == risk


def test_specific_risk_needs_an_uncertainty():
    with pytest.raises(CalculationError, match="above zero"):
        specific_risk(Decimal(0), tolerance=TOLERANCE, standard=Decimal(0))


@pytest.mark.requirement("CAL-18")
@pytest.mark.parametrize(
    ("acceptance", "standard", "reliability"),
    [
        ("1", "0.125", "0.95"),
        ("0.9", "0.25", "0.85"),
        ("1", "0.01", "0.6"),
        ("0", "0.5", "0.9"),
        ("1.2", "0.2", "0.95"),
    ],
)
def test_global_risk_is_that_of_an_independent_integration(acceptance, standard, reliability):
    found = global_risk(
        limit=Decimal(1),
        acceptance=Decimal(acceptance),
        standard=Decimal(standard),
        reliability=Decimal(reliability),
    )

    a, u, itp = (mpmath.mpf(word) for word in (acceptance, standard, reliability))
    sigma = 1 / (mpmath.sqrt(2) * mpmath.erfinv(itp))

    def accepted(t):
        return mpmath.ncdf((a - t) / u) - mpmath.ncdf((-a - t) / u)

    def prior(t):
        return mpmath.npdf(t, 0, sigma)

    accept = 2 * mpmath.quad(lambda t: prior(t) * accepted(t), mpmath.linspace(1, 1 + 14 * max(sigma, u), 12))
    reject = 2 * mpmath.quad(lambda t: prior(t) * (1 - accepted(t)), mpmath.linspace(0, 1, 12))
    assert abs(mpmath.mpf(str(found.false_accept)) - accept) < 2e-11
    assert abs(mpmath.mpf(str(found.false_reject)) - reject) < 2e-11


@pytest.mark.requirement("CAL-18")
def test_four_to_one_keeps_false_acceptance_below_two_per_cent():
    found = global_risk(
        limit=Decimal(1), acceptance=Decimal(1), standard=Decimal("0.125"), reliability=Decimal("0.95")
    )

    assert round(found.false_accept, 4) == Decimal("0.0086")


@pytest.mark.parametrize(
    "given",
    [
        {"limit": Decimal(0)},
        {"standard": Decimal(0)},
        {"acceptance": Decimal(-1)},
        {"reliability": Decimal(1)},
    ],
)
def test_global_risk_without_its_figures_is_refused(given):
    usual = {
        "limit": Decimal(1),
        "acceptance": Decimal(1),
        "standard": Decimal("0.1"),
        "reliability": Decimal("0.9"),
    }

    with pytest.raises(CalculationError):
        global_risk(**usual | given)
