"""Figures over samples: exact until the declared rounding."""

import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.arithmetic import CalculationError, mean, sample_sd
from records.execution.statistics import statistic
from records.numbers import Rounding, as_text
from records.procedure.vocabulary import StatisticKind

WEIGHTS = [Decimal(text) for text in ("591.2", "589.8", "590.4", "588.9", "592.0", "590.1", "589.5", "590.7")]
SAMPLES = st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=4), min_size=2, max_size=12)
PATIENT = settings(deadline=None)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (StatisticKind.MEAN, "590.32"),
        (StatisticKind.SUM, "4722.60"),
        (StatisticKind.MINIMUM, "588.90"),
        (StatisticKind.MAXIMUM, "592.00"),
        (StatisticKind.RANGE, "3.10"),
        (StatisticKind.SD, "0.98"),
        (StatisticKind.RSD, "0.17"),
    ],
)
def test_figure_over_tablet_weights(kind, text):
    assert as_text(statistic(kind, WEIGHTS, decimals=2)) == text


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("samples", "sd"),
    [
        (["2", "4", "4", "4", "5", "5", "7", "9"], "2.138089935299395"),
        (["10000001", "10000003", "10000002"], "1.000000000000000"),
        (["1000000.2", "1000000.1", "1000000.3"], "0.100000000000000"),
        (["5", "5", "5"], "0.000000000000000"),
    ],
)
def test_standard_deviation_is_that_of_a_sample_and_loses_no_digits(samples, sd):
    figure = statistic(StatisticKind.SD, [Decimal(sample) for sample in samples], decimals=15)

    assert as_text(figure) == sd


def test_statistics_round_half_even_unless_the_master_says_otherwise():
    samples = [Decimal("1.1"), Decimal("1.2")]

    assert as_text(statistic(StatisticKind.MEAN, samples, decimals=1)) == "1.2"
    assert as_text(statistic(StatisticKind.MEAN, samples, decimals=1, rounding=Rounding.DOWN)) == "1.1"


@pytest.mark.parametrize(
    ("kind", "samples", "sentence"),
    [
        (StatisticKind.MEAN, [], "A figure over samples needs at least one of them."),
        (StatisticKind.SD, ["1"], "A standard deviation needs at least two values."),
        (StatisticKind.RSD, ["1"], "A standard deviation needs at least two values."),
        (StatisticKind.RSD, ["1", "-1"], "The calculation divides by zero."),
    ],
)
def test_figure_with_too_few_samples_is_refused(kind, samples, sentence):
    with pytest.raises(CalculationError) as refused:
        statistic(kind, [Decimal(sample) for sample in samples], decimals=2)

    assert refused.value.message == sentence


def test_mean_of_nothing_is_refused():
    with pytest.raises(CalculationError) as refused:
        mean([])

    assert refused.value.message == "A mean needs at least one value."


@PATIENT
@given(SAMPLES)
def test_mean_is_the_exact_one_rounded_once(samples):
    exact = sum(map(Fraction, samples), Fraction(0)) / len(samples)

    assert abs(Fraction(mean(samples)) - exact) <= abs(exact) / 10**33


@PATIENT
@given(SAMPLES)
def test_standard_deviation_squared_is_the_exact_variance(samples):
    exact = statistics.variance([Fraction(sample) for sample in samples])

    assert abs(Fraction(sample_sd(samples)) ** 2 - exact) <= exact / 10**32


@PATIENT
@given(SAMPLES, st.integers(min_value=-(10**6), max_value=10**6))
def test_standard_deviation_does_not_move_with_the_samples(samples, shift):
    assert sample_sd([sample + shift for sample in samples]) == sample_sd(samples)
