"""What a value means against its limits, also exactly on them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.procedure.limits import (
    Judgement,
    Limit,
    LimitError,
    LimitLevel,
    Side,
    judge,
    looks_like_slip,
)

LOD = Limit(minimum=Decimal("1.30"), maximum=Decimal("1.80"))
LOD_ALERT = Limit(level=LimitLevel.ALERT, minimum=Decimal("1.40"), maximum=Decimal("1.70"))
NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=2)
PATIENT = settings(deadline=None)


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("value", "inclusive", "side"),
    [
        ("1.29", True, Side.BELOW),
        ("1.30", True, None),
        ("1.3", True, None),
        ("1.80", True, None),
        ("1.800", True, None),
        ("1.81", True, Side.ABOVE),
        ("1.29", False, Side.BELOW),
        ("1.30", False, Side.BELOW),
        ("1.31", False, None),
        ("1.79", False, None),
        ("1.80", False, Side.ABOVE),
        ("1.800000000000000000000000001", True, Side.ABOVE),
    ],
)
def test_bound_belongs_to_the_range_only_when_inclusive(value, inclusive, side):
    limit = Limit(
        minimum=Decimal("1.30"),
        maximum=Decimal("1.80"),
        minimum_inclusive=inclusive,
        maximum_inclusive=inclusive,
    )

    assert limit.side(Decimal(value)) == side


@pytest.mark.parametrize(
    ("value", "judgement"),
    [
        (
            "1.71",
            Judgement(
                in_limits=False,
                alert=True,
                action=False,
                side=Side.ABOVE,
                sentence="1.71 % is above the alert limit (1.40 to 1.70 %).",
            ),
        ),
        (
            "1.92",
            Judgement(
                in_limits=False,
                alert=True,
                action=True,
                side=Side.ABOVE,
                sentence="1.92 % is above the action limit (1.30 to 1.80 %).",
            ),
        ),
        (
            "1.2",
            Judgement(
                in_limits=False,
                alert=True,
                action=True,
                side=Side.BELOW,
                sentence="1.2 % is below the action limit (1.30 to 1.80 %).",
            ),
        ),
        (
            "1.50",
            Judgement(
                in_limits=True,
                alert=False,
                action=False,
                side=None,
                sentence=(
                    "1.50 % keeps the action limit (1.30 to 1.80 %) and the alert limit (1.40 to 1.70 %)."
                ),
            ),
        ),
    ],
)
def test_judgement_tells_both_levels_and_speaks_of_the_graver(value, judgement):
    assert judge(Decimal(value), [LOD_ALERT, LOD], unit="%") == judgement


def test_value_on_an_excluded_bound_is_told_so():
    below_ten = Limit(maximum=Decimal(10), maximum_inclusive=False)

    assert judge(Decimal("10.0"), [below_ten], unit="bar").sentence == (
        "10.0 bar is exactly on the excluded bound of the action limit (< 10 bar)."
    )


def test_value_without_limits_has_none_to_keep():
    assert judge(Decimal("1.50"), []) == Judgement(
        in_limits=True, alert=False, action=False, side=None, sentence="1.50 has no limit."
    )


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (LOD, "1.30 to 1.80 %"),
        (Limit(minimum=Decimal("98.0")), "≥ 98.0 %"),
        (Limit(maximum=Decimal(50)), "≤ 50 %"),
        (Limit(minimum=Decimal(0), minimum_inclusive=False), "> 0 %"),
        (Limit(minimum=Decimal(0), maximum=Decimal(5), maximum_inclusive=False), "≥ 0 and < 5 %"),
    ],
)
def test_limit_reads_as_a_person_writes_it(limit, text):
    assert limit.text("%") == text


@pytest.mark.parametrize(
    ("bounds", "sentence"),
    [
        ({}, "The action limit has neither a minimum nor a maximum."),
        (
            {"minimum": Decimal(2), "maximum": Decimal(1)},
            "No value keeps the action limit: 2 to 1.",
        ),
        (
            {"minimum": Decimal(1), "maximum": Decimal(1), "minimum_inclusive": False},
            "No value keeps the action limit: > 1 and ≤ 1.",
        ),
    ],
)
def test_limit_that_nothing_or_everything_keeps_is_refused(bounds, sentence):
    with pytest.raises(LimitError) as refused:
        Limit(**bounds)

    assert refused.value.message == sentence


def test_limit_may_be_a_single_value():
    exactly_one_hundred = Limit(minimum=Decimal(100), maximum=Decimal(100))

    assert exactly_one_hundred.side(Decimal("100.0")) is None


@PATIENT
@given(NUMBERS, NUMBERS, NUMBERS)
def test_every_value_is_below_inside_or_above(value, one, other):
    low, high = sorted([one, other])

    side = Limit(minimum=low, maximum=high).side(value)

    assert side == (Side.BELOW if value < low else Side.ABOVE if value > high else None)


@pytest.mark.parametrize(
    ("value", "likely", "factor"),
    [
        ("15.5", "1.55", "10"),
        ("155", "1.55", "100"),
        ("1550", "1.550", "1000"),
        ("0.155", "1.55", "0.1"),
        ("0.0155", "1.55", "0.01"),
        ("0.00155", "1.55", "0.001"),
    ],
)
def test_value_a_power_of_ten_from_its_limits_looks_mistyped(value, likely, factor):
    slip = looks_like_slip(Decimal(value), limits=[LOD], unit="%")

    assert (slip.likely, slip.factor) == (Decimal(likely), Decimal(factor))


def test_slip_asks_for_the_number_meant():
    slip = looks_like_slip(Decimal("2515.07"), target=Decimal("251.507"), unit="kg")

    assert slip.sentence == (
        "2515.07 kg is about 10 times more than expected. "
        "Was 251.507 kg meant? Check the decimal point and the unit."
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.92", {"limits": [LOD]}),
        ("1.50", {"limits": [LOD]}),
        ("0", {"limits": [LOD]}),
        ("260", {"target": Decimal("251.507")}),
        ("7", {"target": Decimal("251.507")}),
        ("5", {"target": Decimal(0)}),
        ("50", {"limits": [Limit(maximum=Decimal(25))]}),
        ("150", {"limits": [Limit(minimum=Decimal(0), maximum=Decimal(100))]}),
        ("150", {"limits": [Limit(minimum=Decimal(2), maximum=Decimal(20))]}),
        ("150", {}),
    ],
)
def test_value_with_no_clear_slip_is_left_alone(value, expected):
    assert looks_like_slip(Decimal(value), **expected) is None


def test_slip_is_seen_below_zero_too():
    freezer = Limit(minimum=Decimal(-25), maximum=Decimal(-15))

    assert looks_like_slip(Decimal("-2.0"), limits=[freezer]).likely == Decimal(-20)
