"""What an expression is made of: frozen nodes, what each yields and what is inside it.

`expression_parser` builds them, `expression_values` evaluates them. A node's `column` is where it starts in
the text, from 1.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from records.errors import DomainError
from records.numbers import Rounding


class ExpressionError(DomainError):
    """A text is not an expression of the language; `column` says where, the message what to do."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"Column {column}: {message}")
        self.column = column


class Kind(StrEnum):
    """What a node yields, as far as the text tells."""

    NUMBER = "a number"
    TEXT = "a text"
    CONDITION = "a condition"
    RECORDED = "a recorded value"
    """A number or a text: the record tells."""


class Function(StrEnum):
    """A figure over several values."""

    MIN = "min"
    MAX = "max"
    SUM = "sum"
    MEAN = "mean"
    SD = "sd"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    column: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """A text as written: the answer of a choice, yes or no."""

    column: int
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """The latest recorded value of a name."""

    column: int
    name: str


@dataclass(frozen=True, slots=True)
class Negation:
    """The operand with its sign turned."""

    column: int
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Absolute:
    """The operand without its sign."""

    column: int
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Rounded:
    """The operand with exactly so many decimals, rounded as declared."""

    column: int
    operand: "Node"
    decimals: int
    mode: Rounding


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two operands joined by ``+ - * /`` or ``**``."""

    column: int
    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A figure over its arguments; a bare name stands for all current values of that name."""

    column: int
    function: Function
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Operands compared from neighbour to neighbour, as in ``1.30 <= lod <= 1.80``."""

    column: int
    operands: tuple["Node", ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by ``and`` or ``or``."""

    column: int
    word: str
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """A condition turned round by ``not``."""

    column: int
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two parts, as a condition decides."""

    column: int
    condition: "Node"
    then: "Node"
    otherwise: "Node"


NumericNode = Number | Negation | Absolute | Rounded | Arithmetic | Aggregate
ConditionNode = Comparison | Junction | Opposite
Node = NumericNode | ConditionNode | Text | Name | Choice


def kind(node: Node) -> Kind:
    """Return what the node yields."""
    match node:
        case Text():
            return Kind.TEXT
        case Name():
            return Kind.RECORDED
        case Comparison() | Junction() | Opposite():
            return Kind.CONDITION
        case Choice(then=then, otherwise=otherwise):
            return kind(otherwise) if kind(then) is Kind.RECORDED else kind(then)
        case _:
            return Kind.NUMBER


def parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly inside this one, in the order of the text."""
    match node:
        case Number() | Text() | Name():
            return ()
        case (
            Negation(operand=inner)
            | Absolute(operand=inner)
            | Rounded(operand=inner)
            | Opposite(operand=inner)
        ):
            return (inner,)
        case Arithmetic(left=left, right=right):
            return (left, right)
        case Aggregate(arguments=inside) | Comparison(operands=inside) | Junction(operands=inside):
            return inside
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (then, condition, otherwise)
