"""A plan's content: its assets, its triggers, what its orders inherit; where a cycle began. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from records.maintenance.due import Baseline
from records.maintenance.meters import Rate
from records.maintenance.states import PlanKind
from records.maintenance.triggers import Trigger, from_content, to_content
from records.numbers import as_text, parse_decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a version of a plan says; an order made by it takes over lock-out, signatures and procedure."""

    title: str
    kind: PlanKind
    assets: tuple[str, ...]
    """In the order of the route."""
    triggers: tuple[Trigger, ...]
    hours: Decimal
    """Estimated work on one asset."""
    lead_days: int
    """How many days before its window opens an order is raised."""
    stop_days: int
    """How many days after the due day the asset may still be used without the work."""
    lock_out: bool
    signatures: tuple[str, ...]
    """What its orders need besides what every order needs."""
    procedure: str
    """The code of the master its orders are carried out by."""


def plan_content(plan: Plan) -> dict[str, Any]:
    """Return a plan as it is stored and signed."""
    return {
        "format": "countersign-maintenance-plan/1",
        "title": plan.title,
        "kind": plan.kind.value,
        "assets": list(plan.assets),
        "triggers": [to_content(trigger) for trigger in plan.triggers],
        "hours": as_text(plan.hours),
        "lead_days": plan.lead_days,
        "stop_days": plan.stop_days,
        "lock_out": plan.lock_out,
        "signatures": list(plan.signatures),
        "procedure": plan.procedure,
    }


def plan_of(content: Mapping[str, Any]) -> Plan:
    """Return the plan that is stored."""
    return Plan(
        title=content["title"],
        kind=PlanKind(content["kind"]),
        assets=tuple(content["assets"]),
        triggers=tuple(from_content(one) for one in content["triggers"]),
        hours=parse_decimal(content["hours"]),
        lead_days=content["lead_days"],
        stop_days=content["stop_days"],
        lock_out=content["lock_out"],
        signatures=tuple(content["signatures"]),
        procedure=content["procedure"],
    )


def baseline_content(baseline: Baseline) -> dict[str, Any]:
    """Return where a cycle began as it is stored."""
    return {
        "on": baseline.on.isoformat(),
        "anchor": baseline.anchor.isoformat(),
        "periods": baseline.periods,
        "counted": {meter: as_text(count) for meter, count in baseline.counted.items()},
        "rates": {meter: [as_text(rate.used), rate.days] for meter, rate in baseline.rates.items()},
    }


def baseline_of(content: Mapping[str, Any]) -> Baseline:
    """Return where a cycle began."""
    return Baseline(
        on=date.fromisoformat(content["on"]),
        anchor=date.fromisoformat(content["anchor"]),
        periods=content["periods"],
        counted={meter: Decimal(count) for meter, count in content["counted"].items()},
        rates={meter: Rate(Decimal(used), days) for meter, (used, days) in content["rates"].items()},
    )
