"""Give the next number of a series, one act at a time."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session


def next_number(session: Session, column: InstrumentedAttribute[Any], prefix: str, digits: int) -> str:
    """Return the prefix with the highest number in use plus one, in at least so many digits.

    The series is locked until the transaction ends: on SQLite the writer has the lock already, on PostgreSQL
    an advisory lock on the prefix is taken. Numbers of another form under the same prefix don't count.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{column}:{prefix}"))))
    taken = session.scalars(select(column).where(column.startswith(prefix, autoescape=True)))
    counted = [int(text) for number in taken if (text := number.removeprefix(prefix)).isdecimal()]
    return f"{prefix}{max(counted, default=0) + 1:0{digits}}"
