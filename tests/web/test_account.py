"""Sign in and out, lock, unlock, change one's password."""


def test_person_signs_in_and_out_and_both_are_events(browser_of, events):
    browser = browser_of("a.reyes")

    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/").status_code == 303
    assert events() == [("account/a.reyes", "session.login"), ("account/a.reyes", "session.logout")]
