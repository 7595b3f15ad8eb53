"""One-time values of signing dialogs: what was shown, to whom, until when; used once (ATK-22)."""

import secrets
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from records.times import from_text, to_text
from workflows.perform import Content

LASTS = timedelta(minutes=15)
_SALT = "signing-dialog"


class Nonces:
    """Make and read one-time values, bound to a login and to the content shown."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt=_SALT)

    def make(self, content: Content, login: str, at: datetime) -> str:
        """Return the value that a dialog showing this content to this login posts back."""
        once = secrets.token_urlsafe(16)
        return str(self._serializer.dumps([once, login, content.part, content.digest, to_text(at)]))

    def read(self, token: str, *, login: str, part: str, digest: str, at: datetime) -> str | None:
        """Return the one-time value inside; None when it is another's, of another content, or too old."""
        try:
            once, made_for, shown_part, shown_digest, made_at = self._serializer.loads(token)
        except (BadSignature, ValueError, TypeError):
            return None
        fits = (made_for, shown_part, shown_digest) == (login, part, digest)
        return str(once) if fits and at - from_text(made_at) <= LASTS else None
