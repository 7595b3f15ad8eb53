"""One page of a list of records: what was asked for, where heads and pages lead, the same as a file."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.auth import current_login
from app.extensions import db
from app.http import acting_person, service
from app.writing import Intent, write
from workflows.export.commands import record_list
from workflows.export.facts import NewList

PAGE_SIZE = 50
_LONGEST_SEARCH = 200
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its head, the key it sorts by where it does, and how it is set."""

    label: str
    key: str = ""
    number: bool = False
    narrow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked of a list: words, choices, order and page."""

    search: str
    chosen: Mapping[str, str]
    sort: str
    descending: bool
    page: int

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.search or self.chosen)

    @property
    def first(self) -> int:
        """Return how many records stand before the page."""
        return (self.page - 1) * PAGE_SIZE


def asked(args: MultiDict[str, str], *, sorts: Sequence[str], choices: Sequence[str] = ()) -> Asked:
    """Read a list's address; what it does not know, it takes for not said."""
    sort = args.get("sort", "")
    key = sort.removeprefix("-")
    page = args.get("page", "")
    return Asked(
        search=args.get("q", "").strip()[:_LONGEST_SEARCH],
        chosen={name: args[name] for name in choices if args.get(name)},
        sort=key if key in sorts else sorts[0],
        descending=sort.startswith("-") and key in sorts,
        page=max(1, int(page)) if page.isdecimal() and len(page) < 10 else 1,
    )


def heads(columns: Sequence[Column], what: Asked, endpoint: str, **place: str | None) -> list[dict[str, Any]]:
    """Return the heads as `data_table` takes them: a click sorts, a second one turns the order round.

    `place` is what the endpoint's address takes besides what was asked.
    """
    found = []
    for column in columns:
        head: dict[str, Any] = {"label": column.label, "number": column.number, "narrow": column.narrow}
        if column.key:
            is_current = column.key == what.sort
            turned = f"-{column.key}" if is_current and not what.descending else column.key
            head["url"] = _address(what, endpoint, **{**place, "sort": turned})
            if is_current:
                head["sorted"] = "descending" if what.descending else "ascending"
        found.append(head)
    return found


def pager(what: Asked, total: int, endpoint: str, **place: str | None) -> dict[str, str]:
    """Return what `paging` takes: which records are shown of how many, and the pages beside this one."""
    last = min(what.first + PAGE_SIZE, total)
    shown = f"{min(what.first + 1, total)} to {last} of {total}"
    earlier = _address(what, endpoint, **place, page=what.page - 1) if what.page > 1 else ""
    later = _address(what, endpoint, **place, page=what.page + 1) if last < total else ""
    return {"shown": shown, "previous_url": earlier, "next_url": later}


def export_address(what: Asked, endpoint: str, **place: str | None) -> str:
    """Return the address of the whole list as a file, narrowed and sorted as the page is."""
    return _address(what, endpoint, **place)


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a list as CSV (RFC 4180), put on record before it leaves (21 CFR 11.10(b)).

    No cell starts a formula in the reader's spreadsheet.
    """
    text, cells = io.StringIO(), [[_cell(value) for value in row] for row in rows]
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(cells)
    data = text.getvalue().encode()
    if request.method != "HEAD":
        _put_on_record(data, len(cells))
    answer = Response(data, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _put_on_record(data: bytes, row_count: int) -> None:
    login = current_login()
    narrowed = "&".join(f"{name}={value}" for name, value in request.args.items(multi=True))
    new = NewList(name=request.path, asked=narrowed, row_count=row_count, sha256=sha256(data).hexdigest())
    intent = Intent(who=lambda session, at: acting_person(session, login, at))
    write(service(), db.session(), intent, lambda unit: record_list(unit, new))


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    harmless = not text.startswith(_FORMULA) or _NUMBER.fullmatch(text)
    return text if harmless else f"'{text}"


def _address(what: Asked, endpoint: str, **changes: str | int | None) -> str:
    order = f"-{what.sort}" if what.descending else what.sort
    values: dict[str, Any] = {"q": what.search or None, "sort": order, **what.chosen, **changes}
    return url_for(endpoint, **values)
