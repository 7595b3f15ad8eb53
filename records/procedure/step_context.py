"""What the default fields of a step may depend on: its settings and what the procedure defines. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from records.errors import DomainError
from records.procedure.definition import EquipmentUse, SettingValue
from records.procedure.fields import LimitRange, Limits
from records.procedure.sections import EquipmentRole, FormulaItem, Specification


class UnknownNameError(DomainError):
    """A setting names something the procedure does not have."""

    def __init__(self, message: str, setting: str) -> None:
        super().__init__(message)
        self.setting = setting


@dataclass(frozen=True, slots=True)
class StepContext:
    """What the default fields of a step may depend on; `portions` counts the containers of each component."""

    settings: Mapping[str, SettingValue]
    equipment: tuple[EquipmentUse, ...]
    roles: Mapping[str, EquipmentRole]
    formula: Mapping[str, FormulaItem]
    portions: Mapping[str, int]
    specifications: Mapping[str, Specification]
    room: str | None = None

    def text(self, name: str) -> str | None:
        """Give a setting as text, or None."""
        value = self.settings.get(name)
        return None if value is None else str(value)

    def number(self, name: str) -> int:
        """Give a whole-number setting; 1 where it is not set."""
        value = self.settings.get(name)
        return value if isinstance(value, int) else 1

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list setting; empty where it is not set."""
        value = self.settings.get(name)
        return value if isinstance(value, tuple) else ()

    def resolution(self, instrument: str | None, unit: str, otherwise: int) -> int:
        """Give the decimals an instrument shows in a unit, or `otherwise` where it is not known."""
        role = self.roles.get(instrument or "")
        if role is None or role.range is None or role.range.unit != unit:
            return otherwise
        exponent = role.range.resolution.normalize().as_tuple().exponent
        return max(-exponent, 0) if isinstance(exponent, int) else otherwise

    def item(self, setting: str, component: str) -> FormulaItem:
        """Give a formula item; raises UnknownNameError."""
        if component not in self.formula:
            msg = f"There is no formula item {component!r}."
            raise UnknownNameError(msg, setting)
        return self.formula[component]


def action_limits(minimum: str | None, maximum: str | None) -> Limits | None:
    """Give action limits with these bounds, or None where both are open."""
    if minimum is None and maximum is None:
        return None
    return Limits(action=LimitRange(minimum=minimum, maximum=maximum))
