"""Take equipment into use: judge it, freeze its state into the step, look again at the end."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from audit.events import Action
from records.equipment.queries import Readiness, readiness
from records.equipment.states import UsabilityVerdict
from records.execution.models import EquipmentObservation, EquipmentUse
from records.execution.queries import ends_of, equipment_used
from records.procedure.definition import StepDefinition
from workflows.execution.equipment_fit import reasons_not_to_use
from workflows.execution.equipment_rules import rule_for, unscanned
from workflows.execution.equipment_states import begin_use, end_use, filled_over, take_back
from workflows.execution.exceptions import is_reported, open_exception, resource_finding
from workflows.execution.state import Execution
from workflows.perform import Changes

END_OF_STEP = "end of step"
SCANNED_BY_MISTAKE = "scanned by mistake"


def judged(execution: Execution, step: StepDefinition, tag: str) -> Readiness:
    """Judge the asset in a role for a step, at the time of the act."""
    work = execution.work
    return readiness(work.session, tag, rule_for(execution, step, tag), work.at, work.time_zone)


def blocked_equipment(execution: Execution, step: StepDefinition) -> list[str]:
    """Return why equipment that the step uses unscanned may not be used now."""
    return [
        sentence
        for use in unscanned(step)
        for sentence in reasons_not_to_use(execution, step, use.role, judged(execution, step, use.role))
    ]


def take_unscanned_into_use(changes: Changes, execution: Execution, step: StepDefinition) -> None:
    """Take into use what a step that starts uses without a scan."""
    uses = [
        _freeze(changes, execution, step, use.role, judged(execution, step, use.role))
        for use in unscanned(step)
    ]
    begin_use(changes, execution, step, uses)


def take_into_use(
    changes: Changes, execution: Execution, step: StepDefinition, tag: str, found: Readiness
) -> None:
    """Take into use what was scanned."""
    begin_use(changes, execution, step, [_freeze(changes, execution, step, tag, found)])


def take_another_into_use(
    changes: Changes, execution: Execution, step: StepDefinition, tags: tuple[str, str], found: Readiness
) -> None:
    """Take the right thing into use in the place of the one scanned by mistake, whose use is undone."""
    wrong, right = tags
    if wrong == right:
        return
    for use in _not_ended(execution):
        if use.tag == wrong:
            _observe(changes, execution, use, judged(execution, step, wrong), SCANNED_BY_MISTAKE)
            take_back(changes, execution, use)
    take_into_use(changes, execution, step, right, found)


def observe_end(changes: Changes, execution: Execution, step: StepDefinition) -> None:
    """Look at used equipment again when the step ends; what is not usable by then is an exception (ATK-41).

    Nothing of the step is lost: its values stand, and the exception is assessed before the batch goes on.
    """
    running = _not_ended(execution)
    for use in running:
        found = judged(execution, step, use.tag)
        _observe(changes, execution, use, found, END_OF_STEP)
        _tell(changes, execution, "At the end of the step", _reasons_at_end(execution, step, use, found))
    _look_again(changes, execution, {use.id for use in running})
    end_use(changes, execution, step)


def _reasons_at_end(
    execution: Execution, step: StepDefinition, use: EquipmentUse, found: Readiness
) -> list[str]:
    """Return what would keep the equipment from being used now, or let it only with a signature by now."""
    needs_signature = UsabilityVerdict.ALLOW_WITH_SIGNATURE
    is_worse = found.judgement.verdict is needs_signature and use.verdict != needs_signature.value
    failed = found.judgement.failed if is_worse else ()
    return [*failed, *reasons_not_to_use(execution, step, use.tag, found)]


def _look_again(changes: Changes, execution: Execution, running: AbstractSet[int]) -> None:
    """Look at what held the batch when a step is signed again: another batch must not have followed in it.

    Equipment that was emptied in between is at other work by right.
    """
    session, stream = execution.work.session, execution.owner.stream
    for use in equipment_used(session, stream, execution.part):
        if use.id not in running and (reason := filled_over(execution, use)):
            _tell(changes, execution, "When the step was signed again", [reason])


def _tell(changes: Changes, execution: Execution, when: str, reasons: Sequence[str]) -> None:
    """Open an exception for equipment that is not usable, unless the same is open already."""
    if not reasons:
        return
    finding = resource_finding(execution.part, f"{when}: {' '.join(reasons)}")
    if not is_reported(execution, execution.part, finding.rule, finding.text):
        open_exception(changes, execution, finding)


def _freeze(
    changes: Changes, execution: Execution, step: StepDefinition, tag: str, found: Readiness
) -> EquipmentUse:
    """Write the use with the frozen state; equipment allowed only with a signature opens an exception."""
    if found.holder is None:
        msg = f"{tag} has no asset; a use is written only after it was judged usable."
        raise ValueError(msg)
    use = changes.insert(
        EquipmentUse,
        Action.EQUIPMENT_USE,
        stream=execution.owner.stream,
        part=execution.part,
        tag=tag,
        asset=found.holder.asset.number,
        rule=rule_for(execution, step, tag).name,
        verdict=found.judgement.verdict.value,
        snapshot=found.snapshot,
        snapshot_digest=found.digest,
        used_at=execution.work.at,
        used_by=execution.hand[0],
    )
    if found.judgement.verdict is UsabilityVerdict.ALLOW_WITH_SIGNATURE:
        sentence = " ".join(found.judgement.failed)
        open_exception(changes, execution, resource_finding(execution.part, sentence))
    return use


def _observe(
    changes: Changes, execution: Execution, use: EquipmentUse, found: Readiness, occasion: str
) -> None:
    changes.insert(
        EquipmentObservation,
        Action.EQUIPMENT_END,
        stream=execution.owner.stream,
        use_id=use.id,
        occasion=occasion,
        verdict=found.judgement.verdict.value,
        snapshot=found.snapshot,
        snapshot_digest=found.digest,
        observed_at=execution.work.at,
    )


def _not_ended(execution: Execution) -> Sequence[EquipmentUse]:
    session = execution.work.session
    uses = equipment_used(session, execution.owner.stream, execution.part)
    ended = ends_of(session, uses)
    return [use for use in uses if use.id not in ended]
