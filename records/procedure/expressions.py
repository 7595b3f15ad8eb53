"""The language of formulas, conditions and computed limits in masters: `countersign-expr/1`.

Exact decimals, named inputs, no way to reach anything else; `docs/expressions.md` is its manual. A result is
recorded with the text that gave it and `LANGUAGE_VERSION`, so that it can be calculated again
(21 CFR 211.68(b)).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from records.procedure.expression_nodes import Aggregate, ExpressionError, Kind, Name, Node, kind, parts
from records.procedure.expression_parser import parse
from records.procedure.expression_values import (
    EvaluationError,
    Inputs,
    MissingValueError,
    Recorded,
    Value,
    evaluate,
)

__all__ = [
    "LANGUAGE_VERSION",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Inputs",
    "Kind",
    "MissingValueError",
    "Recorded",
    "RecordedValues",
    "Value",
    "compile_expression",
]

LANGUAGE_VERSION = "countersign-expr/1"
"""Changes whenever any text could give another result, or be refused where it was accepted."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: its text, and what was read from it."""

    text: str
    root: Node

    @property
    def kind(self) -> Kind:
        """What it yields: a formula needs a number, a `when` a condition."""
        return kind(self.root)

    @property
    def names(self) -> frozenset[str]:
        """Every name it reads."""
        return frozenset(name for name, _ in _names(self.root))

    @property
    def aggregate_names(self) -> frozenset[str]:
        """The names of which it reads all current values, not only the latest."""
        return frozenset(name for name, over_all in _names(self.root) if over_all)

    def evaluate(self, inputs: Inputs) -> Value:
        """Return the value; raises MissingValueError, naming the inputs, or EvaluationError."""
        value = evaluate(self.root, inputs)
        return value.copy_abs() if isinstance(value, Decimal) and value.is_zero() else value

    def number(self, inputs: Inputs) -> Decimal:
        """Return the value of a formula; raises as `evaluate`, and where a text comes out."""
        value = self.evaluate(inputs)
        if isinstance(value, Decimal):
            return value
        msg = f"The formula must give a number, and gives {value}"
        raise EvaluationError(msg, self.root.column)

    def condition(self, inputs: Inputs) -> bool:
        """Tell whether a condition holds; raises as `evaluate`, and where it is no condition."""
        value = self.evaluate(inputs)
        if isinstance(value, bool):
            return value
        msg = f"The expression must be a condition, and gives {value}"
        raise EvaluationError(msg, self.root.column)


class RecordedValues:
    """Inputs from lists of values by name, in the order of their recording."""

    def __init__(self, values: Mapping[str, Sequence[Recorded]]) -> None:
        self._values = values

    def latest(self, name: str) -> Recorded | None:
        """Return the last value under this name."""
        found = self.all(name)
        return found[-1] if found else None

    def all(self, name: str) -> Sequence[Recorded]:
        """Return all values under this name."""
        return self._values.get(name, ())


@lru_cache(maxsize=4096)  # a page of a batch asks for the same few hundred texts again and again
def compile_expression(text: str) -> Expression:
    """Return the checked expression; raises ExpressionError with the column and what to do."""
    return Expression(text, parse(text))


def _names(node: Node) -> Iterator[tuple[str, bool]]:
    """Walk the names, each with whether an aggregate reads all its values."""
    if isinstance(node, Name):
        yield node.name, False
    for part in parts(node):
        if isinstance(part, Name):
            yield part.name, isinstance(node, Aggregate)
        else:
            yield from _names(part)
