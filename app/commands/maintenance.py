"""`countersign maintenance generate`: raise the maintenance orders that are due, once for each cycle."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.config import Settings
from app.factory import make_writing_service
from app.maintenance.generating import raise_due_orders
from records.engine import lent_engine


def main(arguments: Sequence[str]) -> int:
    """Raise them and say which; 1 where one that is due can't be raised."""
    parser = ArgumentParser(prog="countersign maintenance", description=__doc__)
    parser.add_argument("what", choices=["generate"])
    parser.parse_args(arguments)
    service = make_writing_service(Settings.read(os.environ))
    with lent_engine(service.settings.database_url) as engine, Session(engine) as session:
        done = raise_due_orders(service, session)
    for number in done.raised:
        sys.stdout.write(f"Raised {number}.\n")
    for title in done.begun:
        sys.stdout.write(f"Began the next cycle of {title}.\n")
    for sentence in done.refused:
        sys.stderr.write(f"{sentence}\n")
    return 1 if done.refused else 0
