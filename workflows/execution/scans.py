"""What a scanned code identifies, and why it may be the wrong one (211.101(b)-(d), 11.10(h))."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from records.equipment.queries import Readiness
from records.execution.facts import part_name, split_part
from records.material.gs1 import Gs1Error, Gs1Label, is_gs1, read_gs1
from records.material.labels import label_refusals
from records.material.models import Container, MaterialLot
from records.material.queries import container_by_label, lot_by_number, lots_on_label
from records.material.states import ContainerState
from records.material.usability import lot_refusals, quality_refusals
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.vocabulary import ScanKind
from workflows.execution.bins import fills, intermediate_refusals, is_of_intermediates
from workflows.execution.equipment_fit import reasons_not_to_use
from workflows.execution.equipment_use import judged
from workflows.execution.named_persons import named_person
from workflows.execution.state import Execution

PREFIXES = {
    ScanKind.LOT: "LOT:",
    ScanKind.CONTAINER: "CNT:",
    ScanKind.EQUIPMENT: "EQ:",
    ScanKind.PERSON: "PER:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A code that was read: the identity it stands for, or why it is refused."""

    value: str = ""
    refused: tuple[str, ...] = ()
    detail: dict[str, Any] | None = None
    readiness: Readiness | None = None
    lot: MaterialLot | None = None
    container: Container | None = field(default=None)


def with_article(noun: str) -> str:
    """Return a noun with its article; equipment, which is not counted, as a piece of it."""
    if noun == ScanKind.EQUIPMENT:
        return f"a piece of {noun}"
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def read_scan(execution: Execution, step: StepDefinition, wanted: Field, raw: str) -> Scanned:
    """Identify a code for a field, or say why it is not what the field asks for."""
    kind = wanted.scan_of or ScanKind.CODE
    other = next(
        (k for k, prefix in PREFIXES.items() if k is not kind and raw.upper().startswith(prefix)), None
    )
    if other is not None:
        asked = with_article(kind.value)
        return _refused(f"{raw} is the code of {with_article(other.value)}; {wanted.label} asks for {asked}.")
    try:
        label = read_gs1(raw, execution.work.at.date()) if is_gs1(raw) else None
    except Gs1Error as error:
        return _refused(error.message)
    code = _named(raw, kind, label)
    if not code:
        none = f"{label.text} names no {kind.value}. Scan our own label." if label else "nothing was scanned."
        return _refused(f"{wanted.label}: {none}")
    if kind is ScanKind.EQUIPMENT:
        return _equipment(execution, step, wanted, code)
    return _thing(execution, step, wanted, code, label)


def _thing(
    execution: Execution, step: StepDefinition, wanted: Field, code: str, label: Gs1Label | None
) -> Scanned:
    if wanted.scan_of is ScanKind.LOT:
        return _lot(execution, wanted, code, label)
    if wanted.scan_of is ScanKind.CONTAINER:
        return _container(execution, step, wanted, code, label)
    if wanted.scan_of is ScanKind.PERSON:
        return _person(execution, step, code)
    return _code(wanted, code, label)


def _named(raw: str, kind: ScanKind, label: Gs1Label | None) -> str:
    """Return what a code names: a GS1 label its lot by (10), its container by (21), and no equipment."""
    if label is None:
        return _stripped(raw, PREFIXES.get(kind, ""))
    named = {ScanKind.LOT: label.lot, ScanKind.CONTAINER: label.serial, ScanKind.CODE: label.text}
    return named.get(kind, "")


def _equipment(execution: Execution, step: StepDefinition, wanted: Field, code: str) -> Scanned:
    if wanted.expected and code.upper() != wanted.expected.upper():
        return _refused(f"{code} was scanned; this step uses {wanted.expected}.")
    tag = wanted.expected or code
    found = judged(execution, step, tag)
    refused = reasons_not_to_use(execution, step, tag, found)
    if refused:
        return Scanned(refused=tuple(refused))
    return Scanned(value=tag, readiness=found)


def _lot(execution: Execution, wanted: Field, code: str, label: Gs1Label | None) -> Scanned:
    work = execution.work
    lots = lots_on_label(work.session, code, wanted.expected) if label else _own(work.session, code)
    if not lots:
        return _refused(f"There is no lot {code}. Check the label, or ask the warehouse.")
    if len(lots) > 1:
        numbers = ", ".join(lot.number for lot in lots)
        return _refused(f"{numbers} are all the supplier's lot {code}. Scan our own label.")
    lot = lots[0]
    contradictions = label_refusals(label, lot) if label else []
    if contradictions:
        return Scanned(refused=tuple(contradictions))
    material = wanted.expected or lot.material
    items = execution.owner.outline.procedure.formula
    unit = next((item.unit for item in items if item.id == wanted.component), None)
    found = lot_refusals(lot, material, work.at, work.time_zone, unit=unit)
    if found:
        return Scanned(refused=tuple(found))
    detail = {"lot": lot.number, "material": lot.material, "attributes": dict(lot.attributes or {})}
    return Scanned(value=lot.number, lot=lot, detail=detail)


def _person(execution: Execution, step: StepDefinition, code: str) -> Scanned:
    found = named_person(execution, step, code)
    if found is None:
        return _refused(f"There is no person {code}. Scan the card of somebody registered here.")
    if found.refused:
        return Scanned(refused=found.refused)
    if any(fact.value == found.number for fact in execution.current(execution.part).values()):
        return _refused(f"{found.detail['name']} ({found.number}) was named here already.")
    return Scanned(value=found.number, detail=found.detail)


def _own(session: Session, number: str) -> list[MaterialLot]:
    lot = lot_by_number(session, number)
    return [lot] if lot else []


def _container(
    execution: Execution, step: StepDefinition, wanted: Field, code: str, label: Gs1Label | None
) -> Scanned:
    if is_of_intermediates(wanted):
        return _destination(execution, code) if fills(step) else _intermediate(execution, code)
    container = container_by_label(execution.work.session, code)
    if container is None:
        return _refused(f"No container is labelled {code}. An unlabelled container may not be used.")
    found = []
    if container.batch != execution.owner.number:
        found.append(
            f"Container {code} was dispensed for {container.batch}, not for {execution.owner.number}."
        )
    if wanted.expected and container.material != wanted.expected:
        found.append(f"Container {code} holds {container.material}; {wanted.expected} is charged here.")
    portion = split_part(execution.part)[1].partition(".")[0]
    if step.setting("portion") == "occurrence" and container.portion != portion:
        found.append(f"Container {code} is portion {container.portion}; portion {portion} is charged here.")
    if container.state is not ContainerState.FILLED:
        found.append(f"Container {code} is {container.state.value}; it cannot be charged again.")
    twice = _scanned_already(execution, code)
    if twice:
        found.append(f"Container {code} was scanned in {twice} already.")
    lot = lot_by_number(execution.work.session, container.lot)
    if lot is not None:
        found += quality_refusals(lot, execution.work.at, execution.work.time_zone)
        found += label_refusals(label, lot) if label else []
    if found:
        return Scanned(refused=tuple(found))
    detail = {"lot": container.lot, "material": container.material, "net": format(container.net, "f")}
    return Scanned(value=code, container=container, detail=detail)


def _destination(execution: Execution, code: str) -> Scanned:
    """Identify a container to be filled: it carries a label of its own and holds nothing yet."""
    if container_by_label(execution.work.session, code) is not None:
        return _refused(f"Container {code} is filled already; take an empty one with a new label.")
    twice = _scanned_already(execution, code)
    if twice:
        return _refused(f"Container {code} was scanned in {twice} already.")
    return Scanned(value=code)


def _intermediate(execution: Execution, code: str) -> Scanned:
    """Identify a container to be emptied: one which this batch filled."""
    found = intermediate_refusals(execution, code)
    return Scanned(refused=tuple(found)) if found else Scanned(value=code)


def _scanned_already(execution: Execution, code: str) -> str | None:
    return next(
        (
            part_name(fact.step, fact.occurrence)
            for fact in execution.values
            if fact.value == code and fact.variable == CHARGED
        ),
        None,
    )


CHARGED = "charged_container"
"""The variable under which scanned containers are kept, so that none is charged twice."""


def _code(wanted: Field, code: str, label: Gs1Label | None) -> Scanned:
    if label and wanted.expected in {label.gtin, label.lot, label.serial}:
        return Scanned(value=wanted.expected or code)
    if wanted.expected and code.upper() != wanted.expected.upper():
        return _refused(f"{code} was scanned; {wanted.expected} is expected.")
    return Scanned(value=wanted.expected or code)


def _stripped(raw: str, prefix: str) -> str:
    text = raw.strip()
    return text[len(prefix) :].strip() if prefix and text.upper().startswith(prefix) else text


def _refused(sentence: str) -> Scanned:
    return Scanned(refused=(sentence,))
