"""What signatures on a calibration run cover: standards, conditions, every reading that counts, verdict."""

from records.calibration.states import Phase
from records.numbers import as_text
from workflows.calibration.outcome import Outcome
from workflows.calibration.run_facts import RunFacts
from workflows.perform import Content


def completed_content(facts: RunFacts, found: Outcome | None) -> Content:
    """Return the content that the technician signs when a run is completed."""
    head = f"Calibration {facts.record.number} of {facts.record.asset} {facts.record.function}"
    lines = [
        f"{head} by {facts.record.procedure}, work order {facts.order.number}",
        *_taken(facts),
        _verdict(found),
        f"Decision rule: {facts.procedure.rule_text}",
    ]
    if facts.use is not None:
        use = f"{as_text(facts.use.lower)} to {as_text(facts.use.upper)} {facts.function.input_unit}"
        lines.append(f"Use restricted to {use}")
    return _content(facts, "complete", lines)


def waived_content(facts: RunFacts) -> Content:
    """Return the content that another person signs where as-found could not be had (CAL-12)."""
    head = f"Calibration {facts.record.number} of {facts.record.asset} {facts.record.function}"
    return _content(facts, "waive", [f"{head} goes on without as-found readings", *_taken(facts)])


def _verdict(found: Outcome | None) -> str:
    if found is None:
        return "Verdict: not every reading is there"
    due = f"; next due on {found.due_on}" if found.due_on else ""
    return f"Verdict: {found.verdict.replace('_', ' ')}{due}"


def _content(facts: RunFacts, act: str, lines: list[str]) -> Content:
    content = {
        "format": "countersign-calibration/1",
        "number": facts.record.number,
        "act": act,
        "frozen": facts.record.frozen,
        "lines": lines,
    }
    return Content.of(facts.record.number, content, "\n".join(lines))


def _taken(facts: RunFacts) -> list[str]:
    standards = [
        f"Standard {name}: {one.asset}, certificate {one.certificate}"
        for name, one in sorted(facts.standards.items())
    ]
    conditions = [
        f"{name}: {as_text(one.value)} {one.unit} by {one.sensor}"
        for name, one in sorted(facts.conditions.items())
    ]
    readings = [
        f"{phase.replace('_', ' ')} {facts.name_of(one.seq, one.repeat)}: {one.raw} {one.unit}"
        for phase in Phase
        for one in facts.standing(phase)
    ]
    adjustments = [
        f"Adjusted: {one.what}, {one.before} to {one.after}" if one.attempt else f"Not adjusted: {one.what}"
        for one in facts.adjustments
    ]
    return [*standards, *conditions, *readings, *adjustments]
