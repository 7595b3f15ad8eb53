"""The 28 step types as a table: settings, default fields, captured value, sign. Pure.

A new type is a row here. Nothing else in the definition depends on a type's name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from records.procedure import default_fields, material_fields
from records.procedure.fields import Field
from records.procedure.reading_rules import ReadingRule
from records.procedure.settings import SettingDefinition, SettingKind
from records.procedure.sign import SYSTEM
from records.procedure.step_context import StepContext
from records.procedure.vocabulary import FieldKind, Severity, StepType

_K = SettingKind
_R = ReadingRule
_S = SettingDefinition
SEVERITIES = tuple(Severity)

_SEVERITY = _S("severity", _K.WORD, "of the exception on a breach", words=SEVERITIES)
_WARN = _S("warn_percent", _K.FEW, "share of the maximum after which to warn", default=80)
_SPAN = (
    _S("minimum_minutes", _K.BOUND, "shortest time allowed"),
    _S("maximum_minutes", _K.BOUND, "longest time allowed"),
    _WARN,
    _SEVERITY,
)
_CLEANS = (
    _S("clean_hours", _K.INTEGER, "the equipment is cleaned here, and stays clean for so long"),
    _S("product_family", _K.TEXT, "family of products the cleaning covers"),
)
_LATER = _S(
    "after_production", _K.FLAG, "may still be carried out once production is complete, before the review"
)
_UNIT = _S("unit", _K.TEXT, "unit of the quantities", required=True)
_DECIMALS = _S("decimals", _K.PLACES, "decimals of the quantities", default=0)
_PERCENT = (
    _S("minimum_percent", _K.BOUND, "lowest percentage accepted", required=True),
    _S("maximum_percent", _K.BOUND, "highest percentage accepted", required=True),
)


@dataclass(frozen=True, slots=True)
class StepTypeRow:
    """One type: its settings, the fields it brings, the kind of the others, who signs by default."""

    code: StepType
    captures: str
    sign: str = "P"
    critical_sign: str | None = None
    settings: tuple[SettingDefinition, ...] = ()
    fields: Callable[[StepContext], tuple[Field, ...]] = default_fields.nothing
    field_kind: FieldKind = FieldKind.CONFIRM
    expected: str | None = None
    readings: tuple[ReadingRule, ...] = ()

    @property
    def is_system(self) -> bool:
        """Tell whether the system executes steps of this type unless the master says otherwise."""
        return self.sign == SYSTEM

    def setting(self, name: str) -> SettingDefinition | None:
        """Give the definition of a setting by name, or None."""
        return next((setting for setting in self.settings if setting.name == name), None)


_ROWS = (
    StepTypeRow(
        StepType.INSTRUCTION,
        "confirmation",
        settings=_CLEANS,
        fields=default_fields.confirmation,
    ),
    StepTypeRow(
        StepType.ACKNOWLEDGE,
        "person and time of each reader",
        settings=(_S("readers", _K.ROLES, "one person of each role must read"),),
        fields=default_fields.reading,
    ),
    StepTypeRow(StepType.TEXT, "text", field_kind=FieldKind.TEXT),
    StepTypeRow(
        StepType.NUMERIC,
        "number with unit and source",
        critical_sign="P+V",
        field_kind=FieldKind.NUMBER,
    ),
    StepTypeRow(StepType.CHOICE, "option codes", field_kind=FieldKind.CHOICE),
    StepTypeRow(StepType.YES_NO, "yes or no", field_kind=FieldKind.YES_NO),
    StepTypeRow(
        StepType.CHECKLIST,
        "answer per item; yes is expected",
        settings=_CLEANS,
        field_kind=FieldKind.YES_NO,
        expected="yes",
    ),
    StepTypeRow(StepType.DATETIME, "stated time beside the server's", field_kind=FieldKind.DATE_TIME),
    StepTypeRow(
        StepType.TIMER,
        "start, stop and elapsed time of the server",
        critical_sign="P+V",
        settings=(*_SPAN, _S("target_minutes", _K.BOUND, "time aimed at")),
        fields=default_fields.elapsed_time,
        field_kind=FieldKind.NUMBER,
    ),
    StepTypeRow(
        StepType.HOLD_TIME,
        "both times and what elapsed between them",
        sign=SYSTEM,
        settings=(
            _S("from", _K.STEP, "step whose start or end opens the window", required=True),
            _S("from_at", _K.WORD, "moment of that step", default="end", words=("start", "end")),
            _S("to", _K.STEP, "step whose start or end closes the window", required=True),
            _S("to_at", _K.WORD, "moment of that step", default="start", words=("start", "end")),
            *_SPAN,
        ),
        fields=default_fields.elapsed_time,
    ),
    StepTypeRow(
        StepType.CALCULATION,
        "result, inputs, version of the formula",
        sign=SYSTEM,
        field_kind=FieldKind.COMPUTED,
    ),
    StepTypeRow(
        StepType.TABLE,
        "cells and statistics",
        settings=(_S("samples", _K.FEW, "rows; each field that does not say otherwise has as many"),),
        field_kind=FieldKind.NUMBER,
    ),
    StepTypeRow(StepType.SCAN, "raw code, parsed identity, every attempt", field_kind=FieldKind.SCAN),
    StepTypeRow(
        StepType.EQUIPMENT_CHECK,
        "asset and its state, frozen",
        fields=default_fields.equipment_scans,
        field_kind=FieldKind.YES_NO,
        expected="yes",
    ),
    StepTypeRow(
        StepType.AREA_CHECK,
        "room and its state",
        settings=(_S("room", _K.ROOM, "room to scan; the operation's room if left out"),),
        fields=default_fields.room_scan,
        field_kind=FieldKind.YES_NO,
        expected="yes",
    ),
    StepTypeRow(
        StepType.DISPENSE,
        "lot, balance, tare, gross, net and label of each container",
        sign="P+V",
        settings=(
            _S("component", _K.COMPONENT, "what is weighed", required=True),
            _S("balance", _K.EQUIPMENT, "balance to weigh on", required=True),
            _S("portions", _K.FEW, "containers to fill", default=1),
        ),
        fields=material_fields.dispensing,
        readings=(_R("tare"), _R("gross", above="tare")),
    ),
    StepTypeRow(
        StepType.CHARGE_IN,
        "vessel, then containers, or lots with quantities, in their order",
        sign="P+V",
        settings=(
            _S("components", _K.COMPONENTS, "what is charged, in this order"),
            _S("vessel", _K.EQUIPMENT, "vessel to scan first"),
            _S("source", _K.WORD, "where from", default="container", words=("container", "lot")),
            _S(
                "portion",
                _K.WORD,
                "every container, or the one numbered like the repeat",
                default="all",
                words=("all", "occurrence"),
            ),
            _S("instrument", _K.EQUIPMENT, "what quantities from a lot are measured with"),
        ),
        fields=material_fields.charging,
        readings=(_R("quantity_*"),),
        field_kind=FieldKind.SCAN,
    ),
    StepTypeRow(
        StepType.SAMPLE_PULL,
        "identity of each sample, time",
        settings=(
            _S("kind", _K.TEXT, "what the sample is for", required=True),
            _S("quantity", _K.TEXT, "quantity of each sample"),
            _S("count", _K.FEW, "samples or positions", default=1),
            _S("destination", _K.TEXT, "where samples go"),
        ),
        fields=default_fields.sampling,
        field_kind=FieldKind.NUMBER,
    ),
    StepTypeRow(
        StepType.IPC_RESULT,
        "result, method, instrument, analyst",
        sign="IPC+V",
        settings=(
            _S("sample", _K.STEP, "step that pulled the sample"),
            _S("method", _K.TEXT, "test method"),
            _S("specification", _K.SPECIFICATION, "what results are judged against"),
            _S("tests", _K.TESTS, "codes of its tests; each becomes a field"),
            _LATER,
        ),
        fields=default_fields.specified_tests,
        field_kind=FieldKind.NUMBER,
    ),
    StepTypeRow(
        StepType.ATTACHMENT,
        "digest, kind and time of each file",
        settings=(
            _S("subject", _K.TEXT, "what to show"),
            _S("count", _K.FEW, "how many", default=1),
        ),
        fields=default_fields.attachment,
        field_kind=FieldKind.YES_NO,
        expected="yes",
    ),
    StepTypeRow(
        StepType.LABEL_PRINT,
        "labels printed, specimen",
        settings=(
            _S("template", _K.TEXT, "label specimen and version", required=True),
            _S("copies", _K.BOUND, "labels planned"),
        ),
        fields=material_fields.label_print,
        readings=(_R("printed"),),
    ),
    StepTypeRow(
        StepType.LABEL_RECON,
        "issued, used, destroyed, returned, unexplained, per cent",
        sign="V",
        settings=(_S("unit", _K.TEXT, "what is counted", default="label"), *_PERCENT),
        fields=material_fields.label_reconciliation,
        readings=tuple(_R(name) for name in ("issued", "used", "destroyed", "returned")),
    ),
    StepTypeRow(
        StepType.YIELD,
        "actual, theoretical, per cent",
        sign="V",
        settings=(
            _S("actual", _K.EXPRESSION, "computed from earlier values; entered if left out"),
            _S("theoretical", _K.EXPRESSION, "what would be without loss", required=True),
            _UNIT,
            _DECIMALS,
            *_PERCENT,
        ),
        fields=material_fields.yields,
        readings=(_R("actual"),),
    ),
    StepTypeRow(
        StepType.LINE_CLEARANCE,
        "previous product, answers, time",
        sign="P+V",
        settings=(_S("valid_minutes", _K.INTEGER, "clearance lapses if the work does not start within"),),
        fields=default_fields.line_clearance,
        field_kind=FieldKind.YES_NO,
        expected="yes",
    ),
    StepTypeRow(
        StepType.CLEANING_CHECK,
        "asset, cleaning record, clean until",
        sign="P+V",
        settings=(
            _S("maximum_hours", _K.INTEGER, "longest clean hold"),
            _S("product_family", _K.TEXT, "family the cleaning must cover"),
        ),
        fields=default_fields.equipment_scans,
        field_kind=FieldKind.YES_NO,
        expected="yes",
    ),
    StepTypeRow(StepType.ENVIRONMENT_CHECK, "readings", field_kind=FieldKind.NUMBER),
    StepTypeRow(
        StepType.SIGNATURE,
        "signature over the content's digest",
        sign="QA",
        settings=(
            _S("independent", _K.FLAG, "signers took no other part in the batch", default=False),
            _LATER,
        ),
        field_kind=FieldKind.YES_NO,
        expected="yes",
    ),
    StepTypeRow(
        StepType.TRANSFER,
        "containers filled, quantity in each",
        sign="P+V",
        settings=(
            _S("destination", _K.TEXT, "where the material goes", required=True),
            _S("child_lot", _K.TEXT, "how the child lot is numbered"),
            _S("containers", _K.FEW, "containers to fill", default=1),
            _UNIT,
            _DECIMALS,
        ),
        fields=material_fields.transferring,
        readings=(_R("quantity"),),
        field_kind=FieldKind.NUMBER,
    ),
)

STEP_TYPES: Mapping[StepType, StepTypeRow] = MappingProxyType({row.code: row for row in _ROWS})
