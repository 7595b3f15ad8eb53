"""One-time values of signing dialogs: what is shown, to whom, to declare what, until when (ATK-22)."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from records.times import from_text, to_text
from signatures.meaning import Meaning
from workflows.perform import Content

LASTS = timedelta(seconds=120)
"""A dialog that stands open renews its value before (static/js/modules/sign-renew.js)."""
_SALT = "signing-dialog/2"


class NotThisDialogError(Exception):
    """The value was not made for this login, account and content."""


class LateDialogError(Exception):
    """The value is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a value is bound to besides its time: the login, its account, and the content shown."""

    login: str
    account: str
    part: str
    digest: str
    rendering: str


class Nonces:
    """Make and read one-time values."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt=_SALT)

    def make(self, bound: Bound, meanings: Iterable[Meaning], at: datetime) -> str:
        """Return the value that a dialog posts back, in which a person may declare one of these meanings."""
        once = secrets.token_urlsafe(16)
        return str(self._serializer.dumps([once, _words(bound), sorted(meanings), to_text(at)]))

    def read(self, token: str, bound: Bound, at: datetime) -> tuple[str, frozenset[Meaning]]:
        """Return the one-time value inside and what may be declared with it.

        Raises NotThisDialogError or LateDialogError.
        """
        try:
            once, made_for, meanings, made_at = self._serializer.loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise NotThisDialogError from error
        if made_for != _words(bound):
            raise NotThisDialogError
        if at - from_text(made_at) > LASTS:
            raise LateDialogError
        return str(once), frozenset(Meaning(meaning) for meaning in meanings)


def content_bound(content: Content, login: str, account: str) -> Bound:
    """Return what a dialog that shows this content to this login binds its value to."""
    return Bound(
        login=login, account=account, part=content.part, digest=content.digest, rendering=content.rendering
    )


def _words(bound: Bound) -> list[str]:
    return [bound.login, bound.account, bound.part, bound.digest, bound.rendering]
