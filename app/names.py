"""Where records are read, and what persons are called, on every page."""

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.personnel.models import Person

_PAGES = {
    "lot": "material.lot",
    "asset": "equipment.show",
    "out-of-tolerance": "out_of_tolerance.show",
    "planned-asset": "maintenance.show_record",
    "calibration-procedure": "calibration.procedure",
    "work-order": "work_order.show",
}


def printed_names(session: Session) -> dict[str, str]:
    """Return everybody's printed name by personnel number."""
    return dict(session.execute(select(Person.number, Person.printed_name)).all())


def record_address(stream: str) -> str:
    """Return the page of a record named by its stream, such as ``lot/24-118``; "" where it has none."""
    kind, _, number = stream.partition(" ")[0].partition("/")
    if kind == "batch" and number:
        return f"/batches/{number}"
    return url_for(_PAGES[kind], number=number) if kind in _PAGES and number else ""
