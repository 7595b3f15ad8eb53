"""The laboratory of `tests.laboratory` in the store of a served application, its people those of the cast."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.http import EXTENSION
from app.writing import write
from records.engine import make_engine
from tests.cast import CAST, as_person, signing
from tests.laboratory import Laboratory
from workflows.perform import Reason


class Bench:
    """Acts of the cast by commands, as `tests.factories.Plant` does them."""

    def __init__(self, app, session, engine, clock):
        self.service = app.extensions[EXTENSION]
        self.session = session
        self.engine = engine
        self.clock = clock

    @property
    def now(self):
        return self.clock()

    @contextmanager
    def read(self):
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def do(self, actor, command, *given, reason=None, shown=None):
        signs = None
        if shown is not None:
            with self.read() as session:
                signs = shown(session)
        intent = replace(
            as_person(actor.account), reason=Reason(code="other", text=reason) if reason else None
        )

        def act(unit):
            if signs:
                unit.signing = signing(actor.account, signs, unit.at)
            return command(unit, *given)

        return write(self.service, self.session, intent, act)


@pytest.fixture
def laboratory(app, store, store_url, clock):
    """The transmitter, its standards and its procedure, by people of the cast."""
    engine = make_engine(store_url)
    yield Laboratory(Bench(app, store, engine, clock), CAST["k.ito"].number).furnish()
    engine.dispose()
