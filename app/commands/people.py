"""`countersign people`: who has an account; the way out when the last security administrator is locked."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.config import Settings
from app.factory import make_writing_service
from app.people.queries import EVERYBODY, Row, people
from app.writing import Intent, the_software, write
from records.engine import lent_engine
from workflows.perform import Reason
from workflows.personnel.commands import unlock_account


def main(arguments: Sequence[str]) -> int:
    """List the people, or unlock the last security administrator's account."""
    asked = _asked(arguments)
    service = make_writing_service(Settings.read(os.environ))
    with lent_engine(service.settings.database_url) as engine, Session(engine) as session:
        if asked.what == "list":
            _print(people(session, service.clock(), EVERYBODY, size=None).rows)
        else:
            intent = Intent(who=the_software, reason=Reason(code="console", text=asked.reason))
            write(service, session, intent, lambda unit: unlock_account(unit, asked.user))
    return 0


def _print(rows: Sequence[Row]) -> None:
    for row in rows:
        account = f"{row.account.user_name} ({row.account.state})" if row.account else "no account"
        words = (row.person.number, row.person.printed_name, account, ", ".join(row.roles))
        sys.stdout.write("  ".join(words).rstrip() + "\n")


def _asked(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="countersign people", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("list", help="every person with account, state and roles")
    unlock = commands.add_parser("unlock", help="unlock the last security administrator's account")
    unlock.add_argument("user", metavar="USER")
    unlock.add_argument("--reason", required=True, help="kept in the audit trail")
    return parser.parse_args(arguments)
