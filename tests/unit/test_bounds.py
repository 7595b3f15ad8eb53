"""Limits as an operator reads them: in the decimals of the reading, and never wider than they are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.execution.bounds import readable
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind


def field(decimals):
    return Field(name="net", kind=FieldKind.NUMBER, label="Net", unit="kg", decimals=decimals)


def action(minimum, maximum, *, inclusive=True):
    return {
        "minimum": minimum,
        "maximum": maximum,
        "minimum_inclusive": inclusive,
        "maximum_inclusive": inclusive,
    }


@pytest.mark.parametrize(
    ("limits", "decimals", "shown"),
    [
        (action("125.1247325", "126.3822675"), 3, action("125.125", "126.382")),
        (action("-0.1247", "0.1247"), 3, action("-0.124", "0.124")),
        (action("12.0", "13.0"), 1, action("12.0", "13.0")),
        (action("12", None), 3, action("12", None)),
        (action("12.0005", "13.0005", inclusive=False), 3, action("12.0005", "13.0005", inclusive=False)),
        (action("1.05", "1.95"), None, action("1.05", "1.95")),
    ],
)
def test_bound_is_shown_in_the_decimals_of_the_reading(limits, decimals, shown):
    assert readable({"action": limits, "expected": "x"}, field(decimals)) == {
        "action": shown,
        "expected": "x",
    }


def test_target_is_shown_in_the_decimals_of_the_reading():
    assert readable({"target": "125.7535"}, field(3)) == {"target": "125.754"}


def test_no_limits_stay_none():
    assert readable(None, field(3)) is None


@given(
    st.decimals("-99", "99", places=7), st.decimals("-99", "99", places=7), st.decimals("-99", "99", places=3)
)
def test_reading_keeps_the_limits_shown_exactly_when_it_keeps_the_limits(low, high, reading):
    shown = readable({"action": action(str(low), str(high))}, field(3))["action"]

    assert (Decimal(shown["minimum"]) <= reading <= Decimal(shown["maximum"])) == (low <= reading <= high)
