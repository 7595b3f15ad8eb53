"""The settings a step type takes: names, kinds, defaults. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from records.procedure.definition import SettingValue


class SettingKind(StrEnum):
    """What a setting holds; the kinds that name something are checked against the procedure."""

    TEXT = "text"
    INTEGER = "whole number from 1"
    FEW = "whole number from 1 to 999"
    PLACES = "number of decimals"
    DECIMAL = "decimal number"
    BOUND = "number or expression"
    FLAG = "true or false"
    WORD = "one of"
    STEP = "step number"
    COMPONENT = "formula item"
    COMPONENTS = "list of formula items"
    EQUIPMENT = "equipment role"
    ROOM = "room"
    ROLES = "list of roles"
    SPECIFICATION = "specification"
    TESTS = "list of its tests"
    EXPRESSION = "expression"


WHOLE = frozenset({SettingKind.INTEGER, SettingKind.FEW, SettingKind.PLACES})
LISTS = frozenset({SettingKind.COMPONENTS, SettingKind.ROLES, SettingKind.TESTS})


@dataclass(frozen=True, slots=True)
class SettingDefinition:
    """One setting of a step type; without a default and not required it may be left out."""

    name: str
    kind: SettingKind
    meaning: str
    default: SettingValue | None = None
    required: bool = False
    words: tuple[str, ...] = ()
