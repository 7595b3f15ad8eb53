"""An export is on record before the copy leaves: its digest, and the head of the trail it ends with."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from audit.chain import b64
from audit.models import ExportedCopy, audit_event, stream_head
from records.errors import RecordNotFoundError
from records.identity import RecordName
from tests.factories import BATCH, BRANDT, MASTER, REYES, reasons_of
from workflows.authority import SYSTEM
from workflows.export.commands import ask_for_copy, record_export
from workflows.export.facts import CopyForm, NewCopy
from workflows.export.master_record import FORMAT, master_record
from workflows.export.queries import bundle_of, copies_of, was_exported

pytest_plugins = ("tests.stages",)
NAME = RecordName("batch", BATCH)
DIGEST = "0f" * 32


def new_copy(plant, name=NAME):
    with plant.read() as session:
        seq, digest = session.execute(
            select(stream_head.c.seq, stream_head.c.event_hash).where(stream_head.c.stream == str(name))
        ).one()
    return NewCopy(record=name, form=CopyForm.PDF, sha256=DIGEST, head_seq=seq, head_hash=b64(bytes(digest)))


@pytest.mark.requirement("P11-10b-1")
def test_export_is_an_event_of_the_record_that_names_digest_and_head(issued):
    copy = new_copy(issued)

    issued.do(BRANDT, record_export, copy)

    with issued.read() as session:
        (row,) = copies_of(session, str(NAME))
        seq, action = session.execute(
            select(audit_event.c.seq, audit_event.c.action)
            .where(audit_event.c.stream == str(NAME))
            .order_by(audit_event.c.seq.desc())
        ).first()
    assert (row.form, row.sha256, row.head_seq, row.head_hash, row.exported_by) == (
        "pdf",
        DIGEST,
        copy.head_seq,
        copy.head_hash,
        BRANDT.person,
    )
    assert (seq, action) == (copy.head_seq + 1, "record.export")


@pytest.mark.requirement("P11-10b-2")
def test_bundle_inside_a_pdf_is_on_record_by_its_digest(issued):
    inside = "1e" * 32

    issued.do(BRANDT, record_export, replace(new_copy(issued), bundle_sha256=inside))
    issued.do(BRANDT, record_export, new_copy(issued))
    refused = reasons_of(issued.do, BRANDT, record_export, replace(new_copy(issued), bundle_sha256="none"))

    with issued.read() as session:
        without, with_bundle = copies_of(session, str(NAME))
        assert (bundle_of(session, with_bundle), bundle_of(session, without)) == (inside, None)
        actions = session.scalars(
            select(audit_event.c.action).where(
                audit_event.c.stream == str(NAME), audit_event.c.action == "record.export"
            )
        ).all()
    assert len(actions) == 3
    assert refused == ["A copy is known by its SHA-256, 64 hexadecimal characters."]


@pytest.mark.requirement("P11-10b-1")
def test_copy_that_ends_with_another_event_is_refused(issued):
    copy = new_copy(issued)
    rewritten = replace(copy, head_hash=b64(bytes(32)))
    longer = replace(copy, head_seq=copy.head_seq + 7)

    refused = [reasons_of(issued.do, BRANDT, record_export, one) for one in (rewritten, longer)]

    ends = "The copy ends with event {}, but batch BU-0001 has {} there. Make a new copy."
    assert refused == [
        [ends.format(copy.head_seq, "another hash")],
        [ends.format(copy.head_seq + 7, "no such event")],
    ]


def test_copy_made_before_the_record_went_on_is_still_one(issued):
    copy = new_copy(issued)
    issued.remark("The lamp flickered.")

    issued.do(BRANDT, record_export, copy)

    with issued.read() as session:
        assert [row.head_seq for row in copies_of(session, str(NAME))] == [copy.head_seq]


def test_copy_without_a_digest_is_refused(issued):
    reasons = reasons_of(issued.do, BRANDT, record_export, replace(new_copy(issued), sha256="none"))

    assert reasons == ["A copy is known by its SHA-256, 64 hexadecimal characters."]


@pytest.mark.requirement("P11-10g-1")
def test_operator_neither_has_a_copy_made_nor_takes_one_away(issued):
    words = "A. Reyes is not authorised to export copies of records."

    assert reasons_of(issued.do, REYES, ask_for_copy, NAME) == [words]
    assert reasons_of(issued.do, REYES, record_export, new_copy(issued)) == [words]
    with issued.read() as session:
        assert session.scalars(select(ExportedCopy)).all() == []


def test_software_itself_may_export_for_the_command_line(issued):
    issued.do(SYSTEM, record_export, new_copy(issued))

    with issued.read() as session:
        assert [row.exported_by for row in copies_of(session, str(NAME))] == ["system"]
        assert was_exported(session, str(NAME), DIGEST)
        assert not was_exported(session, str(NAME), "1f" * 32)


def test_copy_of_a_record_that_is_not_there_is_not_made(issued):
    with pytest.raises(RecordNotFoundError):
        issued.do(BRANDT, ask_for_copy, RecordName("batch", "TB-9999"))


@pytest.mark.requirement("G-186b")
def test_master_record_holds_its_content_its_signatures_and_its_trail(mastered):
    with mastered.read() as session:
        record = master_record(session, MASTER)

    assert (record["format"], record["version"]["number"], record["digest_holds"]) == (FORMAT, MASTER, True)
    assert [one["meaning"] for one in record["signatures"]] == ["authored", "checked", "approved"]
    assert [event["seq"] for event in record["trail"]] == list(range(1, len(record["trail"]) + 1))
    signs = [
        step["sign"]
        for unit_procedure in record["unit_procedures"]
        for operation in unit_procedure["operations"]
        for phase in operation["phases"]
        for step in phase["steps"]
    ]
    assert signs == ["P+V", "P", "P+V", "IPC", "V", "QA"]


def test_master_that_is_not_there_is_not_found(mastered):
    with mastered.read() as session, pytest.raises(RecordNotFoundError):
        master_record(session, "MBR-9999.1")
