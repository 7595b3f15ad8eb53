"""Alarms: what somebody has to look at now; counted for whoever watches, and a warning in the log.

The trail holds the event of each: an alarm points at it and replaces none.
"""

import structlog
from prometheus_client import CollectorRegistry, Counter

registry = CollectorRegistry()
_alarms = Counter("countersign_alarms", "Alarms; each is told in the trail.", ["kind"], registry=registry)
_log = structlog.get_logger()


def raise_alarm(kind: str, stream: str, reasons: list[str]) -> None:
    """Count an alarm and log it."""
    _alarms.labels(kind).inc()
    _log.warning("alarm", kind=kind, stream=stream, reasons=reasons)
