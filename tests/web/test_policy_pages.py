"""The pages of the policy of signatures: read, sign, publish, see who owes it; and what owing it stops."""

import pytest

from tests.cast import PASSWORD, WHEN
from tests.web.conftest import Page

WORDING = {"title": "Signatures", "text": "I answer for what I sign.\nNobody signs for me."}


@pytest.fixture
def new_version(browser_of):
    """A function that publishes the next version from a day on, as the quality unit."""

    def publish(day):
        brandt = browser_of("h.brandt")
        look = brandt.post("/policy", {"do": "look", **WORDING, "effective_on": day})
        assert look.status_code == 200, look.text
        more = {"do": "publish", **WORDING, "effective_on": day}
        return brandt.sign("/policy", Page(look.text), user_name="h.brandt", **more)

    return publish


@pytest.mark.requirement("P11-10j-1")
def test_new_version_stops_signing_until_it_is_acknowledged(browser_of, new_version, events):
    reyes = browser_of("a.reyes")
    record = reyes.page("/acts")
    new_version("2026-11-23")

    refused = reyes.sign("/acts/sign", record, user_name="a.reyes")
    told = reyes.page("/policy")
    signed = reyes.sign("/policy/versions/2/acknowledge", told, user_name="a.reyes")
    accepted = reyes.sign("/acts/sign", reyes.page("/acts"))

    assert (refused.status_code, signed.status_code, accepted.status_code) == (409, 303, 303)
    assert "A. Reyes has not acknowledged version 2 of the policy of signatures." in Page(refused.text).text
    assert Page(refused.text).all("a", href="/policy") != []
    assert ("denied/person/P-0009", "denied") in events()


@pytest.mark.requirement("P11-10j-1")
def test_second_person_on_a_device_handed_over_needs_the_acknowledgement_too(browser_of, new_version):
    reyes = browser_of("a.reyes")
    record = reyes.page("/acts")
    new_version("2026-11-23")

    refused = reyes.sign("/acts/second", record, user_name="m.lindqvist", password=PASSWORD)

    assert "M. Lindqvist has not acknowledged version 2" in Page(refused.text).text


@pytest.mark.requirement("P11-10j-1")
def test_who_owes_the_policy_is_told_on_the_start_page_and_in_every_dialog(browser_of, new_version):
    reyes = browser_of("a.reyes")
    before = reyes.page("/"), reyes.page("/acts")
    new_version("2026-11-23")

    after = reyes.page("/"), reyes.page("/acts")

    owed = "Read version 2 of the policy and sign it"
    assert (owed in before[0].text, owed in after[0].text) == (False, True)
    assert [("Next signing: policy" in page.text) for page in (before[1], after[1])] == [False, True]


@pytest.mark.requirement("P11-10j-1")
def test_version_published_for_later_is_announced_and_stops_nobody_yet(browser_of, new_version):
    reyes = browser_of("a.reyes")
    new_version("2026-12-01")

    start, signed = reyes.page("/"), reyes.sign("/acts/sign", reyes.page("/acts"), user_name="a.reyes")

    assert "A new version will hold soon." in start.text
    assert signed.status_code == 303


@pytest.mark.requirement("P11-10j-1")
def test_who_has_not_acknowledged_is_listed_narrowed_and_handed_out_as_csv(browser_of, new_version):
    new_version("2026-11-23")
    reyes = browser_of("a.reyes")
    reyes.sign("/policy/versions/2/acknowledge", reyes.page("/policy"), user_name="a.reyes")
    brandt = browser_of("h.brandt")

    owing = brandt.page("/policy?standing=owing")
    done = brandt.page("/policy?standing=acknowledged")
    file = brandt.get("/policy/versions/2/acknowledgements.csv?standing=acknowledged")

    assert ("J. Okafor" in owing.text, "J. Okafor" in done.text) == (True, False)
    assert ("X. Stranger" in owing.text, "1 to 1 of 1" in done.text) == (False, True)
    assert file.text.splitlines() == [
        "policy_version,number,printed_name,roles,acknowledged_at",
        "2,P-0002,A. Reyes,Operator,2026-11-23T10:00:00+00:00",
    ]


def test_old_version_stays_readable_with_who_signed_it(browser_of, new_version):
    new_version("2026-11-23")
    page = browser_of("g.andersson").page("/policy/versions/1")

    assert "Not in force" in page.text
    assert "Published: I publish this policy of signatures for the quality unit." in page.text
    assert f"{WHEN:%Y-%m-%d}" in page.text


def test_wording_that_changed_after_it_was_shown_is_not_published(browser_of):
    brandt = browser_of("h.brandt")
    look = Page(brandt.post("/policy", {"do": "look", **WORDING, "effective_on": "2026-11-23"}).text)
    changed = {**WORDING, "text": "I answer for nothing."}

    answer = brandt.sign(
        "/policy", look, user_name="h.brandt", do="publish", **changed, effective_on="2026-11-23"
    )

    assert (answer.status_code, "The content has changed since it was shown" in answer.text) == (409, True)


def test_only_the_quality_unit_publishes(browser_of):
    reyes = browser_of("a.reyes")

    assert reyes.get("/policy/new").status_code == 403


@pytest.mark.requirement("ATK-22")
def test_version_signed_too_late_stands_there_again_to_be_signed(browser_of, clock):
    reviewer = browser_of("h.brandt")
    given = {"title": "Policy", "text": "Signatures bind.", "effective_on": "2026-11-23"}
    shown = Page(reviewer.post("/policy", {**given, "do": "look"}).text)
    clock.move(seconds=121)

    typed = {**given, "do": "publish", "user_name": "h.brandt"}
    late = reviewer.sign("/policy", shown, **typed)
    again = reviewer.sign("/policy", Page(late.text), **typed)

    assert (late.status_code, again.status_code) == (409, 303)
    assert "This signing dialog was shown more than two minutes ago." in late.text
