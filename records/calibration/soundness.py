"""What is wrong with a function or a procedure before it may be used, each a sentence. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from records.arithmetic import CalculationError
from records.calibration.contributions import Basis
from records.calibration.function import Function
from records.calibration.limits import limits_at
from records.calibration.procedure import RULES, BudgetRow, Procedure
from records.calibration.transfer import Transfer
from records.numbers import as_text

_SOURCES = {"": None, "resolution": Basis.RESOLUTION, "repeats": Basis.READINGS}
_STANDARD = "standard:"


def function_complaints(function: Function) -> list[str]:
    """Return everything wrong with a function; without limits nothing is calibrated (211.160(b)(4))."""
    return list(_of_function(function))


def procedure_complaints(procedure: Procedure) -> list[str]:
    """Return everything that keeps a procedure from being checked."""
    return [*_of_procedure(procedure), *_of_budget(procedure)]


def fit_complaints(function: Function, procedure: Procedure) -> list[str]:
    """Return why a procedure can't be used on a function."""
    if procedure.unit != function.input_unit:
        return [
            (
                f"The procedure's points are in {procedure.unit}, {function.asset} {function.name} is in "
                f"{function.input_unit}. Use a procedure in {function.input_unit}."
            )
        ]
    found = []
    for point in procedure.points:
        try:
            limits_at(function.limits, nominal=function.nominal(point.applied), span=function.output.span)
        except CalculationError as error:
            found.append(f"Point {as_text(point.applied)} {procedure.unit}: {error.message}")
    if function.transfer is not Transfer.LINEAR and any(row.sensitivity is None for row in procedure.budget):
        found.append("A function that is not linear needs the sensitivity of each line of the budget.")
    return list(dict.fromkeys(found))


def _of_function(function: Function) -> Iterator[str]:
    limits = function.limits
    if min(limits.reject, limits.adjust, limits.alert) <= 0:
        yield "Reject, adjust and alert limits are above zero (21 CFR 211.160(b)(4))."
    elif not limits.alert <= limits.adjust <= limits.reject:
        yield "The alert limit is not above the adjust limit, nor that above the reject limit."
    if function.process_tolerance <= 0:
        yield "The process tolerance is above zero: what the process needs, apart from the limits."
    if function.resolution <= 0:
        yield "The resolution is above zero: the smallest step of what is read."
    if not (function.measuring.holds(function.use.lower) and function.measuring.holds(function.use.upper)):
        yield "The range of use lies inside the measuring range."
    try:
        function.nominal(function.measuring.lower)
    except CalculationError as error:
        yield error.message


def _of_procedure(procedure: Procedure) -> Iterator[str]:
    ways = [(point.applied, point.direction) for point in procedure.points]
    known = ", ".join(f"{name} version {version}" for name, version in RULES)
    rule = f"{procedure.rule_id} version {procedure.rule_version}"
    reliability, coverage = procedure.reliability, procedure.coverage
    sentences = {
        "A calibration has two points or more.": len(ways) < 2,
        "A point stands twice in one direction. Ask for repeats instead.": len(set(ways)) < len(ways),
        "Each point is read once or more.": procedure.repeats < 1,
        "The time to settle is not below zero.": procedure.soak_seconds < 0,
        "Say which conditions of the environment must be kept, as temperature.": not procedure.conditions,
        "Name the class of each standard needed (ISO/IEC 17025 6.5).": not procedure.standards,
        "The interval to the next calibration is one day or more (21 CFR 211.160(b)(4)).": (
            procedure.interval_days < 1
        ),
        f"There is no decision rule {rule}. Take {known}.": (
            (procedure.rule_id, procedure.rule_version) not in RULES
        ),
        "The factor of a guard band is above zero.": procedure.factor <= 0,
        "The least test uncertainty ratio is one or more; Z540.3 asks for 4.": procedure.minimum_ratio < 1,
        "The share found in tolerance lies between 0 and 1.": (
            reliability is not None and not 0 < reliability < 1
        ),
        "The coverage factor is about 2, for 95 %.": coverage is not None and coverage < Decimal("1.9"),
    }
    yield from (sentence for sentence, applies in sentences.items() if applies)


def _of_budget(procedure: Procedure) -> Iterator[str]:
    if not procedure.budget:
        yield "A procedure has an uncertainty budget (ISO/IEC 17025 7.6)."
    names = [row.name for row in procedure.budget]
    if len(set(names)) < len(names):
        yield "Each line of the budget has a name of its own."
    for row in procedure.budget:
        if sentence := _of_row(row, procedure):
            yield f"{row.name}: {sentence}"


def _of_row(row: BudgetRow, procedure: Procedure) -> str | None:
    if row.source.startswith(_STANDARD):
        wanted = row.source.removeprefix(_STANDARD)
        if wanted not in procedure.standards:
            return f"the procedure needs no standard of class {wanted}."
        return None if row.basis is Basis.NORMAL else "what a certificate states is normal, with its k."
    if row.source not in _SOURCES:
        return f"{row.source!r} is no source. Take standard:CLASS, resolution, repeats or none."
    return _taken_complaint(row, procedure) if row.source else _figure_complaint(row)


def _taken_complaint(row: BudgetRow, procedure: Procedure) -> str | None:
    wanted = _SOURCES[row.source]
    if row.basis is not wanted:
        return f"from {row.source} it is of basis {wanted}."
    if row.source == "repeats" and procedure.repeats < 2:
        return "a standard deviation of readings needs two or more at each point."
    return None


def _figure_complaint(row: BudgetRow) -> str | None:
    if row.basis is Basis.READINGS:
        return "readings come from repeats."
    if row.figure is None or row.figure < 0:
        return "its figure is given, zero or above."
    if row.basis is Basis.NORMAL and row.coverage is None:
        return "an expanded uncertainty needs its coverage factor."
    return None
