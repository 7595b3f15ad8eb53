"""A made-up batch record of any size in the documented shape, without a database."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from audit.canonical import encode
from records.batch.evidence import Evidence
from records.procedure.codec import to_content
from records.procedure.frozen import text_digest
from records.times import to_text
from tests.masters import master
from tests.synthetic_story import NUMBER, PEOPLE, START, STREAM, Story, tell
from workflows.review import batch_record, record_background, record_steps
from workflows.review.record_rows import Names, signatures_of


def synthetic_record(
    passes: int = 4, *, texts: tuple[str, ...] = (), seed: int = 1, by: str = "mbr-0042.yaml"
) -> dict[str, Any]:
    """Return a whole record; recurring phases were run `passes` times, `texts` are what people wrote."""
    content = encode(to_content(master(by))).decode()
    return _record(tell(content, passes, texts, seed), content)


def _record(story: Story, content: str) -> dict[str, Any]:
    rows = story.rows
    recipe = {"id": 1, "stream": STREAM, "rev": 1, "part": "issue", "batch": NUMBER, "content": content}
    evidence = Evidence(
        batch=rows["batch"][0],
        recipe={**recipe, "digest": text_digest(content), "scale": "1"},
        runs=rows["step_run"],
        entries=rows["entry"],
        attachments=rows.get("attachment", []),
        uses=rows.get("equipment_use", []),
        observations=[],
        attempts=rows.get("scan_attempt", []),
        time_limits=rows.get("time_limit", []),
        verifications=rows.get("verification", []),
        exceptions=rows.get("batch_exception", []),
        containers=rows.get("container", []),
        labels=rows.get("label_print", []),
        remarks=rows.get("remark", []),
        signatures=rows["signature"],
        voids=rows.get("signature_void", []),
        dispositions=rows.get("disposition", []),
    )
    names = Names({"system": "Countersign", **PEOPLE})
    record = {
        "format": batch_record.FORMAT,
        "batch": batch_record._header(evidence),
        "site": {
            "id": 1,
            "stream": "site/AR",
            "rev": 1,
            "code": "AR",
            "title": "Alder Ridge",
            "time_zone": "Europe/Dublin",
            "holds_demo_data": True,
        },
        "order": {"number": "PO-0031", "quantity": "500000", "unit": "tablet"},
        "master": _master(content),
        "control_recipe": record_background.control_recipe(evidence, text_digest(content)),
        "definition": record_background.definition(content),
        "unit_procedures": record_steps.unit_procedures(evidence, names),
        "materials": {
            "containers": list(evidence.containers),
            "lots": [_lot()],
            "movements": [],
            "edges": list(_edges(story)),
        },
        "equipment": list(_equipment(evidence)),
        "signatures": signatures_of(evidence),
        "investigations": [_investigation(story)],
        "later_findings": [_later_finding()],
        "changes": record_steps.changes(evidence),
        "yields": record_steps.yields(evidence),
        "assurance": batch_record.assurance(evidence),
        "trail": story.trail,
        "denied": [_denied()],
    }
    record |= batch_record._lists(evidence, names)
    record["people"] = record_background.people(record, evidence, names)
    record["counts"] = batch_record._counts(record, evidence)
    return json.loads(json.dumps(record))


def _later_finding() -> dict[str, Any]:
    """Story B: the floor balance found +0.14 % two weeks later, every verdict holds."""
    stream, at = "out-of-tolerance/OOT-0001", to_text(START + timedelta(days=14))
    value = {
        "part": "1.3/1",
        "field": "net.sum",
        "entry": 1,
        "label": "Net, all portions",
        "unit": "kg",
        "then": "251.507",
        "now": "251.155",
        "is_reading": False,
        "outside": False,
        "judged_then": "in_limits",
        "judged_now": "in_limits",
        "action": {"minimum": "250.249", "maximum": "252.765"},
        "effect": "holds",
        "margin": "0.906",
    }
    case = {
        "number": "OOT-0001",
        "asset": "A-0001",
        "state": "open",
        "evidence": "Monthly check with 100 kg",
        "curve": {
            "basis": "percent_of_reading",
            "unit": "kg",
            "points": [{"applied": "100", "error": "0.14"}],
        },
        "last_good_at": to_text(START - timedelta(days=60)),
        "last_good": "Certificate C-1188",
        "found_at": at,
        "aware_at": at,
        "opened_by_name": "K. Ito",
    }
    decision = {
        "version": 1,
        "decision": "no_effect",
        "distribution": None,
        "rationale": "Assessed: inside half a per cent.",
        "decided_by_name": "H. Brandt",
        "decided_at": at,
    }
    return {
        "stream": stream,
        "part": "finding/F-1",
        "case_number": "OOT-0001",
        "number": "F-1",
        "record": "batch/TB-0771",
        "effect": "holds",
        "uses": [{"part": "1.3/1", "tag": "BAL-014", "used_at": to_text(START), "verdict": "allow"}],
        "values": [value],
        "exception": "E-9",
        "released_at": None,
        "case": case,
        "decisions": [decision],
        "signatures": [],
    }


def _master(content: str) -> dict[str, Any]:
    return {
        "number": "MBR-0042.7",
        "code": "MBR-0042",
        "version": "7",
        "title": "Paracetamol 500 mg tablets, wet granulation",
        "digest": text_digest(content),
        "author": "P-0010",
        "author_name": "L. Weber",
        "effective_at": to_text(START - timedelta(days=40)),
        "change_control": "CC-2026-031",
        "source_name": "mbr-0042.yaml",
        "signatures": [],
    }


def _lot() -> dict[str, Any]:
    return {
        "number": "24-118",
        "material": "MAT-PARA",
        "state": "released",
        "quantity": "500.000",
        "balance": "248.493",
        "unit": "kg",
        "attributes": {"assay": "99.6", "lod": "0.2"},
        "supplier": "Granules plc",
        "supplier_lot": "GP-7781",
        "expires_on": "2027-12-31",
    }


def _edges(story: Story) -> Iterator[dict[str, Any]]:
    for row in story.rows.get("container", []):
        yield {
            "edge": "consumes",
            "source": STREAM,
            "target": f"lot/{row['lot']}",
            "quantity": row["net"],
            "unit": row["unit"],
            "step_part": row["part"],
            "at": row["filled_at"],
        }


def _equipment(evidence: Evidence) -> Iterator[dict[str, Any]]:
    for number in sorted({use["asset"] for use in evidence.uses}):
        uses = [
            {**use, "used_by_name": PEOPLE[use["used_by"]]} for use in evidence.uses if use["asset"] == number
        ]
        yield {
            "asset": number,
            "tag": uses[0]["tag"],
            "title": "Machine of the demo site",
            "maker": "Waage & Söhne",
            "model": "FB-300",
            "serial": f"S-{number}",
            "firmware": "2.1",
            "gmp_impact": "direct",
            "uses": uses,
        }


def _investigation(story: Story) -> dict[str, Any]:
    return {
        "number": "INV-0007",
        "batch": NUMBER,
        "title": "Assay of the blend above its limit",
        "state": "concluded",
        "opened_by": "P-0007",
        "opened_by_name": "H. Brandt",
        "opened_at": to_text(story.now),
        "texts": [
            {
                "version": 1,
                "cause": "Sample thief not cleaned between positions.",
                "other_batches": [{"number": "TB-0770", "why": "same thief", "affected": "no"}],
                "conclusion": "No effect on the product.",
                "follow_up": "CAPA-0012: a thief for each position.",
                "written_by": "P-0007",
                "written_by_name": "H. Brandt",
                "written_at": to_text(story.now),
            }
        ],
        "signatures": [],
        "exceptions": ["E-1"],
    }


def _denied() -> dict[str, Any]:
    return {
        "id": 1,
        "target": STREAM,
        "part": "2.9/1",
        "act": "step.verify",
        "reasons": "A. Reyes performed this step.",
        "submitted": None,
        "person": "P-0002",
        "person_name": "A. Reyes",
        "at": to_text(START),
    }
