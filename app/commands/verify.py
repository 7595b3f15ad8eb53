"""`countersign verify`: whole-store verification, or of one record."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from app import keys
from app.config import Settings
from app.trail.verification import Store, run_verify
from records.identity import RecordName


def main(arguments: Sequence[str]) -> int:
    """Verify and print the report: 0 PASS, 1 FAIL, 2 INCOMPLETE."""
    parser = ArgumentParser(prog="countersign verify", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--record", metavar="KIND/NUMBER", help="one record only, such as batch/TB-0771")
    asked = parser.parse_args(arguments)
    if asked.record:
        _refuse_what_is_no_name(parser, asked.record)
    settings = Settings.read(os.environ)
    try:
        ledger = keys.read(settings.keys_dir).ledger
    except keys.KeysError as error:
        sys.stderr.write(f"{error}\n")
        ledger = None
    store = Store(url=settings.database_url, ledger=ledger, files=settings.files_dir)
    return run_verify(store, sys.stdout, record=asked.record, as_json=asked.json)


def _refuse_what_is_no_name(parser: ArgumentParser, record: str) -> None:
    """End with status 2 before anything is read: a wrong question has no verdict."""
    try:
        RecordName.parse(record)
    except ValueError as error:
        parser.error(str(error))
