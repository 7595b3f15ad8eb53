"""The components of an electronic signature: identification code and password (21 CFR 11.200(a)(1)).

Two steps, because a password check takes 30 ms and no transaction may wait for it: `prove` compares the
password, outside any transaction; `authenticate` decides inside the writing one, from the rows as they are
then, whether what was given is enough at this place in the period. Only they build `Authenticated`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.errors import DomainError
from records.personnel.queries import get_person, last_role_change
from signatures.accountability import Accountability, accountability_of
from signatures.manifest import SigningSeries
from signatures.models import Account, AccountState
from signatures.passwords import Passwords
from signatures.user_names import user_name_key

SIGNING_PERIOD = timedelta(minutes=15)
"""How long after a signing the continuous period of controlled access lasts without another."""
NOT_IDENTIFIED = (
    "The user name or the password is not right, or the account is locked. Five failed attempts lock an "
    "account; a security administrator unlocks it."
)
"""The one answer to every failed attempt: it does not tell whether the account exists."""


class NotIdentifiedError(DomainError):
    """Somebody failed to identify; `account` is whose, where there is one, and is never shown."""

    def __init__(self, account: str | None) -> None:
        super().__init__(NOT_IDENTIFIED)
        self.account = account


class ComponentsRefusedError(DomainError):
    """The password is right, and yet this may not be signed with it; `reasons` holds every sentence."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A password that had the hash of an account; what `prove` alone builds."""

    account: str
    password_hash: str = field(repr=False)
    named: bool
    """Whether the user name was typed with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPeriod:
    """A login as far as signing goes: whose it is, and its last signing in this period, if any."""

    login: str
    account: str
    person: str
    last_at: datetime | None
    signings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticated:
    """A person who has just given the components of their signature, and how that was checked."""

    person: str
    printed_name: str
    account: str
    series: SigningSeries
    method: str
    components: tuple[str, ...]
    checked_at: datetime
    accountability: Accountability
    """How the signer stands to the policy of signatures (11.10(j))."""
    on_login_of: str | None = None
    """The person in whose login a second person signed, on a handed-over device."""

    def evidence(self) -> dict[str, Any]:
        """Return what was checked, when and by whom; never the secret."""
        return {
            "account": self.account,
            "checked_at": self.checked_at.isoformat(timespec="microseconds"),
            "checked_by": "countersign, argon2id",
            "components": list(self.components),
            "method": self.method,
            "on_login_of": self.on_login_of,
            "policy_of_signatures": self.accountability.version if self._is_accountable else None,
        }

    @property
    def _is_accountable(self) -> bool:
        return self.accountability.is_acknowledged


def find_account(session: Session, user_name: str) -> Account | None:
    """Return the account of a user name as typed, or None."""
    return session.scalar(select(Account).where(Account.user_name_key == user_name_key(user_name)))


def prove(passwords: Passwords, account: Account | None, password: str, *, named: bool) -> Proof:
    """Compare a password, in the same time for every account and for none; raises NotIdentifiedError."""
    key = account.user_name_key if account else None
    stored = account.password_hash if account else None
    if not passwords.matches(password, stored) or key is None or stored is None:
        raise NotIdentifiedError(key)
    return Proof(account=key, password_hash=stored, named=named)


def authenticate(
    session: Session, period: SigningPeriod, proof: Proof, *, at: datetime, all_components: bool = False
) -> Authenticated:
    """Accept a signer in their own login; raises ComponentsRefusedError with every reason why not.

    The first signing of a period takes user id and password, each later one the password (11.200(a)(1)(i));
    `all_components` asks for both in any case.
    """
    account = _account(session, proof)
    is_first = has_ended(session, period, account, at)
    reasons = _unusable(account, proof)
    if account.user_name_key != period.account:
        reasons.append("Sign with your own user name. A second person signs on the view for handing over.")
    if is_first and not proof.named:
        reasons.append("This is your first signing since a pause: give your user name and your password.")
    if all_components and not proof.named:
        reasons.append("This signature always takes your user name and your password.")
    if reasons:
        raise ComponentsRefusedError(reasons)
    number = 1 if is_first else period.signings + 1
    series = SigningSeries(login=period.login, number=number, is_first=is_first)
    return _authenticated(session, account, proof, series, at)


def authenticate_second_person(
    session: Session, period: SigningPeriod, proof: Proof, *, at: datetime
) -> Authenticated:
    """Accept a second person on a device handed over: always user id and password, a period of its own."""
    account = _account(session, proof)
    reasons = _unusable(account, proof)
    if not proof.named:
        reasons.append("A second person gives user name and password.")
    if reasons:
        raise ComponentsRefusedError(reasons)
    series = SigningSeries(login=period.login, number=1, is_first=True)
    return _authenticated(session, account, proof, series, at, on_login_of=period.person)


def has_ended(session: Session, period: SigningPeriod, account: Account, at: datetime) -> bool:
    """Tell whether the continuous period is over: a pause, a new password or changed roles end it."""
    last = period.last_at
    if last is None or at - last > SIGNING_PERIOD:
        return True
    changed = (account.password_set_at, last_role_change(session, account.person))
    return any(change > last for change in changed if change is not None)


def _account(session: Session, proof: Proof) -> Account:
    account = session.scalar(
        select(Account)
        .where(Account.user_name_key == proof.account)
        .execution_options(populate_existing=True)
    )
    if account is None:
        raise NotIdentifiedError(proof.account)
    return account


def _unusable(account: Account, proof: Proof) -> list[str]:
    reasons = []
    if account.state is not AccountState.ACTIVE:
        reasons.append(f"The account {account.user_name} is {account.state}.")
    if account.must_change:
        reasons.append("Your password was issued by somebody else. Change it, then sign.")
    if account.password_hash != proof.password_hash:
        reasons.append("The password was changed in the meantime. Give the new one.")
    return reasons


def _authenticated(
    session: Session,
    account: Account,
    proof: Proof,
    series: SigningSeries,
    at: datetime,
    *,
    on_login_of: str | None = None,
) -> Authenticated:
    return Authenticated(
        person=account.person,
        printed_name=get_person(session, account.person).printed_name,
        account=account.user_name_key,
        series=series,
        method="password",
        components=("user_id", "password") if proof.named else ("password",),
        checked_at=at,
        accountability=accountability_of(session, account.person, at),
        on_login_of=on_login_of,
    )
