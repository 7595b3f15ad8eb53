"""The independent axes of an asset's state, and the words on each (batch-records section 4, axes)."""

from enum import StrEnum


class EquipmentLevel(StrEnum):
    """ISA-95 levels of the role tree that this site uses."""

    SITE = "site"
    AREA = "area"
    PROCESS_CELL = "process_cell"
    UNIT = "unit"
    EQUIPMENT_MODULE = "equipment_module"


class GmpImpact(StrEnum):
    """How a fault of the asset reaches the product."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    NONE = "none"


class Axis(StrEnum):
    """One independent aspect of an asset's state."""

    SERVICE = "service"
    QUALIFICATION = "qualification"
    CALIBRATION = "calibration"
    CLEANING = "cleaning"
    QUALITY = "quality"
    CONTENT = "content"


WORDS: dict[Axis, tuple[str, ...]] = {
    Axis.SERVICE: ("commissioning", "available", "in_use", "maintenance", "out_of_service", "retired"),
    Axis.QUALIFICATION: ("not_qualified", "qualified", "requalification_due", "suspended"),
    Axis.CALIBRATION: ("in_cal", "due_soon", "grace", "overdue", "oot_open", "limited", "not_applicable"),
    Axis.CLEANING: ("clean", "dirty", "in_cleaning", "hold_expired", "sterile", "not_applicable"),
    Axis.QUALITY: ("released", "quarantined", "restricted"),
    Axis.CONTENT: ("empty", "holds"),
}
"""The words each axis may carry; due_soon, overdue and hold_expired are evaluated, never stored."""

EVALUATED = frozenset({"due_soon", "overdue", "hold_expired", "requalification_due"})


class UsabilityVerdict(StrEnum):
    """What a usability rule says of an asset for a step."""

    ALLOW = "allow"
    ALLOW_WITH_SIGNATURE = "allow_with_signature"
    BLOCK = "block"
