"""The invented story of a batch, as rows and events in their order; `synthetic_record` makes the record.

The steps are those of a master that ships with the product; what was done at them is invented, with
corrections, values out of limits, refused scans, void signatures and whatever else a print must show.
"""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any

from audit.events import Action
from records.equipment.snapshot import snapshot_digest, snapshot_text
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field, statistic_names, value_names
from records.procedure.frozen import frozen_outline, text_digest
from records.procedure.outline import Counter, Place
from records.procedure.vocabulary import FieldKind
from records.times import to_text
from signatures.meaning import Meaning

NUMBER = "TB-0771"
STREAM = f"batch/{NUMBER}"
START = datetime(2026, 11, 16, 6, 30, tzinfo=UTC)
PEOPLE = {
    "P-0002": "A. Reyes",
    "P-0003": "J. Okafor",
    "P-0004": "M. Lindqvist",
    "P-0005": "T. Novak",
    "P-0006": "P. Sharma",
    "P-0007": "H. Brandt",
    "P-0008": "D. Moreau",
}
SIGNERS = {"performed": "P-0002", "verified": "P-0004", "approved": "P-0007"}
ROLES = {"performed": "Operator", "verified": "Verifier (second person)", "approved": "QA reviewer"}


@dataclass
class Story:
    """The rows of the record as they come about, in time order, and an event for each."""

    passes: int
    random: Random
    now: datetime = START
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    trail: list[dict[str, Any]] = field(default_factory=list)

    def add(self, table: str, action: Action, /, **values: Any) -> dict[str, Any]:
        found = self.rows.setdefault(table, [])
        row = {"id": len(found) + 1, "stream": STREAM, "rev": 1, **values}
        found.append(row)
        changed = [
            {"p": f"/{name}", "o": None, "n": value} for name, value in values.items() if value is not None
        ]
        self.event(table, action, row, changed)
        return row

    def event(self, table, action, row, changed, who="P-0002", reason=None):
        seq = len(self.trail) + 1
        digest = b64encode(sha256(f"{seq}{table}{row['id']}".encode()).digest()).decode()
        part = row.get("part")
        self.trail.append(
            {
                "seq": seq,
                "ts": to_text(self.now),
                "actor": who,
                "actor_name": PEOPLE.get(who, "Countersign"),
                "account": "a.reyes",
                "login": "login",
                "action": action.value,
                "sentence": action.sentence,
                "table": table,
                "row": f"{part}#{row['id']}" if part else str(row["id"]),
                "part": part,
                "rev": row["rev"],
                "changed": json.loads(json.dumps(changed)),
                "reason": reason,
                "tx": "00000000-0000-0000-0000-000000000000",
                "event_hash": digest,
                "prev": self.trail[-1]["event_hash"] if self.trail else digest,
            }
        )

    def wait(self, seconds: int) -> str:
        self.now += timedelta(seconds=seconds)
        return to_text(self.now)


def tell(content: str, passes: int, texts: tuple[str, ...], seed: int) -> Story:
    """Tell what was done by a master's content; recurring phases are run `passes` times."""
    story = Story(passes, Random(seed))  # noqa: S311 -- invents values, guards nothing
    _issue(story, content)
    for number, place in enumerate(frozen_outline(content).places):
        for occurrence in _occurrences(place, passes):
            _step(story, place.step, occurrence, texts if number < 3 else (), number)
    _exceptions(story)
    return story


def _occurrences(place: Place, passes: int) -> list[str]:
    found = [()]
    for counter in place.counters:
        times = {
            Counter.REPEAT: place.operation.repeat.times if place.operation.repeat else 1,
            Counter.LOOP: 1,
            Counter.RECURRENCE: passes,
        }[counter]
        found = [(*before, number) for before in found for number in range(1, times + 1)]
    return [".".join(map(str, one)) or "1" for one in found]


def _issue(story: Story, content: str) -> None:
    story.add(
        "batch",
        Action.BATCH_CREATE,
        number=NUMBER,
        order="PO-0031",
        master="MBR-0042.7",
        product="PAR-500",
        recipe_digest=text_digest(content),
        quantity="500000",
        unit="tablet",
        state="under_review",
        created_at=to_text(START - timedelta(days=1)),
        issued_at=to_text(START),
        started_at=to_text(START),
        completed_at=to_text(START + timedelta(days=5)),
        closed_at=None,
        expires_on="2029-10-31",
        output_lot="TB-0771",
    )
    _sign(story, "issue", "P-0005", "issued", "Supervisor")


def _step(story: Story, step: StepDefinition, occurrence: str, texts: tuple[str, ...], number: int) -> None:
    part = f"{step.number}/{occurrence}"
    run = story.add(
        "step_run",
        Action.STEP_START,
        part=part,
        step=step.number,
        occurrence=occurrence,
        state="done",
        started_at=story.wait(70),
        started_by="P-0002",
        performed_at=None,
        performed_by=None,
        closed_at=None,
        basis=None,
    )
    if number % 29 == 17:
        run |= {
            "state": "not_applicable",
            "closed_at": run["started_at"],
            "basis": {"condition": "lod > 1.80", "data": {"lod": "1.71"}, "why": "branch not taken"},
        }
        return
    for use in step.equipment:
        _use(story, part, use.role, use.rule)
    for one in step.fields:
        _values(story, part, one, texts)
    _around(story, step, part, texts)
    run |= {"performed_at": story.wait(20), "performed_by": "P-0002"}
    for wanted in step.signatures:
        act = wanted.act.value
        if act != "performed":
            asked = story.add(
                "verification",
                Action.VERIFICATION_REQUEST,
                step_part=part,
                act=act,
                roles=", ".join(wanted.roles),
                state="accepted",
                requested_at=story.wait(5),
                requested_by="P-0002",
                answered_at=None,
                answered_by=None,
                comment=None,
            )
            asked |= {"answered_at": story.wait(90), "answered_by": SIGNERS[act]}
        if wanted.as_signature:
            _sign(story, part, SIGNERS[act], act, ROLES[act])
    run["closed_at"] = story.wait(1)
    told = [
        {"p": "/state", "o": "in_progress", "n": "done"},
        {"p": "/closed_at", "o": None, "n": run["closed_at"]},
    ]
    story.event("step_run", Action.STEP_STATE, {**run, "rev": 2}, told)


def _use(story: Story, part: str, tag: str, rule: str) -> None:
    state = {
        "format": "countersign-equipment-snapshot/1",
        "at": story.wait(3),
        "time_zone": "Europe/Dublin",
        "tag": tag,
        "mapping": {"id": 1, "rev": 1, "from_at": "2026-01-05T08:00:00.000000Z"},
        "asset": {
            "number": f"A-{sum(map(ord, tag)):04d}",
            "rev": 1,
            "title": "Machine of the demo site",
            "maker": "Waage & Söhne",
            "model": "FB-300",
            "serial": f"S-{tag}",
            "firmware": "2.1",
            "gmp_impact": "direct",
        },
        "axes": {
            "service": _axis("in_use", {}),
            "qualification": _axis("qualified", {"due_on": "2027-05-31"}),
            "calibration": _axis(
                "in_cal", {"due_at": "2027-02-01T00:00:00.000000Z", "certificate": "CAL-2207"}
            ),
            "cleaning": _axis("clean", {"clean_until": "2026-11-23T06:00:00.000000Z"}),
            "quality": _axis("released", {}),
            "content": {"stored": None, "evaluated": "unknown", "since": None, "detail": None},
        },
        "rule": {"name": rule, "clauses": []},
        "verdict": "allow",
        "failed": [],
    }
    text = snapshot_text(state)
    story.add(
        "equipment_use",
        Action.EQUIPMENT_USE,
        part=part,
        tag=tag,
        asset=state["asset"]["number"],
        rule=rule,
        verdict="allow",
        snapshot=text,
        snapshot_digest=snapshot_digest(text),
        used_at=to_text(story.now),
        used_by="P-0002",
    )


def _axis(word: str, detail: dict[str, str]) -> dict[str, Any]:
    since = "2026-10-01T08:00:00.000000Z"
    return {
        "stored": word,
        "evaluated": word,
        "since": since,
        "interval": 1,
        "rev": 1,
        "from_at": since,
        "detail": detail,
    }


@dataclass(frozen=True)
class Given:
    """A value with what it was judged by."""

    value: str
    limits: dict[str, Any] | None = None
    unit: str | None = None

    @property
    def judged(self) -> str:
        """Say what the limits say."""
        if not self.limits:
            return "none"
        if "expected" in self.limits:
            return "in_limits" if self.value == self.limits["expected"] else "action"
        outside = [level for level in ("action", "alert") if level in self.limits and not self._keeps(level)]
        return outside[0] if outside else "in_limits"

    def _keeps(self, level: str) -> bool:
        bounds = self.limits[level]
        return Decimal(bounds["minimum"]) <= Decimal(self.value) <= Decimal(bounds["maximum"])


def _values(story: Story, part: str, one: Field, texts: tuple[str, ...]) -> None:
    names = [*value_names(one), *statistic_names(one)]
    if one.kind is FieldKind.TIMER:
        names = [f"{one.name}.start", f"{one.name}.stop", one.name]
    for name in names:
        if one.kind is FieldKind.PHOTO:
            _photo(story, part, name)
            continue
        given = _given(story, one, name, texts)
        entry = _entry(story, part, one, name, given)
        is_first = not any(row["supersedes"] for row in story.rows["entry"])
        if entry["source"] == "manual" and (is_first or story.random.random() < 0.02):
            reason = texts[0] if texts else "Digits transposed when typing; balance print-out attached."
            story.wait(40)
            again = _given(story, one, name, texts)
            _entry(story, part, one, name, again, supersedes=entry["id"], reason=reason)


def _entry(story, part, one, name, given, *, supersedes=None, reason=None):
    is_elapsed = one.kind is FieldKind.TIMER and name == one.name
    computed = one.kind is FieldKind.COMPUTED or name in statistic_names(one) or is_elapsed
    source = "calculation" if computed else {"scan": "scan", "timer": "server"}.get(one.kind.value, "manual")
    formula = one.formula or f"mean({one.name})"
    is_late = len(story.rows.get("entry", ())) == 4
    person = "system" if source in {"calculation", "server"} else "P-0002"
    return story.add(
        "entry",
        Action.ENTRY_CORRECT if supersedes else Action.ENTRY_RECORD,
        part=part,
        field=name,
        kind="computed" if computed else one.kind.value,
        variable=one.variable,
        raw=formula if computed else given.value,
        value=given.value,
        unit=given.unit,
        source=source,
        device="BAL-014" if one.instrument and not computed else None,
        judged=given.judged,
        limits={**(given.limits or {}), "formula": formula, "language": "1"} if computed else given.limits,
        entered_at=story.wait(11),
        entered_by=person,
        printed_name=PEOPLE.get(person, "Countersign"),
        stated_at=to_text(story.now - timedelta(hours=2)) if is_late else None,
        supersedes=supersedes,
        reason=reason,
    )


def _given(story: Story, one: Field, name: str, texts: tuple[str, ...]) -> Given:
    if name.endswith((".start", ".stop")) or one.kind is FieldKind.DATE_TIME:
        return Given(to_text(story.now))
    if one.kind in {FieldKind.CONFIRM, FieldKind.YES_NO}:
        return Given("yes", {"expected": one.expected} if one.expected else None)
    plain = {
        FieldKind.CHOICE: one.options[0].code if one.options else "",
        FieldKind.TEXT: texts[0] if texts else "Ibuprofen 200 mg tablets, TB-0770",
        FieldKind.SCAN: one.expected or "24-118",
    }
    return Given(plain[one.kind]) if one.kind in plain else _number(story, one)


def _number(story: Story, one: Field) -> Given:
    low, high = Decimal("49.5"), Decimal("50.5")
    limits = None
    if one.limits and one.limits.action:
        try:
            low = Decimal(one.limits.action.minimum or "0")
            high = Decimal(one.limits.action.maximum or str(low + 10))
        except ArithmeticError:
            low, high = Decimal("49.5"), Decimal("50.5")  # the bounds are formulas
        limits = {"action": _range(low, high)}
        if one.limits.alert:
            quarter = (high - low) / 4
            limits["alert"] = _range(low + quarter, high - quarter)
    middle, spread = (low + high) / 2, (high - low) / 2
    drawn = middle + spread * Decimal(str(round(story.random.uniform(-0.95, 1.03), 3)))
    return Given(f"{drawn:.{one.decimals or 0}f}", limits, one.unit)


def _range(low: Decimal, high: Decimal) -> dict[str, Any]:
    return {
        "minimum": f"{low}",
        "maximum": f"{high}",
        "minimum_inclusive": True,
        "maximum_inclusive": True,
    }


def _photo(story: Story, part: str, name: str) -> None:
    story.add(
        "attachment",
        Action.FILE_ATTACH,
        part=part,
        field=name,
        sha256=sha256(f"{part}{name}".encode()).hexdigest(),
        media_type="image/jpeg",
        size=184_223,
        file_name="overprint.jpg",
        attached_at=story.wait(9),
        attached_by="P-0002",
    )


def _around(story: Story, step: StepDefinition, part: str, texts: tuple[str, ...]) -> None:
    if step.type in {"timer", "hold_time"}:
        began = story.now - timedelta(minutes=11)
        late = story.random.random() < 0.2
        story.add(
            "time_limit",
            Action.LIMIT_START,
            step_part=part,
            limit_kind=step.type.value,
            label=step.title,
            state="breached" if late else "ended",
            started_at=to_text(began),
            earliest_at=to_text(began + timedelta(minutes=9)),
            warn_at=None,
            latest_at=to_text(began + timedelta(minutes=10 if late else 12)),
            ended_at=to_text(story.now),
        )
    if step.type == "dispense":
        story.add(
            "scan_attempt",
            Action.SCAN_REFUSE,
            step_part=part,
            field="lot",
            raw="LOT:24-119",
            reason="Lot 24-119 is quarantined; it must be released.",
            scanned_at=story.wait(8),
            scanned_by="P-0002",
        )
        component = step.setting("component")
        for portion in ("1", "2"):
            story.add(
                "container",
                Action.CONTAINER_FILL,
                part=part,
                label=f"{NUMBER}-{component}-{portion}",
                batch=NUMBER,
                component=component,
                material="MAT-PARA",
                lot="24-118",
                portion=portion,
                net="125.753",
                unit="kg",
                state="charged",
                filled_at=story.wait(5),
                filled_by="P-0002",
                charged_part="2.2/1",
            )
    if step.type == "label_print":
        story.add(
            "label_print",
            Action.LABEL_PRINT,
            step_part=part,
            label="CRT-0042 v3",
            copies=25000,
            fields={"lot": NUMBER, "made": "2026-11", "expires": "2029-10"},
            reprint_reason=None,
            printed_at=story.wait(8),
            printed_by="P-0002",
        )
    if texts:
        for text in texts:
            story.add(
                "remark", Action.REMARK, step_part=part, text=text, made_at=story.wait(4), made_by="P-0003"
            )


def _sign(story: Story, part: str, person: str, meaning: str, role: str) -> None:
    digest = b64encode(sha256(f"{part}{meaning}{len(story.trail)}".encode()).digest()).decode()
    story.add(
        "signature",
        Action.SIGNATURE_APPLY,
        part=part,
        content_digest=digest,
        meaning=meaning,
        meaning_text=Meaning(meaning).text,
        signer=person,
        printed_name=PEOPLE[person],
        role=role,
        signed_at=story.wait(15),
        time_zone="Europe/Dublin",
        nonce=digest[:12],
        manifest="{}",
        digest=b64encode(sha256(digest.encode()).digest()).decode(),
        evidence={"method": "password"},
    )


def _exceptions(story: Story) -> None:
    out = [row for row in story.rows["entry"] if row["judged"] == "action"]
    for number, row in enumerate(out, start=1):
        decided = number % 3
        story.add(
            "batch_exception",
            Action.EXCEPTION_OPEN,
            number=f"E-{number}",
            exception_type="value",
            severity=("medium", "high", "low")[number % 3],
            state="accepted" if decided else "open",
            step_part=row["part"],
            entry_id=row["id"],
            rule="value out of limits (execution rules/1)",
            text=f"{row['field']}: {row['value']} {row['unit'] or ''} is outside its action limits.",
            blocks_execution=False,
            blocks_release=True,
            opened_at=row["entered_at"],
            opened_by="P-0002",
            assessment="Within the validated range of the process; no effect on the product.",
            assessed_by="P-0005",
            assessed_at=story.wait(30),
            decision="Accepted: the mean of the batch is within limits and the trend shows no drift."
            if decided
            else None,
            decided_by="P-0007" if decided else None,
            decided_at=story.wait(30) if decided else None,
            investigation="INV-0007" if number == 1 else None,
        )
        if number == 1:
            _sign(story, "exception/E-1", "P-0007", "reviewed", "QA reviewer")
    changed = next(row for row in story.rows["entry"] if row["supersedes"])
    signed = next(
        (row for row in story.rows["signature"] if row["part"] == changed["part"]), story.rows["signature"][1]
    )
    cause = f"The content of {signed['part']} changed."
    story.add(
        "signature_void",
        Action.SIGNATURE_SUPERSEDE,
        part=signed["part"],
        signature_id=signed["id"],
        cause=cause,
        voided_at=story.wait(1),
    )
    _sign(story, "disposition/US", "P-0007", "released", "QA reviewer")
    story.add(
        "disposition",
        Action.BATCH_DISPOSE,
        part="disposition/US",
        market="US",
        decision="released",
        comment="Record complete, exceptions without effect on quality.",
        decided_by="P-0007",
        decided_at=story.wait(20),
    )
