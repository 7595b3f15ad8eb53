"""Calculations of production: yields, potency, compensator, reconciliation."""

from decimal import Decimal

from app.calc.contract import (
    ROUNDED,
    ROUNDING,
    Calculation,
    Given,
    Result,
    decimal,
    decimal_text,
    list_of,
    record,
    rounded,
    whole,
)
from records.batch import calculations as batch
from records.material import reconciliation
from records.numbers import as_text


def _theoretical_yield(given: Given) -> Result:
    return rounded(given, batch.theoretical_yield(base=given.decimal("base"), scale=given.decimal("scale")))


def _theoretical_units(given: Given) -> Result:
    units = batch.theoretical_units(quantity=given.decimal("quantity"), per_unit=given.decimal("per_unit"))
    return {"value": as_text(units)}


def _theoretical_weight(given: Given) -> Result:
    weight = batch.theoretical_weight(per_unit=given.decimal("per_unit"), units=given.decimal("units"))
    return rounded(given, weight)


def _percent(given: Given) -> Result:
    percent = batch.percent_of_theoretical(
        actual=given.decimal("actual"), theoretical=given.decimal("theoretical")
    )
    return rounded(given, percent)


def _mass_balance(given: Given) -> Result:
    balance = batch.mass_balance(charged=given.decimal("charged"), recovered=given.decimals("recovered"))
    return {
        "accounted": as_text(balance.accounted),
        "unaccounted": as_text(balance.unaccounted),
        "percent": rounded(given, balance.percent),
    }


def _potency(given: Given) -> Result:
    as_is = batch.potency_as_is(
        base=given.decimal("base"),
        assay=given.decimal("assay"),
        loss_on_drying=given.decimal("loss_on_drying") if given.has("loss_on_drying") else Decimal(0),
        salt_factor=given.decimal("salt_factor") if given.has("salt_factor") else Decimal(1),
    )
    return rounded(given, as_is)


def _compensator(given: Given) -> Result:
    others = [
        batch.Replaced(base=other.decimal("base"), as_is=other.decimal("as_is"))
        for other in given.records("replaced")
    ]
    return rounded(given, batch.compensator_quantity(base=given.decimal("base"), replaced=others))


def _labels(given: Given) -> Result:
    balance = reconciliation.label_reconciliation(
        issued=given.whole("issued"),
        used=given.whole("used"),
        destroyed=given.whole("destroyed"),
        returned=given.whole("returned"),
    )
    return {
        "accounted": str(balance.accounted),
        "unexplained": str(balance.unexplained),
        "percent": rounded(given, balance.percent),
    }


CALCULATIONS = (
    Calculation(
        definition=batch.THEORETICAL_YIELD,
        title="Theoretical yield of a batch of another size",
        clause="21 CFR 211.186(b)(7)",
        function=_theoretical_yield,
        inputs=record(
            {
                "base": decimal("theoretical yield of the master's batch size"),
                "scale": decimal("size of the batch over the master's"),
                **ROUNDING,
            }
        ),
        result=record(ROUNDED),
    ),
    Calculation(
        definition=batch.THEORETICAL_UNITS,
        title="Whole units a quantity fills",
        clause="21 CFR 211.186(b)(7)",
        function=_theoretical_units,
        inputs=record(
            {
                "quantity": decimal("the quantity to fill"),
                "per_unit": decimal("in one unit, same unit of measure"),
            }
        ),
        result=record({"value": decimal_text("whole units")}),
    ),
    Calculation(
        definition=batch.THEORETICAL_WEIGHT,
        title="Theoretical weight of so many units, in kg",
        clause="21 CFR 211.186(b)(6)",
        function=_theoretical_weight,
        inputs=record({"per_unit": decimal("mg in one unit"), "units": decimal("units"), **ROUNDING}),
        result=record(ROUNDED),
    ),
    Calculation(
        definition=batch.PERCENT_OF_THEORETICAL,
        title="Percentage of theoretical yield",
        clause="21 CFR 211.103",
        function=_percent,
        inputs=record(
            {
                "actual": decimal("actual yield"),
                "theoretical": decimal("theoretical yield, in the same unit"),
                **ROUNDING,
            }
        ),
        result=record(ROUNDED),
    ),
    Calculation(
        definition=batch.MASS_BALANCE,
        title="Mass balance of a phase",
        clause="21 CFR 211.103",
        function=_mass_balance,
        inputs=record(
            {
                "charged": decimal("quantity charged"),
                "recovered": list_of("product, samples, rejects, waste; same unit", decimal("a quantity")),
                **ROUNDING,
            }
        ),
        result=record(
            {
                "accounted": decimal_text("sum of what was recovered"),
                "unaccounted": decimal_text("charged less accounted"),
                "percent": record(ROUNDED),
            }
        ),
    ),
    Calculation(
        definition=batch.POTENCY_AS_IS,
        title="Quantity to weigh, corrected for potency",
        clause="21 CFR 211.101(a)",
        function=_potency,
        inputs=record(
            {
                "base": decimal("quantity as labelled"),
                "assay": decimal("assay, % on the dried basis"),
                **ROUNDING,
            },
            {
                "loss_on_drying": decimal("loss on drying, %; 0 unless given"),
                "salt_factor": decimal("weight of salt that holds one of base; 1 unless given"),
            },
        ),
        result=record(ROUNDED),
    ),
    Calculation(
        definition=batch.COMPENSATOR_QUANTITY,
        title="Quantity of the filler that keeps the total weight",
        clause="21 CFR 211.101(a)",
        function=_compensator,
        inputs=record(
            {
                "base": decimal("quantity of the filler in the formula"),
                "replaced": list_of(
                    "the components corrected for potency, in the same unit",
                    record({"base": decimal("in the formula"), "as_is": decimal("to weigh")}),
                ),
                **ROUNDING,
            }
        ),
        result=record(ROUNDED),
    ),
    Calculation(
        definition=reconciliation.LABEL_RECONCILIATION,
        title="Reconciliation of labels or counted components",
        clause="21 CFR 211.125(c), 211.184(c)",
        function=_labels,
        inputs=record(
            {
                "issued": whole("pieces issued"),
                "used": whole("pieces used"),
                "destroyed": whole("pieces destroyed"),
                "returned": whole("pieces returned"),
                **ROUNDING,
            }
        ),
        result=record(
            {
                "accounted": decimal_text("pieces used, destroyed and returned"),
                "unexplained": decimal_text("pieces issued less accounted"),
                "percent": record(ROUNDED),
            }
        ),
    ),
)
