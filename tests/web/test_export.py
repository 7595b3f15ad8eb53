"""Copies through the pages and the command line: asked for, waited for, put on record, taken away."""

import fcntl
import io
import json
import os
import sqlite3
import time
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select

from app.export.command import export_record
from app.export.evidence import trust_file
from app.export.jobs import JobState, begin, find, token_of
from app.factory import make_service
from audit.models import DeniedAttempt, ExportedCopy
from records.identity import RecordName
from tests.evidence import checked, codes, files_of
from tests.factories import BATCH, MASTER
from tests.web.conftest import _settings

pytest_plugins = ("tests.web.cast_plant",)
COPIES = f"/batches/{BATCH}/copies"
MASTER_COPIES = "/masters/" + MASTER.replace(".", "/") + "/copies"
PATIENCE = 90


@pytest.fixture(scope="module")
def stage():
    return "executed"


@pytest.fixture
def store_url(record_stores, stage, tmp_path):
    return record_stores.copy(stage, tmp_path)


@pytest.fixture
def auditor(browser_of):
    return browser_of("g.andersson")


def asked(browser, form="json", where=COPIES, key=None):
    """Ask for a copy and return the address of its page."""
    answer = browser.post(where, {"form": form}, key=key)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def waited(browser, address):
    """Look at the page of a copy until it is not in the making any more."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answer = browser.get(address)
        if "Refresh" not in answer.headers:
            return browser.page(address)
        time.sleep(0.2)
    raise AssertionError(answer.text)


def taken(browser, address):
    """Take a copy away and return the answer that holds the file."""
    answer = browser.post(f"{address}/hand-over")
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["Location"])


def copies(store):
    store.rollback()
    return store.scalars(select(ExportedCopy).order_by(ExportedCopy.id)).all()


@pytest.mark.requirement("P11-10b-1")
def test_auditor_takes_the_data_away_and_the_export_is_on_record_first(auditor, store):
    address = asked(auditor)
    waited(auditor, address)
    before = len(copies(store))

    answer = taken(auditor, address)

    (row,) = copies(store)
    assert before == 0
    assert (row.form, row.sha256, row.exported_by) == ("json", sha256(answer.data).hexdigest(), "P-0013")
    assert (answer.mimetype, answer.headers["Content-Disposition"]) == (
        "application/json",
        f"attachment; filename={BATCH}.json",
    )
    record = json.loads(answer.data)
    assert (record["trail"][-1]["seq"], record["trail"][-1]["event_hash"]) == (row.head_seq, row.head_hash)


@pytest.mark.requirement("P11-10b-1", "P11-10b-2")
@pytest.mark.usefixtures("pango")
def test_pdf_is_made_in_a_process_of_its_own_and_holds_the_same_record(auditor, store):
    address = asked(auditor, "pdf")
    first = auditor.get(address)
    waited(auditor, address)

    answer = taken(auditor, address)

    assert first.headers["Refresh"] == "2"
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        inside = {name: one.get_file().read_bytes() for name, one in document.attachments.items()}
    (row,) = copies(store)
    assert sorted(inside) == [f"{BATCH}.evidence.zip", f"{BATCH}.json"]
    assert json.loads(inside[f"{BATCH}.json"])["trail"][-1]["seq"] == row.head_seq
    assert files_of(inside[f"{BATCH}.evidence.zip"])["record.json"] == inside[f"{BATCH}.json"]
    trust = auditor.get(f"/trust-files/{row.id}").get_json()
    assert checked(inside[f"{BATCH}.evidence.zip"], trust).verdict == "PASS"


@pytest.mark.requirement("P11-10b-2")
def test_bundle_taken_from_the_page_passes_with_the_trust_file_of_that_copy(auditor, store):
    address = asked(auditor, "bundle")
    waited(auditor, address)
    bundle = taken(auditor, address)
    (row,) = copies(store)

    (link,) = auditor.page(COPIES).all("a", href=f"/trust-files/{row.id}")
    trust = auditor.get(link["href"])
    report = checked(bundle.data, trust.get_json())
    altered = bundle.data.replace(b'"rev":1', b'"rev":2')

    assert bundle.headers["Content-Disposition"] == f"attachment; filename={BATCH}.evidence.zip"
    assert trust.headers["Content-Disposition"] == f"attachment; filename={BATCH}.trust.json"
    assert (report.verdict, report.findings, report.about["record"]) == ("PASS", [], f"batch/{BATCH}")
    assert report.counts["events"] > row.head_seq
    assert checked(altered, trust.get_json()).verdict == "FAIL"

    without_digest = checked(bundle.data, {**trust.get_json(), "bundles": []})
    assert (without_digest.verdict, without_digest.findings) == ("INCOMPLETE", [])
    assert f"Event {row.head_seq} of batch/{BATCH}" in " ".join(without_digest.outside)
    assert len(without_digest.missing) == report.counts["streams"]

    published = auditor.get("/verifier/offline-verifier.py").data
    assert files_of(bundle.data)["offline_verifier.py"] == published
    assert sha256(published).hexdigest() in auditor.page("/verifier").text


@pytest.mark.requirement("P11-10b-2", "G-186b")
def test_bundle_of_a_master_version_passes_when_its_digest_is_known(store_url, keys_dir, tmp_path, store):
    service = make_service(_settings(store_url, keys_dir, tmp_path))

    export_record(service, f"master/{MASTER}", tmp_path / "copy.zip", "bundle")

    (row,) = copies(store)
    report = checked((tmp_path / "copy.zip").read_bytes(), trust_file(store, row, service.keys.ledger))
    assert (report.verdict, report.about["record"], row.form) == ("PASS", f"master/{MASTER}", "bundle")


def test_trust_file_of_no_copy_is_not_found(auditor):
    assert auditor.get("/trust-files/1").status_code == 404


def test_tables_come_in_a_zip_file(auditor):
    address = asked(auditor, "csv")
    waited(auditor, address)

    answer = taken(auditor, address)

    assert answer.headers["Content-Disposition"] == f"attachment; filename={BATCH}.csv.zip"
    assert "entries.csv" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()


@pytest.mark.requirement("G-186b")
def test_master_is_copied_too(auditor, store):
    address = asked(auditor, where=MASTER_COPIES)
    waited(auditor, address)

    answer = taken(auditor, address)

    assert json.loads(answer.data)["version"]["number"] == MASTER
    assert [row.stream for row in copies(store)] == [f"master/{MASTER}"]


@pytest.mark.requirement("DAY-11")
def test_page_lists_the_copies_that_left_with_their_digests(auditor):
    address = asked(auditor)
    waited(auditor, address)
    digest = sha256(taken(auditor, address).data).hexdigest()

    page = auditor.page(COPIES)

    assert digest in page.text
    assert "G. Andersson" in page.text


def test_request_sent_twice_makes_one_copy(auditor, tmp_path):
    addresses = {asked(auditor, key="once"), asked(auditor, key="once")}

    assert len(addresses) == 1
    assert len([path for path in (tmp_path / "copies").iterdir() if path.is_dir()]) == 1


def test_copy_taken_twice_is_one_export_for_each_time(auditor, store):
    address = asked(auditor)
    waited(auditor, address)

    first, second = taken(auditor, address), taken(auditor, address)

    assert first.data == second.data
    assert len(copies(store)) == 2


@pytest.mark.requirement("P11-10g-1")
def test_operator_sees_what_left_but_has_no_copy_made(browser_of, store):
    operator = browser_of("a.reyes")

    page = operator.page(COPIES)
    answer = operator.post(COPIES, {"form": "pdf"})

    assert (page.all("form", id="make-pdf"), answer.status_code) == ([], 403)
    assert [row.act for row in store.scalars(select(DeniedAttempt))] == ["record:export"]


@pytest.mark.requirement("P11-10g-1")
def test_copy_belongs_to_who_asked_for_it(auditor, browser_of):
    address = asked(auditor)
    waited(auditor, address)
    reviewer = browser_of("h.brandt")

    answers = [
        reviewer.get(address).status_code,
        reviewer.post(f"{address}/hand-over").status_code,
        reviewer.get(f"{address}/file").status_code,
    ]

    assert answers == [404, 404, 404]


@pytest.mark.requirement("P11-10b-1")
def test_file_is_not_given_before_the_export_is_on_record(auditor):
    address = asked(auditor)
    waited(auditor, address)

    assert auditor.get(f"{address}/file").status_code == 404


@pytest.mark.requirement("ATK-18")
def test_file_altered_after_it_was_made_is_not_given(auditor, tmp_path):
    address = asked(auditor)
    waited(auditor, address)
    taken(auditor, address)
    (file,) = tmp_path.glob("copies/*/copy")
    file.write_bytes(file.read_bytes().replace(b"P-0002", b"P-0003"))

    assert auditor.get(f"{address}/file").status_code == 404


@pytest.mark.parametrize("where", ["/batches/TB-9999/copies", "/masters/MBR-9999/1/copies"])
def test_record_that_is_not_there_has_no_copies(where, auditor):
    assert auditor.get(where).status_code == 404
    assert auditor.post(where, {"form": "json"}).status_code == 404


def test_form_that_is_none_is_refused(auditor):
    assert auditor.post(COPIES, {"form": "docx"}).status_code == 422


def test_copy_whose_maker_died_says_so(auditor, tmp_path):
    address = asked(auditor)
    waited(auditor, address)
    (folder,) = (path for path in (tmp_path / "copies").iterdir() if path.is_dir())
    (folder / "done.json").unlink()

    page = waited(auditor, address)

    assert "The process that made it ended before it was done." in page.text


def test_copy_in_the_making_says_how_far_it_is(auditor, tmp_path):
    address = asked(auditor)
    waited(auditor, address)
    (folder,) = (path for path in (tmp_path / "copies").iterdir() if path.is_dir())
    (folder / "done.json").unlink()
    (folder / "progress.json").write_text('{"done": 3, "total": 30}', encoding="utf-8")
    lock = os.open(folder / "lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)

    page = auditor.page(address)
    os.close(lock)

    assert "3 of 30 sections laid out" in page.text


def test_old_copies_are_dropped_when_a_new_one_begins(auditor, tmp_path):
    waited(auditor, asked(auditor))
    (old,) = (path for path in (tmp_path / "copies").iterdir() if path.is_dir())
    os.utime(old, (0, 0))

    waited(auditor, asked(auditor))

    assert not old.exists()


def test_maker_that_can_not_read_the_record_says_why(store_url, keys_dir, tmp_path, auditor):
    settings = _settings(store_url, keys_dir, tmp_path)
    waited(auditor, asked(auditor))
    (folder,) = (path for path in (tmp_path / "copies").iterdir() if path.is_dir())
    asked_before = find(settings, folder.name, "P-0013").asked
    token = token_of("another", "key")

    begin(settings, token, replace(asked_before, record=RecordName("lot", "24-118")))

    until = time.monotonic() + PATIENCE
    while (job := find(settings, token, "P-0013")).state is JobState.MAKING:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert (job.state, job.problem) == (
        JobState.FAILED,
        "There are copies of batch and master records, not of lot/24-118.",
    )


@pytest.mark.requirement("P11-10b-1")
def test_command_writes_a_file_that_is_on_record(store_url, keys_dir, tmp_path, store, capsys):
    service = make_service(_settings(store_url, keys_dir, tmp_path))
    out = tmp_path / "copy.json"

    status = export_record(service, f"batch/{BATCH}", out, "json")

    (row,) = copies(store)
    digest = sha256(out.read_bytes()).hexdigest()
    assert (status, row.sha256, row.exported_by) == (0, digest, "system")
    assert capsys.readouterr().out == f"{out}: {out.stat().st_size} bytes, SHA-256 {digest}\n"


@pytest.mark.requirement("P11-10e-5")
def test_command_tells_of_an_altered_record_and_copies_it_all_the_same(store_url, keys_dir, tmp_path, capsys):
    service = make_service(_settings(store_url, keys_dir, tmp_path))
    _alter(store_url)

    status = export_record(service, f"batch/{BATCH}", tmp_path / "copy.json", "json")

    told = capsys.readouterr().err.splitlines()
    assert (status, told[0]) == (0, f"Integrity of batch/{BATCH}: FAIL")
    assert any(line.startswith("STATE_MISMATCH: ") for line in told[1:])


@pytest.mark.requirement("P11-10b-2", "P11-10a-1")
def test_bundle_of_an_altered_record_fails_away_from_the_system(store_url, keys_dir, tmp_path):
    service = make_service(_settings(store_url, keys_dir, tmp_path))
    _alter(store_url)
    out = tmp_path / "copy.zip"

    export_record(service, f"batch/{BATCH}", out, "bundle")

    report = checked(out.read_bytes())
    assert (report.verdict, codes(report)) == ("FAIL", {"STATE_MISMATCH"})


def _alter(store_url):
    """Change a value behind the system's back, as somebody with the database's file can."""
    connection = sqlite3.connect(store_url.removeprefix("sqlite:///"))
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entry'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE entry SET value = '10.000' WHERE field = 'weight'")
    connection.commit()
    connection.close()


@pytest.mark.requirement("P11-10b-1")
def test_command_that_can_not_write_its_file_says_so_and_puts_no_export_on_record(
    store_url, keys_dir, tmp_path, store, capsys
):
    service = make_service(_settings(store_url, keys_dir, tmp_path))
    (tmp_path / "folder").mkdir()
    places = [tmp_path / "gone" / "copy.json", tmp_path / "folder", Path("/dev/full")]

    statuses = [export_record(service, f"batch/{BATCH}", place, "json") for place in places]

    assert (statuses, len(capsys.readouterr().err.splitlines())) == ([1, 1, 1], 3)
    assert (Path("/dev/full").is_file(), store.scalars(select(ExportedCopy)).all()) == (False, [])


def test_command_without_a_record_name_says_how_to_write_one(store_url, keys_dir, tmp_path, capsys):
    service = make_service(_settings(store_url, keys_dir, tmp_path))

    status = export_record(service, "TB-0771", tmp_path / "copy.json")

    assert status == 1
    assert capsys.readouterr().err == (
        "'TB-0771' is not a record name; write KIND/NUMBER, such as batch/TB-0771.\n"
    )
    assert not (tmp_path / "copy.json").exists()
