"""Rows made readable for a record: printed names beside numbers, signatures with their manifestation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.batch.evidence import Evidence, Stored
from records.personnel.models import Person
from records.times import from_text
from signatures.manifest import manifestation
from workflows.authority import SYSTEM

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """The printed name of every person, by number."""

    by_number: Mapping[str, str]

    @classmethod
    def of(cls, session: Session) -> "Names":
        """Read all names."""
        found = session.execute(select(Person.number, Person.printed_name))
        return cls({SYSTEM.person: SYSTEM.printed_name, **{row.number: row.printed_name for row in found}})

    def of_person(self, number: str | None) -> str | None:
        """Give a person's printed name, or the number where there is none."""
        return None if number is None else self.by_number.get(number, number)


def with_names(rows: Iterable[Stored], names: Names, columns: Sequence[str]) -> list[Json]:
    """Return the rows with ``COLUMN_name`` beside each column that holds a person's number."""
    return [{**row, **{f"{column}_name": names.of_person(row[column]) for column in columns}} for row in rows]


def signatures_of(evidence: Evidence) -> list[Json]:
    """Return the batch's signatures, oldest first, each with its printed line and its void."""
    return [_signature(row, evidence.void_of.get(row["id"])) for row in evidence.signatures]


def signed_lines(signatures: Iterable[Stored], voids: Iterable[Stored]) -> list[Json]:
    """Return signature rows of any record in the form a copy shows them."""
    void_of = {void["signature_id"]: void for void in voids}
    return [_signature(row, void_of.get(row["id"])) for row in signatures]


def _signature(row: Stored, void: Stored | None) -> Json:
    at = from_text(row["signed_at"])
    return {
        **row,
        "line": manifestation(row["printed_name"], at, row["time_zone"], row["meaning_text"]),
        "void": {"cause": void["cause"], "voided_at": void["voided_at"]} if void else None,
    }
