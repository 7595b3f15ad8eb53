"""What a signature on a plan or on an extension covers (21 CFR 11.70)."""

from records.identity import RECORD_PART
from records.maintenance.due import Due
from records.maintenance.models import PlannedAsset, PlanVersion
from records.maintenance.plan import Plan, plan_content
from records.maintenance.queries import Standing
from workflows.maintenance.facts import NewExtension
from workflows.perform import Content


def plan_words(plan: Plan) -> list[tuple[str, str]]:
    """Return what a plan says, as a page, a dialog and a print show it."""
    return [
        ("What", plan.title),
        ("Kind", plan.kind.value),
        ("Assets, in this order", ", ".join(plan.assets)),
        ("Due at the first of", ", ".join(trigger.words for trigger in plan.triggers)),
        ("Order raised", f"{plan.lead_days} days before its window opens"),
        ("Asset may be used", f"until {plan.stop_days} days after the due day"),
        ("Estimated work", f"{plan.hours} h for each asset"),
        ("Lock-out", "yes" if plan.lock_out else "no"),
        ("Signatures besides those of every order", _listed(plan.signatures)),
        ("Procedure", plan.procedure),
    ]


def version_content(version: PlanVersion, plan: Plan) -> Content:
    """Return the content of a version of a plan."""
    content = {"number": version.number, "code": version.code, "version": version.version}
    head = f"Maintenance plan {version.number}"
    lines = [head, *(f"{name}: {words}" for name, words in plan_words(plan))]
    return Content.of(RECORD_PART, content | plan_content(plan), "\n".join(lines))


def extension_part(cycle: int) -> str:
    """Return the part of an asset's record under a plan that an extension is."""
    return f"extension/{cycle}"


def extension_content(record: PlannedAsset, standing: Standing, due: Due, new: NewExtension) -> Content:
    """Return the content of an extension: which date moves to which, and the basis of the risk."""
    content = {
        "format": "countersign-extension/1",
        "number": record.number,
        "plan": standing.plan_version,
        "asset": standing.asset,
        "cycle": standing.cycle,
        "due_on": due.due_on.isoformat(),
        "extended_to": new.extended_to.isoformat(),
        "risk": new.risk,
    }
    lines = [
        f"Extension of {standing.plan_version} for {standing.asset} {standing.asset_title}",
        f"GMP impact: {standing.impact}",
        f"Due on {due.due_on}, {due.by.words}",
        f"Extended to {new.extended_to}: the asset stops after that day",
        f"Basis of the risk: {new.risk}",
    ]
    return Content.of(extension_part(standing.cycle), content, "\n".join(lines))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(word.replace("_", " ") for word in words) or "none"
