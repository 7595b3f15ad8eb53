"""The application on a fresh store with the cast, a clock that tests move, a browser that checks pages."""

import re
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from app import keys
from app.config import Settings
from app.extensions import db
from app.factory import create_app, make_service
from app.http import EXTENSION
from audit.models import audit_event
from records.engine import make_engine
from tests.cast import PASSWORD, WHEN, bind_cast, register_cast
from tests.web import acts

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SHOWN = ("seen_part", "seen_content", "seen_rendering", "nonce")


class MovableClock:
    """A clock that stands until a test moves it."""

    def __init__(self, at=NOW):
        self.at = at

    def __call__(self):
        return self.at

    def move(self, **by):
        self.at += timedelta(**by)


class Page(HTMLParser):
    """What a test reads of a page: its text, its forms' fields, what must never be in it."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.words = []
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags[-1:] and self.tags[-1][0] in {"style", "script"}:
            return
        self.words.append(data)

    def all(self, tag, **wanted):
        return [
            attrs
            for name, attrs in self.tags
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]

    def field(self, name):
        return next(attrs.get("value", "") for attrs in self.all("input", name=name))

    def shown_by(self, form_action):
        """The hidden fields of the dialog that posts to an address: several dialogs may stand on one page."""
        fields, inside = {}, False
        for tag, attrs in self.tags:
            if tag == "form":
                inside = attrs.get("action") == form_action
            elif tag == "input" and inside and attrs.get("name") in SHOWN:
                fields[attrs["name"]] = attrs["value"]
        return fields

    @property
    def csrf_token(self):
        return self.all("meta", name="csrf-token")[0]["content"]


class Browser:
    """A person's browser: keeps cookies, sends the page's CSRF token, fails on a page that breaks a rule."""

    def __init__(self, app):
        self.app = app
        self.client = app.test_client()
        self.csrf_token = ""

    def get(self, path, **settings):
        return self._read(self.client.get(path, **settings))

    def post(self, path, data=None, *, key=None, json=False, headers=None):
        sent = {"csrf_token": self.csrf_token, "idempotency_key": key or uuid4().hex, **(data or {})}
        accept = {"Accept": "application/json"} if json else {}
        return self._read(self.client.post(path, data=sent, headers={**accept, **(headers or {})}))

    def sign_in(self, user_name, password=PASSWORD):
        self.get("/sign-in")
        answer = self.post("/sign-in", {"user_name": user_name, "password": password})
        if answer.status_code == 303:
            self.get("/account/password")
        return answer

    def sign(self, path, page, *, password=PASSWORD, key=None, json=False, **fields):
        """Sign what a page with a signing dialog showed."""
        shown = page.shown_by(path) or {name: page.field(name) for name in SHOWN}
        return self.post(path, {**shown, "password": password, **fields}, key=key, json=json)

    def page(self, path):
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return Page(answer.text)

    def follow(self, answer):
        return self.page(answer.headers["Location"])

    def _read(self, answer):
        if answer.mimetype == "text/html" and answer.status_code != 303:
            self.csrf_token = _checked(answer.text).csrf_token
        return answer


def _checked(html):
    page = Page(html)
    assert [attrs.get("lang") for attrs in page.all("html")] == ["en"]
    assert len(page.all("h1")) == 1, "a page has one h1"
    assert not page.all("style"), "styles stand in files"
    assert all("src" in attrs for attrs in page.all("script")), "scripts stand in files"
    inline = [
        attrs for _tag, attrs in page.tags for name in attrs if name == "style" or name.startswith("on")
    ]
    assert inline == [], "nothing inline: the content security policy refuses it"
    ids = [attrs["id"] for _tag, attrs in page.tags if "id" in attrs]
    assert sorted(ids) == sorted(set(ids)), "an id stands once"
    assert not re.search(r"\{\{|\}\}|Undefined", html)
    return page


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installation") / "keys"
    keys.create(folder)
    return folder


@pytest.fixture(scope="session")
def cast_store(sqlite_databases, keys_dir, tmp_path_factory) -> Path:
    """A migrated store with the cast, made once; tests get copies."""
    path = tmp_path_factory.mktemp("cast") / "cast.sqlite"
    with sqlite_databases.migrated() as url:
        clock = MovableClock(WHEN)
        service = make_service(_settings(url, keys_dir, path.parent), clock)
        engine = make_engine(url)
        with Session(engine) as session:
            register_cast(service, session)
            bind_cast(service, session)
        engine.dispose()
        shutil.copyfile(make_url(url).database, path)
    return path


@pytest.fixture
def store_url(cast_store, tmp_path):
    path = tmp_path / "store.sqlite"
    shutil.copyfile(cast_store, path)
    return f"sqlite:///{path}"


@pytest.fixture
def clock():
    return MovableClock()


@pytest.fixture
def app(store_url, keys_dir, tmp_path, clock):
    app = create_app(_settings(store_url, keys_dir, tmp_path), clock)
    app.register_blueprint(acts.pages)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def served(engine_url, keys_dir, tmp_path, clock):
    """The application on each engine, with the cast."""
    app = create_app(_settings(engine_url, keys_dir, tmp_path), clock)
    app.register_blueprint(acts.pages)
    with app.app_context():
        register_cast(app.extensions[EXTENSION], db.session())
        bind_cast(app.extensions[EXTENSION], db.session())
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser_of(app):
    """A function that opens a browser with this person signed in."""

    def open_browser(user_name=None):
        browser = Browser(app)
        if user_name:
            assert browser.sign_in(user_name).status_code == 303
        return browser

    return open_browser


@pytest.fixture
def events(store_url):
    """A function that returns (stream, action) of the events so far, those of the cast's making left away."""
    engine = make_engine(store_url)
    with engine.connect() as connection:
        before = connection.execute(select(audit_event.c.id)).all()

    def read():
        wanted = select(audit_event.c.stream, audit_event.c.action).where(audit_event.c.id > len(before))
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(wanted.order_by(audit_event.c.id))]

    yield read
    engine.dispose()


@pytest.fixture
def store(store_url):
    """A session on the application's store, for reading behind its back."""
    engine = make_engine(store_url)
    with closing(Session(engine)) as session:
        yield session
    engine.dispose()


def _settings(url, keys_dir, home):
    return Settings(home=home, database_url=url, keys_dir=keys_dir, files_dir=home / "files", demo=True)
