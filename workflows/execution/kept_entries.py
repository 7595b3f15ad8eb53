"""What a device kept while the server could not be reached: both times, on record (211.100(b), ALCOA)."""

from datetime import datetime, timedelta

from records.execution.models import Entry
from records.procedure.fields import Field
from workflows.execution.exceptions import kept_entry_finding, open_exception
from workflows.execution.state import Execution
from workflows.perform import Changes

TOLD_FROM = timedelta(seconds=10)
"""A shorter way to the server is told nowhere: the record's time is the time of the act."""
LOOKED_AT_FROM = timedelta(seconds=60)
"""A longer one is for a person to look at, before release."""


def tell_if_kept(changes: Changes, execution: Execution, field: Field | None, row: Entry) -> None:
    """Open an exception with the time the device tells and the delay, where a value came with delay."""
    typed = execution.work.typed_at
    if typed is None or row.entered_at - typed < TOLD_FROM:
        return
    delay = row.entered_at - typed
    sample = row.field.rpartition(".")[2]
    label = f"{field.label if field else row.field}{f' {sample}' if sample.isdigit() else ''}"
    is_looked_at = delay > LOOKED_AT_FROM
    sentence = kept_sentence(label, typed, row.entered_at)
    finding = kept_entry_finding(execution.part, row.id, sentence, is_looked_at=is_looked_at)
    open_exception(changes, execution, finding)


def kept_sentence(label: str, typed: datetime, recorded: datetime) -> str:
    """Return what the record says of it: both times to the second, and the whole seconds between them."""
    seconds = (recorded - typed) // timedelta(seconds=1)
    return (
        f"{label} was kept on the device until the server could be reached: "
        f"typed {typed:%Y-%m-%d %H:%M:%S} UTC as the device tells, "
        f"recorded {recorded:%Y-%m-%d %H:%M:%S} UTC, {seconds} s later."
    )
