"""What signatures on a batch cover: its issue, its production, its whole record, a market's disposition.

Each is content, never a state, so that the next legal act breaks no signature. The dialog shows `text` and
the command compares digests, both from the same function.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson

from records.batch.evidence import Evidence, Stored, by_part
from records.batch.models import Batch, ControlRecipe
from records.batch.states import Decision
from records.identity import RECORD_PART
from records.numbers import as_text
from records.procedure.frozen import text_digest
from records.review.checks import RULE_SET
from records.review.coverage import Coverage, coverage
from workflows.perform import Content

ISSUE_PART = "issue"
PRODUCTION_PART = "production"


def disposition_part(market: str) -> str:
    """Return the part that a market's disposition is."""
    return f"disposition/{market}"


def issue_content(batch: Batch, recipe: ControlRecipe) -> Content:
    """Return what an issue signature covers: the control recipe as it will be carried out (211.188(a))."""
    digest = text_digest(recipe.content)
    content = {
        "kind": "batch_issue",
        "number": batch.number,
        "order": batch.order,
        "master": batch.master,
        "product": batch.product,
        "quantity": as_text(batch.quantity),
        "unit": batch.unit,
        "scale": as_text(recipe.scale),
        "recipe_sha256": digest,
    }
    lines = [
        f"Issue of batch {batch.number} by order {batch.order}",
        f"Product: {batch.product}",
        f"Batch size: {as_text(batch.quantity)} {batch.unit} (scale {as_text(recipe.scale)})",
        f"Master: {batch.master}",
        f"Control recipe SHA-256: {digest}",
    ]
    return Content.of(ISSUE_PART, content, "\n".join(lines))


def production_content(evidence: Evidence, output: Decimal | None) -> Content:
    """Return what a completion covers: every step and how it ended, and what was produced."""
    batch = evidence.batch
    ended = sorted((run["part"], run["state"]) for run in evidence.runs)
    produced = as_text(output) if output is not None else None
    content = {
        "kind": "batch_production",
        "number": batch["number"],
        "recipe_sha256": batch["recipe_digest"],
        "steps": [{"part": part, "ended": state} for part, state in ended],
        "produced": produced,
        "unit": batch["unit"],
    }
    counted = Counter(state.replace("_", " ") for _part, state in ended)
    lines = [
        f"Completion of batch {batch['number']}",
        "Steps: " + ", ".join(f"{count} {state}" for state, count in sorted(counted.items())),
        f"Produced: {produced} {batch['unit']}" if produced else "Produced: not stated",
    ]
    return Content.of(PRODUCTION_PART, content, "\n".join(lines))


def end_content(evidence: Evidence, open_parts: Sequence[str]) -> Content:
    """Return what the end of a batch covers: what is done, and what is closed unfinished with it."""
    batch = evidence.batch
    runs = {run["part"]: run["state"] for run in evidence.runs}
    ended = sorted((part, state) for part, state in runs.items() if part not in open_parts)
    begun = [part for part in open_parts if part in runs]
    content = {
        "kind": "batch_end",
        "number": batch["number"],
        "recipe_sha256": batch["recipe_digest"],
        "steps": [{"part": part, "ended": state} for part, state in ended],
        "not_finished": begun,
        "not_executed": [part for part in open_parts if part not in runs],
    }
    counted = Counter(state.replace("_", " ") for _part, state in ended)
    lines = [
        f"End of batch {batch['number']} before its production is complete",
        "Steps: "
        + (", ".join(f"{count} {state}" for state, count in sorted(counted.items())) or "none closed"),
        f"Begun and not finished: {', '.join(begun) or 'none'}",
        f"Not executed: {len(open_parts) - len(begun)}",
        "No yield and no output lot. The quality unit reviews the record; the batch can only be rejected.",
    ]
    return Content.of(PRODUCTION_PART, content, "\n".join(lines))


def record_content(evidence: Evidence) -> Content:
    """Return what a review covers: every row of content, every exception, and what the rules could say."""
    batch = evidence.batch
    found = coverage(evidence)
    content = {
        "kind": "batch_record",
        "number": batch["number"],
        "recipe_sha256": batch["recipe_digest"],
        "parts": [{"part": part, "sha256": digest} for part, digest in _part_digests(evidence)],
        "exceptions": [
            {"number": row["number"], "sha256": _rows_digest([row])} for row in evidence.exceptions
        ],
        "rule_set": RULE_SET,
        "checks_ran": found.ran,
        "checks_passed": found.passed,
        "uncovered": [item.ref for item in found.uncovered],
    }
    return Content.of(RECORD_PART, content, "\n".join(_record_lines(evidence, found)))


def disposition_content(evidence: Evidence, market: str, decision: Decision) -> Content:
    """Return what a disposition covers: the decision, and the record it was made on."""
    batch = evidence.batch
    record = record_content(evidence)
    content = {
        "kind": "batch_disposition",
        "number": batch["number"],
        "market": market,
        "decision": decision.value,
        "product": batch["product"],
        "quantity": batch["quantity"],
        "unit": batch["unit"],
        "expires_on": batch["expires_on"],
        "record": record.digest,
    }
    lines = [
        f"Batch {batch['number']} for {market}: {decision.value}",
        f"Product: {batch['product']}; last day of use: {batch['expires_on'] or 'none'}",
        *record.text.splitlines()[1:],
        f"Record digest: {record.digest}",
    ]
    return Content.of(disposition_part(market), content, "\n".join(lines))


def _part_digests(evidence: Evidence) -> Iterable[tuple[str, str]]:
    rows = by_part([*evidence.entries, *evidence.attachments, *evidence.uses, *evidence.containers])
    for part in sorted(str(name) for name in rows):
        yield part, _rows_digest(rows[part])


def _rows_digest(rows: list[Stored]) -> str:
    """Return the SHA-256 of rows as stored, in sorted compact JSON, hexadecimal."""
    return sha256(orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _record_lines(evidence: Evidence, found: Coverage) -> list[str]:
    batch = evidence.batch
    counted = Counter(str(run["state"]).replace("_", " ") for run in evidence.runs)
    corrected = sum(row["supersedes"] is not None for row in evidence.entries)
    lines: list[str] = [
        f"Record of batch {batch['number']}: {batch['product']}, {batch['quantity']} {batch['unit']}",
        f"Master: {batch['master']}; control recipe SHA-256: {batch['recipe_digest']}",
        "Steps: " + ", ".join(f"{count} {state}" for state, count in sorted(counted.items())),
        f"Values: {len(evidence.current)}, of which corrected: {corrected}",
        f"Checks by rule set {RULE_SET}: {found.passed} of {found.ran} passed",
        f"Read by a person because no rule covers it: {len(found.uncovered)} items",
        f"Exceptions: {len(evidence.exceptions)}",
    ]
    return lines + [_exception_line(row) for row in evidence.exceptions]


def _exception_line(row: Stored) -> str:
    decision: Any = row["decision"] or "no decision yet"
    return f"{row['number']} ({row['severity']}) {row['text']} {row['state'].replace('_', ' ')}: {decision}"
