"""One master version as one whole, for its print and its data (21 CFR 211.186; docs/inspection-copy.md)."""

import json
from typing import Any

from sqlalchemy.orm import Session

from records.errors import RecordNotFoundError
from records.procedure.frozen import frozen_outline, text_digest
from records.procedure.models import CaseResult, ProcedureContent, ProcedureVersion
from records.procedure.sign import shorthand
from signatures.models import Signature, SignatureVoid
from workflows.batch.reading import stored
from workflows.review.record_background import site
from workflows.review.record_rows import Names, signed_lines, with_names
from workflows.review.record_trail import denied_attempts, trail

FORMAT = "countersign-master-record/1"
Json = dict[str, Any]


def master_record(session: Session, number: str) -> Json:
    """Return everything of one master version, as documented; raises RecordNotFoundError."""
    found = stored(session, ProcedureVersion, ProcedureVersion.number == number)
    if not found:
        raise RecordNotFoundError(ProcedureVersion.kind, number)
    names = Names.of(session)
    version = with_names(found, names, ("author",))[0]
    content = stored(session, ProcedureContent, ProcedureContent.version_number == number)[0]
    whole: Json = json.loads(content["content"])
    unit_procedures = _signed_steps(whole.pop("unit_procedures"), content["content"])
    stream = version["stream"]
    return {
        "format": FORMAT,
        "version": version,
        "site": site(session),
        "time_zone": whole["header"]["time_zone"],
        "source_name": content["source_name"],
        "source": content["source"],
        "digest_holds": text_digest(content["content"]) == version["digest"],
        "definition": whole,
        "unit_procedures": unit_procedures,
        "case_results": with_names(
            stored(session, CaseResult, CaseResult.version_number == number), names, ("executed_by",)
        ),
        "signatures": signed_lines(
            stored(session, Signature, Signature.stream == stream),
            stored(session, SignatureVoid, SignatureVoid.stream == stream),
        ),
        "trail": trail(session, stream, names),
        "denied": with_names(denied_attempts(session, stream), names, ("person",)),
    }


def _signed_steps(unit_procedures: list[Json], content: str) -> list[Json]:
    """Give each step the shorthand of its signatures, as a printed master shows it."""
    outline = frozen_outline(content)
    for unit_procedure in unit_procedures:
        for operation in unit_procedure["operations"]:
            for phase in operation["phases"]:
                for step in phase["steps"]:
                    step["sign"] = shorthand(outline.step(step["number"]).signatures)
    return unit_procedures
