"""The closed word lists of a procedure definition. Pure."""

from enum import StrEnum

FORMAT = "countersign-procedure/1"


class OperationsType(StrEnum):
    """What a procedure is for (ISA-95 operations type)."""

    PRODUCTION = "production"
    MAINTENANCE = "maintenance"
    QUALITY = "quality"


class StepType(StrEnum):
    """The 28 kinds of step; `step_types.py` says what each takes and captures."""

    INSTRUCTION = "instruction"
    ACKNOWLEDGE = "acknowledge"
    TEXT = "text"
    NUMERIC = "numeric"
    CHOICE = "choice"
    YES_NO = "yes_no"
    CHECKLIST = "checklist"
    DATETIME = "datetime"
    TIMER = "timer"
    HOLD_TIME = "hold_time"
    CALCULATION = "calculation"
    TABLE = "table"
    SCAN = "scan"
    EQUIPMENT_CHECK = "equipment_check"
    AREA_CHECK = "area_check"
    DISPENSE = "dispense"
    CHARGE_IN = "charge_in"
    SAMPLE_PULL = "sample_pull"
    IPC_RESULT = "ipc_result"
    ATTACHMENT = "attachment"
    LABEL_PRINT = "label_print"
    LABEL_RECON = "label_recon"
    YIELD = "yield"
    LINE_CLEARANCE = "line_clearance"
    CLEANING_CHECK = "cleaning_check"
    ENVIRONMENT_CHECK = "environment_check"
    SIGNATURE = "signature"
    TRANSFER = "transfer"


class FieldKind(StrEnum):
    """What a person, a device or the system puts into a field."""

    CONFIRM = "confirm"
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE_TIME = "date_time"
    SCAN = "scan"
    PHOTO = "photo"
    COMPUTED = "computed"
    TIMER = "timer"


class ScanKind(StrEnum):
    """What a scanned code must identify."""

    LOT = "lot"
    CONTAINER = "container"
    EQUIPMENT = "equipment"
    PERSON = "person"
    CODE = "code"


class EntryMode(StrEnum):
    """How a value is meant to arrive; a manual entry of a machine value is an exception."""

    MANUAL = "manual"
    SEMI = "semi"
    AUTOMATIC = "automatic"


class Criticality(StrEnum):
    """How much a step matters: key or critical process parameter, critical quality attribute."""

    NONE = "none"
    KPP = "KPP"
    CPP = "CPP"
    CQA = "CQA"


CRITICAL = frozenset({Criticality.CPP, Criticality.CQA})


class Act(StrEnum):
    """What a person vouches for at a step."""

    PERFORMED = "performed"
    VERIFIED = "verified"
    APPROVED = "approved"


class StatisticKind(StrEnum):
    """A figure over all samples of a field; `sd` is the sample standard deviation, `rsd` is in per cent."""

    MEAN = "mean"
    SUM = "sum"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    RANGE = "range"
    SD = "sd"
    RSD = "rsd"


class Severity(StrEnum):
    """How serious an exception is."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class TrainingGate(StrEnum):
    """Whether a master lets only persons trained on it work by it."""

    REQUIRED = "required"
    NONE = "none"


class PhaseOrder(StrEnum):
    """Whether the steps of a phase wait for each other."""

    SEQUENCE = "sequence"
    ANY = "any"


class ComponentRole(StrEnum):
    """Why a material is in the formula."""

    ACTIVE = "active"
    EXCIPIENT = "excipient"
    INGREDIENT = "ingredient"
    PROCESS_AID = "process_aid"
    PACKAGING = "packaging"
