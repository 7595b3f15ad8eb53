"""The console script `countersign`: finds the command's module and imports no other, to start fast."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
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
    "maintenance": "`maintenance generate` raises the maintenance orders that are due",
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
        status = int(command.main(words[1:]))
        sys.stdout.flush()
    except (SettingsError, KeysError, DomainError) as error:
        said = str(error)
    except OSError as error:
        said = _file_said(error)
    except Exception as error:
        said = _store_said(error)
        if not said:
            raise
    else:
        return status
    sys.stderr.write(f"countersign {words[0]}: {said}\n")
    return 1


def _file_said(error: OSError) -> str:
    """Return what the system said of which file; one that names none is about standard output."""
    if error.filename is None:
        with suppress(OSError, ValueError):  # what could not be printed is not tried again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return f"{error.filename or 'Standard output'}: {error.strerror or error}."


def _store_said(error: Exception) -> str:
    """Return a sentence where the store is why a command could not go on; "" for a fault of the software."""
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415 -- only a command that failed pays for it

    return f"The store can't be used: {error.orig}." if isinstance(error, OperationalError) else ""


def _usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {words}" for name, words in COMMANDS.items()]
    return "\n".join(["Usage: countersign COMMAND …   (countersign COMMAND --help)", "", *lines, ""])
