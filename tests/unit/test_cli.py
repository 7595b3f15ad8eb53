"""The console script's table of commands."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.cli import COMMANDS, main

FOLDER = Path(__file__).parents[2] / "app" / "commands"


def test_every_command_module_is_in_the_table_and_the_other_way_round():
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}

    assert {name.replace("-", "_") for name in COMMANDS} == modules


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_main(name):
    module = f"app.commands.{name.replace('-', '_')}"

    assert find_spec(module) is not None
    assert callable(import_module(module).main)


@pytest.mark.requirement("P11-10b-2")
def test_bundle_is_verified_without_a_store(tmp_path, capsys):
    (tmp_path / "bundle.zip").write_bytes(b"no bundle")

    status = main(["verify-bundle", str(tmp_path / "bundle.zip")])

    assert (status, capsys.readouterr().out.splitlines()[0]) == (1, "FAIL: policy chain-only/1")
