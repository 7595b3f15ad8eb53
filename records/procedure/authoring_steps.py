"""From the keys of a master file to steps: default fields, sign letters, settings become explicit. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from records.procedure.authoring_fields import DoubtError, Raw, build_field
from records.procedure.definition import (
    EquipmentUse,
    Setting,
    SettingValue,
    SignatureRequirement,
    StepDefinition,
)
from records.procedure.fields import Field, input_names
from records.procedure.sections import EquipmentRole, FormulaItem, Specification
from records.procedure.settings import LISTS, WHOLE, SettingDefinition
from records.procedure.sign import SignError, Signers, signatures_of
from records.procedure.step_context import StepContext, UnknownNameError
from records.procedure.step_types import STEP_TYPES, StepTypeRow
from records.procedure.vocabulary import (
    CRITICAL,
    Act,
    Criticality,
    FieldKind,
    OperationsType,
    StepType,
)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class AuthoringProblem:
    """What can't be expanded: where in the file's tree, and why."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the steps of one procedure are expanded with; problems are collected, not raised one by one."""

    operations_type: OperationsType
    roles: Mapping[str, EquipmentRole]
    formula: Mapping[str, FormulaItem]
    specifications: Mapping[str, Specification]
    portions: Mapping[str, int]
    problems: list[AuthoringProblem] = field(default_factory=list)


def build_step(raw: Raw, path: Path, operation: Raw, around: Surroundings) -> StepDefinition:
    """Give one step, explicit; what can't be expanded is added to the problems."""
    row = STEP_TYPES[StepType(raw["type"])]
    criticality = Criticality(raw.get("criticality", Criticality.NONE))
    equipment = tuple(EquipmentUse(role=use["role"], rule=use["rule"]) for use in raw.get("equipment", ()))
    settings = _settings(raw, row)
    context = StepContext(
        settings=settings,
        equipment=equipment,
        roles=around.roles,
        formula=around.formula,
        portions=around.portions,
        specifications=around.specifications,
        room=operation.get("room"),
    )
    fields = _fields(raw, row, path, (context, around))
    qualifications = dict.fromkeys((*operation.get("qualification", ()), *raw.get("qualification", ())))
    return StepDefinition(
        number=raw["step"],
        type=row.code,
        title=raw["title"],
        text=raw.get("text"),
        caution=raw.get("caution"),
        criticality=criticality,
        signatures=_signatures(raw, row, path, (settings, fields, around)),
        when=raw.get("when"),
        after=tuple(raw["after"]) if "after" in raw else None,
        equipment=equipment,
        qualifications=tuple(qualifications),
        automation=raw.get("automation"),
        settings=tuple(Setting(name=name, value=value) for name, value in settings.items()),
        fields=fields,
    )


def portions_of(raw_steps: Iterator[Raw]) -> dict[str, int]:
    """Count the containers that dispensing fills for each component."""
    counted: dict[str, int] = {}
    for raw in raw_steps:
        settings = raw.get("settings", {})
        if raw["type"] == StepType.DISPENSE and "component" in settings:
            component = settings["component"]
            counted[component] = counted.get(component, 0) + int(settings.get("portions", 1))
    return counted


def _settings(raw: Raw, row: StepTypeRow) -> dict[str, SettingValue]:
    """Give the settings in the order of the table, defaults filled in."""
    written = raw.get("settings", {})
    found: dict[str, SettingValue] = {}
    for setting in row.settings:
        if setting.name in written:
            found[setting.name] = _setting_value(setting, written[setting.name])
        elif setting.default is not None:
            found[setting.name] = setting.default
    return found


def _setting_value(setting: SettingDefinition, written: Any) -> SettingValue:  # noqa: ANN401 -- any scalar or list of the file
    if setting.kind in LISTS:
        return tuple(written) if isinstance(written, list) else (str(written),)
    if setting.kind in WHOLE:
        return int(written)
    return written if isinstance(written, bool) else str(written)


def _fields(
    raw: Raw, row: StepTypeRow, path: Path, inside: tuple[StepContext, Surroundings]
) -> tuple[Field, ...]:
    """Give the type's default fields, changed where the author names one, then the author's own."""
    context, around = inside
    try:
        found = {one.name: one for one in row.fields(context)}
    except UnknownNameError as error:
        around.problems.append(AuthoringProblem((*path, "settings", error.setting), error.message))
        found = {}
    samples = context.settings.get("samples")
    named: set[str] = set()
    for index, written in enumerate(raw.get("fields", ())):
        where = (*path, "fields", index)
        name = written["name"]
        default = found.get(name)
        if name in named:
            around.problems.append(AuthoringProblem(where, f"Field {name!r} is listed twice."))
        elif default is None and "label" not in written:
            around.problems.append(AuthoringProblem(where, f"Field {name!r} has no label."))
        named.add(name)
        try:
            built = build_field(written, default, row.field_kind, samples=_whole(samples))
        except DoubtError as error:
            around.problems.append(AuthoringProblem((*where, error.key), error.message))
            continue
        found[name] = _expecting(built, row, is_new=default is None)
    return tuple(found.values())


def _whole(value: SettingValue | None) -> int | None:
    return value if isinstance(value, int) else None


def _expecting(built: Field, row: StepTypeRow, *, is_new: bool) -> Field:
    """Give the field with the answer its step type expects, unless the author expects another."""
    if is_new and built.kind is FieldKind.YES_NO and built.expected is None:
        return replace(built, expected=row.expected)
    return built


def _signatures(
    raw: Raw,
    row: StepTypeRow,
    path: Path,
    inside: tuple[Mapping[str, SettingValue], tuple[Field, ...], Surroundings],
) -> tuple[SignatureRequirement, ...]:
    settings, fields, around = inside
    readers = settings.get("readers")
    if isinstance(readers, tuple) and "sign" not in raw:
        return tuple(
            SignatureRequirement(act=Act.PERFORMED, roles=(role,), as_signature=False) for role in readers
        )
    is_critical = Criticality(raw.get("criticality", Criticality.NONE)) in CRITICAL
    usual = row.critical_sign if is_critical and row.critical_sign else row.sign
    signers = Signers(
        around.operations_type, tuple(raw.get("performers", ())), tuple(raw.get("verifiers", ()))
    )
    has_inputs = any(input_names(one) for one in fields)
    try:
        return signatures_of(raw.get("sign", usual), signers, has_inputs=has_inputs)
    except SignError as error:
        around.problems.append(AuthoringProblem((*path, "sign"), error.message))
        return ()
