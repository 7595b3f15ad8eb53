"""Passwords: hashed by Argon2id with a pepper that is kept outside the database, and what a good one is."""

import os
import secrets
import unicodedata
from threading import BoundedSemaphore

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

MINIMUM_LENGTH = 12
_MEMORY_KIB = 19 * 1024
_ITERATIONS = 2
_AT_ONCE = 4
_checks = BoundedSemaphore(_AT_ONCE)
"""Each check takes 19 MiB and 30 ms of a core; more of them at once would only wait for each other."""


class Passwords:
    """Hash and check passwords; a copy of the database alone is not enough to try any (11.200(a)(3))."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper
        self._nobodys = self.hash(os.urandom(16).hex())

    def hash(self, password: str) -> str:
        """Return the password's hash in PHC form: Argon2id, 19 MiB, two passes, one lane."""
        kdf = Argon2id(
            salt=os.urandom(16),
            length=32,
            iterations=_ITERATIONS,
            lanes=1,
            memory_cost=_MEMORY_KIB,
            secret=self._pepper,
        )
        with _checks:
            return kdf.derive_phc_encoded(_normal(password))

    def matches(self, password: str, stored: str | None) -> bool:
        """Tell whether the password has the stored hash; without one it takes as long and says no."""
        try:
            with _checks:
                Argon2id.verify_phc_encoded(_normal(password), stored or self._nobodys, self._pepper)
        except InvalidKey:
            return False
        return stored is not None


def weaknesses(password: str, user_name: str) -> list[str]:
    """Return every reason why a password must not be used; empty when it may."""
    found = []
    if len(password) < MINIMUM_LENGTH:
        found.append(f"A password has at least {MINIMUM_LENGTH} characters.")
    if any(unicodedata.category(character) == "Cc" for character in password):
        found.append("A password holds no control characters.")
    if user_name.casefold() in password.casefold():
        found.append("A password does not contain the user name.")
    if password and len(set(password)) < MINIMUM_LENGTH // 2:
        found.append("A password does not repeat the same few characters.")
    return found


def one_time_password() -> str:
    """Return a random password that can be read out and typed; its owner changes it."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8")
