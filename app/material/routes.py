"""All routes of materials and lots: the pages that read, and the acts."""

import app.material.acts  # noqa: F401 -- registers its routes on the same blueprint
from app.material.views import pages

__all__ = ["pages"]
