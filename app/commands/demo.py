"""`countersign demo load`: tell the demo site's story into an empty store, and name its people."""

import os
import secrets
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.demo.cast import CAST
from app.demo.story import load
from app.factory import make_service
from app.service import Service
from records.engine import make_engine
from records.site.models import Site

_PASSWORD_FILE = "demo-password"  # noqa: S105 -- a file's name
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "jetty", "knoll", "larch")


def main(arguments: Sequence[str]) -> int:
    """Load the demo once; run again, name the people it has."""
    parser = ArgumentParser(prog="countersign demo", description=__doc__)
    parser.add_argument("what", choices=["load"], help="load the demo site")
    parser.parse_args(arguments)
    service = make_service(Settings.read(os.environ))
    password = _password(service.settings.home / _PASSWORD_FILE)
    if _holds_demo(service):
        sys.stdout.write("The store holds the demo site already.\n")
    else:
        started = time.perf_counter()
        load(service, password, service.clock())
        sys.stdout.write(f"Alder Ridge is loaded ({time.perf_counter() - started:.0f} s).\n")
    sys.stdout.write(_people(password, os.environ.get("PORT", "8000")))
    return 0


def _holds_demo(service: Service) -> bool:
    engine = make_engine(service.settings.database_url)
    with Session(engine) as session:
        found = bool(session.scalar(select(Site.holds_demo_data)))
    engine.dispose()
    return found


def _password(path: Path) -> str:
    """Return the demo people's password, made once for this store and readable by its owner alone."""
    if not path.is_file():
        words = [secrets.choice(_WORDS) for _ in range(3)]
        path.touch(mode=0o600)
        path.write_text(f"{'-'.join(words)}-{secrets.randbelow(90) + 10}\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _people(password: str, port: str) -> str:
    width = max(len(member.user_name) for member in CAST)
    lines = ["", f"Demo accounts, all with the password  {password}", ""]
    for member in CAST:
        titles = ", ".join(role.title for role in member.roles)
        lines.append(f"  {member.user_name:<{width}}  {titles:<24} http://127.0.0.1:{port}{member.first_page}")
    return "\n".join([*lines, "", "Demo data: invented people and records; never make a product from it.", ""])
