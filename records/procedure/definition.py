"""The definition of a procedure: what is to be done, in ISA-88 levels. Pure, frozen values.

procedure > unit procedures > operations > phases > steps > fields. A definition is explicit: the shorthand
of the YAML format (sign letters, default fields) is already expanded, so executing it needs no step table.
"""

from dataclasses import dataclass

from records.procedure.fields import Field
from records.procedure.sections import (
    BatchSize,
    EquipmentRole,
    EquipmentRule,
    FormulaCase,
    FormulaItem,
    Header,
    MasterRecord,
    Product,
    Room,
    Specification,
)
from records.procedure.vocabulary import Act, Criticality, PhaseOrder, StepType

SettingValue = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRequirement:
    """One person's part in a step, in the order required; not `as_signature`: an identified entry."""

    act: Act
    roles: tuple[str, ...]
    as_signature: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentUse:
    """Equipment a step uses, and the rule that must hold for it then."""

    role: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One type-specific setting; decimals, step numbers and expressions are text."""

    name: str
    value: SettingValue


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDefinition:
    """One step: what to do, what to record, who vouches for it and how.

    `after` None means: after the step before it; otherwise exactly the steps named. `automation` is the
    validation reference under which an automated check stands in for the second person (211.68(c)).
    """

    number: str
    type: StepType
    title: str
    text: str | None = None
    caution: str | None = None
    criticality: Criticality = Criticality.NONE
    signatures: tuple[SignatureRequirement, ...] = ()
    when: str | None = None
    after: tuple[str, ...] | None = None
    equipment: tuple[EquipmentUse, ...] = ()
    qualifications: tuple[str, ...] = ()
    automation: str | None = None
    settings: tuple[Setting, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def is_system(self) -> bool:
        """Tell whether the system executes the step and nobody signs."""
        return not self.signatures

    @property
    def is_after_production(self) -> bool:
        """Tell whether its results may arrive once production is complete."""
        return self.setting("after_production") is True

    def setting(self, name: str) -> SettingValue | None:
        """Give a setting by name, or None where the step does not have it."""
        return next((setting.value for setting in self.settings if setting.name == name), None)

    def field(self, name: str) -> Field | None:
        """Give a field by its name (without sample number), or None."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Repeat a phase while a condition holds, asked before each pass, at most so many times."""

    condition: str
    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """Repeat a phase in time, beside the main path, or until a condition holds.

    Open when step `opens_after` is done; closed when step `closes_after` is done, or by the pass after which
    `until` holds. `at_start` makes the first pass due on opening, `at_end` asks for one more pass on closing.
    Without `every_minutes` no pass is ever due: one is begun whenever it is needed, or none at all.
    """

    every_minutes: int | None = None
    tolerance_minutes: int = 0
    opens_after: str
    closes_after: str | None = None
    until: str | None = None
    at_start: bool = False
    at_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Steps that belong together; the place of branch, loop and recurrence."""

    id: str
    title: str
    order: PhaseOrder = PhaseOrder.SEQUENCE
    when: str | None = None
    loop: Loop | None = None
    recurring: Recurring | None = None
    steps: tuple[StepDefinition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Carry out an operation a fixed number of times, one after the other (sub-lots)."""

    times: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Phases carried out in one room, perhaps repeated; `after` None means after the operation before it."""

    id: str
    title: str
    room: str | None = None
    repeat: Repeat | None = None
    after: tuple[str, ...] | None = None
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProcedure:
    """A stage of the process; `after` None means after the unit procedure before it."""

    id: str
    title: str
    after: tuple[str, ...] | None = None
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A whole definition; product, batch size and master record belong to production procedures only."""

    header: Header
    product: Product | None = None
    batch_size: BatchSize | None = None
    master_record: MasterRecord | None = None
    specifications: tuple[Specification, ...] = ()
    formula: tuple[FormulaItem, ...] = ()
    rooms: tuple[Room, ...] = ()
    equipment: tuple[EquipmentRole, ...] = ()
    equipment_rules: tuple[EquipmentRule, ...] = ()
    test_cases: tuple[FormulaCase, ...] = ()
    unit_procedures: tuple[UnitProcedure, ...]
