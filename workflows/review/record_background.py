"""What stands around the steps of a batch's record: order, master, recipe, materials, equipment, people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import Session

from records.batch.evidence import Evidence, Stored, by_part
from records.batch.models import ProductionOrder
from records.equipment.models import PhysicalAsset
from records.execution.models import BatchException
from records.genealogy.models import GenealogyEdge
from records.material.models import LotMovement, MaterialLot
from records.procedure.frozen import frozen_procedure, text_digest
from records.procedure.models import ProcedureContent, ProcedureVersion
from records.review.models import Investigation, InvestigationText
from records.site.models import Site
from signatures.models import Signature, SignatureVoid
from workflows.batch.reading import stored
from workflows.review.record_rows import Names, signed_lines, with_names

Json = dict[str, Any]


def site(session: Session) -> Json | None:
    """Return the site's row, or None where none is set up."""
    return next((dict(row) for row in stored(session, Site)), None)


def order(session: Session, number: str, names: Names) -> Json:
    """Return the production order's row."""
    found = stored(session, ProductionOrder, ProductionOrder.number == number)
    return with_names(found, names, ("planned_by",))[0]


def master(session: Session, number: str, names: Names) -> Json:
    """Return the master version's row, where it came from, and its signatures (21 CFR 211.186(a))."""
    found = stored(session, ProcedureVersion, ProcedureVersion.number == number)
    version = with_names(found, names, ("author",))[0]
    content = stored(session, ProcedureContent, ProcedureContent.version_number == number)[0]
    stream = version["stream"]
    return {
        **version,
        "change_control": frozen_procedure(content["content"]).header.change_control,
        "source_name": content["source_name"],
        "signatures": signed_lines(
            stored(session, Signature, Signature.stream == stream),
            stored(session, SignatureVoid, SignatureVoid.stream == stream),
        ),
    }


def control_recipe(evidence: Evidence, master_digest: str) -> Json:
    """Return the proof that the recipe reproduces its master (21 CFR 211.188(a))."""
    now = text_digest(evidence.recipe["content"])
    return {
        "digest": evidence.recipe["digest"],
        "digest_now": now,
        "master_digest": master_digest,
        "is_reproduction": evidence.recipe["digest"] == now == master_digest,
        "scale": evidence.recipe["scale"],
        "frozen_at": evidence.batch["created_at"],
    }


def definition(content: str) -> Json:
    """Return the frozen content without its steps."""
    whole: Json = json.loads(content)
    del whole["unit_procedures"]
    return whole


def materials(session: Session, stream: str, containers: Iterable[Stored]) -> Json:
    """Return containers, lots, movements and edges of a batch."""
    either_end = or_(GenealogyEdge.source == stream, GenealogyEdge.target == stream)
    edges = stored(session, GenealogyEdge, either_end)
    ends = {end for edge in edges for end in (edge["source"], edge["target"])}
    lots = {end for end in ends if end.startswith("lot/")} | {f"lot/{row['lot']}" for row in containers}
    found = stored(session, MaterialLot, MaterialLot.stream.in_(lots)) if lots else []
    caused = LotMovement.cause.startswith(f"{stream} ", autoescape=True)
    moved = stored(session, LotMovement, LotMovement.stream.in_(lots), caused) if lots else []
    return {
        "containers": [dict(row) for row in containers],
        "lots": sorted((dict(row) for row in found), key=lambda lot: lot["number"]),
        "movements": [dict(row) for row in moved],
        "edges": [dict(row) for row in edges],
    }


def equipment(session: Session, uses: Sequence[Stored], names: Names) -> list[Json]:
    """Return the assets used, each with its uses in time order (21 CFR 211.188(b)(2))."""
    groups = by_part(with_names(uses, names, ("used_by",)), "asset")
    numbers = sorted(asset for asset in groups if asset)
    found = stored(session, PhysicalAsset, PhysicalAsset.number.in_(numbers)) if numbers else []
    known = {row["number"]: row for row in found}
    return [_asset(number, known.get(number, {}), groups[number]) for number in numbers]


_DESCRIBED = ("title", "maker", "model", "serial", "firmware", "gmp_impact")


def _asset(number: str, row: Mapping[str, Any], uses: Sequence[Stored]) -> Json:
    described = {name: row.get(name) for name in _DESCRIBED}
    in_order = sorted(uses, key=lambda use: (use["used_at"], use["id"]))
    return {"asset": number, "tag": in_order[0]["tag"], **described, "uses": [dict(use) for use in in_order]}


def investigations(session: Session, batch: str, names: Names) -> list[Json]:
    """Return the investigations of a batch with every version of their text (21 CFR 211.192)."""
    found = with_names(stored(session, Investigation, Investigation.batch == batch), names, ("opened_by",))
    if not found:
        return []
    streams = [row["stream"] for row in found]
    texts = by_part(
        with_names(
            stored(session, InvestigationText, InvestigationText.stream.in_(streams)), names, ("written_by",)
        ),
        "stream",
    )
    signed = signed_lines(
        stored(session, Signature, Signature.stream.in_(streams)),
        stored(session, SignatureVoid, SignatureVoid.stream.in_(streams)),
    )
    raised = by_part(
        stored(session, BatchException, BatchException.investigation.in_([row["number"] for row in found])),
        "investigation",
    )
    return [
        {
            **row,
            "texts": texts.get(row["stream"], []),
            "signatures": [one for one in signed if one["stream"] == row["stream"]],
            "exceptions": sorted(one["number"] for one in raised.get(row["number"], ())),
        }
        for row in found
    ]


def people(record: Mapping[str, Any], evidence: Evidence, names: Names) -> list[Json]:
    """Return who took what part in a batch, and the training each had then (211.188(b)(11), 211.25)."""
    took: dict[str, set[str]] = {}
    for rows, column, verb in (
        (evidence.entries, "entered_by", "entered"),
        (evidence.runs, "performed_by", "performed"),
        (evidence.uses, "used_by", "used equipment"),
        (evidence.attachments, "attached_by", "attached"),
        (evidence.verifications, "answered_by", "answered"),
        (evidence.exceptions, "assessed_by", "assessed"),
        (evidence.exceptions, "decided_by", "decided"),
        (evidence.dispositions, "decided_by", "disposed"),
        (evidence.remarks, "made_by", "remarked"),
    ):
        for row in rows:
            if row[column]:
                took.setdefault(row[column], set()).add(verb)
    for row in record["signatures"]:
        took.setdefault(row["signer"], set()).add(f"signed {row['meaning'].replace('_', ' ')}")
    trained = by_part(evidence.training, "person")
    return [
        {
            "number": number,
            "printed_name": names.of_person(number),
            "parts": sorted(took[number]),
            "training": [_training(row) for row in trained.get(number, ())],
        }
        for number in sorted(took)
    ]


def _training(row: Stored) -> Json:
    """Return a frozen state: what held from this moment on, until the next one of the person."""
    seen: Json = json.loads(row["snapshot"])
    return {
        "seen_at": row["seen_at"],
        "master": seen["master"],
        "needs": seen["needs"],
        "digest": row["snapshot_digest"],
    }
