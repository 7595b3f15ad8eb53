"""Attach a file to a step, and put a better one in its place; the old one stays (21 CFR 11.10(e))."""

from dataclasses import dataclass

from audit.events import Action
from records.execution.models import Attachment, Entry
from records.execution.states import Judged, Source, StepState
from records.procedure.vocabulary import FieldKind
from workflows.execution import lifecycle
from workflows.execution.advance import start_run
from workflows.execution.consequences import carry_through, recall, reopen
from workflows.execution.effects import settle
from workflows.execution.exceptions import correction_finding, open_exception
from workflows.execution.facts import gather, load
from workflows.execution.figures import add_entry, compute_figures
from workflows.execution.kept_entries import tell_if_kept
from workflows.execution.owner import Owner
from workflows.execution.signers import was_signed
from workflows.execution.state import Execution
from workflows.execution.subjects import StepFacts
from workflows.machine import refusals
from workflows.perform import Changes, RefusedError, UnitOfWork, perform


@dataclass(frozen=True, slots=True)
class FileGiven:
    """A file already checked and stored by its digest."""

    sha256: str
    media_type: str
    size: int
    file_name: str


def attach_file(work: UnitOfWork, owner: Owner, part: str, name: str, given: FileGiven) -> None:
    """Attach a photo or file to a field; its digest is the value."""
    execution, view, step = load(work, owner, part)
    facts = gather(execution, view, value_name=name)

    def change(changes: Changes) -> None:
        if view.key not in execution.runs:
            start_run(changes, execution, view)
        _write(changes, execution, facts, given)
        compute_figures(changes, execution, step)

    perform(work, lifecycle.ATTACH, facts, change)


def replace_file(
    work: UnitOfWork, owner: Owner, part: str, name: str, given: FileGiven, *, replaces: int | None = None
) -> None:
    """Put a file in the place of one that can't be read; both stay, and signatures over the step lapse.

    `replaces` is the entry of the file that the person looked at.
    """
    execution, view, step = load(work, owner, part)
    facts = gather(execution, view, value_name=name)
    _refuse_what_is_no_better(execution, facts, given, replaces)
    is_performed = facts.state is not StepState.IN_PROGRESS
    was_performed = is_performed or was_signed(work.session, owner.stream, part)

    def change(changes: Changes) -> None:
        row = _write(changes, execution, facts, given, supersedes=facts.current[name].entry_id)
        label = facts.field.label if facts.field else name
        sentence = f"{label}: the file was replaced by {given.file_name}. Reason: {row.reason}"
        finding = correction_finding(part, row.id, sentence, was_performed=was_performed)
        open_exception(changes, execution, finding)
        compute_figures(changes, execution, step)
        settle(changes, execution, step)
        if is_performed and facts.record:
            reopen(changes, execution, facts.record)
        else:
            recall(changes, execution)
        carry_through(changes, execution)

    perform(work, lifecycle.REPLACE_FILE, facts, change)


def keep_file(changes: Changes, work: UnitOfWork, part: str, name: str, given: FileGiven) -> None:
    """Write the row of a file; its bytes are kept by their digest."""
    changes.insert(
        Attachment,
        Action.FILE_ATTACH,
        part=part,
        field=name,
        sha256=given.sha256,
        media_type=given.media_type,
        size=given.size,
        file_name=given.file_name,
        attached_at=work.at,
        attached_by=work.actor.person,
    )


def _write(
    changes: Changes,
    execution: Execution,
    facts: StepFacts,
    given: FileGiven,
    *,
    supersedes: int | None = None,
) -> Entry:
    work, field = execution.work, facts.field
    keep_file(changes, work, execution.part, facts.value_name, given)
    row = add_entry(
        changes,
        execution,
        field=facts.value_name,
        kind=FieldKind.PHOTO,
        variable=field.variable if field else None,
        raw=given.file_name,
        value=given.sha256,
        unit=None,
        source=Source.DEVICE,
        device=field.instrument if field else None,
        judged=Judged.NONE,
        limits=None,
        supersedes=supersedes,
        reason=work.reason.text if supersedes and work.reason else None,
    )
    tell_if_kept(changes, execution, field, row)
    return row


def _refuse_what_is_no_better(
    execution: Execution, facts: StepFacts, given: FileGiven, replaces: int | None
) -> None:
    """Refuse the same file again, and one made out for a file that somebody replaced since."""
    now, row = facts.current.get(facts.value_name), lifecycle.REPLACE_FILE
    label = facts.field.label if facts.field else facts.value_name
    said = ""
    if now is not None and replaces is not None and now.entry_id != replaces:
        said = f"{label} has been replaced since you looked at it. Look again."
    elif now is not None and now.value == given.sha256:
        said = f"{label}: this is the file that is there already. Take a new one."
    if said:
        found = dict.fromkeys([*refusals(row, facts, execution.work.actor), said])
        raise RefusedError(list(found), act=row.act, stream=facts.stream, part=facts.part)
