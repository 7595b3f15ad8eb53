"""Yields, potency and compensator of the demo's batches, and what is refused."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.arithmetic import CalculationError
from records.batch.calculations import (
    MassBalance,
    Replaced,
    compensator_quantity,
    mass_balance,
    percent_of_theoretical,
    potency_as_is,
    theoretical_units,
    theoretical_weight,
    theoretical_yield,
)
from records.numbers import Rounding, as_text, round_to

WEIGHED = st.decimals(min_value=1, max_value=1000, places=3)
ASSAY = st.decimals(min_value="90.0", max_value="100.0", places=1)
PATIENT = settings(deadline=None)


def half_up(value, decimals):
    return as_text(round_to(value, decimals, Rounding.HALF_UP))


@pytest.mark.requirement("G-68b2")
def test_paracetamol_is_weighed_as_is():
    as_is = potency_as_is(base=Decimal("250.000"), assay=Decimal("99.6"), loss_on_drying=Decimal("0.2"))

    assert half_up(as_is, 3) == "251.507"


def test_cellulose_makes_up_for_the_potency_of_paracetamol():
    paracetamol = Replaced(
        base=Decimal("250.000"),
        as_is=potency_as_is(base=Decimal("250.000"), assay=Decimal("99.6"), loss_on_drying=Decimal("0.2")),
    )

    assert half_up(compensator_quantity(base=Decimal("10.000"), replaced=[paracetamol]), 3) == "8.493"


@pytest.mark.requirement("G-68b2")
def test_ondansetron_salt_is_rounded_only_at_the_end():
    as_is = potency_as_is(base=Decimal("400.0"), salt_factor=Decimal("1.2471"), assay=Decimal("99.1"))
    salt = round_to(Decimal("400.0") * Decimal("1.2471"), 1, Rounding.HALF_UP)
    rounded_on_the_way = potency_as_is(base=salt, assay=Decimal("99.1"))

    assert (half_up(as_is, 1), half_up(rounded_on_the_way, 1)) == ("503.4", "503.3")


@PATIENT
@given(WEIGHED, ASSAY)
def test_quantity_as_is_holds_the_labelled_amount(base, assay):
    as_is = potency_as_is(base=base, assay=assay)

    assert round_to(as_is * assay / 100, 20, Rounding.HALF_UP) == base


@PATIENT
@given(WEIGHED, ASSAY)
def test_compensator_keeps_the_total_weight(base, assay):
    replaced = Replaced(base=base, as_is=potency_as_is(base=base, assay=assay))

    filler = compensator_quantity(base=Decimal(1000), replaced=[replaced])

    assert round_to(filler + replaced.as_is, 20, Rounding.HALF_UP) == 1000 + base


@pytest.mark.requirement("G-103")
@pytest.mark.parametrize(
    ("actual", "theoretical", "percent"),
    [
        ("487500", "500000", "97.50"),
        ("500000", "500000", "100.00"),
        ("293.1", "295.000", "99.36"),
        ("501000", "500000", "100.20"),
        ("0", "500000", "0.00"),
    ],
)
def test_actual_yield_is_stated_in_per_cent_of_the_theoretical(actual, theoretical, percent):
    found = percent_of_theoretical(actual=Decimal(actual), theoretical=Decimal(theoretical))

    assert half_up(found, 2) == percent


def test_smaller_batch_has_a_smaller_theoretical_yield():
    assert as_text(theoretical_yield(base=Decimal(500000), scale=Decimal("0.5"))) == "250000.0"


@pytest.mark.requirement("G-103")
def test_two_hundred_litres_fill_whole_vials_only():
    units = theoretical_units(quantity=Decimal(200000), per_unit=Decimal("2.15"))

    assert as_text(units) == "93023"


def test_half_a_million_tablets_weigh_what_the_formula_adds_up_to():
    weight = theoretical_weight(per_unit=Decimal("590.00"), units=Decimal(500000))

    assert half_up(weight, 3) == "295.000"


@pytest.mark.requirement("G-103")
def test_mass_balance_shows_what_is_missing():
    balance = mass_balance(
        charged=Decimal("295.000"), recovered=[Decimal("290.500"), Decimal("1.200"), Decimal("0.350")]
    )

    assert balance == MassBalance(
        accounted=Decimal("292.050"),
        unaccounted=Decimal("2.950"),
        percent=Decimal(99),
    )


def test_mass_balance_shows_more_out_than_in():
    assert mass_balance(charged=Decimal(10), recovered=[Decimal(11)]).unaccounted == Decimal(-1)


@pytest.mark.parametrize(
    ("calculation", "inputs", "sentence"),
    [
        (
            percent_of_theoretical,
            {"actual": "1", "theoretical": "0"},
            "Theoretical must be more than zero, not 0.",
        ),
        (percent_of_theoretical, {"actual": "-1", "theoretical": "1"}, "Actual can't be negative: -1."),
        (potency_as_is, {"base": "1", "assay": "0"}, "Assay must be more than zero, not 0."),
        (
            potency_as_is,
            {"base": "1", "assay": "99", "loss_on_drying": "100.0"},
            "A loss on drying of 100.0 % leaves nothing to weigh.",
        ),
        (
            potency_as_is,
            {"base": "1", "assay": "99", "loss_on_drying": "-1"},
            "Loss on drying can't be negative: -1.",
        ),
        (theoretical_units, {"quantity": "1", "per_unit": "-2"}, "Per unit must be more than zero, not -2."),
        (theoretical_weight, {"per_unit": "0", "units": "1"}, "Per unit must be more than zero, not 0."),
        (theoretical_yield, {"base": "1", "scale": "0.0"}, "Scale must be more than zero, not 0.0."),
    ],
)
def test_quantity_that_makes_no_sense_is_refused(calculation, inputs, sentence):
    with pytest.raises(CalculationError) as refused:
        calculation(**{name: Decimal(text) for name, text in inputs.items()})

    assert refused.value.message == sentence


def test_negative_recovery_is_refused():
    with pytest.raises(CalculationError) as refused:
        mass_balance(charged=Decimal(1), recovered=[Decimal(-1)])

    assert refused.value.message == "Recovered can't be negative: -1."


def test_lot_too_weak_for_its_compensator_is_refused():
    weak = Replaced(base=Decimal("250.000"), as_is=Decimal("261.000"))

    with pytest.raises(CalculationError) as refused:
        compensator_quantity(base=Decimal("10.000"), replaced=[weak])

    assert refused.value.message == (
        "This potency takes more than the whole 10.000 of the compensator. Use another lot."
    )
