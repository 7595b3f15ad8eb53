"""What the browser is told to refuse, the cookie, and the CSRF check (ATK-35)."""

import pytest

from app.config import Settings
from app.factory import NotSafeToServeError, create_app
from tests.web.conftest import Browser


@pytest.mark.requirement("ATK-35")
@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/healthz", "/static/js/main.js"])
def test_every_answer_forbids_framing_foreign_content_and_guessing_types(browser_of, path):
    with browser_of().client.get(path) as answer:
        headers = answer.headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")


def test_pages_are_kept_by_no_cache_and_files_are(browser_of):
    browser = browser_of()
    with browser.get("/sign-in") as page, browser.client.get("/static/js/main.js") as file:
        kept = [answer.headers["Cache-Control"] for answer in (page, file)]

    assert kept == ["no-store", "max-age=0, public"]


@pytest.mark.requirement("ATK-35")
def test_cookie_is_out_of_reach_of_scripts_and_other_sites(browser_of):
    browser = browser_of("a.reyes")
    cookie = browser.client.get_cookie("countersign")

    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")


@pytest.mark.requirement("ATK-35")
@pytest.mark.parametrize("token", ["", "made-up"])
def test_form_of_another_site_changes_nothing(browser_of, events, token):
    browser = browser_of("a.reyes")
    before = events()

    answer = browser.post("/acts/note", {"note": "yes", "csrf_token": token}, json=True)

    assert (answer.status_code, answer.json["refusals"], events()) == (400, [], before)


def test_request_larger_than_a_photo_is_refused(browser_of):
    browser = browser_of("a.reyes")

    answer = browser.post("/acts/note", {"note": "x" * 21_000_000}, json=True)

    assert (answer.status_code, answer.json["detail"]) == (
        413,
        "A photo or file has at most 15 MB, a text at most 2 MB. Take a smaller photo, or shorten the text.",
    )


def test_error_page_says_nothing_about_the_software_inside(app):
    @app.get("/fault")
    def fault():
        msg = "the inner secret"
        raise RuntimeError(msg)

    app.view_functions["fault"].is_public = True

    answer = Browser(app).client.get("/fault")

    assert answer.status_code == 500
    assert [word in answer.text for word in ("the inner secret", "Traceback", "RuntimeError")] == [False] * 3


def test_outside_demo_mode_the_cookie_is_for_tls_only(store_url, keys_dir, tmp_path):
    settings = Settings(
        home=tmp_path, database_url=store_url, keys_dir=keys_dir, files_dir=tmp_path / "files"
    )
    client = create_app(settings).test_client()

    answer = client.get("/sign-in", base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]

    assert [part in cookie for part in ("__Host-countersign=", "Secure", "HttpOnly", "SameSite=Lax")] == [
        True
    ] * 4
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_unsafe_settings_are_refused_outside_demo_mode_with_every_reason(store_url, keys_dir, tmp_path):
    settings = Settings(
        home=tmp_path,
        database_url=store_url,
        keys_dir=keys_dir,
        files_dir=keys_dir.parent,
        secret_key="short",
    )

    with pytest.raises(NotSafeToServeError) as refused:
        create_app(settings)

    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize("path", ["/trail/person/P-0001/", "/equipment/BLD-05/uses/", "/trust-files/"])
def test_number_that_no_database_holds_is_no_address(browser_of, path):
    browser = browser_of("a.reyes")

    assert browser.get(f"{path}{2**63}").status_code == 404
    assert browser.get(f"{path}{'9' * 40}").status_code == 404
