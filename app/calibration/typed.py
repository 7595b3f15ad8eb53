"""Functions, procedures and certificates as people type them, in lines; each fault is told with its line."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from app.forms import FormError
from records.arithmetic import CalculationError
from records.calibration.contributions import Basis
from records.calibration.function import Function
from records.calibration.judging import Certified
from records.calibration.limits import Limits
from records.calibration.linearity import Line
from records.calibration.procedure import BudgetRow, Condition, Point, Procedure
from records.calibration.states import Direction, LimitBasis
from records.calibration.transfer import Interval, Knot, Transfer
from records.numbers import NumberError, parse_decimal
from workflows.calibration.facts import NewCertificate, NewProcedure

Read = TypeVar("Read")
_SLOPE = "slope"


def function_typed(form: Mapping[str, Any]) -> Function:
    """Return the function that a form describes; raises FormError."""
    whole = _interval(form["input_lower"], form["input_upper"])
    lower, upper = form.get("use_lower"), form.get("use_upper")
    return Function(
        asset=form["asset"],
        name=form["name"],
        version=1,
        measuring=whole,
        input_unit=form["input_unit"],
        output=_interval(form["output_lower"], form["output_upper"]),
        output_unit=form["output_unit"],
        transfer=Transfer(form["transfer"]),
        table=tuple(_lines("Transfer table", form["table"], _knot)),
        use=whole if lower is None or upper is None else _interval(lower, upper),
        limits=Limits(
            basis=LimitBasis(form["basis"]),
            reject=form["reject"],
            adjust=form["adjust"],
            alert=form["alert"],
        ),
        process_tolerance=form["process_tolerance"],
        resolution=form["resolution"],
    )


def procedure_typed(form: Mapping[str, Any]) -> NewProcedure:
    """Return the procedure that a form describes; raises FormError."""
    procedure = Procedure(
        unit=form["unit"],
        points=tuple(_lines("Points", form["points"], _point)),
        repeats=form["repeats"],
        soak_seconds=form["soak_seconds"],
        conditions=tuple(_lines("Conditions", form["conditions"], _condition)),
        standards=tuple(form["standards"].split()),
        minimum_ratio=form["minimum_ratio"],
        rule_id=form["rule_id"],
        rule_version=1,
        factor=form.get("factor") or Decimal(1),
        reliability=form.get("reliability"),
        budget=tuple(_lines("Uncertainty budget", form["budget"], _budget_row)),
        coverage=form.get("coverage"),
        line=Line(form["line"]),
        interval_days=form["interval_days"],
        qualification=form["qualification"] or None,
    )
    return NewProcedure(code=form["code"], title=form["title"], procedure=procedure)


def certificate_typed(form: Mapping[str, Any]) -> NewCertificate:
    """Return the certificate that a form describes; raises FormError."""
    return NewCertificate(
        asset=form["asset"],
        standard_class=form["standard_class"],
        certificate=form["certificate"],
        laboratory=form["laboratory"],
        accreditation=form["accreditation"] or None,
        calibrated_on=form["calibrated_on"],
        valid_until=form["valid_until"],
        parent=form["parent"] or None,
        ranges=tuple(_lines("Ranges", form["ranges"], _range)),
    )


def _interval(lower: Decimal, upper: Decimal) -> Interval:
    try:
        return Interval(lower=lower, upper=upper)
    except CalculationError as error:
        raise FormError([error.message]) from error


def _lines(what: str, text: str, read: Callable[[Sequence[str]], Read]) -> list[Read]:
    found, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(read([word.strip() for word in (line.split(",") if "," in line else line.split())]))
        except (NumberError, CalculationError) as error:
            faults.append(f"{what}, line {number}: {error.message}")
        except (ValueError, IndexError):
            faults.append(
                f"{what}, line {number}: {line.strip()!r} can't be read. See the hint at the field."
            )
    if faults:
        raise FormError(faults)
    return found


def _knot(words: Sequence[str]) -> Knot:
    applied, output = words
    return Knot(applied=parse_decimal(applied), output=parse_decimal(output))


def _point(words: Sequence[str]) -> Point:
    applied, way = words
    return Point(applied=parse_decimal(applied), direction=Direction(way))


def _condition(words: Sequence[str]) -> Condition:
    quantity, lower, upper, unit = words
    within = Interval(lower=parse_decimal(lower), upper=parse_decimal(upper))
    return Condition(quantity=quantity, within=within, unit=unit)


def _budget_row(words: Sequence[str]) -> BudgetRow:
    name, basis, taken, sensitivity, *coverage = words
    is_figure = taken[:1].isdigit()
    return BudgetRow(
        name=name,
        basis=Basis(basis),
        source="" if is_figure else taken,
        figure=parse_decimal(taken) if is_figure else None,
        sensitivity=None if sensitivity == _SLOPE else parse_decimal(sensitivity),
        coverage=parse_decimal(coverage[0]) if coverage else None,
        degrees_of_freedom=None,
    )


def _range(words: Sequence[str]) -> Certified:
    lower, upper, unit, expanded, coverage = words
    return Certified(
        expanded=parse_decimal(expanded),
        coverage=parse_decimal(coverage),
        unit=unit,
        within=Interval(lower=parse_decimal(lower), upper=parse_decimal(upper)),
    )
