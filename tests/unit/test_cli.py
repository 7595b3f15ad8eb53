"""The console script's table of commands."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.cli import COMMANDS

FOLDER = Path(__file__).parents[2] / "app" / "commands"


def test_every_command_module_is_in_the_table_and_the_other_way_round():
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}

    assert set(COMMANDS) == modules


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_main(name):
    assert find_spec(f"app.commands.{name}") is not None
    assert callable(import_module(f"app.commands.{name}").main)
