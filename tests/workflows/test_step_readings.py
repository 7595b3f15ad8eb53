"""Readings that no instrument can have shown, whatever a master's limits say (211.68(b), 211.101)."""

import pytest

from records.execution.states import Judged
from tests.factories import reasons_of
from tests.syrup import SALT, SyrupPlant, issue_syrup

pytest_plugins = ("tests.stages", "tests.syrup_stages")

BELOW = "{label}: {value} is below zero, and {wrong} never is. Zero what shows it, and read it again."
NOTHING = (
    "Gross {gross} kg is not more than tare {tare} kg, so nothing would be weighed in. "
    "Read both again; correct first the one that is wrong."
)


@pytest.fixture
def weighing(syrup):
    """Stand at the balance, with lot and balance identified."""
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")
    return syrup


@pytest.mark.requirement("G-68b2")
@pytest.mark.requirement("P11-10h-1")
@pytest.mark.parametrize("name", ["tare", "gross"])
def test_a_weight_below_zero_is_refused(weighing, name):
    refused = reasons_of(weighing.give, "2.1/1", f"{name}.1", "-0.100")

    assert refused == [BELOW.format(label=name.title(), value="-0.100 kg", wrong="a weight")]
    assert f"{name}.1" not in weighing.values("2.1/1")


def test_a_tared_balance_shows_a_tare_of_zero(weighing):
    weighing.give("2.1/1", "tare.1", "0.000")
    weighing.give("2.1/1", "gross.1", "5.000")

    assert weighing.values("2.1/1")["net.1"] == "5.000"


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize("gross", ["0.100", "0.099", "0.000"])
def test_a_gross_weight_that_is_not_more_than_its_tare_is_refused(weighing, gross):
    weighing.give("2.1/1", "tare.1", "0.100")

    assert reasons_of(weighing.give, "2.1/1", "gross.1", gross) == [NOTHING.format(gross=gross, tare="0.100")]


def test_the_tare_of_another_portion_is_not_compared(weighing):
    weighing.give("2.1/1", "tare.1", "0.100")
    weighing.give("2.1/1", "tare.2", "6.000")

    weighing.give("2.1/1", "gross.1", "5.100")

    assert weighing.values("2.1/1")["net.1"] == "5.000"


@pytest.mark.requirement("G-68b2")
def test_a_correction_that_leaves_nothing_weighed_in_is_refused(weighing):
    weighing.give("2.1/1", "tare.1", "0.100")
    weighing.give("2.1/1", "gross.1", "5.100")

    refused = [
        *reasons_of(weighing.amend, "2.1/1", "tare.1", "5.100"),
        *reasons_of(weighing.amend, "2.1/1", "gross.1", "-5.100"),
    ]

    assert refused == [
        NOTHING.format(gross="5.100", tare="5.100"),
        BELOW.format(label="Gross", value="-5.100 kg", wrong="a weight"),
    ]
    assert weighing.values("2.1/1")["net.1"] == "5.000"


WEIGH_ONE = "title: Weight, text: Weigh one., "
USES_BALANCE = "equipment: [{role: BAL-01, rule: measuring}], "
OFF_A_BALANCE = "unit: g, decimals: 1, limits: {minimum: 95.0, maximum: 105.0}"


@pytest.mark.requirement("P11-10h-1")
def test_a_weight_read_off_an_instrument_in_any_step_is_not_below_zero(plant):
    syrup = SyrupPlant(plant.engine)
    issue_syrup(
        syrup,
        changes=[
            (WEIGH_ONE, f"{WEIGH_ONE}{USES_BALANCE}"),
            (OFF_A_BALANCE, f"instrument: BAL-01, {OFF_A_BALANCE}"),
        ],
    )

    told = reasons_of(syrup.give, "5.2/1", "weight", "-100.0")

    assert told[-1] == BELOW.format(label="Weight", value="-100.0 g", wrong="a weight")


def test_what_may_be_below_zero_is_judged_by_its_limits_only(syrup):
    outcome = syrup.give("1.1/1", "temperature", "-2.0")

    assert outcome.judged is Judged.ACTION
