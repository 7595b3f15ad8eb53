"""Persons, accounts and roles on both databases: who comes first, who may, what two at once do."""

import json
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app import keys
from app.config import Settings
from app.extensions import db
from app.factory import create_app, make_service
from app.writing import Intent, the_software, write
from audit.models import DeniedAttempt, audit_event
from records.engine import WRITES
from records.errors import RecordNotFoundError
from records.personnel.models import Person, RoleGrant
from records.personnel.queries import roles_held
from records.personnel.states import Role
from signatures.models import Account, AccountState
from tests.cast import as_person
from workflows.authority import AUTHORITY, Permission
from workflows.perform import Reason, RefusedError
from workflows.personnel.commands import (
    change_password,
    disable_account,
    grant_role,
    open_account,
    register_person,
    revoke_role,
    unlock_account,
)
from workflows.personnel.lifecycle import LIFECYCLE
from workflows.personnel.sessions import record_failure

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
WHY = Reason(code="stated", text="Because.")


@pytest.fixture
def service(engine_url, tmp_path):
    keys.create(tmp_path / "keys")
    settings = Settings(
        home=tmp_path, database_url=engine_url, keys_dir=tmp_path / "keys", files_dir=tmp_path / "files"
    )
    return make_service(settings, clock=lambda: AT)


@pytest.fixture
def act(service, engine):
    """A function that carries out one command as somebody, in a transaction of its own."""

    def carry_out(who, command, *arguments, reason=None):
        intent = Intent(who=the_software if who is None else as_person(who).who, reason=reason)
        with Session(engine, expire_on_commit=False) as session:
            return write(service, session, intent, lambda unit: command(unit, *arguments))

    return carry_out


@pytest.fixture
def office(act):
    """A store with a security administrator, S. Patel, and an operator, A. Reyes."""
    act(None, _found)
    act("s.patel", register_person, "A. Reyes", "P-0002")
    act("s.patel", open_account, "P-0002", "a.reyes", "hash")
    act("s.patel", grant_role, "P-0002", Role.OPERATOR)
    return act


def _found(unit):
    register_person(unit, "S. Patel", "P-0001")
    open_account(unit, "P-0001", "s.patel", "hash")
    grant_role(unit, "P-0001", Role.SECURITY_ADMINISTRATOR)


def _reasons(act, *arguments, **settings):
    with pytest.raises(RefusedError) as refused:
        act(*arguments, **settings)
    return refused.value.reasons


def _all(engine, wanted):
    with Session(engine) as session:
        return session.scalars(wanted).all()


def test_lifecycle_names_each_act_once():
    acts = [row.act for row in LIFECYCLE]

    assert sorted(acts) == sorted(set(acts))


@pytest.mark.requirement("P11-10g-1")
def test_only_security_administrators_manage_persons():
    assert AUTHORITY[Permission.PERSON_MANAGE] == {Role.SECURITY_ADMINISTRATOR}


@pytest.mark.requirement("P11-10g-2")
def test_software_makes_the_first_administrator_and_nobody_after(office):
    assert [
        _reasons(office, None, register_person, "E. Extra"),
        _reasons(office, None, open_account, "P-0002", "extra", "hash"),
        _reasons(office, None, grant_role, "P-0002", Role.SECURITY_ADMINISTRATOR),
    ] == [
        ["The store has people already; a security administrator does this, signed in."],
        [
            "The store has people already; a security administrator does this, signed in.",
            "A. Reyes has an account; a person has one.",
        ],
        ["The store has people already; a security administrator does this, signed in."],
    ]


def test_software_grants_the_first_person_no_other_role(act):
    def found(unit):
        register_person(unit, "S. Patel", "P-0001")
        grant_role(unit, "P-0001", Role.QA_REVIEWER)

    assert _reasons(act, None, found) == [
        "The software grants the first security administrator's role and no other."
    ]


@pytest.mark.requirement("P11-10g-1")
def test_operator_manages_nobody_and_each_attempt_is_on_record(office, engine):
    words = "A. Reyes is not authorised to manage persons, accounts and roles."

    assert [
        _reasons(office, "a.reyes", register_person, "E. Extra"),
        _reasons(office, "a.reyes", grant_role, "P-0001", Role.OPERATOR),
        _reasons(office, "a.reyes", disable_account, "s.patel", reason=WHY)[0],
    ] == [[words], [words], words]
    denied = _all(engine, select(DeniedAttempt).order_by(DeniedAttempt.id))
    assert [(row.act, row.person) for row in denied] == [
        ("person.register", "P-0002"),
        ("role.grant", "P-0002"),
        ("account.disable", "P-0002"),
    ]


@pytest.mark.requirement("P11-10g-2")
def test_nobody_grants_a_role_to_themselves(office, engine):
    assert _reasons(office, "s.patel", grant_role, "P-0001", Role.QA_REVIEWER) == [
        "Nobody grants a role to themselves; another security administrator does."
    ]
    assert len(_all(engine, select(RoleGrant).where(RoleGrant.person == "P-0001"))) == 1


def test_role_is_granted_once_revoked_once_and_granted_again(office, engine):
    again = _reasons(office, "s.patel", grant_role, "P-0002", Role.OPERATOR)
    office("s.patel", revoke_role, "P-0002", Role.OPERATOR, reason=WHY)
    twice = _reasons(office, "s.patel", revoke_role, "P-0002", Role.OPERATOR, reason=WHY)
    office("s.patel", grant_role, "P-0002", Role.OPERATOR)

    grants = _all(engine, select(RoleGrant).where(RoleGrant.person == "P-0002").order_by(RoleGrant.id))
    assert (again, twice) == (["A. Reyes is Operator already."], ["A. Reyes is not Operator."])
    assert [(row.revoked_by, row.rev) for row in grants] == [("P-0001", 2), (None, 1)]


def test_roles_are_those_held_at_the_time_asked(office, engine):
    office("s.patel", revoke_role, "P-0002", Role.OPERATOR, reason=WHY)
    before = AT.replace(hour=9)

    with Session(engine) as session:
        held = [roles_held(session, "P-0001", at) for at in (before, AT)]
        revoked = roles_held(session, "P-0002", AT)

    assert (held, revoked) == ([frozenset(), {Role.SECURITY_ADMINISTRATOR}], frozenset())


def test_last_administrator_keeps_the_role(office):
    assert _reasons(office, "s.patel", revoke_role, "P-0001", Role.SECURITY_ADMINISTRATOR, reason=WHY) == [
        "This is the last security administrator; grant the role to somebody else first."
    ]


@pytest.mark.requirement("P11-100a")
def test_person_has_one_account_and_a_disabled_one_still_counts(office):
    office("s.patel", disable_account, "a.reyes", reason=WHY)

    assert _reasons(office, "s.patel", open_account, "P-0002", "a.reyes2", "hash") == [
        "A. Reyes has an account; a person has one."
    ]


@pytest.mark.requirement("P11-300a")
def test_two_at_once_cannot_both_get_a_user_name(office):
    office("s.patel", register_person, "First", "P-0010")
    office("s.patel", register_person, "Second", "P-0011")
    outcomes, start = [], threading.Barrier(2)

    def open_for(number, user_name):
        start.wait()
        try:
            office("s.patel", open_account, number, user_name, "hash")
            outcomes.append("opened")
        except RefusedError as refused:
            outcomes.append(refused.reasons[0])

    hands = [
        threading.Thread(target=open_for, args=args) for args in (("P-0010", "same"), ("P-0011", "SAME"))
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert sorted(outcomes) == ["This user name is or was somebody's; user names are never reused.", "opened"]


def test_two_at_once_get_two_numbers(office, engine):
    start = threading.Barrier(2)

    def register(name):
        start.wait()
        office("s.patel", register_person, name)

    hands = [threading.Thread(target=register, args=(f"Person {count}",)) for count in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    numbers = _all(engine, select(Person.number).order_by(Person.number))
    assert numbers == ["P-0001", "P-0002", "P-0003", "P-0004"]


def test_number_must_be_plain(office):
    assert _reasons(office, "s.patel", register_person, "E. Extra", "P/1") == [
        "Personnel number 'P/1' can't be used: take 1 to 40 letters, digits, '-', '.' or '_', as in 24-118."
    ]


@pytest.mark.requirement("P11-100a")
def test_personnel_number_that_somebody_has_is_refused_and_the_attempt_is_on_record(office, engine):
    assert _reasons(office, "s.patel", register_person, "Double", "P-0002") == [
        "P-0002 is A. Reyes's number. Give another, or none."
    ]
    assert _all(engine, select(DeniedAttempt.act)) == ["person.register"]


@pytest.mark.requirement("ATK-31")
def test_nobody_changes_the_password_of_somebody_else(office, engine):
    assert _reasons(office, "s.patel", change_password, "a.reyes", "planted") == [
        "Only its owner may do this with the account a.reyes."
    ]
    assert _all(engine, select(Account.password_hash).where(Account.user_name == "a.reyes")) == ["hash"]


def test_own_password_ends_that_it_was_issued(office, engine):
    office("a.reyes", change_password, "a.reyes", "own")

    account = _all(engine, select(Account).where(Account.user_name == "a.reyes"))[0]
    assert (account.must_change, account.password_hash, account.password_set_at) == (False, "own", AT)


def test_event_of_a_new_password_tells_that_it_changed_and_not_to_what(office, engine):
    office("a.reyes", change_password, "a.reyes", "own-hash-text")

    body = _all(engine, select(audit_event.c.body).where(audit_event.c.action == "account.password"))[0]
    changed = {item["p"]: (item["o"], item["n"]) for item in json.loads(body)["ch"]}
    assert changed["/must_change"] == (1, 0)
    assert "own-hash-text" not in body


@pytest.mark.requirement("P11-300d")
def test_account_locks_at_the_fifth_failure_and_a_security_administrator_unlocks_it(office, engine):
    states = []
    for _ in range(6):
        office(None, record_failure, "a.reyes")
        states += _all(engine, select(Account.state).where(Account.user_name == "a.reyes"))
    own = _reasons(office, "a.reyes", unlock_account, "a.reyes", reason=WHY)
    software = _reasons(office, None, unlock_account, "a.reyes", reason=WHY)
    office("s.patel", unlock_account, "a.reyes", reason=WHY)

    account = _all(engine, select(Account).where(Account.user_name == "a.reyes"))[0]
    assert states == [AccountState.ACTIVE] * 4 + [AccountState.LOCKED] * 2
    assert own == [
        "A. Reyes is not authorised to manage persons, accounts and roles.",
        "This is your own account; it takes another person.",
    ]
    assert software == ["A security administrator unlocks this account, signed in."]
    assert (account.state, account.failures) == (AccountState.ACTIVE, 0)


@pytest.mark.requirement("P11-300d")
def test_last_administrator_locks_too_and_is_unlocked_from_the_console_with_a_reason(office, engine):
    for _ in range(5):
        office(None, record_failure, "s.patel")
    without = _reasons(office, None, unlock_account, "s.patel")
    office(None, unlock_account, "s.patel", reason=WHY)

    account = _all(engine, select(Account).where(Account.user_name == "s.patel"))[0]
    assert (without, account.state) == (["A reason is needed to unlock the account."], AccountState.ACTIVE)


def test_unknown_person_and_account_are_named(office):
    with pytest.raises(RecordNotFoundError, match=r"There is no person P-9\. Check the number\."):
        office("s.patel", grant_role, "P-9", Role.OPERATOR)
    with pytest.raises(RecordNotFoundError, match=r"There is no account nobody\. Check the number\."):
        office("s.patel", disable_account, "nobody", reason=WHY)


def test_act_that_breaks_off_leaves_nothing(office, engine):
    def half(unit):
        register_person(unit, "H. Half", "P-0050")
        msg = "broken off"
        raise OSError(msg)

    with pytest.raises(OSError, match="broken off"):
        office("s.patel", half)

    assert _all(engine, select(Person.number).where(Person.number == "P-0050")) == []


def test_sessions_of_the_application_begin_to_write_as_the_engine_says(service):
    app = create_app(service.settings)
    said = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: said.append(arguments[2]))
        db.session.connection(execution_options=WRITES)
        if not service.settings.is_sqlite:
            said.append(db.session.scalar(text("SHOW synchronous_commit")))
        db.session.remove()
        db.engine.dispose()

    assert said[-1] == ("BEGIN IMMEDIATE" if service.settings.is_sqlite else "on")
