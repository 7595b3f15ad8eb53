"""Acts of the demo's people on one store, each in a transaction of its own, as the application runs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit.models import audit_event
from audit.trail import Ledger
from records.engine import WRITES
from records.equipment.states import GmpImpact
from records.material.states import LotState
from records.personnel.states import Role
from signatures.manifest import SigningSeries
from signatures.signing import Authenticated, Shown
from tests.signers import ACKNOWLEDGED
from workflows.authority import Actor
from workflows.equipment.commands import define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole
from workflows.material.commands import define_material, receive_lot, set_lot_status
from workflows.material.contents import lot_content
from workflows.material.facts import NewLot, NewMaterial
from workflows.perform import Content, Reason, SigningAct, UnitOfWork

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
DUBLIN = "Europe/Dublin"


def person(user_name: str, printed_name: str, *roles: Role) -> Actor:
    return Actor(
        person=user_name,
        printed_name=printed_name,
        roles=frozenset(roles),
        account=user_name,
        login=f"login-of-{user_name}",
    )


ITO = person("k.ito", "K. Ito", Role.TECHNICIAN)
REYES = person("a.reyes", "A. Reyes", Role.OPERATOR)
BRANDT = person("h.brandt", "H. Brandt", Role.QA_REVIEWER)
DUBOIS = person("c.dubois", "C. Dubois", Role.PLANNER)


class Floor:
    """One store, and who acts on it when."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def act(
        self, actor: Actor, at: datetime = AT, reason: str | None = None, signs: Content | None = None
    ) -> Iterator[UnitOfWork]:
        """Run an act and commit it; an exception rolls it back."""
        with Session(self.engine) as session:
            session.connection(execution_options=WRITES)
            yield UnitOfWork(
                session=session,
                ledger=Ledger(origin="countersign/tests", mac_key=b"k" * 32),
                actor=actor,
                at=at,
                time_zone=DUBLIN,
                code="countersign tests",
                reason=Reason(code="other", text=reason) if reason else None,
                signing=_signing(actor, at, signs) if signs else None,
            )
            session.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def actions(self, stream: str) -> list[str]:
        """Return the actions of a stream's events, in order."""
        with self.read() as session:
            statement = select(audit_event.c.action).where(audit_event.c.stream == stream)
            return list(session.scalars(statement.order_by(audit_event.c.seq)))

    def stand_balance(self, at: datetime = AT, *, number: str = "A-0003", tag: str = "BAL-014") -> None:
        """Define a balance's role, register the balance and map it."""
        with self.act(ITO, at) as work:
            define_equipment(work, NewRole(tag=tag, title="Floor balance", equipment_class="balance"))
            register_asset(work, balance(number))
            map_asset(work, number, tag)

    def stock(self, number: str = "24-118", *, quantity: str = "300.000", material: str = "MAT-PARA") -> None:
        """Define the material, receive a lot of it and release the lot."""
        with self.act(DUBOIS) as work:
            define_material(
                work, NewMaterial(code=material, title="Paracetamol", unit="kg", material_class="component")
            )
            new = NewLot(number=number, material=material, quantity=Decimal(quantity), unit="kg")
            content = lot_content(receive_lot(work, new))
        with self.act(BRANDT, signs=content) as work:
            set_lot_status(work, number, LotState.RELEASED)


def balance(number: str) -> NewAsset:
    return NewAsset(
        number=number,
        title="Floor balance 300 kg",
        maker="Waage",
        model="FB-300",
        serial=f"S-{number}",
        gmp_impact=GmpImpact.DIRECT,
        range_minimum=Decimal("1.000"),
        range_maximum=Decimal("300.000"),
        range_unit="kg",
        resolution=Decimal("0.001"),
    )


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
    shown = Shown(part=content.part, content=content.digest, rendering=content.rendering, nonce="n-1")
    return SigningAct(signer=signer, shown=shown, meanings=None)
