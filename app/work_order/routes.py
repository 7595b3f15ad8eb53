"""The routes of work orders, gathered: each of these modules puts its views on the one blueprint."""

from app.work_order import acts  # noqa: F401 -- imported for its views
from app.work_order.views import pages as pages  # noqa: PLC0414 -- what app.blueprints takes from here
