"""Read a store for verification: one snapshot, raw driver values, every table in order of stream, merged.

Memory stays bounded: one stream is looked at while the next ones are still in the database.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from audit.findings import Code, Finding
from audit.row_checks import Shape
from audit.verify import Stored
from records.base import Base, Recorded

Row = tuple[Any, ...]
_BATCH = 2000
_NEVER_SEALED = (
    "SELECT stream, seq FROM audit_event e"
    " WHERE NOT EXISTS (SELECT 1 FROM seal_outbox o WHERE o.event_id = e.id)"
)
_GONE = (
    "SELECT event_id FROM seal_outbox o"
    " WHERE NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.id = o.event_id)"
)
_EVENT = "stream, seq, ts, actor_id, action, event_hash, mac"


class OutOfOrderError(Exception):
    """The database did not return streams in byte order, so that they cannot be matched."""


class Part(NamedTuple):
    """A part of the store: the streams after one name up to another (in byte order), or a single one."""

    after: str | None = None
    upto: str | None = None
    only: str | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    """A table's rows in order of stream, and where in a row the stream stands."""

    rows: Iterable[Row]
    stream_at: int


class Snapshot:
    """One unchanging view of a store."""

    def __init__(self, connection: Connection) -> None:
        self._driver: Any = connection.connection.driver_connection
        self._is_postgresql = connection.dialect.name == "postgresql"
        self._cursors: list[Any] = []
        self._collation = self._byte_order()

    def streams(self, part: Part, shapes: Sequence[Shape]) -> Iterator[Stored]:
        """Yield what is stored of each stream of a part, in order; each must be used before the next."""
        sources = [
            _Source(self._ordered(f"{_EVENT}, {self._bytes_of_body()}", "audit_event", part, ", seq"), 0),
            _Source(self._ordered("stream, seq, event_hash", "stream_head", part), 0),
            *(self._table(shape, part) for shape in shapes),
        ]
        for stream, found in _merged(sources):
            tables = [(shapes[index - 2], rows) for index, rows in found.items() if index > 1]
            yield Stored(stream, found.get(0, ()), found.get(1, ()), tables)

    def names(self, part: Part) -> list[str]:
        """Return the names of a part's streams: those with a head, with events, or with rows."""
        tables = ("stream_head", "audit_event", *(shape.table for shape in shapes()))
        return sorted({name for table in tables for (name,) in self._ordered("DISTINCT stream", table, part)})

    def history(self, stream: str) -> Iterator[bytes]:
        """Yield a stream's event bodies in order."""
        rows = self._ordered(f"stream, {self._bytes_of_body()}", "audit_event", Part(only=stream), ", seq")
        return (bytes(body) for _, body in rows)

    def outbox_findings(self, part: Part) -> Iterator[Finding]:
        """Yield events that do not wait for the log although there is none yet, and waiting ones now gone."""
        where, values = self._where(part)
        for stream, seq in self._rows(f"{_NEVER_SEALED}{where.replace(' WHERE', ' AND')}", values):
            sentence = f"Event {seq} of {stream}: it is neither in the log nor waiting for it."
            code = Code.EVENT_NEVER_SEALED
            yield Finding(code=code, sentence=sentence, stream=stream, seq=seq, table="seal_outbox")
        for (event_id,) in self._rows(_GONE) if part == Part() else ():
            sentence = f"The event with id {event_id} waits for the log, but it is gone."
            code = Code.OUTBOX_WITHOUT_EVENT
            yield Finding(code=code, sentence=sentence, table="seal_outbox", row=str(event_id))

    def parts(self, most: int, least: int) -> list[Part]:
        """Divide the whole store into parts of about as many events: at most so many, none much smaller."""
        heads = list(self._ordered("stream, seq", "stream_head", Part()))
        events = sum(seq for _, seq in heads)
        number = max(1, min(most, events // least))
        bounds: list[str] = []
        passed = 0
        for stream, seq in heads:
            passed += seq
            if len(bounds) < number - 1 and passed >= events * (len(bounds) + 1) / number:
                bounds.append(stream)
        return [Part(*bound) for bound in zip([None, *bounds], [*bounds, None], strict=True)]

    def close(self) -> None:
        """Close what was read from."""
        for cursor in self._cursors:
            cursor.close()

    def _table(self, shape: Shape, part: Part) -> _Source:
        columns = ", ".join(f'"{column}"' for column in shape.columns)
        return _Source(self._ordered(columns, shape.table, part), shape.columns.index("stream"))

    def _ordered(self, columns: str, table: str, part: Part, then: str = "") -> Iterator[Row]:
        where, values = self._where(part)
        order = f" ORDER BY stream{self._collation}{then}"
        statement = f"SELECT {columns} FROM {table}{where}{order}"  # noqa: S608 -- names from the registry
        return self._rows(statement, values, is_long=part.only is None)

    def _where(self, part: Part) -> tuple[str, tuple[str, ...]]:
        mark = "%s" if self._is_postgresql else "?"
        bounds = {">": part.after, "<=": part.upto, "=": part.only}
        given = {operator: name for operator, name in bounds.items() if name is not None}
        asked = " AND ".join(f"stream{self._collation} {operator} {mark}" for operator in given)
        return (f" WHERE {asked}" if asked else ""), tuple(given.values())

    def _rows(self, statement: str, values: tuple[str, ...] = (), *, is_long: bool = True) -> Iterator[Row]:
        """Run a query; what may be long is left on the server and fetched in batches."""
        if not self._is_postgresql:
            cursor = self._driver.cursor()
        elif is_long:
            cursor = self._driver.cursor(name=f"verify_{len(self._cursors)}", binary=True)
            cursor.itersize = _BATCH
        else:
            cursor = self._driver.cursor(binary=True)
        self._cursors.append(cursor)
        cursor.execute(statement, values)
        return iter(cursor)

    def _bytes_of_body(self) -> str:
        return "convert_to(body, 'UTF8')" if self._is_postgresql else "CAST(body AS BLOB)"

    def _byte_order(self) -> str:
        """Return the collation to name so that text sorts by its bytes; empty where it does so by itself."""
        if not self._is_postgresql:
            return ""
        question = (
            "SELECT datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8')"
            " AND coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') <> 'i'"
            " FROM pg_database d WHERE datname = current_database()"
        )
        return "" if self._driver.execute(question).fetchone() == (True,) else ' COLLATE "C"'


@contextmanager
def snapshot(engine: Engine) -> Iterator[Snapshot]:
    """Lend a snapshot of the store: nothing written meanwhile is seen."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.begin() as connection, closing(Snapshot(connection)) as view:
        yield view


def shapes() -> list[Shape]:
    """Return the shape of every protected table of records, by name."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    found = [_shape(model) for model in models if issubclass(model, Recorded)]
    return sorted(found, key=lambda shape: shape.table)


def _shape(model: type[Recorded]) -> Shape:
    columns = {column.name: column for column in model.__table__.columns}
    secrets = frozenset(name for name, column in columns.items() if column.info.get("secret"))
    return Shape(model.__tablename__, tuple(sorted(columns)), model.row_name, secrets)


def _merged(sources: Sequence[_Source]) -> Iterator[tuple[str, dict[int, Iterator[Row]]]]:
    """Yield each stream once, with the rows that each source has of it, by the source's place."""
    groups = [iter(groupby(source.rows, itemgetter(source.stream_at))) for source in sources]
    heads = [(head[0], index, head[1]) for index, group in enumerate(groups) if (head := next(group, None))]
    heapify(heads)
    while heads:
        stream = heads[0][0]
        found: dict[int, Iterator[Row]] = {}
        while heads and heads[0][0] == stream:
            _, index, rows = heappop(heads)
            found[index] = rows
        yield stream, found
        for index in found:
            head = next(groups[index], None)
            if head and head[0] <= stream:
                msg = f"{head[0]} came after {stream}."
                raise OutOfOrderError(msg)
            if head:
                heappush(heads, (head[0], index, head[1]))
