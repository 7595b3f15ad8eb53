"""What the signatures on a work order cover: the order, its procedure, and all that was done."""

from collections.abc import Iterator
from typing import Any

from records.identity import RECORD_PART
from workflows.perform import Content
from workflows.work_order.facts import OrderFacts


def order_content(facts: OrderFacts) -> Content:
    """Return the content of an order as it stands."""
    order, work = facts.record, facts.work
    content: dict[str, Any] = {
        "kind": "work order",
        "number": order.number,
        "order_kind": order.order_kind.value,
        "asset": order.asset,
        "title": order.title,
        "description": order.description,
        "plan_version": order.plan_version,
        "procedure": work.procedure.digest if work.procedure else None,
        "signatures": sorted(order.signatures),
        "values": [dict(one) for one in work.values],
        "exceptions": [{"number": one.number, "text": one.text} for one in work.exceptions],
        "changes": [{"what": one.what, "firmware": one.firmware} for one in work.changes],
        "checks": [{"what": one.what, "has_passed": one.has_passed} for one in work.checks],
        "assessments": [{"is_needed": one.is_needed, "rationale": one.rationale} for one in work.assessments],
        "parts": [{"lot": one.lot, "quantity": str(one.quantity), "unit": one.unit} for one in work.parts],
        "failure": [work.failure.mode, work.failure.mechanism, work.failure.cause] if work.failure else None,
        "has_failed": order.has_failed,
    }
    return Content.of(RECORD_PART, content, "\n".join(_lines(facts)))


def _lines(facts: OrderFacts) -> Iterator[str]:
    order, work = facts.record, facts.work
    yield f"Work order {order.number}, {order.order_kind}: {order.title}"
    yield f"Asset {order.asset} {facts.asset.title}"
    if order.description:
        yield order.description
    if order.plan_version:
        yield f"Plan {order.plan_version}"
    if work.procedure:
        yield f"Procedure {work.procedure.master}, {len(work.values)} values"
    yield from _done(facts)


def _done(facts: OrderFacts) -> Iterator[str]:
    work = facts.work
    for value in work.values:
        yield f"{value['part']} {value['field']}: {value['value']} {value['unit']}".rstrip()
    for one in work.exceptions:
        yield f"{one.number} ({one.severity}) {one.text}"
    if work.failure:
        yield f"Failure: {work.failure.words}. {work.failure.text}".strip()
    for part in work.parts:
        yield f"Used: {part.quantity} {part.unit} {part.material}, lot {part.lot}"
    for change in work.changes:
        yield f"Changed: {change.what}" + (f", firmware {change.firmware}" if change.firmware else "")
    for check in work.checks:
        yield f"Verified after the repair: {check.what}: {'passed' if check.has_passed else 'not passed'}"
    for assessed in work.assessments:
        word = "needed" if assessed.is_needed else "not needed"
        yield f"Requalification {word}: {assessed.rationale}"
