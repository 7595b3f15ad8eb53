"""One act, one transaction: tried again after a race, never after anything else; and HTTP on PostgreSQL."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config import Settings
from app.extensions import db
from app.factory import create_app, make_service
from app.writing import TRIES, Intent, write
from audit.chain import HeadMovedError
from audit.models import DeniedAttempt, audit_event
from records.engine import make_engine
from records.personnel.models import Person
from signatures.models import Signature
from tests.cast import as_person, bind_cast, register_cast
from tests.web import acts
from tests.web.conftest import Browser, MovableClock
from workflows.perform import RefusedError
from workflows.personnel.commands import register_person


@pytest.fixture
def service(store_url, keys_dir, tmp_path, clock):
    return make_service(_settings(store_url, keys_dir, tmp_path), clock)


@pytest.fixture
def postgresql_app(postgresql_databases, keys_dir, tmp_path):
    with postgresql_databases.migrated() as url:
        settings = _settings(url, keys_dir, tmp_path)
        engine = make_engine(url)
        clock = MovableClock()
        with Session(engine) as session:
            register_cast(make_service(settings, clock), session)
            bind_cast(make_service(settings, clock), session)
        engine.dispose()
        app = create_app(settings, clock)
        app.register_blueprint(acts.pages)
        yield app
        with app.app_context():
            db.engine.dispose()


def _settings(url, keys_dir, home):
    return Settings(home=home, database_url=url, keys_dir=keys_dir, files_dir=home / "files", demo=True)


def _counting(failures, error):
    """An act that registers a person, and breaks off with the error in its first tries."""
    tries = []

    def act(unit):
        register_person(unit, "N. Newton")
        tries.append(unit.tx)
        if len(tries) <= failures:
            raise error
        return len(tries)

    return act, tries


def _persons(store):
    store.rollback()
    return store.scalar(select(func.count(Person.id)))


def test_act_is_tried_again_after_another_transaction_moved_a_head(service, store):
    before = _persons(store)
    act, tries = _counting(TRIES - 1, HeadMovedError("person/P-0015"))

    result = write(service, store, as_person("s.patel"), act)

    assert (result, len(set(tries)), _persons(store)) == (TRIES, TRIES, before + 1)


def test_act_is_given_up_after_three_tries_and_leaves_nothing(service, store):
    before = _persons(store)
    act, tries = _counting(TRIES, HeadMovedError("person/P-0015"))

    with pytest.raises(HeadMovedError):
        write(service, store, as_person("s.patel"), act)

    assert (len(tries), _persons(store)) == (TRIES, before)


def test_number_taken_in_between_is_a_race(service, store):
    act, tries = _counting(1, IntegrityError("insert", {}, ValueError("taken")))

    write(service, store, as_person("s.patel"), act)

    assert len(tries) == 2


@pytest.mark.parametrize("error", [OSError("disk"), ValueError("ours")])
def test_fault_is_not_tried_again(service, store, error):
    act, tries = _counting(1, error)

    with pytest.raises(type(error)):
        write(service, store, as_person("s.patel"), act)

    assert len(tries) == 1


def test_refusal_is_not_tried_again_and_is_on_record_once(service, store):
    before = _persons(store)
    act, tries = _counting(1, RefusedError(["No."], act="test", stream="person/P-0001"))
    intent = Intent(who=as_person("s.patel").who, submitted='{"a": 1}')

    with pytest.raises(RefusedError):
        write(service, store, intent, act)

    denied = store.scalars(select(DeniedAttempt).where(DeniedAttempt.act == "test")).all()
    assert ([row.submitted for row in denied], len(tries), _persons(store)) == (['{"a": 1}'], 1, before)


@pytest.mark.requirement("P11-10f-1")
def test_double_click_on_postgresql_is_one_execution(postgresql_app):
    browser = Browser(postgresql_app)
    browser.sign_in("a.reyes")
    browser.page("/acts")
    cookie, key = browser.client.get_cookie("countersign").value, uuid4().hex
    answers, start = [], threading.Barrier(4)

    def click():
        hand = Browser(postgresql_app)
        hand.client.set_cookie("countersign", cookie)
        hand.csrf_token = browser.csrf_token
        start.wait()
        answers.append(hand.post("/acts/note", {"note": "yes"}, key=key).status_code)

    hands = [threading.Thread(target=click) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    with postgresql_app.app_context():
        notes = db.session.scalar(
            select(func.count()).select_from(audit_event).where(audit_event.c.action == "person.change")
        )
    assert (answers, notes) == ([303] * 4, 1)


def test_signing_on_postgresql(postgresql_app):
    browser = Browser(postgresql_app)
    browser.sign_in("h.brandt")
    first = browser.sign("/acts/sign", browser.page("/acts"), user_name="h.brandt", json=True)
    second = browser.sign("/acts/sign", browser.page("/acts"), json=True)
    handed_over = browser.sign("/acts/second", browser.page("/acts"), user_name="d.moreau", json=True)

    with postgresql_app.app_context():
        of_record = select(Signature.signer).where(Signature.stream == acts.STREAM)
        signers = db.session.scalars(of_record.order_by(Signature.id)).all()
    assert [answer.status_code for answer in (first, second, handed_over)] == [200] * 3
    assert signers == ["P-0007", "P-0007", "P-0008"]
