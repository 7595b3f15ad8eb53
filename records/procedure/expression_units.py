"""Which unit a formula gives, and whether it adds kilograms to grams (21 CFR 211.68(b)). Pure.

Units are compared as written, nothing is converted. A number written in the formula takes any unit in a sum
and none in a product; per cent is a plain number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from records.procedure.expression_nodes import (
    Absolute,
    Aggregate,
    Arithmetic,
    Choice,
    Comparison,
    ExpressionError,
    Function,
    Name,
    Negation,
    Node,
    Number,
    Rounded,
    parts,
)
from records.procedure.expression_values import MAXIMUM_EXPONENT
from records.procedure.expressions import Expression

_PLAIN = frozenset({"", "%", "1"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of unit symbols; `written` marks a number of the formula itself."""

    powers: tuple[tuple[str, int], ...] = ()
    written: bool = False

    def text(self) -> str:
        """Return the unit as a field states it: ``kg``, ``kg/L``, empty for a plain number."""
        above = "·".join(_raised(symbol, power) for symbol, power in self.powers if power > 0)
        below = "".join(f"/{_raised(symbol, -power)}" for symbol, power in self.powers if power < 0)
        return f"{above or '1'}{below}" if self.powers else ""


def infer_unit(expression: Expression, units: Mapping[str, str]) -> str | None:
    """Return the unit of the result, empty for a plain number; None for a condition or an unknown one.

    `units` has the unit of each name, empty for a plain number. Raises ExpressionError, with the column,
    where two units meet that can't be added or compared.
    """
    found = _unit(expression.root, units)
    return None if found is None else found.text()


def _unit(node: Node, units: Mapping[str, str]) -> Unit | None:  # noqa: PLR0911 -- one a kind of node
    match node:
        case Number():
            return Unit(written=True)
        case Name(name=name):
            return _read(units[name]) if name in units else None
        case Negation(operand=operand) | Absolute(operand=operand) | Rounded(operand=operand):
            return _unit(operand, units)
        case Arithmetic(sign="**"):
            return _power(node, units)
        case Arithmetic(sign="*" | "/"):
            return _product(node, units)
        case Arithmetic() | Aggregate():
            common = _common(parts(node), units)
            counts = isinstance(node, Aggregate) and node.function is Function.COUNT
            return Unit() if counts else common
        case Choice(condition=condition, then=then, otherwise=otherwise):
            _unit(condition, units)
            return _common((then, otherwise), units)
        case Comparison():
            _common(node.operands, units)
            return None
        case _:
            for part in parts(node):
                _unit(part, units)
            return None


def _common(nodes: Iterable[Node], units: Mapping[str, str]) -> Unit | None:
    """Return the one unit of all, raising where there are two."""
    known: Unit | None = None
    unknown = False
    for node in nodes:
        unit = _unit(node, units)
        if unit is None:
            unknown = True
        elif known is None or known.written:
            known = unit
        elif not unit.written and unit.powers != known.powers:
            names = [found.text() or "a plain number" for found in (known, unit)]
            msg = f"{names[0]} and {names[1]} can't be added or compared. Convert one of them."
            raise ExpressionError(msg, node.column)
    return None if unknown and (known is None or known.written) else known


def _product(node: Arithmetic, units: Mapping[str, str]) -> Unit | None:
    left, right = _unit(node.left, units), _unit(node.right, units)
    if left is None or right is None:
        return None
    turn = -1 if node.sign == "/" else 1
    powers = [*left.powers, *((symbol, turn * power) for symbol, power in right.powers)]
    return Unit(_collected(powers), written=left.written and right.written)


def _power(node: Arithmetic, units: Mapping[str, str]) -> Unit | None:
    base, exponent = _unit(node.left, units), node.right
    if base is None or not base.powers:
        return base
    turn, literal = (-1, exponent.operand) if isinstance(exponent, Negation) else (1, exponent)
    if not isinstance(literal, Number) or literal.value not in range(MAXIMUM_EXPONENT + 1):
        return None
    return Unit(_collected((symbol, turn * power * int(literal.value)) for symbol, power in base.powers))


def _raised(symbol: str, power: int) -> str:
    return symbol if power == 1 else f"{symbol}^{power}"


def _read(text: str) -> Unit:
    above, *below = text.split("/")
    symbols = [(symbol.strip(), 1) for symbol in above.split("·")] + [(part.strip(), -1) for part in below]
    return Unit(_collected((symbol, power) for symbol, power in symbols if symbol not in _PLAIN))


def _collected(powers: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    totals: dict[str, int] = {}
    for symbol, power in powers:
        totals[symbol] = totals.get(symbol, 0) + power
    return tuple(sorted((symbol, power) for symbol, power in totals.items() if power))
