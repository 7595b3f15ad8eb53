"""Where an expression of a step finds its values."""

import json
from decimal import Decimal

import pytest

from records.execution.facts import ValueFact
from records.execution.states import Judged
from records.procedure.expressions import MissingValueError, compile_expression
from records.procedure.vocabulary import FieldKind
from tests.unit.procedures import Repeat, component, number_field, operation, outlined, phase, step
from workflows.execution.scope import Scope, lot_variable, required_quantity

PARACETAMOL = component(
    "para", "250.000", required="base * 100 / assay * 100 / (100 - lod)", lot_attributes=("assay", "lod")
)
CELLULOSE = component("mcc", "10.000", required="mcc_base - (para_required - para_base)")


def fact(
    entry_id, number, occurrence, value, *, variable=None, field="value", kind=FieldKind.NUMBER, detail=None
):
    return ValueFact(
        entry_id, number, occurrence, field, kind, variable, value, Judged.NONE, json.dumps(detail)
    )


def scope(values, *, occurrence="1", operation_id="A", scale="1", **more):
    outline = outlined(
        operation(
            "A",
            phase("1", step("1", number_field("gross"), number_field("tare"), number_field(variable="lod"))),
            repeat=Repeat(times=2, label="Sub-lot"),
        ),
        operation("B", phase("2", step("2", number_field(variable="lod")))),
        formula=(PARACETAMOL, CELLULOSE),
    )
    return Scope(
        outline=outline,
        values=values,
        scale=Decimal(scale),
        operation=operation_id,
        occurrence=occurrence,
        **more,
    )


def test_a_name_means_the_step_s_own_field_of_the_same_sample():
    values = [
        fact(1, "1", "1", "100", field="gross.1"),
        fact(2, "1", "1", "200", field="gross.2"),
        fact(3, "1", "1", "2", field="tare.1"),
        fact(4, "1", "1", "3", field="tare.2"),
    ]

    net = compile_expression("gross - tare")

    assert net.number(scope(values, step="1", sample=2)) == Decimal(197)


def test_an_aggregate_means_every_sample_of_the_step_s_own_field():
    values = [fact(n, "1", "1", str(n), field=f"gross.{n}") for n in (1, 2, 3)]

    assert compile_expression("sum(gross)").number(scope(values, step="1")) == Decimal(6)


def test_a_published_name_means_the_same_sub_lot_first():
    values = [
        fact(1, "1", "1", "1.92", variable="lod"),
        fact(2, "1", "2", "1.71", variable="lod"),
    ]

    assert scope(values, occurrence="1").latest("lod") == Decimal("1.92")
    assert scope(values, occurrence="2.1").latest("lod") == Decimal("1.71")


def test_outside_its_operation_a_published_name_means_the_latest_and_all_of_them():
    values = [
        fact(1, "1", "1", "1.92", variable="lod"),
        fact(2, "1", "2", "1.71", variable="lod"),
    ]
    elsewhere = scope(values, operation_id="B")

    assert elsewhere.latest("lod") == Decimal("1.71")
    assert list(elsewhere.all("lod")) == [Decimal("1.92"), Decimal("1.71")]


@pytest.mark.requirement("G-68b2")
def test_potency_and_compensator_give_the_published_quantities():
    lot = fact(
        1,
        "1",
        "1",
        "24-118",
        field="lot",
        kind=FieldKind.SCAN,
        variable=lot_variable("para"),
        detail={"attributes": {"assay": "99.6", "lod": "0.2"}},
    )

    found = scope([lot])

    assert required_quantity(PARACETAMOL, found) == Decimal("251.507")
    assert required_quantity(CELLULOSE, found) == Decimal("8.493")


def test_a_quantity_waits_for_the_lot_it_depends_on():
    with pytest.raises(MissingValueError) as missing:
        required_quantity(CELLULOSE, scope([]))

    assert missing.value.names == ("assay", "lod")


def test_a_smaller_batch_scales_every_base_quantity():
    assert scope([], scale="0.5").latest("mcc_base") == Decimal("5.0000")


def test_a_scanned_code_that_looks_like_a_number_stays_text():
    scanned = fact(1, "1", "1", "24E118", field="lot", kind=FieldKind.SCAN, variable="code")

    assert scope([scanned]).latest("code") == "24E118"
