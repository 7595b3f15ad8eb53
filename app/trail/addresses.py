"""Where each kind of record is read: from a stream such as ``batch/TB-0771`` to the address of its page."""

from flask import url_for

from app.names import record_address


def address_of(stream: str) -> str:
    """Return the page of a record named by its stream; "" where it has none."""
    kind, _, number = stream.removeprefix("denied/").partition("/")
    if kind == "master" and "." in number:
        code, _, version = number.rpartition(".")
        return url_for("master.show", code=code, version=version)
    if kind == "plan" and number.rpartition(".")[2].isdecimal():
        code, _, version = number.rpartition(".")
        return url_for("maintenance.show_plan", code=code, version=int(version))
    if kind in _PAGES:
        return url_for(_PAGES[kind], number=number)
    return record_address(f"{kind}/{number}")


_PAGES = {
    "batch": "batch.show",
    "order": "order.show",
    "investigation": "investigation.show",
    "work-order": "work_order.show",
}
