"""What the rules about a calibration run look at, read once in a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal  # noqa: TC003 -- a dataclass names it
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.calibration.function import Function, function_of
from records.calibration.judging import Certified, Taken
from records.calibration.models import (
    CalibrationAdjustment,
    CalibrationCondition,
    CalibrationProcedure,
    CalibrationReading,
    CalibrationRun,
    StandardUse,
)
from records.calibration.procedure import Procedure, procedure_of
from records.calibration.queries import (
    Chain,
    adjustments_of,
    all_readings,
    calibration_run,
    certificate_of,
    certified,
    chain_of,
    conditions_read,
    open_run_of,
    standards_in_use,
    standing,
)
from records.calibration.states import Phase, RunState, Tier
from records.calibration.transfer import Interval
from records.equipment.models import PhysicalAsset
from records.errors import RecordNotFoundError
from records.training.queries import counting_trainings
from records.training.subjects import Need, SubjectKind, judge
from records.work_order.models import WorkOrder
from records.work_order.queries import order_by_number
from workflows.perform import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A calibration about to begin: of which function, by which version of a procedure, in which order."""

    order: str
    function: str
    procedure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReading:
    """A reading as it was typed; `read_at` is when the device kept it."""

    phase: Phase
    seq: int
    repeat: int
    raw: str
    unit: str
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAdjustment:
    """What was adjusted, with its setting before and after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A standard that was scanned, and its chain today."""

    asset: str
    standard_class: str | None
    """None where it has no certificate."""
    chain: Chain


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRunFacts:
    """A run about to begin."""

    record: WorkOrder
    asset: PhysicalAsset
    new: NewRun
    function: Function | None
    procedure: CalibrationProcedure
    content: Procedure
    open_run: CalibrationRun | None
    untrained: str | None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"calibration in work order {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the order's stream."""
        return self.record.stream


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """A run, its order, and everything taken so far."""

    record: CalibrationRun
    order: WorkOrder
    function: Function
    procedure: Procedure
    standards: Mapping[str, StandardUse]
    broken: Sequence[str]
    """Why a standard in use is not valid now, each a sentence."""
    certified: Mapping[str, Sequence[Certified]]
    conditions: Mapping[str, CalibrationCondition]
    readings: Sequence[CalibrationReading]
    adjustments: Sequence[CalibrationAdjustment]
    untrained: str | None
    reason_given: bool = False
    reading: NewReading | None = None
    found: CalibrationReading | None = None
    """The reading that stands already where one is given."""
    standard: Scanned | None = None
    adjustment: NewAdjustment | None = None
    tiers: frozenset[Tier] = frozenset()
    """How far the as-found errors have got, once they are locked."""
    use: Interval | None = None
    """The range that use is to be restricted to."""
    unsaved: int = 0
    """Readings that the device says it still keeps."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"calibration {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the order's stream."""
        return self.record.stream

    @property
    def state(self) -> RunState:
        """Return where it stands."""
        return self.record.state

    @property
    def phase(self) -> Phase:
        """Return which readings are taken now."""
        return Phase.AS_FOUND if self.state is RunState.AS_FOUND else Phase.AS_LEFT

    @property
    def attempt(self) -> int:
        """Return how many adjustments came before the readings taken now."""
        return max((one.attempt for one in self.adjustments), default=0)

    @property
    def is_adjusted(self) -> bool:
        """Tell whether anything was adjusted."""
        return self.attempt > 0

    @property
    def needs_as_left(self) -> bool:
        """Tell whether it is read as left: adjusted, or nothing was read as found."""
        return self.is_adjusted or self.record.as_found_waived

    def standing(self, phase: Phase) -> list[CalibrationReading]:
        """Return the readings of a phase that count."""
        return standing(self.readings, phase, 0 if phase is Phase.AS_FOUND else self.attempt)

    def taken(self, phase: Phase) -> list[Taken]:
        """Return the readings of a phase that count, by point."""
        found: dict[int, list[Decimal]] = {}
        for one in self.standing(phase):
            found.setdefault(one.seq, []).append(one.value)
        return [
            Taken(seq=seq, applied=self.procedure.points[seq - 1].applied, indications=tuple(values))
            for seq, values in sorted(found.items())
        ]

    def missing(self, phase: Phase) -> list[str]:
        """Return the points of a phase that still lack a reading, as sentences name them."""
        have = {(one.seq, one.repeat) for one in self.standing(phase)}
        repeats = range(1, self.procedure.repeats + 1)
        wanted = [(seq, repeat) for seq in range(1, len(self.procedure.points) + 1) for repeat in repeats]
        return [self.name_of(*one) for one in wanted if one not in have]

    def name_of(self, seq: int, repeat: int = 1) -> str:
        """Return what sentences call a point, such as ``point 4 (4.5 bar up)``."""
        point = self.procedure.points[seq - 1]
        times = f", reading {repeat}" if self.procedure.repeats > 1 else ""
        return f"point {seq} ({point.applied} {self.procedure.unit} {point.direction}{times})"


def run_facts(session: Session, number: str, *, at: datetime, time_zone: str, person: str) -> RunFacts:
    """Return what the rules about a run look at; raises RecordNotFoundError."""
    record = calibration_run(session, number)
    order = order_of(session, record.order_number)
    function, procedure = function_of(record.frozen["function"]), procedure_of(record.frozen["procedure"])
    standards = standards_in_use(session, number)
    day = at.astimezone(ZoneInfo(time_zone)).date()
    chains = [chain_of(session, one.asset, day, at, time_zone) for one in standards.values()]
    return RunFacts(
        record=record,
        order=order,
        function=function,
        procedure=procedure,
        standards=standards,
        broken=[chain.refusal for chain in chains if chain.refusal],
        certified={
            name: certified(certificate_of(session, one.asset, one.certificate))
            for name, one in standards.items()
        },
        conditions=conditions_read(session, number),
        readings=all_readings(session, number),
        adjustments=adjustments_of(session, number),
        untrained=untrained(session, procedure, person, at=at, time_zone=time_zone),
    )


def facts_of(work: UnitOfWork, number: str) -> RunFacts:
    """Lock a run and return what the rules about it look at, for an act: two acts never pass each other."""
    wanted = select(CalibrationRun.id).where(CalibrationRun.part == number)
    work.session.scalars(wanted.with_for_update()).one_or_none()
    return run_facts(work.session, number, at=work.at, time_zone=work.time_zone, person=work.actor.person)


def new_run_facts(
    session: Session,
    new: NewRun,
    asset: PhysicalAsset,
    function: Function | None,
    procedure: tuple[CalibrationProcedure, Procedure],
    why_untrained: str | None,
) -> NewRunFacts:
    """Return what the rules about a run look at before it begins."""
    record, content = procedure
    return NewRunFacts(
        record=order_of(session, new.order),
        asset=asset,
        new=new,
        function=function,
        procedure=record,
        content=content,
        open_run=open_run_of(session, asset.number, new.function),
        untrained=why_untrained,
    )


def untrained(
    session: Session, procedure: Procedure, person: str, *, at: datetime, time_zone: str
) -> str | None:
    """Return why a person is not trained for a procedure on a day; None where they are (CAL-24)."""
    if procedure.qualification is None:
        return None
    need = Need(kind=SubjectKind.QUALIFICATION, subject=procedure.qualification)
    day = at.astimezone(ZoneInfo(time_zone)).date()
    judged = judge(need, counting_trainings(session).get(person, ()), day)
    return None if judged.basis else f"not trained for {procedure.qualification}: {judged.why}"


def order_of(session: Session, number: str) -> WorkOrder:
    """Return the work order a run belongs to; raises RecordNotFoundError."""
    found = order_by_number(session, number)
    if found is None:
        raise RecordNotFoundError(WorkOrder.kind, number)
    return found
