"""A whole batch by its pages alone: every form as the page gives it, to the last signature."""

import pytest
from sqlalchemy import select

from records.execution.models import BatchException, Entry, StepRun
from records.execution.states import CLOSED
from records.material.models import MaterialLot
from signatures.models import Signature
from tests.cast import PASSWORD
from tests.web.floor import (  # noqa: F401 -- fixtures
    PREMIX,
    clock,
    stage,
    stages,
    store_url,
)

NUMBERS = {"speed": "20", "temperature": "21.5", "load": "8.0", "drums": "2", "output": "99.500"}
SHOWN = ("seen_part", "seen_content", "seen_rendering", "nonce")


class Form:
    """The form of a step's card: where it goes and what it holds."""

    def __init__(self, page, wanted):
        self.action, self.fields, self.kinds = "", {}, {}
        inside = False
        for tag, attrs in page.tags:
            if tag == "form":
                inside = wanted(attrs)
                self.action = attrs["action"] if inside else self.action
            elif inside and tag in {"input", "textarea"} and attrs.get("name"):
                self.kinds[attrs["name"]] = attrs.get("type", tag)
                if attrs.get("type") == "hidden":
                    self.fields[attrs["name"]] = attrs["value"]


def answered(form):
    """What an operator gives: the form's own fields, and a plausible value in the one input."""
    name = form.fields["name"]
    if form.kinds.get("value") == "hidden":
        return form.fields
    if name.startswith("lot_"):
        return {**form.fields, "value": f"LOT:26-9{name[5:]}", "value_source": "scan"}
    if name.startswith("quantity_"):
        return {**form.fields, "value": "10.000"}
    if form.kinds["value"] == "radio":
        return {**form.fields, "value": "white" if name == "colour" else "yes"}
    return {**form.fields, "value": NUMBERS.get(name, "none")}


def next_page(browser):
    answer = browser.get(f"/batches/{PREMIX}/execute")
    return browser.follow(answer) if answer.status_code == 303 else None


@pytest.mark.requirement("G-188b11")
def test_batch_of_premix_is_carried_out_by_its_pages(browser_of, store):
    reyes, lindqvist = browser_of("a.reyes"), browser_of("m.lindqvist")
    for _ in range(60):
        page = next_page(reyes)
        form = Form(page, lambda attrs: attrs.get("id") == "step-form")
        if not form.action:
            break
        assert reyes.post(form.action, answered(form)).status_code == 303
    for browser, user_name in ((reyes, "a.reyes"), (lindqvist, "m.lindqvist")):
        page = next_page(browser)
        form = Form(page, lambda attrs: attrs.get("action", "").endswith(("/perform", "/verify")))
        signed = {name: form.fields[name] for name in SHOWN} | {"user_name": user_name, "password": PASSWORD}
        assert browser.post(form.action, signed).status_code == 303

    of_batch = f"batch/{PREMIX}"
    runs = store.scalars(select(StepRun).where(StepRun.stream == of_batch)).all()
    signatures = store.scalars(
        select(Signature.meaning).where(Signature.stream == of_batch, Signature.part == "3.1/1")
    ).all()
    balances = store.scalars(select(MaterialLot.balance).where(MaterialLot.number.like("26-9%"))).all()
    assert (len(runs), {run.state for run in runs} <= CLOSED) == (31, True)
    assert signatures == ["performed", "verified"]
    assert [f"{balance:f}" for balance in balances] == ["20.000"] * 10
    assert store.scalars(select(BatchException.number).where(BatchException.stream == of_batch)).all() == []
    assert len(store.scalars(select(Entry.id).where(Entry.stream == of_batch)).all()) == 41
    assert "Every step is closed" in reyes.page(f"/batches/{PREMIX}/execute").text
