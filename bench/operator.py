"""A person who acts by the product's commands: enters values into batches of readings, one act each."""

from collections.abc import Callable
from typing import Any

from app.demo.stage import LOGIN
from app.logins import actor_of
from app.writing import Intent, write
from bench.site import OPERATOR, Site
from bench.store import Store
from signatures.components import find_account
from workflows.batch.execution_owner import executing_batch
from workflows.execution.commands import enter_value
from workflows.execution.given import Given
from workflows.perform import UnitOfWork


class Operator:
    """Acts on one store, a new session each time, as a request does."""

    def __init__(self, store: Store, user_name: str = OPERATOR) -> None:
        self._store = store
        with store.session() as session:
            account = find_account(session, user_name)
            if account is None:
                msg = f"{user_name} is not there."
                raise ValueError(msg)
            self._actor = actor_of(session, account, LOGIN, store.service.clock())

    def enter(self, batch: str, part: str, name: str, raw: str = "21.4") -> None:
        """Enter one value."""
        given = Given(raw=raw)
        self.act(lambda work: enter_value(work, executing_batch(work, batch), part, name, given))

    def act(self, act: Callable[[UnitOfWork], Any]) -> None:
        """Carry out one act in a transaction of its own."""
        with self._store.session() as session:
            write(self._store.service, session, Intent(who=lambda _session, _at: self._actor), act)


def batch_with(operator: Operator, site: Site, values: int, samples: int) -> str:
    """Return a new batch of a wide site with so many values entered, step by step."""
    batch = site.new_batch()
    for number in range(values):
        step, sample = divmod(number, samples)
        operator.enter(batch, f"1.{step + 1}/1", f"reading.{sample + 1}" if samples > 1 else "reading")
    return batch
