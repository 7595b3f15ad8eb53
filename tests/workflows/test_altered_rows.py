"""A row altered in the database, behind the software's back: no later act about it covers that up."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.trail.verification import verify
from audit.events import Action
from audit.findings import Verdict
from records.personnel.models import Person, RoleGrant
from records.personnel.states import Role
from tests.factories import BATCH, BRANDT, DUBOIS, LOT, NOVAK
from tests.ledger import LedgerStore
from workflows.authority import SYSTEM
from workflows.batch import commands as batches
from workflows.batch import execution_owner
from workflows.execution import signoff
from workflows.material.commands import adjust_lot
from workflows.perform import AlteredError
from workflows.personnel.commands import grant_role, register_person
from workflows.review import commands as reviews

pytest_plugins = ("tests.stages",)
SENTENCE = (
    "role_grant 1 of person/P-1 was altered outside this software: what is stored is not what the audit "
    "trail tells, so nothing is done with it. Run countersign verify --record person/P-1, and "
    "tell the quality unit."
)


@pytest.fixture
def people(store: LedgerStore) -> LedgerStore:
    """A store with one person who holds a role, and without guards."""
    with store.work(actor=SYSTEM) as work:
        register_person(work, "H. Brandt", "P-1")
        grant_role(work, "P-1", Role.SECURITY_ADMINISTRATOR)
    store.drop_guards()
    return store


def row_of(store, model):
    with store.work() as work:
        return work.session.scalars(select(model)).one()


def revoke(store):
    grant = row_of(store, RoleGrant)
    store.change(lambda changes: changes.update(grant, Action.ROLE_REVOKE, revoked_by="P-2"), grant.stream)


def rename(store):
    person = row_of(store, Person)
    store.change(
        lambda changes: changes.update(person, Action.PERSON_CHANGE, printed_name="X"), person.stream
    )


def note(store):
    person = row_of(store, Person)
    store.change(lambda changes: changes.note(person, Action.LOGIN), person.stream)


ALTERED = (
    ("role_grant", "granted_by = 'P-9'", "granted_by = 'system'", revoke),
    ("role_grant", "rev = 2", "rev = 1", revoke),
    ("person", "state = 'left'", "state = 'active'", rename),
    ("person", "printed_name = 'A. Reyes'", "printed_name = 'H. Brandt'", rename),
    ("person", "printed_name = 'A. Reyes'", "printed_name = 'H. Brandt'", note),
)


@pytest.mark.requirement("ATK-01", "P11-10e-5")
def test_no_act_about_an_altered_row_covers_it_up(people):
    told = []
    for table, altered, restored, act in ALTERED:
        people.run(f"UPDATE {table} SET {altered}")  # noqa: S608 -- the test's own
        with pytest.raises(AlteredError) as caught:
            act(people)
        told += caught.value.reasons
        assert (caught.value.stream, verify(people.evidence).verdict) == ("person/P-1", Verdict.FAIL)
        people.run(f"UPDATE {table} SET {restored}")  # noqa: S608 -- the test's own

    for act in (rename, note, rename, revoke):
        act(people)
    assert (told[0], people.findings()) == (SENTENCE, [])


def assess(plant):
    plant.do(BRANDT, reviews.assess_exception, BATCH, "E-1", reason="Looked at.")


def hold(plant):
    plant.do(NOVAK, batches.hold_batch, BATCH, reason="The cooling failed.")


def adjust(plant):
    plant.do(DUBOIS, adjust_lot, LOT, Decimal(-1), reason="Spilt.")


FURTHER = (
    ("batch_exception", "text = 'All is well.'", assess, f"batch/{BATCH}"),
    ("batch", "quantity = '99.000'", hold, f"batch/{BATCH}"),
    ("material_lot", "expires_on = '2031-01-01'", adjust, f"lot/{LOT}"),
)


@pytest.mark.requirement("ATK-01", "P11-10e-5")
def test_altered_batch_exception_or_lot_is_not_acted_on(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", LOT)
    issued.report("The pump leaks.")
    store = LedgerStore(issued.engine.url.render_as_string(hide_password=False), Path())
    store.drop_guards()
    for table, altered, act, stream in FURTHER:
        store.run(f"UPDATE {table} SET {altered}")  # noqa: S608 -- the test's own

        with pytest.raises(AlteredError) as caught:
            act(issued)

        assert (caught.value.stream, "altered outside this software" in caught.value.reasons[0]) == (
            stream,
            True,
        )


def without_guards(plant):
    store = LedgerStore(plant.engine.url.render_as_string(hide_password=False), Path())
    store.drop_guards()
    return store


def carry_out(plant):
    execution_owner._RECIPES.clear()  # as after a restart
    execution_owner._PROVED.clear()
    with plant.read() as session:
        execution_owner.executed_batch(session, BATCH)  # a page that reads it first proves nothing
    plant.enter("1.1/1", "lot_salt", LOT)


@pytest.mark.requirement("ATK-01", "G-188a")
@pytest.mark.parametrize(
    ("altered", "restored"),
    [
        (
            "content = replace(content, '\"25.0\"', '\"93.7\"')",
            "content = replace(content, '\"93.7\"', '\"25.0\"')",
        ),
        ("scale = '2' || scale", "scale = substr(scale, 2)"),
    ],
)
def test_nothing_is_carried_out_by_a_forged_recipe(issued, altered, restored):
    issued.stock()
    store = without_guards(issued)
    store.run(f"UPDATE control_recipe SET {altered}")  # noqa: S608 -- the test's own

    with pytest.raises(AlteredError, match="control_recipe"):
        carry_out(issued)
    store.run(f"UPDATE control_recipe SET {restored}")  # noqa: S608 -- the test's own
    carry_out(issued)
    store.engine.dispose()


@pytest.mark.requirement("ATK-01", "P11-70-1")
def test_altered_value_is_neither_corrected_nor_signed(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", LOT)
    issued.enter("1.1/1", "quantity_salt", "10.000")
    store = without_guards(issued)
    store.run("UPDATE entry SET value = '9.500', raw = '9.500' WHERE field = 'quantity_salt'")
    store.engine.dispose()

    for act in (
        lambda: issued.correct("1.1/1", "quantity_salt", "9.900"),
        lambda: issued.sign_step(signoff.perform_step, "1.1/1"),
    ):
        with pytest.raises(AlteredError, match="entry"):
            act()
