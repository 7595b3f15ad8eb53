"""Reconciliation of labels and other counted components (21 CFR 211.125(c), 211.184(c)). Pure."""

from dataclasses import dataclass
from decimal import Decimal

from records.arithmetic import CalculationError, exact_arithmetic

# What a recorded result names as the calculation that gave it; the version changes with any result.
LABEL_RECONCILIATION = "reconciliation.labels/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The balance of an issue: pieces accounted for, pieces unexplained, per cent accounted for.

    Unexplained pieces are negative when more were accounted for than issued.
    """

    accounted: int
    unexplained: int
    percent: Decimal


def label_reconciliation(*, issued: int, used: int, destroyed: int, returned: int) -> Reconciliation:
    """Return the balance of issued pieces, unexplained = issued - used - destroyed - returned.

    All in pieces; the percentage is 100 * accounted / issued, unrounded. Against a preset limit it is judged
    like any other value: outside is an exception (21 CFR 211.125(c)).
    """
    counts = {"issued": issued, "used": used, "destroyed": destroyed, "returned": returned}
    for name, count in counts.items():
        if count < 0:
            msg = f"The pieces {name} can't be negative: {count}."
            raise CalculationError(msg)
    if issued == 0:
        msg = "Nothing was issued: there is nothing to reconcile."
        raise CalculationError(msg)
    accounted = used + destroyed + returned
    with exact_arithmetic():
        percent = 100 * Decimal(accounted) / Decimal(issued)
    return Reconciliation(accounted=accounted, unexplained=issued - accounted, percent=percent)
