"""What the rules about the policy of signatures look at: a version about to be published, or one to sign."""

from dataclasses import dataclass
from datetime import datetime

from records.identity import RecordName
from records.policy.models import PolicyVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPolicy:
    """What the quality unit wants to publish."""

    title: str
    text: str
    effective_at: datetime
    """The first instant of the day from which it holds; people may sign it before."""


@dataclass(slots=True, kw_only=True)
class PublicationFacts:
    """A version about to be published; `record` is there once it is."""

    number: str
    new: NewPolicy
    today_began_at: datetime
    record: PolicyVersion | None = None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"version {self.number} of the policy of signatures"

    @property
    def stream(self) -> str:
        """Return the version's stream."""
        return str(RecordName(PolicyVersion.kind, self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementFacts:
    """A published version, as one person is about to acknowledge it."""

    record: PolicyVersion
    acknowledged_by: frozenset[str]
    replaced_by: str | None
    """The version in force that was published after it, if any."""
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"version {self.record.number} of the policy of signatures"

    @property
    def stream(self) -> str:
        """Return the version's stream."""
        return self.record.stream
