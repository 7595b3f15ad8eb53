"""Read a procedure's canonical content as stored; the same text is the same procedure, so it is read once."""

import json
from functools import lru_cache
from hashlib import sha256

from records.procedure.codec import from_content
from records.procedure.definition import Procedure
from records.procedure.outline import Outline, outline


def text_digest(text: str) -> str:
    """Return the SHA-256 of a stored content's bytes, hexadecimal."""
    return sha256(text.encode("utf-8")).hexdigest()


@lru_cache(maxsize=64)
def frozen_procedure(text: str) -> Procedure:
    """Return the procedure of a stored content; raises ContentError where it is not one."""
    return from_content(json.loads(text))


@lru_cache(maxsize=64)
def frozen_outline(text: str) -> Outline:
    """Return the outline of a stored content's procedure."""
    return outline(frozen_procedure(text))
