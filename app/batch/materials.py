"""What went into a batch, lot by lot, beside what its formula calls for; what came out of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from records.arithmetic import exact_arithmetic
from records.genealogy.models import EdgeKind
from records.numbers import as_text

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedLot:
    """One lot, and how much of it the batch took, by the genealogy's edges."""

    lot: Json
    quantity: str
    unit: str
    parts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One formula item: how much the formula calls for at this batch's scale, and the lots taken for it."""

    item: Json
    theoretical: str
    used: str
    lots: Sequence[UsedLot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """The books of a batch: components with their lots, other lots, what was made."""

    components: Sequence[Component]
    others: Sequence[UsedLot]
    made: Sequence[Json]


def used_lots(record: Json) -> Materials:
    """Return the books of a batch."""
    edges = record["materials"]["edges"]
    lots = {f"lot/{lot['number']}": lot for lot in record["materials"]["lots"]}
    taken = {stream: _used(lot, _of(edges, EdgeKind.CONSUMES, stream)) for stream, lot in lots.items()}
    used = [one for one in taken.values() if one.parts or one.quantity != "0"]
    formula = record["definition"].get("formula", [])
    materials = {item["material"] for item in formula}
    scale = Decimal(record["control_recipe"]["scale"])
    return Materials(
        components=[_component(item, scale, used) for item in formula],
        others=[one for one in used if one.lot["material"] not in materials],
        made=[edge for edge in edges if edge["edge"] == EdgeKind.PRODUCES],
    )


def _of(edges: Sequence[Json], kind: EdgeKind, target: str) -> list[Json]:
    return [edge for edge in edges if edge["edge"] == kind and edge["target"] == target]


def _used(lot: Json, edges: Sequence[Json]) -> UsedLot:
    parts = dict.fromkeys(edge["step_part"] for edge in edges if edge["step_part"])
    total = _sum(edge["quantity"] for edge in edges)
    return UsedLot(
        lot=lot, quantity=total, unit=edges[0]["unit"] if edges else lot["unit"], parts=list(parts)
    )


def _component(item: Json, scale: Decimal, used: Sequence[UsedLot]) -> Component:
    lots = [one for one in used if one.lot["material"] == item["material"]]
    with exact_arithmetic():
        theoretical = Decimal(item["quantity"]) * scale
    return Component(
        item=item,
        theoretical=as_text(theoretical),
        used=_sum(one.quantity for one in lots) if lots else "",
        lots=lots,
    )


def _sum(quantities: Any) -> str:  # noqa: ANN401 -- decimal texts, or none
    with exact_arithmetic():
        return as_text(sum((Decimal(one) for one in quantities if one), Decimal(0)))
