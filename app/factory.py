"""Put the application together: the composition root, to be read from top to bottom."""

from hashlib import sha256
from typing import Any

from flask import Flask
from sqlalchemy import inspect
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise

import app.tables  # noqa: F401 -- the guards of every table are checked at the start
from app import auth, errors, keys, observing, security, shell
from app.blueprints import BLUEPRINTS
from app.config import Settings
from app.extensions import db
from app.http import EXTENSION
from app.key_check import has_events, key_faults
from app.service import Clock, Service, server_clock
from app.storable import refuse_what_is_no_text
from app.trail.schema import schema_findings
from app.version import code
from audit import guards
from records.engine import lent_engine
from signatures.passwords import Passwords

_MONTH = 2_592_000


class StoredInteger(IntegerConverter):
    """A number in an address that a database can hold; a larger one is no address."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


class NotSafeToServeError(Exception):
    """The installation must not serve as it is; each line of the message is a reason."""


def create_app(settings: Settings, clock: Clock = server_clock) -> Flask:
    """Return the application, or raise NotSafeToServeError with every reason why not."""
    service = make_service(settings, clock)
    flask = Flask("app", template_folder="../templates", static_folder="static")
    flask.url_map.converters["int"] = StoredInteger
    flask.extensions[EXTENSION] = service
    flask.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    db.init_app(flask)
    with flask.app_context():
        refuse_unless_safe(service)
    observing.observe(flask)
    refuse_what_is_no_text(flask)
    auth.guard(flask, service)
    security.protect(flask, service)
    errors.handle(flask)
    shell.furnish(flask, service)
    for blueprint in BLUEPRINTS:
        flask.register_blueprint(blueprint)
    auth.public(flask.view_functions["static"])
    auth.check_every_route(flask)
    serve_static_files(flask, service)
    return flask


def serve_static_files(flask: Flask, service: Service) -> None:
    """Serve app/static without entering the application; addresses carry the build, so they may be kept."""
    build = sha256(service.code.encode()).hexdigest()[:8]

    @flask.url_defaults
    def add_build(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("v", build)

    flask.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        flask.wsgi_app,
        root=flask.static_folder,
        prefix="static/",
        max_age=0 if service.settings.demo else _MONTH,
        allow_all_origins=False,
        add_headers_function=security.add_static_headers,
    )


def make_service(settings: Settings, clock: Clock = server_clock) -> Service:
    """Return what requests and commands need; raises KeysError when the keys are not as they must be."""
    kept = keys.read(settings.keys_dir)
    return Service(settings=settings, keys=kept, passwords=Passwords(kept.pepper), code=code(), clock=clock)


def make_writing_service(settings: Settings, clock: Clock = server_clock) -> Service:
    """Return what a command needs that writes; raises KeysError also where the keys are another store's."""
    service = make_service(settings, clock)
    with lent_engine(settings.database_url) as engine, engine.connect() as connection:
        found = key_faults(connection, service.keys.ledger) if has_events(connection) else []
    if found:
        raise keys.KeysError(" ".join(found))
    return service


def refuse_another_schema(flask: Flask) -> None:
    """Raise NotSafeToServeError unless the store's tables are those of this software, column by column."""
    with flask.app_context(), db.engine.connect() as connection:
        found = [finding.sentence for finding in schema_findings(connection)]
    if found:
        way_out = "Run `countersign init`, or serve the store with the software that made it."
        raise NotSafeToServeError("\n".join([*found, way_out]))


def refuse_unless_safe(service: Service) -> None:
    """Raise NotSafeToServeError unless the store is there, guarded, and fit for this mode."""
    reasons = [] if service.settings.demo else service.settings.unsafe()
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("audit_event"):
            reasons.append("The store has no tables yet. Run `countersign init`.")
        else:
            reasons += guards.missing(connection)
            reasons += key_faults(connection, service.keys.ledger)
            if not service.settings.demo and shell.holds_demo_data():
                reasons.append(
                    "The store holds demo data. Use it with COUNTERSIGN_DEMO=1 only, or another store."
                )
    db.session.remove()
    if reasons:
        raise NotSafeToServeError("\n".join(reasons))
