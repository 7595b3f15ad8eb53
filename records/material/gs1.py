"""Read the codes of GS1 labels: GTIN, lot, last day of use, serial (GS1 General Specifications 3, 7.8). Pure.

A code is a row of fields, each an application identifier and its data. Some have a length of their own; the
others end with a separator (FNC1, which scanners send as the control character GS) or with the code.
Identifiers that nothing here asks for are passed over.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from records.errors import DomainError

SEPARATOR = "<GS>"
"""GS1's separator as the record keeps it: a control character is not seen in print."""
_GS = "\u001d"
_SYMBOLOGIES = ("]C1", "]d2", "]e0", "]Q3", "]J1")
"""What a scanner puts before a GS1-128, DataMatrix, DataBar, QR or DotCode, where it is set to."""
_GTIN, _LOT, _EXPIRY, _SERIAL = "01", "10", "17", "21"
_NAMES = {_GTIN: "GTIN", _LOT: "lot", _EXPIRY: "last day of use", _SERIAL: "serial number"}
_LONGEST = 20
_LENGTHS = (
    {"00": 18, "01": 14, "02": 14, "03": 14, "04": 16, "20": 2, "41": 13}
    | {f"1{digit}": 6 for digit in "123456789"}
    | {f"3{digit}": 8 for digit in "123456"}
)
"""Characters after the identifier's first two digits, where no separator follows (figure 7.8.5-2)."""
_BRACKETED = re.compile(r"\((\d{2,4})\)")
_BARE = re.compile(r"01(\d{14})(?:(?:1[0-9]|21|3[0-9]|9[0-9]).+)?")
_DATA = re.compile(r"[!\"%-?A-Z_a-z]+")


class Gs1Error(DomainError):
    """A code that begins as a GS1 code and can't be read as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gs1Label:
    """What a GS1 code says of the thing it is on."""

    gtin: str = ""
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""
    text: str = ""
    """The fields as people read them: ``(01)09506000134352(10)AB-12``."""


def visible(raw: str) -> str:
    """Return a code with its separators as the record keeps them."""
    return raw.replace(_GS, SEPARATOR)


def is_gs1(raw: str) -> bool:
    """Tell whether a code is meant as GS1's: by its mark, a separator, brackets, or a GTIN that adds up."""
    text = visible(raw).strip()
    if text.startswith((*_SYMBOLOGIES, SEPARATOR)) or _BRACKETED.match(text):
        return True
    bare = _BARE.fullmatch(text)
    return bare is not None and _adds_up(bare[1])


def read_gs1(raw: str, today: date) -> Gs1Label:
    """Return what a GS1 code says; raises Gs1Error. `today` decides the century of its date."""
    text = visible(raw).strip().replace(SEPARATOR, _GS)
    mark = next((one for one in _SYMBOLOGIES if text.startswith(one)), "")
    text = text.removeprefix(mark).strip(_GS)
    if not text:
        _refuse("it is empty")
    fields = _bracketed(text) if _BRACKETED.match(text) else _elements(text)
    found: dict[str, str] = {}
    for identifier, data in fields:
        if found.setdefault(identifier, data) != data:
            _refuse(f"({identifier}) stands in it twice, as {found[identifier]} and as {data}")
    _check(found)
    return Gs1Label(
        gtin=found.get(_GTIN, ""),
        lot=found.get(_LOT, ""),
        expires_on=_day(found[_EXPIRY], today) if _EXPIRY in found else None,
        serial=found.get(_SERIAL, ""),
        text="".join(f"({identifier}){data}" for identifier, data in fields),
    )


def _elements(text: str) -> list[tuple[str, str]]:
    """Return the fields of a code as it is scanned."""
    found, rest = [], text
    while rest:
        identifier = rest[:2]
        if not (len(identifier) == 2 and identifier.isascii() and identifier.isdigit()):
            _refuse(f"{rest[:12]} begins with no application identifier")
        length = _LENGTHS.get(identifier)
        data, separator, after = rest[2:].partition(_GS)
        if length is not None:
            data, after = rest[2:][:length], rest[2:][length:].removeprefix(_GS)
            if len(data) < length or _GS in data:
                _refuse(f"({identifier}) takes {length} characters; {data or 'nothing'} follows")
        elif not data:
            _refuse(f"nothing follows ({identifier})")
        found.append((identifier, data))
        rest = after if separator or length is not None else ""
    return found


def _bracketed(text: str) -> list[tuple[str, str]]:
    """Return the fields of a code as it stands in letters below the bars."""
    parts = _BRACKETED.split(text)[1:]
    return [(identifier, data.strip(_GS)) for identifier, data in zip(parts[::2], parts[1::2], strict=True)]


def _check(found: dict[str, str]) -> None:
    for identifier in (_LOT, _SERIAL):
        data = found.get(identifier)
        if data is None:
            continue
        if len(data) > _LONGEST:
            _refuse(
                f"its {_NAMES[identifier]} ({identifier}) has {len(data)} characters, at most {_LONGEST} are "
                "allowed; the separator after it may be lost"
            )
        if not _DATA.fullmatch(data):
            _refuse(f"its {_NAMES[identifier]} ({identifier}) holds what no GS1 code may hold")
    gtin = found.get(_GTIN)
    if gtin is not None and not _adds_up(gtin):
        _refuse(f"the check digit of its GTIN (01) {gtin} is wrong")


def _adds_up(gtin: str) -> bool:
    """Tell whether a GTIN of 14 digits has the check digit it must have (GS1 7.9.1)."""
    if not re.fullmatch(r"[0-9]{14}", gtin):
        return False
    return sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(gtin)) % 10 == 0


def _day(data: str, today: date) -> date:
    """Return a date of six digits; day 00 is the month's last, and the year is the nearest (GS1 7.12)."""
    if not re.fullmatch(r"[0-9]{6}", data):
        _refuse(f"its last day of use (17) {data} is no date")
    year, month, day = int(data[:2]), int(data[2:4]), int(data[4:])
    year += today.year // 100 * 100
    year += 100 if year - today.year < -49 else -100 if year - today.year > 50 else 0
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        _refuse(f"its last day of use (17) {data} is no date")


def _refuse(why: str) -> NoReturn:
    msg = f"The GS1 code can't be read: {why}. Scan it again, or scan our own label."
    raise Gs1Error(msg)
