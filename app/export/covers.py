"""What every cover says besides the record itself: the copy, its integrity, where its trail stood."""

from collections.abc import Mapping
from typing import Any

from app.export.copy import PRINT_FORMAT, Copy
from app.export.words import Mark, local_now

VERDICTS: Mapping[str, Mark] = {
    "PASS": Mark("verified.", "good"),
    "FAIL": Mark("FAILED.", "bad"),
    "INCOMPLETE": Mark("NOT COMPLETELY CHECKED.", "warning"),
}


def copy_shows(copy: Copy) -> dict[str, Any]:
    """Return what the cover's template shows of the copy."""
    found = copy.integrity
    site = copy.record["site"]
    return {
        "bundle_name": copy.bundle_name,
        "bundle_sha256": copy.bundle_sha256,
        "code": copy.code,
        "data_name": copy.data_name,
        "head": copy.head,
        "integrity": found,
        "integrity_at": local_now(found.checked_at, copy.zone),
        "integrity_mark": VERDICTS[found.verdict],
        "is_demo": bool(site and site["holds_demo_data"]),
        "made_at": local_now(copy.made_at, copy.zone),
        "made_for": copy.made_for,
        "print_format": PRINT_FORMAT,
        "record": copy.record,
        "sha256": copy.sha256,
    }
