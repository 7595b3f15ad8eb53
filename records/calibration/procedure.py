"""A calibration procedure as data: points, conditions, standards, budget, decision rule. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from records.calibration.contributions import Basis
from records.calibration.decision import DecisionRule, Rule
from records.calibration.linearity import Line
from records.calibration.states import Direction
from records.calibration.transfer import Interval
from records.numbers import as_text

RULES: Mapping[tuple[str, int], tuple[Rule, bool, str]] = {
    ("ILAC-G8-SIMPLE", 1): (
        Rule.SIMPLE,
        True,
        "simple acceptance: no guard band, shared risk (ILAC-G8:09/2019, 4.2.1)",
    ),
    ("ILAC-G8-GUARD", 1): (
        Rule.GUARD_BAND,
        True,
        "binary with a guard band of r·U (ILAC-G8:09/2019, 4.2.2)",
    ),
    ("ILAC-G8-FOUR-WORDS", 1): (
        Rule.GUARD_BAND,
        False,
        "pass, conditional pass, conditional fail, fail with a guard band of r·U (ILAC-G8:09/2019, 4.2.3)",
    ),
    ("Z540.3-METHOD-5", 1): (Rule.METHOD_5, False, "guard band of U (ANSI/NCSL Z540.3 handbook, method 5)"),
    ("Z540.3-METHOD-6", 1): (
        Rule.METHOD_6,
        False,
        "guard band managed by the test uncertainty ratio (ANSI/NCSL Z540.3 handbook, method 6)",
    ),
}
"""Decision rules by id and version: how the band follows, whether two words or four, and what is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A test point, in the order it is taken."""

    applied: Decimal
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition of the environment and the interval it must lie in (CAL-23)."""

    quantity: str
    within: Interval
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """A line of the budget; what it takes from the run is named in `source`.

    `standard:CLASS` takes U and k of the standard used, `resolution` the function's digital step, `repeats`
    the standard deviation of the readings at the point, and empty the figure given.
    """

    name: str
    basis: Basis
    source: str
    figure: Decimal | None
    sensitivity: Decimal | None
    """None stands for output by input over the whole range."""
    coverage: Decimal | None
    degrees_of_freedom: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One version of a calibration procedure."""

    unit: str
    """The unit of the points: that of the function's input."""
    points: tuple[Point, ...]
    repeats: int
    soak_seconds: int
    conditions: tuple[Condition, ...]
    standards: tuple[str, ...]
    """The classes of standard needed, one of each."""
    minimum_ratio: Decimal
    rule_id: str
    rule_version: int
    factor: Decimal
    """r of a guard band of r·U; nothing to the other rules."""
    reliability: Decimal | None
    """The share found in tolerance at the end of the interval, 0 to 1, where it is known (Z540.3, 5.3(b))."""
    budget: tuple[BudgetRow, ...]
    coverage: Decimal | None
    """The declared factor k; None takes it from the effective degrees of freedom."""
    line: Line
    interval_days: int
    qualification: str | None
    """What the technician must be trained for, where it is asked (CAL-24)."""

    @property
    def rule(self) -> DecisionRule:
        """Return the decision rule with its parameters."""
        rule, is_binary, _text = RULES[self.rule_id, self.rule_version]
        return DecisionRule(rule=rule, factor=self.factor, is_binary=is_binary)

    @property
    def rule_text(self) -> str:
        """Return what is printed of the rule."""
        return f"{self.rule_id} version {self.rule_version}: {RULES[self.rule_id, self.rule_version][2]}"


def procedure_content(procedure: Procedure) -> dict[str, Any]:
    """Return a procedure as JSON, numbers as their text."""
    return {
        "unit": procedure.unit,
        "points": [[as_text(point.applied), point.direction.value] for point in procedure.points],
        "repeats": procedure.repeats,
        "soak_seconds": procedure.soak_seconds,
        "conditions": [
            {
                "quantity": one.quantity,
                "lower": as_text(one.within.lower),
                "upper": as_text(one.within.upper),
                "unit": one.unit,
            }
            for one in procedure.conditions
        ],
        "standards": list(procedure.standards),
        "minimum_ratio": as_text(procedure.minimum_ratio),
        "rule_id": procedure.rule_id,
        "rule_version": procedure.rule_version,
        "factor": as_text(procedure.factor),
        "reliability": _text(procedure.reliability),
        "budget": [
            {
                "name": row.name,
                "basis": row.basis.value,
                "source": row.source,
                "figure": _text(row.figure),
                "sensitivity": _text(row.sensitivity),
                "coverage": _text(row.coverage),
                "degrees_of_freedom": _text(row.degrees_of_freedom),
            }
            for row in procedure.budget
        ],
        "coverage": _text(procedure.coverage),
        "line": procedure.line.value,
        "interval_days": procedure.interval_days,
        "qualification": procedure.qualification,
    }


def procedure_of(content: Mapping[str, Any]) -> Procedure:
    """Return the procedure that `procedure_content` wrote."""
    return Procedure(
        unit=content["unit"],
        points=tuple(Point(applied=Decimal(x), direction=Direction(way)) for x, way in content["points"]),
        repeats=content["repeats"],
        soak_seconds=content["soak_seconds"],
        conditions=tuple(
            Condition(
                quantity=one["quantity"],
                within=Interval(lower=Decimal(one["lower"]), upper=Decimal(one["upper"])),
                unit=one["unit"],
            )
            for one in content["conditions"]
        ),
        standards=tuple(content["standards"]),
        minimum_ratio=Decimal(content["minimum_ratio"]),
        rule_id=content["rule_id"],
        rule_version=content["rule_version"],
        factor=Decimal(content["factor"]),
        reliability=_decimal(content["reliability"]),
        budget=tuple(
            BudgetRow(
                name=row["name"],
                basis=Basis(row["basis"]),
                source=row["source"],
                figure=_decimal(row["figure"]),
                sensitivity=_decimal(row["sensitivity"]),
                coverage=_decimal(row["coverage"]),
                degrees_of_freedom=_decimal(row["degrees_of_freedom"]),
            )
            for row in content["budget"]
        ),
        coverage=_decimal(content["coverage"]),
        line=Line(content["line"]),
        interval_days=content["interval_days"],
        qualification=content["qualification"],
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else as_text(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
