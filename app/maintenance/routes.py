"""Every page and act of maintenance, on one blueprint."""

from app.maintenance import acts
from app.maintenance.views import pages

__all__ = ["acts", "pages"]
