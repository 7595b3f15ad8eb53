"""Raise due orders with no person acting: each asset by itself, so that no other waits for it."""

from functools import partial

from sqlalchemy.orm import Session

from app.service import Service
from app.writing import Intent, the_software, write
from workflows.maintenance.generation import Generated, assets_due, generate_for
from workflows.perform import AlteredError


def raise_due_orders(service: Service, session: Session, altered: set[str] | None = None) -> Generated:
    """Begin every cycle whose work is closed and raise every order that is due, and say what was done.

    A record found altered outside the software raises its alarm, joins `altered` and is not tried again.
    """
    altered = set() if altered is None else altered
    due = assets_due(session, service.clock(), service.settings.site_timezone)
    session.rollback()
    generated = Generated()
    for standing in (one for one in due if one.stream not in altered):
        act = partial(generate_for, plan=standing.plan, asset=standing.asset)
        try:
            generated.add(write(service, session, Intent(who=the_software), act))
        except AlteredError:
            altered.add(standing.stream)
    return generated
