"""Finding the value of an expression: each operation rounded once to 34 digits, every doubt an error."""

import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from records.arithmetic import CalculationError, exact_arithmetic, mean, sample_sd
from records.errors import DomainError
from records.numbers import as_text, round_to, shown
from records.procedure.expression_nodes import (
    Absolute,
    Aggregate,
    Arithmetic,
    Choice,
    Comparison,
    ConditionNode,
    Function,
    Junction,
    Name,
    Negation,
    Node,
    Number,
    NumericNode,
    Opposite,
    Rounded,
    Text,
)

MAXIMUM_EXPONENT = 100

Recorded = Decimal | str
Value = Decimal | str | bool


class Inputs(Protocol):
    """Where an expression finds its values; what has none yet is None or empty."""

    def latest(self, name: str) -> Recorded | None:
        """Return the current value recorded last under this name."""

    def all(self, name: str) -> Sequence[Recorded]:
        """Return all current values under this name, in the order of their recording."""


class EvaluationError(DomainError):
    """An expression has no value for these inputs; `column` says where."""

    def __init__(self, sentence: str, column: int) -> None:
        super().__init__(f"{sentence.removesuffix('.')} (column {column} of the formula).")
        self.column = column


class MissingValueError(DomainError):
    """Inputs that an expression needs have no value yet; `names` says which."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(set(names)))
        super().__init__(f"No value yet for: {', '.join(self.names)}.")


def evaluate(node: Node, inputs: Inputs) -> Value:
    """Return the value of a node; raises EvaluationError, MissingValueError."""
    match node:
        case Text(value=text):
            return text
        case Name(name=name):
            value = inputs.latest(name)
            if value is None:
                raise MissingValueError([name])
            return value
        case Choice():
            return evaluate(node.then if evaluate(node.condition, inputs) is True else node.otherwise, inputs)
        case Comparison() | Junction() | Opposite():
            return _holds(node, inputs)
        case _:
            return _figure(node, inputs)


def _figure(node: NumericNode, inputs: Inputs) -> Decimal:
    match node:
        case Number(value=value):
            return value
        case Negation(operand=operand):
            return _number(operand, inputs).copy_negate()
        case Absolute(operand=operand):
            return _number(operand, inputs).copy_abs()
        case Rounded(operand=operand, decimals=decimals, mode=mode):
            return round_to(_number(operand, inputs), decimals, mode)
        case Arithmetic():
            return _result(node, inputs)
        case Aggregate():
            return _aggregate(node, inputs)


def _holds(node: ConditionNode, inputs: Inputs) -> bool:
    match node:
        case Opposite(operand=operand):
            return evaluate(operand, inputs) is not True
        case Junction(word="and", operands=operands):
            return all(evaluate(operand, inputs) is True for operand in operands)
        case Junction(operands=operands):
            return any(evaluate(operand, inputs) is True for operand in operands)
        case Comparison(operands=operands, signs=signs):
            values = _values(operands, inputs)
            pairs = zip(values, signs, values[1:], strict=False)
            answers = [_compare(left, sign, right, node.column) for left, sign, right in pairs]
            return all(answers)


def _compare(left: Value, sign: str, right: Value, column: int) -> bool:
    if sign in _EQUALITY and isinstance(left, str) and isinstance(right, str):
        return _EQUALITY[sign](left, right)
    if sign in _EQUALITY and isinstance(left, str) is not isinstance(right, str):
        msg = f"A number can't be compared with a text: {shown(str(left))} and {shown(str(right))}"
        raise EvaluationError(msg, column)
    return _COMPARISONS[sign](_as_number(left, column), _as_number(right, column))


def _result(node: Arithmetic, inputs: Inputs) -> Decimal:
    left, right = _values((node.left, node.right), inputs)
    try:
        with exact_arithmetic():
            return _OPERATIONS[node.sign](
                _as_number(left, node.left.column), _as_number(right, node.right.column)
            )
    except CalculationError as error:
        raise EvaluationError(error.message, node.right.column) from error


def _aggregate(node: Aggregate, inputs: Inputs) -> Decimal:
    values = _gathered(node, inputs)
    if node.function is Function.COUNT:
        return Decimal(len(values))
    numbers = [_as_number(value, node.column) for value in values]
    try:
        with exact_arithmetic():
            return _FIGURES[node.function](numbers)
    except CalculationError as error:
        raise EvaluationError(error.message, node.column) from error


def _gathered(node: Aggregate, inputs: Inputs) -> list[Value]:
    """Collect what an aggregate is over; only `count` may find nothing under a name."""
    values: list[Value] = []
    missing: list[str] = []
    for argument in node.arguments:
        try:
            found = inputs.all(argument.name) if isinstance(argument, Name) else [evaluate(argument, inputs)]
        except MissingValueError as error:
            missing += error.names
            continue
        if isinstance(argument, Name) and not found and node.function is not Function.COUNT:
            missing.append(argument.name)
        values += found
    if missing:
        raise MissingValueError(missing)
    return values


def _values(nodes: Iterable[Node], inputs: Inputs) -> list[Value]:
    """Evaluate several nodes, naming everything that is missing at once."""
    values: list[Value] = []
    missing: list[str] = []
    for node in nodes:
        try:
            values.append(evaluate(node, inputs))
        except MissingValueError as error:
            missing += error.names
    if missing:
        raise MissingValueError(missing)
    return values


def _number(node: Node, inputs: Inputs) -> Decimal:
    return _as_number(evaluate(node, inputs), node.column)


def _as_number(value: Value, column: int) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    msg = f"A number is needed, not {shown(str(value))}"
    raise EvaluationError(msg, column)


def _total(numbers: Sequence[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Multiply one by one, so that anybody can repeat it: a library's powers differ in the last digit."""
    if abs(exponent) > MAXIMUM_EXPONENT or exponent != exponent.to_integral_value():
        most = MAXIMUM_EXPONENT
        msg = f"An exponent is a whole number from -{most} to {most}, not {as_text(exponent)}."
        raise CalculationError(msg)
    if base.is_zero() and exponent.is_zero():
        msg = "Zero to the power of zero has no value."
        raise CalculationError(msg)
    product = Decimal(1)
    for _ in range(abs(int(exponent))):
        product *= base
    return product if exponent >= 0 else 1 / product


_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": _power,
}
_FIGURES: dict[Function, Callable[[Sequence[Decimal]], Decimal]] = {
    Function.MIN: min,
    Function.MAX: max,
    Function.SUM: _total,
    Function.MEAN: mean,
    Function.SD: sample_sd,
}
_EQUALITY: dict[str, Callable[[str, str], bool]] = {"==": operator.eq, "!=": operator.ne}
_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
