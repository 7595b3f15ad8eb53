"""From the keys of a master file to the sections beside the steps. Pure."""

from records.numbers import Rounding
from records.procedure import sections
from records.procedure.authoring_fields import Raw, build_limits, decimal, integer
from records.procedure.vocabulary import FORMAT, ComponentRole, OperationsType, TrainingGate


def header(tree: Raw, operations_type: OperationsType) -> sections.Header:
    """Give the header."""
    numbering = tree.get("numbering")
    return sections.Header(
        format=FORMAT,
        operations_type=operations_type,
        code=tree["code"],
        version=tree["version"],
        title=tree["title"],
        site=tree["site"],
        time_zone=tree["time_zone"],
        change_control=tree.get("change_control"),
        supersedes=tree.get("supersedes"),
        change_summary=tree.get("change_summary"),
        numbering=_numbering(numbering) if numbering else None,
        markets=tuple(tree.get("markets", ())),
        training=TrainingGate(tree["training"]) if "training" in tree else None,
    )


def _numbering(raw: Raw) -> sections.Numbering:
    return sections.Numbering(prefix=raw["prefix"], digits=int(raw["digits"]))


def product(raw: Raw) -> sections.Product:
    """Give the product."""
    return sections.Product(**{**raw, "shelf_life_months": integer(raw, "shelf_life_months")})


def batch_size(raw: Raw) -> sections.BatchSize:
    """Give the batch size."""
    return sections.BatchSize(
        quantity=decimal(raw, "quantity"),
        unit=raw["unit"],
        minimum=decimal(raw, "minimum"),
        maximum=decimal(raw, "maximum"),
        output=raw.get("output"),
    )


def master_record(raw: Raw) -> sections.MasterRecord:
    """Give the 211.186(b) statements."""
    weights = raw.get("theoretical_weights", ())
    theoretical = raw.get("theoretical_yield")
    return sections.MasterRecord(
        actives=tuple(sections.ActiveAmount(**one) for one in raw.get("actives", ())),
        excess=raw["excess"]["statement"] if "excess" in raw else None,
        theoretical_weights=tuple(
            sections.TheoreticalWeight(**{**one, "weight": decimal(one, "weight")}) for one in weights
        ),
        theoretical_yield=_theoretical_yield(theoretical) if theoretical else None,
        containers_closures=tuple(
            sections.PackagingItem(**one) for one in raw.get("containers_closures", ())
        ),
        label_specimens=tuple(sections.LabelSpecimen(**one) for one in raw.get("label_specimens", ())),
        sampling=raw.get("sampling"),
        special_notations=tuple(raw.get("special_notations", ())),
        precautions=tuple(raw.get("precautions", ())),
    )


def _theoretical_yield(raw: Raw) -> sections.TheoreticalYield:
    return sections.TheoreticalYield(
        quantity=decimal(raw, "quantity"),
        unit=raw["unit"],
        minimum_percent=decimal(raw, "minimum_percent"),
        maximum_percent=decimal(raw, "maximum_percent"),
    )


def specification(raw: Raw) -> sections.Specification:
    """Give a specification."""
    return sections.Specification(
        code=raw["code"],
        version=raw["version"],
        title=raw["title"],
        tests=tuple(_test(one) for one in raw["tests"]),
    )


def _test(raw: Raw) -> sections.SpecificationTest:
    converted = {
        "decimals": integer(raw, "decimals"),
        "samples": integer(raw, "samples"),
        "limits": build_limits(raw.get("limits")),
        "mean_limits": build_limits(raw.get("mean_limits")),
    }
    return sections.SpecificationTest(**{**raw, **converted})


def formula_item(raw: Raw) -> sections.FormulaItem:
    """Give a component of the formula."""
    converted = {
        "role": ComponentRole(raw["role"]),
        "quantity": decimal(raw, "quantity"),
        "decimals": int(raw["decimals"]),
        "tolerance_percent": decimal(raw, "tolerance_percent"),
        "per_unit": _quantity(raw["per_unit"]) if "per_unit" in raw else None,
        "lot_attributes": tuple(raw.get("lot_attributes", ())),
        "rounding": Rounding(raw.get("rounding", Rounding.HALF_UP)),
    }
    return sections.FormulaItem(**{**raw, **converted})


def formula_case(raw: Raw) -> sections.FormulaCase:
    """Give a test case of a calculation."""
    rounding, expected = raw.get("rounding"), raw["expected"]
    return sections.FormulaCase(
        number=raw["number"],
        formula=raw["formula"],
        given=tuple(
            sections.CaseInput(name=name, values=tuple(given) if isinstance(given, list) else (given,))
            for name, given in raw["given"].items()
        ),
        expected=expected,
        rounding=Rounding(rounding) if rounding else None,
        note=raw.get("note"),
    )


def _quantity(text: str) -> sections.Quantity:
    number, unit = text.split(" ", maxsplit=1)
    return sections.Quantity(value=decimal({"number": number}, "number"), unit=unit)


def room(raw: Raw) -> sections.Room:
    """Give a room."""
    return sections.Room(code=raw["code"], title=raw["title"], room_class=raw.get("class"))


def equipment(raw: Raw) -> sections.EquipmentRole:
    """Give an equipment role."""
    measuring = raw.get("range")
    return sections.EquipmentRole(
        role=raw["role"],
        title=raw.get("title", raw["class"]),
        equipment_class=raw["class"],
        room=raw.get("room"),
        range=_range(measuring) if measuring else None,
    )


def _range(raw: Raw) -> sections.MeasuringRange:
    return sections.MeasuringRange(
        minimum=decimal(raw, "minimum"),
        maximum=decimal(raw, "maximum"),
        unit=raw["unit"],
        resolution=decimal(raw, "resolution"),
    )


def rule(name: str, raw: Raw) -> sections.EquipmentRule:
    """Give a usability rule."""
    axes = tuple(sections.AxisRule(axis=axis, states=tuple(states)) for axis, states in raw.items())
    return sections.EquipmentRule(name=name, axes=axes)
