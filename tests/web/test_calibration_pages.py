"""Calibration's pages: lists, forms that tell every fault, and a run from scan to signature."""

# ruff: noqa: F811 -- fixtures of tests/web/bench.py

import pytest

from records.calibration.queries import calibration_run
from records.calibration.states import RunState, RunVerdict
from tests.laboratory import CURRENT, ORDER, PRESSURE, PROCEDURE, PT, RUN, SENSOR
from tests.unit.calibration_cases import AS_FOUND, AS_LEFT
from tests.web.bench import laboratory  # noqa: F401 -- fixture
from tests.web.conftest import Page
from tests.web.intruder import alter

RUN_PAGE = f"/calibration/runs/{RUN}"
FUNCTION = {
    "asset": PT,
    "name": "current",
    "input_lower": "0",
    "input_upper": "6",
    "input_unit": "bar",
    "output_lower": "4",
    "output_upper": "20",
    "output_unit": "mA",
    "transfer": "linear",
    "table": "",
    "basis": "percent_span",
    "reject": "0.50",
    "adjust": "0.25",
    "alert": "0.15",
    "process_tolerance": "1.0",
    "resolution": "0.001",
}
WRITTEN = {
    "code": "CP-NEW",
    "title": "Pressure transmitters",
    "unit": "bar",
    "points": "0.0 up\n3.0 up\n6.0 up\n3.0 down",
    "repeats": "1",
    "soak_seconds": "30",
    "conditions": "temperature 18 25 °C",
    "standards": "PRESSURE CURRENT",
    "minimum_ratio": "4",
    "rule_id": "Z540.3-METHOD-6",
    "budget": "reference, normal, standard:PRESSURE, slope\nmeter, normal, standard:CURRENT, 1",
    "coverage": "2",
    "line": "terminal",
    "interval_days": "180",
}
CERTIFICATE = {
    "asset": SENSOR,
    "standard_class": "TEMPERATURE",
    "certificate": "C-77",
    "laboratory": "Invented Metrology",
    "accreditation": "ACC-17",
    "calibrated_on": "2026-11-01",
    "valid_until": "2027-10-31",
    "ranges": "0 50 °C 0.1 2",
}


def read(browser, seq, raw, phase="as_found", **more):
    sent = {"phase": phase, "seq": seq, "repeat": 1, "raw": raw, "unit": "mA", **more}
    return browser.post(f"{RUN_PAGE}/readings", sent, json=True)


def read_all(browser, readings, phase="as_found"):
    for seq, raw in enumerate(readings, 1):
        assert read(browser, seq, raw, phase).status_code == 200


@pytest.fixture
def ito(browser_of, laboratory):
    """A technician with a calibration order in progress."""
    laboratory.order()
    browser = browser_of("k.ito")
    browser.page(f"/calibration/orders/{ORDER}")
    return browser


def begin(ito):
    sent = {"function": "pressure", "procedure": PROCEDURE}
    answer = ito.post(f"/calibration/orders/{ORDER}/runs", sent)
    assert answer.headers["Location"] == RUN_PAGE
    for asset in (PRESSURE, CURRENT):
        ito.post(f"{RUN_PAGE}/standards", {"asset": asset})
    room = {"quantity": "temperature", "value": "21.4", "unit": "°C", "sensor": SENSOR}
    return ito.follow(ito.post(f"{RUN_PAGE}/conditions", room))


@pytest.mark.requirement("CAL-12", "CAL-19", "CAL-20")
def test_transmitter_is_calibrated_page_by_page_and_its_verdict_signed(ito, laboratory):
    page = begin(ito)
    assert "chain A-0901 → A-0900 → Invented Metrology ACC-17" in page.text
    read_all(ito, AS_FOUND)
    answer = ito.post(f"{RUN_PAGE}/lock", {"unsaved": "0"})
    assert answer.status_code == 303, answer.text[answer.text.find("Cannot") :][:300]
    page = ito.follow(answer)
    assert "Open case OOT-0001" in page.text
    for told in ("0.6438", "0.5375", "0.1938", "15.84", "FAIL", "0.0563"):
        assert told in page.text, told
    ito.post(
        f"{RUN_PAGE}/adjustments",
        {"do": "adjust", "what": "span", "before": "20.103 mA", "after": "20.000 mA", "unsaved": "0"},
    )
    read_all(ito, AS_LEFT, "as_left")
    page = ito.page(RUN_PAGE)
    assert "failed as found, passed as left" in page.text.lower()
    signed = ito.follow(ito.sign(f"{RUN_PAGE}/complete", page, user_name="k.ito", unsaved="0"))

    assert "Calibrated: I carried out this calibration" in signed.text
    with laboratory.plant.read() as session:
        run = calibration_run(session, RUN)
    assert (run.state, run.verdict) == (RunState.COMPLETED, RunVerdict.FAIL_ASFOUND_PASS_ASLEFT)


def test_work_order_leads_to_its_calibrations_and_back(ito):
    page = ito.page(f"/work-orders/{ORDER}")

    assert page.all("a", href=f"/calibration/orders/{ORDER}") != []
    assert ito.page(f"/calibration/orders/{ORDER}").all("a", href=f"/work-orders/{ORDER}") != []


def test_lock_with_a_point_missing_is_refused_and_names_it(ito):
    begin(ito)
    read_all(ito, AS_FOUND[:8])
    answer = ito.post(f"{RUN_PAGE}/lock", {"unsaved": "0"}, json=True)

    assert answer.status_code == 409
    assert answer.json["refusals"] == ["Not read yet: point 9 (0.0 bar down)."]


@pytest.mark.parametrize(
    ("raw", "more", "told"),
    [
        ("4.012", {"unit": "bar"}, "asked for in mA, not in"),
        ("4,01", {}, "has a comma"),
        ("", {}, "Enter a number."),
        ("x" * 101, {}, "Reading"),
        ("4.012", {"seq": "one"}, "Point is no whole number."),
    ],
)
def test_reading_that_is_wrong_is_told_in_a_sentence(ito, raw, more, told):
    begin(ito)
    answer = read(ito, more.pop("seq", 1), raw, **more)

    assert answer.status_code in {400, 409, 422}
    assert told in " ".join(answer.json["refusals"])


@pytest.mark.requirement("CAL-8")
def test_corrected_reading_shows_the_one_before_with_who_and_why(ito):
    begin(ito)
    read(ito, 1, "4.210")
    sent = {"phase": "as_found", "seq": 1, "repeat": 1, "raw": "4.012", "unit": "mA", "reason": "Misread."}
    page = ito.follow(ito.post(f"{RUN_PAGE}/corrections", sent))

    assert "4.210 mA" in page.text
    assert "K. Ito" in page.text
    assert "Misread." in page.text


@pytest.mark.requirement("CAL-12")
def test_unsaved_readings_that_the_device_tells_of_stop_the_lock(ito):
    begin(ito)
    read_all(ito, AS_FOUND)
    answer = ito.post(f"{RUN_PAGE}/lock", {"unsaved": "2"}, json=True)

    assert answer.json["refusals"] == ["2 reading(s) on this device are not saved. Wait until they are."]


def test_restricted_use_is_looked_at_and_signed_with_a_reason(ito, laboratory):
    begin(ito)
    read_all(ito, AS_LEFT)
    ito.post(f"{RUN_PAGE}/lock", {"unsaved": "0"})
    adjusted = {"do": "adjust", "what": "span", "before": "1", "after": "2", "unsaved": "0"}
    ito.post(f"{RUN_PAGE}/adjustments", adjusted)
    read_all(ito, AS_FOUND, "as_left")
    page = ito.page(f"{RUN_PAGE}?use_lower=0&use_upper=3")
    fields = {"use_lower": "0", "use_upper": "3", "unsaved": "0", "reason": "No more than 3 bar."}
    ito.sign(f"{RUN_PAGE}/complete", page, user_name="k.ito", **fields)

    with laboratory.plant.read() as session:
        assert calibration_run(session, RUN).verdict is RunVerdict.LIMITED_USE


@pytest.mark.usefixtures("laboratory")
def test_lists_show_instrument_procedure_and_standard_and_leave_as_a_file(browser_of):
    andersson = browser_of("g.andersson")

    assert (
        "A-1203 pressure, version 1 0 to 6 bar → 4 to 20 mA ±0.50 % of span"
        in andersson.page("/calibration?q=press&sort=-due_on").text
    )
    assert "No instrument found" in andersson.page("/calibration?verdict=pass").text
    assert andersson.get("/calibration.csv").text.splitlines()[1].startswith("A-1203,pressure,1,0 to 6 bar")
    assert PROCEDURE in andersson.page("/calibration/procedures").text
    assert "Checked: I checked this content" in andersson.page(f"/calibration/procedures/{PROCEDURE}").text
    assert "0.0012 bar (k = 2) from 0 to 10 bar" in andersson.page("/calibration/standards").text


@pytest.mark.requirement("CAL-17", "G-160b4")
@pytest.mark.usefixtures("laboratory")
def test_function_is_looked_at_signed_and_listed(browser_of):
    brandt = browser_of("h.brandt")
    brandt.page("/calibration/functions/new")
    page = Page(brandt.post("/calibration/functions", FUNCTION).text)
    assert "reject 0.50, adjust 0.25, alert 0.15" in page.text
    listed = brandt.follow(brandt.sign("/calibration/functions", page, user_name="h.brandt", **FUNCTION))
    assert "current, version 1" in listed.text

    wrong = Page(brandt.post("/calibration/functions", {**FUNCTION, "alert": "0.9"}).text)
    assert "The alert limit is not above the adjust limit" in wrong.text


@pytest.mark.usefixtures("laboratory")
def test_procedure_is_written_checked_and_made_effective_by_three_persons(browser_of):
    weber, silva, brandt = (browser_of(name) for name in ("l.weber", "r.silva", "h.brandt"))
    weber.page("/calibration/procedures/new")
    weber.follow(weber.post("/calibration/procedures", WRITTEN))
    address = "/calibration/procedures/CP-NEW.1"
    for browser, name, act in ((silva, "r.silva", "check"), (brandt, "h.brandt", "effective")):
        browser.follow(browser.sign(f"{address}/{act}", browser.page(address), user_name=name))

    assert "Effective" in weber.page(address).text


@pytest.mark.usefixtures("laboratory")
def test_every_line_of_a_procedure_that_cannot_be_read_is_told(browser_of):
    weber = browser_of("l.weber")
    weber.page("/calibration/procedures/new")
    sent = {**WRITTEN, "points": "0.0 up\n3,0 up\n6.0 sideways"}
    answer = weber.post("/calibration/procedures", sent, json=True)

    assert answer.status_code == 422
    assert len(answer.json["refusals"]) == 2
    assert answer.json["refusals"][1].startswith("Points, line 3:")


def test_certificate_is_recorded(ito):
    ito.page("/calibration/standards/new")

    assert "C-77" in ito.follow(ito.post("/calibration/standards", CERTIFICATE)).text
    answer = ito.post("/calibration/standards", CERTIFICATE, json=True)
    assert "is on record already" in answer.json["refusals"][0]


@pytest.mark.parametrize(
    "path", ["/calibration/runs/CAL-9", "/calibration/procedures/X", "/calibration/orders/X"]
)
def test_what_is_not_there_is_not_found(browser_of, path):
    assert browser_of("k.ito").get(path).status_code == 404


def test_operator_sees_a_run_and_no_button_on_it(ito, browser_of):
    begin(ito)
    reyes = browser_of("a.reyes")
    page = reyes.page(RUN_PAGE)

    assert "Lock the as-found readings" not in page.text
    assert read(reyes, 1, "4.012").status_code == 403


@pytest.mark.requirement("ATK-01", "ATK-42")
def test_page_of_a_run_whose_reading_was_altered_in_the_store_says_so(ito, store_url):
    begin(ito)
    read(ito, 1, "4.210")
    assert "Integrity:" not in ito.page(RUN_PAGE).text
    alter(store_url, "calibration_reading", "UPDATE calibration_reading SET value = '4.012', raw = '4.012'")

    assert f"Integrity: work-order/{ORDER} is not as its audit trail tells" in ito.page(RUN_PAGE).text
    for page in (f"/calibration/orders/{ORDER}", f"/work-orders/{ORDER}"):
        assert f"Integrity: work-order/{ORDER}" in ito.page(page).text


@pytest.mark.requirement("ATK-01")
def test_page_of_a_procedure_altered_in_the_store_says_so(ito, store_url):
    altered = "UPDATE calibration_procedure_content SET content = replace(content, '180', '720')"
    alter(store_url, "calibration_procedure_content", altered)

    page = ito.page(f"/calibration/procedures/{PROCEDURE}")
    assert f"Integrity: calibration-procedure/{PROCEDURE} is not as its audit trail tells" in page.text
