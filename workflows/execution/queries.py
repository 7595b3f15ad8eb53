"""Read an execution for pages and guards: the picture, and what is still open."""

from sqlalchemy.orm import Session

from records.execution.facts import part_name
from records.execution.queries import runs_of, values_of
from workflows.execution.owner import Owner
from workflows.execution.picture import Picture
from workflows.execution.scope import Scope
from workflows.execution.sequence import picture


def picture_of(session: Session, owner: Owner) -> Picture:
    """Return where every step of an execution stands."""
    values = values_of(session, owner.stream, "")

    def inputs(operation: str, occurrence: str) -> Scope:
        return Scope(
            outline=owner.outline,
            values=values,
            scale=owner.scale,
            operation=operation,
            occurrence=occurrence,
        )

    return picture(owner.outline, runs_of(session, owner.stream), inputs)


def open_parts(session: Session, owner: Owner) -> tuple[str, ...]:
    """Return the occurrences of steps that are not closed, in the order of the procedure."""
    return tuple(part_name(*view.key) for view in picture_of(session, owner).open_views)
