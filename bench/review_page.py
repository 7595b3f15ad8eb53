"""The pages of a review of a batch with 350 steps, 1 225 values and 350 signatures, over HTTP.

The record is `bench.tablet`'s: under review, ten exceptions in the queue. The server is `countersign
serve` with one worker on SQLite; the reviewer is signed in; each page is read in turns with the others, the
first round left away. The review page shows the queue and one exception in its step; the page of the
signatures runs every rule of the review; reading the record alone is the part that both have in common.
"""

from collections.abc import Iterator
from statistics import median

from bench.client import Client
from bench.figures import Figure, interleaved, milliseconds
from bench.plan import Plan
from bench.server import serving
from bench.site import REVIEWER
from bench.store import open_store
from bench.tablet import tablet_record
from workflows.review.batch_record import batch_record


def measure(plan: Plan) -> Iterator[Figure]:
    """Measure the pages, and the reading of the record alone."""
    settings, batch = tablet_record(plan.folder, plan.size(350, 70))
    with open_store(settings) as store, serving(settings, 1) as port:
        reviewer = Client(port, REVIEWER)

        def pages(path: str, times: int) -> None:
            for _ in range(times):
                reviewer.get(f"/batches/{batch}{path}")

        def record(times: int) -> None:
            for _ in range(times):
                with store.session() as session:
                    batch_record(session, batch)

        found = interleaved(
            {
                "page": lambda times: pages("/review", times),
                "rules": lambda times: pages("/review/sign", times),
                "record": record,
            },
            rounds=plan.size(9, 3),
            times=1,
        )
    detail = {name: milliseconds(seconds) for name, seconds in found.items()}
    for name in ("page", "rules"):
        value = median(found[name])
        yield Figure(id=f"review_page.{name}", value=value, unit="s", target=1.0, detail=detail)
