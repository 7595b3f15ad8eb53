"""Render the gallery of components without the application, and serve it to a browser without a socket.

The pages in templates/gallery/ are no product routes: this small environment stands in for what Flask gives
a template (url_for, csrf_token, flashed messages), and a Playwright route answers from memory and disk.
"""

import mimetypes
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from playwright.sync_api import BrowserContext, Route

from app.again import Typed
from app.links import with_links

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "app" / "static"
ORIGIN = "http://gallery.localhost"
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
NOW = datetime(2026, 11, 22, 10, 14, 1, tzinfo=UTC)
PERSON = {"user_name": "a.reyes", "name": "A. Reyes", "role": "operator"}


def url_for(endpoint: str, *, filename: str) -> str:
    """Return the address of a static file, as Flask's url_for does."""
    return f"/{endpoint}/{filename}"


def environment() -> Environment:
    """Return a Jinja environment with the globals that the components need."""
    made = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=select_autoescape(["html"]))
    made.globals.update(
        url_for=url_for,
        csrf_token=lambda: "gallery-token",
        idempotency_key=lambda: "gallery-key",
        integrity_notices=list,
        typed_before=lambda _action: Typed(),
        get_flashed_messages=lambda **_: [("good", "Step 2.8 is recorded.")],
        site_zone=ZoneInfo("Europe/Dublin"),
    )
    made.filters["with_links"] = with_links
    return made


def shell(now: datetime = NOW) -> dict[str, Any]:
    """Return what the application tells every page about itself and the person signed in."""
    return {
        "person": PERSON,
        "now": now,
        "saved_at": now - timedelta(seconds=12),
        "demo": True,
        "home_url": "#home",
        "lock_url": "/lock",
        "sign_out_url": "/sign-out",
        "navigation": [
            {"label": "Work", "url": "#work", "current": True},
            {"label": "Batches", "url": "#batches"},
            {"label": "Equipment", "url": "#equipment"},
            {"label": "Review", "url": "#review"},
        ],
    }


def render(page: str, now: datetime = NOW, **context: Any) -> str:
    """Return one page of templates/gallery/ as HTML; now is the server's time it tells."""
    template = environment().get_template(f"gallery/{page}.html")
    return template.render(
        shell=shell(now), now=now, minutes=lambda count: timedelta(minutes=count), **context
    )


def _answer(route: Route, now: datetime) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)
    else:
        page = path.strip("/") or "index"
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(body=render(page, now), content_type="text/html; charset=utf-8", headers=headers)


def serve(context: BrowserContext, now: datetime = NOW) -> None:
    """Answer every request from templates/gallery/ and app/static/; nothing leaves the process."""
    context.route("**/*", lambda route: _answer(route, now))
