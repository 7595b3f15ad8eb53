"""What a command may write inside `perform()`: rows, each of which owes the trail one event."""

from typing import Any, TypeVar, cast

from sqlalchemy.orm.attributes import set_committed_value

from audit.chain import state_digest
from audit.events import Action, RowChange
from records.base import Recorded
from workflows.preimage import refuse_altered_row, stored
from workflows.rows import add_row, from_raw, loaded, revise_row, shape, to_raw
from workflows.work import UnitOfWork

Model = TypeVar("Model", bound=Recorded)


class Changes:
    """What a command may write: rows, each of which owes the trail one event."""

    def __init__(self, work: UnitOfWork, stream: str) -> None:
        self._work = work
        self._stream = stream

    def insert(
        self,
        model: type[Model],
        action: Action,
        /,
        *,
        stream: str | None = None,
        **values: Any,  # noqa: ANN401 -- column values
    ) -> Model:
        """Add a row to a record's stream (the subject's own by default)."""
        values = {**values, "stream": stream or self._stream, "rev": 1}
        raw = add_row(self._work.session, model, values)
        self._work.first_sight_of(model.__tablename__, raw["id"])
        told = tuple(
            {"p": f"/{name}", "o": None, "n": _tellable(model, name, value)}
            for name, value in raw.items()
            if value is not None and name not in {"id", "stream", "rev"}
        )
        self._owe(model, action, raw, told)
        return cast("Model", loaded(self._work.session, model, raw))

    def update(self, row: Recorded, action: Action, **values: Any) -> None:  # noqa: ANN401 -- column values
        """Revise a row; raises StaleError when another act revised it since, AlteredError when no act did."""
        model = type(row)
        columns = {column.name: column for column in shape(model).columns}
        before = {name: to_raw(columns[name], getattr(row, name)) for name in values}
        raw = revise_row(self._work.session, row, values)
        refuse_altered_row(self._work, row, action, {**raw, **before, "rev": row.rev})
        told = tuple(
            {
                "p": f"/{name}",
                "o": _tellable(model, name, before[name]),
                "n": _tellable(model, name, raw[name]),
            }
            for name in sorted(values)
            if before[name] != raw[name]
        )
        for name in (*values, "rev"):
            set_committed_value(row, name, from_raw(columns[name], raw[name]))
        self._owe(model, action, raw, told)

    def note(self, row: Recorded, action: Action, **details: str | int | None) -> None:
        """Owe an event about a row that does not change: an export, a close, a login."""
        raw = stored(self._work, row)
        refuse_altered_row(self._work, row, action, raw)
        told = tuple({"p": f"/{name}", "o": None, "n": value} for name, value in sorted(details.items()))
        self._owe(type(row), action, raw, told)

    def _owe(
        self, model: type[Recorded], action: Action, raw: dict[str, Any], told: tuple[dict[str, Any], ...]
    ) -> None:
        change = row_change(model, action, raw, told)
        self._work.owed.append(change)
        if model.is_content:
            self._work.touched.add((change.stream, model.part_of(raw)))


def _tellable(model: type[Recorded], name: str, value: Any) -> Any:  # noqa: ANN401 -- any raw value
    """Return what an event may tell of a column: a secret is covered by the digest, never written."""
    is_secret = model.__table__.columns[name].info.get("secret", False)
    return "(secret)" if is_secret else value


def row_change(
    model: type[Recorded], action: Action, raw: dict[str, Any], told: tuple[dict[str, Any], ...]
) -> RowChange:
    """Return what an event will tell of a row as stored."""
    return RowChange(
        stream=raw["stream"],
        action=action,
        table=model.__tablename__,
        row=model.row_name(raw),
        rev=raw["rev"],
        state=state_digest(raw),
        changed=told,
    )
