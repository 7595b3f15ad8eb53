"""All routes of calibration: the pages that read, and the acts."""

import app.calibration.acts
import app.calibration.programme  # noqa: F401 -- registers its routes on the same blueprint
from app.calibration.views import pages

__all__ = ["pages"]
