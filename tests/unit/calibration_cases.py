"""The demo's transmitter and balance as functions, procedures and readings, all figures of demo.md 7."""

from decimal import Decimal

from records.calibration.contributions import Basis
from records.calibration.function import Function
from records.calibration.judging import Certified, Taken
from records.calibration.limits import Limits
from records.calibration.linearity import Line
from records.calibration.procedure import BudgetRow, Condition, Point, Procedure
from records.calibration.states import Direction, LimitBasis
from records.calibration.transfer import Interval, Transfer

UP, DOWN = Direction.UP, Direction.DOWN
AS_FOUND = ("4.012", "8.031", "12.055", "16.078", "20.103", "16.086", "12.064", "8.038", "4.014")
AS_LEFT = ("4.001", "8.002", "12.004", "16.003", "20.002", "16.006", "12.007", "8.004", "4.001")
WAY = ("0.0", "1.5", "3.0", "4.5", "6.0", "4.5", "3.0", "1.5", "0.0")


def interval(lower, upper):
    return Interval(lower=Decimal(lower), upper=Decimal(upper))


def row(name, basis, figure=None, *, source="", sensitivity="1", coverage=None):
    return BudgetRow(
        name=name,
        basis=basis,
        source=source,
        figure=None if figure is None else Decimal(figure),
        sensitivity=None if sensitivity is None else Decimal(sensitivity),
        coverage=None if coverage is None else Decimal(coverage),
        degrees_of_freedom=None,
    )


def transmitter(**changes):
    given = {
        "asset": "A-1203",
        "name": "pressure",
        "version": 1,
        "measuring": interval("0", "6"),
        "input_unit": "bar",
        "output": interval("4", "20"),
        "output_unit": "mA",
        "transfer": Transfer.LINEAR,
        "table": (),
        "use": interval("3.5", "5.0"),
        "limits": Limits(
            basis=LimitBasis.PERCENT_SPAN,
            reject=Decimal("0.50"),
            adjust=Decimal("0.25"),
            alert=Decimal("0.15"),
        ),
        "process_tolerance": Decimal("1.00"),
        "resolution": Decimal("0.001"),
    }
    return Function(**{**given, **changes})


def transmitter_procedure(**changes):
    given = {
        "unit": "bar",
        "points": tuple(
            Point(applied=Decimal(place), direction=UP if seq < 5 else DOWN) for seq, place in enumerate(WAY)
        ),
        "repeats": 1,
        "soak_seconds": 30,
        "conditions": (Condition(quantity="temperature", within=interval("18", "25"), unit="°C"),),
        "standards": ("PRESSURE", "CURRENT"),
        "minimum_ratio": Decimal(4),
        "rule_id": "Z540.3-METHOD-6",
        "rule_version": 1,
        "factor": Decimal(1),
        "reliability": None,
        "budget": (
            row("reference", Basis.NORMAL, source="standard:PRESSURE", sensitivity=None),
            row("meter", Basis.NORMAL, source="standard:CURRENT"),
            row("resolution", Basis.RESOLUTION, source="resolution"),
            row("repeatability", Basis.STANDARD, "0.0010"),
            row("temperature", Basis.STANDARD, "0.000693"),
        ),
        "coverage": Decimal(2),
        "line": Line.TERMINAL,
        "interval_days": 180,
        "qualification": None,
    }
    return Procedure(**{**given, **changes})


STANDARDS = {
    "PRESSURE": [
        Certified(expanded=Decimal("0.0012"), coverage=Decimal(2), unit="bar", within=interval("0", "10"))
    ],
    "CURRENT": [
        Certified(expanded=Decimal("0.003"), coverage=Decimal(2), unit="mA", within=interval("0", "24"))
    ],
}


def taken(readings, places=WAY):
    return [
        Taken(seq=seq, applied=Decimal(place), indications=tuple(map(Decimal, text.split())))
        for seq, (place, text) in enumerate(zip(places, readings, strict=True), 1)
    ]


def balance():
    """BAL-07 in mg: error against the internal limit of 0.4 mg, alert 0.3 mg."""
    return transmitter(
        asset="A-0007",
        name="mass",
        measuring=interval("0", "220000"),
        input_unit="mg",
        output=interval("0", "220000"),
        output_unit="mg",
        use=interval("500", "200000"),
        limits=Limits(
            basis=LimitBasis.ABSOLUTE, reject=Decimal("0.4"), adjust=Decimal("0.4"), alert=Decimal("0.3")
        ),
        process_tolerance=Decimal(200),
        resolution=Decimal("0.1"),
    )


def balance_procedure(**changes):
    given = {
        "unit": "mg",
        "points": tuple(
            Point(applied=Decimal(place), direction=UP)
            for place in ("0", "20000", "50000", "100000", "200000")
        ),
        "standards": ("E2",),
        "rule_id": "Z540.3-METHOD-5",
        "budget": (
            row("zero", Basis.RESOLUTION, source="resolution"),
            row("load", Basis.RESOLUTION, source="resolution"),
            row("repeatability", Basis.STANDARD, "0.0667"),
            row("eccentricity", Basis.RECTANGULAR, "0.2"),
            row("weight", Basis.NORMAL, source="standard:E2"),
            row("drift", Basis.RECTANGULAR, "0.1"),
            row("buoyancy", Basis.RECTANGULAR, "0.075"),
        ),
        "interval_days": 365,
    }
    return transmitter_procedure(**{**given, **changes})


WEIGHTS = {
    "E2": [
        Certified(expanded=Decimal("0.10"), coverage=Decimal(2), unit="mg", within=interval("0", "200000"))
    ]
}
