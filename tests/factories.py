"""A small plant for tests: an effective master, and batches at every point of their life, by commands only.

Each act is a transaction of its own by one of the demo's people, a minute after the act before it. A signed
act shows its content first, as the dialog does, and signs what was shown.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.procedure.loader import load_master as read_master
from audit.chain import Ledger
from records.batch.states import Decision
from records.engine import WRITES
from records.execution.models import BatchException
from records.execution.states import Source
from records.material.queries import lot_by_number
from records.material.states import LotState
from records.personnel.states import Role
from records.procedure.definition import Procedure
from signatures.components import Authenticated
from signatures.manifest import SigningSeries
from signatures.signing import Shown
from tests.signers import ACKNOWLEDGED
from workflows.authority import Actor
from workflows.batch import commands as batches
from workflows.batch import disposition
from workflows.batch.execution_owner import executed_batch, executing_batch
from workflows.batch.facts import NewOrder
from workflows.execution import commands as engine
from workflows.execution import exception_commands as floor_exceptions
from workflows.execution import signoff
from workflows.execution.content import step_content, value_acceptance_content
from workflows.execution.exceptions import open_exception, resource_finding
from workflows.execution.given import Given
from workflows.execution.lifecycle import RAISE
from workflows.execution.state import Execution
from workflows.execution.subjects import OwnerFacts
from workflows.material.commands import define_material, receive_lot, set_lot_status
from workflows.material.contents import lot_content
from workflows.material.facts import NewLot, NewMaterial
from workflows.perform import Changes, Content, Reason, RefusedError, SigningAct, UnitOfWork, perform
from workflows.procedure import commands as masters
from workflows.review import commands as reviews
from workflows.review import investigations, reading

Result = TypeVar("Result")

DUBLIN = "Europe/Dublin"
MORNING = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
SMALL_MASTER = Path(__file__).with_name("buffer.yaml").read_text(encoding="utf-8")
MASTER = "MBR-0100.1"
BATCH = "BU-0001"
LOT = "26-001"


def person(number: str, printed_name: str, *roles: Role, account: str | None = None) -> Actor:
    """A person acting under their own account, or a second one of theirs."""
    name = account or number
    return Actor(
        person=number, printed_name=printed_name, roles=frozenset(roles), account=name, login=f"login-{name}"
    )


REYES = person("a.reyes", "A. Reyes", Role.OPERATOR)
LINDQVIST = person("m.lindqvist", "M. Lindqvist", Role.VERIFIER)
NOVAK = person("t.novak", "T. Novak", Role.SUPERVISOR)
SHARMA = person("p.sharma", "P. Sharma", Role.IPC_ANALYST)
BRANDT = person("h.brandt", "H. Brandt", Role.QA_REVIEWER)
MOREAU = person("d.moreau", "D. Moreau", Role.QUALIFIED_PERSON)
WEBER = person("l.weber", "L. Weber", Role.AUTHOR)
SILVA = person("r.silva", "R. Silva", Role.CHECKER)
DUBOIS = person("c.dubois", "C. Dubois", Role.PLANNER, Role.MAINTENANCE_PLANNER)
ITO = person("k.ito", "K. Ito", Role.TECHNICIAN)


def small_master(*changes: tuple[str, str]) -> Procedure:
    """The small master with pieces of its file replaced; each piece must stand there once."""
    text = SMALL_MASTER
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return read_master(text, "buffer.yaml")


class Plant:
    """One store and its people; time goes on by a minute with each act."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = MORNING

    @contextmanager
    def act(
        self, actor: Actor, *, reason: str | None = None, signs: Content | None = None
    ) -> Iterator[UnitOfWork]:
        """Run one act and commit it; an exception rolls it back."""
        self.now += timedelta(minutes=1)
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options=WRITES)
            yield UnitOfWork(
                session=session,
                ledger=Ledger(origin="countersign/tests", mac_key=b"k" * 32),
                actor=actor,
                at=self.now,
                time_zone=DUBLIN,
                code="countersign tests",
                reason=Reason(code="other", text=reason) if reason else None,
                signing=_signing(actor, self.now, signs) if signs else None,
            )
            session.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Lend a session that only reads."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def do(
        self,
        actor: Actor,
        command: Callable[..., Result],
        *given: Any,
        reason: str | None = None,
        shown: Callable[[Session], Content] | None = None,
    ) -> Result:
        """Let a person run one command; `shown` reads what the dialog of a signed act shows before."""
        signs = None
        if shown is not None:
            with self.read() as session:
                signs = shown(session)
        with self.act(actor, reason=reason, signs=signs) as work:
            return command(work, *given)

    # masters

    def load(self, procedure: Procedure, actor: Actor = WEBER) -> str:
        """Load a master as a draft and return its number."""
        return self.do(actor, masters.load_master, procedure, "buffer.yaml", SMALL_MASTER).number

    def sign_master(self, actor: Actor, command: Callable[..., Any], number: str = MASTER) -> None:
        """Let a person sign a master by one of its commands."""
        self.do(actor, command, number, shown=lambda session: masters.content_to_sign(session, number))

    def check_master(self, number: str = MASTER) -> None:
        """Let the checker execute the test cases of a master and sign it as checked."""
        self.do(SILVA, masters.run_cases, number)
        self.sign_master(SILVA, masters.check, number)

    def approved_master(self, procedure: Procedure | None = None) -> str:
        """A master that its author, its checker and the quality unit have signed."""
        number = self.load(procedure or small_master())
        self.sign_master(WEBER, masters.author_sign, number)
        self.check_master(number)
        self.sign_master(BRANDT, masters.approve, number)
        return number

    def effective_master(self, procedure: Procedure | None = None) -> str:
        """A master by which batches are made from now on."""
        number = self.approved_master(procedure)
        self.do(BRANDT, masters.make_effective, number)
        return number

    # orders and batches

    def released_order(self, master: str = MASTER, quantity: str = "10.000") -> str:
        """An order released for production."""
        new = NewOrder(master=master, quantity=Decimal(quantity), unit="kg")
        number = self.do(DUBOIS, batches.plan_order, new).number
        self.do(DUBOIS, batches.release_order, number)
        return number

    def created_batch(self, master: str | None = None, quantity: str = "10.000") -> str:
        """A batch with its control recipe frozen, by a new effective master unless one is named."""
        order = self.released_order(master or self.effective_master(), quantity)
        return self.do(DUBOIS, batches.create_batch, order).number

    def issue(self, number: str = BATCH, actor: Actor = NOVAK) -> None:
        """Issue a batch record."""
        self.do(
            actor,
            batches.issue_batch,
            number,
            shown=lambda session: batches.content_to_issue(session, number),
        )

    def issued_batch(self, master: str | None = None, quantity: str = "10.000") -> str:
        """A batch ready for its first step."""
        number = self.created_batch(master, quantity)
        self.issue(number)
        return number

    def stock(self) -> None:
        """Define the materials and release the lot of salt that the batches take from."""
        with self.read() as session:
            if lot_by_number(session, LOT):
                return
        with self.act(DUBOIS) as work:
            for code, title in (("MAT-NACL", "Sodium chloride"), ("BUF-10", "Buffer solution")):
                define_material(
                    work, NewMaterial(code=code, title=title, unit="kg", material_class="component")
                )
            new = NewLot(number=LOT, material="MAT-NACL", quantity=Decimal("500.000"), unit="kg")
            content = lot_content(receive_lot(work, new))
        with self.act(BRANDT, signs=content) as work:
            set_lot_status(work, LOT, LotState.RELEASED)

    # steps

    def enter(self, part: str, name: str, raw: str, *, actor: Actor = REYES, batch: str = BATCH) -> None:
        """Enter a first value."""
        source = Source.SCAN if name.startswith("lot_") else Source.MANUAL
        with self.act(actor) as work:
            given = Given(raw=raw, source=source)
            engine.enter_value(work, executing_batch(work, batch), part, name, given)

    def correct(self, part: str, name: str, raw: str, *, actor: Actor = REYES, batch: str = BATCH) -> None:
        """Correct a value, with a reason."""
        with self.act(actor, reason="Misread the display.") as work:
            engine.correct_value(work, executing_batch(work, batch), part, name, Given(raw=raw))

    def perform(self, part: str, *, actor: Actor = REYES, batch: str = BATCH) -> None:
        """Complete a step by an identified entry."""
        with self.act(actor) as work:
            signoff.perform_step(work, executing_batch(work, batch), part)

    def sign_step(
        self, command: Callable[..., None], part: str, *, actor: Actor = REYES, batch: str = BATCH
    ) -> None:
        """Sign a step by one of the engine's commands."""
        with self.read() as session:
            content = step_content(session, executed_batch(session, batch), part, DUBLIN)
        with self.act(actor, signs=content) as work:
            command(work, executing_batch(work, batch), part)

    def remark(self, text: str, *, actor: Actor = REYES, batch: str = BATCH) -> None:
        """Make a remark on the whole record."""
        with self.act(actor) as work:
            floor_exceptions.make_remark(work, executing_batch(work, batch), None, text)

    def report(self, text: str, *, part: str | None = None, batch: str = BATCH) -> None:
        """Report a problem, which opens an exception."""
        with self.act(REYES) as work:
            floor_exceptions.report_problem(
                work, executing_batch(work, batch), part, floor_exceptions.Problem(text)
            )

    def block(self, text: str, *, part: str = "1.5/1", batch: str = BATCH) -> None:
        """Open an exception that stops the work, as the engine does for equipment found unusable."""
        with self.act(REYES) as work:
            owner = executing_batch(work, batch)
            execution = Execution.load(work, owner, part)

            def change(changes: Changes) -> None:
                open_exception(changes, execution, resource_finding(part, text))

            perform(work, RAISE, OwnerFacts(owner=owner), change)

    def accept_value(self, exception: str, batch: str = BATCH) -> None:
        """Accept an out-of-limit value as the true one, as the supervisor."""
        with self.read() as session:
            row = session.scalars(select(BatchException).where(BatchException.number == exception)).one()
        with self.act(NOVAK, reason="Weighed twice.", signs=value_acceptance_content(row)) as work:
            floor_exceptions.accept_value(work, executing_batch(work, batch), exception)

    def execute(self, batch: str = BATCH, *, temperature: str = "22.4", filled: str = "9.900") -> None:
        """Carry out every step of a batch."""
        self.stock()
        self.enter("1.1/1", "lot_salt", LOT, batch=batch)
        self.enter("1.1/1", "quantity_salt", "10.000", batch=batch)
        self.sign_step(signoff.perform_step, "1.1/1", batch=batch)
        self.sign_step(signoff.verify_step, "1.1/1", actor=LINDQVIST, batch=batch)
        self.enter("1.2/1", "temperature", temperature, batch=batch)
        self.perform("1.2/1", batch=batch)
        self.enter("1.3/1", "weight", "10.002", batch=batch)
        self.enter("1.3/1", "look", "clear", batch=batch)
        self.sign_step(signoff.perform_step, "1.3/1", batch=batch)
        self.sign_step(signoff.verify_step, "1.3/1", actor=LINDQVIST, batch=batch)
        self.enter("1.4/1", "appearance", "yes", actor=SHARMA, batch=batch)
        self.sign_step(signoff.perform_step, "1.4/1", actor=SHARMA, batch=batch)
        self.enter("1.5/1", "actual", filled, batch=batch)
        if Decimal(filled) > Decimal("10.100"):
            self.accept_value("E-1", batch=batch)
        self.perform("1.5/1", batch=batch)
        self.sign_step(signoff.verify_step, "1.5/1", actor=LINDQVIST, batch=batch)
        self.enter("1.6/1", "ended", "yes", actor=BRANDT, batch=batch)
        self.sign_step(signoff.approve_step, "1.6/1", actor=BRANDT, batch=batch)

    def executed_batch(self) -> str:
        """A batch with every step closed and no exception."""
        number = self.issued_batch()
        self.execute(number)
        return number

    # completion, review, disposition

    def complete(self, number: str = BATCH, actor: Actor = NOVAK) -> None:
        """Complete the production of a batch."""
        shown = batches.content_to_complete
        self.do(actor, batches.complete_production, number, shown=lambda session: shown(session, number))

    def batch_under_review(self) -> str:
        """A batch whose record the quality unit has taken up."""
        number = self.executed_batch()
        self.complete(number)
        self.do(BRANDT, reviews.begin_review, number)
        return number

    def accept(self, exception: str, batch: str = BATCH) -> None:
        """Accept an exception for the quality unit."""
        self.do(
            BRANDT, reviews.decide_exception, batch, exception, reviews.Choice.ACCEPT, reason="No effect."
        )

    def open_record(self, number: str = BATCH, actor: Actor = BRANDT) -> None:
        """Open every exception, everything that no rule checks, and the audit trail."""
        with self.read() as session:
            names = reading.review_facts(session, number, actor.person).unread.names
        self.do(actor, reading.note_opened, number, names)

    def review(self, number: str = BATCH, actor: Actor = BRANDT) -> None:
        """Open the record and sign both reviews of it."""
        self.open_record(number, actor)
        for command in (reviews.sign_trail_review, reviews.sign_record_review):
            self.do(actor, command, number, shown=lambda session: reviews.content_to_review(session, number))

    def reviewed_batch(self) -> str:
        """A batch that waits for its dispositions."""
        number = self.batch_under_review()
        self.review(number)
        return number

    def release(self, number: str = BATCH, actor: Actor = BRANDT, market: str = "US", check=None) -> None:
        """Release a batch for a market of the quality unit's."""
        self._dispose(actor, disposition.release, Decision.RELEASED, number, market, "Fit.", check or well)

    def certify(self, number: str = BATCH, actor: Actor = MOREAU, market: str = "EU", check=None) -> None:
        """Certify a batch for a market of the Qualified Person's."""
        self._dispose(actor, disposition.certify, Decision.CERTIFIED, number, market, "Fit.", check or well)

    def reject(self, number: str = BATCH, actor: Actor = BRANDT, market: str = "US") -> None:
        """Reject a batch for a market."""
        self._dispose(actor, disposition.reject, Decision.REJECTED, number, market, reason="Contaminated.")

    def _dispose(self, actor, command, decision, number, market, *more, reason=None):
        self.do(
            actor,
            command,
            number,
            market,
            *more,
            reason=reason,
            shown=lambda session: disposition.content_to_decide(session, number, market, decision),
        )

    # investigations

    def investigation(self, exceptions: list[str], batch: str = BATCH) -> str:
        """Open an investigation on exceptions of a batch, as the supervisor."""
        heading = "Why it happened"
        return self.do(NOVAK, investigations.open_investigation, batch, heading, exceptions).number

    def sign_investigation(self, actor: Actor, command: Callable[..., Any], number: str) -> None:
        """Sign an investigation by one of its commands."""
        self.do(actor, command, number, shown=lambda session: investigations.content_to_sign(session, number))


def reasons_of(act: Callable[..., Any], *given: Any, **more: Any) -> list[str]:
    """Every reason why an act is refused; it must be."""
    with pytest.raises(RefusedError) as caught:
        act(*given, **more)
    return caught.value.reasons


def well(_session: Session, _stream: str) -> list[str]:
    """An integrity check that finds nothing; tests of integrity hand in the real one."""
    return []


def _signing(actor: Actor, at: datetime, content: Content) -> SigningAct:
    signer = Authenticated(
        person=actor.person,
        printed_name=actor.printed_name,
        account=actor.account,
        series=SigningSeries(login=actor.login, number=1, is_first=True),
        method="password",
        components=("user_name", "password"),
        checked_at=at,
        accountability=ACKNOWLEDGED,
    )
    shown = Shown(part=content.part, content=content.digest, rendering=content.rendering, nonce=uuid4().hex)
    return SigningAct(signer=signer, shown=shown, meanings=None)
