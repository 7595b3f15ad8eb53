"""The components in a real browser: for everyone, at every size, and true about what was saved.

Nothing here opens a socket: tests/browser/gallery.py answers the browser from memory.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.gallery import NOW, ORIGIN, serve

PAGES = (
    "index",
    "operator",
    "commit_step",
    "scan_step",
    "exception_step",
    "review",
    "hand_over",
    "lock",
    "problem",
)
TABLET = {"width": 1280, "height": 800}
UPRIGHT = {"width": 800, "height": 1280}
PHONE = {"width": 320, "height": 700}
DESK = {"width": 1440, "height": 900}

# What a scanner does: the keys of a code and Enter within a few milliseconds, wherever the focus is.
SCAN = """code => {
  const target = document.activeElement ?? document.body;
  for (const key of [...code, 'Enter']) {
    const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    if (target.dispatchEvent(event) && key.length === 1 && 'value' in target) target.value += key;
  }
}"""

Open = Callable[..., Page]


def focus_nowhere(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    made = []

    def make(**options) -> BrowserContext:
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        serve(context)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def open_page(contexts) -> Open:
    def opened(name: str, viewport: dict[str, int] | None = None, **options) -> Page:
        page = contexts(viewport=viewport or TABLET, **options).new_page()
        page.goto(f"{ORIGIN}/{name}")
        page.wait_for_load_state("networkidle")
        return page

    return opened


def typed(request: Request) -> dict[str, str]:
    """The fields of a posted form."""
    return {name: values[-1] for name, values in parse_qs(request.post_data or "").items()}


class Server:
    """Answers posted forms as told, and remembers what was posted."""

    def __init__(self, page: Page, path: str) -> None:
        self.answer: tuple[int, dict] | None = (200, {"saved_at": "2026-11-22T10:14:02Z"})
        self.requests: list[Request] = []
        page.route(f"{ORIGIN}{path}", self._handle)

    def _handle(self, route: Route) -> None:
        self.requests.append(route.request)
        if self.answer is None:
            route.abort("internetdisconnected")
            return
        status, told = self.answer
        route.fulfill(status=status, content_type="application/json", body=json.dumps(told))

    @property
    def posted(self) -> list[dict[str, str]]:
        return [typed(request) for request in self.requests]

    def wait_for(self, page: Page, number: int) -> None:
        for _ in range(100):
            if len(self.requests) < number:
                page.wait_for_timeout(100)
        assert len(self.requests) >= number


def state(page: Page):
    return page.locator("[data-module=saved-state]")


# For everyone, at every size


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_to_object_to(open_page, name):
    found = Axe().run(open_page(name)).response["violations"]

    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_axe_finds_nothing_to_object_to_in_the_open_sign_dialog(open_page):
    page = open_page("index")
    page.get_by_role("link", name="Sign release").click()
    expect(page.get_by_role("dialog")).to_be_visible()

    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_screen(open_page, name):
    page = open_page(name)

    widths = {}
    for viewport in (PHONE, UPRIGHT, TABLET, DESK):
        page.set_viewport_size(viewport)
        widths[viewport["width"]] = page.evaluate("document.documentElement.scrollWidth")
    assert {screen: width for screen, width in widths.items() if width > screen} == {}


@pytest.mark.parametrize("viewport", [TABLET, UPRIGHT], ids=["tablet", "upright"])
def test_the_operators_page_shows_the_whole_number_step_without_scrolling(open_page, viewport):
    page = open_page("operator", viewport)
    shown = [
        page.get_by_role("heading", name="Loss on drying"),
        page.locator(".keypad"),
        page.get_by_role("button", name="Confirm"),
    ]

    bottoms = [box["y"] + box["height"] for box in (locator.bounding_box() for locator in shown)]
    assert [bottom for bottom in bottoms if bottom > viewport["height"]] == []
    keypad, confirm = shown[1].bounding_box(), page.locator(".action-bar").bounding_box()
    assert keypad["y"] + keypad["height"] <= confirm["y"]


@pytest.mark.parametrize("viewport", [TABLET, UPRIGHT], ids=["tablet", "upright"])
def test_what_a_gloved_finger_presses_is_large_enough(open_page, viewport):
    page = open_page("operator", viewport)
    pressed = page.locator(
        ".action-bar .button, .keypad button, .rail summary:visible, .work-bar .bar-button"
    )

    boxes = [locator.bounding_box() for locator in pressed.all()]
    assert [box for box in boxes if min(box["height"], box["width"]) < 64] == []
    assert page.get_by_role("button", name="Confirm").bounding_box()["height"] >= 72


@pytest.mark.requirement("P11-50b")
def test_paper_shows_corrections_and_signatures_and_no_controls(open_page):
    page = open_page("index")
    page.emulate_media(media="print")

    signature = page.locator(".manifestation .signature").first
    assert signature.locator("p").all_inner_texts() == [
        "Ana Reyes (a.reyes)",
        "I performed this step as recorded.",
        "2026-11-22 09:56:01 UTC+00:00 Europe/Dublin",
        "Signature SIG-000412",
    ]
    expect(signature).to_be_visible()
    expect(page.locator(".history-strip s").first).to_be_visible()
    for control in (".bar", ".button", ".keypad", ".tabs"):
        expect(page.locator(control).first).to_be_hidden()


def test_without_javascript_the_sign_link_shows_the_form_in_the_page(open_page):
    page = open_page("index", java_script_enabled=False)
    form = page.locator("#sign-release form")
    expect(form).to_be_hidden()

    page.get_by_role("link", name="Sign release").click()

    expect(form.get_by_label("User name")).to_be_visible()
    expect(form.get_by_label("Password")).to_be_visible()


def test_without_javascript_a_value_is_sent_as_an_ordinary_form(open_page):
    page = open_page("operator", java_script_enabled=False)
    server = Server(page, "/entries")
    page.get_by_label("Loss on drying").fill("1.71")

    page.get_by_role("button", name="Confirm").click()

    server.wait_for(page, 1)
    assert server.posted[0] == {
        "csrf_token": "gallery-token",
        "idempotency_key": "entry-key-1",
        "result": "1.71",
    }


# Keys and the pad


def test_the_keypad_takes_no_more_decimals_than_the_instrument_shows(open_page):
    page = open_page("operator")
    for key in "1.715":
        page.locator(".keypad").get_by_text(key, exact=True).click()

    expect(page.get_by_label("Loss on drying")).to_have_value("1.71")
    expect(page.locator("[data-keypad-note]")).to_have_text(
        "The instrument shows 2 decimals; no more can be entered."
    )


def test_the_keypad_deletes_the_last_digit_and_clears(open_page):
    page = open_page("operator")
    field = page.get_by_label("Loss on drying")
    field.fill("1.71")

    page.get_by_label("Delete the last digit").click()
    expect(field).to_have_value("1.7")
    page.get_by_label("Clear").click()
    expect(field).to_have_value("")


def test_a_number_ten_times_the_target_is_asked_about_once(open_page):
    page = open_page("operator")
    server = Server(page, "/entries")
    page.get_by_label("Loss on drying").fill("17.1")

    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("[data-keypad-note]")).to_contain_text("the target is 1.55")
    assert server.posted == []

    page.get_by_role("button", name="Confirm").click()
    server.wait_for(page, 1)
    assert server.posted[0]["result"] == "17.1"


def test_enter_confirms_and_f2_opens_the_problem_dialog(open_page):
    page = open_page("operator")
    server = Server(page, "/entries")
    page.get_by_label("Loss on drying").fill("1.71")
    page.get_by_label("Loss on drying").press("Enter")
    server.wait_for(page, 1)

    page.keyboard.press("F2")

    expect(page.get_by_role("dialog", name="Report a problem")).to_be_visible()


def test_a_digit_chooses_and_a_letter_in_a_text_is_only_text(open_page):
    page = open_page("review")
    page.get_by_label("Reason").press("j")
    page.wait_for_timeout(150)
    assert page.url.endswith("/review")

    page.get_by_label("Reason").blur()
    page.keyboard.press("j")

    page.wait_for_url("**/review#EXC-0033")


def test_a_digit_key_chooses_among_big_buttons(open_page):
    page = open_page("index")
    focus_nowhere(page)

    page.keyboard.press("1")

    expect(page.get_by_role("radio", name="Yes").first).to_be_checked()


# The scanner


def test_a_fast_scan_is_caught_with_the_focus_nowhere(open_page):
    page = open_page("index")
    server = Server(page, "/scanned")

    focus_nowhere(page)
    page.evaluate(SCAN, "CNT:C-0412")

    server.wait_for(page, 1)
    (posted,) = server.posted
    assert (posted["container"], posted["container_source"]) == ("CNT:C-0412", "scan")


@pytest.mark.parametrize(
    ("scanned", "posted"),
    [("]A0CNT:C-0412", "CNT:C-0412"), ("]C10109521234543213", "]C10109521234543213")],
)
def test_a_scan_loses_the_mark_of_its_symbology_but_gs1s(open_page, scanned, posted):
    page = open_page("index")
    server = Server(page, "/scanned")

    focus_nowhere(page)
    page.evaluate(SCAN, scanned)

    server.wait_for(page, 1)
    assert server.posted[0]["container"] == posted


def test_slow_typing_in_a_text_field_is_left_alone(open_page):
    page = open_page("index")
    server = Server(page, "/scanned")
    field = page.get_by_label("Lot number")
    field.fill("")

    field.press_sequentially("LOT:24-119", delay=90)
    page.wait_for_timeout(200)

    expect(field).to_have_value("LOT:24-119")
    assert server.posted == []


def test_a_fast_foreign_code_in_a_text_field_stays_there(open_page):
    page = open_page("index")
    server = Server(page, "/scanned")
    page.get_by_label("Lot number").focus()

    page.evaluate(SCAN, "9781234567897")

    expect(page.get_by_label("Lot number")).to_have_value("24-1189781234567897")
    page.wait_for_timeout(200)
    assert server.posted == []


def test_a_code_of_ours_scanned_into_a_text_field_is_taken_out_again(open_page):
    page = open_page("index")
    server = Server(page, "/scanned")
    page.get_by_label("Lot number").focus()

    page.evaluate(SCAN, "EQ:RMG-03")

    server.wait_for(page, 1)
    assert server.posted[0]["container"] == "EQ:RMG-03"
    expect(page.get_by_label("Lot number")).to_have_value("24-118")


def test_a_refused_scan_says_why_and_keeps_the_code(open_page):
    page = open_page("index")
    server = Server(page, "/scanned")
    server.answer = (409, {"refusals": ["Lot 24-118 is Quarantine, needs Released."]})

    page.evaluate(SCAN, "LOT:24-118")

    expect(page.locator("#scans [data-refusals] li")).to_have_text(
        "Lot 24-118 is Quarantine, needs Released."
    )
    expect(page.locator("#f-container")).to_have_value("LOT:24-118")
    expect(page.locator(".scan-tile")).to_have_class("scan-tile scan-refused")


# Entries


def test_an_entry_without_a_network_is_shown_as_not_saved_and_sent_again_with_its_key(open_page):
    page = open_page("operator")
    server = Server(page, "/entries")
    server.answer = None
    page.get_by_label("Loss on drying").fill("1.71")

    page.get_by_role("button", name="Confirm").click()

    expect(state(page)).to_contain_text("Not saved")
    expect(page.get_by_label("Loss on drying")).to_have_value("1.71")
    server.wait_for(page, 2)
    server.answer = (200, {"location": "/review"})
    page.wait_for_url("**/review")
    assert {posted["idempotency_key"] for posted in server.posted} == {"entry-key-1"}
    assert {posted["result"] for posted in server.posted} == {"1.71"}
    expect(state(page)).to_have_attribute("data-state", "saved")


@pytest.mark.requirement("ATK-38")
def test_an_unsaved_entry_survives_a_reload_and_another_page(open_page):
    page = open_page("operator")
    server = Server(page, "/entries")
    server.answer = None
    page.get_by_label("Loss on drying").fill("1.71")
    page.get_by_role("button", name="Confirm").click()
    expect(state(page)).to_contain_text("Not saved")
    page.on("dialog", lambda dialog: dialog.accept())

    page.reload()
    expect(state(page)).to_contain_text("Not saved")
    expect(page.get_by_label("Loss on drying")).to_have_value("1.71")
    page.goto(f"{ORIGIN}/review")
    expect(state(page)).to_contain_text("Not saved")

    server.answer = (200, {"saved_at": "2026-11-22T10:14:02Z"})
    expect(state(page)).to_have_attribute("data-state", "saved", timeout=40_000)
    assert {posted["idempotency_key"] for posted in server.posted} == {"entry-key-1"}
    assert page.evaluate("localStorage.length - Number('countersign.last-act' in localStorage)") == 0


def test_leaving_with_an_unsaved_entry_asks_first(open_page):
    page = open_page("operator")
    server = Server(page, "/entries")
    server.answer = None
    page.get_by_label("Loss on drying").fill("1.71")
    page.get_by_role("button", name="Confirm").click()
    expect(state(page)).to_contain_text("Not saved")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.evaluate("setTimeout(() => location.assign('/review'))")
    page.wait_for_timeout(500)

    assert asked == ["beforeunload"]
    assert page.url.endswith("/operator")


@pytest.mark.parametrize("answer", [(500, {}), (401, {"detail": "Sign in."}), (429, {"detail": "Wait."})])
def test_an_answer_that_is_not_an_acknowledgement_leaves_the_entry_unsaved(open_page, answer):
    page = open_page("operator")
    server = Server(page, "/entries")
    server.answer = answer
    page.get_by_label("Loss on drying").fill("1.71")

    page.get_by_role("button", name="Confirm").click()

    expect(state(page)).to_contain_text("Not saved")


def test_an_entry_of_somebody_else_waits_for_that_person(open_page):
    page = open_page("operator")
    server = Server(page, "/entries")
    kept = {
        "key": "k-1",
        "action": "/entries",
        "person": "j.okafor",
        "at": int(NOW.timestamp() * 1000),
        "fields": [["result", "1.5"]],
    }
    page.evaluate(
        "kept => localStorage.setItem('countersign.pending.' + kept.key, JSON.stringify(kept))", kept
    )

    page.reload()

    expect(state(page)).to_contain_text("Not saved of j.okafor")
    page.wait_for_timeout(500)
    assert server.posted == []


def test_a_refused_entry_lists_every_reason_and_keeps_what_was_typed(open_page):
    page = open_page("operator")
    server = Server(page, "/entries")
    server.answer = (422, {"refusals": ["FBD-02 is dirty.", "You are not qualified for this step."]})
    page.get_by_label("Loss on drying").fill("1.71")
    page.get_by_role("button", name="Confirm").click()

    reasons = page.locator("[data-refusals] li")
    expect(reasons).to_have_text(["FBD-02 is dirty.", "You are not qualified for this step."])
    expect(page.get_by_label("Loss on drying")).to_have_value("1.71")
    server.answer = (200, {"location": "/review"})
    page.get_by_role("button", name="Confirm").click()

    page.wait_for_url("**/review")
    first, second = (posted["idempotency_key"] for posted in server.posted)
    assert first != second


def test_a_double_press_sends_once(open_page):
    page = open_page("operator")
    server = Server(page, "/entries")
    page.get_by_label("Loss on drying").fill("1.71")

    page.get_by_role("button", name="Confirm").dblclick()
    page.wait_for_timeout(500)

    assert len(server.posted) == 1


@pytest.mark.requirement("ATK-38")
def test_a_value_is_sent_when_its_field_is_left_before_confirm(open_page):
    page = open_page("commit_step")
    server = Server(page, "/entries")
    page.get_by_label("Press speed").fill("52")
    page.get_by_label("Main compression force").focus()
    server.wait_for(page, 1)
    page.get_by_label("Press speed").fill("35")
    page.get_by_label("Main compression force").focus()
    server.wait_for(page, 2)

    sent = [(posted["commit"], posted["speed"]) for posted in server.posted]
    assert sent == [("speed", "52"), ("speed", "35")]
    assert len({posted["idempotency_key"] for posted in server.posted}) == 2


def test_a_keyed_value_is_sent_when_its_field_is_left(open_page):
    page = open_page("commit_step")
    server = Server(page, "/entries")
    page.get_by_label("Press speed").focus()
    for key in "35":
        page.locator(".keypad:visible").get_by_text(key, exact=True).click()

    page.get_by_label("Main compression force").focus()

    server.wait_for(page, 1)
    assert server.posted[0]["speed"] == "35"


# Dialogs, timers, lock, photos


def test_the_sign_dialog_is_empty_closes_on_escape_and_returns_the_focus(open_page):
    page = open_page("index")
    opener = page.get_by_role("link", name="Sign release")
    opener.click()
    dialog = page.get_by_role("dialog", name="Electronic signature")
    dialog.get_by_label("User name").fill("h.brandt")
    dialog.get_by_label("Password").fill("a secret")

    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()

    expect(dialog.get_by_label("User name")).to_have_value("")
    expect(dialog.get_by_label("Password")).to_have_value("")


def test_clock_and_timers_follow_the_server_whatever_the_tablet_thinks(contexts):
    page = contexts(viewport=TABLET).new_page()
    page.clock.install(time=NOW + timedelta(hours=3))
    page.goto(f"{ORIGIN}/index")
    page.wait_for_load_state("networkidle")
    mix = page.get_by_label("Timer: Dry mix", exact=True)
    expect(mix.locator("[data-timer-phase]")).to_have_text("Too early")

    page.clock.run_for(timedelta(minutes=6).total_seconds() * 1000)

    expect(mix.locator("[data-timer-phase]")).to_have_text("Finish soon")
    expect(page.locator("[data-clock]")).to_contain_text("10:20:")
    page.clock.run_for(timedelta(minutes=2).total_seconds() * 1000)
    expect(mix.locator("[data-timer-phase]")).to_have_text("Late")


def test_an_idle_screen_warns_and_then_goes_to_the_lock_page(contexts):
    page = contexts(viewport=TABLET).new_page()
    page.clock.install(time=NOW)
    page.goto(f"{ORIGIN}/review")
    page.wait_for_load_state("networkidle")
    warning = page.get_by_role("dialog", name="Still there?")

    page.clock.run_for(8.9 * 60_000)
    expect(warning).to_be_hidden()
    page.clock.run_for(0.2 * 60_000)
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    page.clock.run_for(9.5 * 60_000)
    expect(warning).to_be_visible()
    page.clock.run_for(0.6 * 60_000)

    page.wait_for_url("**/lock")


def test_a_photo_above_the_limit_is_refused_before_it_is_sent(open_page):
    page = open_page("index")
    large = {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": b"\xff" * (15 * 1024 * 1024 + 1)}

    page.locator("#f-overprint").set_input_files(large)

    expect(page.locator("[data-photo-note]")).to_contain_text("at most 15.0 MB can be kept")
    assert page.locator("#f-overprint").evaluate("input => input.validity.valid") is False


def test_a_press_on_a_form_the_browser_sends_counts_once(open_page):
    page = open_page("review")
    requests = []
    page.on("request", lambda request: requests.append(request.url) if request.method == "POST" else None)
    page.route(f"{ORIGIN}/decide", lambda route: (page.wait_for_timeout(300), route.fulfill(status=204)))
    page.get_by_label("Reason").fill("Within the validated range.")

    page.get_by_role("button", name="Return").dblclick()
    page.wait_for_timeout(500)

    assert requests == [f"{ORIGIN}/decide"]
