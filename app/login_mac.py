"""What keeps a login from being rewritten in the database: a MAC whose key is outside it (ATK-01).

`login_session` is a login's clockwork and no record, so no trail tells what its rows were. The MAC covers
every column: whose login it is, when it began, acted, was locked and ended, and its signing period.
"""

import hmac
from datetime import datetime
from typing import Any

from app.models import LoginSession
from audit.canonical import encode
from records.times import to_text
from workflows.perform import AlteredError

_LOGIN = b"countersign/login/v1\n"
COVERED = tuple(column for column in LoginSession.__table__.columns if column.name != "mac")
_SENTENCE = (
    "A login stored for the account {} is not as this software left it, so it is ended and nothing is done "
    "with it. Tell the security administrator and the quality unit; sign in again."
)


def mac_of(key: bytes, row: Any, **changed: Any) -> str:  # noqa: ANN401 -- a login's row, read whole or by column
    """Return the MAC over a login's row, with the changed columns as they will be."""
    values = {column.name: changed.get(column.name, getattr(row, column.name)) for column in COVERED}
    told = {name: to_text(value) if isinstance(value, datetime) else value for name, value in values.items()}
    return hmac.digest(key, _LOGIN + encode(told), "sha256").hex()


def refuse_altered_login(key: bytes, row: Any) -> None:  # noqa: ANN401 -- as above
    """Raise AlteredError where a login's row is not as this software wrote it."""
    if not hmac.compare_digest(mac_of(key, row), row.mac or ""):
        raise AlteredError([_SENTENCE.format(row.account)], act="identify", stream=f"account/{row.account}")
