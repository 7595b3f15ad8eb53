"""What the rules about people look at: a person, an account or a grant, as read when the act begins."""

from collections.abc import Collection
from dataclasses import dataclass

from records.personnel.models import Person, RoleGrant
from records.personnel.states import PersonState, Role
from signatures.models import Account, AccountState


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A person to be registered, or one who is given an account or a role."""

    stream: str
    printed_name: str
    record: Person | None = None
    namesake: Person | None = None
    """The person who has the number already that a new one was to get."""
    store_has_people: bool = True
    """Whether anybody is registered yet; the first administrator has nobody to be registered by."""
    user_name_flaws: Collection[str] = ()
    user_name_was_used: bool = False
    has_account: bool = False
    role: Role | None = None
    grant: RoleGrant | None = None
    """The grant of `role` in force, if any."""
    other_administrators: int = 0
    """How many other persons hold the security administrator's role."""

    @property
    def title(self) -> str:
        """Return how a refusal names the person."""
        return self.printed_name

    @property
    def state(self) -> PersonState | None:
        """Return the person's state; None before registration."""
        return self.record.state if self.record else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """An account, and how many others could administer if it could not be used."""

    record: Account
    other_administrators: int = 1

    @property
    def title(self) -> str:
        """Return how a refusal names the account."""
        return f"the account {self.record.user_name}"

    @property
    def stream(self) -> str:
        """Return the account's stream."""
        return self.record.stream

    @property
    def state(self) -> AccountState:
        """Return the account's state."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision as stored."""
        return self.record.rev
