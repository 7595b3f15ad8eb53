"""What a signature over a step covers: its values, files and equipment, and the text shown for them."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from records.execution.facts import split_part
from records.execution.models import Attachment, BatchException, Entry, EquipmentUse
from records.execution.queries import attachments_of, entries_of, equipment_used
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.times import to_text
from workflows.execution.judging import limits_text
from workflows.execution.owner import Owner
from workflows.execution.scope import base_name
from workflows.execution.state import title_of
from workflows.naming import opening
from workflows.perform import Content


def step_content(session: Session, owner: Owner, part: str, time_zone: str) -> Content:
    """Return the content of one occurrence of a step, superseded values included (21 CFR 11.70)."""
    step = owner.outline.step(split_part(part)[0])
    entries = entries_of(session, owner.stream, part)
    files = attachments_of(session, owner.stream, part)
    used = equipment_used(session, owner.stream, part)
    content = {
        "format": "countersign-step/1",
        "record": owner.stream,
        "part": part,
        "title": step.title,
        "entries": [_entry(entry) for entry in entries],
        "files": [{"field": file.field, "sha256": file.sha256} for file in files],
        "equipment": [
            {"tag": use.tag, "asset": use.asset, "state": use.snapshot_digest, "verdict": use.verdict}
            for use in used
        ],
    }
    text = _text(owner, step, part, entries, files, used, time_zone)
    return Content.of(part, content, text)


def value_acceptance_content(exception: BatchException) -> Content:
    """Return what a supervisor signs when accepting an out-of-limit value as true."""
    part = f"exception/{exception.number}"
    content = {
        "format": "countersign-value-acceptance/1",
        "record": exception.stream,
        "exception": exception.number,
        "step": exception.step_part,
        "entry": str(exception.entry_id),
        "text": exception.text,
    }
    text = f"Exception {exception.number}, step {exception.step_part}\n{exception.text}"
    return Content.of(part, content, text)


def skip_content(owner: Owner, part: str) -> Content:
    """Return what is signed when a step is left out."""
    step = owner.outline.step(split_part(part)[0])
    content = {
        "format": "countersign-step-left-out/1",
        "record": owner.stream,
        "part": part,
        "title": step.title,
    }
    text = f"{opening(owner.title)}\nLeave out {title_of(part, step)}"
    return Content.of(part, content, text)


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "field": entry.field,
        "raw": entry.raw,
        "value": entry.value,
        "unit": entry.unit,
        "source": entry.source.value,
        "device": entry.device,
        "judged": entry.judged.value,
        "by": entry.entered_by,
        "at": to_text(entry.entered_at),
        "stated_at": to_text(entry.stated_at) if entry.stated_at else None,
        "supersedes": entry.supersedes,
        "reason": entry.reason,
    }


def _text(  # noqa: PLR0913, PLR0917 -- everything that is signed is shown
    owner: Owner,
    step: StepDefinition,
    part: str,
    entries: Sequence[Entry],
    files: Sequence[Attachment],
    used: Sequence[EquipmentUse],
    time_zone: str,
) -> str:
    lines = [opening(owner.title), opening(title_of(part, step))]
    superseded = {entry.supersedes for entry in entries}
    for entry in entries:
        field = step.field(base_name(entry.field))
        lines.append(_entry_line(field, entry, time_zone, was_replaced=entry.id in superseded))
    lines += [f"Equipment {use.tag} ({use.asset}): {use.verdict.replace('_', ' ')}" for use in used]
    lines += [f"File {file.file_name}, SHA-256 {file.sha256[:16]}…" for file in files]
    return "\n".join(lines)


def _entry_line(field: Field | None, entry: Entry, time_zone: str, *, was_replaced: bool) -> str:
    label = _label(field, entry.field)
    value = f"{entry.value} {entry.unit or ''}".strip()
    at = entry.entered_at.astimezone(ZoneInfo(time_zone))
    line = f"{label}: {value}"
    limits = limits_text(field, entry.limits) if field else ""
    if limits:
        line += f" ({limits})"
    line += f" · {entry.printed_name}, {at:%Y-%m-%d %H:%M:%S}"
    if entry.stated_at:
        line += f" · done {entry.stated_at.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M}, entered late"
    if entry.reason:
        line += f" · reason: {entry.reason}"
    return f"{line} · replaced" if was_replaced else line


def _label(field: Field | None, name: str) -> str:
    if field is None:
        return name
    tail = name.removeprefix(field.name).removeprefix(".")
    statistic = next((one.label for one in field.statistics if one.kind == tail), None)
    return statistic or f"{field.label} {tail}".strip()
