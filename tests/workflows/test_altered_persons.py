"""What was altered in the database about a person acts for nobody, and no later event covers it up."""

import pytest
from sqlalchemy.orm import Session

from app.trail.verification import verify
from audit.findings import Verdict
from records.personnel.states import Role
from signatures.models import Account
from tests.ledger import AT, LedgerStore
from workflows.authority import SYSTEM
from workflows.perform import AlteredError
from workflows.personnel.commands import grant_role, open_account, register_person, unlock_account
from workflows.personnel.integrity import refuse_altered
from workflows.personnel.sessions import record_failure

ACCOUNT = "s.patel"


@pytest.fixture
def people(store: LedgerStore) -> LedgerStore:
    """A store with one person, who administers it."""
    with store.work(actor=SYSTEM) as work:
        register_person(work, "S. Patel", "P-1")
        open_account(work, "P-1", "s.patel", "argon2:right")
        grant_role(work, "P-1", Role.SECURITY_ADMINISTRATOR)
    store.drop_guards()
    return store


def check(store: LedgerStore, account: str = ACCOUNT) -> None:
    with Session(store.engine) as session:
        refuse_altered(session, store.ledger, account)


def reasons(store: LedgerStore) -> list[str]:
    with pytest.raises(AlteredError) as caught:
        check(store)
    assert caught.value.stream == f"account/{ACCOUNT}"
    assert caught.value.reasons[0] == (
        "What is stored of the account s.patel and its person is not what the audit trail tells, so nothing "
        "is done in this name. Tell the security administrator and the quality unit."
    )
    return caught.value.reasons[1:]


GRANT = (
    "INSERT INTO role_grant (person, role, granted_at, granted_by, stream, rev) VALUES "
    "('P-1', 'qa_reviewer', '2026-11-01T00:00:00.000000Z', 'system', '{}', 1)"
)
WITHOUT_EVENT = "role_grant {} is there, but no event tells where it came from"
ROWS = (
    ("UPDATE account SET failures = 9", "account 1 has 9 in column failures, its events left 0"),
    (
        "UPDATE account SET failures = 0, password_hash = 'forged'",
        "account 1 is not as its last event left it",
    ),
    ("UPDATE account SET rev = rev + 1", "account 1 has 2 in column rev, its events left 1"),
    ("UPDATE person SET printed_name = 'H. Brandt'", "person 1 has 'H. Brandt' in column printed_name"),
    ("UPDATE role_grant SET role = 'operator'", "role_grant 1 has 'operator' in column role"),
    (GRANT.format("person/P-1"), WITHOUT_EVENT.format(2)),
    (GRANT.format("person/P-9"), WITHOUT_EVENT.format(3)),
    ("DELETE FROM role_grant WHERE id = 1", "role_grant 1 is gone, though events tell of it"),
    ("UPDATE stream_head SET seq = 7 WHERE stream = 'account/s.patel'", "its head is event 7"),
)
EVENTS = (
    ("UPDATE audit_event SET mac = event_hash WHERE action = 'role.grant'", "was not authenticated"),
    ("UPDATE audit_event SET ts = '2026-11-01' WHERE stream = 'account/s.patel'", "Its column ts says"),
)


@pytest.mark.requirement("ATK-01", "P11-10g-1", "P11-300d")
@pytest.mark.parametrize(("forged", "known_whole"), [(ROWS, True), (EVENTS, False)])
def test_altered_person_role_or_account_is_refused(people, forged, known_whole):
    if known_whole:
        check(people)
    for statement, words in forged:
        people.run(statement)

        found = " ".join(reasons(people))

        assert words in found
        assert "forged" not in found


@pytest.mark.requirement("ATK-01", "P11-300d")
def test_failed_attempt_or_an_unlock_does_not_cover_up_a_forged_password(people):
    people.run("UPDATE account SET password_hash = 'argon2:forged'")

    for act in (record_failure, unlock_account):
        with pytest.raises(AlteredError), people.work(AT, actor=SYSTEM) as work:
            act(work, ACCOUNT)

    assert verify(people.evidence).verdict is Verdict.FAIL
    with Session(people.engine) as session:
        assert session.query(Account).one().failures == 0


def test_account_that_went_on_by_the_write_path_is_whole(people):
    with people.work(AT, actor=SYSTEM) as work:
        record_failure(work, ACCOUNT)

    check(people)
    check(people, "nobody")
