"""Every table: migrations, guards and tests start here."""

from types import ModuleType

import app.models
import audit.models
import records.batch.models
import records.calibration.models
import records.equipment.models
import records.execution.models
import records.genealogy.models
import records.maintenance.models
import records.material.models
import records.out_of_tolerance.models
import records.personnel.models
import records.policy.models
import records.procedure.models
import records.review.models
import records.site.models
import records.training.models
import records.work_order.models
import signatures.models
from records.base import Base, Recorded

MODULES: tuple[ModuleType, ...] = (
    app.models,
    audit.models,
    records.batch.models,
    records.calibration.models,
    records.equipment.models,
    records.execution.models,
    records.genealogy.models,
    records.maintenance.models,
    records.material.models,
    records.out_of_tolerance.models,
    records.personnel.models,
    records.policy.models,
    records.procedure.models,
    records.review.models,
    records.site.models,
    records.training.models,
    records.work_order.models,
    signatures.models,
)
"""Where tables are defined; a new one is a line above and a line here."""

metadata = Base.metadata


def protected() -> list[type[Recorded]]:
    """Return the model of every protected table, by table name."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    found = [model for model in models if issubclass(model, Recorded)]
    return sorted(found, key=lambda model: model.__tablename__)
