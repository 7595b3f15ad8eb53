"""What is read, weighed and counted in the demo's tablet batches, where the master alone does not say.

Everything else is drawn near the middle of a field's limits, or near its target, by a generator with a fixed
seed, so that the same story is told each time.
"""

from collections.abc import Mapping

DRUM = "2.040"
TARES: Mapping[str, str] = {"BAL-021": "0.040"}
"""Tare in kilograms by balance: bags are weighed on the bench balance, drums on the other one."""

SCRIPTED: Mapping[tuple[str, str], tuple[str, ...]] = {
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
"""By step and field: the readings in their order; the last one serves again when they run out."""

MIDDLES: Mapping[tuple[str, str], str] = {
    ("3.2", "disintegration"): "3.5",
    ("3.2", "thickness"): "4.20",
    ("3.2", "hardness"): "4.2",
    ("4.4b", "vacuum"): "-0.62",
}
"""Where readings lie when that is not the middle of their limits."""

RUN_MINUTES: Mapping[str, int] = {"2.8c": 42, "3.5b": 245, "4.4c": 250}
"""How long a run goes on before the step that ends it, so that its recurring checks come due."""

STEP_SECONDS: Mapping[str, int] = {"line_clearance": 40, "dispense": 75, "instruction": 120, "ipc_result": 90}
USUAL_SECONDS = 20
"""How long one entry takes, by step type."""
