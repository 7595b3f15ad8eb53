"""Where a lot and a container stand."""

from enum import StrEnum


class LotState(StrEnum):
    """Quality status of a lot (211.84, 211.110(c)); expiry is a comparison with the clock, not a state."""

    QUARANTINE = "quarantine"
    UNDER_TEST = "under_test"
    RELEASED = "released"
    CONDITIONAL = "conditional"
    REJECTED = "rejected"
    ON_HOLD = "on_hold"


class ContainerState(StrEnum):
    """Where a dispensed container stands."""

    FILLED = "filled"
    CHARGED = "charged"
    VOID = "void"


class MovementKind(StrEnum):
    """Why a lot's quantity changed."""

    RECEIPT = "receipt"
    DISPENSE = "dispense"
    CONSUME = "consume"
    PRODUCE = "produce"
    SAMPLE = "sample"
    RETURN = "return"
    ADJUST = "adjust"
