"""`countersign serve`: gunicorn with threads; without gunicorn, a server for trying things out."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from werkzeug.serving import run_simple

from app import worker
from app.config import Settings
from app.extensions import db
from app.factory import NotSafeToServeError, create_app, make_service, refuse_another_schema
from app.observing import configure_logs

THREADS = 8
TIMEOUT = 60
_GRACE = 30


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop; refuse with every reason when the installation is not safe."""
    parser = ArgumentParser(prog="countersign serve", description=__doc__)
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes, each with 8 threads")
    workers = parser.parse_args(arguments).workers
    settings = Settings.read(os.environ)
    try:
        _try(settings)
    except NotSafeToServeError as error:
        sys.stderr.write(f"countersign serve: not safe to serve:\n{error}\n")
        return 1
    sys.stdout.write(f"Countersign serves on http://{settings.host}:{settings.port}\n")
    sys.stdout.flush()
    _serve(settings, workers)
    return 0


def _try(settings: Settings) -> None:
    """Put the application together once before any process is forked, so that a fault is told here."""
    app = create_app(settings)
    refuse_another_schema(app)
    with app.app_context():
        db.engine.dispose()


def _make(settings: Settings) -> Flask:
    """Make the application of this process, with its background work."""
    configure_logs()
    app = create_app(settings)
    worker.start(make_service(settings))
    return app


def _serve(settings: Settings, workers: int) -> None:
    if os.name != "posix":
        run_simple(settings.host, settings.port, _make(settings), threaded=True)
        return
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # noqa: PLC0415 -- POSIX only; no types

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        """Gunicorn with our settings; each worker makes its own application, and with it its connections."""

        def load_config(self) -> None:
            for name, value in _options(settings, workers).items():
                self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:
            return _make(settings)

    Server().run()


def _options(settings: Settings, workers: int) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": TIMEOUT,
        "graceful_timeout": _GRACE,
        "keepalive": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
