"""Budgets against published ones, coverage factors against Student's distribution, and what is refused.

Published: EA-4/02 M:2022, supplements S2 (weight) and S3 (resistor); JCGM 100:2008, 5.2.2 and H.1.
"""

from decimal import Decimal

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.arithmetic import CalculationError
from records.calibration.contributions import Basis, Contribution, standard_uncertainty
from records.calibration.coverage import coverage_factor
from records.calibration.uncertainty import budget, rounded_up, to_the_place_of


def line(name, basis, figure, **more):
    return Contribution(
        name=name, basis=basis, figure=Decimal(figure), **{key: _exact(value) for key, value in more.items()}
    )


def _exact(value):
    return Decimal(value) if isinstance(value, str) else value


WEIGHT = [
    line("standard", Basis.NORMAL, "45", coverage="2"),
    line("drift", Basis.RECTANGULAR, "15"),
    line("difference", Basis.READINGS, "25", readings=3),
    line("eccentricity", Basis.RECTANGULAR, "10"),
    line("buoyancy", Basis.RECTANGULAR, "10"),
]
RESISTOR = [
    line("standard", Basis.NORMAL, "5", coverage="2"),
    line("drift", Basis.RECTANGULAR, "10"),
    line("temperature of the standard", Basis.RECTANGULAR, "2.75"),
    line("temperature", Basis.RECTANGULAR, "5.5"),
    line("parasitic", Basis.TRIANGULAR, "0.000001", sensitivity="10000000"),
    line("ratio", Basis.STANDARD, "0.00000007", sensitivity="10000000"),
]
GAUGE_BLOCK = [
    line("standard", Basis.STANDARD, "25", degrees_of_freedom="18"),
    line("difference", Basis.STANDARD, "9.7", degrees_of_freedom="25.6"),
    line("expansion", Basis.STANDARD, "2.9", degrees_of_freedom="50"),
    line("temperature", Basis.STANDARD, "16.6", degrees_of_freedom="2"),
]
TRANSMITTER = [
    line("reference", Basis.STANDARD, "0.0016"),
    line("meter", Basis.NORMAL, "0.003", coverage="2"),
    line("resolution", Basis.RESOLUTION, "0.001"),
    line("repeatability", Basis.STANDARD, "0.0010"),
    line("temperature", Basis.STANDARD, "0.000693"),
]
BALANCE = [
    line("zero", Basis.RESOLUTION, "0.1"),
    line("load", Basis.RESOLUTION, "0.1"),
    line("repeatability", Basis.STANDARD, "0.0667"),
    line("eccentricity", Basis.RECTANGULAR, "0.2"),
    line("weight", Basis.NORMAL, "0.10", coverage="2"),
    line("drift", Basis.RECTANGULAR, "0.1"),
    line("buoyancy", Basis.RECTANGULAR, "0.075"),
]


@pytest.mark.requirement("CAL-20")
@pytest.mark.requirement("CAL-20")
@pytest.mark.parametrize(
    ("lines", "combined", "expanded", "places"),
    [
        (WEIGHT, "29.3", "59", 1),
        (RESISTOR, "8.33", "17", 2),
        (TRANSMITTER, "0.00252", "0.0051", 5),
        (BALANCE, "0.1648", "0.33", 4),
    ],
    ids=["EA-4/02 S2", "EA-4/02 S3", "PT-1203A", "BAL-07"],
)
def test_budget_is_the_published_one(lines, combined, expanded, places):
    found = budget(lines, coverage=Decimal(2))

    assert (str(round(found.combined, places)), str(found.reported)) == (combined, expanded)
    assert abs(sum(row.percent_of_variance for row in found.lines) - 100) < Decimal("1E-24")


@pytest.mark.requirement("CAL-20")
@pytest.mark.requirement("CAL-20")
def test_effective_degrees_of_freedom_are_those_of_the_gauge_block():
    found = budget(GAUGE_BLOCK)

    assert (round(found.combined), found.degrees_of_freedom, found.coverage) == (32, 16, Decimal("2.17"))


def test_few_readings_widen_the_coverage():
    found = budget([line("readings", Basis.READINGS, "1", readings=4), line("other", Basis.STANDARD, "0.1")])

    assert (found.degrees_of_freedom, found.coverage) == (3, Decimal("3.31"))


@pytest.mark.parametrize(("r", "combined"), [("1", "1.0"), ("0", "0.3162")], ids=["alike", "independent"])
def test_resistors_calibrated_with_one_standard_add_up(r, combined):
    lines = [line(f"R{i}", Basis.STANDARD, "0.1") for i in range(10)]
    pairs = {(f"R{i}", f"R{j}"): Decimal(r) for i in range(10) for j in range(i)}

    assert round(budget(lines, correlations=pairs).combined, 4) == Decimal(combined)


def test_opposite_sensitivities_of_one_standard_cancel():
    lines = [
        line("before", Basis.STANDARD, "0.1"),
        line("after", Basis.STANDARD, "0.1", sensitivity="-1"),
    ]

    assert budget(lines, correlations={("before", "after"): Decimal(1)}).combined == 0


@pytest.mark.parametrize("freedom", [*range(1, 21), 25, 30, 35, 40, 45, 50])
def test_coverage_factor_is_that_of_students_distribution(freedom):
    k = mpmath.mpf(str(coverage_factor(freedom)))

    covered = 1 - mpmath.betainc(
        mpmath.mpf(freedom) / 2, mpmath.mpf(1) / 2, 0, freedom / (freedom + k**2), regularized=True
    )

    slope = mpmath.mpf("0.0051") * 2 * mpmath.npdf(0)  # half a last digit of k, at the steepest
    assert abs(covered - mpmath.mpf("0.9545")) < slope


@pytest.mark.parametrize(
    ("freedom", "k"), [(21, "2.13"), (24, "2.13"), (99, "2.05"), (100, "2.025"), (10**6, "2.025")]
)
def test_between_two_rows_the_lower_one_holds(freedom, k):
    assert coverage_factor(freedom) == Decimal(k)


@pytest.mark.parametrize(
    ("basis", "divisor"),
    [
        (Basis.STANDARD, 1),
        (Basis.RECTANGULAR, mpmath.sqrt(3)),
        (Basis.TRIANGULAR, mpmath.sqrt(6)),
        (Basis.U_SHAPED, mpmath.sqrt(2)),
        (Basis.RESOLUTION, mpmath.sqrt(12)),
    ],
)
def test_divisor_is_that_of_the_distribution(basis, divisor):
    found = standard_uncertainty(line("x", basis, "7.5"))

    assert mpmath.almosteq(mpmath.mpf(str(found)), mpmath.mpf("7.5") / divisor, rel_eps=1e-14)


@pytest.mark.parametrize(
    ("expanded", "reported"),
    [
        ("0.0050492", "0.0051"),
        ("0.3296", "0.33"),
        ("58.6", "59"),
        ("0.0999", "0.10"),
        ("9.91", "10"),
        ("0.50", "0.50"),
        ("1234", "1300"),
        ("0", "0"),
    ],
)
def test_expanded_uncertainty_is_rounded_up_to_two_figures(expanded, reported):
    assert f"{rounded_up(Decimal(expanded)):f}" == reported


@given(st.decimals("0.000001", "999999", places=6))
def test_reported_uncertainty_is_never_smaller_nor_a_figure_too_large(expanded):
    reported = rounded_up(expanded)

    assert (
        expanded
        <= reported
        < expanded + Decimal((0, (1,), expanded.adjusted() - 1)) + Decimal((0, (1,), reported.adjusted() - 1))
    )
    assert len(reported.as_tuple().digits) == 2


@pytest.mark.parametrize(
    ("value", "uncertainty", "rounded"),
    [("16.07825", "0.0051", "16.0782"), ("16.07835", "0.0051", "16.0784"), ("100025", "45", "100025")],
)
def test_value_goes_to_the_place_of_its_uncertainty(value, uncertainty, rounded):
    assert str(to_the_place_of(Decimal(value), Decimal(uncertainty))) == rounded


@pytest.mark.parametrize(
    ("lines", "more", "complaint"),
    [
        ([], {}, "one contribution at least"),
        ([line("x", Basis.STANDARD, "1")] * 2, {}, "a name of its own"),
        ([line("x", Basis.STANDARD, "-1")], {}, "x: an uncertainty is zero or above"),
        ([line("x", Basis.READINGS, "1")], {}, "x: a standard deviation of readings needs their number"),
        ([line("x", Basis.READINGS, "1", readings=1)], {}, "two or more"),
        ([line("x", Basis.NORMAL, "1")], {}, "x: an expanded uncertainty needs the coverage factor"),
        ([line("x", Basis.NORMAL, "1", coverage="0")], {}, "above zero"),
        (
            [line("x", Basis.STANDARD, "1", readings=3)],
            {},
            "belongs to a standard deviation of readings only",
        ),
        ([line("x", Basis.STANDARD, "1", coverage="2")], {}, "belongs to an expanded uncertainty only"),
        (
            [line("x", Basis.STANDARD, "1", degrees_of_freedom="0.5")],
            {},
            "degrees of freedom are one or more",
        ),
        (
            [line("x", Basis.READINGS, "1", readings=3, degrees_of_freedom="2")],
            {},
            "follow from their number",
        ),
        ([line("x", Basis.STANDARD, "1")], {"coverage": Decimal("0.9")}, "A coverage factor is one or more"),
        (
            [line("x", Basis.STANDARD, "1")],
            {"correlations": {("x", "y"): Decimal(1)}},
            "x with y: a correlation",
        ),
        (
            [line("x", Basis.STANDARD, "1")],
            {"correlations": {("x", "x"): Decimal(1)}},
            "x with x: a correlation",
        ),
        (WEIGHT, {"correlations": {("drift", "standard"): Decimal("1.1")}}, "from -1 to 1"),
        (
            WEIGHT,
            {"correlations": {("drift", "standard"): Decimal(1), ("standard", "drift"): Decimal(1)}},
            "correlated twice",
        ),
        (WEIGHT, {"correlations": {("drift", "standard"): Decimal("0.5")}}, "Declare the coverage factor"),
        (
            [line(name, Basis.STANDARD, "1") for name in "abc"],
            {"correlations": {pair: Decimal(-1) for pair in [("a", "b"), ("b", "c"), ("a", "c")]}},
            "can't hold together",
        ),
    ],
)
def test_budget_that_makes_no_sense_is_refused(lines, more, complaint):
    with pytest.raises(CalculationError, match=complaint):
        budget(lines, **more)


def test_correlated_lines_take_a_declared_coverage_factor():
    found = budget(WEIGHT, correlations={("drift", "standard"): Decimal("0.5")}, coverage=Decimal(2))

    assert (found.degrees_of_freedom, found.coverage) == (None, Decimal(2))
