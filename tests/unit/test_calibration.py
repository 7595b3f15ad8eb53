"""Transfer, errors of indication, hysteresis, linearity: the demo's transmitter PT-1203A, and refusals."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.arithmetic import CalculationError
from records.calibration.indication import (
    PointError,
    corrected_reading,
    error_of_indication,
    hysteresis,
    span_error,
)
from records.calibration.linearity import Line, linearity
from records.calibration.transfer import Interval, Knot, Transfer, nominal_output

BAR = Interval(lower=Decimal(0), upper=Decimal(6))
MILLIAMPERE = Interval(lower=Decimal(4), upper=Decimal(20))
RISING = [("0.0", "4.012"), ("1.5", "8.031"), ("3.0", "12.055"), ("4.5", "16.078"), ("6.0", "20.103")]
FALLING = [("4.5", "16.086"), ("3.0", "12.064"), ("1.5", "8.038"), ("0.0", "4.014")]
TABLE = [
    Knot(applied=Decimal(0), output=Decimal(4)),
    Knot(applied=Decimal(2), output=Decimal(10)),
    Knot(applied=Decimal(6), output=Decimal(20)),
]


def errors(run):
    """Return the errors in per cent of span of readings in mA."""
    return [
        PointError(applied=Decimal(bar), error=(Decimal(read) - nominal(bar)) / 16 * 100) for bar, read in run
    ]


def nominal(bar, transfer=Transfer.LINEAR, table=()):
    return nominal_output(Decimal(bar), measuring=BAR, output=MILLIAMPERE, transfer=transfer, table=table)


def rounded(values, places):
    return [str(round(value, places)) for value in values]


@pytest.mark.parametrize(
    ("transfer", "bar", "output"),
    [
        (Transfer.LINEAR, "0", "4"),
        (Transfer.LINEAR, "1.5", "8"),
        (Transfer.LINEAR, "6.0", "20"),
        (Transfer.SQUARE_ROOT, "0", "4"),
        (Transfer.SQUARE_ROOT, "1.5", "12"),
        (Transfer.SQUARE_ROOT, "6", "20"),
        (Transfer.TABLE, "0", "4"),
        (Transfer.TABLE, "2", "10"),
        (Transfer.TABLE, "1", "7"),
        (Transfer.TABLE, "4", "15"),
        (Transfer.TABLE, "6", "20"),
    ],
)
def test_output_follows_what_is_applied(transfer, bar, output):
    assert nominal(bar, transfer, TABLE) == Decimal(output)


@pytest.mark.parametrize("bar", ["-0.001", "6.001"])
def test_nothing_is_said_outside_the_measuring_interval(bar):
    with pytest.raises(CalculationError, match=r"outside the measuring interval from 0 to 6"):
        nominal(bar)


@pytest.mark.parametrize("table", [(), TABLE[:1], TABLE[:2], TABLE[1:], TABLE[::-1], [*TABLE, TABLE[-1]]])
def test_table_covers_the_measuring_interval_rising(table):
    with pytest.raises(CalculationError, match="A transfer table needs two points or more"):
        nominal("1", Transfer.TABLE, table)


@pytest.mark.parametrize("upper", ["1", "0.5"])
def test_interval_is_not_empty(upper):
    with pytest.raises(CalculationError, match=r"Swap or widen it"):
        Interval(lower=Decimal(1), upper=Decimal(upper))


def test_errors_of_the_transmitter_are_those_of_its_record():
    assert rounded((point.error for point in errors(RISING)), 4) == [
        "0.0750",
        "0.1938",
        "0.3438",
        "0.4875",
        "0.6438",
    ]


@pytest.mark.parametrize(
    ("indication", "reference", "found"),
    [("20.103", "20", ("0.103", "0.64375", "0.515")), ("0.05", "0", ("0.05", "0.3125", None))],
)
def test_error_is_indication_less_reference(indication, reference, found):
    error = error_of_indication(
        indication=Decimal(indication), reference=Decimal(reference), span=Decimal(16)
    )

    of_reading = error.percent_of_reading
    assert (error.absolute, error.percent_of_span) == (Decimal(found[0]), Decimal(found[1]))
    assert of_reading == (None if found[2] is None else Decimal(found[2]))


def test_error_in_per_cent_needs_a_span():
    with pytest.raises(CalculationError, match="span above zero"):
        error_of_indication(indication=Decimal(1), reference=Decimal(1), span=Decimal(0))


def test_span_error_is_that_of_the_end_less_that_of_the_beginning():
    assert span_error(errors(RISING)[::-1]) == Decimal("0.56875")


@pytest.mark.parametrize("points", [[], [PointError(applied=Decimal(1), error=Decimal(0))] * 2])
def test_span_error_needs_two_points(points):
    with pytest.raises(CalculationError, match="two points at least"):
        span_error(points)


def test_hysteresis_of_the_transmitter_is_that_of_its_record():
    found = hysteresis(rising=errors(RISING), falling=errors(FALLING))

    assert [str(point.applied) for point in found] == ["0.0", "1.5", "3.0", "4.5"]
    assert [point.error for point in found] == [
        Decimal("0.0125"),
        Decimal("0.04375"),
        Decimal("0.05625"),
        Decimal("0.05"),
    ]


def test_hysteresis_needs_a_point_of_both_runs():
    with pytest.raises(CalculationError, match="both rising and falling"):
        hysteresis(rising=errors(RISING[:1]), falling=errors(FALLING[:1]))


def test_point_that_stands_twice_in_a_run_is_refused():
    with pytest.raises(CalculationError, match="A point stands twice"):
        hysteresis(rising=errors(RISING[:1] * 2), falling=errors(FALLING))


@pytest.mark.parametrize(
    ("line", "deviations"),
    [
        (Line.TERMINAL, ["0.0000", "-0.0234", "-0.0156", "-0.0141", "0.0000"]),
        (Line.LEAST_SQUARES, ["0.0125", "-0.0119", "-0.0050", "-0.0044", "0.0088"]),
    ],
)
def test_linearity_of_the_transmitter_is_that_of_its_record(line, deviations):
    points = [(Decimal(bar), (Decimal(read) - 4) / 16 * 100) for bar, read in RISING]

    found = linearity(points, line)

    assert [f"{abs(x) if not round(x, 4) else x:.4f}" for x in found.deviations] == deviations
    assert found.worst == max(found.deviations, key=abs)


@pytest.mark.parametrize(
    "points", [[(1, 1), (2, 2)], [(1, 1), (1, 2), (2, 3)], [(3, 1), (2, 2), (1, 3)]], ids=str
)
def test_linearity_needs_three_points_that_rise(points):
    with pytest.raises(CalculationError, match="Linearity needs"):
        linearity([(Decimal(x), Decimal(y)) for x, y in points], Line.TERMINAL)


@given(
    st.lists(st.integers(-1000, 1000), min_size=3, max_size=9, unique=True).map(sorted),
    st.data(),
)
def test_least_squares_leave_no_sum_and_no_slope_behind(places, data):
    heights = data.draw(
        st.lists(st.integers(-9999, 9999), min_size=len(places), max_size=len(places)), label="heights"
    )
    found = linearity(
        [(Decimal(x), Decimal(y)) for x, y in zip(places, heights, strict=True)], Line.LEAST_SQUARES
    )

    left = [Fraction(deviation) for deviation in found.deviations]
    assert abs(sum(left)) < Fraction(1, 10**24)
    assert abs(sum(x * d for x, d in zip(places, left, strict=True))) < Fraction(1, 10**21)


@pytest.mark.parametrize(
    ("reading", "error", "value"),
    [("4.02", "0.0265", "3.9935"), ("4.20", "0.0275", "4.1725"), ("4.4", "0.0287", "4.3713")],
)
def test_reading_is_corrected_by_the_error_between_two_points(reading, error, value):
    in_bar = [PointError(applied=p.applied, error=p.error * 6 / 100) for p in errors(RISING)]

    found = corrected_reading(Decimal(reading), in_bar)

    assert [*rounded((found.error, found.value), 4), found.outside] == [error, value, False]


@pytest.mark.parametrize(("reading", "error"), [("-1", "0.1"), ("9", "0.3")])
def test_reading_beyond_the_points_takes_the_nearest_error_and_says_so(reading, error):
    found = corrected_reading(
        Decimal(reading),
        [
            PointError(applied=Decimal(5), error=Decimal("0.3")),
            PointError(applied=Decimal(0), error=Decimal("0.1")),
        ],
    )

    assert (found.error, found.value, found.outside) == (
        Decimal(error),
        Decimal(reading) - Decimal(error),
        True,
    )


def test_reading_is_not_corrected_by_nothing():
    with pytest.raises(CalculationError, match="errors found at one point or more"):
        corrected_reading(Decimal(1), [])
