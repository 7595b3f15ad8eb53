"""What every page knows: who is signed in, the time, the navigation their roles open, the demo banner."""

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import Flask, request, url_for
from flask_login import current_user
from sqlalchemy import select

from app.again import typed_before
from app.config import LOCK_AFTER
from app.extensions import db
from app.links import with_links
from app.logins import Login
from app.service import Service
from app.signing import components_needed, seen
from app.trail.notice import integrity_notices
from records.site.models import Site
from workflows.authority import Permission

NAVIGATION = (
    ("Work", "home.index", Permission.RECORD_READ),
    ("Verifications", "execution.verifications", Permission.STEP_VERIFY),
    ("Batches", "batch.index", Permission.RECORD_READ),
    ("Masters", "master.index", Permission.RECORD_READ),
    ("Orders", "order.index", Permission.ORDER_PLAN),
    ("Investigations", "investigation.index", Permission.RECORD_READ),
    ("Equipment", "equipment.index", Permission.RECORD_READ),
    ("Calibration", "calibration.index", Permission.RECORD_READ),
    ("Work orders", "work_order.index", Permission.RECORD_READ),
    ("Out of tolerance", "out_of_tolerance.index", Permission.RECORD_READ),
    ("Maintenance", "maintenance.index", Permission.RECORD_READ),
    ("Lots", "material.lots", Permission.RECORD_READ),
    ("Audit trail", "trail.index", Permission.TRAIL_READ),
    ("Training", "training.index", Permission.RECORD_READ),
    ("Policy", "policy.index", Permission.RECORD_READ),
    ("People", "people.index", Permission.PERSON_READ),
)
"""Label, endpoint and permission of each entry; an entry is current in its blueprint."""
_WARN_MINUTES = 9


def furnish(app: Flask, service: Service) -> None:
    """Give templates what docs/design-system.md promises."""
    app.jinja_env.globals.update(
        idempotency_key=lambda: str(uuid4()),
        seen=seen,
        typed_before=typed_before,
        integrity_notices=integrity_notices,
        components_needed=components_needed,
        site_zone=ZoneInfo(service.settings.site_timezone),
    )

    app.jinja_env.filters["with_links"] = with_links

    @app.context_processor
    def shell() -> dict[str, Any]:
        login = current_user._get_current_object()  # noqa: SLF001 -- flask-login's way to the object behind its proxy
        person = login if isinstance(login, Login) else None
        return {"shell": _shell(service, person)}


def holds_demo_data() -> bool:
    """Tell whether the store holds the demo site."""
    return bool(db.session.scalar(select(Site.holds_demo_data)))


def _shell(service: Service, login: Login | None) -> dict[str, Any]:
    return {
        "person": _person(login),
        "now": service.clock(),
        "path": request.path,
        "saved_at": None,
        "demo": holds_demo_data(),
        "home_url": url_for("home.index"),
        "sign_in_url": url_for("account.sign_in"),
        "sign_out_url": url_for("account.sign_out"),
        "lock_url": url_for("account.lock_now", next=request.full_path.rstrip("?")),
        "navigation": _navigation(login),
        "warn_minutes": _WARN_MINUTES,
        "lock_minutes": LOCK_AFTER.seconds // 60,
        "code": service.code,
    }


def _person(login: Login | None) -> dict[str, str] | None:
    if login is None:
        return None
    roles = ", ".join(sorted(role.title for role in login.roles))
    return {"user_name": login.user_name, "name": login.printed_name, "role": roles}


def _navigation(login: Login | None) -> list[dict[str, Any]]:
    if login is None:
        return []
    return [
        {"label": label, "url": url_for(endpoint), "current": request.blueprint == endpoint.split(".")[0]}
        for label, endpoint, permission in NAVIGATION
        if login.may(permission)
    ]
