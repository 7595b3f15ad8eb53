"""Link records in the genealogy as part of another act; an edge is added, never removed.

It stands beside the aggregates because each of them links: the folder `genealogy` may know them, they not it.
"""

from dataclasses import dataclass
from decimal import Decimal

from audit.events import Action
from records.genealogy.models import EdgeKind, GenealogyEdge
from workflows.perform import Changes, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What one record used, made or was measured with; names are streams, such as ``lot/24-118``.

    A negative quantity takes back an earlier edge.
    """

    edge: EdgeKind
    source: str
    target: str
    quantity: Decimal | None = None
    unit: str | None = None
    step_part: str | None = None


def link_within(changes: Changes, work: UnitOfWork, link: Link) -> GenealogyEdge:
    """Add an edge to the stream of the record that uses or makes."""
    return changes.insert(
        GenealogyEdge,
        Action.GENEALOGY_LINK,
        stream=link.source,
        edge=link.edge,
        source=link.source,
        target=link.target,
        quantity=link.quantity,
        unit=link.unit,
        step_part=link.step_part,
        at=work.at,
    )
