"""What stands in the way of handing over a copy, in sentences."""

import re

from workflows.authority import Actor
from workflows.export.facts import CopyFacts

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def copy_is_of_this_record(facts: CopyFacts, _actor: Actor) -> str | None:
    """Refuse a copy whose last event is not, hash for hash, one of the record's."""
    copy = facts.copy
    if copy is None or facts.hash_there == copy.head_hash:
        return None
    there = "another hash" if facts.hash_there else "no such event"
    return f"The copy ends with event {copy.head_seq}, but {facts.title} has {there} there. Make a new copy."


def copy_names_a_digest(facts: CopyFacts, _actor: Actor) -> str | None:
    """Refuse a copy without the digest it will be known by."""
    copy = facts.copy
    digests = [copy.sha256, *([copy.bundle_sha256] if copy.bundle_sha256 else [])] if copy else [""]
    known = all(map(_SHA256.match, digests))
    return None if known else "A copy is known by its SHA-256, 64 hexadecimal characters."
