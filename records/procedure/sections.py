"""The sections of a procedure beside its steps: header, product, formula, equipment, 211.186(b). Pure."""

from dataclasses import dataclass
from decimal import Decimal

from records.numbers import Rounding
from records.procedure.fields import Limits
from records.procedure.vocabulary import ComponentRole, OperationsType, TrainingGate


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A decimal number with its unit; digits are kept as written."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How records made from this procedure are numbered: prefix, then at least so many digits."""

    prefix: str
    digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What identifies a procedure version."""

    format: str
    operations_type: OperationsType
    code: str
    version: str
    title: str
    site: str
    time_zone: str
    change_control: str | None = None
    supersedes: str | None = None
    change_summary: str | None = None
    numbering: Numbering | None = None
    markets: tuple[str, ...] = ()
    training: TrainingGate | None = None
    """None as a master file that says nothing: training is required."""

    @property
    def asks_for_training(self) -> bool:
        """Tell whether only persons trained on this version carry it out (21 CFR 11.10(i))."""
        return self.training is not TrainingGate.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Name, strength and description of what is made (21 CFR 211.186(b)(1))."""

    code: str
    name: str
    strength: str
    dosage_form: str
    description: str | None = None
    shelf_life_months: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSize:
    """The base size the formula is written for, and the range a batch may be planned in.

    `output` is the variable that holds the quantity produced, in the same unit.
    """

    quantity: Decimal
    unit: str
    minimum: Decimal
    maximum: Decimal
    output: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveAmount:
    """Name and amount of an active ingredient per dosage unit (211.186(b)(2))."""

    material: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoreticalWeight:
    """Theoretical weight or measure at a phase of processing (211.186(b)(6))."""

    phase: str
    weight: Decimal
    unit: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoreticalYield:
    """Theoretical yield and the percentages beyond which it is investigated (211.186(b)(7), 211.192)."""

    quantity: Decimal
    unit: str
    minimum_percent: Decimal
    maximum_percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagingItem:
    """A container, closure or packaging material (211.186(b)(8))."""

    code: str
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSpecimen:
    """A label or other labelling of which a specimen belongs to the master (211.186(b)(8))."""

    code: str
    version: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterRecord:
    """The statements of 21 CFR 211.186(b) that are not steps or formula."""

    actives: tuple[ActiveAmount, ...] = ()
    excess: str | None = None
    theoretical_weights: tuple[TheoreticalWeight, ...] = ()
    theoretical_yield: TheoreticalYield | None = None
    containers_closures: tuple[PackagingItem, ...] = ()
    label_specimens: tuple[LabelSpecimen, ...] = ()
    sampling: str | None = None
    special_notations: tuple[str, ...] = ()
    precautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationTest:
    """One test of a specification: acceptance in words and, where the result is a number, in figures.

    Without limits it is answered conforms or not. `limits` hold for each sample, `mean_limits` for its mean.
    """

    code: str
    test: str
    method: str
    acceptance: str
    unit: str | None = None
    decimals: int | None = None
    samples: int | None = None
    limits: Limits | None = None
    mean_limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """A specification version that results are judged against."""

    code: str
    version: str
    title: str
    tests: tuple[SpecificationTest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaItem:
    """One component: quantity at base size, and how much one batch requires (211.186(b)(3), (4)).

    `required` is an expression over `scale`, `base`, `<id>_base` and `<id>_required` of the formula, and the
    `lot_attributes` of the lot scanned for this component; None stands for `base`.
    """

    id: str
    material: str
    name: str
    role: ComponentRole
    quantity: Decimal
    unit: str
    decimals: int
    tolerance_percent: Decimal
    per_unit: Quantity | None = None
    required: str | None = None
    lot_attributes: tuple[str, ...] = ()
    rounding: Rounding = Rounding.HALF_UP
    removed: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInput:
    """What a test case gives under one name: one value, or several in the order of recording."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaCase:
    """A test case of a calculation of this procedure (21 CFR 211.68(b), 211.100(a)).

    `formula` is its text as it stands in the procedure. A number is expected with the decimals it is rounded
    to, by `rounding`; without one it is expected exactly. A condition is expected to hold or not.
    """

    number: str
    formula: str
    given: tuple[CaseInput, ...]
    expected: str | bool
    rounding: Rounding | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisRule:
    """The states of one axis of equipment in which it may be used."""

    axis: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentRule:
    """When equipment is usable, as data: every axis named must be in one of its states."""

    name: str
    axes: tuple[AxisRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringRange:
    """What a measuring instrument may be used for, in its own unit, and its resolution."""

    minimum: Decimal
    maximum: Decimal
    unit: str
    resolution: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentRole:
    """A place in the process that a physical asset fills (ISA-95 Equipment)."""

    role: str
    title: str
    equipment_class: str
    room: str | None = None
    range: MeasuringRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room or zone the work is done in."""

    code: str
    title: str
    room_class: str | None = None
