"""Names of records: what a person says, and what the audit trail remembers instead of foreign keys."""

from dataclasses import dataclass

RECORD_PART = "record"
"""The part name that stands for a whole record in a signature."""


@dataclass(frozen=True, slots=True, order=True)
class RecordName:
    """A record's kind and number, such as ``batch`` and ``TB-0771``; its text is the record's stream."""

    kind: str
    number: str

    def __str__(self) -> str:
        """Return the stream name, ``kind/number``."""
        return f"{self.kind}/{self.number}"

    @classmethod
    def parse(cls, stream: str) -> "RecordName":
        """Split a stream name; raises ValueError when it has no kind or no number."""
        kind, slash, number = stream.partition("/")
        if not (kind and slash and number):
            msg = f"{stream!r} is not a record name; write KIND/NUMBER, such as batch/TB-0771."
            raise ValueError(msg)
        return cls(kind, number)
