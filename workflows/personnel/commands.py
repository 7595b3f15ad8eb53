"""Register persons, open and close accounts, grant and revoke roles (21 CFR 11.10(d), (g), 11.100(a))."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from audit.events import Action
from records.errors import RecordNotFoundError
from records.identity import RecordName
from records.personnel.models import Person, RoleGrant
from records.personnel.queries import grants_in_force
from records.personnel.states import PersonState, Role
from signatures.models import Account, AccountState
from signatures.user_names import flaws, user_name_key
from workflows.naming import number_refusal
from workflows.perform import Changes, RefusedError, UnitOfWork, perform
from workflows.personnel import lifecycle
from workflows.personnel.facts import AccountFacts, PersonFacts
from workflows.personnel.integrity import refuse_altered


def register_person(work: UnitOfWork, printed_name: str, number: str | None = None) -> Person:
    """Register a natural person, under the site's own personnel number or the next free one."""
    number = number or _next_number(work.session)
    stream = str(RecordName(Person.kind, number))
    if refusal := number_refusal("Personnel number", number):
        raise RefusedError([refusal], act=lifecycle.REGISTER.act, stream="person/new")
    facts = PersonFacts(
        stream=stream,
        printed_name=printed_name,
        namesake=work.session.scalar(select(Person).where(Person.number == number)),
        store_has_people=_store_has_people(work),
    )
    registered: list[Person] = []

    def register(changes: Changes) -> None:
        person = changes.insert(
            Person,
            Action.PERSON_REGISTER,
            number=number,
            printed_name=printed_name,
            state=PersonState.ACTIVE,
        )
        registered.append(person)

    perform(work, lifecycle.REGISTER, facts, register)
    return registered[0]


def open_account(work: UnitOfWork, person: str, user_name: str, password_hash: str) -> Account:
    """Open a person's account with a password that its owner must change before signing (11.200(a)(3))."""
    row = lock_person(work.session, person)
    key = user_name_key(user_name)
    facts = PersonFacts(
        stream=row.stream,
        printed_name=row.printed_name,
        record=row,
        store_has_people=_somebody_can_act(work),
        user_name_flaws=flaws(user_name),
        user_name_was_used=_exists(work, Account.user_name_key == key),
        has_account=_exists(work, Account.person == person),
    )
    opened: list[Account] = []

    def open_it(changes: Changes) -> None:
        account = changes.insert(
            Account,
            Action.ACCOUNT_OPEN,
            stream=str(RecordName(Account.kind, key)),
            user_name=user_name.strip(),
            user_name_key=key,
            person=person,
            state=AccountState.ACTIVE,
            password_hash=password_hash,
            password_set_at=work.at,
            must_change=True,
            failures=0,
        )
        opened.append(account)

    perform(work, lifecycle.OPEN_ACCOUNT, facts, open_it)
    return opened[0]


def grant_role(work: UnitOfWork, person: str, role: Role) -> RoleGrant:
    """Grant a role to another person (11.10(g))."""
    facts = role_facts(work, lock_person(work.session, person), role)
    granted: list[RoleGrant] = []

    def grant(changes: Changes) -> None:
        grant_of_role = changes.insert(
            RoleGrant,
            Action.ROLE_GRANT,
            person=person,
            role=role,
            granted_at=work.at,
            granted_by=work.actor.person,
            revoked_at=None,
            revoked_by=None,
        )
        granted.append(grant_of_role)

    perform(work, lifecycle.GRANT_ROLE, facts, grant)
    return granted[0]


def revoke_role(work: UnitOfWork, person: str, role: Role) -> None:
    """Revoke a role; that it was held stays on record."""
    facts = role_facts(work, lock_person(work.session, person), role)

    def revoke(changes: Changes) -> None:
        if facts.grant:
            changes.update(facts.grant, Action.ROLE_REVOKE, revoked_at=work.at, revoked_by=work.actor.person)

    perform(work, lifecycle.REVOKE_ROLE, facts, revoke)


def change_password(work: UnitOfWork, user_name: str, password_hash: str) -> None:
    """Change one's own password; it then signs."""
    account = lock_account(work, user_name)

    def change(changes: Changes) -> None:
        changes.update(
            account,
            Action.ACCOUNT_PASSWORD,
            password_hash=password_hash,
            password_set_at=work.at,
            must_change=False,
        )

    perform(work, lifecycle.CHANGE_PASSWORD, AccountFacts(record=account), change)


def unlock_account(work: UnitOfWork, user_name: str, person: str | None = None) -> None:
    """Unlock another person's account, with a reason (11.300(d))."""
    facts = account_facts(work.session, lock_account(work, user_name, person))

    def clear(changes: Changes) -> None:
        changes.update(facts.record, Action.ACCOUNT_CLEARED, failures=0)

    perform(work, lifecycle.UNLOCK_ACCOUNT, facts, clear)


def disable_account(work: UnitOfWork, user_name: str, person: str | None = None) -> None:
    """Disable another person's account for good; its logins end with it (11.10(d))."""
    facts = account_facts(work.session, lock_account(work, user_name, person))
    perform(work, lifecycle.DISABLE_ACCOUNT, facts)


def role_facts(work: UnitOfWork, person: Person, role: Role) -> PersonFacts:
    """Return what the rules about a person's role look at."""
    held = grants_in_force(work.session, person=person.number, role=role)
    return PersonFacts(
        stream=person.stream,
        printed_name=person.printed_name,
        record=person,
        store_has_people=_somebody_can_act(work),
        role=role,
        grant=held[0] if held else None,
        other_administrators=_other_administrators(work.session, person.number),
    )


def account_facts(session: Session, account: Account) -> AccountFacts:
    """Return what the rules about an account look at."""
    return AccountFacts(record=account, other_administrators=_other_administrators(session, account.person))


def lock_person(session: Session, number: str) -> Person:
    """Lock a person's row and return it; raises RecordNotFoundError."""
    wanted = select(Person).where(Person.number == number).with_for_update()
    person = session.scalar(wanted.execution_options(populate_existing=True))
    if person is None:
        raise RecordNotFoundError(Person.kind, number)
    return person


def lock_account(work: UnitOfWork, user_name: str, person: str | None = None) -> Account:
    """Lock an account's row and return it; raises RecordNotFoundError, or AlteredError for one altered.

    Where a person is named, there is no account but theirs.
    """
    wanted = select(Account).where(Account.user_name_key == user_name_key(user_name)).with_for_update()
    account = work.session.scalar(wanted.execution_options(populate_existing=True))
    if account is None or person not in (None, account.person):
        raise RecordNotFoundError(Account.kind, user_name)
    refuse_altered(work.session, work.ledger, account.user_name_key)
    return account


def _other_administrators(session: Session, person: str) -> int:
    """Count the other persons who hold the security administrator's role and can use their account."""
    found = session.scalar(
        select(func.count(RoleGrant.person.distinct()))
        .join(Account, Account.person == RoleGrant.person)
        .where(
            RoleGrant.role == Role.SECURITY_ADMINISTRATOR,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.person != person,
            Account.state == AccountState.ACTIVE,
        )
    )
    return found or 0


def _store_has_people(work: UnitOfWork) -> bool:
    return bool(work.session.scalar(select(exists().where(Person.id > 0))))


def _somebody_can_act(work: UnitOfWork) -> bool:
    """Tell whether any role was ever granted; until then the software sets up the first administrator."""
    return bool(work.session.scalar(select(exists().where(RoleGrant.id > 0))))


def _exists(work: UnitOfWork, condition: object) -> bool:
    return bool(work.session.scalar(select(exists().where(condition))))  # type: ignore[arg-type]  # a SQL condition


def _next_number(session: Session) -> str:
    taken = session.scalars(select(Person.number).where(Person.number.regexp_match(r"^P-[0-9]+$")))
    return f"P-{max((int(number[2:]) for number in taken), default=0) + 1:04d}"
