"""Read the audit trail: who did what, when and why, down to the event as stored (11.10(e))."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.fields import site_moment
from app.forms import FormError
from app.http import read_session, service
from app.listing import csv_file
from app.names import printed_names
from app.trail.addresses import address_of
from app.trail.search import LARGEST_FILE, PAGE_SIZE, Found, Wanted, events_of, every_event, raw_event, search
from app.trail.sentences import Event
from audit.chain import b64, event_hash, mac
from audit.events import Action
from records.errors import RecordNotFoundError
from workflows.authority import Permission

pages = Blueprint("trail", __name__)
FIELDS = ("who", "action", "record", "text", "why", "since", "until", "order")
EVENT = "event"
_LONGEST = 200
_HEAD = (
    *("time", "person", "printed name", "account", "login", "action", "what", "subject", "changes"),
    *("reason code", "reason", "stream", "seq", "table", "row", "rev", "transaction", "event hash"),
)


@pages.get("/trail")
@requires(Permission.TRAIL_READ)
def index() -> str:
    """Search the audit trail."""
    given, names = asked_of_trail(), everybody()
    found = search(read_session(), wanted(given), names)
    return render_template(
        "trail/index.html",
        given=given,
        found=found,
        pager=pager(found, given, "trail.index"),
        people=sorted(names.items(), key=lambda one: one[1]),
        actions=[(action.value, action.sentence) for action in Action],
        address_of=address_of,
        export_url=_address("trail.export", given),
    )


@pages.get("/trail.csv")
@requires(Permission.TRAIL_READ)
def export() -> Response:
    """Hand out what was searched for as a file."""
    rows = list(every_event(read_session(), wanted(asked_of_trail()), everybody()))
    if len(rows) > LARGEST_FILE:
        msg = f"More than {LARGEST_FILE} events are asked for. Name a record, a person or a shorter time."
        raise FormError([msg])
    return csv_file("audit-trail.csv", _HEAD, _file_rows(rows))


@pages.get("/trail/<path:stream>/<int:seq>")
@requires(Permission.TRAIL_READ)
def show(stream: str, seq: int) -> str:
    """Show one event as stored: its bytes, its hash, its place in the chain."""
    raw = raw_event(read_session(), stream, seq)
    if raw is None:
        raise RecordNotFoundError(EVENT, f"{stream}/{seq}")
    body, digest = json.loads(raw.body), event_hash(raw.body.encode("utf-8"))
    return render_template(
        "trail/show.html",
        raw=raw,
        event=events_of(read_session(), [body], everybody())[0],
        pretty=json.dumps(body, ensure_ascii=False, indent=2),
        body=body,
        hash_holds=digest == raw.event_hash,
        mac_holds=mac(service().keys.ledger.mac_key, digest) == raw.mac,
        follows=raw.previous_hash is not None and b64(raw.previous_hash) == body["prev"],
        address_of=address_of,
    )


def asked_of_trail() -> dict[str, str]:
    """Return what the address asks of the trail, by field; what it does not know, it takes for not said."""
    return {name: request.args.get(name, "").strip()[:_LONGEST] for name in FIELDS}


def wanted(given: dict[str, str], record: str = "") -> Wanted:
    """Return the search that the fields describe; raises FormError for a time that is none."""
    page = request.args.get("page", "1")
    return Wanted(
        who=given["who"],
        action=given["action"],
        record=record or given["record"],
        text=given["text"],
        why=given["why"],
        since=_time("From", given["since"]),
        until=_time("Until", given["until"]),
        oldest_first=given["order"] == "oldest",
        page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
    )


def pager(found: Found, given: dict[str, str], endpoint: str, **more: str) -> dict[str, str]:
    """Return what `paging` takes; the number of all events is not counted, a trail has many."""
    page = found.first // PAGE_SIZE + 1
    shown = f"{found.first + 1} to {found.first + len(found.events)}" if found.events else "none"
    earlier = _address(endpoint, given, **more, page=page - 1) if page > 1 else ""
    later = _address(endpoint, given, **more, page=page + 1) if found.more else ""
    return {"shown": f"Events {shown}", "previous_url": earlier, "next_url": later}


def _address(endpoint: str, given: dict[str, str], **more: Any) -> str:  # noqa: ANN401 -- parts of an address
    asked: dict[str, Any] = {name: value for name, value in given.items() if value}
    return url_for(endpoint, **asked, **more)


def everybody() -> dict[str, str]:
    """Return everybody's printed name, the software's included."""
    return {**printed_names(read_session()), "system": "Countersign"}


def _time(label: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        return site_moment(text, service().settings.site_timezone)
    except ValueError as error:
        raise FormError([f"{label} {error}"]) from error


def _file_rows(rows: Sequence[tuple[Event, str]]) -> Iterator[list[Any]]:
    for event, digest in rows:
        changes = "; ".join(
            f"{one.label}: {one.before or '-'} -> {one.after or '-'}"
            for one in event.everything or event.changes
        )
        yield [
            *(event.at.isoformat(), event.actor, event.actor_name, event.account, event.login),
            *(event.action, event.sentence, event.subject, changes, event.reason_code, event.reason),
            *(event.stream, event.seq, event.table, event.row, event.rev, event.tx, digest),
        ]
