"""The people of the demo site, each with a password of their own, and a stranger who holds no role."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from app.logins import actor_of
from app.policy.suggestion import TEXT, TITLE
from app.service import Service
from app.writing import Intent, the_software, write
from records.personnel.states import Role
from signatures.components import Authenticated, find_account
from signatures.manifest import Shown, SigningSeries
from tests.signers import ACKNOWLEDGED
from workflows.perform import Content, SigningAct
from workflows.personnel.commands import change_password, grant_role, open_account, register_person
from workflows.policy import commands as policy
from workflows.policy.facts import NewPolicy

PASSWORD = "three-quiet-geese-9"
ISSUED = "issued-by-the-office-1"
WHEN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Member:
    number: str
    name: str
    roles: tuple[Role, ...]


CAST = {
    "s.patel": Member("P-0001", "S. Patel", (Role.SECURITY_ADMINISTRATOR,)),
    "a.reyes": Member("P-0002", "A. Reyes", (Role.OPERATOR,)),
    "j.okafor": Member("P-0003", "J. Okafor", (Role.OPERATOR,)),
    "m.lindqvist": Member("P-0004", "M. Lindqvist", (Role.VERIFIER,)),
    "t.novak": Member("P-0005", "T. Novak", (Role.SUPERVISOR,)),
    "p.sharma": Member("P-0006", "P. Sharma", (Role.IPC_ANALYST,)),
    "h.brandt": Member("P-0007", "H. Brandt", (Role.QA_REVIEWER,)),
    "d.moreau": Member("P-0008", "D. Moreau", (Role.QUALIFIED_PERSON,)),
    "k.ito": Member("P-0009", "K. Ito", (Role.TECHNICIAN,)),
    "l.weber": Member("P-0010", "L. Weber", (Role.AUTHOR,)),
    "r.silva": Member("P-0011", "R. Silva", (Role.CHECKER,)),
    "c.dubois": Member("P-0012", "C. Dubois", (Role.PLANNER, Role.MAINTENANCE_PLANNER)),
    "g.andersson": Member("P-0013", "G. Andersson", (Role.AUDITOR,)),
    "e.haddad": Member("P-0015", "E. Haddad", (Role.QA_REVIEWER,)),
    "x.stranger": Member("P-0014", "X. Stranger", ()),
}
ADMINISTRATOR = "s.patel"


def register_cast(service: Service, session: Session) -> None:
    """Make everybody: the software the first administrator, and she the others."""
    issued, own = service.passwords.hash(ISSUED), service.passwords.hash(PASSWORD)
    for user_name, member in CAST.items():
        intent = Intent(who=the_software) if user_name == ADMINISTRATOR else as_person(ADMINISTRATOR)
        write(service, session, intent, lambda unit: _join(unit, user_name, member, issued))  # noqa: B023 -- called at once
        if member.roles:
            write(service, session, as_person(user_name), lambda unit: change_password(unit, user_name, own))  # noqa: B023 -- called at once


def bind_cast(service: Service, session: Session) -> None:
    """Publish the policy of signatures, and let everybody who holds a role acknowledge it."""
    new = NewPolicy(title=TITLE, text=TEXT, effective_at=service.clock().replace(hour=0, minute=0))
    content = policy.content_to_publish(session, new)
    session.rollback()
    signed(service, session, "h.brandt", content, lambda unit: policy.publish_policy(unit, new))
    for user_name, member in CAST.items():
        if member.roles:
            signed(service, session, user_name, content, lambda unit: policy.acknowledge_policy(unit, "1"))


def signed(service, session, user_name, content, act):
    """Let somebody sign what they were shown, and commit."""

    def sign(unit):
        unit.signing = signing(user_name, content, unit.at)
        return act(unit)

    return write(service, session, as_person(user_name), sign)


def signing(user_name: str, content: Content, at: datetime) -> SigningAct:
    """Return a signature of a member of the cast, given without a browser."""
    signer = Authenticated(
        person=CAST[user_name].number,
        printed_name=CAST[user_name].name,
        account=user_name,
        series=SigningSeries(login="test", number=1, is_first=True),
        method="password",
        components=("user_name", "password"),
        checked_at=at,
        accountability=ACKNOWLEDGED,
    )
    shown = Shown(part=content.part, content=content.digest, rendering=content.rendering, nonce=uuid4().hex)
    return SigningAct(signer=signer, shown=shown, meanings=None)


def as_person(user_name: str, login: str = "test") -> Intent:
    """Return the intent of somebody acting without a browser."""
    return Intent(who=lambda session, at: actor_of(session, find_account(session, user_name), login, at))


def _join(unit, user_name, member, issued):
    register_person(unit, member.name, member.number)
    open_account(unit, member.number, user_name, issued)
    for role in member.roles:
        grant_role(unit, member.number, role)
