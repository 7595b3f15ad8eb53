"""The fields a step type brings by itself, built from the step's settings. Pure.

A master author may change any of them by naming it; what a step really has is in its expanded definition.
Steps that move, count or yield material: `material_fields.py`.
"""

from records.procedure.fields import Consequence, Field, Statistic
from records.procedure.sections import SpecificationTest
from records.procedure.step_context import StepContext, UnknownNameError, action_limits
from records.procedure.vocabulary import FieldKind, ScanKind, Severity, StatisticKind


def nothing(_context: StepContext) -> tuple[Field, ...]:
    """Bring no field: the author lists them."""
    return ()


def confirmation(_context: StepContext) -> tuple[Field, ...]:
    """Bring the confirmation that the instruction was carried out."""
    return (Field(name="done", kind=FieldKind.CONFIRM, label="Done as instructed"),)


def reading(_context: StepContext) -> tuple[Field, ...]:
    """Bring the confirmation that the note was read."""
    return (Field(name="read", kind=FieldKind.CONFIRM, label="Read and understood"),)


def elapsed_time(context: StepContext) -> tuple[Field, ...]:
    """Bring the elapsed time in minutes, limited by the step's minimum and maximum."""
    return (
        Field(
            name="elapsed",
            kind=FieldKind.TIMER,
            label="Elapsed time",
            unit="min",
            decimals=2,
            target=context.text("target_minutes"),
            limits=action_limits(context.text("minimum_minutes"), context.text("maximum_minutes")),
            consequence=_consequence(context),
        ),
    )


def equipment_scans(context: StepContext) -> tuple[Field, ...]:
    """Bring one scan for each piece of equipment the step names."""
    return tuple(
        Field(
            name=use.role.lower().replace("-", "_"),
            kind=FieldKind.SCAN,
            label=f"Scan {use.role}",
            scan_of=ScanKind.EQUIPMENT,
            expected=use.role,
        )
        for use in context.equipment
    )


def room_scan(context: StepContext) -> tuple[Field, ...]:
    """Bring the scan of the room's code."""
    room = context.text("room") or context.room
    return (
        Field(
            name="room",
            kind=FieldKind.SCAN,
            label="Scan the room code",
            scan_of=ScanKind.CODE,
            expected=room,
        ),
    )


def line_clearance(_context: StepContext) -> tuple[Field, ...]:
    """Bring the product and batch that were on the line before (21 CFR 211.130(e))."""
    return (
        Field(
            name="previous",
            kind=FieldKind.TEXT,
            label="Previous product and batch on the line",
            maximum_length=120,
        ),
    )


def sampling(context: StepContext) -> tuple[Field, ...]:
    """Bring the scan of each sample's label."""
    count = context.number("count")
    return (
        Field(
            name="sample",
            kind=FieldKind.SCAN,
            label="Scan the sample label",
            scan_of=ScanKind.CODE,
            samples=count if count > 1 else None,
        ),
    )


def specified_tests(context: StepContext) -> tuple[Field, ...]:
    """Bring one field for each test of the specification that the step names."""
    code = context.text("specification")
    if code is None:
        return ()
    if code not in context.specifications:
        msg = f"There is no specification {code!r}."
        raise UnknownNameError(msg, "specification")
    tests = {test.code: test for test in context.specifications[code].tests}
    for name in context.texts("tests"):
        if name not in tests:
            msg = f"Specification {code} has no test {name!r}; it has {', '.join(tests)}."
            raise UnknownNameError(msg, "tests")
    return tuple(_tested(tests[name]) for name in context.texts("tests"))


def attachment(context: StepContext) -> tuple[Field, ...]:
    """Bring the photographs or files to attach."""
    count = context.number("count")
    return (
        Field(
            name="photo",
            kind=FieldKind.PHOTO,
            label=context.text("subject") or "Photograph",
            samples=count if count > 1 else None,
        ),
    )


def _tested(test: SpecificationTest) -> Field:
    if test.limits is None and test.mean_limits is None:
        return Field(
            name=test.code,
            kind=FieldKind.YES_NO,
            label=f"{test.test}: conforms",
            expected="yes",
            hint=f"{test.method}. {test.acceptance}",
        )
    mean = Statistic(
        kind=StatisticKind.MEAN,
        label=f"{test.test}, mean",
        unit=test.unit,
        decimals=test.decimals,
        limits=test.mean_limits,
    )
    return Field(
        name=test.code,
        kind=FieldKind.NUMBER,
        label=test.test,
        unit=test.unit,
        decimals=test.decimals,
        limits=test.limits,
        samples=test.samples,
        statistics=(mean,) if test.mean_limits else (),
        hint=f"{test.method}. {test.acceptance}",
    )


def _consequence(context: StepContext) -> Consequence | None:
    severity = context.text("severity")
    return Consequence(severity=Severity(severity)) if severity else None
