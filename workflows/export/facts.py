"""What the rules about copies look at."""

from dataclasses import dataclass
from enum import StrEnum

from records.identity import RecordName


class CopyForm(StrEnum):
    """The forms a copy can have."""

    PDF = "pdf"
    JSON = "json"
    CSV = "csv"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCopy:
    """A copy about to leave: of which record, in which form, its digest, and where the trail stood in it."""

    record: RecordName
    form: CopyForm
    sha256: str
    head_seq: int
    head_hash: str
    bundle_sha256: str | None = None
    """The digest of the evidence bundle inside the copy; None where there is none inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """A record of which a copy is wanted; once there is one, the copy, and what the record has at its end."""

    record_name: RecordName
    copy: NewCopy | None = None
    hash_there: str | None = None

    @property
    def title(self) -> str:
        """Return how a refusal names the record."""
        return f"{self.record_name.kind} {self.record_name.number}"

    @property
    def stream(self) -> str:
        """Return the record's stream, where the export is remembered."""
        return str(self.record_name)

    @property
    def state(self) -> None:
        """Return nothing: a record may be copied in any state."""
        return


@dataclass(frozen=True, slots=True, kw_only=True)
class NewList:
    """A list about to leave as a file: its address, what narrowed it, how many rows, its digest."""

    name: str
    asked: str
    row_count: int
    sha256: str

    @property
    def title(self) -> str:
        """Return how a refusal names the list."""
        return f"the list {self.name}"

    @property
    def stream(self) -> str:
        """Return the stream of the list, where every time it left is remembered."""
        return f"list{self.name}"

    @property
    def state(self) -> None:
        """Return nothing: a list has no state."""
        return
