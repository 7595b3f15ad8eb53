"""`countersign coverage`: every table, protected or unprotected and why."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from app.config import Settings
from app.trail.coverage import run_coverage


def main(arguments: Sequence[str]) -> int:
    """Print one line for each table of the store."""
    parser = ArgumentParser(prog="countersign coverage", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print an object instead of lines")
    asked = parser.parse_args(arguments)
    return run_coverage(Settings.read(os.environ).database_url, sys.stdout, as_json=asked.json)
