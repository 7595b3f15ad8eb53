"""Read rows as stored, and the evidence of one batch in a few queries."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from records.base import Recorded
from records.batch.evidence import Evidence, Stored
from records.batch.models import Batch, ControlRecipe, Disposition
from records.columns import Flag, JsonText
from records.errors import RecordNotFoundError
from records.execution.models import (
    Attachment,
    BatchException,
    Entry,
    EquipmentObservation,
    EquipmentUse,
    LabelPrint,
    Remark,
    ScanAttempt,
    StepRun,
    TimeLimit,
    TrainingState,
    Verification,
)
from records.material.models import Container
from signatures.models import Signature, SignatureVoid
from workflows.rows import from_raw, shape


def evidence_of(session: Session, number: str) -> Evidence:
    """Read the evidence of a batch; raises RecordNotFoundError."""
    found = stored(session, Batch, Batch.number == number)
    if not found:
        raise RecordNotFoundError(Batch.kind, number)
    stream = found[0]["stream"]
    recipe = stored(session, ControlRecipe, ControlRecipe.batch == number)[0]

    def rows(model: type[Recorded]) -> Sequence[Stored]:
        return stored(session, model, model.stream == stream)

    return Evidence(
        batch=found[0],
        recipe=recipe,
        runs=rows(StepRun),
        entries=rows(Entry),
        attachments=rows(Attachment),
        uses=rows(EquipmentUse),
        observations=rows(EquipmentObservation),
        attempts=rows(ScanAttempt),
        time_limits=rows(TimeLimit),
        verifications=rows(Verification),
        exceptions=rows(BatchException),
        containers=rows(Container),
        labels=rows(LabelPrint),
        remarks=rows(Remark),
        signatures=rows(Signature),
        voids=rows(SignatureVoid),
        dispositions=rows(Disposition),
        training=rows(TrainingState),
    )


def stored(session: Session, model: type[Recorded], *conditions: ColumnElement[bool]) -> list[Stored]:
    """Return the rows that meet the conditions, by id, as stored."""
    decode = _decoders(model)
    statement = select(*shape(model).raw).where(*conditions).order_by(model.id)
    found = session.connection().execute(statement).mappings()
    if not decode:
        return [dict(row) for row in found]
    return [
        {name: decode[name](value) if name in decode else value for name, value in row.items()}
        for row in found
    ]


@cache
def _decoders(model: type[Recorded]) -> Mapping[str, Callable[[Any], Any]]:
    return {
        column.name: partial(from_raw, column)
        for column in shape(model).columns
        if isinstance(column.type, JsonText | Flag)
    }
