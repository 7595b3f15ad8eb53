"""Every document that is made, never written by hand: its file in docs/, and what makes it."""

from collections.abc import Callable

from tests.documents import clauses, tables

MADE: dict[str, Callable[[], str]] = {
    "authority.md": tables.authority,
    "clauses.md": lambda: clauses.document(clauses.clauses()),
    "events.md": tables.events,
    "lifecycles.md": tables.lifecycles,
}
