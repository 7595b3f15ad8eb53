"""The nine groups a master production record must hold (21 CFR 211.186(b)(1) to (9)). Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from records.procedure.definition import Procedure
from records.procedure.outline import steps
from records.procedure.sections import MasterRecord
from records.procedure.vocabulary import OperationsType, StepType

_NOTHING = MasterRecord()


def missing_groups(procedure: Procedure) -> tuple[str, ...]:
    """Name the groups a production procedure lacks, by clause; none for other procedures."""
    if procedure.header.operations_type is not OperationsType.PRODUCTION:
        return ()
    return tuple(name for name, is_there in GROUPS.items() if not is_there(procedure))


def _has_product(procedure: Procedure) -> bool:
    return procedure.product is not None


def _has_actives(procedure: Procedure) -> bool:
    return bool(_record(procedure).actives)


def _has_components(procedure: Procedure) -> bool:
    return bool(procedure.formula)


def _has_weights(procedure: Procedure) -> bool:
    return procedure.batch_size is not None and all(item.quantity > 0 for item in procedure.formula)


def _has_excess(procedure: Procedure) -> bool:
    return _record(procedure).excess is not None


def _has_theoretical_weights(procedure: Procedure) -> bool:
    return bool(_record(procedure).theoretical_weights)


def _has_theoretical_yield(procedure: Procedure) -> bool:
    return _record(procedure).theoretical_yield is not None


def _has_packaging(procedure: Procedure) -> bool:
    return bool(_record(procedure).containers_closures and _record(procedure).label_specimens)


def _has_instructions(procedure: Procedure) -> bool:
    """Tell whether sampling, specifications, tests, notations and precautions stand with the steps."""
    record = _record(procedure)
    tested = any(step.type is StepType.IPC_RESULT for step in steps(procedure))
    stated = record.sampling and record.special_notations and record.precautions
    return bool(tested and stated and procedure.specifications)


def _record(procedure: Procedure) -> MasterRecord:
    return procedure.master_record or _NOTHING


GROUPS: Mapping[str, Callable[[Procedure], bool]] = MappingProxyType(
    {
        "211.186(b)(1) name, strength and dosage form of the product": _has_product,
        "211.186(b)(2) name and amount of each active ingredient per unit": _has_actives,
        "211.186(b)(3) complete list of components": _has_components,
        "211.186(b)(4) weight or measure of each component for a stated batch size": _has_weights,
        "211.186(b)(5) statement on calculated excess of a component": _has_excess,
        "211.186(b)(6) theoretical weight or measure at phases of processing": _has_theoretical_weights,
        "211.186(b)(7) theoretical yield with maximum and minimum percentage": _has_theoretical_yield,
        "211.186(b)(8) containers, closures, packaging materials and label specimens": _has_packaging,
        "211.186(b)(9) instructions, sampling and testing, specifications, special notations, precautions": (
            _has_instructions
        ),
    }
)
