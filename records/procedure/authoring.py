"""From the tree of a master file to the explicit definition: its levels down to the steps. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from records.procedure import authoring_sections as build
from records.procedure.authoring_fields import Raw, integer
from records.procedure.authoring_steps import (
    AuthoringProblem,
    Path,
    Surroundings,
    build_step,
    portions_of,
)
from records.procedure.definition import (
    Loop,
    Operation,
    Phase,
    Procedure,
    Recurring,
    Repeat,
    UnitProcedure,
)
from records.procedure.vocabulary import OperationsType, PhaseOrder


@dataclass(frozen=True, slots=True)
class Expanded:
    """A definition with what could not be expanded; it is sound only when there are no problems."""

    procedure: Procedure
    problems: tuple[AuthoringProblem, ...]


def expand(tree: Raw) -> Expanded:
    """Give the explicit definition of a tree that satisfies the schema, with every problem on the way."""
    operations_type = OperationsType(tree["operations_type"])
    formula = tuple(build.formula_item(raw) for raw in tree.get("formula", ()))
    specifications = tuple(build.specification(raw) for raw in tree.get("specifications", ()))
    equipment = tuple(build.equipment(raw) for raw in tree.get("equipment", ()))
    around = Surroundings(
        operations_type,
        roles={one.role: one for one in equipment},
        formula={item.id: item for item in formula},
        specifications={one.code: one for one in specifications},
        portions=portions_of(_raw_steps(tree)),
    )
    procedure = Procedure(
        header=build.header(tree, operations_type),
        product=build.product(tree["product"]) if "product" in tree else None,
        batch_size=build.batch_size(tree["batch_size"]) if "batch_size" in tree else None,
        master_record=build.master_record(tree["master_record"]) if "master_record" in tree else None,
        specifications=specifications,
        formula=formula,
        rooms=tuple(build.room(raw) for raw in tree.get("rooms", ())),
        equipment=equipment,
        equipment_rules=tuple(build.rule(name, raw) for name, raw in tree.get("equipment_rules", {}).items()),
        test_cases=tuple(build.formula_case(raw) for raw in tree.get("test_cases", ())),
        unit_procedures=tuple(
            _unit_procedure(raw, ("unit_procedures", index), around)
            for index, raw in enumerate(tree["unit_procedures"])
        ),
    )
    return Expanded(procedure, tuple(around.problems))


def _unit_procedure(raw: Raw, path: Path, around: Surroundings) -> UnitProcedure:
    return UnitProcedure(
        id=raw["id"],
        title=raw["title"],
        after=tuple(raw["after"]) if "after" in raw else None,
        operations=tuple(
            _operation(one, (*path, "operations", index), around)
            for index, one in enumerate(raw["operations"])
        ),
    )


def _operation(raw: Raw, path: Path, around: Surroundings) -> Operation:
    repeat = raw.get("repeat")
    return Operation(
        id=raw["id"],
        title=raw["title"],
        room=raw.get("room"),
        repeat=Repeat(times=int(repeat["times"]), label=repeat["label"]) if repeat else None,
        after=tuple(raw["after"]) if "after" in raw else None,
        phases=tuple(
            _phase(one, (*path, "phases", index), raw, around) for index, one in enumerate(raw["phases"])
        ),
    )


def _phase(raw: Raw, path: Path, operation: Raw, around: Surroundings) -> Phase:
    loop = raw.get("loop")
    return Phase(
        id=raw["id"],
        title=raw["title"],
        order=PhaseOrder(raw.get("order", PhaseOrder.SEQUENCE)),
        when=raw.get("when"),
        loop=Loop(condition=loop["while"], maximum=int(loop["maximum"])) if loop else None,
        recurring=_recurring(raw["recurring"]) if "recurring" in raw else None,
        steps=tuple(
            build_step(one, (*path, "steps", index), operation, around)
            for index, one in enumerate(raw["steps"])
        ),
    )


def _recurring(raw: Raw) -> Recurring:
    return Recurring(
        every_minutes=integer(raw, "every_minutes"),
        tolerance_minutes=integer(raw, "tolerance_minutes") or 0,
        opens_after=raw["from"],
        closes_after=raw.get("to"),
        until=raw.get("until"),
        at_start=raw.get("at_start", False),
        at_end=raw.get("at_end", False),
    )


def _raw_steps(tree: Raw) -> Iterator[Raw]:
    for unit_procedure in tree["unit_procedures"]:
        for operation in unit_procedure["operations"]:
            for phase in operation["phases"]:
                yield from phase["steps"]
