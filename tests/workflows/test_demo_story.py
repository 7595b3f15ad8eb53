"""The demo site is told through the commands a person uses, from an empty store, and its trail verifies."""

import os
import subprocess
import sys
from pathlib import Path

COUNTERSIGN = Path(sys.executable).parent / "countersign"
PROJECT = Path(__file__).parents[2]


def test_demo_site_loads_into_an_empty_store_and_verifies(tmp_path):
    told = {**os.environ, "COUNTERSIGN_HOME": str(tmp_path / "home"), "COUNTERSIGN_DEMO": "1"}
    told.pop("COUNTERSIGN_DATABASE_URL", None)

    for words in (("init",), ("demo", "load"), ("verify",)):
        ran = subprocess.run(
            (COUNTERSIGN, *words), cwd=PROJECT, env=told, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    assert "PASS" in ran.stdout
