"""The list of batches: searched by number, product and master, filtered by state and day, sorted, paged."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from app.batch.lists import listing_of
from app.fields import site_moment
from app.forms import FormError
from app.http import read_session, service
from app.listing import Asked, Column
from records.batch.models import Batch
from records.listing import Listing, Page, page_of
from records.procedure.models import ProcedureVersion

COLUMNS = (
    Column(label="Batch", key="number", narrow=True),
    Column(label="Product", key="product"),
    Column(label="Size", number=True),
    Column(label="State", key="state", narrow=True),
    Column(label="Closed steps", number=True),
    Column(label="Undecided", number=True),
    Column(label="Created", key="created_at"),
    Column(label="Last signature"),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
CHOICES = ("state", "product", "since", "until")
FILE_HEAD = (
    *("number", "product", "master", "order", "quantity", "unit", "state"),
    *("created_at", "issued_at", "started_at", "completed_at", "closed_at", "expires_on", "output_lot"),
)
_SORTED_BY = {key: getattr(Batch, key) for key in SORTS}
_SEARCHED = (Batch.number, Batch.product, Batch.master, Batch.order, Batch.state)


def batches_asked_for(what: Asked) -> Page[Batch]:
    """Return one page of the batches a list asks for; raises FormError for a day that is none."""
    return fetch_batches(listing_of(what), what)


def fetch_batches(listing: Listing, what: Asked) -> Page[Batch]:
    """Return a page of the list narrowed as asked; raises FormError for a day that is none."""
    narrowed = Listing(filters=listing.filters, sort=listing.sort, page=listing.page, size=listing.size)
    return page_of(read_session(), Batch, narrowed, _SORTED_BY, *_words(what.search), *_days(what.chosen))


def products(session: Session) -> list[str]:
    """Return the products that batches are of."""
    return list(session.scalars(select(Batch.product).distinct().order_by(Batch.product)))


def titles(session: Session, masters: Iterable[str]) -> Mapping[str, str]:
    """Return the titles of masters by number."""
    wanted = select(ProcedureVersion).where(ProcedureVersion.number.in_(list(masters)))
    return {version.number: version.title for version in session.scalars(wanted)}


def _words(search: str) -> list[ColumnElement[bool]]:
    """Every word stands somewhere in the batch, or in its master's title: what people call the product."""
    return [
        or_(
            *(func.lower(cast(column, Text)).contains(word, autoescape=True) for column in _SEARCHED),
            Batch.master.in_(
                select(ProcedureVersion.number).where(ProcedureVersion.title.icontains(word, autoescape=True))
            ),
        )
        for word in search.lower().split()
    ]


def _days(chosen: Mapping[str, str]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    zone = service().settings.site_timezone
    try:
        if chosen.get("since"):
            found.append(Batch.created_at >= site_moment(chosen["since"], zone))
        if chosen.get("until"):
            found.append(Batch.created_at < site_moment(chosen["until"], zone) + timedelta(days=1))
    except ValueError as error:
        raise FormError([f"The day {error}"]) from error
    return found
