"""The console script `countersign`: finds the command's module and imports no other, to start fast."""

import sys
from collections.abc import Sequence
from importlib import import_module

from app.config import SettingsError
from app.keys import KeysError
from app.version import code
from records.errors import DomainError

COMMANDS = {
    "serve": "serve pages and the API",
    "worker": "do background work in a process of its own",
    "init": "make keys, folders and tables; --admin makes the first security administrator",
    "demo": "`demo load` tells the demo site's story into an empty store",
    "doctor": "say what is missing or unsafe",
    "verify": "verify the whole store or one record: 0 PASS, 1 FAIL, 2 INCOMPLETE",
    "coverage": "name every table: protected, or unprotected and why",
    "export": "write a copy of a record: PDF with data and evidence inside, JSON, CSV, evidence bundle",
    "verify-bundle": "verify an evidence bundle, without database or network: 0 PASS, 1 FAIL, 2 INCOMPLETE",
    "calc": "run one regulated calculation, JSON in and out",
    "people": "`people list`; `people unlock` for the last security administrator",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; what the user can mend is one sentence on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help", "help"}:
        sys.stdout.write(_usage())
        return 0
    if words[0] == "--version":
        sys.stdout.write(f"{code()}\n")
        return 0
    if words[0] not in COMMANDS:
        sys.stderr.write(f"countersign: there is no command {words[0]!r}.\n\n{_usage()}")
        return 1
    command = import_module(f"app.commands.{words[0].replace('-', '_')}")
    try:
        return int(command.main(words[1:]))
    except (SettingsError, KeysError, DomainError) as error:
        sys.stderr.write(f"countersign {words[0]}: {error}\n")
        return 1


def _usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {words}" for name, words in COMMANDS.items()]
    return "\n".join(["Usage: countersign COMMAND …   (countersign COMMAND --help)", "", *lines, ""])
