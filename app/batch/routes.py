"""Every page and act of a batch, on one blueprint."""

from app.batch import acts, disposition
from app.batch.views import pages

__all__ = ["acts", "disposition", "pages"]
