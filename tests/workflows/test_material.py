"""Lots: quarantine until signed, exact balances, and nothing taken that is not there."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import select

from records.errors import RecordNotFoundError
from records.material.queries import (
    container_by_label,
    lot_account,
    lot_by_number,
    movements_of,
    next_lot_number,
)
from records.material.states import ContainerState, LotState, MovementKind
from records.material.usability import lot_refusals
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.workflows.floor import AT, BRANDT, DUBLIN, DUBOIS, REYES, Floor
from workflows.material import lifecycle
from workflows.material.commands import adjust_lot, define_material, receive_lot, set_lot_status
from workflows.material.contents import lot_content
from workflows.material.facts import Charge, Fill, NewLot, NewMaterial
from workflows.material.movements import (
    charge_container_within,
    fill_container_within,
    lock_lots,
    move_within,
    produce_lot_within,
)
from workflows.perform import Changes, RefusedError

LOOKS = "take 1 to 40 letters, digits, '-', '.' or '_', as in 24-118."
CAUSE = "batch/TB-0771 1.3/1"
PARA = NewLot(
    number="24-118",
    material="MAT-PARA",
    quantity=Decimal("300.000"),
    unit="kg",
    attributes={"assay": "99.6", "lod": "0.2"},
    supplier="Farbenkraft",
    supplier_lot="F-9931",
    expires_on=date(2026, 11, 23),
)


@pytest.fixture
def floor(engine):
    return Floor(engine)


@pytest.fixture
def stocked(floor):
    floor.stock()
    return floor


def refusals_of(floor, act, actor=REYES, **acting):
    with pytest.raises(RefusedError) as refused, floor.act(actor, **acting) as work:
        act(work)
    return refused.value.reasons


def received(floor, new=PARA):
    with floor.act(DUBOIS) as work:
        define_material(
            work, NewMaterial(code="MAT-PARA", title="Paracetamol", unit="kg", material_class="component")
        )
        return lot_content(receive_lot(work, new))


def lot_of(floor, number="24-118"):
    with floor.read() as session:
        return lot_by_number(session, number)


def move(floor, movement, quantity, number="24-118"):
    with floor.act(REYES) as work:
        lot = lock_lots(work.session, [number])[number]
        move_within(Changes(work, "batch/TB-0771"), work, lot, movement, Decimal(quantity), CAUSE)


def fill(work, net="12.500", *, component="para", portion="1", unit="kg"):
    lot = lock_lots(work.session, ["24-118"])["24-118"]
    filling = Fill(
        batch="TB-0771", part="1.3/1", component=component, portion=portion, net=Decimal(net), unit=unit
    )
    return fill_container_within(Changes(work, "batch/TB-0771"), work, lot, filling)


def charge(work, label, *, batch="TB-0771", component="para", part="2.2/1"):
    charging = Charge(label=label, batch=batch, component=component, part=part)
    return charge_container_within(Changes(work, f"batch/{batch}"), work, charging)


LIFECYCLE = {
    ("lot.test", "quarantine", "under_test", None),
    *(
        ("lot.release", state, "released", Meaning.APPROVED)
        for state in ("quarantine", "under_test", "conditional", "on_hold")
    ),
    *(
        ("lot.hold", state, "on_hold", None)
        for state in ("quarantine", "under_test", "released", "conditional")
    ),
    *(
        ("lot.reject", state, "rejected", None)
        for state in ("quarantine", "under_test", "released", "conditional", "on_hold")
    ),
}


@pytest.mark.requirement("P11-10f-1")
def test_life_of_a_lot_is_exactly_the_approved_one():
    rows = {
        (row.act, source, row.target, row.meaning)
        for row in lifecycle.LIFECYCLE
        for source in row.sources or ()
    }

    assert rows == LIFECYCLE


@pytest.mark.requirement("G-184", "G-101c")
def test_received_lot_stands_in_quarantine_with_its_quantity_and_origin(floor):
    received(floor)

    lot = lot_of(floor)
    assert (lot.state, lot.balance, lot.supplier, lot.supplier_lot, lot.attributes, lot.received_at) == (
        LotState.QUARANTINE,
        Decimal("300.000"),
        "Farbenkraft",
        "F-9931",
        {"assay": "99.6", "lod": "0.2"},
        AT,
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"material": "MAT-X"}, "There is no material MAT-X. Define it first."),
        ({"unit": "g"}, "MAT-PARA is kept in kg, not in g."),
        ({"quantity": Decimal(0)}, "A quantity must be greater than zero; 0 is not."),
        ({"quantity": Decimal("NaN")}, "A quantity must be greater than zero; NaN is not."),
        (
            {"quantity": Decimal("1e-28")},
            "0.0000000000000000000000000001 kg is finer than lots are kept: give it to 0.000001 kg.",
        ),
        (
            {"attributes": {"assay": "99,6"}},
            'assay: "99,6" has a comma. Write a decimal point: 1.5, not 1,5.',
        ),
        (
            {"attributes": {"Assay": "99.6"}},
            "The attribute 'Assay' can't be used: take small letters, digits and '_', as in assay.",
        ),
        (
            {"number": "24/118"},
            f"The lot number '24/118' can't be used: {LOOKS}",
        ),
    ],
)
def test_lot_that_could_not_be_used_is_not_received(floor, changes, sentence):
    values = {name: getattr(PARA, name) for name in NewLot.__dataclass_fields__}

    assert refusals_of(
        floor, lambda work: _define_and_receive(work, NewLot(**{**values, **changes})), DUBOIS
    ) == [sentence]


def _define_and_receive(work, new):
    define_material(
        work, NewMaterial(code="MAT-PARA", title="Paracetamol", unit="kg", material_class="component")
    )
    receive_lot(work, new)


def test_lot_number_and_material_code_are_given_once(stocked):
    material = NewMaterial(code="MAT-PARA", title="Another", unit="kg", material_class="component")

    found = [
        refusals_of(stocked, lambda work: receive_lot(work, PARA), DUBOIS),
        refusals_of(stocked, lambda work: define_material(work, material), DUBOIS),
    ]

    assert found == [
        ["Lot 24-118 exists already, of MAT-PARA."],
        ["Material MAT-PARA is defined already: Paracetamol."],
    ]


@pytest.mark.requirement("G-101c", "P11-50a1")
def test_lot_is_released_by_a_signature_of_the_quality_unit_over_its_content(floor):
    content = received(floor)
    with floor.act(BRANDT, signs=content) as work:
        set_lot_status(work, "24-118", LotState.RELEASED)

    with floor.read() as session:
        signature = session.scalars(select(Signature)).one()
    assert (lot_of(floor).state, signature.meaning, signature.signer, signature.content_digest) == (
        LotState.RELEASED,
        Meaning.APPROVED,
        "h.brandt",
        content.digest,
    )


@pytest.mark.requirement("P11-10g-1", "G-101c")
def test_release_tells_every_reason_why_it_is_refused(floor):
    received(floor)
    after_expiry = datetime(2026, 11, 24, tzinfo=UTC)

    found = refusals_of(
        floor, lambda work: set_lot_status(work, "24-118", LotState.RELEASED), at=after_expiry
    )

    assert found == [
        "A. Reyes is not authorised to decide the status of lots.",
        "LOT 24-118 is expired: its last day of use was 2026-11-23.",
        "A signature is needed to release the lot.",
    ]


@pytest.mark.parametrize("status", [LotState.ON_HOLD, LotState.REJECTED])
def test_lot_is_held_or_rejected_with_a_reason(stocked, status):
    refused = refusals_of(stocked, lambda work: set_lot_status(work, "24-118", status), BRANDT)
    with stocked.act(BRANDT, reason="Foreign particles found.") as work:
        set_lot_status(work, "24-118", status)

    verb = {LotState.ON_HOLD: "hold", LotState.REJECTED: "reject"}[status]
    assert (refused, lot_of(stocked).state) == ([f"A reason is needed to {verb} the lot."], status)


def test_rejected_lot_is_never_released(stocked):
    with stocked.act(BRANDT, reason="Foreign particles found.") as work:
        content = lot_content(set_lot_status(work, "24-118", LotState.REJECTED))

    found = refusals_of(
        stocked, lambda work: set_lot_status(work, "24-118", LotState.RELEASED), BRANDT, signs=content
    )

    assert found == ["Cannot release the lot: lot 24-118 is rejected."]


def test_what_is_left_of_a_lot_is_not_what_its_release_was_signed_for(stocked):
    before = lot_content(lot_of(stocked))
    move(stocked, MovementKind.CONSUME, "100.000")

    assert lot_content(lot_of(stocked)) == before


@pytest.mark.requirement("G-101c")
@pytest.mark.parametrize(
    ("state", "shown"),
    [(state, state.replace("_", " ")) for state in LotState if state is not LotState.RELEASED],
)
def test_lot_that_is_not_released_may_not_be_used(stocked, state, shown):
    lot = lot_of(stocked)
    lot.state = state

    assert lot_refusals(lot, "MAT-PARA", AT, DUBLIN) == [
        f"LOT 24-118 has the status {shown}; it must be released."
    ]


@pytest.mark.requirement("G-101c", "P11-10f-1")
@pytest.mark.parametrize(
    ("at", "refused"),
    [
        (datetime(2026, 11, 23, 23, 59, 59, 999999, UTC), []),
        (datetime(2026, 11, 24, tzinfo=UTC), ["LOT 24-118 is expired: its last day of use was 2026-11-23."]),
    ],
)
def test_lot_may_be_used_to_the_end_of_its_last_day(stocked, at, refused):
    lot = lot_of(stocked)
    lot.expires_on = date(2026, 11, 23)

    assert lot_refusals(lot, "MAT-PARA", at, DUBLIN) == refused


def test_wrong_material_unit_and_empty_lot_are_told_together(stocked):
    move(stocked, MovementKind.CONSUME, "300.000")

    assert lot_refusals(lot_of(stocked), "MAT-MCC", AT, DUBLIN, unit="g") == [
        "LOT 24-118 is MAT-PARA; this step takes MAT-MCC.",
        "LOT 24-118 is kept in kg; this step weighs in g.",
        "LOT 24-118 is empty: its balance is 0.000 kg.",
    ]


@pytest.mark.requirement("G-184")
def test_every_movement_keeps_the_balance_after_it(stocked):
    for movement, quantity in [
        (MovementKind.DISPENSE, "251.507"),
        (MovementKind.RETURN, "0.007"),
        (MovementKind.SAMPLE, "0.1"),
        (MovementKind.ADJUST, "-0.4"),
    ]:
        move(stocked, movement, quantity)

    with stocked.read() as session:
        moved = [
            (one.movement, str(one.quantity), str(one.balance_after), one.cause)
            for one in movements_of(session, "24-118")
        ]
    assert moved == [
        (MovementKind.RECEIPT, "300.000", "300.000", "lot/24-118"),
        (MovementKind.DISPENSE, "-251.507", "48.493", CAUSE),
        (MovementKind.RETURN, "0.007", "48.500", CAUSE),
        (MovementKind.SAMPLE, "-0.1", "48.400", CAUSE),
        (MovementKind.ADJUST, "-0.4", "48.000", CAUSE),
    ]


@pytest.mark.requirement("G-184")
def test_books_of_a_lot_agree_with_its_balance(stocked):
    move(stocked, MovementKind.DISPENSE, "251.507")
    move(stocked, MovementKind.DISPENSE, "8.493")

    with stocked.read() as session:
        account = lot_account(session, lot_by_number(session, "24-118"))

    assert (account.moved, account.balance, account.unresolved) == (
        {MovementKind.RECEIPT: Decimal("300.000"), MovementKind.DISPENSE: Decimal("-260.000")},
        Decimal("40.000"),
        Decimal(0),
    )


@pytest.mark.parametrize(
    ("movement", "quantity", "sentence"),
    [
        (MovementKind.DISPENSE, "300.001", "LOT 24-118 holds 300.000 kg; 300.001 kg can't be taken from it."),
        (MovementKind.ADJUST, "-300.001", "LOT 24-118 holds 300.000 kg; 300.001 kg can't be taken from it."),
        (MovementKind.CONSUME, "-1", "A quantity must be greater than zero; -1 is not."),
        (MovementKind.RETURN, "0", "A quantity must be greater than zero; 0 is not."),
        (MovementKind.SAMPLE, "Infinity", "A quantity must be greater than zero; Infinity is not."),
    ],
)
def test_nothing_is_taken_that_is_not_there(stocked, movement, quantity, sentence):
    with pytest.raises(RefusedError) as refused:
        move(stocked, movement, quantity)

    assert (refused.value.reasons, lot_of(stocked).balance) == ([sentence], Decimal("300.000"))


def test_balance_is_exact_where_binary_and_rounded_numbers_are_not(floor):
    floor.stock(quantity="9007199254740993.000001")
    move(floor, MovementKind.CONSUME, "0.0000000000000002")

    assert str(lot_of(floor).balance) == "9007199254740993.0000009999999998"


def test_balance_is_adjusted_with_a_reason_and_never_by_nothing(stocked):
    found = [
        refusals_of(stocked, lambda work: adjust_lot(work, "24-118", Decimal(-1)), DUBOIS),
        refusals_of(stocked, lambda work: adjust_lot(work, "24-118", Decimal(0)), DUBOIS, reason="Count"),
    ]
    with stocked.act(DUBOIS, reason="Count of 20 November") as work:
        adjust_lot(work, "24-118", Decimal("-0.250"))

    assert (found, lot_of(stocked).balance) == (
        [
            ["A reason is needed to adjust the lot's balance."],
            ["An adjustment adds or takes something: give a quantity other than zero."],
        ],
        Decimal("299.750"),
    )


@pytest.mark.requirement("P11-10e-1")
def test_each_movement_and_each_balance_is_an_event_of_the_lot(stocked):
    move(stocked, MovementKind.CONSUME, "1")

    assert stocked.actions("lot/24-118") == [
        "lot.receive",
        "lot.move",
        "lot.status",
        "sig.apply",
        "lot.move",
        "lot.balance",
    ]


@pytest.mark.requirement("G-184")
def test_balance_is_exact_when_four_consume_from_one_lot_at_once(stocked):
    failures = []

    def consume():
        try:
            for _ in range(25):
                move(stocked, MovementKind.CONSUME, "0.101")
        except Exception as error:  # noqa: BLE001 -- what a thread raises is told below
            failures.append(error)

    threads = [Thread(target=consume) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with stocked.read() as session:
        lot = lot_by_number(session, "24-118")
        moved = movements_of(session, "24-118")
        balances = [one.balance_after for one in moved]
        unresolved = lot_account(session, lot).unresolved
    assert (failures, lot.balance, len(moved), max(Counter(balances).values()), unresolved) == (
        [],
        Decimal("289.900"),
        101,
        1,
        Decimal(0),
    )


@pytest.mark.requirement("G-101b")
def test_dispensed_container_is_labelled_with_what_it_holds_and_for_which_batch(stocked):
    with stocked.act(REYES) as work:
        label = fill(work).label

    with stocked.read() as session:
        found = container_by_label(session, label)
    assert (found.label, found.material, found.lot, found.batch, str(found.net), found.unit, found.state) == (
        "TB-0771-PARA-1",
        "MAT-PARA",
        "24-118",
        "TB-0771",
        "12.500",
        "kg",
        ContainerState.FILLED,
    )
    assert lot_of(stocked).balance == Decimal("287.500")


@pytest.mark.requirement("G-101b")
def test_no_label_is_given_twice(stocked):
    with stocked.act(REYES) as work:
        labels = [fill(work).label, fill(work).label, fill(work, portion="2").label]

    assert labels == ["TB-0771-PARA-1", "TB-0771-PARA-1-2", "TB-0771-PARA-2"]


def test_container_is_not_filled_in_another_unit_than_its_lot_is_kept_in(stocked):
    assert refusals_of(stocked, lambda work: fill(work, unit="g")) == [
        "LOT 24-118 is kept in kg; this step weighs in g."
    ]


@pytest.mark.requirement("G-188b3", "G-101c")
def test_container_is_charged_once_into_the_batch_it_was_dispensed_for(stocked):
    with stocked.act(REYES) as work:
        label = fill(work).label
    with stocked.act(REYES) as work:
        charged = charge(work, label)
        first = (charged.state, charged.charged_part)

    second = refusals_of(stocked, lambda work: charge(work, label, part="2.2/2"))

    assert (first, second) == (
        (ContainerState.CHARGED, "2.2/1"),
        ["Container TB-0771-PARA-1 was charged already, in step 2.2/1."],
    )


@pytest.mark.requirement("G-101c", "G-110d")
def test_wrong_container_tells_everything_wrong_with_it(stocked):
    with stocked.act(REYES) as work:
        label = fill(work).label
    with stocked.act(BRANDT, reason="Supplier's recall") as work:
        set_lot_status(work, "24-118", LotState.ON_HOLD)

    assert refusals_of(stocked, lambda work: charge(work, label, batch="TB-0772", component="mcc")) == [
        "Container TB-0771-PARA-1 was dispensed for TB-0771, not for TB-0772.",
        "Container TB-0771-PARA-1 holds para; this step takes mcc.",
        "LOT 24-118 has the status on hold; it must be released.",
    ]


@pytest.mark.requirement("G-101b")
def test_container_that_nobody_labelled_is_refused(stocked):
    assert refusals_of(stocked, lambda work: charge(work, "BUCKET-7")) == [
        "No container carries the label BUCKET-7. Charge what was dispensed for this batch."
    ]


def test_lot_dispensed_to_its_end_may_still_be_charged(stocked):
    with stocked.act(REYES) as work:
        label = fill(work, "300.000").label

    with stocked.act(REYES) as work:
        assert charge(work, label).state is ContainerState.CHARGED


@pytest.mark.requirement("G-184")
def test_produced_lot_begins_in_quarantine_with_what_was_made(stocked):
    tablets = NewLot(number="TB-0771", material="PAR-500", quantity=Decimal(498112), unit="tablet")
    with stocked.act(DUBOIS) as work:
        define_material(
            work, NewMaterial(code="PAR-500", title="Tablets", unit="tablet", material_class="product")
        )
    with stocked.act(REYES) as work:
        produce_lot_within(Changes(work, "batch/TB-0771"), work, tablets, "batch/TB-0771 4.5/1")

    with stocked.read() as session:
        moved = [(one.movement, one.quantity, one.cause) for one in movements_of(session, "TB-0771")]
    assert (lot_of(stocked, "TB-0771").state, moved) == (
        LotState.QUARANTINE,
        [(MovementKind.PRODUCE, Decimal(498112), "batch/TB-0771 4.5/1")],
    )


def test_lot_is_not_produced_over_another(stocked):
    again = NewLot(number="24-118", material="MAT-PARA", quantity=Decimal(1), unit="kg")

    found = refusals_of(
        stocked, lambda work: produce_lot_within(Changes(work, "batch/TB-0771"), work, again, CAUSE)
    )

    assert found == ["Lot 24-118 exists already, of MAT-PARA."]


def test_locking_a_lot_that_is_not_there_names_it(stocked):
    with pytest.raises(RecordNotFoundError, match=r"There is no lot 24-999\."), stocked.act(REYES) as work:
        lock_lots(work.session, ["24-118", "24-999"])


def test_next_lot_number_counts_within_the_sites_year(stocked):
    with stocked.read() as session:
        suggested = [
            next_lot_number(session, AT - timedelta(days=730), DUBLIN),
            next_lot_number(session, AT, DUBLIN),
        ]

    assert suggested == ["24-119", "26-001"]
