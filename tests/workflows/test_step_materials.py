"""Material in steps: lots, containers, balances, labels; a correction is a movement of its own (211.101)."""

from datetime import date
from decimal import Decimal

import pytest

from records.execution.models import LabelPrint, ScanAttempt
from records.execution.states import ExceptionType, Judged, StepState
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.material.models import Container, LotMovement
from records.material.states import ContainerState, LotState, MovementKind
from records.procedure.vocabulary import Severity
from tests.factories import LINDQVIST, REYES, reasons_of
from tests.syrup import AROMA, SALT, STREAM, SUGAR, SYRUP, SyrupPlant, another_batch, issue_syrup
from workflows.batch.execution_owner import executing_batch
from workflows.execution import commands
from workflows.execution.given import Given
from workflows.execution.label_commands import NewPrint, print_label
from workflows.execution.portion_labels import print_portion

pytest_plugins = ("tests.stages", "tests.syrup_stages")

OTHER_SALT = "26-201"


def charge(plant, sub_lot=1):
    """Charge salt, then sugar, of one sub-lot."""
    part = f"2.3/{sub_lot}"
    plant.scan(part, "vessel", "EQ:TNK-01")
    plant.scan(part, "container_salt", f"CNT:{SYRUP}-SALT-{sub_lot}")
    plant.scan(part, "container_sugar", f"CNT:{SYRUP}-SUGAR-{sub_lot}")


def consumed(plant, lot):
    """What the genealogy says the batch took from a lot."""
    edges = plant.rows(GenealogyEdge, edge=EdgeKind.CONSUMES, target=f"lot/{lot}")
    return sum((edge.quantity for edge in edges), Decimal(0))


# weighing


@pytest.mark.requirement("G-101b")
@pytest.mark.requirement("G-188b4")
def test_each_portion_weighed_is_a_container_with_a_label_of_its_own(syrup):
    syrup.weigh("2.1/1", SALT, "5.000", "5.010")

    one, two = syrup.containers().values()
    assert [(row.label, row.portion, row.net) for row in (one, two)] == [
        (f"{SYRUP}-SALT-1", "1", Decimal("5.000")),
        (f"{SYRUP}-SALT-2", "2", Decimal("5.010")),
    ]
    assert (one.batch, one.lot, one.material, one.state) == (SYRUP, SALT, "MAT-NACL", ContainerState.FILLED)
    assert syrup.balance(SALT) == Decimal("89.990")
    assert consumed(syrup, SALT) == Decimal("10.010")


def test_a_portion_is_taken_from_the_lot_only_once_it_is_labelled(syrup):
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")
    syrup.give("2.1/1", "tare.1", "0.100")
    syrup.give("2.1/1", "gross.1", "5.100")
    before = syrup.balance(SALT)
    syrup.label("2.1/1", 1)

    assert before == Decimal("100.000")
    assert syrup.balance(SALT) == Decimal("95.000")


@pytest.mark.requirement("G-101c")
def test_the_required_quantity_follows_the_assay_of_the_lot(syrup):
    syrup.receive(OTHER_SALT, "MAT-NACL", attributes={"assay": "98.0"})

    syrup.scan("2.1/1", "lot", f"LOT:{OTHER_SALT}")

    assert syrup.values("2.1/1")["required"] == "10.204"


def test_each_portion_and_their_sum_are_judged(syrup):
    syrup.weigh("2.1/1", SALT, "5.060", "5.049")

    assert syrup.entries("2.1/1", "net.1")[0].judged is Judged.ACTION
    assert syrup.entries("2.1/1", "net.2")[0].judged is Judged.IN_LIMITS
    assert syrup.entries("2.1/1", "net.sum")[0].judged is Judged.ACTION


@pytest.mark.requirement("P11-10f-1")
def test_nothing_is_weighed_before_lot_and_balance_are_identified(syrup):
    no_lot = reasons_of(syrup.give, "2.1/1", "tare.1", "0.100")
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")
    no_balance = reasons_of(syrup.give, "2.1/1", "tare.1", "0.100")

    assert no_lot == ["Scan a lot of Sodium chloride comes first."]
    assert no_balance == ["Scan balance BAL-01 comes first."]


@pytest.mark.requirement("G-101b")
def test_a_corrected_weight_moves_the_difference_and_keeps_what_was_moved(syrup):
    syrup.weigh("2.1/1", SALT, "5.000", "5.000")
    syrup.amend("2.1/1", "gross.1", "5.120")

    moved = syrup.rows(LotMovement, lot=SALT)
    assert [(row.movement, row.quantity) for row in moved[1:]] == [
        (MovementKind.DISPENSE, Decimal("-5.000")),
        (MovementKind.DISPENSE, Decimal("-5.000")),
        (MovementKind.ADJUST, Decimal("-0.020")),
    ]
    assert syrup.balance(SALT) == Decimal("89.980")
    assert syrup.containers()[f"{SYRUP}-SALT-1"].net == Decimal("5.020")
    assert consumed(syrup, SALT) == Decimal("10.020")


@pytest.mark.requirement("G-101b")
def test_a_corrected_lot_gives_back_what_was_taken_and_takes_from_the_right_one(syrup):
    syrup.receive(OTHER_SALT, "MAT-NACL", attributes={"assay": "100.0"})
    syrup.weigh("2.1/1", SALT, "5.000", "5.000")

    syrup.amend("2.1/1", "lot", f"LOT:{OTHER_SALT}", reason="Scanned the label beside it.")

    assert syrup.balance(SALT) == Decimal("100.000")
    assert syrup.balance(OTHER_SALT) == Decimal("90.000")
    assert (consumed(syrup, SALT), consumed(syrup, OTHER_SALT)) == (Decimal("0.000"), Decimal("10.000"))
    assert {row.lot for row in syrup.containers().values()} == {OTHER_SALT}


def test_a_corrected_lot_judges_what_was_weighed_anew(syrup):
    syrup.receive(OTHER_SALT, "MAT-NACL", attributes={"assay": "98.0"})
    syrup.weigh("2.1/1", SALT, "5.000", "5.000")

    syrup.amend("2.1/1", "lot", f"LOT:{OTHER_SALT}")

    assert syrup.values("2.1/1")["required"] == "10.204"
    assert [row.judged for row in syrup.entries("2.1/1", "net.1")] == [Judged.IN_LIMITS, Judged.ACTION]


def test_a_lot_is_not_overdrawn(syrup):
    syrup.receive("26-202", "MAT-SUC")
    syrup.weigh("2.2/1", "26-202", "2.000", "2.000")
    syrup.set_status("26-202", LotState.ON_HOLD)

    assert reasons_of(syrup.amend, "2.2/1", "gross.1", "99.900") == [
        "LOT 26-202 holds 96.000 kg; 97.800 kg can't be taken from it."
    ]
    assert syrup.balance("26-202") == Decimal("96.000")


# wrong lots


def refused_scan(plant, part, name, raw):
    """What a wrong scan is told, which must leave the field empty and the attempt on record."""
    outcome = plant.scan(part, name, raw)
    attempt = plant.rows(ScanAttempt)[-1]
    assert (attempt.raw, attempt.reason) == (raw, " ".join(outcome.refused))
    assert plant.entries(part, name) == []
    return outcome.refused


@pytest.mark.requirement("G-101c")
def test_a_lot_of_another_material_is_refused_and_the_attempt_stays(syrup):
    assert refused_scan(syrup, "2.1/1", "lot", f"LOT:{SUGAR}") == (
        f"LOT {SUGAR} is MAT-SUC; this step takes MAT-NACL.",
    )


@pytest.mark.requirement("G-101c")
@pytest.mark.requirement("G-110d")
@pytest.mark.parametrize(("status", "word"), [(LotState.ON_HOLD, "on hold"), (LotState.REJECTED, "rejected")])
def test_a_lot_that_is_not_released_is_refused(syrup, status, word):
    syrup.set_status(SALT, status)

    assert refused_scan(syrup, "2.1/1", "lot", f"LOT:{SALT}") == (
        f"LOT {SALT} has the status {word}; it must be released.",
    )


@pytest.mark.requirement("G-101c")
def test_a_lot_is_used_on_its_last_day_at_the_site_and_not_a_minute_later(syrup):
    syrup.receive("26-301", "MAT-SUC", expires_on=date(2026, 11, 2))
    syrup.now = syrup.now.replace(hour=23, minute=57, second=0)
    first = syrup.scan("2.2/1", "lot", "LOT:26-301")
    syrup.now = syrup.now.replace(hour=23, minute=59)

    assert first.refused == ()
    assert syrup.scan("2.4/1", "lot_aroma", f"LOT:{AROMA}").refused == ()
    assert reasons_of_scan(syrup, "2.2/1", "LOT:26-301") == (
        "LOT 26-301 is expired: its last day of use was 2026-11-02.",
    )


def reasons_of_scan(plant, part, raw):
    return plant.at_step(
        commands.correct_value, part, "lot", Given(raw=raw), actor=REYES, reason="Again."
    ).refused


@pytest.mark.requirement("G-101c")
def test_an_unknown_code_is_refused(syrup):
    assert refused_scan(syrup, "2.1/1", "lot", "LOT:99-999") == (
        "There is no lot 99-999. Check the label, or ask the warehouse.",
    )


@pytest.mark.requirement("G-101c")
def test_the_code_of_something_else_is_refused(syrup):
    assert refused_scan(syrup, "2.1/1", "lot", "EQ:BAL-01") == (
        "EQ:BAL-01 is the code of a piece of equipment; Scan a lot of Sodium chloride asks for a lot.",
    )


def test_each_wrong_scan_of_a_step_is_told_once_and_every_one_is_kept(syrup):
    scanned = ["LOT:99-999", "LOT:99-999", "EQ:BAL-01"]
    for raw in scanned:
        syrup.scan("2.1/1", "lot", raw)

    assert [(one.exception_type, one.severity, one.blocks_release) for one in syrup.exceptions()] == [
        (ExceptionType.IDENTITY, Severity.INFO, False)
    ] * 2
    assert [one.text for one in syrup.exceptions()] == [
        "Wrong scan: There is no lot 99-999. Check the label, or ask the warehouse.",
        (
            "Wrong scan: EQ:BAL-01 is the code of a piece of equipment; "
            "Scan a lot of Sodium chloride asks for a lot."
        ),
    ]
    assert [row.raw for row in syrup.rows(ScanAttempt)] == scanned


@pytest.mark.requirement("P11-10f-1")
def test_a_wrong_scan_by_who_may_not_scan_is_refused_with_every_reason(syrup):
    reasons = reasons_of(syrup.scan, "2.1/1", "lot", "LOT:99-999", actor=LINDQVIST)

    assert reasons == [
        "Step 2.1 is performed by: Operator. M. Lindqvist does not hold that role.",
        "There is no lot 99-999. Check the label, or ask the warehouse.",
    ]
    assert syrup.rows(ScanAttempt) == []


# charging


@pytest.mark.requirement("G-101d")
def test_a_container_is_charged_once_and_only_once(syrup):
    syrup.weighed()
    charge(syrup)

    charged = syrup.containers()[f"{SYRUP}-SALT-1"]
    assert (charged.state, charged.charged_part) == (ContainerState.CHARGED, "2.3/1")
    assert syrup.containers()[f"{SYRUP}-SALT-2"].state is ContainerState.FILLED


@pytest.mark.requirement("G-101d")
def test_the_same_container_is_not_charged_twice(syrup):
    syrup.weighed()
    charge(syrup)
    syrup.sign("2.3/1")
    syrup.verify("2.3/1")
    syrup.scan("2.3/2", "vessel", "EQ:TNK-01")

    refused = refused_scan(syrup, "2.3/2", "container_salt", f"CNT:{SYRUP}-SALT-1")

    assert f"Container {SYRUP}-SALT-1 is charged; it cannot be charged again." in refused


@pytest.mark.requirement("G-101d")
def test_a_container_of_another_batch_is_refused(syrup):
    another_batch(syrup, "MBR-0200.1")
    syrup.weighed()
    with_other(syrup)
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")

    assert refused_scan(syrup, "2.3/1", "container_salt", "CNT:SY-0002-SALT-1") == (
        f"Container SY-0002-SALT-1 was dispensed for SY-0002, not for {SYRUP}.",
    )


def with_other(plant):
    """Weigh the first portion of salt for the second batch."""
    for name, raw, source in (
        ("lot", f"LOT:{SALT}", "scan"),
        ("balance", "EQ:BAL-01", "scan"),
        ("tare.1", "0.100", "manual"),
        ("gross.1", "5.100", "manual"),
        ("label.1", "yes", "manual"),
    ):
        given = Given(raw=raw, source=source)
        if name == "label.1":
            with plant.act(REYES) as work:
                print_portion(work, executing_batch(work, "SY-0002"), "2.1/1", 1)
        plant.at_step(commands.enter_value, "2.1/1", name, given, batch="SY-0002")


@pytest.mark.requirement("G-101d")
def test_a_container_of_the_other_component_is_refused(syrup):
    syrup.weighed()
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")

    refused = refused_scan(syrup, "2.3/1", "container_salt", f"CNT:{SYRUP}-SUGAR-1")

    assert refused == (f"Container {SYRUP}-SUGAR-1 holds MAT-SUC; MAT-NACL is charged here.",)


@pytest.mark.requirement("G-101b")
def test_an_unlabelled_container_is_refused(syrup):
    syrup.weighed()
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")

    assert refused_scan(syrup, "2.3/1", "container_salt", "CNT:UNKNOWN") == (
        "No container is labelled UNKNOWN. An unlabelled container may not be used.",
    )


@pytest.mark.requirement("G-101d")
@pytest.mark.requirement("P11-10f-1")
def test_components_are_charged_in_the_masters_order(syrup):
    syrup.weighed()
    no_vessel = reasons_of(syrup.scan, "2.3/1", "container_salt", f"CNT:{SYRUP}-SALT-1")
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")
    no_salt = reasons_of(syrup.scan, "2.3/1", "container_sugar", f"CNT:{SYRUP}-SUGAR-1")

    assert no_vessel == ["Scan vessel TNK-01 comes first."]
    assert no_salt == ["Scan the container of Sodium chloride comes first."]


@pytest.mark.requirement("G-101d")
def test_each_sub_lot_takes_the_container_weighed_for_it(syrup):
    syrup.weighed()
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")

    assert refused_scan(syrup, "2.3/1", "container_salt", f"CNT:{SYRUP}-SALT-2") == (
        f"Container {SYRUP}-SALT-2 is portion 2; portion 1 is charged here.",
    )


@pytest.mark.requirement("G-101c")
@pytest.mark.requirement("G-110d")
def test_a_container_whose_lot_was_rejected_since_is_not_charged(syrup):
    syrup.weighed()
    syrup.set_status(SALT, LotState.REJECTED)
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")

    assert refused_scan(syrup, "2.3/1", "container_salt", f"CNT:{SYRUP}-SALT-1") == (
        f"LOT {SALT} has the status rejected; it must be released.",
    )
    assert syrup.containers()[f"{SYRUP}-SALT-1"].state is ContainerState.FILLED


@pytest.mark.requirement("G-101d")
def test_a_corrected_container_gives_the_wrong_one_back(plant):
    syrup = SyrupPlant(plant.engine)
    issue_syrup(syrup, changes=[("portion: occurrence", "portion: all")])
    syrup.weighed()
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")
    syrup.scan("2.3/1", "container_salt.1", f"CNT:{SYRUP}-SALT-1")

    syrup.amend("2.3/1", "container_salt.1", f"CNT:{SYRUP}-SALT-2", reason="Wrong one.")

    found = syrup.containers()
    assert (found[f"{SYRUP}-SALT-1"].state, found[f"{SYRUP}-SALT-1"].charged_part) == (
        ContainerState.FILLED,
        None,
    )
    assert (found[f"{SYRUP}-SALT-2"].state, found[f"{SYRUP}-SALT-2"].charged_part) == (
        ContainerState.CHARGED,
        "2.3/1",
    )


# from a lot


def aroma(plant, quantity="2.000"):
    plant.scan("2.4/1", "lot_aroma", f"LOT:{AROMA}")
    plant.give("2.4/1", "quantity_aroma", quantity)


@pytest.mark.requirement("G-188b4")
def test_what_is_charged_from_a_lot_leaves_the_lot(syrup):
    aroma(syrup)

    assert syrup.balance(AROMA) == Decimal("98.000")
    assert consumed(syrup, AROMA) == Decimal("2.000")


def test_a_corrected_quantity_moves_the_difference(syrup):
    aroma(syrup)
    syrup.amend("2.4/1", "quantity_aroma", "1.990")

    moved = syrup.rows(LotMovement, lot=AROMA)
    assert [(row.movement, row.quantity) for row in moved[1:]] == [
        (MovementKind.CONSUME, Decimal("-2.000")),
        (MovementKind.ADJUST, Decimal("0.010")),
    ]
    assert syrup.balance(AROMA) == Decimal("98.010")


def test_a_corrected_lot_of_a_charge_gives_the_quantity_back(syrup):
    syrup.receive("26-203", "MAT-ARO")
    aroma(syrup)

    syrup.amend("2.4/1", "lot_aroma", "LOT:26-203", reason="Took the other canister.")

    assert (syrup.balance(AROMA), syrup.balance("26-203")) == (Decimal("100.000"), Decimal("98.000"))
    assert (consumed(syrup, AROMA), consumed(syrup, "26-203")) == (Decimal("0.000"), Decimal("2.000"))


# labels


def count(plant, **counted):
    plant.fill_in("7.3/1", **counted)


@pytest.fixture
def packed(syrup):
    """The line is cleared and the packing done."""
    syrup.fill_in("7.1/1", previous="Syrup SY-0000", cleared="yes")
    syrup.sign("7.1/1")
    syrup.verify("7.1/1")
    syrup.give("7.2/1", "done", "yes", complete=True)
    return syrup


@pytest.mark.requirement("G-125")
def test_labels_that_nobody_can_explain_are_an_exception_that_blocks_release(packed):
    count(packed, issued="1000", used="950", destroyed="10", returned="20")

    assert packed.values("7.3/1")["unexplained"] == "20"
    (told,) = packed.exceptions()
    assert (told.exception_type, told.blocks_release) == (ExceptionType.VALUE, True)
    assert told.text == "Reconciled: 98.00 % is below the action limit (99.00 to 100.00 %)."


@pytest.mark.requirement("G-125")
def test_labels_that_add_up_are_no_exception(packed):
    count(packed, issued="1000", used="970", destroyed="10", returned="20")

    assert packed.values("7.3/1")["unexplained"] == "0"
    assert packed.exceptions() == []


@pytest.mark.requirement("G-125")
def test_a_reconciliation_counted_by_one_is_verified_by_another(packed):
    count(packed, issued="1000", used="970", destroyed="10", returned="20")
    packed.complete_step("7.3/1")
    waiting = packed.state("7.3/1")

    packed.verify("7.3/1")

    assert waiting is StepState.AWAITING_VERIFICATION
    assert packed.state("7.3/1") is StepState.DONE


@pytest.mark.requirement("G-125")
def test_a_correction_that_no_figure_can_be_made_of_is_refused(packed):
    count(packed, issued="1000", used="970", destroyed="10", returned="20")

    (reason,) = reasons_of(packed.amend, "7.3/1", "issued", "0")

    assert reason.startswith("Reconciled can't be computed from this: ")
    assert packed.values("7.3/1")["percent"] == "100.00"


def label(plant, reason=None):
    new = NewPrint(part="2.1/1", label=f"{SYRUP}-SALT-1", fields={"lot": SALT})

    def act(work, owner, _part):
        print_label(work, owner, new)

    plant.at_step(act, "2.1/1", reason=reason)


@pytest.mark.requirement("G-101b")
@pytest.mark.requirement("G-125")
def test_a_label_is_printed_again_only_with_a_reason(syrup):
    syrup.weigh("2.1/1", SALT, "5.000", "5.000")
    refused = reasons_of(label, syrup)
    label(syrup, reason="The first one tore.")

    assert refused == [f"Label {SYRUP}-SALT-1 was printed before. Say why it is printed again."]
    assert [row.reprint_reason for row in syrup.rows(LabelPrint)] == [None, None, "The first one tore."]


# the books


def test_every_balance_is_the_sum_of_its_movements_and_verification_finds_nothing(syrup, tmp_path):
    syrup.weighed()
    charge(syrup)
    aroma(syrup)
    syrup.amend("2.1/1", "gross.2", "5.110")

    assert [syrup.balance(lot) for lot in (SALT, SUGAR, AROMA)] == [
        Decimal("89.990"),
        Decimal("96.000"),
        Decimal("98.000"),
    ]
    assert syrup.findings(tmp_path) == []
    assert "container.move" in syrup.actions(STREAM)


@pytest.mark.requirement("G-101c")
def test_a_label_is_confirmed_only_once_it_is_printed(syrup):
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")
    syrup.give("2.1/1", "tare.1", "0.100")
    syrup.give("2.1/1", "gross.1", "5.100")

    refused = reasons_of(syrup.give, "2.1/1", "label.1", "yes")
    syrup.label("2.1/1", 1)

    assert refused == [
        (
            "Label SY-0001-SALT-1 is not printed yet. Print it (/batches/SY-0001/labels/SY-0001-SALT-1), "
            "then confirm it."
        )
    ]
    assert [row.net for row in syrup.rows(Container, batch=SYRUP)] == [Decimal("5.000")]


@pytest.mark.requirement("G-101c")
def test_a_print_keeps_every_text_of_the_label(syrup):
    syrup.weigh("2.1/1", SALT, "5.000", "5.000")

    assert [row.fields for row in syrup.rows(LabelPrint)] == [
        {
            "component": "Sodium chloride",
            "material": "MAT-NACL",
            "lot": SALT,
            "net": "5.000",
            "unit": "kg",
            "portion": f"{number} of 2",
            "batch": SYRUP,
            "product": "Syrup",
            "strength": "9 mg salt per g",
            "code": f"CNT:SY-0001-SALT-{number}",
        }
        for number in (1, 2)
    ]


@pytest.mark.requirement("G-101c")
def test_a_label_printed_before_a_correction_is_printed_again(syrup):
    syrup.weigh("2.1/1", SALT, "5.000", "5.000")
    syrup.amend("2.1/1", "gross.1", "5.101")

    refused = reasons_of(syrup.sign, "2.1/1")
    with syrup.act(REYES, reason="The weight was corrected.") as work:
        print_portion(work, executing_batch(work, SYRUP), "2.1/1", 1)
    syrup.sign("2.1/1")

    assert refused == [
        (
            "Label SY-0001-SALT-1 was printed for 5.000 kg of lot 26-101; it is 5.001 kg of lot 26-101 now. "
            "Print it again (/batches/SY-0001/labels/SY-0001-SALT-1)."
        )
    ]
