"""The audit trail page: searched by who, what, when, why and record; down to the event as stored."""

import csv
import io
import json
from hashlib import sha256

import pytest
from sqlalchemy import select, update

from audit.models import audit_event
from records.engine import make_engine
from tests.factories import BATCH

pytest_plugins = ("tests.web.cast_plant",)
STREAM = f"batch/{BATCH}"


@pytest.fixture
def stage():
    return "with_exceptions"


@pytest.fixture
def store_url(record_stores, stage, tmp_path):
    return record_stores.copy(stage, tmp_path)


@pytest.fixture
def auditor(browser_of):
    return browser_of("g.andersson")


def _found(browser, **asked):
    """(stream, seq) of each event on the page, as its links name them."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page = browser.page(f"/trail?{query}")
    links = [attrs["href"] for attrs in page.all("a") if attrs["href"].startswith("/trail/")]
    return [(link[7:].rpartition("/")[0], int(link.rpartition("/")[2])) for link in links]


def _stored(store, *conditions):
    rows = store.execute(
        select(audit_event.c.stream, audit_event.c.seq).where(*conditions).order_by(audit_event.c.id.desc())
    )
    return [tuple(row) for row in rows]


@pytest.mark.requirement("P11-10e-4")
@pytest.mark.requirement("D11-12.4")
@pytest.mark.parametrize(
    ("asked", "conditions"),
    [
        ({"who": "P-0006"}, (audit_event.c.actor_id == "P-0006",)),
        ({"action": "step.entry.correct"}, (audit_event.c.action == "step.entry.correct",)),
        ({"record": "26-001"}, (audit_event.c.stream == "lot/26-001",)),
        ({"record": "lot/26-001"}, (audit_event.c.stream == "lot/26-001",)),
        ({"why": "MISREAD"}, (audit_event.c.body.like('%"text":"Misread the display."%'),)),
        (
            {"text": "26.1", "record": BATCH},
            (audit_event.c.body.like("%26.1%"), audit_event.c.stream == STREAM),
        ),
        (
            {"since": "2026-11-20T07:30", "until": "2026-11-20T07:33", "record": BATCH},
            (
                audit_event.c.ts >= "2026-11-20T07:30:00.000000Z",
                audit_event.c.ts <= "2026-11-20T07:33:00.000000Z",
                audit_event.c.stream == STREAM,
            ),
        ),
        (
            {"who": "P-0002", "action": "step.entry.correct", "why": "nothing like it"},
            (audit_event.c.id < 0,),
        ),
    ],
    ids=["who", "action", "number", "record", "why", "text", "period", "nothing"],
)
def test_trail_is_searched_by_who_what_when_why_and_record(auditor, store, asked, conditions):
    assert _found(auditor, **asked) == _stored(store, *conditions)[:50]


@pytest.mark.requirement("P11-10e-1")
@pytest.mark.requirement("D11-12.2")
def test_event_reads_as_a_plain_sentence_with_old_and_new_value_and_reason(auditor):
    text = auditor.page(f"/trail?record={BATCH}&action=step.entry.correct&order=oldest").text

    assert "A. Reyes (P-0002) Value corrected batch BU-0001, step 1.3, value" in text
    assert "value: 10.002 → 10.020" in text
    assert "Misread the display." in text
    assert "2026-11-20 07:31:00 UTC+00:00" in text


def test_trail_is_paged_in_either_order(auditor, store):
    every = _stored(store)

    pages = [_found(auditor, page=number) for number in range(1, len(every) // 50 + 2)]
    oldest = _found(auditor, order="oldest")

    assert [event for page in pages for event in page] == every
    assert oldest == every[::-1][:50]


def test_nothing_found_says_so(auditor):
    assert "Nothing of that kind is in the trail" in auditor.page("/trail?record=TB-9999").text


@pytest.mark.parametrize("query", ["since=yesterday", "until=2026-13-01"])
def test_time_that_is_none_is_refused(auditor, query):
    assert auditor.get(f"/trail?{query}").status_code == 422


@pytest.mark.requirement("P11-10e-4")
def test_what_is_found_is_taken_away_as_a_file_with_every_column(auditor, store):
    answer = auditor.get(f"/trail.csv?record={STREAM}&order=oldest")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    events = store.execute(
        select(audit_event).where(audit_event.c.stream == STREAM).order_by(audit_event.c.seq)
    ).all()
    assert [(row["seq"], row["event hash"]) for row in rows] == [
        (str(event.seq), bytes(event.event_hash).hex()) for event in events
    ]
    corrected = next(row for row in rows if row["action"] == "step.entry.correct")
    assert (corrected["printed name"], corrected["reason"]) == ("A. Reyes", "Misread the display.")


@pytest.mark.requirement("P11-10e-5")
def test_event_is_shown_as_stored_with_its_hash_and_place_in_the_chain(auditor, store):
    event = store.execute(
        select(audit_event).where(audit_event.c.stream == STREAM, audit_event.c.seq == 3)
    ).one()

    page = auditor.page(f"/trail/{STREAM}/3")

    digest = sha256(b"countersign/event/v1\n" + event.body.encode()).hexdigest()
    assert digest in page.text
    assert "Position 3 of 89 in batch/BU-0001" in page.text
    assert page.text.count("Holds") == 2
    assert "Is event no. 2" in page.text
    assert json.loads(event.body)["tx"] in page.text


@pytest.mark.requirement("P11-10e-5")
def test_event_altered_in_the_store_no_longer_holds(auditor, store_url):
    owner = make_engine(store_url, migrating=True)
    with owner.begin() as connection:
        connection.exec_driver_sql('DROP TRIGGER "audit_event_guard_update"')
        altered = update(audit_event).where(audit_event.c.stream == STREAM, audit_event.c.seq == 3)
        connection.execute(altered.values(body=audit_event.c.body + " "))
    owner.dispose()

    assert auditor.page(f"/trail/{STREAM}/3").text.count("Does not hold") == 2


def test_event_that_is_not_there_is_told(auditor):
    assert auditor.get(f"/trail/{STREAM}/9999").status_code == 404


@pytest.mark.requirement("P11-10g-1")
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("h.brandt", True),
        ("d.moreau", True),
        ("t.novak", True),
        ("g.andersson", True),
        ("s.patel", True),
        ("a.reyes", False),
        ("m.lindqvist", False),
        ("p.sharma", False),
        ("k.ito", False),
        ("l.weber", False),
        ("r.silva", False),
        ("c.dubois", False),
    ],
)
def test_trail_is_open_to_those_who_may_read_it_and_to_nobody_else(browser_of, who, may):
    browser = browser_of(who)
    addresses = (
        "/trail",
        "/trail.csv",
        f"/trail/{STREAM}/1",
        f"/batches/{BATCH}/trail",
        f"/batches/{BATCH}/review/trail",
    )

    statuses = {address: browser.get(address).status_code for address in addresses}
    tabs = [
        attrs["href"] for attrs in browser.page(f"/batches/{BATCH}").all("a", href=f"/batches/{BATCH}/trail")
    ]

    assert statuses == dict.fromkeys(addresses, 200 if may else 403)
    assert len(tabs) == may


@pytest.mark.parametrize("stage", ["issued"])
@pytest.mark.requirement("ATK-35")
def test_text_that_looks_like_a_script_is_shown_as_text(auditor, cast_plant):
    cast_plant.remark("<script>alert(1)</script>")

    for address in ("/trail?action=record.remark", f"/batches/{BATCH}", f"/batches/{BATCH}/review/unchecked"):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in auditor.get(address).text
