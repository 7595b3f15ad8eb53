"""User names: unique however written, and never given to another person (21 CFR 11.100(a), 11.300(a))."""

import re
import unicodedata

_ALLOWED = re.compile(r"[a-z][a-z0-9._-]{2,63}\Z")


def user_name_key(user_name: str) -> str:
    """Return what is unique about a user name: compatibility forms and case folded away."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", user_name.strip()).casefold())


def flaws(user_name: str) -> list[str]:
    """Return why this can be no user name; letters that look like a-z and are not are refused."""
    if _ALLOWED.match(user_name_key(user_name)):
        return []
    return ["A user name has 3 to 64 of a-z, 0-9, full stop, hyphen and underscore; a letter comes first."]
