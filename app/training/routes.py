"""Every page and act of training, on one blueprint."""

from app.training import acts
from app.training.views import pages

__all__ = ["acts", "pages"]
