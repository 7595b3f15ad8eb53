"""Files are written whole or not at all, and a command that can't write one says so in a sentence."""

import os
import resource
import subprocess
import sys
from contextlib import contextmanager

import pytest

from app import cli
from app.keys import create
from app.whole_files import drafted, refusals_to_write, write_once, write_whole

FULL = "/dev/full"
RUN = "import sys; from app.cli import main; sys.exit(main())"


def held(folder):
    return [path.name for path in folder.iterdir()]


@contextmanager
def full_disk(size):
    """No file of this process grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.requirement("P11-10a-1")
@pytest.mark.parametrize(("write", "data"), [(write_whole, bytes(100)), (write_once, "a" * 100)])
def test_full_disk_leaves_no_half_written_file_and_the_error_names_the_file(tmp_path, write, data):
    path = tmp_path / "copy.pdf"

    with full_disk(50), pytest.raises(OSError, match="File too large") as failed:
        write(path, data)

    assert (failed.value.filename, held(tmp_path)) == (str(path), [])


def test_file_that_was_there_stays_where_the_new_one_could_not_be_written(tmp_path):
    path = tmp_path / "copy.pdf"
    path.write_bytes(b"before")

    with full_disk(50), pytest.raises(OSError, match="File too large"):
        write_whole(path, bytes(100))
    with pytest.raises(ZeroDivisionError), drafted(path, b"new"):
        1 / 0  # noqa: B018 -- what fails between the draft and its name

    assert (path.read_bytes(), held(tmp_path)) == (b"before", ["copy.pdf"])


def test_file_that_is_there_is_written_over_or_kept_as_was_asked(tmp_path):
    for path in (tmp_path / "over", tmp_path / "kept"):
        path.write_bytes(b"before")

    write_whole(tmp_path / "over", b"new")
    write_once(tmp_path / "kept", "new")

    assert [(tmp_path / name).read_bytes() for name in ("over", "kept")] == [b"new", b"before"]
    assert (tmp_path / "over").stat().st_mode & 0o777 == 0o600


def test_folder_device_and_missing_folder_are_refused_before_anything_is_made(tmp_path):
    assert refusals_to_write(tmp_path / "copy.pdf") == []
    assert refusals_to_write(tmp_path) == [f"{tmp_path} is a folder. Name a file in it."]
    with_device = refusals_to_write(type(tmp_path)(FULL))
    assert with_device == [f"{FULL} is a device, not a file. Name a file."]
    gone = tmp_path / "gone" / "copy.pdf"
    said = f"There is no folder {gone.parent}. Make it, or name a file in a folder that is there."
    assert refusals_to_write(gone) == [said]


def test_keys_are_whole_or_missing_on_a_full_disk(tmp_path):
    with full_disk(20), pytest.raises(OSError, match="File too large"):
        create(tmp_path / "keys")

    assert held(tmp_path / "keys") == []


@pytest.mark.parametrize("words", [["init"], ["calc", "--list"], ["doctor"]])
def test_command_whose_output_nobody_takes_ends_with_a_sentence(tmp_path, words):
    with open(FULL, "w") as full:  # noqa: PTH123 -- a device
        ended = subprocess.run(
            [sys.executable, "-c", RUN, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "COUNTERSIGN_HOME": str(tmp_path / "home")},
            check=False,
        )

    assert (ended.returncode, ended.stderr.splitlines()[-1:]) == (
        1,
        [f"countersign {words[0]}: Standard output: No space left on device."],
    )
    assert "Traceback" not in ended.stderr


def test_init_where_nothing_can_be_made_says_where(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COUNTERSIGN_HOME", str(tmp_path / "file" / "home"))

    status = cli.main(["init"])

    said = f"countersign init: {tmp_path / 'file' / 'home'}: Not a directory.\n"
    assert (status, capsys.readouterr().err) == (1, said)


def test_store_that_can_not_be_opened_is_told_in_a_sentence(tmp_path, monkeypatch, capsys):
    create(tmp_path / "keys")
    (tmp_path / "countersign.sqlite").mkdir()
    monkeypatch.setenv("COUNTERSIGN_HOME", str(tmp_path))

    status = cli.main(["init"])

    said = "countersign init: The store can't be used: unable to open database file.\n"
    assert (status, capsys.readouterr().err) == (1, said)
