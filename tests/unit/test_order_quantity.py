"""A quantity is ordered in what can be counted or weighed of its unit."""

from dataclasses import replace
from decimal import Decimal

import pytest

from records.procedure.sections import BatchSize
from tests.unit.procedures import operation, phase, procedure, step
from workflows.authority import SYSTEM
from workflows.batch.facts import NewOrder, NewOrderFacts
from workflows.batch.lifecycle import PLAN
from workflows.machine import refusals


def refused(quantity, unit):
    size = BatchSize(quantity=Decimal(100), unit=unit, minimum=Decimal(1), maximum=Decimal(500000))
    master = replace(procedure(operation("A", phase("1", step("1")))), batch_size=size)
    new = NewOrder(master="MBR-1", quantity=Decimal(quantity), unit=unit)
    facts = NewOrderFacts(new=new, number="PO-1", existing=None, procedure=master)
    return [one for one in refusals(PLAN, facts, SYSTEM) if "decimals" in one]


@pytest.mark.parametrize(
    ("quantity", "unit", "said"),
    [
        ("250000.5", "tablet", ["A quantity in tablet has no decimals; 250000.5 has more."]),
        ("250000.0", "tablet", []),
        ("250000", "tablet", []),
        ("10.5", "carton", ["A quantity in carton has no decimals; 10.5 has more."]),
        ("7.500", "kg", []),
        ("7.0000001", "kg", ["A quantity in kg has at most 6 decimals; 7.0000001 has more."]),
    ],
)
def test_quantity_has_no_more_decimals_than_its_unit(quantity, unit, said):
    assert refused(quantity, unit) == [f"{one} Give another." for one in said]
