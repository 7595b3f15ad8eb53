"""Take equipment into use: judge it, freeze its state into the step, look again at the end."""

from collections.abc import Sequence

from audit.events import Action
from records.equipment.queries import Readiness, readiness
from records.equipment.states import UsabilityVerdict
from records.execution.models import EquipmentObservation, EquipmentUse
from records.execution.queries import ends_of, equipment_used
from records.procedure.definition import StepDefinition
from workflows.execution.equipment_fit import content_refusal, reasons_not_to_use
from workflows.execution.equipment_rules import rule_for, unscanned
from workflows.execution.equipment_states import begin_use, end_use, take_back
from workflows.execution.exceptions import open_exception, resource_finding
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
    """Look at used equipment again when the step ends; what is no longer usable is an exception (ATK-41).

    So is what holds another batch by then (211.105(a)).

    A step ends once: when it is signed again after a correction, its equipment may be at other work.
    """
    for use in _not_ended(execution):
        found = judged(execution, step, use.tag)
        _observe(changes, execution, use, found, END_OF_STEP)
        reasons = _reasons_at_end(execution, use, found)
        if reasons:
            sentence = f"At the end of the step: {' '.join(reasons)}"
            open_exception(changes, execution, resource_finding(execution.part, sentence))
    end_use(changes, execution, step)


def _reasons_at_end(execution: Execution, use: EquipmentUse, found: Readiness) -> list[str]:
    """Return what became of equipment while the step used it: not usable now, or another batch's."""
    blocked = UsabilityVerdict.BLOCK
    is_worse = found.judgement.verdict is blocked and use.verdict != blocked.value
    reasons = list(found.judgement.failed) if is_worse else []
    if found.holder and found.state:
        held = content_refusal(found.state, found.holder.name, execution.owner.number)
        reasons += [held] if held else []
    return reasons


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
