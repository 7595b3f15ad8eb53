"""The demo's people, a master in effect, its lots in stock: where measurements begin, made by commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from app.demo import site
from app.demo.cast import ADMINISTRATOR, QUALITY
from app.demo.obligations import acknowledge_policy, record_training, train_cast, training_on
from app.demo.stage import Stage
from bench.masters import WIDE_FILE, wide_master
from bench.store import Store
from records.personnel.states import Role
from records.procedure.definition import Procedure
from workflows.batch import commands as batches
from workflows.batch.facts import NewOrder
from workflows.perform import UnitOfWork
from workflows.personnel.commands import change_password, grant_role, open_account, register_person
from workflows.procedure import commands as masters

PASSWORD = "measured-by-the-hour-7"  # noqa: S105 -- of accounts in stores that live for minutes
SMALL_FILE = "mbr-9000.yaml"
OPERATOR, VERIFIER, ANALYST, REVIEWER = "a.reyes", "m.lindqvist", "p.sharma", "h.brandt"
_PLANNER, _SUPERVISOR = "c.dubois", "t.novak"
_POLICY = "1"


@dataclass(slots=True)
class Site:
    """A stage with a cast, one effective master, and a released lot of each of its components."""

    stage: Stage
    master: str
    procedure: Procedure
    lots: dict[str, str]

    def new_batch(self) -> str:
        """Plan an order, make the batch of it and issue its record; return the batch's number."""
        stage, size = self.stage, self.procedure.batch_size
        new = NewOrder(
            master=self.master,
            quantity=size.quantity if size else Decimal(1),
            unit=size.unit if size else "",
        )
        order = stage.do(_PLANNER, lambda work: batches.plan_order(work, new).number)
        stage.do(_PLANNER, lambda work: batches.release_order(work, order))
        number = str(stage.do(_PLANNER, lambda work: batches.create_batch(work, order).number))
        stage.do(
            _SUPERVISOR,
            lambda work: batches.issue_batch(work, number),
            shown=lambda session: batches.content_to_issue(session, number),
        )
        return number

    def hire(self, count: int) -> list[str]:
        """Register so many operators, each with an account; return their user names."""
        hashed = self.stage.service.passwords.hash(PASSWORD)
        names = [f"op-{number:03}" for number in range(1, count + 1)]
        for number, name in enumerate(names, start=1):
            join = lambda work, one=name, of=f"P-9{number:03}": _join(work, one, of, hashed)  # noqa: E731 -- one act
            self.stage.do(ADMINISTRATOR, join)
            self.stage.do(name, lambda work, one=name: change_password(work, one, hashed))
            self.stage.actors.pop(name)
            self.stage.enters(name, PASSWORD)
        acknowledge_policy(self.stage, _POLICY, names)
        hired = [f"P-9{number:03}" for number in range(1, count + 1)]
        record_training(self.stage, QUALITY, training_on(self.procedure, hired, self.stage.now))
        return names


def small_site(store: Store) -> Site:
    """Return a site with the demo's small master: ten components, twenty entries, two signatures."""
    path = Path(site.MASTERS) / SMALL_FILE
    procedure, text = site.read_master(SMALL_FILE)
    return _site(store, procedure, text, path.name)


def wide_site(
    store: Store, steps: int, *, samples: Sequence[int] = (1,), sign: str = "P", operations: int = 1
) -> Site:
    """Return a site with a master of so many steps in any order, so many readings each in turns."""
    procedure, text = wide_master(steps, samples=samples, sign=sign, operations=operations)
    return _site(store, procedure, text, WIDE_FILE)


def _site(store: Store, procedure: Procedure, text: str, file_name: str) -> Site:
    now = datetime.now(UTC)
    stage = Stage(store.service, store.session(), now - timedelta(days=10))
    site.settle_in(stage, PASSWORD)
    lots = site.stock_up(stage, procedure, now.date(), first=900)
    master = _publish(stage, procedure, text, file_name)
    train_cast(stage, procedure)
    return Site(stage, master, procedure, lots)


def _publish(stage: Stage, procedure: Procedure, text: str, file_name: str) -> str:
    """Take a master to effective as the demo does: author, independent checker, quality unit."""
    number = stage.do("l.weber", lambda work: masters.load_master(work, procedure, file_name, text).number)
    signers = (("l.weber", masters.author_sign), ("r.silva", masters.check), ("h.brandt", masters.approve))
    for who, command in signers:
        if command is masters.check:
            stage.do(who, lambda work: masters.run_cases(work, number))
        stage.do(
            who,
            lambda work, act=command: act(work, number),
            shown=lambda session: masters.content_to_sign(session, number),
        )
    stage.do("h.brandt", lambda work: masters.make_effective(work, number))
    return str(number)


def _join(work: UnitOfWork, user_name: str, number: str, hashed: str) -> None:
    register_person(work, f"Operator {number}", number)
    open_account(work, number, user_name, hashed)
    grant_role(work, number, Role.OPERATOR)
