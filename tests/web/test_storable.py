"""A NUL character in a request is refused by a sentence on every route, on both engines."""

import io

import pytest
from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter

from app.extensions import db
from app.http import EXTENSION
from app.writing import write
from audit.models import DeniedAttempt
from tests.bare_batch import add_batch
from tests.cast import as_person
from tests.web.conftest import NOW, Browser

NUL = "a\0b"
CODE = "%00"
ADDRESS = "The address holds a NUL character, and nothing here is called so. Check the link."
TO_A_PROGRAM = {"Accept": "application/json"}
SENT = "What was sent holds a character that is no text (NUL, or half of a character)."


@pytest.fixture
def novak(served):
    """A supervisor's browser: it opens most pages."""
    browser = Browser(served)
    browser.sign_in("t.novak")
    return browser


@pytest.fixture
def batch(served):
    """The number of a batch that is there."""
    with served.app_context():
        session = db.session()
        write(
            served.extensions[EXTENSION],
            session,
            as_person("t.novak"),
            lambda unit: add_batch(unit, "TB-0001", NOW),
        )
    return "TB-0001"


def addresses(app, text):
    """Yield method and address of every route, with the text wherever the address takes any."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: _value(converter, text) for name, converter in rule._converters.items()}
        method = "POST" if "POST" in rule.methods else "GET"
        yield method, adapter.build(rule.endpoint, values, method)


def _value(converter, text):
    """A value that an address takes: the text itself where it takes any."""
    if isinstance(converter, IntegerConverter):
        return 1
    return min(converter.items) if isinstance(converter, AnyConverter) else text


def attempts(app):
    with app.app_context():
        return list(db.session.scalars(select(DeniedAttempt).order_by(DeniedAttempt.id)))


@pytest.mark.requirement("P11-10e-1")
def test_nul_in_any_address_query_or_form_is_refused_by_a_sentence(served, novak):
    client, wrong = novak.client, []
    for method, address in addresses(served, NUL):
        if CODE in address:
            answer = client.open(address, method=method)
            told = (answer.status_code, ADDRESS in answer.text)
            wrong += [] if told == (404, True) else [(method, address, told)]
    for method, address in addresses(served, "none-such"):
        answers = [client.open(f"{address}?q={CODE}", method=method)]
        if method == "POST":
            answers += [client.post(address, data=sent) for sent in ({"a": NUL}, {NUL: "a"})]
            answers.append(client.post(address, json={"a": [{"b": NUL}]}))
        told = [(answer.status_code, SENT in answer.text) for answer in answers]
        wrong += [] if set(told) == {(400, True)} else [(method, address, told)]

    assert wrong == []


def test_nul_or_half_a_character_in_json_or_a_file_name_is_refused_and_the_content_of_a_file_is_not(served):
    browser = Browser(served)
    browser.sign_in("a.reyes")
    browser.page("/acts")
    halved = browser.client.post(
        "/acts/note", data='{"note": "\\ud800"}', content_type="application/json", headers=TO_A_PROGRAM
    )
    named, held = (
        browser.client.post(
            "/acts/note",
            data={"csrf_token": browser.csrf_token, "file": (io.BytesIO(b"\0"), name)},
            headers=TO_A_PROGRAM,
        )
        for name in (NUL, "photo")
    )

    assert (halved.status_code, halved.mimetype) == (400, "application/problem+json")
    assert SENT in halved.json["refusals"][0]
    assert (named.status_code, held.status_code) == (400, 422)


@pytest.mark.requirement("P11-10e-1")
def test_nul_sent_to_a_batch_is_on_record_as_an_attempt(served, novak, batch):
    novak.post(f"/batches/{batch}/hold", {"reason": NUL, "password": NUL})
    novak.post(f"/batches/{batch}/steps/{CODE}/1/values", {"value": "1"})
    novak.client.post(f"/batches/{batch}/hold", data='{"reason": "\\ud800"}', content_type="application/json")
    novak.post(f"/batches/{batch}{CODE}/hold", {})

    told = [(row.target, row.act, row.part, row.submitted) for row in attempts(served)]
    assert told == [
        (f"batch/{batch}", "hold", None, '{"reason": ["a\\u0000b"]}'),
        (f"batch/{batch}", "enter", "\N{SYMBOL FOR NULL}/1", '{"value": ["1"]}'),
        (f"batch/{batch}", "hold", None, '{"reason": "\\ud800"}'),
    ]
