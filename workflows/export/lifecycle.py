"""The acts about copies, in any state of the record: asking for one, and handing it over."""

from audit.events import Action
from workflows.authority import Permission
from workflows.export import rules
from workflows.machine import Transition

ASK = Transition(
    act="record.copy",
    words="have a copy made",
    permission=Permission.RECORD_EXPORT,
    event=Action.RECORD_EXPORT,
)
"""Nothing leaves by it, so it writes no event; a refusal is on record like every other."""
EXPORT = Transition(
    act="record.export",
    words="export a copy",
    permission=Permission.RECORD_EXPORT,
    event=Action.RECORD_EXPORT,
    guards=(rules.copy_is_of_this_record, rules.copy_names_a_digest),
    by_system=True,
)
EXPORT_LIST = Transition(
    act="list.export",
    words="export a list",
    permission=Permission.RECORD_READ,
    event=Action.RECORD_EXPORT,
)
"""The page of the list names who may have it; here it is put on record."""
