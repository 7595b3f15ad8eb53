"""An event of the audit trail in plain sentences: who, what, from which value to which. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from audit.events import Action
from records.times import from_text

Names = Mapping[str, str]
_SENTENCES = {action.value: action.sentence for action in Action}
_PERSONS = ("_by", "person", "signer", "author", "actor")
"""How the names of columns that hold a person's number end."""
_BACKGROUND = frozenset(
    {
        "batch",
        "content",
        "content_digest",
        "digest",
        "evidence",
        "kind",
        "manifest",
        "nonce",
        "occurrence",
        "part",
        "recipe_digest",
        "snapshot",
        "snapshot_digest",
        "source",
        "step",
        "step_part",
        "variable",
        "version_number",
    }
)
"""Columns that say nothing to a reader at first sight; they stand under *everything changed*."""
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_SHOWN = 6
_LONGEST = 300
_TABLES = {
    "entry": "value",
    "step_run": "step",
    "batch_exception": "exception",
    "procedure_version": "master",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One column's change: what it is called, what it was, what it became; empty where there is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as the pages show it."""

    stream: str
    seq: int
    at: datetime
    actor: str
    actor_name: str
    account: str
    login: str
    action: str
    sentence: str
    subject: str
    changes: tuple[Told, ...]
    """What a reader wants to see at first."""
    everything: tuple[Told, ...]
    reason: str
    reason_code: str
    table: str
    row: str
    rev: int
    tx: str


def superseded(body: Mapping[str, Any]) -> int | None:
    """Return the id of the value that an event's value replaces; None for any other event."""
    if body["rec"]["type"] != "entry":
        return None
    given = {change["p"]: change["n"] for change in body["ch"]}
    found = given.get("/supersedes")
    return int(found) if found is not None else None


def exception_row(body: Mapping[str, Any]) -> int | None:
    """Return the id of the exception that an event is about; None for any other event."""
    return int(body["rec"]["id"]) if body["rec"]["type"] == "batch_exception" else None


def event_of(
    body: Mapping[str, Any], names: Names, replaced: str | None = None, thing: str | None = None
) -> Event:
    """Return an event's body, put in words.

    `replaced` is the value that a corrected one replaces, `thing` what the row is called, such as ``E-3``.
    """
    actor, record, reason = body["actor"], body["rec"], body["reason"] or {}
    everything = tuple(told(change, names) for change in body["ch"])
    if replaced is not None:
        everything = tuple(
            replace(one, before=replaced) if one.label == "value" else one for one in everything
        )
    first = tuple(
        one
        for change, one in zip(body["ch"], everything, strict=True)
        if change["p"].removeprefix("/") not in _BACKGROUND and (one.before or one.after)
    )
    return Event(
        stream=body["stream"],
        seq=body["seq"],
        at=from_text(body["ts"]),
        actor=actor["id"],
        actor_name=names.get(actor["id"], actor["id"]),
        account=actor["cred"],
        login=actor["sess"],
        action=body["action"],
        sentence=_SENTENCES.get(body["action"], body["action"]),
        subject=" ".join(
            filter(None, (subject(body["stream"], record["type"], record["id"], body["ch"]), thing))
        ),
        changes=first[:_SHOWN],
        everything=everything if len(first) < len(everything) or len(first) > _SHOWN else (),
        reason=str(reason.get("text", "")),
        reason_code=str(reason.get("code", "")),
        table=record["type"],
        row=record["id"],
        rev=record["rev"],
        tx=body["tx"],
    )


def subject(stream: str, table: str, row: str, changes: Any = ()) -> str:  # noqa: ANN401 -- a body's list of changes
    """Return what an event is about: ``batch TB-0771, step 2.9 (2)``, ``lot 24-118``."""
    part, separator, _number = row.partition("#")
    given = {change["p"]: change["n"] for change in changes}
    place = part if separator else given.get("/step_part") or ""
    of = (
        stream.replace("/", " ", 1)
        if not stream.startswith("denied/")
        else stream.removeprefix("denied/").replace("/", " ", 1)
    )
    where = part_words(str(place)) if place else ""
    thing = _TABLES.get(table, table.replace("_", " "))
    shown = "" if thing in {stream.partition("/")[0], "step"} else thing
    return ", ".join(filter(None, (of, where, shown)))


def part_words(part: str) -> str:
    """Return a part of a record in words: ``step 2.9 (2)``, ``exception E-3``, ``disposition US``."""
    first, separator, rest = part.partition("/")
    if not separator:
        return "whole record" if part == "record" else part
    if first[:1].isdigit():
        return f"step {first}" + (f" ({rest})" if rest != "1" else "")
    return f"{first} {rest}"


def told(change: Mapping[str, Any], names: Names) -> Told:
    """Return one column's change in words, persons by their printed names."""
    column = str(change["p"]).removeprefix("/")
    is_person = column.endswith(_PERSONS)
    values = [_said(change[side], names if is_person else {}) for side in ("o", "n")]
    return Told(column.replace("_", " "), *values)


def _said(value: Any, names: Names) -> str:  # noqa: ANN401 -- any value of a body
    if value is None:
        return ""
    text = _flat(_decoded(value))
    text = f"{names[text]} ({text})" if text in names else text
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _decoded(value: Any) -> Any:  # noqa: ANN401 -- any value of a body
    """Return what a column of JSON holds; any other value as it is."""
    if not (isinstance(value, str) and value[:1] in {"{", "["}):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _flat(value: Any) -> str:  # noqa: ANN401 -- any value of a body
    if isinstance(value, dict):
        return ", ".join(f"{str(key).replace('_', ' ')} {_flat(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(inner) for inner in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    text = str(value)
    if _CODE.fullmatch(text):
        return text.replace("_", " ")
    return f"{text[:10]} {text[11:19]} UTC" if _TIME.fullmatch(text) else text
