"""The master files that ship with the product, and the small one of the format's description."""

import functools
import re
from pathlib import Path

from app.procedure.loader import LintedMaster, lint_master, load_master
from records.procedure.definition import Procedure

FOLDER = Path("app/demo/masters")
FILES = ("mbr-0042.yaml", "mbr-0107.yaml", "mbr-9000.yaml", "mmr-0311.yaml")


@functools.cache
def linted(name: str) -> LintedMaster:
    return lint_master((FOLDER / name).read_bytes(), name)


def master(name: str) -> Procedure:
    return linted(name).procedure


@functools.cache
def small_text() -> str:
    """The worked example of docs/master-format.md."""
    document = Path("docs/master-format.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", document, re.DOTALL)
    assert found is not None
    return found[1]


def small_with(*changes: tuple[str, str]) -> str:
    """The worked example with pieces of its text replaced; each piece must stand there once."""
    text = small_text()
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def small() -> Procedure:
    return load_master(small_text(), "small.yaml")
