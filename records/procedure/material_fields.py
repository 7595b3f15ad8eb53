"""The fields of steps that weigh, charge, label, count or yield material. Pure."""

from dataclasses import replace
from decimal import Decimal

from records.procedure.fields import Consequence, Field, LimitRange, Limits, Statistic
from records.procedure.sections import FormulaItem
from records.procedure.step_context import StepContext, action_limits
from records.procedure.vocabulary import FieldKind, ScanKind, StatisticKind

PERCENT = "%"


def dispensing(context: StepContext) -> tuple[Field, ...]:
    """Bring lot, balance, required quantity, and tare, gross, net and label of each portion (211.101)."""
    item = context.item("component", context.text("component") or "")
    balance = context.text("balance")
    portions = context.number("portions")
    samples = portions if portions > 1 else None
    decimals = context.resolution(balance, item.unit, item.decimals)
    weight = Field(
        name="tare",
        kind=FieldKind.NUMBER,
        label="Tare",
        unit=item.unit,
        decimals=decimals,
        samples=samples,
        instrument=balance,
    )
    scans = (
        _lot_scan("lot", item),
        Field(
            name="balance",
            kind=FieldKind.SCAN,
            label=f"Scan balance {balance}",
            scan_of=ScanKind.EQUIPMENT,
            expected=balance,
        ),
    )
    required = Field(
        name="required",
        kind=FieldKind.COMPUTED,
        label="Required quantity",
        unit=item.unit,
        decimals=item.decimals,
        formula=f"{item.id}_required",
    )
    label = Field(
        name="label", kind=FieldKind.CONFIRM, label="Label printed and on the container", samples=samples
    )
    gross = replace(weight, name="gross", label="Gross")
    return (*scans, required, weight, gross, _net(item, portions, weight), label)


def charging(context: StepContext) -> tuple[Field, ...]:
    """Bring the vessel, then each component's container, or its lot and quantity, in the order named."""
    vessel = context.text("vessel")
    fields: list[Field] = []
    if vessel:
        fields.append(
            Field(
                name="vessel",
                kind=FieldKind.SCAN,
                label=f"Scan vessel {vessel}",
                scan_of=ScanKind.EQUIPMENT,
                expected=vessel,
            )
        )
    for component in context.texts("components"):
        item = context.item("components", component)
        fields += (
            _lot_charge(context, item) if context.text("source") == "lot" else [_container(context, item)]
        )
    return tuple(fields)


def label_print(context: StepContext) -> tuple[Field, ...]:
    """Bring the number of labels printed, limited to the copies planned, and a specimen (211.188(b)(8))."""
    copies = context.text("copies")
    return (
        Field(
            name="printed",
            kind=FieldKind.NUMBER,
            label="Labels printed",
            unit="label",
            decimals=0,
            target=copies,
            limits=action_limits(copies, copies),
        ),
        Field(name="specimen", kind=FieldKind.PHOTO, label="Specimen of the printed label"),
    )


def label_reconciliation(context: StepContext) -> tuple[Field, ...]:
    """Bring issued, used, destroyed, returned, and what is left unexplained (211.125(c))."""
    unit = context.text("unit") or "label"
    counted = {
        "issued": "Issued to the line",
        "used": "Used on the product",
        "destroyed": "Destroyed",
        "returned": "Returned to stock",
    }
    inputs = tuple(
        Field(name=name, kind=FieldKind.NUMBER, label=label, unit=unit, decimals=0)
        for name, label in counted.items()
    )
    unexplained = Field(
        name="unexplained",
        kind=FieldKind.COMPUTED,
        label="Unexplained",
        unit=unit,
        decimals=0,
        formula="issued - used - destroyed - returned",
    )
    percent = Field(
        name="percent",
        kind=FieldKind.COMPUTED,
        label="Reconciled",
        unit=PERCENT,
        decimals=2,
        formula="(used + destroyed + returned) * 100 / issued",
        limits=action_limits(context.text("minimum_percent"), context.text("maximum_percent")),
        consequence=Consequence(blocks_release=True),
    )
    return (*inputs, unexplained, percent)


def yields(context: StepContext) -> tuple[Field, ...]:
    """Bring actual and theoretical quantity and the percentage of the theoretical (211.103)."""
    unit, formula = context.text("unit"), context.text("actual")
    decimals = int(context.text("decimals") or 0)
    actual = Field(
        name="actual",
        kind=FieldKind.COMPUTED if formula else FieldKind.NUMBER,
        label="Actual yield",
        unit=unit,
        decimals=decimals,
        formula=formula,
    )
    theoretical = Field(
        name="theoretical",
        kind=FieldKind.COMPUTED,
        label="Theoretical yield",
        unit=unit,
        decimals=decimals,
        formula=context.text("theoretical"),
    )
    percent = Field(
        name="percent",
        kind=FieldKind.COMPUTED,
        label="Yield",
        unit=PERCENT,
        decimals=1,
        formula="actual * 100 / theoretical",
        limits=action_limits(context.text("minimum_percent"), context.text("maximum_percent")),
        consequence=Consequence(blocks_release=True),
    )
    return (actual, theoretical, percent)


def transferring(context: StepContext) -> tuple[Field, ...]:
    """Bring the containers filled and the quantity in each."""
    count = context.number("containers")
    samples = count if count > 1 else None
    unit, decimals = context.text("unit"), int(context.text("decimals") or 0)
    total = Statistic(kind=StatisticKind.SUM, label="Total", unit=unit, decimals=decimals)
    return (
        Field(
            name="container",
            kind=FieldKind.SCAN,
            label="Scan the container label",
            scan_of=ScanKind.CONTAINER,
            samples=samples,
        ),
        Field(
            name="quantity",
            kind=FieldKind.NUMBER,
            label="Quantity",
            unit=unit,
            decimals=decimals,
            samples=samples,
            statistics=(total,) if samples else (),
        ),
    )


def tolerance(item: FormulaItem, divisor: int = 1) -> tuple[str, LimitRange]:
    """Give the target of a component as an expression, and the range its tolerance allows around it."""
    target = f"{item.id}_required" if divisor == 1 else f"{item.id}_required / {divisor}"
    share = item.tolerance_percent / Decimal(100)
    low, high = Decimal(1) - share, Decimal(1) + share
    return target, LimitRange(minimum=f"{target} * {low:f}", maximum=f"{target} * {high:f}")


def _net(item: FormulaItem, portions: int, weight: Field) -> Field:
    """Give the net weight; with several portions each is limited, and so is their sum."""
    target, allowed = tolerance(item, portions)
    _, allowed_in_sum = tolerance(item)
    variable = f"{item.id}_dispensed"
    total = Statistic(
        kind=StatisticKind.SUM,
        label="Net, all portions",
        unit=item.unit,
        decimals=weight.decimals,
        limits=Limits(action=allowed_in_sum),
        variable=variable,
    )
    return Field(
        name="net",
        kind=FieldKind.COMPUTED,
        label="Net",
        unit=item.unit,
        decimals=weight.decimals,
        formula="gross - tare",
        target=target,
        limits=Limits(action=allowed),
        component=item.id,
        instrument=weight.instrument,
        samples=portions if portions > 1 else None,
        statistics=(total,) if portions > 1 else (),
        variable=variable if portions == 1 else None,
    )


def _lot_scan(name: str, item: FormulaItem) -> Field:
    return Field(
        name=name,
        kind=FieldKind.SCAN,
        label=f"Scan a lot of {item.name}",
        scan_of=ScanKind.LOT,
        expected=item.material,
        component=item.id,
    )


def _lot_charge(context: StepContext, item: FormulaItem) -> list[Field]:
    target, allowed = tolerance(item)
    quantity = Field(
        name=f"quantity_{item.id}",
        kind=FieldKind.NUMBER,
        label=f"Quantity of {item.name}",
        unit=item.unit,
        decimals=item.decimals,
        target=target,
        limits=Limits(action=allowed),
        component=item.id,
        instrument=context.text("instrument"),
        variable=f"{item.id}_charged",
    )
    return [_lot_scan(f"lot_{item.id}", item), quantity]


def _container(context: StepContext, item: FormulaItem) -> Field:
    every = context.text("portion") == "all"
    portions = context.portions.get(item.id, 1)
    return Field(
        name=f"container_{item.id}",
        kind=FieldKind.SCAN,
        label=f"Scan the container of {item.name}",
        scan_of=ScanKind.CONTAINER,
        expected=item.material,
        component=item.id,
        samples=portions if every and portions > 1 else None,
    )
