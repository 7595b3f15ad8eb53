"""Carry out one act: a writing transaction, tried again after a race, and its refusal put on record."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from sqlite3 import SQLITE_BUSY, SQLITE_LOCKED
from sqlite3 import OperationalError as SqliteOperationalError
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.alarms import raise_alarm
from app.service import Service
from audit.chain import HeadMovedError
from audit.events import Action
from records.engine import WRITES
from workflows.authority import SYSTEM, Actor
from workflows.perform import AlteredError, Reason, RefusedError, UnitOfWork, record_denied

TRIES = 3
_PAUSE = 0.02
_POSTGRESQL_RACES = frozenset({"40001", "40P01", "55P03"})
_SQLITE_RACES = frozenset({SQLITE_BUSY, SQLITE_LOCKED})

Result = TypeVar("Result")


def the_software(_session: Session, _at: datetime) -> Actor:
    """Return the software itself, for acts that no person does."""
    return SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Who means to act, and what they gave with it; each try makes a fresh unit of work of it."""

    who: Callable[[Session, datetime], Actor]
    """Loads the actor, with the roles held now, inside the writing transaction."""
    reason: Reason | None = None
    expected_rev: int | None = None
    submitted: str | None = None
    """What was sent, for the record of a refusal; never a secret."""


def write(service: Service, session: Session, intent: Intent, act: Callable[[UnitOfWork], Result]) -> Result:
    """Commit what the act does, whole or not at all; a refusal is rolled back, recorded and raised again."""
    try:
        return _with_retries(service, session, intent, act)
    except RefusedError as refused:
        deny = partial(record_denied, refused=refused, submitted=intent.submitted)
        who = the_software if isinstance(refused, AlteredError) else intent.who
        _with_retries(service, session, replace(intent, who=who), deny)
        if refused.told_as is not Action.DENIED:
            raise_alarm(refused.told_as, refused.stream, refused.reasons)
        raise


def write_login(
    service: Service,
    session: Session,
    intent: Intent,
    change: Callable[[UnitOfWork], None],
    tell: Callable[[UnitOfWork], None],
) -> None:
    """Lock or end a login and tell it in the trail; where the account was altered, its alarm does instead."""

    def both(unit: UnitOfWork) -> None:
        change(unit)
        tell(unit)

    try:
        write(service, session, intent, both)
    except AlteredError:
        write(service, session, Intent(who=the_software), change)


def is_race(error: Exception) -> bool:
    """Tell whether another transaction came in between, so that the same act may succeed now.

    A violated constraint counts: somebody took the number, or began the stream, at the same instant.
    """
    if not isinstance(error, DBAPIError):
        return isinstance(error, HeadMovedError)
    cause = error.orig
    if isinstance(cause, SqliteOperationalError):
        return cause.sqlite_errorcode & 0xFF in _SQLITE_RACES
    return isinstance(error, IntegrityError) or getattr(cause, "sqlstate", None) in _POSTGRESQL_RACES


def _with_retries(
    service: Service, session: Session, intent: Intent, act: Callable[[UnitOfWork], Result]
) -> Result:
    for _ in range(TRIES - 1):
        try:
            return _once(service, session, intent, act)
        except (HeadMovedError, DBAPIError) as error:
            if not is_race(error):
                raise
        time.sleep(random.uniform(_PAUSE, 3 * _PAUSE))  # noqa: S311 -- spreads retries, guards nothing
    return _once(service, session, intent, act)


def _once(service: Service, session: Session, intent: Intent, act: Callable[[UnitOfWork], Result]) -> Result:
    session.rollback()
    try:
        session.connection(execution_options=WRITES)
        at = service.clock()
        work = UnitOfWork(
            session=session,
            ledger=service.keys.ledger,
            actor=intent.who(session, at),
            at=at,
            time_zone=service.settings.site_timezone,
            code=service.code,
            clock=service.clock,
            reason=intent.reason,
            expected_rev=intent.expected_rev,
        )
        result = act(work)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return result
