"""Reading an expression: Python's own parser for the grammar, a whitelist for what may stay.

Every part is checked for what it yields, so that a formula which could never be calculated is refused when
the master is written, not when a batch needs it.
"""

import ast
from collections.abc import Sequence
from decimal import Decimal

from records.numbers import MAXIMUM_DIGITS, Rounding
from records.procedure.expression_nodes import (
    Absolute,
    Aggregate,
    Arithmetic,
    Choice,
    Comparison,
    ExpressionError,
    Function,
    Junction,
    Kind,
    Name,
    Negation,
    Node,
    Number,
    Opposite,
    Rounded,
    Text,
    kind,
)
from records.procedure.expression_text import checked

MAXIMUM_DEPTH = 100

_FUNCTIONS = frozenset({*(function.value for function in Function), "abs", "round"})
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_EQUALITY: dict[type[ast.cmpop], str] = {ast.Eq: "==", ast.NotEq: "!="}
_ORDER: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_DECIMALS = range(MAXIMUM_DIGITS + 1)
_MODES = frozenset(mode.value for mode in Rounding)
_ROUND_USE = 'write round(value, decimals, "half_up"), or half_even, up, down; up to 28 decimals.'


def parse(text: str) -> Node:
    """Return the expression as our own nodes; raises ExpressionError."""
    plain = checked(text)
    source = plain.lstrip(" ")
    lead = len(plain) - len(source)
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, RecursionError, MemoryError) as error:
        msg = "a value, an operator or a comma is missing, or there is one too many."
        offset = getattr(error, "offset", None)  # none where the text ends too early
        raise ExpressionError(msg, lead + offset if offset else len(plain)) from error
    return _Reader(source, lead).read(tree.body, 0)


class _Reader:
    """Turns the parser's nodes into ours; knows the text, for its numbers and columns."""

    def __init__(self, source: str, lead: int) -> None:
        self._source = source.encode()
        self._lead = lead

    def read(self, node: ast.expr, depth: int) -> Node:  # noqa: PLR0911 -- one for each on the whitelist
        """Return our node for one of the whitelist; raises ExpressionError for any other."""
        if depth > MAXIMUM_DEPTH:
            raise self._error(node, f"more than {MAXIMUM_DEPTH} operations in a row. Divide the expression.")
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name() | ast.Attribute():
                return self._name(node)
            case ast.UnaryOp():
                return self._unary(node, depth + 1)
            case ast.BinOp():
                return self._arithmetic(node, depth + 1)
            case ast.Compare():
                return self._comparison(node, depth + 1)
            case ast.BoolOp():
                word = "and" if isinstance(node.op, ast.And) else "or"
                return Junction(self._column(node), word, self._conditions(node.values, depth + 1))
            case ast.IfExp():
                return self._choice(node, depth + 1)
            case ast.Call():
                return self._call(node, depth + 1)
            case _:
                raise self._error(node, "this is not part of the language. A decimal comma is a point here.")

    def _constant(self, node: ast.Constant) -> Number | Text:
        if isinstance(node.value, str):
            return Text(self._column(node), node.value)
        if isinstance(node.value, bool) or node.value is None:
            raise self._error(node, 'compare with the answer itself, as == "yes".')
        return Number(self._column(node), Decimal(self._text(node)))

    def _name(self, node: ast.expr) -> Name:
        name = self._text(node)
        if name in _FUNCTIONS:
            raise self._error(node, f"{name} is a function: write {name}(…).")
        return Name(self._column(node), name)

    def _unary(self, node: ast.UnaryOp, depth: int) -> Node:
        if isinstance(node.op, ast.Not):
            return Opposite(self._column(node), self._condition(node.operand, depth))
        operand = self._number(node.operand, depth)
        return Negation(self._column(node), operand) if isinstance(node.op, ast.USub) else operand

    def _arithmetic(self, node: ast.BinOp, depth: int) -> Arithmetic:
        sign = _ARITHMETIC.get(type(node.op))
        if sign is None:
            raise self._error(node.right, "only + - * / and ** calculate.")
        left, right = self._number(node.left, depth), self._number(node.right, depth)
        return Arithmetic(self._column(node), sign, left, right)

    def _comparison(self, node: ast.Compare, depth: int) -> Comparison:
        sources = [node.left, *node.comparators]
        operands = tuple(self.read(source, depth) for source in sources)
        signs = []
        for position, comparator in enumerate(node.ops):
            sign = (_EQUALITY | _ORDER).get(type(comparator))
            if sign is None:
                raise self._error(sources[position + 1], "only == != < <= > and >= compare.")
            kinds = {kind(operands[position]), kind(operands[position + 1])} - {Kind.RECORDED}
            if kinds - {Kind.NUMBER} and (sign in _ORDER.values() or kinds != {Kind.TEXT}):
                raise self._error(sources[position + 1], _compared(kinds))
            signs.append(sign)
        return Comparison(self._column(node), operands, tuple(signs))

    def _choice(self, node: ast.IfExp, depth: int) -> Choice:
        then, otherwise = self.read(node.body, depth), self.read(node.orelse, depth)
        kinds = {kind(then), kind(otherwise)}
        if len(kinds - {Kind.RECORDED}) > 1 or kinds == {Kind.CONDITION, Kind.RECORDED}:
            raise self._error(node.orelse, "both results must be of one kind: numbers, texts or conditions.")
        return Choice(self._column(node), self._condition(node.test, depth), then, otherwise)

    def _call(self, node: ast.Call, depth: int) -> Node:
        name = self._text(node.func)
        if name not in _FUNCTIONS:
            raise self._error(node, f"{name} is not a function; there are {', '.join(sorted(_FUNCTIONS))}.")
        if node.keywords or not node.args:
            raise self._error(node, f"write {name}(…) with its values in brackets, none of them named.")
        if name == "round":
            return self._round(node, depth)
        if name == "abs":
            if len(node.args) > 1:
                raise self._error(node.args[1], "abs takes one value.")
            return Absolute(self._column(node), self._number(node.args[0], depth))
        return self._aggregate(node, Function(name), depth)

    def _round(self, node: ast.Call, depth: int) -> Rounded:
        match [self.read(argument, depth) for argument in node.args[1:]]:
            case [Number(value=decimals), Text(value=mode)] if decimals in _DECIMALS and mode in _MODES:
                value = self._number(node.args[0], depth)
                return Rounded(self._column(node), value, int(decimals), Rounding(mode))
            case _:
                raise self._error(node, _ROUND_USE)

    def _aggregate(self, node: ast.Call, function: Function, depth: int) -> Aggregate:
        bare = [isinstance(argument, ast.Name | ast.Attribute) for argument in node.args]
        if function is Function.COUNT and not all(bare):
            raise self._error(node, "count takes names, as count(weight).")
        if bare == [False]:
            msg = f"{function} needs a name, for all its values, or several values in brackets."
            raise self._error(node, msg)
        arguments = tuple(self._number(argument, depth) for argument in node.args)
        return Aggregate(self._column(node), function, arguments)

    def _number(self, node: ast.expr, depth: int) -> Node:
        found = self.read(node, depth)
        if kind(found) not in {Kind.NUMBER, Kind.RECORDED}:
            raise self._error(node, f"a number is needed here, not {kind(found)}.")
        return found

    def _condition(self, node: ast.expr, depth: int) -> Node:
        found = self.read(node, depth)
        if kind(found) is not Kind.CONDITION:
            msg = f'a condition is needed here, as lod > 1.80 or seal == "yes", not {kind(found)}.'
            raise self._error(node, msg)
        return found

    def _conditions(self, nodes: Sequence[ast.expr], depth: int) -> tuple[Node, ...]:
        return tuple(self._condition(node, depth) for node in nodes)

    def _text(self, node: ast.expr) -> str:
        return self._source[node.col_offset : node.end_col_offset].decode()

    def _column(self, node: ast.expr) -> int:
        return self._lead + len(self._source[: node.col_offset].decode()) + 1

    def _error(self, node: ast.expr, message: str) -> ExpressionError:
        return ExpressionError(message, self._column(node))


def _compared(kinds: set[Kind]) -> str:
    if Kind.CONDITION in kinds:
        return "a condition can't be compared; join conditions with and, or, not."
    if Kind.NUMBER in kinds:
        return "a number can't be compared with a text."
    return "texts are only equal or not: write == or !=."
