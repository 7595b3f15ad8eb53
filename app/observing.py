"""How the installation is watched: a JSON line a request, counters, whether it can serve; never a secret."""

import logging
import sys
import time
from typing import Any
from uuid import uuid4

import structlog
from flask import Blueprint, Flask, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from werkzeug.wrappers import Response

from app.alarms import registry
from app.auth import public
from app.clock_check import clock_fault
from app.extensions import db
from app.http import service
from app.logins import Login
from app.readiness import unreadiness

pages = Blueprint("observing", __name__)
_requests = Counter("countersign_requests", "Requests answered.", ["endpoint", "status"], registry=registry)
_seconds = Histogram(
    "countersign_request_seconds", "Time to answer a request.", ["endpoint"], registry=registry
)
_lost = Counter("countersign_log_lines_lost", "Log lines that could not be written.", registry=registry)
_log = structlog.get_logger()
_tracebacks = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
"""Where a fault happened, without what was in its variables: keys and passwords would be among them."""


class LogLines:
    """Prints log lines; one that can't be written is counted: the act it tells of is committed already."""

    def msg(self, line: str) -> None:
        """Print a line to standard output, if it takes it."""
        try:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            _lost.inc()

    log = debug = info = warning = error = critical = msg


def configure_logs() -> None:
    """Write every log line as one JSON object to standard output."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=LogLines,
        cache_logger_on_first_use=True,
    )


def observe(app: Flask) -> None:
    """Give each request an id, and log and count it when it is answered."""
    app.before_request(_begin)
    app.after_request(_end)
    app.register_blueprint(pages)


def _begin() -> None:
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=uuid4().hex)


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    endpoint = request.endpoint or "none"
    _requests.labels(endpoint, response.status_code).inc()
    _seconds.labels(endpoint).observe(seconds)
    response.headers["X-Request-Id"] = structlog.contextvars.get_contextvars().get("request_id", "")
    if endpoint != "static":
        _log.info("request", **_told(response, seconds))
    return response


def _told(response: Response, seconds: float) -> dict[str, Any]:
    login = g.get("_login_user")
    return {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "login": login.public_id if isinstance(login, Login) else None,
    }


@pages.get("/healthz")
@public
def alive() -> Response:
    """Tell that the process answers."""
    return jsonify({"status": "alive"})


@pages.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """Tell whether an act could be written now: the store takes writes, its guards and keys are in place.

    A clock set back is a warning only: acts stay in order, and each first one after it is told in the trail.
    """
    reason = next(unreadiness(service(), db.engine), None)
    if reason:
        return jsonify({"status": "unready", "reason": reason}), 503
    if clock_fault(db.session.connection(), service().clock()):
        return jsonify({"status": "ready", "warning": "The clock stands before the last event."}), 200
    return jsonify({"status": "ready"}), 200


@pages.get("/metrics")
@public
def metrics() -> Response:
    """Return the counters in Prometheus' text format."""
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
