"""What must hold for the files around the code: locks, tracked text, a run that leaves no test out."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock", "bench/requirements-bench.lock")
REQUIREMENT = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==\S+( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
# A folder that exists on one machine only: a work tree, a home, a temporary folder with a name in it.
MACHINE_PATH = re.compile(rb"(?<![\w.:/-])/(?:(?:work|root|home/\w+|Users/\w+)/|tmp/\w)[\w/.-]*")
MADE = {"__pycache__", "build", "dist", "htmlcov", "var"}
LEFT_OUT = """
import pytest
from tests.groups import cannot_run

@pytest.fixture
def engine():
    cannot_run("engine tests", "no engine")

def test_with_engine(engine): pass
def test_without(): pass
"""


def _entries(lock):
    """Each requirement line of the lock with the lines that belong to it, comments left away."""
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith("#")]
    starts = [number for number, line in enumerate(lines) if not line.startswith(" ")]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_versions_and_hashes_and_nothing_else(name):
    entries = _entries((PROJECT / name).read_text(encoding="utf-8"))

    strange = [
        entry
        for entry in entries
        if not (REQUIREMENT.match(entry[0]) and entry[1:] and all(map(HASH.match, entry[1:])))
    ]

    assert (len(entries) > 40, strange) == (True, [])


def test_larger_locks_agree_with_the_runtime_lock():
    runtime, *larger = [
        {entry[0] for entry in _entries((PROJECT / name).read_text(encoding="utf-8"))} for name in LOCKS
    ]

    assert [runtime - lock for lock in larger] == [set(), set()]


def _own_files():
    """The project's files, without environments, caches and the store."""
    for folder, folders, names in os.walk(PROJECT):
        folders[:] = [name for name in folders if name == ".ci" or not (name in MADE or name.startswith("."))]
        yield from (Path(folder, name) for name in names)


def test_no_file_names_a_folder_of_one_machine():
    found = {
        str(file.relative_to(PROJECT)): matches
        for file in _own_files()
        if b"\0" not in (content := file.read_bytes()) and (matches := MACHINE_PATH.findall(content))
    }

    assert found == {}


@pytest.mark.parametrize(
    ("strict", "outcome"),
    [
        ("0", "DID NOT RUN (1): engine tests: no engine"),
        ("1", "No test may be left out here. engine tests: no engine"),
    ],
)
def test_left_out_test_is_loud_and_fails_where_none_may_be(strict, outcome, tmp_path, monkeypatch):
    (tmp_path / "test_engine.py").write_text(LEFT_OUT, encoding="utf-8")
    monkeypatch.setenv("COUNTERSIGN_TEST_STRICT", strict)

    run = subprocess.run(
        [sys.executable, *f"-m pytest -p tests.groups -c {os.devnull} --rootdir".split(), tmp_path, tmp_path],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert (run.returncode, outcome in run.stdout.splitlines()) == (int(strict), True), run.stdout
