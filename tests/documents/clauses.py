"""The clause table: docs/clauses.csv joined with the requirement marks of the tests into docs/clauses.md."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

DOCS = Path(__file__).parents[2] / "docs"
SECTIONS = {
    "P11": "21 CFR Part 11: electronic records, electronic signatures",
    "G": "21 CFR 211: current good manufacturing practice for finished pharmaceuticals",
    "A11": "EU GMP Annex 11: computerised systems (2011)",
    "D11": "EU GMP Annex 11, draft of July 2025",
    "A15": "EU GMP Annex 15: qualification and validation",
    "C4": "EU GMP Chapter 4: documentation",
    "M": "MHRA GXP data integrity guidance",
    "PI": "PIC/S PI 041: data management and integrity",
    "GEN": "Genealogy",
    "CAL": "Calibration and metrology",
    "SYN": "Synchronisation with other systems",
    "D": "Devices: 21 CFR 820, ISO 13485",
    "F": "Food: 21 CFR 117, 111, 1 subpart S",
    "FAIL": "Failures that regulators have cited",
    "ATK": "What an inspector, or an attacker, tries",
    "DAY": "Questions asked on the day",
}
NAMED = (
    *("P11-10", "G-22", "G-100b", "G-101", "G-103", "G-110", "G-111", "G-125", "G-130", "G-134", "G-186"),
    *("G-188", "G-192", "A11-8", "ATK-38", "ATK-39", "ATK-40", "ATK-43", "ATK-44"),
)
"""Beginnings of the rows of the first release: each has a test, or says plainly what is missing."""
_NAMED = re.compile(rf"(?:{'|'.join(NAMED)})(?!\d)")
NO_MARK = "no test bears its mark."
HEAD = """# Clause table

Which clause is met by what, and what remains the site's. `make traceability` writes this file from
`docs/clauses.csv` (the words) and from the `requirement` marks of the tests (the evidence); do not edit it.

**No software is compliant by itself.** Each row has three columns: what Countersign does, what the site
configures, and what the site's own procedures must do. [regulation.md](regulation.md) says how to read it and
what no software can do. The wording of a clause is shortened: read the primary text before quoting it.

| status | means |
|---|---|
| **tested** | automated tests show the behaviour; each can fail |
| **partly** | tests show a part; the row says what is missing |
| **see** | another row shows it, with its tests |
| **procedure** | the site's procedure does it; the software only supplies evidence |
| **not yet** | not built, or not far enough to be shown by a test; the row says what is missing |
| **no test** | built as the row says; no test bears its mark |
"""


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of the table, and the tests that bear its mark."""

    row: str
    clause: str
    subject: str
    feature: str
    site_configures: str
    site_procedure: str
    not_yet: str
    tests: tuple[str, ...]

    @classmethod
    def of(cls, given: dict[str, str], tests: Sequence[str]) -> Self:
        return cls(**given, tests=tuple(tests))

    @property
    def section(self) -> str:
        return self.row.partition("-")[0]

    @property
    def is_named(self) -> bool:
        """Whether the row is one of those that must be shown or explained."""
        return bool(_NAMED.match(self.row))

    @property
    def status(self) -> str:
        if self.not_yet == "procedure":
            return "procedure"
        if self.tests:
            return "partly" if self.not_yet else "tested"
        if self.feature.startswith("See ") and not self.not_yet:
            return "see"
        return "not yet" if self.not_yet else "no test"


def marks(text: str) -> dict[str, list[str]]:
    """The tests of each row, from the text of docs/traceability.csv."""
    found: dict[str, list[str]] = {}
    for line in csv.DictReader(text.splitlines()):
        found.setdefault(line["row"], []).append(line["test"])
    return found


def clauses(docs: Path = DOCS) -> list[Clause]:
    """Every row of the table in its order."""
    tests = marks((docs / "traceability.csv").read_text(encoding="utf-8"))
    with (docs / "clauses.csv").open(encoding="utf-8", newline="") as file:
        return [Clause.of(given, tests.get(given["row"], ())) for given in csv.DictReader(file)]


def strangers(rows: Sequence[Clause], docs: Path = DOCS) -> list[str]:
    """Marks of tests that name no row of the table."""
    tests = marks((docs / "traceability.csv").read_text(encoding="utf-8"))
    return sorted(tests.keys() - {clause.row for clause in rows})


def document(rows: Sequence[Clause]) -> str:
    """The text of docs/clauses.md."""
    parts = [HEAD, _summary(rows), _first_release(rows), _open_rows(rows)]
    parts += [_section(code, [row for row in rows if row.section == code]) for code in SECTIONS]
    parts.append("## Evidence\n\nThe tests of each row, by name: `make test TESTS=…` runs one.\n")
    parts += [_evidence(row) for row in rows if row.tests]
    return "\n".join(parts)


def _summary(rows: Sequence[Clause]) -> str:
    words = ("tested", "partly", "see", "procedure", "not yet", "no test")
    lines = ["## Summary\n", f"| | {' | '.join(words)} |", "|---|" + "---|" * len(words)]
    for code, title in SECTIONS.items():
        counted = Counter(row.status for row in rows if row.section == code)
        lines.append(f"| {title} | {' | '.join(str(counted[word] or '') for word in words)} |")
    return "\n".join(lines) + "\n"


def _first_release(rows: Sequence[Clause]) -> str:
    named = [row for row in rows if row.is_named]
    without = [row for row in named if not row.tests]
    lines = [
        "## Rows of the first release\n",
        f"{', '.join(NAMED)}: {len(named)} rows, {len(named) - len(without)} of them with tests.",
        f"Without a test ({len(without)}):\n",
        *(f"- **{row.row}** {row.subject}: {row.not_yet or NO_MARK}" for row in without),
    ]
    return "\n".join(lines) + "\n"


def _open_rows(rows: Sequence[Clause]) -> str:
    """What is missing, before anything that is there."""
    lines = ["## What is missing\n"]
    for word in ("no test", "not yet", "partly"):
        found = [row for row in rows if row.status == word]
        lines += [f"**{word}** ({len(found)})\n"]
        lines += [f"- {row.row} {row.subject}: {row.not_yet or NO_MARK}" for row in found]
        lines.append("")
    return "\n".join(lines)


def _section(code: str, rows: Sequence[Clause]) -> str:
    head = (
        "| row | clause | what Countersign does | the site configures | the site's procedure must | status |"
    )
    lines = [f"## {SECTIONS[code]}\n", head, "|---|---|---|---|---|---|", *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(row: Clause) -> str:
    number = f"{len(row.tests)} test{'s' if len(row.tests) != 1 else ''}"
    evidence = f"[{number}](#{_anchor(row.row)})" if row.tests else ""
    missing = "" if row.not_yet == "procedure" else row.not_yet
    status = ". ".join(filter(None, (f"**{row.status}** {evidence}".rstrip(), missing)))
    cells = (
        row.row,
        f"{row.clause}: {row.subject}",
        row.feature,
        row.site_configures,
        row.site_procedure,
        status,
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _evidence(row: Clause) -> str:
    lines = [f"### {row.row}\n", *(f"- `{test}`" for test in row.tests)]
    return "\n".join(lines) + "\n"


def _anchor(row: str) -> str:
    """The address of a heading, as Markdown renderers make it."""
    return "".join(letter for letter in row.lower() if letter.isalnum() or letter in "-_")


def faults(rows: Sequence[Clause]) -> Iterator[str]:
    """What is wrong with the table itself, in sentences."""
    for row, number in Counter(clause.row for clause in rows).items():
        if number > 1:
            yield f"{row} stands in docs/clauses.csv {number} times."
    for row in rows:
        if row.section not in SECTIONS:
            yield f"{row.row} belongs to no section."
        if not (row.clause and row.subject and (row.feature or row.not_yet)):
            yield f"{row.row} lacks its clause, its subject, or both a feature and what is missing."
