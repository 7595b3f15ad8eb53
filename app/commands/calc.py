"""`countersign calc`: one regulated calculation."""

import sys
from collections.abc import Sequence

from app.calc.cli import run_calc


def main(arguments: Sequence[str]) -> int:
    """Calculate from standard input to standard output."""
    return run_calc(arguments, sys.stdin, sys.stdout, sys.stderr)
