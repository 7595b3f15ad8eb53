"""`countersign demo load`: the demo site's story in an empty store, told once, and its accounts."""

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.config import Settings, SettingsError
from app.demo.cast import CAST
from app.factory import make_writing_service
from app.whole_files import write_once
from records.engine import lent_engine
from records.site.models import Site
from signatures.passwords import one_time_password

_PASSWORD = "demo-password"  # noqa: S105 -- a file's name
_LOADED = "demo-loaded"


def main(arguments: Sequence[str]) -> int:
    """Load the demo unless it is there, and print its accounts."""
    parser = ArgumentParser(prog="countersign demo", description=__doc__)
    parser.add_argument("what", choices=["load"])
    parser.parse_args(arguments)
    settings = Settings.read(os.environ)
    if not settings.demo:
        msg = "Demo data is loaded and served with COUNTERSIGN_DEMO=1 only, never beside regulated records."
        raise SettingsError(msg)
    load(settings)
    sys.stdout.write(accounts(settings))
    return 0


def load(settings: Settings) -> None:
    """Tell the story into an empty store; raises SettingsError where an earlier telling broke off."""
    if _is_loaded(settings):
        return
    from app.demo.story import load as tell  # noqa: PLC0415 -- only the first start pays for the whole story

    service = make_writing_service(settings)
    sys.stdout.write("Loading the demo site: five batches, told act by act …\n")
    sys.stdout.flush()
    began = time.monotonic()
    tell(service, password(settings), service.clock())
    write_once(settings.home / _LOADED, service.code)
    sys.stdout.write(f"Loaded in {time.monotonic() - began:.0f} s.\n")


def password(settings: Settings) -> str:
    """Return the demo accounts' password: random, the same for all, kept beside the store."""
    path = settings.home / _PASSWORD
    write_once(path, one_time_password())
    return path.read_text(encoding="ascii").strip()


def accounts(settings: Settings) -> str:
    """Return the demo's accounts as the start prints them."""
    lines = [
        f"  {member.user_name:<12} {', '.join(role.title for role in member.roles):<24} {member.first_page}"
        for member in CAST
    ]
    head = (
        f"Demo accounts, each with the password {password(settings)} (user name, role, page to open first):"
    )
    return "\n".join([head, *lines, ""])


def _is_loaded(settings: Settings) -> bool:
    with lent_engine(settings.database_url) as engine:
        if not settings.keys_dir.is_dir() or not inspect(engine).has_table(Site.__tablename__):
            msg = "There is no store yet. Run `countersign init`, then `countersign demo load`."
            raise SettingsError(msg)
        with Session(engine) as session:
            there = session.scalar(select(Site.holds_demo_data))
    if there and not (settings.home / _LOADED).exists():
        msg = f"Loading the demo broke off before. Remove {settings.home} and start again."
        raise SettingsError(msg)
    return bool(there)
