"""The small master of the tests as a value, without any database."""

import functools
from pathlib import Path

from app.procedure.loader import load_master
from records.procedure.definition import Procedure

FILE = Path(__file__).parents[1] / "buffer.yaml"


@functools.cache
def buffer_master() -> Procedure:
    return load_master(FILE.read_text(encoding="utf-8"), FILE.name)
