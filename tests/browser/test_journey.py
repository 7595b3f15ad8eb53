"""A batch of tablets from its order to its disposition, played by people in browsers of their own.

In `make test` the middle of the batch is carried out by commands; `make journey` plays every step here.
"""

# ruff: noqa: F811 -- fixtures of tests/web/floor.py

import shutil
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from records.batch.models import Batch
from records.batch.states import BatchState
from records.execution.models import BatchException, StepRun
from records.execution.states import CLOSED
from signatures.models import Signature
from tests.batch_site import READY, furnish
from tests.browser import office
from tests.browser.floor import ANALYST, APPROVER, OPERATOR, REVIEWER, SUPERVISOR, VERIFIER, Floor
from tests.browser.person import Album, sit_down
from tests.copies import cover_of, squeezed
from tests.robot import SECONDS, TABLET_LOTS, TABLET_VALUES, Robot
from tests.web.conftest import MovableClock, app, cast_store, keys_dir, store  # noqa: F401 -- fixtures
from tests.web.floor import _hands, hands  # noqa: F401 -- fixtures

WITH_GLOVES = {OPERATOR, VERIFIER, ANALYST}
MISTYPED = {("1.1b/1", "temperature"): ("31.0", "21.0")}
OUT_OF_LIMITS = {("1.1b/1", "humidity"): "52.0"}
WRONG_SCANS = {("1.3/1", "lot"): "LOT:26-002"}
PROBLEMS = {"1.1b/1": "The display of the room flickers."}
DRIED_AGAIN = {"2.9 result": "1.92", "2.10b result": "1.71"}
WHOLE_CREW = (VERIFIER, SUPERVISOR, ANALYST, APPROVER, REVIEWER)
RUNS = {"2.8c/1": [10, 10], "2.8c/2": [10], "3.5b/1": [30, 30], "4.4c/1": [120]}
"""Minutes that pass before a run is ended, so that its checks come due."""


class _Quiet(WSGIRequestHandler):
    def log(self, *_args):
        """Leave the test's output alone."""


@pytest.fixture(scope="session")
def furnished(cast_store, keys_dir, tmp_path_factory) -> Path:
    """A store with the cast, materials, equipment and the effective master of the tablets."""
    folder = tmp_path_factory.mktemp("journey")
    path = folder / "furnished.sqlite"
    shutil.copyfile(cast_store, path)
    with _hands(f"sqlite:///{path}", keys_dir, folder, MovableClock(READY)) as hands:
        furnish(hands, "mbr-0042")
    return path


@pytest.fixture
def store_url(furnished, tmp_path):
    path = tmp_path / "store.sqlite"
    shutil.copyfile(furnished, path)
    return f"sqlite:///{path}"


@pytest.fixture
def clock():
    return MovableClock()


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def seat(browser, address, clock, request):
    """A function that seats a person at a browser of their own; any complaint of one fails the test."""
    folder = request.config.getoption("--journey-pictures")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    album, seated = Album(folder), {}

    def sit(user_name):
        if user_name not in seated:
            touch = user_name in WITH_GLOVES
            seated[user_name] = sit_down(browser, address, user_name, clock, album, is_touch=touch)
        return seated[user_name]

    yield sit
    for person in seated.values():
        person.page.context.close()
    complaints = {person.user_name: person.complaints for person in seated.values() if person.complaints}
    assert complaints == {}


@pytest.fixture
def is_whole(request):
    return request.config.getoption("--whole-journey")


@pytest.mark.usefixtures("pango")
@pytest.mark.requirement("G-188b11")
def test_batch_of_tablets_goes_from_its_order_to_two_markets(seat, hands, store, is_whole):
    supervisor, reviewer = seat(SUPERVISOR), seat(REVIEWER)
    planner = seat("c.dubois") if is_whole else supervisor
    batch = office.order_and_issue(planner, supervisor, "500000")
    seconds = SECONDS | {"qa_reviewer": APPROVER, "ipc_analyst": APPROVER}
    values = TABLET_VALUES | (DRIED_AGAIN if is_whole else {})
    robot = Robot(hands, batch, TABLET_LOTS, values, seconds)
    floor = Floor(
        batch=batch,
        seat=seat,
        robot=robot,
        crew=WHOLE_CREW if is_whole else (VERIFIER, SUPERVISOR, REVIEWER),
        mistyped=dict(MISTYPED),
        out_of_limits=OUT_OF_LIMITS,
        wrong_scans=dict(WRONG_SCANS),
        problems=dict(PROBLEMS),
        handed_over=frozenset({"1.1b/1"}),
        runs={part: list(minutes) for part, minutes in RUNS.items()},
    )
    if not is_whole:
        floor.work_until("1.2a/1")
        robot.run_to("1.3/1")
        floor.work_until("1.4/1")
        robot.run_to("5/1")
    floor.work_to_the_end()
    office.complete(supervisor, batch)
    office.decide_by_keyboard(reviewer, batch)
    office.read_by_keyboard(reviewer, batch)
    office.sign_reviews_by_keyboard(reviewer, batch)
    office.decide_for_market(reviewer, batch, "release", "US")
    office.decide_for_market(seat("d.moreau"), batch, "certify", "EU")
    cover = squeezed(cover_of(office.take_copy(reviewer, batch)))

    of_batch = f"batch/{batch}"
    runs = store.scalars(select(StepRun).where(StepRun.stream == of_batch)).all()
    exceptions = store.scalars(select(BatchException).where(BatchException.stream == of_batch)).all()
    assert store.scalars(select(Batch)).one().state is BatchState.RELEASED
    assert {run.state for run in runs} <= CLOSED
    assert {run.step for run in runs} >= {"1.1a", "1.3", "3.5b", "4.9", "5"}
    assert {one.decided_by for one in exceptions} == {"P-0007"}
    assert {"T. Novak", "A. Reyes", "M. Lindqvist", "H. Brandt", "D. Moreau"} <= set(
        store.scalars(select(Signature.printed_name).where(Signature.stream == of_batch))
    )
    assert batch in cover
    assert "RELEASEDH.Brandt" in cover
    assert "CERTIFIEDD.Moreau" in cover
