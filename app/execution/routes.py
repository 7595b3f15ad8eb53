"""The routes of an execution, gathered: each of these modules puts its views on the one blueprint."""

from app.execution import acts, exceptions, files, labels, notes, scan, signoffs  # noqa: F401 -- imported for their views
from app.execution.views import pages as pages  # noqa: PLC0414 -- what app.blueprints takes from here
