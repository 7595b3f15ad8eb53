"""Checks of a definition: fields are complete, limits and time windows can be kept, texts fit. Pure."""

import re
from collections.abc import Iterator
from decimal import Decimal

from records.procedure.definition import Recurring
from records.procedure.expressions import ExpressionError, compile_expression
from records.procedure.fields import Field, LimitRange, Limits
from records.procedure.lint_finding import Finding, at_field, at_section, at_step
from records.procedure.outline import Outline, Place, phases
from records.procedure.vocabulary import CRITICAL, EntryMode, FieldKind

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
NUMERIC = frozenset({FieldKind.NUMBER, FieldKind.COMPUTED, FieldKind.TIMER})
LONGEST = {"title": 60, "text": 600, "caution": 300, "label": 60}
"""Characters that fit the operator's tablet and the printed record without scrolling or wrapping twice."""


def fields_are_complete(outline: Outline) -> Iterator[Finding]:
    """Find fields that lack what their kind needs, or have what it can't use."""
    for place in outline.places:
        for field in place.step.fields:
            for message in _incomplete(field):
                yield at_field(place, field.name, message)


def limits_can_be_kept(outline: Outline) -> Iterator[Finding]:
    """Find ranges that hold nothing, alert ranges and targets outside the action range, idle decimals."""
    for place in outline.places:
        for field in place.step.fields:
            for limits, decimals in _all_limits(field):
                for message in _impossible(limits):
                    yield at_field(place, field.name, message, "limits")
                for bound in _finer_than(limits, decimals):
                    message = f"The bound {bound} has more decimals than the value, which has {decimals}."
                    yield at_field(place, field.name, message, "limits", is_warning=True)
            yield from _target_outside(place, field)


def critical_numbers_are_limited(outline: Outline) -> Iterator[Finding]:
    """Find numbers of critical steps that nothing judges."""
    for place in outline.places:
        if place.step.criticality not in CRITICAL:
            continue
        used = _names_used(place)
        for field in place.step.fields:
            if field.kind in {FieldKind.NUMBER, FieldKind.TIMER} and not _is_judged(field, used):
                message = f"The step is {place.step.criticality} and this number has no limit."
                yield at_field(place, field.name, message)


def windows_are_sane(outline: Outline) -> Iterator[Finding]:
    """Find repeats, loops, recurrences, warnings and base sizes that can't work as numbers."""
    for path, _, operation, phase in phases(outline.procedure):
        where = f"phase {phase.id}"
        if operation.repeat and operation.repeat.times < 1:
            yield Finding(
                path=path[:4], where=f"operation {operation.id}", message="It repeats no time at all."
            )
        if phase.loop and phase.loop.maximum < 1:
            yield Finding(path=path, where=where, message="Its loop has no maximum from 1 on.")
        recurring = phase.recurring
        if recurring:
            for key, message in _unkeepable(recurring):
                yield Finding(path=(*path, "recurring", key), where=where, message=message)
    for place in outline.places:
        warn = place.step.setting("warn_percent")
        if isinstance(warn, int) and not 0 < warn < 100:
            yield at_step(
                place, "A warning comes before the end: 1 to 99 per cent.", "settings", "warn_percent"
            )
        if place.step.setting("from") and not any(field.limits for field in place.step.fields):
            yield at_step(place, "The time window has neither minimum nor maximum.", "settings")
    yield from _sizes(outline)


def texts_fit(outline: Outline) -> Iterator[Finding]:
    """Find texts too long for a tablet screen."""
    for place in outline.places:
        step = place.step
        texts = {"title": step.title, "text": step.text, "caution": step.caution}
        for key, text in texts.items():
            if text and len(text) > LONGEST[key]:
                message = f"The {key} has {len(text)} characters; {LONGEST[key]} fit the screen."
                yield at_step(place, message, key, is_warning=True)
        for field in step.fields:
            if len(field.label) > LONGEST["label"]:
                message = f"The label has {len(field.label)} characters; {LONGEST['label']} fit the screen."
                yield at_field(place, field.name, message, "label", is_warning=True)


def fixed(bound: str | None) -> Decimal | None:
    """Give a bound that is a plain number, or None where it is open or has to be computed."""
    return Decimal(bound) if bound is not None and _PLAIN.fullmatch(bound) else None


def _unkeepable(recurring: Recurring) -> Iterator[tuple[str, str]]:
    """Say what no clock can keep: a tolerance as wide as the interval, or a due time where nothing is due."""
    every, tolerance = recurring.every_minutes, recurring.tolerance_minutes
    if every is not None and not 0 <= 2 * tolerance < every:
        yield "tolerance_minutes", "The tolerance of its recurrence must be less than half of its interval."
    if every is not None:
        return
    if tolerance or recurring.at_start or recurring.at_end:
        message = "Passes as needed are never due: leave out tolerance_minutes, at_start and at_end."
        yield "tolerance_minutes", message
    if recurring.closes_after is None:
        yield "to", "Passes as needed end at a step: write it (to)."


def _incomplete(field: Field) -> Iterator[str]:
    """Say what a field lacks or has too much."""
    kind = field.kind
    wanted = {
        "options": (bool(field.options), kind is FieldKind.CHOICE or kind is FieldKind.SCAN),
        "formula": (field.formula is not None, kind is FieldKind.COMPUTED),
        "what": (field.scan_of is not None, kind is FieldKind.SCAN),
        "unit": (field.unit is not None, kind in NUMERIC),
        "decimals": (field.decimals is not None, kind in NUMERIC),
        "limits": (field.limits is not None, kind in NUMERIC),
        "target": (field.target is not None, kind in NUMERIC),
        "pattern": (field.pattern is not None, kind is FieldKind.TEXT),
        "maximum_length": (field.maximum_length is not None, kind is FieldKind.TEXT),
    }
    needed = {"formula", "what", "unit", "decimals"} | ({"options"} if kind is FieldKind.CHOICE else set())
    for key, (is_there, is_fitting) in wanted.items():
        if is_there and not is_fitting:
            yield f"A {kind} field takes no {key}."
        if is_fitting and not is_there and key in needed:
            yield f"A {kind} field needs {key}."
    if field.statistics and not (field.samples and kind in NUMERIC):
        yield "Statistics need a number with samples."
    if field.expected is not None:
        yield from _unfit_answer(field)
    if field.pattern is not None:
        yield from _bad_pattern(field.pattern)


def _unfit_answer(field: Field) -> Iterator[str]:
    answers = {
        FieldKind.YES_NO: ("yes", "no"),
        FieldKind.CHOICE: tuple(option.code for option in field.options),
    }.get(field.kind)
    if answers is not None and field.expected not in answers:
        yield f"The expected answer {field.expected} is none of: {', '.join(answers)}."


def _bad_pattern(pattern: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"The pattern is no regular expression: {error.msg}."


def _all_limits(field: Field) -> Iterator[tuple[Limits, int | None]]:
    if field.limits:
        yield field.limits, field.decimals
    for statistic in field.statistics:
        if statistic.limits:
            yield statistic.limits, statistic.decimals


def _impossible(limits: Limits) -> Iterator[str]:
    for level, allowed in (("action", limits.action), ("alert", limits.alert)):
        if allowed and _is_empty(allowed):
            yield f"No value keeps the {level} range: {allowed.minimum} to {allowed.maximum}."
    if limits.action and limits.alert and not _is_inside(limits.alert, limits.action):
        yield "The alert range reaches beyond the action range."


def _is_empty(allowed: LimitRange) -> bool:
    low, high = fixed(allowed.minimum), fixed(allowed.maximum)
    if low is None or high is None:
        return False
    is_open = not (allowed.minimum_inclusive and allowed.maximum_inclusive)
    return low > high or (low == high and is_open)


def _is_inside(inner: LimitRange, outer: LimitRange) -> bool:
    """Tell whether fixed bounds of one range lie inside another's; bounds to compute are taken on trust."""
    low, outer_low = fixed(inner.minimum), fixed(outer.minimum)
    high, outer_high = fixed(inner.maximum), fixed(outer.maximum)
    return not (
        (low is not None and outer_low is not None and low < outer_low)
        or (high is not None and outer_high is not None and high > outer_high)
    )


def _finer_than(limits: Limits, decimals: int | None) -> Iterator[str]:
    if decimals is None:
        return
    for allowed in (limits.action, limits.alert):
        for bound in (allowed.minimum, allowed.maximum) if allowed else ():
            number = fixed(bound)
            if bound is not None and number is not None and _decimals_of(number) > decimals:
                yield bound


def _decimals_of(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _target_outside(place: Place, field: Field) -> Iterator[Finding]:
    target = fixed(field.target)
    if target is None or field.limits is None or field.limits.action is None:
        return
    wanted = LimitRange(minimum=field.target, maximum=field.target)
    if not _is_inside(wanted, field.limits.action):
        yield at_field(place, field.name, f"The target {field.target} is outside the action range.", "target")


def _names_used(place: Place) -> set[str]:
    """Give the fields that other fields of the step are computed from."""
    used: set[str] = set()
    for field in place.step.fields:
        if field.formula is None:
            continue
        try:
            used |= compile_expression(field.formula).names
        except ExpressionError:
            continue
    return used


def _is_judged(field: Field, used: set[str]) -> bool:
    has_limits = field.limits is not None or any(statistic.limits for statistic in field.statistics)
    return has_limits or field.name in used or field.entry_mode is EntryMode.AUTOMATIC


def _sizes(outline: Outline) -> Iterator[Finding]:
    size, record = outline.procedure.batch_size, outline.procedure.master_record
    if size and not size.minimum <= size.quantity <= size.maximum:
        yield at_section("batch_size", "The base quantity is not between minimum and maximum.", "quantity")
    expected = record.theoretical_yield if record else None
    if expected and expected.minimum_percent > expected.maximum_percent:
        message = "The minimum percentage is above the maximum."
        yield at_section("master_record", message, "theoretical_yield")
    for one in outline.procedure.equipment:
        if one.range and one.range.minimum >= one.range.maximum:
            yield at_section("equipment", "The range is empty.", one.role, "range")
