"""Review with positive assurance: what the rules checked and found, and what no rule covers. Pure.

A reviewer who signs sees both: every class of rule with how many checks ran and passed, and the list of what
a person must read because no machine can judge it (21 CFR 211.22(a), 211.192).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from records.batch.evidence import Evidence
from records.execution.states import Judged, Source, StepState
from records.identity import RECORD_PART
from records.procedure.vocabulary import FieldKind
from records.review.checks import RULE_SET, RULES, Check, label_of, shown


@dataclass(frozen=True, slots=True)
class RuleClass:
    """A class of rules over one record: how many checks ran, how many passed, and those that did not."""

    code: str
    title: str
    ran: int
    passed: int
    failures: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """Something no rule judges, for a person to read; `ref` names its row, such as ``entry/17``."""

    ref: str
    kind: str
    part: str
    label: str
    text: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the rules say of one record, and what they can't say."""

    rule_set: str
    classes: tuple[RuleClass, ...]
    uncovered: tuple[Uncovered, ...]

    @property
    def ran(self) -> int:
        """Give how many checks ran."""
        return sum(rules.ran for rules in self.classes)

    @property
    def passed(self) -> int:
        """Give how many checks passed."""
        return sum(rules.passed for rules in self.classes)


def coverage(work: Evidence) -> Coverage:
    """Run every rule over a record and list what none covers."""
    return Coverage(
        rule_set=RULE_SET,
        classes=tuple(_rule_class(code, title, tuple(rule(work))) for code, title, rule in RULES),
        uncovered=tuple(_uncovered(work)),
    )


def _rule_class(code: str, title: str, checks: tuple[Check, ...]) -> RuleClass:
    failures = tuple(check for check in checks if check.problem)
    return RuleClass(code, title, len(checks), len(checks) - len(failures), failures)


_READ_BY_PEOPLE = frozenset(
    {FieldKind.TEXT, FieldKind.NUMBER, FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.DATE_TIME}
)
"""Kinds of value that only a person can judge, where no limit or expected answer does."""

_BY_THE_SYSTEM = frozenset({Source.CALCULATION, Source.SERVER})


def _uncovered(work: Evidence) -> Iterator[Uncovered]:
    yield from _unjudged_values(work)
    yield from _reasons(work)
    for row in work.attachments:
        yield Uncovered(
            ref=f"attachment/{row['id']}",
            kind=FieldKind.PHOTO,
            part=row["part"],
            label=row["field"],
            text=f"{row['file_name']}, SHA-256 {row['sha256']}",
            by=row["attached_by"],
            at=row["attached_at"],
        )
    for row in work.remarks:
        yield Uncovered(
            ref=f"remark/{row['id']}",
            kind="remark",
            part=row["step_part"] or RECORD_PART,
            label="Remark",
            text=row["text"],
            by=row["made_by"],
            at=row["made_at"],
        )


def _unjudged_values(work: Evidence) -> Iterator[Uncovered]:
    for entry in work.current:
        judged = entry["judged"] != Judged.NONE or entry["source"] in _BY_THE_SYSTEM
        if not judged and entry["kind"] in _READ_BY_PEOPLE:
            yield Uncovered(
                ref=f"entry/{entry['id']}",
                kind=entry["kind"],
                part=entry["part"],
                label=label_of(work, entry),
                text=shown(entry),
                by=entry["entered_by"],
                at=entry["entered_at"],
            )


def _reasons(work: Evidence) -> Iterator[Uncovered]:
    """Give the reasons people wrote: of corrections, and of steps left out."""
    for entry in work.entries:
        if entry["supersedes"] is not None and entry["reason"]:
            yield Uncovered(
                ref=f"correction/{entry['id']}",
                kind="correction",
                part=entry["part"],
                label=f"{label_of(work, entry)} corrected",
                text=entry["reason"],
                by=entry["entered_by"],
                at=entry["entered_at"],
            )
    for run in work.runs:
        if run["state"] == StepState.SKIPPED:
            yield Uncovered(
                ref=f"step/{run['part']}",
                kind="left_out",
                part=run["part"],
                label="Step left out",
                text=str((run["basis"] or {}).get("reason", "")),
                by=run["started_by"],
                at=run["started_at"],
            )
