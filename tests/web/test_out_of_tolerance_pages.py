"""Pages of instruments out of tolerance: report one, read what it reached, sign decisions (CAL-21)."""

import pytest

from records.out_of_tolerance.models import FindingDecision, ImpactFinding, OutOfTolerance
from tests.syrup import BALANCE, SALT, SyrupPlant, issue_syrup

pytest_plugins = ("tests.web.cast_plant",)

CASES = "/out-of-tolerance"
CASE = f"{CASES}/OOT-0001"
REPORT = {
    "asset": BALANCE,
    "evidence": "Monthly check with 10 kg, class F1",
    "last_good": "Certificate C-77",
    "last_good_at": "2026-11-01T08:00",
    "found_at": "2026-11-23T10:00",
    "basis": "percent_of_reading",
    "unit": "kg",
    "reading": ["10", ""],
    "error": ["0.60", ""],
}


@pytest.fixture(autouse=True)
def weighed(cast_plant):
    """Salt weighed at 5.000 and 4.975 kg, in limits by the balance as it was believed."""
    by_the_cast = type("CastSyrup", (type(cast_plant), SyrupPlant), {})
    plant = by_the_cast(cast_plant.engine, cast_plant.service)
    plant.now = cast_plant.now
    issue_syrup(plant)
    plant.weigh("2.1/1", SALT, "5.000", "4.975")


def report(browser, **changes):
    browser.page(f"{CASES}/new")
    return browser.post(CASES, {**REPORT, **changes})


@pytest.mark.requirement("CAL-21")
def test_a_technician_reports_and_reads_which_verdict_flips(browser_of):
    ito = browser_of("k.ito")

    page = ito.follow(report(ito))

    assert "Verdict flips 1" in page.text
    assert "Net 2 computed 4.975 kg 4.945 kg" in page.text
    assert "You may not" not in page.text
    assert ito.page(CASES).text.count("OOT-0001") == 1


@pytest.mark.requirement("CAL-21")
def test_the_quality_unit_signs_a_deviation_and_the_case_is_closed(browser_of, store):
    report(browser_of("k.ito"))
    brandt = browser_of("h.brandt")
    passed_over = brandt.page(f"{CASE}/findings/F-1/decide?decision=no_effect")
    assert "A verdict flips in batch/SY-0001: decide that it is a deviation" in passed_over.text

    decide = f"{CASE}/findings/F-1/decide"
    signing = brandt.page(f"{decide}?decision=deviation")
    answer = brandt.sign(
        decide, signing, user_name="h.brandt", decision="deviation", reason="Recomputed, below its limit."
    )
    assert answer.status_code == 303, answer.text
    closing = brandt.page(CASE)
    assert "Recomputed, below its limit." in closing.text
    assert brandt.sign(f"{CASE}/close", closing).status_code == 303

    assert "Closed" in brandt.page(CASE).text
    assert store.query(FindingDecision).one().decision == "deviation"
    assert store.query(OutOfTolerance).one().state == "closed"


def test_a_decision_other_than_the_one_shown_is_not_signed(browser_of, store):
    report(browser_of("k.ito"), error=["0.10", ""])
    brandt, decide = browser_of("h.brandt"), f"{CASE}/findings/F-1/decide"
    signing = brandt.page(f"{decide}?decision=no_effect")

    answer = brandt.sign(decide, signing, user_name="h.brandt", decision="deviation", reason="Other.")

    assert answer.status_code == 409
    assert "The content has changed since it was shown to you" in answer.text
    assert store.query(FindingDecision).count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"error": ["a lot"]}, "Error at the reading 10"),
        ({"reading": ["1,5"]}, "Error at the reading 1,5"),
        ({"reading": [""], "error": [""]}, "Give the error at one point or more"),
        ({"asset": "A-9999"}, "There is no asset A-9999."),
        ({"found_at": "2026-11-30T09:00"}, "found out of tolerance in time to come"),
        ({"last_good_at": "yesterday"}, "is no time"),
    ],
)
def test_a_report_that_can_not_be_meant_says_what_to_do_and_opens_nothing(
    browser_of, store, changes, sentence
):
    answer = report(browser_of("k.ito"), **changes)

    assert answer.status_code in {409, 422}, answer.status_code
    assert sentence in answer.text
    assert store.query(ImpactFinding).count() == 0


@pytest.mark.requirement("CAL-21")
def test_the_batch_shows_what_is_known_now_beside_what_was_known_then(browser_of):
    report(browser_of("k.ito"))

    page = browser_of("h.brandt").page("/batches/SY-0001/equipment")

    assert "Known now" in page.text
    assert "OOT-0001 A-0101" in page.text
    assert "not decided" in page.text


def test_an_operator_reads_and_may_not_report(browser_of):
    report(browser_of("k.ito"))
    reyes = browser_of("a.reyes")

    assert "Decide" not in reyes.page(CASE).text
    assert reyes.get(f"{CASES}/new").status_code == 403
    assert reyes.get(f"{CASE}/findings/F-1/decide?decision=no_effect").status_code == 403
