"""Lists as pages and the API ask for them: search, filter, sort, one page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from records.base import Recorded

Row = TypeVar("Row", bound=Recorded)
Columns = Mapping[str, InstrumentedAttribute[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list is asked for; `sort` names a column, with a leading ``-`` the other way round.

    A filter on a column the list does not have is ignored, as is a sort by one; pages count from 1.
    """

    search: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    size: int = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list, and how many rows there are altogether."""

    rows: Sequence[Row]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def page_of(
    session: Session,
    model: type[Row],
    listing: Listing,
    columns: Columns,
    *conditions: ColumnElement[bool],
) -> Page[Row]:
    """Return one page of a table: the search looks into every column of the list."""
    wanted = [*conditions, *_filters(listing, columns), *_search(listing, columns)]
    total = session.scalar(select(func.count()).select_from(model).where(*wanted)) or 0
    size = min(max(listing.size, 1), 500)
    number = min(max(listing.page, 1), max(1, -(-total // size)))
    rows = session.scalars(
        select(model)
        .where(*wanted)
        .order_by(*_order(model, listing, columns))
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    return Page(rows, total, number, size)


def _filters(listing: Listing, columns: Columns) -> list[ColumnElement[bool]]:
    return [
        cast(columns[name], Text).in_(list(values))
        for name, values in listing.filters.items()
        if name in columns and values
    ]


def _search(listing: Listing, columns: Columns) -> list[ColumnElement[bool]]:
    """Every word must stand somewhere in the row, in any case."""
    return [
        or_(*(func.lower(cast(column, Text)).contains(word, autoescape=True) for column in columns.values()))
        for word in listing.search.lower().split()
    ]


def _order(model: type[Row], listing: Listing, columns: Columns) -> list[Any]:
    column = columns.get(listing.sort.removeprefix("-"))
    if column is None:
        return [model.id.desc()]
    return [column.desc(), model.id.desc()] if listing.sort.startswith("-") else [column, model.id]
