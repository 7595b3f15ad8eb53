"""What the rules of the engine look at: one step, a whole execution, one exception."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from enum import StrEnum

from records.base import Recorded
from records.execution.facts import ValueFact
from records.execution.models import BatchException, StepRun
from records.execution.states import StepState
from records.procedure.definition import SignatureRequirement, StepDefinition
from records.procedure.fields import Field
from workflows.execution.owner import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """What the rules about one step occurrence look at."""

    owner: Owner
    step: StepDefinition
    part: str
    title: str
    state: StepState
    waits_for: Sequence[str]
    record: StepRun | None
    current: Mapping[str, ValueFact]
    field: Field | None = None
    value_name: str = ""
    accepted: Collection[int] = ()
    """Entries whose out-of-limit value was accepted with a signature."""
    blocking: Sequence[str] = ()
    awaited: Mapping[str, str] = dataclass_field(default_factory=dict)
    """Records that must end before the work goes on, with the exception each was raised from."""
    at: datetime | None = None
    """When the act is done, by the server's clock."""
    stated_at: datetime | None = None
    """When the person says it was done, for a late entry."""
    not_before: datetime | None = None
    """When the step before was closed: nothing of this one can have been done earlier."""
    late: Sequence[str] = ()
    """Late entries of this step that no second person has assessed, by their exception."""
    hands: Collection[str] = ()
    """Persons who entered a value of this step or signed it, corrections included."""
    missing_equipment: Sequence[str] = ()
    untaken: Sequence[str] = ()
    """Equipment that the step takes into use by itself once it starts."""
    unusable: Sequence[str] = ()
    """Why equipment that the step uses unscanned may not be used now, while the step is not started."""
    lapsed: Sequence[str] = ()
    """Line clearances that were good for too short a time, while the step is not started."""
    readers: Sequence[str] = ()
    """Persons who have read a note that several must read."""
    took_part: Sequence[str] = ()
    """Other steps in which the actor had a hand, where the step wants somebody who had none."""
    wrong_labels: Mapping[str, str] = dataclass_field(default_factory=dict)
    """Why the label of a weighed portion can't be on its container yet, by the field that confirms it."""
    untrained: str | None = None
    """What training the actor lacks for the step, where the master asks for it."""
    next_requirement: SignatureRequirement | None = None

    @property
    def stream(self) -> str:
        """Return the stream of the owner's record."""
        return self.owner.stream

    @property
    def signed_record(self) -> Recorded:
        """Return the record whose part a signature over this step is."""
        return self.owner.record

    @property
    def is_after_production(self) -> bool:
        """Tell whether the master lets the step wait until production is complete."""
        return self.step.is_after_production

    @property
    def rev(self) -> int | None:
        """Return the revision of the run, where it has been started."""
        return self.record.rev if self.record else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerFacts:
    """What the rules about the whole execution look at."""

    owner: Owner

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return self.owner.title

    @property
    def stream(self) -> str:
        """Return the stream of the owner's record."""
        return self.owner.stream

    @property
    def state(self) -> StrEnum | None:
        """Return None: these rules ask the owner, not a state of their own."""
        return None

    @property
    def is_after_production(self) -> bool:
        """Return False: it is about no step that could wait."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionFacts:
    """What the rules about one exception look at."""

    record: BatchException
    entered_by: str | None
    signed_record: Recorded | None = None
    """The record the exception belongs to, where a signature is about to be given."""
    owner: Owner | None = None
    """Whose execution the exception is part of, where it is about to be changed."""
    hands: Collection[str] = ()
    """Who gave what the value is computed from, where it is a figure."""
    is_accepted: bool = False
    """Whether somebody has signed that the value is true."""
    untrained: str | None = None
    """What training the actor lacks for the step it is about, where the master asks for it."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"exception {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the stream of the owner's record."""
        return self.record.stream

    @property
    def state(self) -> StrEnum:
        """Return where the exception stands."""
        return self.record.state
