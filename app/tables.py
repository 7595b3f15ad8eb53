"""Every table: migrations, guards and tests start here."""

import app.models  # noqa: F401 -- this and the others are imported for their tables
import signatures.models  # noqa: F401 -- imported for its tables, as the others are
from records.base import Base, Recorded

metadata = Base.metadata


def protected() -> list[type[Recorded]]:
    """Return the model of every protected table, by table name."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    found = [model for model in models if issubclass(model, Recorded)]
    return sorted(found, key=lambda model: model.__tablename__)
