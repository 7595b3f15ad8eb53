"""How the installation is watched, and what it says when it can't serve."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.clock_check import clock_fault
from app.commands import doctor
from app.commands.init import prepare
from app.config import Settings
from app.extensions import db
from app.factory import (
    NotSafeToServeError,
    create_app,
    make_service,
    make_writing_service,
    refuse_another_schema,
)
from app.http import EXTENSION
from app.keys import KeysError
from app.observing import LogLines, configure_logs
from audit.chain import Ledger
from audit.events import Action
from records.engine import make_engine
from records.execution.models import Attachment
from records.times import from_text, to_text
from tests.ledger import AT, LedgerStore, attach
from tests.web.conftest import Browser


def _without_a_guard(url):
    engine = make_engine(url, migrating=True)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER person_guard_delete"))
    engine.dispose()


def test_health_and_readiness_answer_without_a_login(app):
    client = app.test_client()

    assert (client.get("/healthz").json, client.get("/readyz").json) == (
        {"status": "alive"},
        {"status": "ready"},
    )


def test_requests_are_counted(app):
    browser = Browser(app)
    browser.get("/sign-in")

    assert (
        'countersign_requests_total{endpoint="account.sign_in",status="200"}' in browser.get("/metrics").text
    )


@pytest.fixture
def logs():
    """The logs as a server writes them, and nothing of it left for the next test."""
    configure_logs()
    yield structlog.get_logger()
    structlog.reset_defaults()


def _fail_with(password):
    ledger = Ledger(origin="a log", mac_key=b"key of the trail")
    msg = f"{ledger} failed"
    raise RuntimeError(msg) if password else AssertionError


def test_fault_is_logged_without_what_its_variables_held(logs, capsys):
    try:
        _fail_with("a password of somebody")
    except RuntimeError as error:
        logs.exception("fault", exc_info=error)
    told = capsys.readouterr().out

    assert [frame["name"] for frame in json.loads(told)["exception"][0]["frames"]][-1] == "_fail_with"
    assert ("password of somebody" in told, "key of the trail" in told) == (False, False)


def test_error_of_the_database_names_no_value_that_was_given(store_url):
    engine = make_engine(store_url)
    statement = text("INSERT INTO stream_head (stream, seq, event_hash) VALUES (:stream, NULL, :hash)")

    with pytest.raises(IntegrityError) as failed, engine.begin() as connection:
        connection.execute(statement, {"stream": "person/P-1", "hash": b"hash of a password"})
    engine.dispose()

    assert "INSERT INTO stream_head" in str(failed.value)
    assert "hash of a password" not in str(failed.value)


def test_log_line_that_nobody_takes_is_counted_and_fails_nothing(app, monkeypatch):
    closed = io.StringIO()
    closed.close()
    client = app.test_client()

    before = client.get("/metrics").text
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", closed)
        LogLines().msg("a line")
    after = client.get("/metrics").text

    assert _lost(after) - _lost(before) == 1


def _lost(metrics):
    lines = [line for line in metrics.splitlines() if line.startswith("countersign_log_lines_lost_total ")]
    return float(lines[0].split()[1])


@pytest.mark.requirement("P11-10e-5")
def test_store_without_its_guards_is_not_served_and_a_running_one_says_so(app, store_url, keys_dir, tmp_path):
    _without_a_guard(store_url)
    settings = Settings(
        home=tmp_path, database_url=store_url, keys_dir=keys_dir, files_dir=tmp_path / "files", demo=True
    )

    with pytest.raises(NotSafeToServeError) as refused:
        create_app(settings)

    assert "person" in str(refused.value)
    assert app.test_client().get("/readyz").status_code == 503


@pytest.mark.requirement("ATK-14")
def test_clock_set_back_is_told_by_readiness_and_the_doctor(app, clock, store_url):
    client = app.test_client()
    engine = make_engine(store_url)
    with engine.connect() as connection:
        last = from_text(connection.scalar(text("SELECT max(ts) FROM audit_event")))
        clock.at = last - timedelta(seconds=2)
        quiet = client.get("/readyz").json, clock_fault(connection, clock.at)
        clock.at = last - timedelta(hours=2)
        answer, fault = client.get("/readyz"), clock_fault(connection, clock.at)
    engine.dispose()

    assert quiet == ({"status": "ready"}, None)
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ready", "warning": "The clock stands before the last event."},
    )
    assert fault == (
        f"The clock shows {clock.at:%Y-%m-%d %H:%M:%S} UTC, before the last event at {to_text(last)}. "
        "Set it right."
    )


NOT_ITS_KEY = (
    "The store's last event was not authenticated with the key in mac.key. "
    "Restore KEYS_DIR from its backup, then run `countersign verify`."
)
ANOTHER_LOG = (
    "The store's last event is altered, or of another log than elsewhere/1. "
    "Restore KEYS_DIR from its backup, then run `countersign verify`."
)


@pytest.mark.requirement("ATK-02", "P11-10a-1")
@pytest.mark.parametrize(
    ("put", "said"), [(("mac.key", "ab" * 32), NOT_ITS_KEY), (("origin", "elsewhere/1"), ANOTHER_LOG)]
)
def test_store_is_not_served_or_written_with_the_keys_of_another(
    app, store_url, keys_dir, tmp_path, put, said
):
    name, content = put
    others = tmp_path / "keys"
    shutil.copytree(keys_dir, others)
    (others / name).write_text(content, encoding="ascii")
    (others / "keys.check").unlink()  # else the keys would be refused as no set
    settings = Settings(
        home=tmp_path, database_url=store_url, keys_dir=others, files_dir=tmp_path / "files", demo=True
    )
    assert app.test_client().get("/readyz").status_code == 200
    app.extensions[EXTENSION] = make_service(settings)

    with pytest.raises(NotSafeToServeError, match=re.escape(said)):
        create_app(settings)
    for refused in (prepare, make_writing_service):
        with pytest.raises(KeysError, match=re.escape(said)):
            refused(settings)
    assert said in list(doctor.problems_of(settings))
    assert app.test_client().get("/readyz").json == {
        "status": "unready",
        "reason": "The keys are not those of the store.",
    }


def test_no_keys_are_made_for_a_store_that_has_lost_its_own(store_url, tmp_path):
    settings = Settings(
        home=tmp_path, database_url=store_url, keys_dir=tmp_path / "keys", files_dir=tmp_path / "files"
    )

    with pytest.raises(KeysError, match="The store has events, but not its keys"):
        prepare(settings)

    assert not settings.keys_dir.exists()


@pytest.mark.requirement("ATK-11")
def test_store_whose_tables_are_not_those_of_this_software_is_not_served(app, store_url):
    engine = make_engine(store_url, migrating=True)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE entry DROP COLUMN device"))
    engine.dispose()

    with pytest.raises(NotSafeToServeError) as refused:
        refuse_another_schema(app)

    assert str(refused.value).splitlines() == [
        "entry: add column device would be needed.",
        "Run `countersign init`, or serve the store with the software that made it.",
    ]


def test_store_that_goes_away_is_told_as_such(app, browser_of):
    browser = browser_of("a.reyes")
    with app.app_context():
        db.engine.dispose()
        path = db.engine.url.database
    os.rename(path, f"{path}.gone")  # noqa: PTH104 -- a plain move
    os.mkdir(path)  # noqa: PTH102 -- a folder can't be opened as a store

    page = browser.client.get("/")
    script = browser.client.get("/", headers={"Accept": "application/json"})

    assert (page.status_code, "can't answer now" in page.text) == (503, True)
    assert (script.status_code, script.json["title"]) == (503, "Service Unavailable")


def test_doctor_finds_a_fresh_installation_without_administrator_and_policy(tmp_path):
    settings = Settings.read({"COUNTERSIGN_HOME": str(tmp_path / "var")})
    prepare(settings)

    problems = [problem for problem in doctor.problems_of(settings) if "Pango" not in problem]

    assert problems == [
        "No security administrator can sign in. Run `countersign init --admin NAME --user USER`.",
        "No policy of signatures is in force, so nobody can sign. Publish one at /policy.",
    ]


def test_doctor_says_when_nothing_binds_the_keys_to_each_other(tmp_path):
    settings = Settings.read({"COUNTERSIGN_HOME": str(tmp_path / "var")})
    prepare(settings)
    (settings.keys_dir / "keys.check").unlink()

    def told():
        return [problem for problem in doctor.problems_of(settings) if "one set" in problem]

    before = told()
    prepare(settings)
    assert (len(before), told()) == (1, [])


@pytest.mark.requirement("ATK-09")
def test_doctor_names_attached_files_that_are_gone(sqlite_url, tmp_path):
    store = LedgerStore(sqlite_url, tmp_path)
    columns = attach(tmp_path, b"a photo of a label")
    store.change(
        lambda changes: changes.insert(
            Attachment,
            Action.FILE_ATTACH,
            part="2.9/1",
            field="label",
            media_type="image/png",
            file_name="label.png",
            attached_at=AT,
            attached_by="t.novak",
            **columns,
        )
    )
    store.engine.dispose()

    def about_files(folder):
        settings = Settings(
            home=tmp_path, database_url=sqlite_url, keys_dir=tmp_path / "keys", files_dir=folder
        )
        return [problem for problem in doctor.problems_of(settings) if "attached file " in problem]

    said = (
        f"1 attached file is not in {tmp_path / 'gone'}, such as {columns['sha256']}. "
        "Restore the folder from its backup, then run `countersign verify`."
    )
    assert (about_files(tmp_path), about_files(tmp_path / "gone")) == ([], [said])


def test_doctor_names_what_is_missing_before_init(tmp_path):
    settings = Settings.read({"COUNTERSIGN_HOME": str(tmp_path / "var")})

    problems = [problem for problem in doctor.problems_of(settings) if "Pango" not in problem]

    assert problems == [
        f"There is no folder {settings.keys_dir} with keys. Run `countersign init`, or restore the folder.",
        "There is no store yet. Run `countersign init`.",
    ]


def test_command_line_sets_up_an_installation_that_verifies(tmp_path):
    environment = {**os.environ, "COUNTERSIGN_HOME": str(tmp_path / "var")}

    def countersign(*words):
        command = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main())", *words]
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)

    first = countersign("init", "--admin", "S. Patel", "--user", "s.patel")
    second = countersign("init", "--admin", "E. Extra", "--user", "e.extra")
    people = countersign("people", "list")
    verified = countersign("verify", "--json")

    assert (first.returncode, second.returncode, people.returncode, verified.returncode) == (0, 1, 0, 0)
    assert "user name s.patel, password " in first.stdout
    assert second.stderr == (
        "countersign init: The store has people already; a security administrator does this, signed in.\n"
    )
    assert people.stdout == "P-0001  S. Patel  s.patel (active)  Security administrator\n"
    assert json.loads(verified.stdout)["verdict"] == "PASS"


def test_unknown_command_is_named_and_help_lists_every_command():
    def countersign(*words):
        command = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main())", *words]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    unknown, helped = countersign("sreve"), countersign("--help")

    assert (unknown.returncode, helped.returncode) == (1, 0)
    assert unknown.stderr.startswith("countersign: there is no command 'sreve'.")
    assert helped.stdout.splitlines()[0].startswith("Usage: countersign COMMAND")
