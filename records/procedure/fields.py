"""The fields of a step: what is entered or computed, its unit, its limits. Pure, frozen values.

Decimals that belong to the definition are `Decimal` with their digits kept ("12.10" is not "12.1").
A bound is an expression text: most are plain numbers, some are formulas over published variables.
"""

from dataclasses import dataclass

from records.numbers import Rounding
from records.procedure.vocabulary import EntryMode, FieldKind, ScanKind, Severity, StatisticKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRange:
    """A range with stated inclusivity; a bound that is None is open."""

    minimum: str | None = None
    maximum: str | None = None
    minimum_inclusive: bool = True
    maximum_inclusive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The action range, outside which an exception opens, and the alert range inside it."""

    action: LimitRange | None = None
    alert: LimitRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows when a value is out of its action range or not the expected answer."""

    severity: Severity | None = None
    blocks_execution: bool = False
    blocks_release: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice; `value` is the number it stands for in expressions, if any."""

    code: str
    label: str
    value: str | None = None
    flagged: bool = False
    reason_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A figure over all samples of a field, rounded, limited and published like a value of its own."""

    kind: StatisticKind
    label: str
    unit: str | None = None
    decimals: int | None = None
    rounding: Rounding = Rounding.HALF_EVEN
    limits: Limits | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to enter, scan, photograph or compute in a step.

    `samples` n expands the field into n inputs and its statistics; `variable` publishes the value to later
    expressions; `component` names the formula item whose lot, container or quantity this is; `instrument`
    names the equipment role the reading is taken from; `expected` is the answer, option or identity wanted.
    """

    name: str
    kind: FieldKind
    label: str
    required: bool = True
    unit: str | None = None
    decimals: int | None = None
    rounding: Rounding = Rounding.HALF_UP
    target: str | None = None
    limits: Limits | None = None
    formula: str | None = None
    samples: int | None = None
    statistics: tuple[Statistic, ...] = ()
    variable: str | None = None
    options: tuple[Option, ...] = ()
    multiple: bool = False
    expected: str | None = None
    scan_of: ScanKind | None = None
    component: str | None = None
    instrument: str | None = None
    entry_mode: EntryMode = EntryMode.MANUAL
    maximum_length: int | None = None
    pattern: str | None = None
    earliest_days: int | None = None
    latest_days: int | None = None
    consequence: Consequence | None = None
    hint: str | None = None

    @property
    def is_computed(self) -> bool:
        """Tell whether the system, not a person, gives the value."""
        return self.kind is FieldKind.COMPUTED


def value_names(field: Field) -> tuple[str, ...]:
    """Give the names under which single values are stored: `name`, or `name.1` … `name.n` with samples."""
    if field.samples is None:
        return (field.name,)
    return tuple(f"{field.name}.{number}" for number in range(1, field.samples + 1))


def input_names(field: Field) -> tuple[str, ...]:
    """Give the names a person or device must fill; none for a computed field."""
    return () if field.is_computed else value_names(field)


def statistic_names(field: Field) -> tuple[str, ...]:
    """Give the names of the computed figures over the samples: such as `name.mean`."""
    return tuple(f"{field.name}.{statistic.kind}" for statistic in field.statistics)


def all_names(field: Field) -> tuple[str, ...]:
    """Give every value name of a field, inputs before statistics."""
    return value_names(field) + statistic_names(field)


def field_variables(field: Field) -> tuple[str, ...]:
    """Give the variables a field publishes: its own and those of its statistics."""
    own = (field.variable,) if field.variable else ()
    return own + tuple(statistic.variable for statistic in field.statistics if statistic.variable)
