"""All routes of equipment: the pages that read, and the acts."""

import app.equipment.acts  # noqa: F401 -- registers its routes on the same blueprint
from app.equipment.views import pages

__all__ = ["pages"]
