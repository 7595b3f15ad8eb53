"""docs/traceability.csv is what `make traceability` writes today."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


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
    assert committed == written.read_text(encoding="utf-8"), "run `make traceability` and commit the file"
