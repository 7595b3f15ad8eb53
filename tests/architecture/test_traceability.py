"""docs/traceability.csv is what `make traceability` writes today."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.requirement("D11-6")
def test_traceability_file_is_current(tmp_path):
    written = tmp_path / "traceability.csv"

    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "--quiet", f"--write-traceability={written}"],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert collected.returncode == 0, collected.stdout
    committed = (PROJECT / "docs/traceability.csv").read_text(encoding="utf-8")
    current = written.read_text(encoding="utf-8")
    assert "D11-6,tests/architecture/test_traceability.py::test_traceability_file_is_current\n" in current
    assert committed == current, "run `make traceability` and commit the file"
