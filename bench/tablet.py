"""A record of a tablet batch's size, made once for all benchmarks of a run that read one.

350 steps in 14 operations with 1 225 values, each step signed; every 35th step has a value out of limits,
accepted as the true one by the supervisor. Production is complete, and the record is under review.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import select

from app.config import Settings
from bench.site import ANALYST, OPERATOR, REVIEWER, VERIFIER, Site, wide_site
from bench.store import Store, new_store
from records.execution.models import BatchException
from records.execution.states import Source
from workflows.batch import commands as batches
from workflows.batch.execution_owner import executed_batch, executing_batch
from workflows.execution import exception_commands
from workflows.execution.commands import enter_value
from workflows.execution.content import step_content, value_acceptance_content
from workflows.execution.given import Given
from workflows.execution.owner import Owner
from workflows.execution.signoff import perform_step, verify_step
from workflows.perform import UnitOfWork
from workflows.review.commands import begin_review

SAMPLES, OPERATIONS = (3, 4), 14
Command = Callable[[UnitOfWork, Owner, str], None]
_SUPERVISOR = "t.novak"
_OUT_EVERY = 35


@cache
def tablet_record(folder: Path, steps: int) -> tuple[Settings, str]:
    """Make the record in an installation of its own; return its settings and the batch's number."""
    with new_store(folder) as store:
        site = wide_site(store, steps, samples=SAMPLES, sign="IPC", operations=OPERATIONS)
        hands = _Hands(store, site)
        for number in range(1, steps + 1):
            hands.read_step(number, SAMPLES[(number - 1) % len(SAMPLES)])
        hands.finish()
    return store.settings, hands.batch


class _Hands:
    """Those who make the batch, each act by itself, in the story's time."""

    def __init__(self, store: Store, site: Site) -> None:
        self.batch = site.new_batch()
        self._stage, self._lots = site.stage, site.lots
        self._zone = store.settings.site_timezone

    def read_step(self, number: int, samples: int) -> None:
        """Enter a step's readings and sign it."""
        part = f"1.{number}/1"
        for sample in range(1, samples + 1):
            is_out = sample == 1 and number % _OUT_EVERY == 0
            self._enter(ANALYST, part, f"reading.{sample}", "30.4" if is_out else f"21.{sample}")
            if is_out:
                self._accept()
        self._sign(ANALYST, part)

    def finish(self) -> None:
        """Charge, test, complete production and take the record into review."""
        self._enter(OPERATOR, "2.1/1", "lot_salt", f"LOT:{self._lots['salt']}", Source.SCAN)
        self._enter(OPERATOR, "2.1/1", "quantity_salt", "10.000")
        self._sign(OPERATOR, "2.1/1")
        self._sign(VERIFIER, "2.1/1", verify_step)
        self._enter(ANALYST, "2.2/1", "appearance", "yes")
        self._sign(ANALYST, "2.2/1")
        self._stage.do(
            _SUPERVISOR,
            lambda work: batches.complete_production(work, self.batch),
            shown=lambda session: batches.content_to_complete(session, self.batch),
        )
        self._stage.do(REVIEWER, lambda work: begin_review(work, self.batch))

    def _enter(self, who: str, part: str, name: str, raw: str, source: Source = Source.MANUAL) -> None:
        given = Given(raw=raw, source=source)
        self._at_work(
            who, lambda work: enter_value(work, self._owner(work), part, name, given, complete=True)
        )

    def _accept(self) -> None:
        wanted = select(BatchException).order_by(BatchException.id.desc()).limit(1)
        number = self._stage.session.scalars(wanted).one().number
        self._stage.do(
            _SUPERVISOR,
            lambda work: exception_commands.accept_value(work, self._owner(work), number),
            reason="The reading was repeated and is true.",
            shown=lambda session: value_acceptance_content(session.scalars(wanted).one()),
        )

    def _sign(self, who: str, part: str, command: Command = perform_step) -> None:
        self._stage.wait(seconds=20)
        self._stage.do(
            who,
            lambda work: command(work, self._owner(work), part),
            shown=lambda session: step_content(
                session, executed_batch(session, self.batch), part, self._zone
            ),
        )

    def _at_work(self, who: str, act: Callable[[UnitOfWork], object]) -> None:
        self._stage.wait(seconds=20)
        self._stage.do(who, act)

    def _owner(self, work: UnitOfWork) -> Owner:
        return executing_batch(work, self.batch)
