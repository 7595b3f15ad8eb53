"""The equipment log is derived from what was recorded, and stands in the order in which it was recorded."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from audit.events import Action
from audit.models import audit_event
from records.engine import make_engine
from records.equipment.queries import asset_by_number
from records.equipment.states import Axis
from records.execution.models import EquipmentUse
from records.genealogy.queries import records_using
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from tests.bare_batch import add_batch
from tests.workflows.floor import AT, ITO, REYES, Floor
from workflows.equipment.commands import begin_state, map_asset
from workflows.equipment.facts import NewState
from workflows.equipment.logbook import Logbook, logbook
from workflows.perform import Changes

MARCH = datetime(2027, 3, 1, tzinfo=UTC)
APRIL = datetime(2027, 4, 1, tzinfo=UTC)
DIRTY = NewState(axis=Axis.CLEANING, value="dirty", cause="batch/TB-0771 2.11/1")
CLEAN = NewState(
    axis=Axis.CLEANING,
    value="clean",
    cause="cleaning record CR-5",
    detail={"clean_until": "2027-03-27T10:00:00.000000Z"},
)


@pytest.fixture
def floor(engine):
    floor = Floor(engine)
    floor.stand_balance(number="A-0010", tag="RMG-03")
    return floor


def use(floor, at, batch="TB-0771", part="2.2/1"):
    with floor.act(REYES, at) as work:
        Changes(work, f"batch/{batch}").insert(
            EquipmentUse,
            Action.EQUIPMENT_USE,
            part=part,
            tag="RMG-03",
            asset="A-0010",
            rule="product_contact",
            verdict="allow",
            snapshot="{}",
            snapshot_digest="-",
            used_at=at,
            used_by=work.actor.person,
        )


def begin(floor, at, state, reason=None):
    with floor.act(REYES, at, reason=reason) as work:
        begin_state(work, "A-0010", state)


def log_of(floor, *span) -> Logbook:
    with floor.read() as session:
        return logbook(session, asset_by_number(session, "A-0010"), *span)


@pytest.mark.requirement("G-182", "C4-31")
def test_use_cleaning_and_roles_stand_in_one_log_with_persons_and_records(floor):
    use(floor, MARCH)
    begin(floor, MARCH + timedelta(hours=1), DIRTY)
    begin(floor, MARCH + timedelta(hours=2), CLEAN)

    assert [(line.what, line.person, line.record, line.happened_at) for line in log_of(floor).lines] == [
        ("Registered", "k.ito", "asset/A-0010", AT),
        ("Took the role RMG-03", "k.ito", "asset/A-0010", AT),
        ("Used as RMG-03", "a.reyes", "batch/TB-0771 2.2/1", MARCH),
        ("Cleaning: dirty", "a.reyes", "batch/TB-0771 2.11/1", MARCH + timedelta(hours=1)),
        ("Cleaning: clean", "a.reyes", "cleaning record CR-5", MARCH + timedelta(hours=2)),
    ]


def sign(floor, meaning, printed_name):
    with floor.act(REYES, MARCH) as work:
        return (
            Changes(work, "batch/TB-0771")
            .insert(
                Signature,
                Action.SIGNATURE_APPLY,
                part="2.2/1",
                content_digest="-",
                meaning=meaning,
                meaning_text=meaning.text,
                signer=printed_name,
                printed_name=printed_name,
                role="verifier",
                signed_at=MARCH,
                time_zone="Europe/Dublin",
                nonce=printed_name,
                manifest="{}",
                digest="-",
                evidence={},
            )
            .id
        )


@pytest.mark.requirement("G-182", "C4-31")
def test_use_names_product_and_lot_and_who_signed_for_it(floor):
    with floor.act(REYES, MARCH) as work:
        add_batch(work, "TB-0771", MARCH)
    use(floor, MARCH)
    sign(floor, Meaning.PERFORMED, "A. Reyes")
    sign(floor, Meaning.VERIFIED, "M. Lindqvist")
    void = sign(floor, Meaning.VERIFIED, "T. Novak")
    with floor.act(REYES, MARCH) as work:
        Changes(work, "batch/TB-0771").insert(
            SignatureVoid,
            Action.SIGNATURE_SUPERSEDE,
            part="2.2/1",
            signature_id=void,
            cause="The content of 2.2/1 changed.",
            voided_at=MARCH,
        )

    used = log_of(floor).lines[-1]
    assert (used.product, used.batch, used.checked_by) == (
        "PAR-500",
        "TB-0771",
        ("A. Reyes (performed)", "M. Lindqvist (verified)"),
    )


@pytest.mark.requirement("G-182")
def test_late_entry_stands_last_and_says_when_it_happened(floor):
    use(floor, MARCH + timedelta(hours=1))
    dirty = NewState(axis=Axis.CLEANING, value="dirty", cause="x", from_at=MARCH)
    begin(floor, MARCH + timedelta(hours=2), dirty, reason="The tablet was out of reach.")

    *_, used, late = log_of(floor).lines
    assert [(line.what, line.happened_at, line.recorded_at, line.is_late) for line in (used, late)] == [
        ("Used as RMG-03", MARCH + timedelta(hours=1), MARCH + timedelta(hours=1), False),
        ("Cleaning: dirty", MARCH, MARCH + timedelta(hours=2), True),
    ]


@pytest.mark.requirement("G-182")
def test_log_of_a_month_holds_what_happened_in_it(floor):
    for at in (MARCH - timedelta(microseconds=1), MARCH, APRIL - timedelta(microseconds=1), APRIL):
        use(floor, at)

    assert [line.happened_at for line in log_of(floor, MARCH, APRIL).lines] == [
        MARCH,
        APRIL - timedelta(microseconds=1),
    ]


@pytest.mark.requirement("G-182")
def test_role_that_is_left_is_a_line_of_the_log(floor):
    floor.stand_balance(MARCH, number="A-0020", tag="RMG-04")
    with floor.act(ITO, MARCH) as work:
        map_asset(work, "A-0010", "RMG-04")

    assert [line.what for line in log_of(floor).lines][-2:] == [
        "Left the role RMG-03",
        "Took the role RMG-04",
    ]


@pytest.mark.requirement("G-182")
def test_log_with_an_entry_taken_out_reports_the_gap(floor):
    begin(floor, MARCH, DIRTY)
    with floor.read() as session:
        rows = session.execute(
            audit_event.select().where(audit_event.c.stream == "asset/A-0010").order_by(audit_event.c.seq)
        ).all()
    whole = log_of(floor)
    _take_out(floor, rows[1].id)

    assert (whole.gaps, log_of(floor).gaps) == ((), ("asset/A-0010 has no entry 2: 3 follows 1.",))


def _take_out(floor, event_id):
    """Delete an event as an intruder would who owns the database: past its guard."""
    owner = make_engine(floor.engine.url.render_as_string(hide_password=False), migrating=True)
    with owner.begin() as connection:
        table = ' ON "audit_event"' if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f'DROP TRIGGER "audit_event_guard_delete"{table}')
        connection.execute(delete(audit_event).where(audit_event.c.id == event_id))
    owner.dispose()


@pytest.mark.requirement("G-184")
def test_batches_that_used_an_asset_in_a_span_are_found(floor):
    use(floor, MARCH, batch="TB-0770")
    use(floor, MARCH + timedelta(hours=1), batch="TB-0771")
    use(floor, MARCH + timedelta(hours=1), batch="TB-0771", part="2.2/2")
    use(floor, APRIL, batch="TB-0772")

    with floor.read() as session:
        found = [
            records_using(session, "A-0010", MARCH, MARCH + timedelta(hours=1)),
            records_using(session, "A-0010", MARCH + timedelta(minutes=1), APRIL),
        ]

    assert found == [["batch/TB-0770", "batch/TB-0771"], ["batch/TB-0771", "batch/TB-0772"]]
