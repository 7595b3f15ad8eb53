"""Pages of masters: loaded with every problem told, its nine groups, signed by three persons (211.186)."""

import io
from uuid import uuid4

import pytest
from sqlalchemy import select

from records.procedure.models import ProcedureVersion
from records.procedure.states import ProcedureState
from tests.factories import MASTER, SILVA, SMALL_MASTER, WEBER, small_master
from tests.web.conftest import Page
from workflows.procedure import commands as masters

pytest_plugins = ("tests.web.cast_plant",)
PAGE = "/masters/MBR-0100/1"
VERSION_2 = (
    ('version: "1"\ntitle: Buffer', 'version: "2"\nsupersedes: "1"\ntitle: Buffer'),
    ("limits: {action: {minimum: 20.0, maximum: 25.0}}", "limits: {action: {minimum: 20.0, maximum: 24.0}}"),
    ("text: Read the temperature.", "text: Read the temperature twice."),
)
CHAIN = ("author-sign", "check", "approve")


@pytest.fixture
def stage():
    return "mastered"


@pytest.fixture
def store_url(record_stores, stage, tmp_path):
    return record_stores.copy(stage, tmp_path)


def _load(browser, source, do="load", name="buffer.yaml"):
    """Send a master file; its own braces are no leftovers of a template, so the page is not checked."""
    browser.page("/masters/new")
    sent = {
        "csrf_token": browser.csrf_token,
        "idempotency_key": uuid4().hex,
        "source_name": "x.yaml",
        "do": do,
    }
    return browser.client.post("/masters", data={**sent, "file": (io.BytesIO(source), name)})


def _state(store, number=MASTER):
    store.rollback()
    return store.scalars(select(ProcedureVersion).where(ProcedureVersion.number == number)).one().state


def _sign(browser, act, page=PAGE, **fields):
    return browser.sign(f"{page}/{act}", browser.page(page), json=True, **fields)


def _run_cases(checker, page=PAGE):
    checker.page(page)
    return checker.post(f"{page}/run-cases", json=True)


def _open_acts(browser, page=PAGE):
    """The acts on a page that are not greyed: what opens a dialog, or can be submitted."""
    found = browser.page(page)
    return {attrs["data-opens"].removeprefix("sign-") for attrs in found.all("a") if "data-opens" in attrs}


@pytest.mark.parametrize("stage", ["empty"])
@pytest.mark.requirement("P11-10f-1")
def test_file_with_problems_is_shown_again_with_each_place_and_what_to_do_and_nothing_lost(
    browser_of, events
):
    wrong = SMALL_MASTER.replace("sign: P+V\n", "sing: P+V\n").replace("minimum: 20.0", "minimum: warm°")
    answer = _load(browser_of("l.weber"), wrong.encode())

    page = Page(answer.text)
    line = wrong[: wrong.index("sing:")].count("\n") + 1
    assert answer.status_code == 422
    assert f"buffer.yaml:{line}:" in page.text
    assert "steps[1.3]" in page.text
    assert "Nothing was loaded." in page.text
    assert "sing: P+V" in answer.text
    assert [event for event in events() if event[0].startswith("master/")] == []


@pytest.mark.parametrize("stage", ["empty"])
def test_file_can_be_checked_without_being_loaded(browser_of, events):
    answer = _load(browser_of("l.weber"), SMALL_MASTER.encode(), do="check")

    assert (answer.status_code, "No errors" in answer.text) == (200, True)
    assert [event for event in events() if event[0].startswith("master/")] == []


@pytest.mark.parametrize("stage", ["empty"])
@pytest.mark.requirement("P11-10a-2")
def test_bytes_that_are_no_text_are_told_and_not_guessed(browser_of):
    answer = _load(browser_of("l.weber"), b"title: \xff\xfe", name="m.yaml")

    assert (answer.status_code, "m.yaml:1:8" in answer.text) == (422, True)


@pytest.mark.parametrize("stage", ["empty"])
@pytest.mark.requirement("G-186b")
def test_master_without_a_group_is_loaded_only_when_asked_names_it_and_cannot_be_signed(browser_of):
    author = browser_of("l.weber")
    without = SMALL_MASTER.replace("  excess: {statement: No component is added in excess.}\n", "").encode()

    refused, loaded = _load(author, without), _load(author, without, do="load_with_errors")

    page = author.page(PAGE)
    assert (refused.status_code, loaded.status_code) == (422, 303)
    assert (
        "1 of 9 missing: this master can't be signed 211.186(b)(5) statement on calculated excess"
        in page.text
    )
    assert "The master record lacks: 211.186(b)(5)" in page.text
    assert _open_acts(author) == set()


@pytest.mark.requirement("G-186b")
def test_each_of_the_nine_groups_is_named_and_shown(browser_of):
    text = browser_of("a.reyes").page(PAGE).text

    shown = [
        "(1) name, strength and dosage form of the product Present",
        "9 mg salt per g",
        "(2) name and amount of each active ingredient per unit Present",
        "Sodium chloride 9 mg per g",
        "For a batch of 10.000 kg (5.000 to 10.000 kg may be made).",
        "No component is added in excess.",
        "Investigated below 95.0 %",
        "Canister of 10 L with a screw cap",
        "LBL-0100 1 Canister label Buffer solution, lot, expiry",
        "One sample of 100 mL after mixing.",
        "Use fresh water.",
        "Wear goggles.",
        "clear and colourless",
        "action 20.0 to 25.0 °C",
        "performed by operator (electronic signature), then verified by verifier or supervisor",
    ]
    assert [words for words in shown if words not in text] == []


@pytest.mark.parametrize("stage", ["empty"])
@pytest.mark.requirement("G-186a")
def test_master_is_loaded_and_signed_by_three_persons_until_it_is_effective(browser_of, store, events):
    author, checker, quality = (browser_of(name) for name in ("l.weber", "r.silva", "h.brandt"))
    loaded = _load(author, SMALL_MASTER.encode())

    answers = [
        _sign(author, "author-sign", user_name="l.weber"),
        _run_cases(checker),
        _sign(checker, "check", user_name="r.silva"),
        _sign(quality, "approve", user_name="h.brandt"),
    ]
    quality.page(PAGE)
    effective = quality.post(f"{PAGE}/make-effective", json=True)

    assert loaded.headers["Location"] == PAGE
    locations = [answer.json["location"] for answer in (*answers, effective)]
    assert locations == [PAGE, f"{PAGE}#calculations", PAGE, PAGE, PAGE]
    assert _state(store) is ProcedureState.EFFECTIVE
    assert [action for stream, action in events() if stream == f"master/{MASTER}"].count("sig.apply") == 3


@pytest.mark.requirement("P11-50a1")
@pytest.mark.requirement("P11-50a2")
@pytest.mark.requirement("P11-50a3")
@pytest.mark.requirement("P11-50b")
def test_signatures_stand_with_name_time_zone_and_meaning_on_page_and_list(browser_of):
    browser = browser_of("g.andersson")

    page, listed = browser.page(PAGE).text, browser.page("/masters").text

    assert (
        "L. Weber (P-0010) Authored: I prepared this content and answer for it. 2026-11-20 07:02:00" in page
    )
    assert "R. Silva (P-0011) Checked: I checked this content independently" in page
    assert "UTC+00:00 Europe/Dublin" in page
    assert "H. Brandt, 2026-11-20 07:05:00 UTC+00:00 Europe/Dublin , approved" in listed


@pytest.mark.parametrize("stage", ["empty"])
@pytest.mark.requirement("P11-10g-1")
@pytest.mark.requirement("G-186a")
def test_buttons_are_open_to_the_one_who_may_and_greyed_with_every_reason_for_others(browser_of, cast_plant):
    cast_plant.load(small_master())
    people = ("l.weber", "r.silva", "h.brandt", "a.reyes")
    draft = {name: _open_acts(browser_of(name)) for name in people}
    cast_plant.sign_master(WEBER, masters.author_sign)
    unproved = _open_acts(browser_of("r.silva"))
    cast_plant.do(SILVA, masters.run_cases, MASTER)
    in_review = {name: _open_acts(browser_of(name)) for name in people}
    text = browser_of("l.weber").page(PAGE).text

    assert draft == {"l.weber": {"author-sign"}, "r.silva": set(), "h.brandt": set(), "a.reyes": set()}
    assert unproved == set()
    assert in_review == {"l.weber": set(), "r.silva": {"check"}, "h.brandt": set(), "a.reyes": set()}
    assert (
        "Cannot check: L. Weber is not authorised to check a master. "
        "L. Weber is the author of this version; another person checks it."
    ) in text
    assert "Cannot approve the master: master MBR-0100.1 is in review." in text
    assert "No standing approval of the quality unit covers this content." in text


@pytest.mark.parametrize("stage", ["empty"])
def test_checker_returns_a_master_with_a_reason_that_stays(browser_of, cast_plant, store):
    cast_plant.load(small_master())
    cast_plant.sign_master(WEBER, masters.author_sign)
    checker = browser_of("r.silva")
    checker.page(PAGE)

    without = checker.post(f"{PAGE}/request-changes", json=True)
    given = checker.post(f"{PAGE}/request-changes", {"reason": "The limit of step 1.2 is wrong."}, json=True)

    assert (without.status_code, without.json["refusals"]) == (
        409,
        ["A reason is needed to request changes of the master."],
    )
    assert (given.status_code, _state(store)) == (200, ProcedureState.CHANGES_REQUESTED)
    assert "The limit of step 1.2 is wrong." in browser_of("h.brandt").page("/trail?record=MBR-0100.1").text


def test_effective_date_is_site_time_and_not_past(browser_of, cast_plant, store):
    number = cast_plant.approved_master(small_master(*VERSION_2))
    quality, page = browser_of("h.brandt"), "/masters/MBR-0100/2"
    quality.page(page)

    past = quality.post(f"{page}/make-effective", {"effective_at": "2026-11-23T09:00"}, json=True)
    later = quality.post(f"{page}/make-effective", {"effective_at": "2026-12-01T06:00"}, json=True)

    assert past.json["refusals"] == [
        "A master can't be effective from 2026-11-23T09:00:00.000000Z: that is past."
    ]
    assert (later.status_code, _state(store, number)) == (200, ProcedureState.EFFECTIVE)
    assert "2026-12-01 06:00:00 UTC+00:00" in quality.page(page).text


def test_changes_to_the_superseded_version_are_told_by_limits_structure_and_text(browser_of, cast_plant):
    cast_plant.load(small_master(*VERSION_2))
    cast_plant.created_batch(MASTER)

    text = browser_of("h.brandt").page("/masters/MBR-0100/2/changes").text

    assert "Limits 1 change Limits changed" in text
    assert "step 1.2, field temperature, limits, action, maximum 25.0 24.0" in text
    assert "step 1.2, text Read the temperature. Read the temperature twice." in text
    assert "header, supersedes not there 1" in text
    assert "Batches under way They finish on the version they were issued with." in text
    assert "BU-0001" in text


def test_list_is_searched_filtered_sorted_and_paged(browser_of, cast_plant):
    for number in range(55):
        cast_plant.load(small_master(("MBR-0100", f"MBR-1{number:03}")))
    browser = browser_of("c.dubois")

    first, second = browser.page("/masters"), browser.page("/masters?page=2")
    newest, effective = browser.page("/masters?sort=-number"), browser.page("/masters?state=effective")

    assert ("1 to 50 of 56" in first.text, "51 to 56 of 56" in second.text) == (True, True)
    assert newest.text.index("MBR-1054") < newest.text.index("MBR-1053")
    assert ("1 to 1 of 1" in effective.text, "MBR-0100 v1" in effective.text) == (True, True)
    assert "1 to 1 of 1" in browser.page("/masters?q=MBR-1007").text
    assert "No master here" in browser.page("/masters?q=nothing-like-it").text


def test_file_of_the_list_and_the_file_loaded_are_handed_out(browser_of):
    browser = browser_of("h.brandt")

    listed, loaded = browser.get("/masters.csv"), browser.get(f"{PAGE}/file")

    assert listed.text.splitlines()[1].startswith("MBR-0100.1,")
    assert loaded.text == SMALL_MASTER
    assert loaded.headers["Content-Disposition"] == 'attachment; filename="MBR-0100.1.yaml"'


def test_version_that_is_not_there_is_told(browser_of):
    assert browser_of("a.reyes").get("/masters/MBR-0100/9").status_code == 404


@pytest.mark.parametrize("stage", ["empty"])
@pytest.mark.requirement("P11-10a-3")
def test_calculations_stand_with_their_cases_before_and_after_they_are_executed(browser_of, cast_plant):
    cast_plant.load(small_master(("expected: 99.0", "expected: 99.1")))
    cast_plant.sign_master(WEBER, masters.author_sign)
    checker = browser_of("r.silva")
    before = checker.page(PAGE).text
    ran = _run_cases(checker)
    after = checker.page(PAGE).text

    case = "C-03 actual = 292.050, theoretical = 295.000 99.1 99.0 99 1 decimal, half up"
    assert ran.json == {"location": f"{PAGE}#calculations"}
    assert "3 calculations are not proved yet" in before
    assert f"{case} Not executed would fail" in before
    assert "1 calculation is not proved yet" in after
    assert f"{case} Failed R. Silva," in after
    assert "C-01 salt_required = 2.010 1.9899 1.98990 exact Passed R. Silva," in after
