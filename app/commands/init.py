"""`countersign init`: keys, folders, tables, and on request the first security administrator."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app import keys
from app.config import Settings
from app.factory import make_service, make_writing_service
from app.key_check import has_events
from app.migrate import upgrade
from app.service import Service
from app.writing import Intent, the_software, write
from records.engine import lent_engine
from records.personnel.states import Role
from signatures.passwords import one_time_password
from workflows.perform import UnitOfWork
from workflows.personnel.commands import grant_role, open_account, register_person

_FIRST = (
    "Then register the others. Nothing can be signed until a QA reviewer has published the policy of\n"
    "signatures (/policy) and each person has acknowledged it there.\n"
)


def main(arguments: Sequence[str]) -> int:
    """Set the installation up; run again, it changes nothing that is there."""
    asked = _asked(arguments)
    settings = Settings.read(os.environ)
    prepare(settings)
    sys.stdout.write(f"The store and its keys are ready in {settings.home}.\n")
    if asked.admin:
        password = make_administrator(make_service(settings), asked.admin, asked.user)
        sys.stdout.write(
            f"Security administrator {asked.admin}: user name {asked.user}, password {password}\n"
        )
        sys.stdout.write("It is shown this once and must be changed at the first sign-in.\n")
        sys.stdout.write(_FIRST)
    return 0


def prepare(settings: Settings) -> None:
    """Make what is not there yet: folders only the owner reads, keys, tables with their guards."""
    for folder in (settings.home, settings.files_dir):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_new_keys(settings)
    keys.create(settings.keys_dir)
    make_writing_service(settings)
    upgrade(settings.database_url)


def _refuse_new_keys(settings: Settings) -> None:
    """Raise KeysError where keys are missing of a store that has events; new ones would never be its own."""
    missing = keys.missing(settings.keys_dir)
    if missing:
        with lent_engine(settings.database_url) as engine, engine.connect() as connection:
            if has_events(connection):
                sentence = "The store has events, but not its keys. Restore them from their backup."
                raise keys.KeysError(" ".join([sentence, *missing]))


def make_administrator(service: Service, printed_name: str, user_name: str) -> str:
    """Make the first person of the store a security administrator and return the one-time password."""
    password = one_time_password()
    hashed = service.passwords.hash(password)

    def act(unit: UnitOfWork) -> None:
        person = register_person(unit, printed_name)
        open_account(unit, person.number, user_name, hashed)
        grant_role(unit, person.number, Role.SECURITY_ADMINISTRATOR)

    with lent_engine(service.settings.database_url) as engine, Session(engine) as session:
        write(service, session, Intent(who=the_software), act)
    return password


def _asked(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="countersign init", description=__doc__)
    parser.add_argument("--admin", metavar="NAME", help="printed name of the first security administrator")
    parser.add_argument("--user", metavar="USER", help="and the user name")
    asked = parser.parse_args(arguments)
    if bool(asked.admin) != bool(asked.user):
        parser.error("--admin and --user go together")
    return asked
