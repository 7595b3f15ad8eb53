from dataclasses import replace
from decimal import Decimal

import pytest

from records.numbers import Rounding, round_to
from records.procedure.authoring_steps import Surroundings, build_step
from records.procedure.definition import SignatureRequirement
from records.procedure.expressions import RecordedValues, compile_expression
from records.procedure.fields import (
    Field,
    LimitRange,
    Limits,
    Statistic,
    all_names,
    field_variables,
    input_names,
    statistic_names,
    value_names,
)
from records.procedure.outline import (
    Counter,
    fields,
    outline,
    published_variables,
    required_qualifications,
    steps,
)
from records.procedure.sign import SignError, Signers, shorthand, signatures_of
from records.procedure.step_types import STEP_TYPES
from records.procedure.vocabulary import Act, FieldKind, OperationsType, StatisticKind, StepType
from tests.masters import master, small

TABLETS = outline(master("mbr-0042.yaml"))
YOGHURT = outline(master("mmr-0311.yaml"))
WEIGHT = Field(
    name="weight",
    kind=FieldKind.NUMBER,
    label="Weight",
    unit="mg",
    decimals=1,
    samples=3,
    variable="tablet",
    statistics=(Statistic(kind=StatisticKind.MEAN, label="Weight, mean", variable="tablet_mean"),),
)


def test_field_with_samples_stands_for_numbered_values_and_its_statistics():
    assert input_names(WEIGHT) == ("weight.1", "weight.2", "weight.3")
    assert statistic_names(WEIGHT) == ("weight.mean",)
    assert all_names(WEIGHT) == ("weight.1", "weight.2", "weight.3", "weight.mean")
    assert field_variables(WEIGHT) == ("tablet", "tablet_mean")


def test_computed_field_has_values_and_asks_for_none():
    net = replace(WEIGHT, name="net", kind=FieldKind.COMPUTED, statistics=())

    assert input_names(net) == ()
    assert value_names(net) == ("net.1", "net.2", "net.3")


def test_field_without_samples_is_one_value():
    assert all_names(replace(WEIGHT, samples=None, statistics=())) == ("weight",)


def test_outline_keeps_the_order_of_the_document():
    numbers = [place.step.number for place in outline(small()).places]

    assert numbers == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"]
    assert [place.position for place in outline(small()).places] == [0, 1, 2, 3, 4, 5]
    assert [step.number for step in steps(small())] == numbers


def test_place_says_what_encloses_a_step_and_where_its_content_is():
    place = TABLETS.place("2.10b")

    assert (place.unit_procedure.id, place.operation.id, place.phase.id) == ("2", "2B", "2B.7")
    assert place.path == ("unit_procedures", 1, "operations", 1, "phases", 6, "steps", 1)
    assert TABLETS.step("2.10b") == place.step


@pytest.mark.parametrize(
    ("place", "counters"),
    [
        (TABLETS.place("1.3"), ()),
        (TABLETS.place("2.9"), (Counter.REPEAT,)),
        (TABLETS.place("2.10b"), (Counter.REPEAT, Counter.LOOP)),
        (TABLETS.place("2.8b"), (Counter.REPEAT, Counter.RECURRENCE)),
        (YOGHURT.place("7g"), (Counter.LOOP,)),
    ],
)
def test_counters_of_an_occurrence_come_from_what_encloses_the_step(place, counters):
    assert place.counters == counters


def test_unknown_step_number_is_an_error():
    with pytest.raises(KeyError):
        TABLETS.place("9.9")


def test_qualifications_are_listed_once_each():
    assert required_qualifications(TABLETS.procedure) == ("GRANULATION", "TABLET-PRESS", "WEIGHING")


def test_every_field_is_listed_with_its_step():
    assert [(step.number, field.name) for step, field in fields(small())][-3:] == [
        ("1.6", "actual"),
        ("1.6", "theoretical"),
        ("1.6", "percent"),
    ]


USUAL = Signers(OperationsType.PRODUCTION)
P = SignatureRequirement(act=Act.PERFORMED, roles=("operator",), as_signature=True)
IDENTIFIED = replace(P, as_signature=False)
IPC = SignatureRequirement(act=Act.PERFORMED, roles=("ipc_analyst",), as_signature=True)
V = SignatureRequirement(act=Act.VERIFIED, roles=("verifier", "supervisor"), as_signature=True)
QA = SignatureRequirement(act=Act.APPROVED, roles=("qa_reviewer",), as_signature=True)
QP = SignatureRequirement(act=Act.APPROVED, roles=("qualified_person",), as_signature=True)
SHORTHAND = {
    "P": (IDENTIFIED,),
    "P+V": (P, V),
    "V": (IDENTIFIED, V),
    "IPC": (IPC,),
    "IPC+V": (IPC, V),
    "IPC+QA": (IPC, QA),
    "QA": (QA,),
    "P+QA": (P, QA),
    "P+V+QA": (P, V, QA),
    "QA+QP": (QA, QP),
    "sys": (),
}


@pytest.mark.requirement("G-101d")
@pytest.mark.parametrize(("sign", "required"), SHORTHAND.items())
def test_sign_letters_stand_for_persons_in_their_order(sign, required):
    assert signatures_of(sign, USUAL, has_inputs=True) == required


@pytest.mark.parametrize("sign", SHORTHAND)
def test_sign_letters_can_be_read_back(sign):
    assert shorthand(signatures_of(sign, USUAL, has_inputs=True)) == sign


def test_lone_verifier_of_a_step_with_nothing_to_enter_stands_alone():
    assert signatures_of("V", USUAL, has_inputs=False) == (V,)


@pytest.mark.parametrize("sign", ["", "X", "V+P", "P+P", "P+IPC", "P+", "sys+P", "p"])
def test_what_is_no_sign_is_refused(sign):
    with pytest.raises(SignError) as refused:
        signatures_of(sign, USUAL, has_inputs=True)

    assert refused.value.message == (
        f"{sign!r} is not a sign: write sys, or P or IPC, then V, QA, QP as needed, joined by +."
    )


def test_maintenance_is_performed_by_technicians():
    required = signatures_of("P+V", Signers(OperationsType.MAINTENANCE), has_inputs=True)

    assert [one.roles for one in required] == [("technician",), ("technician", "supervisor", "verifier")]


def test_step_may_name_other_roles():
    signers = Signers(OperationsType.PRODUCTION, performers=("supervisor",), verifiers=("qa_reviewer",))

    assert [one.roles for one in signatures_of("P+V", signers, has_inputs=True)] == [
        ("supervisor",),
        ("qa_reviewer",),
    ]


def test_there_are_28_step_types():
    assert tuple(STEP_TYPES) == tuple(StepType)
    assert len(STEP_TYPES) == 28


def test_only_hold_time_and_calculation_are_executed_by_the_system():
    assert [row.code for row in STEP_TYPES.values() if row.is_system] == [
        StepType.HOLD_TIME,
        StepType.CALCULATION,
    ]


def test_critical_number_is_signed_by_two_where_the_master_does_not_say():
    assert shorthand(TABLETS.step("2.7").signatures) == "P+V"
    assert shorthand(TABLETS.step("2.6").signatures) == "P"


DEFAULT_FIELDS = {
    "1.1a": ("previous", "room_clean", "no_product", "no_labels", "pressure"),
    "1.2a": ("bal_014", "bal_021"),
    "1.3": ("lot", "balance", "required", "tare", "gross", "net", "label"),
    "1.10": ("actual", "theoretical", "percent"),
    "2.2": ("vessel", "container_para", "container_starch", "container_mcc"),
    "2.3": ("elapsed", "slow"),
    "2.4a": ("sample",),
    "2.8a": ("done",),
    "2.13a": ("vessel", "granule_bin"),
    "2.15a": ("container", "quantity"),
    "2.16": ("elapsed",),
    "4.3a": ("photo", "lot_right", "made_right", "expiry_right"),
    "4.3b": ("printed", "specimen"),
    "4.6a": ("issued", "used", "destroyed", "returned", "unexplained", "percent"),
    "4.8": ("room", "no_tablets", "no_printed", "coder_cleared"),
}


@pytest.mark.parametrize(("number", "names"), DEFAULT_FIELDS.items())
def test_step_type_brings_its_fields(number, names):
    assert tuple(field.name for field in TABLETS.step(number).fields) == names


def test_charge_from_a_lot_asks_for_lot_and_quantity_in_order():
    assert [field.name for field in YOGHURT.step("5").fields] == [
        "vessel",
        "lot_milk",
        "quantity_milk",
        "lot_powder",
        "quantity_powder",
    ]


@pytest.mark.requirement("G-101c")
def test_each_portion_and_their_sum_are_limited_by_the_tolerance_of_the_component():
    net = TABLETS.step("1.3").field("net")

    assert net.target == "para_required / 2"
    assert net.limits == Limits(
        action=LimitRange(minimum="para_required / 2 * 0.995", maximum="para_required / 2 * 1.005")
    )
    assert [(one.kind, one.limits, one.variable) for one in net.statistics] == [
        (
            StatisticKind.SUM,
            Limits(action=LimitRange(minimum="para_required * 0.995", maximum="para_required * 1.005")),
            "para_dispensed",
        )
    ]


def test_weights_have_the_resolution_of_their_balance():
    assert {
        field.decimals for field in TABLETS.step("1.6").fields if field.name in {"tare", "gross", "net"}
    } == {4}
    assert TABLETS.step("1.6").field("required").decimals == 3


def test_author_changes_a_default_field_by_naming_it():
    actual = YOGHURT.step("16a").field("actual")

    assert (actual.label, actual.variable, actual.unit, actual.kind) == (
        "Good cups",
        "good_cups",
        "cup",
        FieldKind.NUMBER,
    )


def test_statistics_of_a_published_field_are_published_too():
    assert published_variables(TABLETS.step("3.3b")) == ("tablet_weight", "tablet_weight_mean")


def test_table_gives_its_rows_to_the_fields_that_do_not_say_otherwise():
    samples = {field.name: field.samples for field in TABLETS.step("3.2").fields}

    assert samples == {"weight": 10, "thickness": 10, "hardness": 10, "disintegration": 6, "friability": None}


@pytest.mark.requirement("G-188b5")
def test_results_are_judged_against_the_specification_they_name():
    assay = TABLETS.step("5.2").field("fp_assay")

    assert assay.limits == Limits(action=LimitRange(minimum="95.0", maximum="105.0"))
    assert assay.hint == "TM-0042-03. 95.0 to 105.0 % of the declared content"


def test_readers_of_a_note_are_identified_one_for_each_role():
    note = {
        "step": "1.1",
        "type": "acknowledge",
        "title": "Note",
        "settings": {"readers": ["operator", "verifier"]},
    }
    around = Surroundings(OperationsType.PRODUCTION, roles={}, formula={}, specifications={}, portions={})

    step = build_step(note, (), {}, around)

    assert [(one.roles, one.as_signature) for one in step.signatures] == [
        (("operator",), False),
        (("verifier",), False),
    ]


def required(item_id: str, **values: str) -> Decimal:
    item = next(item for item in TABLETS.procedure.formula if item.id == item_id)
    inputs = RecordedValues({name: [Decimal(value)] for name, value in values.items()})
    return round_to(compile_expression(item.required).number(inputs), item.decimals, item.rounding)


def test_paracetamol_is_weighed_as_is_for_assay_and_loss_on_drying():
    assert required("para", base="250.000", assay="99.6", lod="0.2") == Decimal("251.507")


def test_cellulose_compensates_for_the_potency_of_paracetamol():
    assert required("mcc", base="10.000", para_required="251.507", para_base="250.000") == Decimal("8.493")


def test_rounding_of_a_computed_value_is_declared():
    assert TABLETS.step("1.3").field("net").rounding is Rounding.HALF_UP


@pytest.mark.requirement("G-130")
@pytest.mark.requirement("G-188b6")
def test_packing_area_is_cleared_before_and_inspected_after_by_two_persons():
    packing = [place.step for place in TABLETS.places if place.unit_procedure.id == "4"]
    inspections = [step for step in packing if step.type in {StepType.LINE_CLEARANCE, StepType.AREA_CHECK}]

    assert [(step.number, shorthand(step.signatures)) for step in inspections] == [
        ("4.1", "P+V"),
        ("4.8", "P+V"),
    ]
    assert inspections[0].setting("valid_minutes") == 240


@pytest.mark.requirement("G-134")
def test_packed_product_is_examined_before_the_quality_review():
    examination, review = TABLETS.place("4.9"), TABLETS.place("5")

    assert examination.step.type is StepType.IPC_RESULT
    assert all(field.required for field in examination.step.fields)
    assert examination.position < review.position
    assert shorthand(review.step.signatures) == "QA"


@pytest.mark.requirement("G-125")
def test_label_reconciliation_computes_what_is_unexplained_against_a_preset_limit():
    recon = TABLETS.step("4.6a")
    values = RecordedValues(
        {
            name: [Decimal(count)]
            for name, count in {"issued": 1000, "used": 950, "destroyed": 10, "returned": 20}.items()
        }
    )

    assert compile_expression(recon.field("unexplained").formula).number(values) == Decimal(20)
    assert compile_expression(recon.field("percent").formula).number(values) == Decimal(98)
    assert recon.field("percent").limits == Limits(action=LimitRange(minimum="100.00", maximum="100.00"))


@pytest.mark.requirement("G-111")
def test_hold_times_name_their_steps_and_their_maximum():
    holds = {
        place.step.number: (
            place.step.setting("from"),
            place.step.setting("to"),
            place.step.setting("maximum_minutes"),
        )
        for source in (TABLETS, YOGHURT)
        for place in source.places
        if place.step.type is StepType.HOLD_TIME
    }

    assert holds == {
        "2.16": ("2.14b", "3.2", "10080"),
        "3.7": ("3.5b", "4.4a", "43200"),
        "3c": ("3b", "5", "2880"),
        "11c": ("11a", "12a", "360"),
    }


def test_small_master_consumes_ten_lots_in_twenty_more_identified_entries():
    found = list(steps(master("mbr-9000.yaml")))

    assert [shorthand(step.signatures) for step in found] == ["P"] * 30 + ["P+V"]
    assert len([step for step in found if step.type is StepType.CHARGE_IN]) == 10
