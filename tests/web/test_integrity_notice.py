"""Every page of a record says so where stored data was altered, and raises an alarm once (ATK-01)."""

import re

import pytest

from audit.models import DeniedAttempt
from tests.factories import BATCH
from tests.web.intruder import alter

pytest_plugins = ("tests.web.cast_plant",)
PAGE = f"/batches/{BATCH}"
NOTICE = f"Integrity: batch/{BATCH} is not as its audit trail tells"
DENIED = f"denied/batch/{BATCH}"
UPDATE = "UPDATE entry SET value = '22.5' WHERE value = '22.4'"


@pytest.fixture
def store_url(record_stores, tmp_path):
    return record_stores.copy("reviewed", tmp_path)


OTHERS = (
    (
        "/masters/MBR-0100/1",
        "master/MBR-0100.1",
        "procedure_content",
        "UPDATE procedure_content SET source = source || ' '",
    ),
    ("/lots/26-001", "lot/26-001", "material_lot", "UPDATE material_lot SET balance = '1'"),
    (
        "/production-orders/PO-0001",
        "order/PO-0001",
        "production_order",
        "UPDATE production_order SET quantity = '1'",
    ),
)
LOSES_ITS_LAST_EVENT = (
    "DELETE FROM audit_event WHERE event_hash IN "
    "(SELECT event_hash FROM stream_head WHERE stream LIKE 'batch/%')"
)
PATHS = (
    *("", "/record", "/record/1.2/1", "/exceptions", "/materials", "/equipment", "/signatures", "/files"),
    *("/trail", "/review", "/review/unchecked", "/review/sign", "/review/trail", "/disposition"),
    *("/copies", "/steps/1.2/1", "/execute"),
)


def alarms(browser):
    told = re.search(r'countersign_alarms_total{kind="integrity.failed"} (\d+)', browser.get("/metrics").text)
    return int(told[1]) if told else 0


@pytest.mark.requirement("ATK-01")
def test_every_page_of_an_altered_record_says_so_with_what_to_do(browser_of, store_url):
    browser = browser_of("h.brandt")
    before = browser.page(PAGE).text
    alter(store_url, "entry", UPDATE)

    answers = {path: browser.get(PAGE + path, follow_redirects=True).text for path in PATHS}

    found = "&#39;22.5&#39; in column value, its events left &#39;22.4&#39;"
    command = f"countersign verify --record batch/{BATCH}"
    silent = [
        path for path, text in answers.items() if not (NOTICE in text and found in text and command in text)
    ]
    assert ("Integrity:" in before, silent) == (False, [])


@pytest.mark.requirement("ATK-01")
def test_each_finding_is_one_alarm_in_the_trail_however_often_shown(browser_of, store_url, events, store):
    browser = browser_of("h.brandt")
    alter(store_url, "entry", UPDATE)
    before = alarms(browser)
    for _ in range(3):
        browser.page(f"{PAGE}/record")
    alter(store_url, "entry", "UPDATE entry SET entered_by = 'd.moreau' WHERE value = '22.5'")
    browser.page(PAGE)

    raised = [event for event in events() if event[1] == "integrity.failed"]
    told = [row.reasons for row in store.query(DeniedAttempt).filter_by(act="integrity.show")]
    assert raised == [(DENIED, "integrity.failed")] * 2
    assert alarms(browser) == before + 2
    assert ["22.4" in told[0], "d.moreau" in told[1], "22.4" in told[1]] == [True, True, False]
    assert (
        "Stored data found altered against the audit trail" in browser_of("g.andersson").page("/trail").text
    )


@pytest.mark.requirement("ATK-01")
def test_page_of_an_altered_master_lot_or_order_says_so(browser_of, store_url):
    browser = browser_of("h.brandt")
    before = [browser.page(page).text for page, *_ in OTHERS]
    for _page, _stream, table, statement in OTHERS:
        alter(store_url, table, statement)

    after = [browser.page(page).text for page, *_ in OTHERS]

    told = [f"Integrity: {stream} is not as its audit trail tells" for _page, stream, *_ in OTHERS]
    assert ["Integrity:" in text for text in before] == [False] * 3
    assert [words in text for words, text in zip(told, after, strict=True)] == [True] * 3


@pytest.mark.requirement("ATK-01")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET ts = ts || 'x' WHERE seq = 3",
        LOSES_ITS_LAST_EVENT,
    ],
)
def test_trail_that_was_altered_shows_on_its_record(browser_of, store_url, statement):
    alter(store_url, "audit_event", statement)

    assert NOTICE in browser_of("h.brandt").page(PAGE).text
