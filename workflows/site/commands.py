"""Record the site a store belongs to, once, before anything else is recorded."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from audit.events import Action
from records.site.models import Site
from workflows.authority import Actor, Permission
from workflows.machine import Transition
from workflows.perform import Changes, UnitOfWork, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """The site about to be recorded, and the one there may already be."""

    code: str
    existing: Site | None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"site {self.code}"

    @property
    def stream(self) -> str:
        """Return the site's stream."""
        return f"site/{self.code}"


def store_has_no_site(facts: SiteFacts, _actor: Actor) -> str | None:
    """Refuse a second site: a store belongs to one."""
    return f"This store belongs to {facts.existing.title} already." if facts.existing else None


SET = Transition(
    act="set_site",
    words="record the site",
    permission=Permission.PERSON_MANAGE,
    event=Action.SITE_SET,
    guards=(store_has_no_site,),
    by_system=True,
)


def set_site(work: UnitOfWork, code: str, title: str, *, holds_demo_data: bool) -> None:
    """Record the site of this store, and whether it holds demo data."""
    values: dict[str, Any] = {
        "code": code,
        "title": title,
        "time_zone": work.time_zone,
        "holds_demo_data": holds_demo_data,
    }

    def change(changes: Changes) -> None:
        changes.insert(Site, Action.SITE_SET, **values)

    existing = work.session.scalars(select(Site)).first()
    perform(work, SET, SiteFacts(code=code, existing=existing), change)
