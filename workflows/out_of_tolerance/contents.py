"""What the signatures on a case cover: one finding as it was worked out, and the case as a whole (11.70)."""

from collections.abc import Mapping
from typing import Any

from records.identity import RECORD_PART
from records.out_of_tolerance.models import ImpactFinding, OutOfTolerance
from records.out_of_tolerance.states import Decision, Distribution, Effect
from records.times import to_text
from workflows.out_of_tolerance.facts import CaseFacts, NewDecision
from workflows.perform import Content

OF_VALUE: dict[Effect, str] = {
    Effect.FLIPS: "the verdict flips",
    Effect.NOT_CORRECTED: "it can't be corrected",
    Effect.STAYS_OUT: "it stays out of its limits",
    Effect.RETURNS: "it comes back inside its limits",
    Effect.HOLDS: "the verdict holds",
    Effect.NOT_JUDGED: "it has no limits",
}
SAID: dict[Effect, str] = {
    Effect.FLIPS: "a verdict flips",
    Effect.NOT_CORRECTED: "a value can't be corrected",
    Effect.STAYS_OUT: "a value stays out of its limits",
    Effect.RETURNS: "a value comes back inside its limits",
    Effect.HOLDS: "every verdict holds",
    Effect.NOT_JUDGED: "no value has limits",
}
DECIDED: dict[Decision, str] = {
    Decision.NO_EFFECT: "no effect on the product",
    Decision.DEVIATION: "a deviation, to be investigated",
}


SHIPPED: dict[Distribution, str] = {
    Distribution.NOT_DISTRIBUTED: "not distributed",
    Distribution.UNDER_APPLICATION: "distributed under an NDA or ANDA: a field alert is due",
    Distribution.OTHERWISE: "distributed, under no NDA or ANDA",
}


def finding_content(case: OutOfTolerance, finding: ImpactFinding, new: NewDecision) -> Content:
    """Return what a decision on one finding covers."""
    content = {
        "kind": "impact_finding",
        "case": case.number,
        "asset": case.asset,
        "curve": case.curve,
        "finding": finding.number,
        "record": finding.record,
        "effect": finding.effect.value,
        "uses": finding.uses,
        "values": finding.values,
        "decision": new.decision.value,
        "distribution": new.distribution.value if new.distribution else None,
    }
    lines = [
        f"Case {case.number}: {case.asset} out of tolerance. Finding {finding.number}: {finding.record}",
        f"Known now: {SAID[finding.effect]}.",
        *(value_line(value) for value in finding.values if value["effect"] != Effect.NOT_JUDGED),
        *_left_out(finding),
        f"Decision: {DECIDED[new.decision]}",
        *([f"The released product: {SHIPPED[new.distribution]}"] if new.distribution else []),
    ]
    return Content.of(finding.part, content, "\n".join(lines))


def case_content(facts: CaseFacts) -> Content:
    """Return what closing a case covers: the window, every record reached and what was decided of it."""
    case = facts.record
    decided = [
        {
            "finding": finding.number,
            "record": finding.record,
            "effect": finding.effect.value,
            "decision": facts.decisions[finding.number].decision.value,
        }
        for finding in facts.findings
        if finding.number in facts.decisions
    ]
    content = {
        "kind": "out_of_tolerance",
        "case": case.number,
        "asset": case.asset,
        "evidence": case.evidence,
        "curve": case.curve,
        "last_good_at": to_text(case.last_good_at),
        "found_at": to_text(case.found_at),
        "findings": decided,
    }
    lines = [
        f"Case {case.number}: {case.asset} out of tolerance",
        f"Evidence: {case.evidence}",
        f"Last good: {case.last_good}",
        *(_decided_line(one) for one in decided),
    ]
    return Content.of(RECORD_PART, content, "\n".join(lines))


def value_line(value: Mapping[str, Any]) -> str:
    """Return one value as a signature's text tells it: then, now, and what becomes of the verdict."""
    unit = f" {value['unit']}" if value["unit"] else ""
    now = f"{value['now']}{unit}" if value["now"] is not None else "not known"
    effect = OF_VALUE[Effect(value["effect"])]
    return f"{value['part']} {value['label']}: recorded {value['then']}{unit}, corrected {now}; {effect}."


def _left_out(finding: ImpactFinding) -> list[str]:
    """Tell how many values the text leaves out; the digest covers them."""
    left = sum(value["effect"] == Effect.NOT_JUDGED for value in finding.values)
    return [f"Values without limits, corrected as well: {left}."] if left else []


def _decided_line(one: dict[str, str]) -> str:
    decision = DECIDED[Decision(one["decision"])]
    return f"{one['finding']} {one['record']}: {SAID[Effect(one['effect'])]}; {decision}."
