"""An operator's journey in a real browser: scanner, gloves, a network that goes away, a second person.

The application answers on the loopback address, with the clock of the tests.
"""

# ruff: noqa: F811 -- fixtures of tests/web/floor.py

import re
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.cast import PASSWORD
from tests.web.conftest import app, cast_store, keys_dir, store  # noqa: F401 -- fixtures
from tests.web.floor import (  # noqa: F401 -- fixtures
    TABLETS,
    at,
    clock,
    entries,
    hands,
    stage,
    stages,
    standing_at,
    store_url,
)

TABLET = {"width": 1280, "height": 800}
UPRIGHT = {"width": 800, "height": 1280}
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 320, "height": 700}
ENVIRONMENT, BALANCES, WEIGHING = "1.1b/1", "1.2a/1", "1.3/1"
expect.set_options(timeout=15_000)

# What a scanner does: the keys of a code and Enter within a few milliseconds, wherever the focus is.
SCAN = """code => {
  const target = document.activeElement ?? document.body;
  for (const key of [...code, 'Enter']) {
    const event = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
    if (target.dispatchEvent(event) && key.length === 1 && 'value' in target) target.value += key;
  }
}"""


class _Quiet(WSGIRequestHandler):
    def log(self, *_args):
        """Leave the test's output alone."""


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_as(browser, address):
    """A function that opens a browser of its own with this person signed in, at a page."""
    contexts, said = [], []

    def open_page(user_name, path, viewport=None, **options):
        context = browser.new_context(base_url=address, viewport=viewport or TABLET, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto("/sign-in")
        page.fill("#user-name", user_name)
        page.fill("#password", PASSWORD)
        page.click("button.button-primary")
        page.wait_for_url("**/")
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in said if not text.startswith("Failed to load resource")] == []


def scan(page, code):
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur()")
    page.evaluate(SCAN, code)


def sign(page, opens, user_name, scope=None):
    page.click(f'[data-opens="{opens}"]')
    dialog = page.locator(f"#{scope or opens}")
    dialog.locator("[name=user_name]").fill(user_name)
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("button.button-primary").click()


def answer_clearance(hands):
    answers = {"room_clean": "yes", "no_product": "yes", "no_labels": "yes", "pressure": "yes"}
    hands.enter("a.reyes", TABLETS, "1.1a/1", previous="None", **answers)


# Values


@standing_at(ENVIRONMENT)
def test_enter_confirms_and_the_next_value_is_in_hand(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT))
    expect(page.locator(".number-value")).to_be_focused()

    page.keyboard.type("22.4")
    page.keyboard.press("Enter")

    expect(page.locator(".step-saved")).to_contain_text("Room temperature: 22.4 °C is saved")
    expect(page.get_by_label("Relative humidity")).to_be_focused()
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


@standing_at(ENVIRONMENT)
def test_number_pad_enters_what_gloves_press(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT), has_touch=True)

    for key in ("2", "2", "Decimal point", "4"):
        page.locator(".keypad").get_by_role("button", name=key, exact=True).tap()
    page.locator(".action-confirm").tap()

    expect(page.locator(".step-saved")).to_contain_text("22.4 °C is saved")
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


@pytest.mark.requirement("ATK-38")
@standing_at(ENVIRONMENT)
def test_value_is_on_record_as_soon_as_its_field_is_left(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT))
    page.keyboard.type("31.0")

    page.locator("h1").click()

    expect(page.get_by_role("heading", name="Room temperature is out of limits")).to_be_visible()
    page.go_back()
    page.go_forward()
    expect(page.get_by_role("heading", name="Room temperature is out of limits")).to_be_visible()
    assert entries(ENVIRONMENT) == [("temperature", "31.0")]


@pytest.mark.requirement("FAIL-01")
@standing_at(ENVIRONMENT)
def test_mistyped_value_is_corrected_with_its_reason_and_stays_struck_through(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT))
    page.keyboard.type("31.0")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Correct it").click()

    page.get_by_label("True value").fill("21.0")
    page.get_by_label("What happened").select_option("mistyped")
    page.locator(".action-confirm").click()

    expect(page.locator("s")).to_have_text("31.0 °C")
    assert entries(ENVIRONMENT) == [("temperature", "31.0"), ("temperature", "21.0")]


@standing_at(ENVIRONMENT)
def test_refused_value_is_told_in_place_and_stays_in_the_field(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT))

    page.keyboard.type("22,4")
    page.keyboard.press("Enter")

    expect(page.locator("#step-form [data-refusals]")).to_contain_text('"22,4" has a comma. Write')
    expect(page.locator(".number-value")).to_have_value("22,4")
    page.locator(".number-value").fill("22.4")
    page.keyboard.press("Enter")
    expect(page.locator(".step-saved")).to_contain_text("22.4 °C is saved")
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


def test_digits_choose_and_function_key_reports(open_as, hands, entries):
    hands.enter("a.reyes", TABLETS, "1.1a/1", previous="None")
    page = open_as("a.reyes", at("1.1a/1"))

    page.keyboard.press("F2")
    expect(page.get_by_role("heading", name="Report a problem")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(200)  # faster is a scanner, not a finger
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    page.keyboard.press("Enter")

    expect(page.locator(".step-saved")).to_contain_text("Room, booth and balances are clean: Yes is saved")
    assert entries("1.1a/1") == [("previous", "None"), ("room_clean", "yes")]


@pytest.mark.requirement("ATK-40")
@standing_at(ENVIRONMENT)
def test_stale_page_shows_the_way_to_the_truth(open_as, hands, entries):
    page = open_as("j.okafor", at(ENVIRONMENT))
    hands.enter("a.reyes", TABLETS, ENVIRONMENT, temperature="22.4")

    page.keyboard.type("23.0")
    page.keyboard.press("Enter")

    said = "already has the value 22.4. Correct it, with a reason."
    expect(page.locator("#step-form [data-refusals]")).to_contain_text(said)
    page.get_by_role("link", name="Show the step as it stands now").click()
    expect(page.get_by_label("Relative humidity")).to_be_visible()
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


# A network that goes away


@standing_at(ENVIRONMENT)
def test_entry_without_network_is_not_saved_says_so_and_is_stored_once_when_it_returns(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT))
    page.context.set_offline(True)

    page.keyboard.type("22.4")
    page.keyboard.press("Enter")

    expect(page.locator("[data-saved-text]")).to_contain_text("Not saved")
    assert entries(ENVIRONMENT) == []
    page.context.set_offline(False)
    expect(page.locator(".step-saved")).to_contain_text("22.4 °C is saved")
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


@pytest.mark.parametrize("height", [800, 560])
@standing_at(ENVIRONMENT)
def test_field_stays_above_the_bar_when_the_page_tells_that_it_is_not_saved(open_as, height):
    page = open_as("a.reyes", at(ENVIRONMENT), viewport={"width": 1280, "height": height})
    page.context.set_offline(True)
    page.keyboard.type("22.4")
    page.keyboard.press("Enter")
    expect(page.locator(".form-refusals .refusals")).to_be_visible()

    field, bar = page.locator("#f-value").bounding_box(), page.locator(".action-bar").bounding_box()

    assert field["y"] >= 0
    assert field["y"] + field["height"] <= bar["y"]
    page.context.set_offline(False)
    expect(page.locator(".step-saved")).to_contain_text("22.4 °C is saved")


@pytest.mark.requirement("G-100b")
@standing_at(ENVIRONMENT)
def test_entry_typed_without_network_says_when_it_was_typed_beside_the_servers_time(open_as, clock, entries):
    page = open_as("a.reyes", at(ENVIRONMENT))
    page.context.set_offline(True)
    page.keyboard.type("22.4")
    page.keyboard.press("Enter")
    expect(page.locator("[data-saved-text]")).to_contain_text("Not saved")

    clock.move(minutes=5)
    page.context.set_offline(False)

    expect(page.locator(".step-saved")).to_contain_text("22.4 °C is saved")
    expect(page.locator(".value-by")).to_contain_text("Room temperature was kept on the device until")
    expect(page.locator(".step-exceptions")).to_contain_text(re.compile(r"(29\d|300) s later"))
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


@pytest.mark.requirement("P11-10f-1")
@standing_at(ENVIRONMENT)
def test_entry_whose_answer_got_lost_is_sent_again_under_its_key_and_stored_once(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT))
    keys = []

    def lose_the_first_answer(route):
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.continue_()
        else:
            route.fetch()
            route.abort("connectionreset")

    page.route("**/values", lose_the_first_answer)

    page.keyboard.type("22.4")
    page.keyboard.press("Enter")

    expect(page.locator(".step-saved")).to_contain_text("22.4 °C is saved")
    assert (len(keys), len(set(keys))) == (2, 1)
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


@standing_at(ENVIRONMENT)
def test_double_press_is_one_entry(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT))
    page.keyboard.type("22.4")

    page.locator(".action-confirm").dblclick()

    expect(page.locator(".step-saved")).to_contain_text("22.4 °C is saved")
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


# The scanner


@standing_at(BALANCES)
def test_scanner_is_heard_with_the_focus_nowhere_and_answers_why_not(open_as, entries):
    page = open_as("a.reyes", at(BALANCES))

    scan(page, "EQ:BAL-021")
    expect(page.locator(".scan-refused")).to_contain_text("BAL-021 was scanned; this step uses BAL-014.")
    scan(page, "EQ:BAL-014")

    expect(page.locator(".scan-prompt")).to_contain_text("BAL-021")
    assert entries(BALANCES) == [("bal_014", "BAL-014")]


# Stands in for the loudspeaker: the pitches it was asked for, kept over the change of page.
LISTEN = """window.AudioContext = class {
  currentTime = 0;
  createOscillator() {
    return {frequency: {set value(pitch) {
      sessionStorage.setItem('heard', [sessionStorage.getItem('heard'), pitch].filter(Boolean).join(' '));
    }}, connect: () => ({connect: () => null}), start() {}, stop() {}, addEventListener() {}};
  }
  createGain() { return {gain: {}, connect: () => null}; }
};"""


@standing_at(BALANCES)
def test_scan_sounds_high_or_low_until_the_device_is_switched_to_silence(open_as):
    page = open_as("a.reyes", at(BALANCES))
    page.add_init_script(LISTEN)
    page.reload()

    scan(page, "EQ:BAL-021")
    expect(page.locator(".scan-refused")).to_be_visible()
    page.wait_for_load_state("networkidle")
    scan(page, "EQ:BAL-014")
    expect(page.locator(".scan-prompt")).to_contain_text("BAL-021")
    page.get_by_role("button", name="Sound after a scan", pressed=True).click()
    scan(page, "EQ:BAL-014")
    expect(page.locator(".scan-refused")).to_be_visible()
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("button", name="Sound after a scan", pressed=False)).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('heard')") == "220 1320"


@standing_at(BALANCES)
def test_code_that_nothing_waits_for_opens_the_thing(open_as):
    page = open_as("a.reyes", at("1.1b/1"))

    scan(page, "LOT:26-001")

    page.wait_for_url("**/lots/26-001")


@standing_at(BALANCES)
def test_typed_code_says_that_it_leaves_a_note(open_as, entries):
    page = open_as("a.reyes", at(BALANCES))
    page.get_by_text("Type the code instead").click()
    expect(page.get_by_text("The record shows that the code was typed, and why.")).to_be_visible()

    page.get_by_label("Code", exact=True).fill("BAL-014")
    page.get_by_label("Why typed").select_option("label damaged")
    page.locator(".action-confirm").click()

    expect(page.get_by_text("the code BAL-014 was typed instead of scanned")).to_be_visible()
    assert entries(BALANCES) == [("bal_014", "BAL-014")]


# Weighing


@standing_at(WEIGHING)
def test_net_weight_is_shown_while_gross_is_typed_and_the_label_is_printed(open_as, hands, entries):
    hands.scan("a.reyes", TABLETS, WEIGHING, lot="LOT:26-001", balance="EQ:BAL-014")
    hands.enter("a.reyes", TABLETS, WEIGHING, tare__1="12.340")
    page = open_as("a.reyes", at(WEIGHING))
    page.context.add_init_script("window.print = () => document.body.setAttribute('data-printed', '')")
    live = page.locator(".live-figure")

    page.keyboard.type("140")
    expect(live).to_have_text("Net will be 127.660 kg too much")
    page.locator(".number-value").fill("138.1")
    expect(live).to_have_text("Net will be 125.760 kg in the range")
    page.keyboard.press("Enter")
    page.locator(".label-to-print a").click()
    page.get_by_role("button", name="Print the label").click()

    expect(page.locator("body[data-printed]")).to_be_visible()
    page.get_by_role("link", name="Back to the step").click()
    expect(page.locator(".label-to-print")).to_contain_text("Printed 2026-11-23")
    assert dict(entries(WEIGHING))["net.1"] == "125.760"


@standing_at("2.3/1")
def test_timer_goes_on_over_a_reload_and_on_another_device(open_as, clock):
    page = open_as("a.reyes", at("2.3/1"))
    page.locator(".action-confirm").click()
    expect(page.locator(".timer-tile")).to_be_visible()
    clock.move(minutes=8)

    page.reload()
    other = open_as("j.okafor", at("2.3/1"))

    for shown in (page, other):
        expect(shown.locator(".timer-tile")).to_contain_text("until the earliest finish")
        expect(shown.get_by_role("button", name="Stop now, too early")).to_be_visible()


# Two persons


@pytest.mark.requirement("G-188b11")
def test_performer_and_verifier_sign_on_their_own_devices(open_as, hands):
    answer_clearance(hands)
    reyes = open_as("a.reyes", at("1.1a/1"))
    sign(reyes, "sign", "a.reyes")
    expect(reyes.get_by_text("Waits for: Verifier or Supervisor")).to_be_visible()

    lindqvist = open_as("m.lindqvist", "/verifications")
    lindqvist.get_by_role("link", name="Verify Step 1.1a Clear the dispensing room").click()
    sign(lindqvist, "vouch", "m.lindqvist")

    expect(lindqvist.get_by_text("Recorded: 1.1a Clear the dispensing room")).to_be_visible()
    reyes.reload()
    expect(reyes.locator(".signature")).to_have_count(2)
    expect(reyes.locator(".manifestation")).to_contain_text("M. Lindqvist")


def test_tablet_is_handed_over_signed_and_handed_back(open_as, hands):
    answer_clearance(hands)
    hands.perform("a.reyes", TABLETS, "1.1a/1")
    page = open_as("a.reyes", at("1.1a/1"))
    page.get_by_role("link", name="Hand over the tablet").click()
    expect(page.get_by_role("heading", name="Hand the tablet to the second person")).to_be_visible()

    page.get_by_role("radio", name="Agree", exact=True).check()
    page.locator("[name=user_name]").fill("m.lindqvist")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign").click()

    expect(page.get_by_text("Recorded: 1.1a Clear the dispensing room")).to_be_visible()
    expect(page.locator(".bar-person")).to_contain_text("A. Reyes")
    expect(page.get_by_label("Room temperature")).to_be_visible()


def test_wrong_password_is_told_in_the_dialog_which_is_empty_again(open_as, hands):
    answer_clearance(hands)
    page = open_as("a.reyes", at("1.1a/1"))
    page.click('[data-opens="sign"]')
    page.fill("#sign-user", "a.reyes")
    page.fill("#sign-password", "wrong")
    page.click("#sign button.button-primary")

    expect(page.locator("#sign .refusals")).to_contain_text("The user name or the password is not right")
    expect(page.locator("#sign .refusals")).to_be_in_viewport()
    expect(page.locator("#sign-password")).to_have_value("")


# For everyone, at every size


@standing_at(ENVIRONMENT)
def test_step_works_without_javascript(open_as, entries):
    page = open_as("a.reyes", at(ENVIRONMENT), java_script_enabled=False)

    page.get_by_label("Room temperature").fill("22,4")
    page.locator(".action-confirm").click()
    expect(page.locator("#step-form .form-refusals")).to_contain_text("has a comma")
    expect(page.get_by_label("Room temperature")).to_have_value("22,4")
    page.get_by_label("Room temperature").fill("22.4")
    page.locator(".action-confirm").click()

    expect(page.get_by_text("Room temperature: 22.4 °C is saved")).to_be_visible()
    assert entries(ENVIRONMENT) == [("temperature", "22.4")]


@standing_at(WEIGHING)
@pytest.mark.parametrize("viewport", [TABLET, UPRIGHT, DESK, PHONE], ids=lambda size: str(size["width"]))
def test_pages_fit_and_their_buttons_suit_gloves(open_as, hands, viewport):
    hands.scan("a.reyes", TABLETS, WEIGHING, lot="LOT:26-001", balance="EQ:BAL-014")
    hands.enter("a.reyes", TABLETS, WEIGHING, tare__1="12.340")
    page = open_as("a.reyes", at(WEIGHING), viewport)

    for path in (at(WEIGHING), f"{at(WEIGHING)}?correct=tare.1", at("1.1a/1"), at("1.4/1")):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        heights = page.locator(".action-bar .button").evaluate_all("all => all.map(one => one.offsetHeight)")
        assert min(heights) >= 64


@standing_at(WEIGHING)
def test_axe_finds_nothing_to_object_to(open_as, hands):
    hands.scan("a.reyes", TABLETS, WEIGHING, lot="LOT:26-001", balance="EQ:BAL-014")
    hands.enter("a.reyes", TABLETS, WEIGHING, tare__1="12.340", gross__1="150.000")
    page = open_as("a.reyes", at(WEIGHING))
    weighing = (at(WEIGHING), f"{at(WEIGHING)}?at=label.1", f"{at(WEIGHING)}?correct=tare.1")
    others = (at("1.1a/1"), at("1.4/1"), at(BALANCES), f"{at(WEIGHING)}?at=label.1&late=1", "/verifications")

    found = {}
    for path in (*weighing, *others, f"/batches/{TABLETS}/labels/TB-0001-PARA-1"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = [
            (rule["id"], [node["html"] for node in rule["nodes"]])
            for rule in Axe().run(page).response["violations"]
        ]

    assert {path: rules for path, rules in found.items() if rules} == {}
