"""The extensions, made once and bound to the application by the factory."""

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, make_url

from records.base import Base
from records.engine import make_engine


class Store(SQLAlchemy):
    """Flask-SQLAlchemy with this project's engine: durable, guarded, and writing only when told to."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:  # noqa: ARG002 -- the library's signature
        return make_engine(make_url(options["url"]).render_as_string(hide_password=False))


db = Store(metadata=Base.metadata)
csrf = CSRFProtect()
