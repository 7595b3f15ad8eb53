"""The demo's equipment, materials and lots as data (invented, as `docs/demo.md` says)."""

from dataclasses import dataclass, field
from decimal import Decimal

from records.equipment.states import GmpImpact


@dataclass(frozen=True, slots=True)
class Thing:
    """An equipment role and the asset that holds it; `range` is minimum, maximum, unit, resolution."""

    tag: str
    title: str
    equipment_class: str
    area: str
    room: str | None = None
    range: tuple[str, str, str, str] | None = None
    is_cleaned: bool = True


@dataclass(frozen=True, slots=True)
class Stock:
    """A lot in the warehouse; `days_left` is to its expiry, from the day the demo is loaded."""

    number: str
    material: str
    quantity: str
    attributes: dict[str, str] = field(default_factory=dict)
    days_left: int = 540
    is_released: bool = True
    supplier: str = "Northmoor Chemicals"


AREAS = ("OSD", "STERILE", "DAIRY", "LAB")
THINGS = (
    Thing(
        "BAL-014",
        "Floor balance 300 kg",
        "floor balance",
        "OSD",
        "D101",
        ("1", "300", "kg", "0.001"),
        is_cleaned=False,
    ),
    Thing(
        "BAL-021",
        "Bench balance 6 kg",
        "bench balance",
        "OSD",
        "D101",
        ("0.02", "6", "kg", "0.0001"),
        is_cleaned=False,
    ),
    Thing("SFT-02", "Sifter", "vibratory sifter", "OSD", "G102"),
    Thing("RMG-03", "Rapid mixer granulator 600 L", "high-shear granulator", "OSD", "G102"),
    Thing("FBD-02", "Fluid-bed dryer", "fluid-bed dryer", "OSD", "G102"),
    Thing("MML-01", "Multi-mill", "mill", "OSD", "G102"),
    Thing("BLD-05", "Octagonal blender", "blender", "OSD", "G102"),
    Thing("TP-200", "Rotary tablet press", "tablet press", "OSD", "C103"),
    Thing("DDS-03", "Deduster", "deduster", "OSD", "C103"),
    Thing("MDT-01", "Metal detector", "metal detector", "OSD", "C103"),
    Thing("BLS-04", "Blister line", "blister line", "OSD", "P105"),
    Thing(
        "BAL-07",
        "Analytical balance 220 g",
        "analytical balance",
        "LAB",
        None,
        ("0.02", "220", "g", "0.0001"),
    ),
    Thing("TNK-201", "Compounding tank 250 L", "tank", "STERILE", "S201"),
    Thing(
        "BAL-009",
        "Balance for compounding",
        "bench balance",
        "STERILE",
        "S201",
        ("20", "6000", "g", "0.1"),
        is_cleaned=False,
    ),
    Thing("pHM-04", "pH meter", "pH meter", "STERILE", "S201", ("0", "14", "pH", "0.01"), is_cleaned=False),
    Thing("FLT", "Filtration skid", "filtration skid", "STERILE", "S201"),
    Thing(
        "PT-1203A",
        "Pressure transmitter, feed side of FLT",
        "pressure transmitter",
        "STERILE",
        "S201",
        ("0", "6", "bar", "0.01"),
        is_cleaned=False,
    ),
    Thing("TNK-202", "Sterile receiver", "tank", "STERILE", "S202"),
    Thing("FIL-02", "Vial filler, 12 pumps", "filler", "STERILE", "S202"),
    Thing("ISO-01", "Restricted-access barrier", "barrier", "STERILE", "S202"),
    Thing("CAP-02", "Capper", "capper", "STERILE", "S203", is_cleaned=False),
    Thing("TUN-01", "Depyrogenation tunnel", "tunnel", "STERILE", "S202"),
    Thing("AUT-02", "Autoclave", "autoclave", "STERILE", "S202"),
    Thing("VIS-01", "Visual inspection", "inspection", "STERILE", "S204", is_cleaned=False),
    Thing("PAST-01", "Pasteuriser", "pasteuriser", "DAIRY"),
    Thing("TNK-12", "Fermentation tank", "tank", "DAIRY"),
    Thing("FIL-3", "Cup filler", "cup filler", "DAIRY"),
)
DIRECT = frozenset({"BAL-014", "BAL-021", "BAL-009", "BAL-07", "pHM-04", "PT-1203A", "MDT-01", "TP-200"})
"""Assets whose fault reaches the product directly."""
OVERDUE = "BAL-07"
DUE_SOON = "DDS-03"
FAMILIES = {"OSD": "oral solids", "DAIRY": "dairy", "STERILE": "injections"}
"""The family of products that an area's cleaning is validated for."""

STOCK = (
    Stock("26-101", "para", "1000.000", {"assay": "99.6", "lod": "0.2"}),
    Stock("26-102", "starch", "200.000"),
    Stock("26-118", "starch", "150.000", is_released=False, supplier="Fenland Starches"),
    Stock("26-103", "mcc", "80.000"),
    Stock("26-104", "povidone", "60.000"),
    Stock("26-105", "ssg", "40.000"),
    Stock("26-106", "talc", "30.000"),
    Stock("26-107", "mgst", "25.000"),
    Stock("26-108", "pvc", "900.0", supplier="Clearpack Films"),
    Stock("26-109", "foil", "400.0", supplier="Clearpack Films"),
    Stock("26-110", "ondansetron", "5000.0", {"assay": "99.1"}),
    Stock("26-111", "vial", "400000", supplier="Corvane Glass"),
    Stock("26-112", "stopper", "400000", supplier="Corvane Glass"),
    Stock("26-113", "seal", "400000", supplier="Corvane Glass"),
    Stock("25-033", "talc", "20.000", days_left=-20),
)
"""Lots by the formula's component; `water` and others not listed get one lot each of plenty."""
PLENTY = Decimal(100000)


def cleaned_for(tag: str) -> dict[str, str]:
    """Return the family of products that a thing's cleaning covers, as its state's detail."""
    area = next(thing.area for thing in THINGS if thing.tag == tag)
    return {"product_family": FAMILIES[area]} if area in FAMILIES else {}


def gmp_impact(tag: str) -> GmpImpact:
    """Return how a fault of a thing reaches the product."""
    return GmpImpact.DIRECT if tag in DIRECT else GmpImpact.INDIRECT
