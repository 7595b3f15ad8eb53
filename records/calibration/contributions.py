"""The lines of an uncertainty budget: what is known of each, and the standard uncertainty it gives.

Type A comes from repeated readings, type B from anything else, by the distribution that what is known allows
(JCGM 100:2008, 4.2 and 4.3; EA-4/02 M:2022).
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from records.arithmetic import CalculationError, exact_arithmetic


class Basis(StrEnum):
    """What a contribution is known by, which decides the divisor."""

    READINGS = "readings"
    """Type A: the standard deviation of n readings, for their mean; u = s/√n."""
    STANDARD = "standard"
    """A standard uncertainty as it is; u = a."""
    NORMAL = "normal"
    """An expanded uncertainty with its coverage factor, as on a certificate; u = U/k."""
    RECTANGULAR = "rectangular"
    """Limits ±a with nothing known in between; u = a/√3."""
    TRIANGULAR = "triangular"
    """Limits ±a, values near the middle likelier; u = a/√6."""
    U_SHAPED = "u_shaped"
    """Limits ±a, values near the limits likelier, as of a cycling temperature; u = a/√2."""
    RESOLUTION = "resolution"
    """A digital step of d: half a step to either side; u = d/√12."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One line: the figure known, in the unit of its input quantity, and how the result follows from it."""

    name: str
    basis: Basis
    figure: Decimal
    """s, u, U, a or d, as the basis says; zero or above."""
    sensitivity: Decimal = Decimal(1)
    """∂f/∂x, in units of the result for each unit of the input quantity."""
    readings: int | None = None
    """How many readings were averaged; for type A only, which has readings - 1 degrees of freedom."""
    coverage: Decimal | None = None
    """The factor k that goes with an expanded uncertainty; for a normal basis only."""
    degrees_of_freedom: Decimal | None = None
    """For type B where they are known; None stands for infinite."""


def standard_uncertainty(line: Contribution) -> Decimal:
    """Return u(x) of a line in the unit of its input quantity, to 34 digits; raises CalculationError."""
    if line.figure < 0:
        msg = f"{line.name}: an uncertainty is zero or above."
        raise CalculationError(msg)
    _refuse_what_does_not_belong(line)
    with exact_arithmetic():
        return line.figure / _DIVISORS[line.basis](line)


def degrees_of_freedom(line: Contribution) -> Decimal | None:
    """Return the degrees of freedom of a line; None stands for infinite."""
    return Decimal(line.readings - 1) if line.readings else line.degrees_of_freedom


def _refuse_what_does_not_belong(line: Contribution) -> None:
    is_type_a, is_normal = line.basis is Basis.READINGS, line.basis is Basis.NORMAL
    if is_type_a and (line.readings is None or line.readings < 2):
        msg = f"{line.name}: a standard deviation of readings needs their number, two or more."
    elif is_normal and (line.coverage is None or line.coverage <= 0):
        msg = (
            f"{line.name}: an expanded uncertainty needs the coverage factor of its certificate, above zero."
        )
    elif line.readings is not None and not is_type_a:
        msg = f"{line.name}: a number of readings belongs to a standard deviation of readings only."
    elif line.coverage is not None and not is_normal:
        msg = f"{line.name}: a coverage factor belongs to an expanded uncertainty only."
    elif line.degrees_of_freedom is not None and (is_type_a or line.degrees_of_freedom < 1):
        msg = f"{line.name}: degrees of freedom are one or more; those of readings follow from their number."
    else:
        return
    raise CalculationError(msg)


_DIVISORS: dict[Basis, Callable[[Contribution], Decimal]] = {
    Basis.READINGS: lambda line: Decimal(line.readings or 1).sqrt(),
    Basis.STANDARD: lambda _line: Decimal(1),
    Basis.NORMAL: lambda line: line.coverage or Decimal(1),
    Basis.RECTANGULAR: lambda _line: Decimal(3).sqrt(),
    Basis.TRIANGULAR: lambda _line: Decimal(6).sqrt(),
    Basis.U_SHAPED: lambda _line: Decimal(2).sqrt(),
    Basis.RESOLUTION: lambda _line: Decimal(12).sqrt(),
}
