"""Work out what an instrument's error reaches: records, uses, values then and now (CAL-21, 211.192).

A reading counts as the instrument's where its step took the asset into use in the role that the master names
for the field. What a reading feeds, figures and limits made of them, is worked out again by the record's own
frozen recipe.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.batch.models import Batch, ControlRecipe
from records.batch.states import BatchState
from records.calibration.indication import Corrected
from records.execution.facts import ValueFact, part_name
from records.execution.models import EquipmentUse
from records.numbers import as_text
from records.out_of_tolerance.calculations import ErrorCurve, effect, margin, worst, written
from records.out_of_tolerance.queries import current_values, uses_between
from records.out_of_tolerance.states import Effect, ErrorBasis
from records.procedure.fields import Field, value_names
from records.procedure.frozen import frozen_outline
from records.procedure.limits import Limit
from records.procedure.outline import Outline
from records.procedure.vocabulary import FieldKind
from workflows.execution.recomputation import Recomputed, recomputed
from workflows.execution.scope import base_name
from workflows.out_of_tolerance.facts import NewCase, Reached, use_told
from workflows.out_of_tolerance.standards import through_standards

_AT_ONCE = 500
_RELEASED = frozenset({BatchState.RELEASED})


@dataclass(frozen=True, slots=True)
class _BatchRow:
    """What is read of a batch: its recipe, and when it was released."""

    batch: Batch
    outline: Outline
    scale: Decimal


def reach_of(session: Session, case: NewCase) -> list[Reached]:
    """Return every record that used the asset between the last good result and the moment it was found."""
    by_record: dict[str, list[EquipmentUse]] = defaultdict(list)
    for use in uses_between(session, case.asset, case.last_good_at, case.found_at):
        by_record[use.stream].append(use)
    further = through_standards(session, case)
    batches = dict(_batches(session, [*by_record, *(name for name in further if name not in by_record)]))
    values = current_values(session, [name for name in batches if name in by_record])
    return [
        _reached(
            _Record(record, by_record.get(record, []), further.get(record, [])),
            batches.get(record),
            values.get(record, []),
            case.curve,
        )
        for record in dict.fromkeys([*by_record, *further])
    ]


@dataclass(frozen=True, slots=True)
class _Record:
    """A record reached: its own uses of the instrument, and those by instruments that it calibrated."""

    name: str
    uses: Sequence[EquipmentUse]
    further: Sequence[Mapping[str, Any]]


def _batches(session: Session, streams: Sequence[str]) -> Iterator[tuple[str, _BatchRow]]:
    outlines: dict[str, Outline] = {}
    for first in range(0, len(streams), _AT_ONCE):
        wanted = (
            select(Batch, ControlRecipe.id, ControlRecipe.scale)
            .join(ControlRecipe, ControlRecipe.batch == Batch.number)
            .where(Batch.stream.in_(streams[first : first + _AT_ONCE]))
        )
        for batch, recipe, scale in session.execute(wanted):
            if batch.recipe_digest not in outlines:
                content = session.scalars(
                    select(ControlRecipe.content).where(ControlRecipe.id == recipe)
                ).one()
                outlines[batch.recipe_digest] = frozen_outline(content)
            yield batch.stream, _BatchRow(batch, outlines[batch.recipe_digest], scale)


def _reached(
    record: _Record,
    row: _BatchRow | None,
    values: Sequence[ValueFact],
    curve: ErrorCurve,
) -> Reached:
    told = list(_values(row, record.uses, values, curve)) if row else []
    effects = [Effect(value["effect"]) for value in told]
    return Reached(
        record=record.name,
        effect=worst(effects),
        uses=[*(use_told(use) for use in record.uses), *record.further],
        values=told,
        released_at=row.batch.closed_at if row and row.batch.state in _RELEASED else None,
        is_batch=row is not None,
    )


def _values(
    row: _BatchRow, uses: Sequence[EquipmentUse], values: Sequence[ValueFact], curve: ErrorCurve
) -> Iterator[dict[str, Any]]:
    """Yield every value reached, as the finding keeps it."""
    roles = {(use.part, use.tag) for use in uses}
    corrected = {
        fact.entry_id: _less_error(field, fact, curve)
        for fact in values
        if (field := _field_read(row.outline, fact, roles)) is not None
    }
    if corrected:
        readings = {entry: one.value if one else None for entry, one in corrected.items()}
        for found in recomputed(row.outline, row.scale, values, readings):
            yield _told(found, corrected.get(found.fact.entry_id))


def _field_read(outline: Outline, fact: ValueFact, roles: set[tuple[str, str]]) -> Field | None:
    """Return the field of a value that was read from the instrument; None where it was not."""
    if fact.kind is not FieldKind.NUMBER:
        return None
    field = outline.step(fact.step).field(base_name(fact.field))
    if field is None or (part_name(fact.step, fact.occurrence), field.instrument or "") not in roles:
        return None
    return field if fact.field in value_names(field) else None


def _less_error(field: Field, fact: ValueFact, curve: ErrorCurve) -> Corrected | None:
    """Return a reading less its error; None where the errors are stated in another unit."""
    in_unit = curve.basis is ErrorBasis.PERCENT_OF_READING or field.unit == curve.unit
    return curve.corrected(Decimal(fact.value)) if in_unit else None


def _told(found: Recomputed, reading: Corrected | None) -> dict[str, Any]:
    """Return a value as the finding keeps it."""
    room = None if found.value is None else margin(found.value, found.action)
    return {
        "part": part_name(found.fact.step, found.fact.occurrence),
        "field": found.fact.field,
        "entry": found.fact.entry_id,
        "label": _label(found),
        "unit": found.unit,
        "then": found.fact.value,
        "now": None if found.value is None else _written(found, found.value),
        "is_reading": found.fact.kind is FieldKind.NUMBER,
        "outside": bool(reading and reading.outside),
        "judged_then": found.fact.judged.value,
        "judged_now": found.judged.value if found.judged else None,
        "action": _bounds(found.action),
        "effect": effect(found.fact.judged, found.judged).value,
        "margin": None if room is None else _written(found, room),
    }


def _bounds(limit: Limit | None) -> dict[str, str | None] | None:
    if limit is None:
        return None
    ends = {"minimum": limit.minimum, "maximum": limit.maximum}
    return {name: None if bound is None else as_text(bound) for name, bound in ends.items()}


def _label(found: Recomputed) -> str:
    """Return what the value is called, with the number of its sample."""
    tail = found.fact.field.rpartition(".")[2]
    return f"{found.label} {tail}" if tail.isdigit() else found.label


def _written(found: Recomputed, value: Decimal) -> str:
    """Return a number as it is written down: a figure as its formula rounds it, a reading finer."""
    return written(value, found.decimals) if found.fact.kind is FieldKind.NUMBER else as_text(value)
