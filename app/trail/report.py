"""What `countersign verify` prints: for people, or as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from audit.findings import Finding, Verdict
from audit.verify import POLICY, Result

NOT_SEEN = (
    "Not seen under chain-only: newest events deleted together with their rows, head and outbox entries; "
    "a whole record deleted with all of them; a whole store put back to an earlier backup."
)
"""What this policy cannot tell, said in every report (ledger section 9)."""
SET_BACK = "The server's clock stood before what was recorded already (events clock.anomaly)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a verification."""

    verdict: Verdict
    record: str | None
    """The one record verified; None for the whole store."""
    result: Result
    missing: tuple[str, ...]
    """What could not be checked, in sentences; anything here leaves the verdict INCOMPLETE at best."""
    seconds: float

    def text(self) -> str:
        """Return the report for people."""
        name, version = POLICY
        result, counts = self.result, self.result.findings.counts
        lines = [
            f"{self.verdict}: {self.record or 'the whole store'}, policy {name}/{version}",
            f"{result.events} events, {result.streams} streams, {result.rows} rows, {self.seconds:.2f} s.",
        ]
        if counts:
            told = ", ".join(f"{number} {code}" for code, number in sorted(counts.items()))
            lines.append(f"Found: {told}.")
        lines += [f"  {finding.code}  {finding.sentence}" for finding in result.findings.kept]
        if (rest := counts.total() - len(result.findings.kept)) > 0:
            lines.append(f"  ... and {rest} more.")
        if result.set_back:
            lines.append(f"{SET_BACK}: {result.set_back} time{'s' if result.set_back > 1 else ''}.")
        lines += [f"Not checked: {sentence}" for sentence in self.missing]
        return "\n".join([*lines, NOT_SEEN, ""])

    def json(self) -> str:
        """Return the report as one JSON object."""
        name, version = POLICY
        result = self.result
        document = {
            "verdict": self.verdict,
            "policy": {"name": name, "version": version, "not_seen": NOT_SEEN},
            "record": self.record,
            "counts": {"streams": result.streams, "events": result.events, "rows": result.rows},
            "clock_set_back": result.set_back,
            "findings": [_told(finding) for finding in result.findings.kept],
            "findings_by_code": {code.value: n for code, n in sorted(result.findings.counts.items())},
            "missing": list(self.missing),
            "duration_ms": round(self.seconds * 1000),
        }
        option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        return orjson.dumps(document, default=repr, option=option).decode()


def _told(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in asdict(finding).items() if value is not None}
