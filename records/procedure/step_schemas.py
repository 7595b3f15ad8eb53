"""The part of the master file's JSON Schema that follows from the step types. Pure."""

from typing import Any

from records.procedure.settings import SettingDefinition, SettingKind
from records.procedure.step_types import STEP_TYPES, StepTypeRow

_K = SettingKind
_REFERENCES = {
    _K.TEXT: "text",
    _K.INTEGER: "count",
    _K.FEW: "few",
    _K.PLACES: "places",
    _K.DECIMAL: "decimal",
    _K.BOUND: "bound",
    _K.FLAG: "flag",
    _K.STEP: "step_number",
    _K.COMPONENT: "name",
    _K.EQUIPMENT: "code",
    _K.ROOM: "code",
    _K.SPECIFICATION: "code",
    _K.EXPRESSION: "expression",
}
_LISTS = {_K.COMPONENTS: "name", _K.ROLES: "role", _K.TESTS: "name"}


def step_schemas() -> list[dict[str, Any]]:
    """Give the rule of each step type for its `settings`, to stand under `allOf` of a step."""
    return [_rule(row) for row in STEP_TYPES.values()]


def _rule(row: StepTypeRow) -> dict[str, Any]:
    """Say which settings a type takes; one that needs settings needs the mapping."""
    required = [setting.name for setting in row.settings if setting.required]
    settings: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {setting.name: _value(setting) for setting in row.settings},
    }
    then: dict[str, Any] = {"properties": {"settings": settings}}
    if required:
        settings["required"] = required
        then["required"] = ["settings"]
    return {"if": {"properties": {"type": {"const": row.code.value}}, "required": ["type"]}, "then": then}


def _value(setting: SettingDefinition) -> dict[str, Any]:
    meaning = setting.meaning
    if setting.kind is _K.WORD:
        return {"enum": [str(word) for word in setting.words], "description": meaning}
    if setting.kind in _LISTS:
        items = {"$ref": f"#/$defs/{_LISTS[setting.kind]}"}
        return {"type": "array", "minItems": 1, "items": items, "description": meaning}
    return {"$ref": f"#/$defs/{_REFERENCES[setting.kind]}", "description": meaning}
