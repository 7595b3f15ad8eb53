"""An instrument function as data: what it measures, what it puts out, and its limits. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from records.arithmetic import exact_arithmetic
from records.calibration.limits import Limits
from records.calibration.states import LimitBasis
from records.calibration.transfer import Interval, Knot, Transfer, nominal_output
from records.numbers import as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function of an instrument: a transmitter of 0 to 6 bar that puts out 4 to 20 mA."""

    asset: str
    name: str
    version: int
    measuring: Interval
    input_unit: str
    output: Interval
    output_unit: str
    transfer: Transfer
    table: tuple[Knot, ...]
    use: Interval
    """The part of the measuring interval that the process uses."""
    limits: Limits
    process_tolerance: Decimal
    """What the process needs, on the basis of the limits; apart from the maker's specification (CAL-17)."""
    resolution: Decimal
    """The digital step of what is read, in the unit of the output."""

    def nominal(self, applied: Decimal) -> Decimal:
        """Return the output without error for a value applied; raises CalculationError outside the range."""
        return nominal_output(
            applied, measuring=self.measuring, output=self.output, transfer=self.transfer, table=self.table
        )

    @property
    def slope(self) -> Decimal:
        """Return output for each unit of input, over the whole range."""
        with exact_arithmetic():
            return self.output.span / self.measuring.span


def function_content(function: Function) -> dict[str, Any]:
    """Return a function as JSON, numbers as their text."""
    return {
        "asset": function.asset,
        "name": function.name,
        "version": function.version,
        "input": _interval(function.measuring, function.input_unit),
        "output": _interval(function.output, function.output_unit),
        "transfer": function.transfer.value,
        "table": [[as_text(knot.applied), as_text(knot.output)] for knot in function.table],
        "use": _interval(function.use, function.input_unit),
        "limits": {
            "basis": function.limits.basis.value,
            "reject": as_text(function.limits.reject),
            "adjust": as_text(function.limits.adjust),
            "alert": as_text(function.limits.alert),
        },
        "process_tolerance": as_text(function.process_tolerance),
        "resolution": as_text(function.resolution),
    }


def function_of(content: Mapping[str, Any]) -> Function:
    """Return the function that `function_content` wrote."""
    limits = content["limits"]
    return Function(
        asset=content["asset"],
        name=content["name"],
        version=content["version"],
        measuring=_read_interval(content["input"]),
        input_unit=content["input"]["unit"],
        output=_read_interval(content["output"]),
        output_unit=content["output"]["unit"],
        transfer=Transfer(content["transfer"]),
        table=tuple(Knot(applied=Decimal(x), output=Decimal(y)) for x, y in content["table"]),
        use=_read_interval(content["use"]),
        limits=Limits(
            basis=LimitBasis(limits["basis"]),
            reject=Decimal(limits["reject"]),
            adjust=Decimal(limits["adjust"]),
            alert=Decimal(limits["alert"]),
        ),
        process_tolerance=Decimal(content["process_tolerance"]),
        resolution=Decimal(content["resolution"]),
    )


def _interval(interval: Interval, unit: str) -> dict[str, str]:
    return {"lower": as_text(interval.lower), "upper": as_text(interval.upper), "unit": unit}


def _read_interval(content: Mapping[str, str]) -> Interval:
    return Interval(lower=Decimal(content["lower"]), upper=Decimal(content["upper"]))
