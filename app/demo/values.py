"""What is read, weighed and counted in the demo's batches, where the master alone does not say.

Everything else is drawn near the middle of a field's limits, or near its target, by a generator with a fixed
seed, so that the same story is told each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Place = tuple[str, str]
"""A step's number and a field's name."""

TARES: Mapping[str, str] = {"BAL-014": "2.040", "BAL-021": "0.040", "BAL-009": "32.4"}
"""Tare by balance, in its unit: drums on the floor balance, bags and beakers on the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What happens in the batches of one master beyond what the master says."""

    readings: Mapping[Place, tuple[str, ...]]
    """Readings in their order; the last one serves again when they run out."""
    middles: Mapping[Place, str] = field(default_factory=dict)
    """Where readings lie when that is not the middle of their limits."""
    run_minutes: Mapping[str, int] = field(default_factory=dict)
    """How long a run goes on before the step that ends it, so that its recurring checks come due."""
    work_minutes: Mapping[Place, int] = field(default_factory=dict)
    """How long the work takes that comes before an entry."""


_TABLET_READINGS: Mapping[Place, tuple[str, ...]] = {
    ("1.1a", "previous"): ("Ibuprofen 400 mg, IB-2231",),
    ("2.4b", "assay"): ("99.6", "100.1", "99.2", "100.4", "99.9", "99.5", "100.2", "99.8", "100.6", "99.7"),
    ("2.8b", "outlet"): ("34.5", "36.0", "38.5", "41.0", "44.0", "46.5"),
    ("2.11b", "quantity"): ("143.120", "143.480"),
    ("2.15a", "quantity"): ("98.140", "97.960", "96.310"),
    ("3.1a", "previous"): ("Ibuprofen 400 mg, IB-2231",),
    ("3.2", "friability"): ("0.31",),
    ("3.6a", "quantity"): ("97.020", "96.480", "95.690"),
    ("4.1", "previous"): ("Cetirizine 10 mg, CT-0914",),
    ("4.2", "pvc_loaded"): ("118.4",),
    ("4.2", "foil_loaded"): ("19.6",),
    ("4.5", "good"): ("24432",),
    ("4.5", "rejected"): ("0.4120",),
    ("4.6a", "issued"): ("24700",),
    ("4.6a", "used"): ("24432",),
    ("4.6a", "destroyed"): ("256",),
    ("4.6a", "returned"): ("12",),
    ("4.6b", "issued"): ("24600",),
    ("4.6b", "used"): ("24432",),
    ("4.6b", "destroyed"): ("38",),
    ("4.6b", "returned"): ("130",),
    ("4.9", "examined"): ("80",),
    ("4.9", "wrong_text"): ("0",),
    ("4.9", "wrong_content"): ("0",),
    ("4.9", "unsealed"): ("0",),
    ("5.2", "fp_assay"): ("99.8",),
    ("5.2", "average_mass"): ("590.6",),
    ("5.2", "uniformity"): ("4.2",),
    ("5.2", "dissolution"): ("96", "97", "95", "98", "96", "97"),
    ("5.2", "aminophenol"): ("0.01",),
    ("5.2", "impurities"): ("0.04",),
    ("5.2", "microbial"): ("20",),
}

TABLETS = Script(
    readings=_TABLET_READINGS,
    middles={
        ("3.2", "disintegration"): "3.5",
        ("3.2", "thickness"): "4.20",
        ("3.2", "hardness"): "4.2",
        ("4.4b", "vacuum"): "-0.62",
    },
    run_minutes={"2.8c": 42, "3.5b": 245, "4.4c": 250},
)

_INJECTION_READINGS: Mapping[Place, tuple[str, ...]] = {
    ("1a", "previous"): ("Granisetron injection 1 mg/mL, GR-0388",),
    ("1d", "previous"): ("Granisetron injection 1 mg/mL, GR-0388",),
    ("3", "sterile_hold"): ("21.5",),
    ("5", "temperature"): ("24.2",),
    ("5", "conductivity"): ("0.62",),
    ("5", "toc"): ("84",),
    ("7a", "ph"): ("3.58",),
    ("9b", "bulk_ph"): ("3.59",),
    ("9b", "density"): ("1.004",),
    ("9b", "bioburden"): ("1",),
    ("11", "prefilters"): ("1",),
    ("11", "filters"): ("2",),
    ("11", "tester"): ("Integrity tester IT-5, test 20418",),
    ("11", "certificate"): ("3.45",),
    ("11", "bubble_point"): ("3.66", "3.64"),
    ("12b", "drop"): ("0.42", "0.45"),
    ("12c", "volume"): ("198.6",),
    ("13", "tester"): ("Integrity tester IT-5, test 20421",),
    ("13", "bubble_point"): ("3.63", "3.62"),
    ("14a", "vials_loaded"): ("95000",),
    ("14a", "stoppers_loaded"): ("94000",),
    ("14a", "seals_loaded"): ("94000",),
    ("14b", "f0"): ("18.4",),
    ("14b", "stopper_age"): ("6.5",),
    ("15a", "minutes"): ("35",),
    ("15b", "minutes"): ("2",),
    ("15b", "removed"): ("1",),
    ("16c", "filled"): ("92150",),
    ("17", "particles"): ("420", "510", "380", "460"),
    ("18a", "exposure"): ("228",),
    ("20b", "issued"): ("94000",),
    ("20b", "used"): ("92150",),
    ("20b", "destroyed"): ("630",),
    ("20b", "returned"): ("1215",),
    ("20c", "issued"): ("94000",),
    ("20c", "used"): ("92140",),
    ("20c", "destroyed"): ("410",),
    ("20c", "returned"): ("1448",),
    ("21", "inspected"): ("92140",),
    ("21", "rejected"): ("602",),
    ("21", "aql_critical"): ("0",),
    ("21", "aql_major"): ("2",),
    ("21", "aql_minor"): ("4",),
    ("22", "tested"): ("20",),
    ("22", "failed"): ("0",),
    ("23", "actual"): ("91420",),
    ("18b", "settle"): ("0",),
    ("18b", "contact"): ("0",),
    ("18b", "gloves"): ("0",),
    ("25a", "fp_assay"): ("99.7",),
    ("25a", "fp_ph"): ("3.60",),
    ("25a", "endotoxin"): ("0.4",),
}
INJECTION = Script(
    readings=_INJECTION_READINGS,
    middles={("1c", "pressure"): "14.0", ("1f", "pressure"): "18.0"},
    run_minutes={"16c": 172},
    work_minutes={
        ("5", "water"): 40,
        ("8", "added"): 25,
        ("9b", "bulk_assay"): 180,
        ("12b", "drop"): 30,
        ("12c", "volume"): 45,
        ("20a", "done"): 120,
        ("21", "inspected"): 300,
    },
)

STEP_SECONDS: Mapping[str, int] = {"line_clearance": 40, "dispense": 75, "instruction": 120, "ipc_result": 90}
USUAL_SECONDS = 20
"""How long one entry takes, by step type."""
