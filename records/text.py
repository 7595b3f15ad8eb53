"""What text on record may hold: nothing that hides, reverses or breaks what stands beside it. Pure."""

import unicodedata

_CONTROL = "Cc"
_UNSEEN = frozenset({"Cf", "Cs"})
"""Unicode's formats (marks of direction, blanks of no width) and halves of characters."""
_JOINERS = "\u200c\u200d"
"""Formats that words of some scripts, and some emoji, are written with."""


def holds_controls(text: str) -> bool:
    """Tell whether text holds control characters other than line breaks and tabs."""
    return any(unicodedata.category(character) == _CONTROL and character not in "\n\t" for character in text)


def first_unseen(text: str) -> str | None:
    """Return the name of the first character that can't be seen, as U+202E; None where all can.

    One that reverses text would let a name be printed as another's.
    """
    found = (
        f"U+{ord(character):04X}"
        for character in text
        if unicodedata.category(character) in _UNSEEN and character not in _JOINERS
    )
    return next(found, None)
