"""What became known later of the instruments of a batch: beside its record, never over it (CAL-21)."""

from typing import Any

from sqlalchemy.orm import Session

from records.out_of_tolerance.models import FindingDecision, ImpactFinding, OutOfTolerance
from signatures.models import Signature, SignatureVoid
from workflows.batch.reading import stored
from workflows.review.record_rows import Names, signed_lines, with_names

Json = dict[str, Any]


def later_findings(session: Session, stream: str, names: Names) -> list[Json]:
    """Return every finding on a record with its case, its decisions and their signatures, oldest first."""
    found = stored(session, ImpactFinding, ImpactFinding.record == stream)
    if not found:
        return []
    streams = [row["stream"] for row in found]
    cases = {
        case["stream"]: case
        for case in with_names(
            stored(session, OutOfTolerance, OutOfTolerance.stream.in_(streams)), names, ("opened_by",)
        )
    }
    decisions = with_names(
        stored(session, FindingDecision, FindingDecision.stream.in_(streams)), names, ("decided_by",)
    )
    signed = signed_lines(
        stored(session, Signature, Signature.stream.in_(streams)),
        stored(session, SignatureVoid, SignatureVoid.stream.in_(streams)),
    )
    return [
        {
            **row,
            "case": cases[row["stream"]],
            "decisions": _of(decisions, row),
            "signatures": _of(signed, row),
        }
        for row in found
    ]


def _of(rows: list[Json], finding: Any) -> list[Json]:  # noqa: ANN401 -- a row as stored
    """Return the rows of a finding's own part of its case."""
    own = (finding["stream"], finding["part"])
    return [row for row in rows if (row["stream"], row["part"]) == own]
