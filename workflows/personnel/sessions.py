"""Sign in and out, lock and unlock the screen, count failed attempts (21 CFR 11.10(d), 11.300(d))."""

from audit.events import Action
from signatures.models import AccountState
from workflows.machine import Transition
from workflows.perform import Changes, UnitOfWork, perform
from workflows.personnel import lifecycle
from workflows.personnel.commands import account_facts, lock_account
from workflows.personnel.facts import AccountFacts

LOCK_AFTER = 5
"""Failed attempts in a row, over login and signing together, that lock an account."""


def record_login(work: UnitOfWork, user_name: str) -> None:
    """Sign a person in; failed attempts before it no longer count."""
    _note(work, lifecycle.LOG_IN, user_name, login=work.actor.login)
    clear_failures(work, user_name)


def record_logout(work: UnitOfWork, user_name: str, login: str, ended_by: str) -> None:
    """Sign a person out; `ended_by` says how the login ended."""
    _note(work, lifecycle.LOG_OUT, user_name, login=login, ended_by=ended_by)


def record_screen_lock(work: UnitOfWork, user_name: str, login: str, locked_by: str) -> None:
    """Lock a login's screen; `locked_by` says what did."""
    _note(work, lifecycle.LOCK_SCREEN, user_name, login=login, locked_by=locked_by)


def record_screen_unlock(work: UnitOfWork, user_name: str) -> None:
    """Unlock one's own screen with the password."""
    _note(work, lifecycle.UNLOCK_SCREEN, user_name, login=work.actor.login)
    clear_failures(work, user_name)


def record_failure(work: UnitOfWork, user_name: str) -> None:
    """Count a failed attempt to identify, and lock the account at the fifth in a row (11.300(d))."""
    account = lock_account(work, user_name)
    facts = AccountFacts(record=account)
    failures = account.failures + 1

    def count(changes: Changes) -> None:
        changes.update(account, Action.ACCOUNT_FAILED, failures=failures)

    perform(work, lifecycle.COUNT_FAILURE, facts, count)
    if failures >= LOCK_AFTER and account.state is AccountState.ACTIVE:
        perform(work, lifecycle.LOCK_ACCOUNT, facts)


def clear_failures(work: UnitOfWork, user_name: str) -> None:
    """Forget failed attempts once the owner has given the right password."""
    account = lock_account(work, user_name)
    if account.failures == 0:
        return

    def clear(changes: Changes) -> None:
        changes.update(account, Action.ACCOUNT_CLEARED, failures=0)

    perform(work, lifecycle.CLEAR_FAILURES, AccountFacts(record=account), clear)


def _note(work: UnitOfWork, row: Transition, user_name: str, **details: str) -> None:
    facts = account_facts(work.session, lock_account(work, user_name))

    def note(changes: Changes) -> None:
        changes.note(facts.record, row.event, **details)

    perform(work, row, facts, note)
