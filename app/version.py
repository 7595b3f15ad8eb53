"""Which software this is: product, version and build, as every event, page and print names it."""

from functools import cache
from importlib.metadata import version
from pathlib import Path

_REPOSITORY = Path(__file__).parents[1] / ".git"
_SHORT = 12


@cache
def code() -> str:
    """Return product, version and, in a working copy, the commit it was started from."""
    build = _commit()
    return f"countersign {version('countersign')}" + (f" ({build[:_SHORT]})" if build else "")


def _commit() -> str | None:
    """Read the commit from git's own files; None outside a working copy."""
    head = _read(_REPOSITORY / "HEAD")
    if head is None or not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    return _read(_REPOSITORY / name) or _packed(name)


def _packed(name: str) -> str | None:
    lines = (_read(_REPOSITORY / "packed-refs") or "").splitlines()
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="ascii").strip() if path.is_file() else None
