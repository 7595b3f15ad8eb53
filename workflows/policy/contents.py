"""What a signature on the policy of signatures covers: its whole text, and from when it holds."""

from datetime import UTC

from records.identity import RECORD_PART
from records.policy.models import PolicyVersion
from records.times import to_text
from workflows.perform import Content
from workflows.policy.facts import NewPolicy


def new_policy_content(number: str, new: NewPolicy) -> Content:
    """Return the content of a version about to be published, or published as this."""
    effective_at = to_text(new.effective_at)
    content = {
        "format": "countersign-policy/1",
        "number": number,
        "title": new.title,
        "text": new.text,
        "effective_at": effective_at,
    }
    since = f"{new.effective_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    head = f"Policy of signatures, version {number}: {new.title}\nEffective from {since}"
    return Content.of(RECORD_PART, content, f"{head}\n{new.text}")


def policy_content(version: PolicyVersion) -> Content:
    """Return the content of a published version: what everybody acknowledges is what was published."""
    new = NewPolicy(title=version.title, text=version.text, effective_at=version.effective_at)
    return new_policy_content(version.number, new)
