"""Every list that leaves as a file is one event: who, which list, how narrowed, how many rows, its digest."""

import csv
import io
from hashlib import sha256

import pytest
from sqlalchemy import select

from app.extensions import db
from audit.models import ExportedList, audit_event
from tests.cast import CAST
from tests.web.conftest import Browser
from workflows.authority import AUTHORITY


def lists(app):
    """Address and permission of every list that leaves as a file, without those of one master or policy."""
    for rule in app.url_map.iter_rules():
        if rule.rule.endswith(".csv") and not rule.arguments and rule.endpoint != "training.export_matrix":
            yield rule.rule, app.view_functions[rule.endpoint].permission


def left(app):
    with app.app_context():
        rows = db.session.scalars(select(ExportedList).order_by(ExportedList.id)).all()
        told = [(row.name, row.asked, row.row_count, row.sha256, row.exported_by) for row in rows]
        events = db.session.execute(
            select(audit_event.c.stream, audit_event.c.actor_id)
            .where(audit_event.c.action == "record.export")
            .order_by(audit_event.c.id)
        )
        return told, [tuple(event) for event in events]


@pytest.mark.requirement("P11-10b-1", "P11-10e-1")
def test_every_list_that_leaves_is_one_event(served):
    expected, browsers = [], {}
    for address, permission in lists(served):
        user_name = next(name for name in CAST if set(CAST[name].roles) & AUTHORITY[permission])
        if user_name not in browsers:
            browsers[user_name] = Browser(served)
            browsers[user_name].sign_in(user_name)
        answer = browsers[user_name].get(f"{address}?q=a+b")
        assert (answer.status_code, answer.mimetype) == (200, "text/csv"), (address, answer.text)
        browsers[user_name].client.head(address)
        rows = len(list(csv.reader(io.StringIO(answer.text)))) - 1
        expected.append((address, "q=a b", rows, sha256(answer.data).hexdigest(), CAST[user_name].number))
    told, events = left(served)

    assert len(told) >= 8
    assert told == expected
    assert events == [(f"list{address}", person) for address, *_rest, person in expected]


def test_list_that_is_refused_is_no_export(served):
    browser = Browser(served)
    browser.sign_in("a.reyes")

    assert (browser.get("/people.csv").status_code, left(served)) == (403, ([], []))
