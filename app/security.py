"""What the browser is told to refuse: foreign content, framing, guessing types, keeping pages (ATK-35)."""

from collections.abc import MutableMapping

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from app.extensions import csrf
from app.service import Service

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
}
LARGEST_REQUEST = 20 * 1024 * 1024
"""A photo has at most 15 MB; anything larger is refused before it is read."""
LARGEST_FORM = 2 * 1024 * 1024
_HSTS = "max-age=31536000; includeSubDomains"


def add_static_headers(headers: MutableMapping[str, str], _path: str, _url: str) -> None:
    """Give files the headers of pages."""
    for name, value in HEADERS.items():
        headers[name] = value


def protect(app: Flask, service: Service) -> None:
    """Set cookies, limits, the CSRF check and the headers of every answer."""
    secure = not service.settings.demo
    app.config.update(
        SECRET_KEY=service.settings.secret_key or service.keys.secret,
        SESSION_COOKIE_NAME="__Host-countersign" if secure else "countersign",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,
    )
    csrf.init_app(app)
    if service.settings.trusted_proxies:
        count = service.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", _HSTS)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
