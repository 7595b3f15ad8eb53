"""What the signatures of an investigation cover: the text that counts, and its scope (211.192)."""

from collections.abc import Mapping
from typing import Any

from records.identity import RECORD_PART
from records.review.models import Investigation, InvestigationText
from workflows.perform import Content


def investigation_content(investigation: Investigation, text: InvestigationText) -> Content:
    """Return the content of an investigation."""
    content = {
        "kind": "investigation",
        "number": investigation.number,
        "batch": investigation.batch,
        "title": investigation.title,
        "version": text.version,
        "cause": text.cause,
        "other_batches": [dict(one) for one in text.other_batches],
        "conclusion": text.conclusion,
        "follow_up": text.follow_up,
    }
    lines = [
        f"Investigation {investigation.number} of batch {investigation.batch}: {investigation.title}",
        f"Version {text.version}",
        f"Cause: {text.cause}",
        *(_other(one) for one in text.other_batches),
        f"Conclusion: {text.conclusion}",
        f"Follow-up: {text.follow_up}",
    ]
    return Content.of(RECORD_PART, content, "\n".join(lines))


def _other(one: Mapping[str, Any]) -> str:
    words = {True: "affected", False: "not affected", None: "not yet considered"}
    return f"Batch {one['number']} ({', '.join(one['why'])}): {words[one['affected']]}"
