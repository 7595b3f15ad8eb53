"""Small procedures for tests of the engine's pure half."""

from decimal import Decimal

from records.procedure.definition import (
    Loop,
    Operation,
    Phase,
    Procedure,
    Recurring,
    Repeat,
    SignatureRequirement,
    StepDefinition,
    UnitProcedure,
)
from records.procedure.fields import Field, LimitRange, Limits
from records.procedure.outline import Outline, outline
from records.procedure.sections import BatchSize, FormulaItem, Header
from records.procedure.vocabulary import (
    Act,
    ComponentRole,
    FieldKind,
    OperationsType,
    PhaseOrder,
    StepType,
)

PERFORMED = SignatureRequirement(act=Act.PERFORMED, roles=("operator",), as_signature=False)


def number_field(name="value", *, variable=None, low=None, high=None, **more):
    limits = Limits(action=LimitRange(minimum=low, maximum=high)) if low or high else None
    return Field(name=name, kind=FieldKind.NUMBER, label=name, variable=variable, limits=limits, **more)


def step(number, *fields, kind=StepType.INSTRUCTION, signatures=(PERFORMED,), **more):
    return StepDefinition(
        number=number,
        type=kind,
        title=f"Step {number}",
        signatures=signatures,
        fields=fields or (Field(name="done", kind=FieldKind.CONFIRM, label="Done"),),
        **more,
    )


def phase(identity, *steps, **more):
    return Phase(id=identity, title=f"Phase {identity}", steps=steps, **more)


def operation(identity, *phases, **more):
    return Operation(id=identity, title=f"Operation {identity}", phases=phases, **more)


def procedure(*operations, formula=()):
    header = Header(
        format="countersign-procedure/1",
        operations_type=OperationsType.PRODUCTION,
        code="MBR-1",
        version="1",
        title="A small procedure",
        site="Test",
        time_zone="Europe/Dublin",
    )
    size = BatchSize(quantity=Decimal(100), unit="kg", minimum=Decimal(50), maximum=Decimal(100))
    unit = UnitProcedure(id="1", title="Stage 1", operations=operations)
    return Procedure(header=header, batch_size=size, formula=formula, unit_procedures=(unit,))


def component(identity, quantity, *, required=None, lot_attributes=(), decimals=3):
    return FormulaItem(
        id=identity,
        material=f"MAT-{identity.upper()}",
        name=identity,
        role=ComponentRole.EXCIPIENT,
        quantity=Decimal(quantity),
        unit="kg",
        decimals=decimals,
        tolerance_percent=Decimal("0.5"),
        required=required,
        lot_attributes=lot_attributes,
    )


def outlined(*operations, formula=()) -> Outline:
    return outline(procedure(*operations, formula=formula))


__all__ = ["Loop", "PhaseOrder", "Recurring", "Repeat", "StepType"]
