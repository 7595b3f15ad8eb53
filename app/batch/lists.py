"""Lists of masters, orders, batches, investigations: from an address to one page of rows, or to all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request

from app.listing import PAGE_SIZE, Asked, asked
from records.base import Recorded
from records.listing import Listing, Page

Row = TypeVar("Row", bound=Recorded)
Fetch = Callable[[Listing], Page[Row]]
_LARGEST = 500


def asked_here(sorts: Sequence[str], choices: Sequence[str] = (), *, default: str) -> Asked:
    """Return what the address of this request asks of a list; `default` is the order where it names none."""
    args = request.args.copy()
    if not args.get("sort"):
        args["sort"] = default
    return asked(args, sorts=sorts, choices=choices)


def listing_of(what: Asked) -> Listing:
    """Return what was asked for as the records' lists take it."""
    return Listing(
        search=what.search,
        filters={name: [value] for name, value in what.chosen.items()},
        sort=f"-{what.sort}" if what.descending else what.sort,
        page=what.page,
    )


def every_row(fetch: Fetch[Row], what: Asked) -> Iterator[Row]:
    """Yield every row of a list, for a file."""
    wanted = replace(listing_of(what), page=1, size=_LARGEST)
    found = fetch(wanted)
    yield from found.rows
    for number in range(2, found.pages + 1):
        yield from fetch(replace(wanted, page=number)).rows


def file_rows(rows: Iterator[Row], names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield the columns of rows for a file."""
    return ([getattr(row, name) for name in names] for row in rows)


def words(values: Sequence[str]) -> list[tuple[str, str]]:
    """Return the options of a choice: each value with its words."""
    return [(value, value.replace("_", " ")) for value in values]


def kept(what: Asked, names: Sequence[str]) -> Mapping[str, str]:
    """Return the choices by name, empty where nothing was chosen: what the fields of a filter show."""
    return {name: what.chosen.get(name, "") for name in names}


def pager_here(what: Asked, total: int) -> dict[str, str]:
    """Return what `paging` takes for a list within a record's page, whose address stays the same."""
    last = min(what.first + PAGE_SIZE, total)
    return {
        "shown": f"{min(what.first + 1, total)} to {last} of {total}",
        "previous_url": _page(what.page - 1) if what.page > 1 else "",
        "next_url": _page(what.page + 1) if last < total else "",
    }


def _page(number: int) -> str:
    args = request.args.copy()
    args["page"] = str(number)
    return f"{request.path}?{urlencode(list(args.items(multi=True)))}"
