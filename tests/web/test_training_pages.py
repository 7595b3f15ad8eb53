"""The pages of training: record it, import it, see who lacks what; and what lacking it stops on the floor."""

import io

import pytest

from tests.batch_site import Hands, stand_site
from tests.web.conftest import Page

HEAD = "person,kind,subject,version,trained_from,valid_until,trainer,evidence"
LINES = f"""{HEAD}
P-0002,qualification,WEIGHING,,2026-11-01,2027-11-01,L. Weber,List 7
P-0003,procedure,SOP-0031,4,2026-11-01,,L. Weber,List 7
"""
BROKEN = f"""{HEAD}
P-0002,skill,WEIGHING,,2026-11-01,,L. Weber,List 7
P-0003,master,MBR-0042,,1.11.2026,,L. Weber,
P-0004,qualification,WEIGHING,2,2026-11-01,,L. Weber,List 7
P-0005,qualification
"""


def look(browser, text):
    return browser.post("/training", {"do": "import", "text": text})


def record(browser, text=LINES, user_name="h.brandt"):
    page = Page(look(browser, text).text)
    fields = {"do": "record", "text": text, "source_name": ""}
    return browser.sign("/training", page, user_name=user_name, **fields)


def withdraw(browser, sheet="TR-0001"):
    browser.page(f"/training/sheets/{sheet}")
    return browser.post(f"/training/sheets/{sheet}/withdraw", {"reason": "Another version's list."})


@pytest.mark.requirement("P11-10i-1")
def test_imported_lines_are_looked_at_signed_and_on_record(browser_of):
    brandt = browser_of("h.brandt")
    answer = record(brandt)
    sheet = brandt.follow(answer)
    listed = browser_of("a.reyes").page("/training?q=sop-0031")

    assert answer.headers["Location"] == "/training/sheets/TR-0001"
    assert "Training recorded: I have seen the evidence" in sheet.text
    assert ("J. Okafor P-0003 SOP-0031 up to version 4" in listed.text, "WEIGHING" in listed.text) == (
        True,
        False,
    )


@pytest.mark.requirement("P11-10i-1")
def test_file_with_faults_is_reported_line_by_line_and_nothing_is_recorded(browser_of):
    brandt = browser_of("h.brandt")
    sent = {"do": "import", "file": (io.BytesIO(BROKEN.encode()), "list.csv")}
    answer = brandt.post("/training", sent)
    page = Page(answer.text)

    assert answer.status_code == 422
    for told in (
        "2 kind 'skill' is none of master, procedure, qualification.",
        "3 version Training on a master names its version.",
        "3 trained_from '1.11.2026' is no day; write it as 2026-11-23.",
        "3 evidence It is needed.",
        "4 version A qualification has no version. Leave it empty.",
        "The line has 2 cells; the first line names 8.",
    ):
        assert told in page.text
    assert "No training found" in brandt.page("/training").text


def test_first_line_that_names_other_columns_is_told(browser_of):
    answer = look(browser_of("h.brandt"), "person,level\nP-0002,3\n")

    assert "1 kind The column is missing." in Page(answer.text).text
    assert "1 level There is no such column." in Page(answer.text).text


@pytest.mark.requirement("P11-10i-1")
def test_one_training_of_several_persons_is_typed_into_the_form(browser_of):
    novak = browser_of("t.novak")
    typed = {
        "do": "form",
        "persons": ["P-0002", "P-0003"],
        "kind": "qualification",
        "subject": "WEIGHING",
        "trained_from": "2026-11-01",
        "trainer": "L. Weber",
        "evidence": "List 8",
    }
    page = Page(novak.post("/training", typed).text)
    text = novak.post("/training", typed).text

    assert "A. Reyes (P-0002): WEIGHING, from 2026-11-01; trainer L. Weber; evidence List 8" in page.text
    assert "J. Okafor (P-0003): WEIGHING" in text


@pytest.mark.requirement("P11-10i-1")
def test_nobody_is_offered_a_signature_over_their_own_training(browser_of):
    page = Page(look(browser_of("h.brandt"), LINES.replace("P-0003", "P-0007")).text)

    assert "H. Brandt can't record their own training; another authorised person does." in page.text
    assert page.all("input", name="password") == []


def test_lines_that_changed_after_they_were_shown_are_not_recorded(browser_of):
    brandt = browser_of("h.brandt")
    page = Page(look(brandt, LINES).text)
    fields = {"do": "record", "text": LINES.replace("2027-11-01", "2099-11-01"), "source_name": ""}
    answer = brandt.sign("/training", page, user_name="h.brandt", **fields)

    assert (answer.status_code, "The content has changed since it was shown" in answer.text) == (409, True)


def test_withdrawn_sheet_says_why_and_counts_no_more(browser_of):
    brandt = browser_of("h.brandt")
    record(brandt)
    withdraw(brandt)

    assert "Another version's list." in brandt.page("/training/sheets/TR-0001").text
    assert "No training found" in brandt.page("/training?standing=valid").text
    assert "2 of 2" in brandt.page("/training?standing=withdrawn").text


def test_operator_records_no_training(browser_of):
    reyes = browser_of("a.reyes")

    assert reyes.get("/training/new").status_code == 403


@pytest.fixture
def tablets(app, store):
    """The batch of the demo's small master, and hands to work on it."""
    service = app.extensions["countersign"]
    return Hands(service, store), stand_site(service, store, "mbr-9000")["mbr-9000"]


@pytest.mark.requirement("P11-10i-1", "G-25")
@pytest.mark.usefixtures("tablets")
def test_who_is_not_trained_for_a_master_is_shown_and_handed_out(browser_of):
    brandt = browser_of("h.brandt")
    withdraw(brandt)
    lacking = brandt.page("/training/matrix?master=MBR-9000.1&standing=untrained")
    file = brandt.get("/training/matrix.csv?master=MBR-9000.1&standing=untrained").text.splitlines()

    assert "A. Reyes Operator Not trained no training is on record" in lacking.text
    assert "H. Brandt" not in lacking.text.split("Who is trained for")[-1]
    assert (
        "MBR-9000.1,P-0002,A. Reyes,master MBR-9000 version 1,not trained,,,,no training is on record" in file
    )


@pytest.mark.requirement("P11-10i-1")
def test_untrained_operator_is_stopped_at_the_step_with_a_link_to_training(browser_of, tablets):
    _hands, batch = tablets
    brandt, reyes = browser_of("h.brandt"), browser_of("a.reyes")
    before = reyes.page(f"/batches/{batch}/steps/1.1/1")
    withdraw(brandt)

    after = reyes.page(f"/batches/{batch}/steps/1.1/1")

    told = "A. Reyes is not trained for master MBR-9000 version 1 (no training is on record)."
    assert (told in before.text, told in after.text) == (False, True)
    assert after.all("a", href="/training") != []
