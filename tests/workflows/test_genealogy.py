"""Which batches a bad lot reached, and which lots a batch was made of."""

from datetime import timedelta
from decimal import Decimal

import pytest

from records.genealogy.models import EdgeKind
from records.genealogy.queries import (
    Direction,
    edges_from,
    edges_to,
    lot_use,
    records_using,
    trace,
)
from records.material.queries import lot_by_number
from records.material.states import MovementKind
from tests.workflows.floor import AT, REYES, Floor
from workflows.edges import Link, link_within
from workflows.material.facts import Fill
from workflows.material.movements import fill_container_within, lock_lots, move_within
from workflows.perform import Changes


@pytest.fixture
def floor(engine):
    return Floor(engine)


def link(floor, *links):
    with floor.act(REYES) as work:
        for edge, source, target, *more in links:
            quantity, unit = more or (None, None)
            one = Link(
                edge=edge, source=source, target=target, quantity=quantity, unit=unit, step_part="1.3/1"
            )
            link_within(Changes(work, source), work, one)


CONSUMES, PRODUCES = EdgeKind.CONSUMES, EdgeKind.PRODUCES
TWO_STAGES = (
    (CONSUMES, "batch/GR-1", "lot/24-118", Decimal("251.507"), "kg"),
    (CONSUMES, "batch/GR-1", "lot/24-119", Decimal("22.5"), "kg"),
    (PRODUCES, "batch/GR-1", "lot/GR-1", Decimal("270.1"), "kg"),
    (CONSUMES, "batch/TB-0771", "lot/GR-1", Decimal("270.1"), "kg"),
    (PRODUCES, "batch/TB-0771", "lot/TB-0771", Decimal(498112), "tablet"),
    (CONSUMES, "batch/TB-0772", "lot/24-119", Decimal("22.5"), "kg"),
)


@pytest.fixture
def two_stages(floor):
    link(floor, *TWO_STAGES)
    return floor


@pytest.mark.requirement("G-184")
def test_bad_lot_is_followed_to_every_batch_and_lot_it_reached(two_stages):
    with two_stages.read() as session:
        found = trace(session, "lot/24-119", Direction.FORWARD)

    assert (found.reached, found.complete) == (
        {
            "lot/24-119": 0,
            "batch/GR-1": 1,
            "batch/TB-0772": 1,
            "lot/GR-1": 2,
            "batch/TB-0771": 3,
            "lot/TB-0771": 4,
        },
        True,
    )


@pytest.mark.requirement("G-184", "G-188b3")
def test_batch_is_followed_back_to_every_lot_it_was_made_of(two_stages):
    with two_stages.read() as session:
        found = trace(session, "lot/TB-0771", Direction.BACKWARD)

    assert [(s.depth, s.origin, s.destination, str(s.quantity)) for s in found.steps] == [
        (1, "batch/TB-0771", "lot/TB-0771", "498112"),
        (2, "lot/GR-1", "batch/TB-0771", "270.1"),
        (3, "batch/GR-1", "lot/GR-1", "270.1"),
        (4, "lot/24-118", "batch/GR-1", "251.507"),
        (4, "lot/24-119", "batch/GR-1", "22.5"),
    ]


def test_trace_that_stops_short_says_so(two_stages):
    with two_stages.read() as session:
        short = trace(session, "lot/24-118", Direction.FORWARD, depth=2)
        long = trace(session, "lot/24-118", Direction.FORWARD, depth=4)

    assert (short.reached, short.complete, long.complete) == (
        {"lot/24-118": 0, "batch/GR-1": 1, "lot/GR-1": 2},
        False,
        True,
    )


def test_rework_that_leads_back_to_itself_ends(floor):
    link(
        floor,
        (CONSUMES, "batch/RW-1", "lot/A", Decimal(1), "kg"),
        (PRODUCES, "batch/RW-1", "lot/A", Decimal(1), "kg"),
    )

    with floor.read() as session:
        found = trace(session, "lot/A", Direction.FORWARD)

    assert (found.reached, found.complete) == ({"lot/A": 0, "batch/RW-1": 1}, True)


def test_edges_are_read_from_both_ends(two_stages):
    with two_stages.read() as session:
        down = [(edge.edge, edge.target) for edge in edges_from(session, "batch/GR-1")]
        up = [(edge.edge, edge.source) for edge in edges_to(session, "lot/GR-1")]

    assert (down, up) == (
        [(CONSUMES, "lot/24-118"), (CONSUMES, "lot/24-119"), (PRODUCES, "lot/GR-1")],
        [(PRODUCES, "batch/GR-1"), (CONSUMES, "batch/TB-0771")],
    )


@pytest.mark.requirement("P11-10e-1")
def test_edge_is_an_event_of_the_record_that_uses(two_stages):
    assert two_stages.actions("batch/GR-1") == ["genealogy.link"] * 3


def test_equipment_is_no_material_and_is_not_followed(floor):
    link(floor, (EdgeKind.USES_EQUIPMENT, "batch/TB-0771", "asset/A-0003"))

    with floor.read() as session:
        found = trace(session, "batch/TB-0771", Direction.BACKWARD)

    assert found.steps == ()


def dispense(floor, net, portion):
    with floor.act(REYES) as work:
        lot = lock_lots(work.session, ["24-118"])["24-118"]
        changes = Changes(work, "batch/TB-0771")
        filling = Fill(
            batch="TB-0771", part="1.3/1", component="para", portion=portion, net=Decimal(net), unit="kg"
        )
        fill_container_within(changes, work, lot, filling)


@pytest.mark.requirement("G-184")
def test_what_was_taken_from_a_lot_balances_with_where_it_went(floor):
    floor.stock()
    dispense(floor, "250.000", "1")
    link(floor, (CONSUMES, "batch/TB-0771", "lot/24-118", Decimal("250.000"), "kg"))

    with floor.read() as session:
        found = lot_use(session, lot_by_number(session, "24-118"))

    assert (found.taken, found.by_record, found.in_containers, found.unresolved) == (
        Decimal("250.000"),
        {"batch/TB-0771": Decimal("250.000")},
        Decimal("250.000"),
        Decimal(0),
    )


@pytest.mark.requirement("G-184")
def test_quantity_that_no_record_explains_is_flagged(floor):
    floor.stock()
    dispense(floor, "250.000", "1")
    link(floor, (CONSUMES, "batch/TB-0771", "lot/24-118", Decimal("249.500"), "kg"))

    with floor.read() as session:
        unresolved = lot_use(session, lot_by_number(session, "24-118")).unresolved

    assert unresolved == Decimal("0.500")


def test_corrected_quantity_is_taken_back_by_another_edge(floor):
    floor.stock()
    dispense(floor, "250.000", "1")
    with floor.act(REYES) as work:
        lot = lock_lots(work.session, ["24-118"])["24-118"]
        cause = "batch/TB-0771 1.3/1"
        move_within(Changes(work, "lot/24-118"), work, lot, MovementKind.ADJUST, Decimal("0.5"), cause)
    link(
        floor,
        (CONSUMES, "batch/TB-0771", "lot/24-118", Decimal("250.000"), "kg"),
        (CONSUMES, "batch/TB-0771", "lot/24-118", Decimal("-0.5"), "kg"),
    )

    with floor.read() as session:
        found = lot_use(session, lot_by_number(session, "24-118"))

    assert (found.taken, found.by_record, found.unresolved) == (
        Decimal("249.500"),
        {"batch/TB-0771": Decimal("249.500")},
        Decimal(0),
    )


def test_records_using_an_asset_are_none_where_it_was_not_used(floor):
    floor.stand_balance()

    with floor.read() as session:
        assert records_using(session, "A-0003", AT, AT + timedelta(days=1)) == []
