"""Every page and act of a master, on one blueprint."""

from app.master import acts
from app.master.views import pages

__all__ = ["acts", "pages"]
