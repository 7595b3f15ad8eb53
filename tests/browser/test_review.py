"""A QA reviewer's journey in a real browser, by keyboard alone: decide, read, sign (211.192, FAIL-05).

The application answers on the loopback address, with the clock of the tests.
"""

from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from app.extensions import db
from app.factory import create_app
from records.batch.models import Batch
from records.batch.states import BatchState
from records.engine import make_engine
from records.execution.models import BatchException
from records.procedure.vocabulary import Severity
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.cast import PASSWORD
from tests.factories import BATCH, BRANDT
from tests.web.conftest import MovableClock, _settings, cast_store, keys_dir  # noqa: F401 -- fixtures
from workflows.review import commands as reviews

pytest_plugins = ("tests.web.cast_plant",)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
REVIEW = f"/batches/{BATCH}/review"
PAGES = (
    f"/batches/{BATCH}",
    f"/batches/{BATCH}/record",
    f"/batches/{BATCH}/record/1.3/1",
    f"/batches/{BATCH}/trail",
    f"/batches/{BATCH}/disposition",
    REVIEW,
    f"{REVIEW}/unchecked",
    f"{REVIEW}/trail",
    f"{REVIEW}/sign",
    "/batches",
    "/masters",
    "/masters/MBR-0100/1",
    "/production-orders",
    "/production-orders/PO-0001",
    "/trail",
    f"/trail/batch/{BATCH}/3",
)
SCREENS = ({"width": 320, "height": 700}, {"width": 1280, "height": 800}, {"width": 1440, "height": 900})


class _Quiet(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log(self, *_args):
        """Leave the test's output alone."""


@contextmanager
def _served(app):
    """Serve the application on a free port of the loopback address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def store_url(record_stores, tmp_path):
    return record_stores.copy("with_exceptions", tmp_path)


@pytest.fixture
def clock():
    return MovableClock(NOW)


@pytest.fixture
def plant(store_url, record_stores):
    """What others do meanwhile, by commands."""
    plant = record_stores.plant(store_url)
    plant.now = NOW
    yield plant
    plant.engine.dispose()


@pytest.fixture
def site(store_url, record_stores, tmp_path, clock):
    app = create_app(_settings(store_url, record_stores.keys_dir, tmp_path), clock)
    with _served(app) as address:
        yield address
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def desk(browser, site):
    """The reviewer's page, signed in by keyboard; every complaint of the browser fails the test."""
    context = browser.new_context(base_url=site, viewport=SCREENS[-1])
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/sign-in")
    page.get_by_label("User name").focus()
    _type(page, "h.brandt", "Tab", PASSWORD, "Enter")
    expect(page.get_by_text("H. Brandt", exact=True)).to_be_visible()
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def store(store_url):
    engine = make_engine(store_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def _type(page, *pieces):
    """Type text, or press a key where a piece names one."""
    for piece in pieces:
        if piece in {"Tab", "Enter", "Escape"}:
            page.keyboard.press(piece)
        else:
            page.keyboard.type(piece)


def _at(page, path):
    """Wait until a page is there and its scripts listen."""
    expect(page).to_have_url(f"{page.url.partition('/batches')[0]}{path}")
    page.wait_for_load_state("networkidle")


def _accept(page, exception, reason, then):
    """Press `a`, which asks for the reason, write it, and confirm with the next button."""
    _at(page, f"{REVIEW}/exceptions/{exception}")
    page.keyboard.press("a")
    expect(page.get_by_label("Reason", exact=True)).to_be_focused()
    _type(page, reason, "Tab", "Enter")
    _at(page, then)


def _follow(page, name):
    page.get_by_role("link", name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


@pytest.mark.requirement("FAIL-05")
@pytest.mark.requirement("M-6.15")
@pytest.mark.requirement("G-192")
def test_reviewer_decides_reads_and_signs_a_batch_by_keyboard_alone(desk, store):
    desk.goto(REVIEW, wait_until="networkidle")
    desk.keyboard.press("j")
    _at(desk, f"{REVIEW}/exceptions/E-2")
    desk.keyboard.press("k")
    _accept(desk, "E-1", "Above the limit for one minute.", f"{REVIEW}/exceptions/E-2")
    _accept(desk, "E-2", "Corrected at once.", f"{REVIEW}/exceptions/E-3")
    _accept(desk, "E-3", "Corrected at once.", f"{REVIEW}/sign")
    expect(desk.get_by_role("group", name="Cannot sign the review of the record")).to_contain_text(
        "6 items left"
    )

    _follow(desk, "Read them")
    _at(desk, f"{REVIEW}/unchecked")
    desk.keyboard.press("a")
    expect(desk.get_by_text("6 of 6 read by you")).to_be_visible()
    _follow(desk, "Sign")
    _follow(desk, "Open the audit trail")
    expect(desk.get_by_role("heading", name="Values changed")).to_be_visible()
    _follow(desk, "Sign")

    desk.wait_for_load_state("networkidle")
    _follow(desk, "Sign the review of the audit trail")
    expect(desk.get_by_role("dialog").get_by_label("User name")).to_be_focused()
    _type(desk, "h.brandt", "Tab", PASSWORD, "Enter")
    expect(desk.get_by_text("The review of the audit trail is signed.")).to_be_visible()
    desk.wait_for_load_state("networkidle")
    _follow(desk, "Sign the review of the record")
    _type(desk, PASSWORD, "Enter")
    expect(desk.get_by_text("The review is signed.")).to_be_visible()

    signed = select(Signature.meaning).where(Signature.stream == f"batch/{BATCH}", Signature.part == "record")
    assert store.scalars(signed.order_by(Signature.id)).all() == [Meaning.TRAIL_REVIEWED, Meaning.REVIEWED]
    assert store.scalars(select(Batch)).one().state is BatchState.DISPOSITION_PENDING
    assert set(store.scalars(select(BatchException.decided_by))) == {"P-0007"}


@pytest.mark.requirement("ATK-22")
def test_dialog_that_stands_open_renews_itself_until_its_content_changes(desk, clock, plant):
    for number in ("E-1", "E-2", "E-3"):
        plant.accept(number)
    plant.open_record()
    desk.clock.install(time=NOW)
    desk.goto(f"{REVIEW}/sign", wait_until="networkidle")
    _follow(desk, "Sign the review of the audit trail")
    dialog = desk.get_by_role("dialog")
    nonce = dialog.locator("[name=nonce]")
    dialog.get_by_label("User name").fill("h.brandt")

    for _ in range(3):
        before = nonce.input_value()
        clock.move(seconds=70)
        desk.clock.run_for(70_000)
        # The page's clock stands while the answer travels: only a nonce taken over ends the renewal.
        expect(nonce).not_to_have_value(before)
    expect(dialog.get_by_label("User name")).to_have_value("h.brandt")

    plant.do(BRANDT, reviews.raise_exception, BATCH, "Found late.", Severity.LOW)
    desk.clock.run_for(70_000)
    expect(dialog.get_by_role("alert")).to_contain_text("has changed, or may not be signed any more")
    expect(dialog.get_by_role("button", name="Sign")).to_be_disabled()


def test_letters_typed_into_a_reason_press_no_button(desk, store):
    desk.goto(f"{REVIEW}/exceptions/E-2")
    desk.get_by_label("Reason", exact=True).focus()

    _type(desk, "a jar was returned, d k r")
    desk.wait_for_timeout(200)

    _at(desk, f"{REVIEW}/exceptions/E-2")
    assert set(store.scalars(select(BatchException.decided_by))) == {None}


def test_pages_of_the_record_are_for_everyone_and_fit_every_screen(desk):
    wide, violations = {}, {}
    for path in PAGES:
        desk.goto(path)
        found = Axe().run(desk).response["violations"]
        if found:
            violations[path] = [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
        for screen in SCREENS:
            desk.set_viewport_size(screen)
            width = desk.evaluate("document.documentElement.scrollWidth")
            if width > screen["width"]:
                wide[path, screen["width"]] = width
    assert (violations, wide) == ({}, {})
