"""What the rules about functions, certificates and procedures look at."""

from dataclasses import dataclass
from datetime import date

from records.calibration.function import Function
from records.calibration.judging import Certified
from records.calibration.models import CalibrationProcedure, CalibrationRun
from records.calibration.procedure import Procedure
from records.calibration.states import ProcedureState
from records.equipment.models import PhysicalAsset
from records.identity import RecordName


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCertificate:
    """A standard's certificate about to be recorded."""

    asset: str
    standard_class: str
    certificate: str
    laboratory: str
    accreditation: str | None
    calibrated_on: date
    valid_until: date
    parent: str | None
    ranges: tuple[Certified, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFacts:
    """A version of a function about to be defined."""

    record: PhysicalAsset
    new: Function
    open_run: CalibrationRun | None
    reason_given: bool
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"function {self.new.name} of asset {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the asset's stream."""
        return self.record.stream


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """A certificate about to be recorded."""

    record: PhysicalAsset
    new: NewCertificate
    is_on_record: bool
    parent_is_standard: bool
    today: date
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"standard {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the asset's stream."""
        return self.record.stream


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProcedure:
    """A version of a procedure about to be written."""

    code: str
    title: str
    procedure: Procedure


@dataclass(slots=True, kw_only=True)
class NewProcedureFacts:
    """A version about to be written; `record` is there once it is."""

    new: NewProcedure
    number: str
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"calibration procedure {self.number}"

    @property
    def stream(self) -> str:
        """Return the version's stream."""
        return str(RecordName(CalibrationProcedure.kind, self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureFacts:
    """A version of a procedure on record."""

    record: CalibrationProcedure
    procedure: Procedure
    earlier: CalibrationProcedure | None
    """The version in force, which this one would supersede."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"calibration procedure {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the version's stream."""
        return self.record.stream

    @property
    def state(self) -> ProcedureState:
        """Return where it stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev
