"""What `countersign verify` says of a store that someone touched (the scenarios of ledger section 16)."""

import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from app.commands.verify import main as verify_command
from app.files import FileStore
from app.migrate import install_guards
from app.tables import metadata
from app.trail.coverage import run_coverage
from app.trail.files import path_of
from app.trail.report import NOT_SEEN
from app.trail.verification import Store, run_verify, verify
from app.writing import is_race
from audit import readers
from audit.chain import HeadMovedError, Ledger, event_hash, mac
from audit.events import Action
from audit.findings import Code, Verdict
from audit.guards import SCHEMA_TABLE
from audit.readers import shapes, snapshot
from records.errors import DomainError
from records.execution.models import Attachment, Remark
from records.personnel.models import Person
from records.personnel.states import PersonState
from signatures.models import Signature
from tests.ledger import AT, LEDGER, WHOLE, LedgerStore, attach, signed
from tests.samples import fill

BATCH = "batch/TB-1"
OTHER = "batch/TB-2"


def remark(store: LedgerStore, text: str, stream: str = BATCH, minutes: int = 0) -> None:
    """Let a person remark something on a batch."""
    at = AT + timedelta(minutes=minutes)
    store.change(
        lambda changes: changes.insert(Remark, Action.REMARK, text=text, made_at=at, made_by="t.novak"),
        stream,
        at,
    )


def register(store: LedgerStore, number: str = "p-1", minutes: int = 0) -> None:
    """Register a person, and note that they left."""

    def change(changes):
        person = changes.insert(
            Person, Action.PERSON_REGISTER, number=number, printed_name="A. Reyes", state=PersonState.ACTIVE
        )
        changes.update(person, Action.PERSON_CHANGE, state=PersonState.LEFT)

    store.change(change, f"person/{number}", AT + timedelta(minutes=minutes))


@pytest.fixture
def plant(store: LedgerStore) -> LedgerStore:
    """Two batches with four and two remarks, a person; the guards are dropped."""
    for minute, text in enumerate(("one", "two", "three", "four")):
        remark(store, text, minutes=minute)
    remark(store, "other", OTHER, minutes=3)
    remark(store, "another", OTHER, minutes=3)
    register(store, minutes=3)
    store.drop_guards()
    return store


def body_of(store: LedgerStore, seq: int, stream: str = BATCH) -> bytes:
    ((body,),) = store.run("SELECT body FROM audit_event WHERE stream = ? AND seq = ?", stream, seq)
    return body.encode()


def rewrite(store: LedgerStore, number: int, /, **columns: object) -> None:
    for column, value in columns.items():
        store.run(f"UPDATE audit_event SET {column} = ? WHERE stream = ? AND seq = ?", value, BATCH, number)  # noqa: S608


def told(store: LedgerStore) -> list[tuple[str | None, int | None, Code]]:
    return [(finding.stream, finding.seq, finding.code) for finding in store.findings()]


def test_untouched_store_passes(plant):
    assert told(plant) == []


def test_scenario_2_edited_body(plant):
    rewrite(plant, 2, body=body_of(plant, 2).replace(b"two", b"TWO").decode())

    assert told(plant) == [(BATCH, 2, Code.EVENT_HASH)]


@pytest.mark.requirement("ATK-02")
def test_scenario_3_edited_body_with_its_own_hash(plant):
    body = body_of(plant, 2).replace(b"two", b"TWO")
    rewrite(plant, 2, body=body.decode(), event_hash=event_hash(body))

    assert told(plant) == [(BATCH, 2, Code.MAC), (BATCH, 3, Code.CHAIN_BREAK)]


@pytest.mark.requirement("ATK-03")
def test_scenario_4_deleted_middle_event(plant):
    ((event_id,),) = plant.run("SELECT id FROM audit_event WHERE stream = ? AND seq = 2", BATCH)
    plant.run("DELETE FROM audit_event WHERE id = ?", event_id)

    found = plant.findings()
    assert [(f.stream, f.seq, f.code, f.row) for f in found] == [
        (BATCH, 3, Code.SEQ_GAP, None),
        (BATCH, 3, Code.CHAIN_BREAK, None),
        (BATCH, None, Code.RECORD_WITHOUT_TRAIL, "2"),
        (None, None, Code.OUTBOX_WITHOUT_EVENT, str(event_id)),
    ]


@pytest.mark.requirement("ATK-07")
def test_scenario_5_two_events_swapped(plant):
    rewrite(plant, 2, seq=99)
    rewrite(plant, 3, seq=2)
    rewrite(plant, 99, seq=3)

    assert told(plant) == [
        (BATCH, 2, Code.PROJECTION),
        (BATCH, 2, Code.CHAIN_BREAK),
        (BATCH, 3, Code.CLOCK_BACK),
        (BATCH, 3, Code.PROJECTION),
        (BATCH, 3, Code.CHAIN_BREAK),
        (BATCH, 4, Code.CHAIN_BREAK),
    ]


def test_scenario_7_truncated_tail_is_betrayed_by_whatever_was_forgotten(plant):
    ((event_id,),) = plant.run("SELECT id FROM audit_event WHERE stream = ? AND seq = 4", BATCH)
    plant.run("DELETE FROM audit_event WHERE id = ?", event_id)
    with_head_row_and_outbox = told(plant)
    plant.run(
        "UPDATE stream_head SET seq = 3, event_hash ="
        " (SELECT event_hash FROM audit_event WHERE stream = ? AND seq = 3) WHERE stream = ?",
        BATCH,
        BATCH,
    )
    with_row_and_outbox = told(plant)
    plant.run("DELETE FROM remark WHERE text = 'four'")
    with_outbox = told(plant)

    gone = (None, None, Code.OUTBOX_WITHOUT_EVENT)
    unexplained = (BATCH, None, Code.RECORD_WITHOUT_TRAIL)
    assert with_head_row_and_outbox == [(BATCH, 3, Code.HEAD_MISMATCH), unexplained, gone]
    assert with_row_and_outbox == [unexplained, gone]
    assert with_outbox == [gone]


def test_scenario_15_tail_deleted_with_head_row_and_outbox_is_the_window_the_log_will_close(plant):
    ((event_id,),) = plant.run("SELECT id FROM audit_event WHERE stream = ? AND seq = 4", BATCH)
    plant.run("DELETE FROM audit_event WHERE id = ?", event_id)
    plant.run("DELETE FROM seal_outbox WHERE event_id = ?", event_id)
    plant.run("DELETE FROM remark WHERE text = 'four'")
    plant.run(
        "UPDATE stream_head SET seq = 3, event_hash ="
        " (SELECT event_hash FROM audit_event WHERE stream = ? AND seq = 3) WHERE stream = ?",
        BATCH,
        BATCH,
    )

    report = verify(plant.evidence)
    assert told(plant) == []
    assert "newest events deleted together with their rows" in report.text()


def test_scenario_8_deleted_record_is_betrayed_by_the_outbox(plant):
    plant.run("DELETE FROM audit_event WHERE stream = ?", OTHER)
    plant.run("DELETE FROM stream_head WHERE stream = ?", OTHER)
    plant.run("DELETE FROM remark WHERE stream = ?", OTHER)

    assert told(plant) == [(None, None, Code.OUTBOX_WITHOUT_EVENT)] * 2


@pytest.mark.requirement("ATK-01")
def test_scenario_9_edited_row_is_named_with_its_column_and_both_values(plant):
    plant.run("UPDATE person SET printed_name = 'A. Reyes-Ortega' WHERE number = 'p-1'")

    assert [(f.stream, f.row, f.code, f.column, f.expected, f.found) for f in plant.findings()] == [
        ("person/p-1", "1", Code.STATE_MISMATCH, "printed_name", "A. Reyes", "A. Reyes-Ortega")
    ]


def test_cell_that_was_empty_is_named_when_it_is_filled(plant):
    plant.run("UPDATE remark SET step_part = '2.9/1' WHERE text = 'two'")

    found = [(f.stream, f.row, f.column, f.expected, f.found) for f in plant.findings()]
    assert found == [(BATCH, "2", "step_part", None, "2.9/1")]


def test_row_put_back_to_its_earlier_revision_is_told(plant):
    plant.run("UPDATE person SET state = 'active', rev = 1 WHERE number = 'p-1'")

    told_of = [(f.code, f.column, f.expected, f.found) for f in plant.findings()]
    assert told_of == [
        (Code.STATE_MISMATCH, "state", "left", "active"),
        (Code.STATE_MISMATCH, "rev", 2, 1),
    ]


def test_scenario_10_record_with_no_trail(plant):
    plant.run(
        "INSERT INTO person (stream, rev, number, printed_name, state)"
        " VALUES ('person/ghost', 1, 'ghost', 'G. Host', 'active')"
    )

    assert [(f.stream, f.code, f.sentence) for f in plant.findings()] == [
        (
            "person/ghost",
            Code.RECORD_WITHOUT_TRAIL,
            "person/ghost: person 2 is there, but no event tells where it came from.",
        )
    ]


def test_row_moved_to_another_record_is_told_in_both(plant):
    plant.run("UPDATE remark SET stream = ? WHERE text = 'two'", OTHER)

    assert told(plant) == [(BATCH, None, Code.RECORD_MISSING), (OTHER, None, Code.RECORD_WITHOUT_TRAIL)]


@pytest.mark.requirement("ATK-02")
def test_scenario_14_rewritten_tail_is_told_by_the_mac_and_by_nothing_else(plant):
    ((row_id, _),) = plant.run("SELECT id, text FROM remark WHERE text = 'four'")
    body = body_of(plant, 4).replace(b'"four"', b'"five"')
    rewrite(plant, 4, body=body.decode(), event_hash=event_hash(body), mac=mac(b"guess", event_hash(body)))
    plant.run("UPDATE stream_head SET event_hash = ? WHERE stream = ?", event_hash(body), BATCH)

    with_key = verify(plant.evidence).result.findings.counts
    without = verify(Store(plant.url, None, plant.files))
    assert row_id == 4
    assert (with_key[Code.MAC], without.result.findings.counts.total() - with_key[Code.GUARD_MISSING]) == (
        1,
        0,
    )


@pytest.mark.requirement("ATK-06")
def test_forged_event_in_the_middle_is_told(plant):
    ((body,),) = plant.run("SELECT body FROM audit_event WHERE stream = ? AND seq = 2", BATCH)
    names = "stream, seq, ts, actor_id, action, event_hash, mac, body"
    plant.run("UPDATE audit_event SET seq = seq + 1000 WHERE stream = ? AND seq > 1", BATCH)
    plant.run("UPDATE audit_event SET seq = seq - 999 WHERE stream = ? AND seq > 1000", BATCH)
    plant.run(
        f"INSERT INTO audit_event ({names}) SELECT stream, 2, ts, actor_id, action, event_hash, mac, body"  # noqa: S608
        " FROM audit_event WHERE stream = ? AND seq = 3",
        BATCH,
    )

    assert body
    assert told(plant) == [
        (BATCH, 3, Code.PROJECTION),
        (BATCH, 3, Code.CHAIN_BREAK),
        (BATCH, 4, Code.PROJECTION),
        (BATCH, 5, Code.PROJECTION),
        (BATCH, 5, Code.HEAD_MISMATCH),
        (BATCH, 2, Code.EVENT_NEVER_SEALED),
    ]


def test_scenario_24_event_transplanted_to_another_record(plant):
    plant.run("UPDATE audit_event SET stream = ?, seq = 3 WHERE stream = ? AND seq = 4", OTHER, BATCH)

    codes = {(stream, code) for stream, _, code in told(plant)}
    assert codes == {
        (BATCH, Code.HEAD_MISMATCH),
        (BATCH, Code.RECORD_WITHOUT_TRAIL),
        (OTHER, Code.PROJECTION),
        (OTHER, Code.CHAIN_BREAK),
        (OTHER, Code.HEAD_MISMATCH),
        (OTHER, Code.RECORD_MISSING),
    }


def test_scenario_25_same_json_written_otherwise(plant):
    rewrite(plant, 2, body=json.dumps(json.loads(body_of(plant, 2))))

    assert told(plant) == [(BATCH, 2, Code.EVENT_HASH), (BATCH, 2, Code.NON_CANONICAL)]


def test_scenario_26_deleted_outbox_rows(plant):
    plant.run("DELETE FROM seal_outbox WHERE event_id = 2")

    assert told(plant) == [(BATCH, 2, Code.EVENT_NEVER_SEALED)]


def test_payloads_of_two_records_swapped_are_told_in_both(plant):
    ((here,), (there,)) = (
        plant.run("SELECT body FROM audit_event WHERE stream = ? AND seq = 2", stream)
        for stream in (BATCH, OTHER)
    )
    plant.run("UPDATE audit_event SET body = ? WHERE stream = ? AND seq = 2", *there, BATCH)
    plant.run("UPDATE audit_event SET body = ? WHERE stream = ? AND seq = 2", *here, OTHER)

    assert {(stream, code) for stream, _, code in told(plant)} >= {
        (BATCH, Code.EVENT_HASH),
        (BATCH, Code.PROJECTION),
        (OTHER, Code.EVENT_HASH),
        (OTHER, Code.PROJECTION),
    }


# signatures and attached files


@pytest.fixture
def signed_plant(store: LedgerStore) -> LedgerStore:
    """A batch with a signature and an attached photo; the guards are dropped."""

    def change(changes):
        changes.insert(Signature, Action.SIGNATURE_APPLY, **signed(BATCH, "2.9/1"))
        changes.insert(
            Attachment,
            Action.FILE_ATTACH,
            part="2.9/1",
            field="label",
            media_type="image/png",
            file_name="label.png",
            attached_at=AT,
            attached_by="t.novak",
            **attach(store.files, b"a photo of a label"),
        )

    store.change(change)
    store.drop_guards()
    return store


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("part", "9.9/1"),
        ("content_digest", "another"),
        ("meaning", "released"),
        ("meaning_text", "I was not there."),
        ("signer", "h.brandt"),
        ("printed_name", "H. Brandt"),
        ("role", "QA"),
        ("signed_at", "2026-01-01T00:00:00.000000Z"),
        ("time_zone", "UTC"),
        ("nonce", "another"),
        ("digest", "another"),
    ],
)
def test_signature_that_says_otherwise_than_its_manifest_is_told(signed_plant, column, value):
    signed_plant.run(f"UPDATE signature SET {column} = ?", value)  # noqa: S608

    found = [(f.code, f.column, f.found) for f in signed_plant.findings() if f.code is Code.SIGNATURE]
    assert found == [(Code.SIGNATURE, column, value)]


def test_edited_manifest_no_longer_has_its_digest(signed_plant):
    signed_plant.run("UPDATE signature SET manifest = replace(manifest, 'T. Novak', 'H. Brandt')")

    found = [(f.code, f.column) for f in signed_plant.findings() if f.code is Code.SIGNATURE]
    assert found == [(Code.SIGNATURE, "digest"), (Code.SIGNATURE, "printed_name")]


@pytest.mark.parametrize("manifest", ["", "{", "{}", "7"])
def test_manifest_that_cannot_be_read_is_told(signed_plant, manifest):
    signed_plant.run("UPDATE signature SET manifest = ?", manifest)

    found = [f.sentence for f in signed_plant.findings() if f.code is Code.SIGNATURE]
    assert found == [
        "batch/TB-1: signature 2.9/1#1 has a digest that is not its manifest's.",
        "batch/TB-1: signature 2.9/1#1 has a manifest that cannot be read.",
    ]


def test_signature_given_for_another_log_is_told(store):
    foreign = signed(BATCH, "2.9/1", log="plant.example/countersign/2")
    store.change(lambda changes: changes.insert(Signature, Action.SIGNATURE_APPLY, **foreign))

    assert [(f.code, f.column, f.found) for f in store.findings()] == [
        (Code.SIGNATURE, "manifest", "plant.example/countersign/2")
    ]


@pytest.mark.requirement("ATK-07")
def test_signature_moved_to_another_record_is_told(store):
    store.change(lambda changes: changes.insert(Signature, Action.SIGNATURE_APPLY, **signed(OTHER, "2.9/1")))

    assert [(f.stream, f.code, f.column, f.expected) for f in store.findings()] == [
        (BATCH, Code.SIGNATURE, "stream", OTHER)
    ]


@pytest.mark.requirement("ATK-09")
def test_changed_file_is_told(signed_plant):
    (path,) = (path for path in signed_plant.files.rglob("*") if path.is_file())
    path.write_bytes(b"a photo of a lebal")

    assert [(f.stream, f.code, f.row) for f in signed_plant.findings()] == [
        (BATCH, Code.FILE_HASH, "2.9/1#1")
    ]


@pytest.mark.requirement("ATK-09")
def test_deleted_file_is_told(signed_plant):
    (path,) = (path for path in signed_plant.files.rglob("*") if path.is_file())
    path.unlink()

    assert [(f.stream, f.code) for f in signed_plant.findings()] == [(BATCH, Code.FILE_MISSING)]


def test_file_of_another_size_than_said_is_told(signed_plant):
    signed_plant.run("UPDATE attachment SET size = 17")

    assert (Code.FILE_HASH, "size", 17) in {(f.code, f.column, f.found) for f in signed_plant.findings()}


def test_digest_that_is_a_path_opens_no_file(signed_plant):
    signed_plant.run("UPDATE attachment SET sha256 = '../../secret'")

    assert (BATCH, None, Code.FILE_MISSING) in told(signed_plant)


def test_files_that_were_not_looked_at_leave_the_verdict_incomplete(store):
    fill(store)

    report = verify(Store(store.url, LEDGER, files=None))
    assert (report.verdict, report.missing) == (
        Verdict.INCOMPLETE,
        ("Attached files were not looked at: their folder was not given.",),
    )


# the command


def run(store: Store, **given) -> tuple[int, str]:
    out = io.StringIO()
    status = run_verify(store, out, **given)
    return status, out.getvalue()


@pytest.mark.requirement("P11-10a-1")
def test_command_tells_people_what_is_wrong_and_fails(store):
    for text in ("one", "two"):
        remark(store, text)
    store.drop_guards()
    store.run("UPDATE remark SET text = 'TWO' WHERE text = 'two'")
    install_guards(store.url)

    status, text = run(store.evidence)
    first, counted, found, told_of, not_seen = text.splitlines()
    assert (status, first, found, told_of) == (
        1,
        "FAIL: the whole store, policy chain-only/1",
        "Found: 1 STATE_MISMATCH.",
        "  STATE_MISMATCH  batch/TB-1: remark 2 has 'TWO' in column text, its events left 'two'.",
    )
    assert (counted.startswith("2 events, 1 streams, 2 rows, "), not_seen) == (True, NOT_SEEN)


def test_command_tells_programs_what_is_wrong_and_fails(store):
    remark(store, "one")
    store.drop_guards()
    store.run("UPDATE remark SET text = 'ONE'")
    install_guards(store.url)

    status, text = run(store.evidence, as_json=True)
    document = json.loads(text)
    assert (status, document | {"duration_ms": 0}) == (
        1,
        {
            "verdict": "FAIL",
            "policy": {"name": "chain-only", "version": "1", "not_seen": NOT_SEEN},
            "record": None,
            "counts": {"streams": 1, "events": 1, "rows": 1},
            "clock_set_back": 0,
            "findings": [
                {
                    "code": "STATE_MISMATCH",
                    "sentence": "batch/TB-1: remark 1 has 'ONE' in column text, its events left 'one'.",
                    "stream": BATCH,
                    "table": "remark",
                    "row": "1",
                    "column": "text",
                    "expected": "one",
                    "found": "ONE",
                }
            ],
            "findings_by_code": {"STATE_MISMATCH": 1},
            "missing": [],
            "duration_ms": 0,
        },
    )


@pytest.mark.parametrize(("record", "status", "events"), [(BATCH, 1, 2), (OTHER, 0, 1), ("batch/TB-9", 2, 0)])
def test_one_record_is_verified_alone(store, record, status, events):
    remark(store, "one")
    remark(store, "two")
    remark(store, "other", OTHER)
    store.drop_guards()
    store.run("UPDATE remark SET text = 'TWO' WHERE text = 'two'")
    install_guards(store.url)

    report = verify(store.evidence, record=record)
    assert (report.verdict.exit_status, report.result.events) == (status, events)


def test_record_that_is_not_named_is_refused_in_a_sentence(sqlite_url, tmp_path):
    with pytest.raises(DomainError, match="'TB-1' is not a record name; write KIND/NUMBER"):
        verify(Store(sqlite_url, LEDGER, tmp_path), record="TB-1")


@pytest.mark.requirement("ATK-11")
@pytest.mark.requirement("FAIL-06")
def test_missing_guard_fails_although_nothing_was_changed(store):
    remark(store, "one")
    store.drop_guards()

    report = verify(store.evidence)
    assert (report.verdict, set(report.result.findings.counts)) == (Verdict.FAIL, {Code.GUARD_MISSING})


def test_event_taken_from_the_outbox_before_there_is_a_log_fails(store):
    remark(store, "one")
    store.run("DELETE FROM seal_outbox")

    report = verify(store.evidence)
    assert (report.verdict, report.result.findings.counts) == (Verdict.FAIL, {Code.EVENT_NEVER_SEALED: 1})


def test_changed_schema_fails(store):
    remark(store, "one")
    store.run("ALTER TABLE remark ADD COLUMN hidden TEXT")

    report = verify(store.evidence)
    assert [f.sentence for f in report.result.findings.kept] == [
        "remark: remove column hidden would be needed."
    ]


def test_empty_store_is_incomplete(store):
    report = verify(store.evidence)

    assert (report.verdict, report.missing) == (
        Verdict.INCOMPLETE,
        ("There is no event, so there is nothing that could pass.",),
    )


def test_store_emptied_of_its_trail_fails(store):
    fill(store)
    store.drop_guards()
    for table in ("audit_event", "stream_head", "seal_outbox"):
        store.run(f"DELETE FROM {table}")  # noqa: S608
    install_guards(store.url)

    report = verify(store.evidence)
    codes = set(report.result.findings.counts)
    assert (report.verdict, codes) == (Verdict.FAIL, {Code.RECORD_WITHOUT_TRAIL})


def test_without_the_key_an_intact_store_is_incomplete(store):
    remark(store, "one")

    report = verify(Store(store.url, None, store.files))
    assert (report.verdict, [sentence[:22] for sentence in report.missing]) == (
        Verdict.INCOMPLETE,
        ["The MAC key and the lo"],
    )


def test_key_of_another_store_fails_at_every_event(store):
    remark(store, "one")

    report = verify(Store(store.url, Ledger(LEDGER.origin, b"another"), store.files))
    assert (report.verdict, report.result.findings.counts) == (Verdict.FAIL, {Code.MAC: 1})


def test_store_that_is_not_there_fails_and_is_not_begun(tmp_path):
    path = tmp_path / "none.sqlite"

    report = verify(Store(f"sqlite:///{path}", LEDGER, tmp_path))
    assert (report.verdict, set(report.result.findings.counts), path.exists()) == (
        Verdict.FAIL,
        {Code.UNREADABLE},
        False,
    )


def test_store_without_a_table_fails(store):
    remark(store, "one")
    store.run("DROP TABLE remark")

    assert verify(store.evidence).result.findings.counts[Code.UNREADABLE] == 1


def test_text_that_is_no_text_fails(sqlite_url, tmp_path):
    store = LedgerStore(sqlite_url, tmp_path)
    remark(store, "one")
    store.drop_guards()
    store.run("UPDATE remark SET text = CAST(x'fffe' AS TEXT)")

    assert verify(store.evidence).result.findings.counts[Code.UNREADABLE] == 1
    store.engine.dispose()


def test_what_can_not_be_read_hides_nothing_else(sqlite_url, tmp_path):
    store = LedgerStore(sqlite_url, tmp_path)
    for number in range(3):
        remark(store, "one", f"batch/TB-{number}")
    store.drop_guards()
    store.run("UPDATE remark SET text = CAST(x'fffe' AS TEXT) WHERE stream = 'batch/TB-0'")
    store.run("UPDATE remark SET text = 'two' WHERE stream = 'batch/TB-2'")

    found = verify(store.evidence).result.findings
    store.engine.dispose()

    told = {code: count for code, count in found.counts.items() if code is not Code.GUARD_MISSING}
    assert told == {Code.UNREADABLE: 1, Code.STATE_MISMATCH: 1}


def test_question_that_names_no_record_has_no_verdict(capsys):
    with pytest.raises(SystemExit) as ended:
        verify_command(["--record", "TB-0771"])

    assert ended.value.code == 2
    assert "write KIND/NUMBER" in capsys.readouterr().err


def test_several_processes_find_what_one_finds(store):
    for number in range(12):
        remark(store, "a", f"batch/TB-{number}")
        remark(store, "b", f"batch/TB-{number}")
    store.drop_guards()
    store.run("UPDATE remark SET text = 'c' WHERE stream IN ('batch/TB-0', 'batch/TB-5', 'batch/TB-9')")
    store.run("DELETE FROM stream_head WHERE stream = 'batch/TB-11'")

    one = verify(store.evidence, processes=1).result
    two = verify(store.evidence, processes=2, least=3).result
    assert (two.streams, two.events, two.rows, two.findings.counts) == (
        one.streams,
        one.events,
        one.rows,
        one.findings.counts,
    )
    assert set(two.findings.kept) == set(one.findings.kept)


def test_parts_are_the_whole_store(store):
    for number in range(20):
        remark(store, "a", f"batch/TB-{number}")
    with snapshot(store.engine) as view:
        parts = view.parts(most=4, least=1)
        seen = [stored.stream for part in parts for stored in view.streams(part, [])]

    assert (len(parts), sorted(seen)) == (4, sorted(f"batch/TB-{number}" for number in range(20)))


def test_what_is_written_during_verification_is_not_seen(store):
    remark(store, "one")
    with snapshot(store.engine) as view:
        (first,) = view.streams(WHOLE, shapes())
        remark(store, "two")
        again = [stored.stream for stored in view.streams(WHOLE, [])]
        events = list(view.history(BATCH))

    assert (first.stream, again, len(events)) == (BATCH, [BATCH], 1)


def test_streams_out_of_byte_order_are_not_taken_for_a_store():
    source = readers._Source(rows=[("batch/B",), ("batch/a",), ("batch/C",)], stream_at=0)

    with pytest.raises(readers.OutOfOrderError, match="batch/C came after batch/a"):
        list(readers._merged([source]))


def test_database_that_sorts_text_otherwise_is_read_in_byte_order(store):
    for stream in ("batch/a", "batch/B", "batch/\u00e4", "batch/-"):
        remark(store, "a", stream)
    with snapshot(store.engine) as view:
        view._collation = " COLLATE BINARY" if store.is_sqlite else ' COLLATE "C"'
        seen = [stored.stream for stored in view.streams(WHOLE, shapes())]

    assert seen == ["batch/-", "batch/B", "batch/a", "batch/\u00e4"]


# faults


def test_scenario_19_full_disk_is_an_error_and_leaves_the_store_intact(sqlite_url, tmp_path):
    store = LedgerStore(sqlite_url, tmp_path)
    remark(store, "one")

    with store.work() as work:
        (pages,) = work.session.execute(sql("PRAGMA page_count")).one()
        work.session.execute(sql(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(DBAPIError, match="full"):
        remark(store, "two" * 100_000)

    report = verify(store.evidence)
    store.engine.dispose()
    assert (report.verdict, report.result.events, report.result.rows) == (Verdict.PASS, 1, 1)


WRITER = """
import sys
from pathlib import Path
from tests.ledger import LedgerStore
from tests.workflows.test_verify import remark
store = LedgerStore(sys.argv[1], Path(sys.argv[2]))
for number in range(100000):
    remark(store, f"remark {number}", f"batch/TB-{number % 3}", number // 1000)
    print(number, flush=True)
"""


@pytest.mark.requirement("ATK-13")
def test_scenario_18_killed_writer_leaves_no_half_event(store):
    acknowledged = 0
    for length in (3, 8, 14):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, store.url, str(store.files)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
        )
        for _ in range(length):
            writer.stdout.readline()
        writer.kill()
        acknowledged += length + len(writer.stdout.read().splitlines())
        writer.wait()
        writer.stdout.close()

    report = verify(store.evidence)
    result = report.result
    assert (report.verdict, result.events == result.rows, result.events >= acknowledged) == (
        Verdict.PASS,
        True,
        True,
    )


def test_scenario_21_writers_racing_for_the_same_records_lose_nothing(store):
    def write(writer: int) -> None:
        for number in range(15):
            while True:
                try:
                    remark(store, f"{writer}.{number}", f"batch/TB-{number % 3}")
                except (HeadMovedError, DBAPIError) as error:
                    if not is_race(error):
                        raise
                else:
                    break

    writers = [Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    report = verify(store.evidence)
    assert (report.verdict, report.result.events, report.result.rows) == (Verdict.PASS, 90, 90)


# coverage


def test_coverage_names_every_table_protected_or_why_not(store):
    out = io.StringIO()
    status = run_coverage(store.url, out, as_json=True)

    words = json.loads(out.getvalue())
    tables = {*metadata.tables, SCHEMA_TABLE}
    bare = {name: word for name, word in words.items() if word != "protected"}
    assert (status, set(words)) == (0, tables)
    assert {name: word.partition(":")[0] for name, word in bare.items()} == {
        "idempotency_key": "unprotected",
        "login_session": "unprotected",
    }


def test_coverage_of_a_store_that_is_not_there_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(DomainError, match="There is no store at"):
        run_coverage(f"sqlite:///{tmp_path / 'none.sqlite'}", io.StringIO())


def test_coverage_names_a_table_nobody_knows(store):
    store.run("CREATE TABLE aside (id INTEGER)")
    out = io.StringIO()
    run_coverage(store.url, out)

    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("aside")]
    assert line.split(maxsplit=1)[1] == "unprotected: this software does not know it"


def test_kept_file_is_looked_for_where_it_is_kept(tmp_path):
    digest = "ab" * 32

    assert path_of(tmp_path, digest) == FileStore(tmp_path)._path(digest)
