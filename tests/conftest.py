"""Fixtures that every kind of test may ask for.

engine_url   a fresh migrated database, once on SQLite and once on PostgreSQL
empty_url    the same, before any migration
sqlite_url   a fresh migrated database on SQLite alone, where the engine makes no difference
engine       the project's SQLAlchemy engine on `engine_url`
chromium     the path of the system's browser
browser      that browser, started once, driven by Playwright
pango        the libraries behind WeasyPrint; ask for it in every test that renders a PDF
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

from tests import groups, traceability
from tests.databases import PostgresqlDatabases, SqliteDatabases, postgresql_server
from tests.groups import cannot_run

RUN_FOLDER = "COUNTERSIGN_TEST_RUN_FOLDER"  # shared by the workers of one run
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET_BROWSER = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-traceability",
        metavar="FILE",
        type=Path,
        help="write the requirement marks of the collected tests to FILE",
    )
    parser.addoption(
        "--whole-journey",
        action="store_true",
        help="play every step of a batch in the browser (`make journey`), not only its beginning and end",
    )
    parser.addoption(
        "--journey-pictures",
        metavar="FOLDER",
        type=Path,
        help="keep pictures of the pages that the journey in the browser passes",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(groups)
    config.pluginmanager.register(traceability)
    if not _is_worker(config):
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="countersign-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config):
        shutil.rmtree(os.environ.pop(RUN_FOLDER), ignore_errors=True)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[URL]:
    """A PostgreSQL server's address, shared by the workers of one run."""
    with postgresql_server(Path(os.environ[RUN_FOLDER])) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_url: URL) -> Iterator[PostgresqlDatabases]:
    databases = PostgresqlDatabases(postgresql_url)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> SqliteDatabases | PostgresqlDatabases:
    return request.getfixturevalue(f"{request.param}_databases")


@pytest.fixture
def engine_url(databases: SqliteDatabases | PostgresqlDatabases) -> Iterator[str]:
    with databases.migrated() as url:
        yield url


@pytest.fixture
def empty_url(databases: SqliteDatabases | PostgresqlDatabases) -> Iterator[str]:
    with databases.empty() as url:
        yield url


@pytest.fixture
def sqlite_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    with sqlite_databases.migrated() as url:
        yield url


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    from records.engine import make_engine  # noqa: PLC0415 -- tests of pure files start without SQLAlchemy

    engine = make_engine(engine_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def pango() -> None:
    try:
        import weasyprint  # noqa: F401, PLC0415 -- opens the libraries when imported, and takes a second for it
    except OSError as error:
        cannot_run("PDF tests", f"{error}; .ci/system-packages.sh pdf names the command that helps")


@pytest.fixture(scope="session")
def chromium() -> str:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        cannot_run(
            "browser tests", "no Chromium; .ci/system-packages.sh browser names the command that helps"
        )
    return path


@pytest.fixture(scope="session")
def browser(chromium: str):
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only browser tests pay for it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET_BROWSER))
        yield browser
        browser.close()
