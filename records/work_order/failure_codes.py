"""How a failure is told (ISO 14224): mode, mechanism and cause, in codes by class of equipment. Pure.

A class without a list of its own takes the general one; a text beside the codes says more, never instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Codes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FailureCodes:
    """The codes of one class: each with its words."""

    modes: Codes
    mechanisms: Codes
    causes: Codes


MECHANISMS: Codes = {
    "MEC": "mechanical",
    "MAT": "material",
    "INS": "instrumentation",
    "ELE": "electrical",
    "EXT": "external influence",
    "MIS": "other",
}
CAUSES: Codes = {
    "DES": "design",
    "MAN": "manufacture or installation",
    "OPE": "operation",
    "MAI": "maintenance",
    "WEA": "expected wear",
    "UNK": "unknown",
}
GENERAL = FailureCodes(
    modes={
        "BRD": "breakdown",
        "FTS": "fails to start",
        "STP": "fails to stop on demand",
        "NOI": "abnormal noise",
        "VIB": "vibration",
        "OHE": "overheating",
        "LEK": "leak",
        "OUT": "output out of limits",
        "SAF": "safety device fails",
        "OTH": "other",
    },
    mechanisms=MECHANISMS,
    causes=CAUSES,
)
_INSTRUMENT = FailureCodes(
    modes={
        "ERR": "reading out of tolerance",
        "DRF": "drift",
        "NOS": "no signal",
        "UNS": "unsteady reading",
        "DSP": "display fails",
        "OTH": "other",
    },
    mechanisms=MECHANISMS,
    causes=CAUSES,
)
BY_CLASS: Mapping[str, FailureCodes] = {
    "balance": _INSTRUMENT,
    "pressure transmitter": _INSTRUMENT,
    "pH meter": _INSTRUMENT,
    "tablet press": FailureCodes(
        modes={
            **GENERAL.modes,
            "SEA": "punch seal leaks",
            "CAM": "cam worn",
            "WGT": "tablet weight unsteady",
        },
        mechanisms=MECHANISMS,
        causes=CAUSES,
    ),
}


def codes_for(equipment_class: str | None) -> FailureCodes:
    """Return the codes of a class of equipment."""
    return BY_CLASS.get(equipment_class or "", GENERAL)
