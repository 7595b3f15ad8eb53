"""The record of one batch as one whole: what pages show and copies hold (docs/electronic-copy.md).

It is read once, in few queries, and is JSON already, so that the page, the print and the data are the same
record (21 CFR 11.10(b)).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from records.batch.evidence import Evidence
from records.batch.models import Batch
from records.execution.states import DECIDED, OPEN, RequestState
from records.review.coverage import coverage
from records.review.states import InvestigationState
from workflows.batch.reading import evidence_of
from workflows.review import record_background, record_steps
from workflows.review.record_findings import later_findings
from workflows.review.record_rows import Names, signatures_of, with_names
from workflows.review.record_trail import denied_attempts, trail

FORMAT = "countersign-batch-record/1"
Json = dict[str, Any]


def batch_record(session: Session, number: str) -> Json:
    """Return everything of one batch, as documented; raises RecordNotFoundError."""
    evidence = evidence_of(session, number)
    names = Names.of(session)
    stream = evidence.batch["stream"]
    master = record_background.master(session, evidence.batch["master"], names)
    record: Json = {
        "format": FORMAT,
        "batch": _header(evidence),
        "site": record_background.site(session),
        "order": record_background.order(session, evidence.batch["order"], names),
        "master": master,
        "control_recipe": record_background.control_recipe(evidence, master["digest"]),
        "definition": record_background.definition(evidence.recipe["content"]),
        "unit_procedures": record_steps.unit_procedures(evidence, names),
        "materials": record_background.materials(session, stream, evidence.containers),
        "equipment": record_background.equipment(session, evidence.uses, names),
        "signatures": signatures_of(evidence),
        "investigations": record_background.investigations(session, number, names),
        "later_findings": later_findings(session, stream, names),
        "changes": record_steps.changes(evidence),
        "yields": record_steps.yields(evidence),
        "assurance": assurance(evidence),
        "trail": trail(session, stream, names),
        "denied": with_names(denied_attempts(session, stream), names, ("person",)),
    }
    record |= _lists(evidence, names)
    record["people"] = record_background.people(record, evidence, names)
    record["counts"] = _counts(record, evidence)
    return record


def assurance(evidence: Evidence) -> Json:
    """Return what the review's rules checked, and what none covers."""
    found = coverage(evidence)
    return {
        "rule_set": found.rule_set,
        "ran": found.ran,
        "passed": found.passed,
        "classes": [
            {
                "code": rules.code,
                "title": rules.title,
                "ran": rules.ran,
                "passed": rules.passed,
                "failures": [{"part": check.part, "problem": check.problem} for check in rules.failures],
            }
            for rules in found.classes
        ],
        "uncovered": [
            {
                "ref": item.ref,
                "kind": item.kind,
                "part": item.part,
                "label": item.label,
                "text": item.text,
                "by": item.by,
                "at": item.at,
            }
            for item in found.uncovered
        ],
    }


def _header(evidence: Evidence) -> Json:
    procedure = evidence.outline.procedure
    product = procedure.product
    return {
        **evidence.batch,
        "kind": Batch.kind,
        "title": procedure.header.title,
        "product_name": product.name if product else None,
        "strength": product.strength if product else None,
        "dosage_form": product.dosage_form if product else None,
        "markets": list(procedure.header.markets),
        "time_zone": procedure.header.time_zone,
    }


def _lists(evidence: Evidence, names: Names) -> Json:
    signatures = signatures_of(evidence)
    exceptions = with_names(evidence.exceptions, names, ("opened_by", "assessed_by", "decided_by"))
    dispositions = with_names(evidence.dispositions, names, ("decided_by",))
    return {
        "exceptions": [
            {**row, "signatures": [one for one in signatures if one["part"] == f"exception/{row['number']}"]}
            for row in sorted(exceptions, key=lambda row: row["number"])
        ],
        "dispositions": [
            {**row, "signature": next((one for one in signatures if one["part"] == row["part"]), None)}
            for row in dispositions
        ],
        "time_limits": [dict(row) for row in evidence.time_limits],
        "verifications": with_names(evidence.verifications, names, ("requested_by", "answered_by")),
        "labels": with_names(evidence.labels, names, ("printed_by",)),
        "remarks": with_names(evidence.remarks, names, ("made_by",)),
        "attachments": with_names(evidence.attachments, names, ("attached_by",)),
        "scan_attempts": with_names(evidence.attempts, names, ("scanned_by",)),
    }


def _counts(record: Mapping[str, Any], evidence: Evidence) -> Json:
    severities: dict[str, int] = {}
    for row in evidence.exceptions:
        severities[row["severity"]] = severities.get(row["severity"], 0) + 1
    approved = InvestigationState.APPROVED
    return {
        "steps": len(evidence.outline.places),
        "occurrences": len(evidence.runs),
        "open": sum(run["state"] in OPEN for run in evidence.runs),
        "values": len(evidence.current),
        "entries": len(evidence.entries),
        "values_changed": len(record["changes"]),
        "attachments": len(evidence.attachments),
        "signatures": len(evidence.signatures),
        "signatures_void": len(evidence.voids),
        "exceptions": len(evidence.exceptions),
        "exceptions_undecided": sum(row["state"] not in DECIDED for row in evidence.exceptions),
        "exceptions_by_severity": severities,
        "investigations_open": sum(row["state"] != approved for row in record["investigations"]),
        "verifications_open": sum(row["state"] == RequestState.REQUESTED for row in evidence.verifications),
        "remarks": len(evidence.remarks),
        "scan_attempts": len(evidence.attempts),
        "events": len(record["trail"]),
        "denied": len(record["denied"]),
    }
