"""Batches: an accurate reproduction of the master, issued, held, completed, returned (211.188)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from records.batch.models import ControlRecipe
from records.batch.queries import batch_by_number, batches, order_by_number, progress
from records.batch.states import BatchState, OrderState
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.listing import Listing
from records.material.models import Material
from records.material.queries import lot_by_number
from records.material.states import LotState
from records.procedure.definition import Procedure
from records.procedure.frozen import frozen_procedure
from records.procedure.queries import content_of
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from tests.factories import BATCH, BRANDT, DUBOIS, MASTER, NOVAK, REYES, reasons_of, small_master
from workflows.batch import commands, lifecycle
from workflows.batch.gathering import issue_facts, record_facts
from workflows.batch.rules import recipe_reproduces_master
from workflows.batch.start import expiry
from workflows.machine import refusals
from workflows.review import commands as reviews

pytest_plugins = ("tests.stages",)
NEXT = ('version: "1"\ntitle', 'version: "2"\nsupersedes: "1"\ntitle')


def batch(plant, number=BATCH):
    with plant.read() as session:
        return batch_by_number(session, number)


def signatures(plant, meaning):
    with plant.read() as session:
        return session.scalars(select(Signature).where(Signature.meaning == meaning)).all()


@pytest.mark.requirement("G-188a")
def test_control_recipe_is_the_masters_content_byte_for_byte(mastered):
    mastered.created_batch(MASTER, "5.000")

    with mastered.read() as session:
        recipe = session.scalars(select(ControlRecipe)).one()
        content = content_of(session, MASTER).content
    assert (recipe.content, recipe.scale) == (content, Decimal("0.5"))


@pytest.mark.requirement("G-188a")
def test_issue_is_signed_over_the_control_recipe(issued):
    (signed,) = signatures(issued, Meaning.ISSUED)

    with issued.read() as session:
        content = commands.content_to_issue(session, BATCH)
    assert (signed.part, signed.content_digest) == ("issue", content.digest)
    assert (batch(issued).state, batch(issued).issued_at) == (BatchState.ISSUED, signed.signed_at)


@pytest.mark.requirement("G-188a", "ATK-43")
def test_recipe_that_differs_from_its_master_by_one_character_is_not_issued(mastered):
    mastered.created_batch(MASTER)
    with mastered.read() as session:
        facts = issue_facts(session, BATCH)
        facts.recipe.content = facts.recipe.content.replace("Charge the salt.", "Charge the sale.")
        session.expunge_all()

    refusal = recipe_reproduces_master(facts, NOVAK)

    assert refusal.endswith("is not the content of master MBR-0100.1.")


@pytest.mark.requirement("ATK-43")
def test_batch_under_way_keeps_its_master_when_the_next_version_becomes_effective(issued):
    issued.effective_master(small_master(NEXT, ("minimum: 20.0", "minimum: 10.0")))

    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")

    with issued.read() as session:
        recipe = session.scalars(select(ControlRecipe)).one()
        limits = _temperature_limits(frozen_procedure(recipe.content))
    assert (batch(issued).master, limits) == (MASTER, "20.0")


def _temperature_limits(procedure: Procedure):
    step = procedure.unit_procedures[0].operations[0].phases[0].steps[1]
    return step.fields[0].limits.action.minimum


@pytest.mark.requirement("P11-10g-1")
def test_operator_issues_no_batch(mastered):
    mastered.created_batch(MASTER)

    assert reasons_of(mastered.issue, actor=REYES) == ["A. Reyes is not authorised to issue a batch record."]


@pytest.mark.requirement("P11-10f-1")
def test_step_of_a_batch_that_is_not_issued_is_refused(mastered):
    mastered.created_batch(MASTER)

    assert reasons_of(mastered.enter, "1.1/1", "lot_salt", "26-001")[0] == (
        "No work on batch BU-0001: it is created."
    )


@pytest.mark.requirement("P11-10f-1")
def test_held_batch_takes_no_entries_until_it_is_resumed(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")
    issued.do(NOVAK, commands.hold_batch, BATCH, reason="The cooling failed.")

    held = reasons_of(issued.enter, "1.1/1", "quantity_salt", "10.000")
    issued.do(NOVAK, commands.resume_batch, BATCH, reason="The cooling works again.")
    issued.enter("1.1/1", "quantity_salt", "10.000")

    assert (held, batch(issued).state) == (["No work on batch BU-0001: it is held."], BatchState.RUNNING)


def test_hold_takes_a_reason_and_a_running_batch(issued):
    assert reasons_of(issued.do, NOVAK, commands.hold_batch, BATCH) == [
        "Cannot hold the batch: batch BU-0001 is issued.",
        "A reason is needed to hold the batch.",
    ]


@pytest.mark.requirement("G-188b1")
def test_first_act_starts_the_batch_by_the_servers_clock(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")

    assert (batch(issued).state, batch(issued).started_at) == (BatchState.RUNNING, issued.now)


@pytest.mark.requirement("ATK-40", "P11-10f-1")
def test_production_is_not_complete_while_steps_are_open(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")

    assert reasons_of(issued.complete) == ["Steps still open: 1.1/1, 1.2/1, 1.3/1, 1.4/1, 1.5/1, 1.6/1."]


def test_production_is_not_complete_while_an_exception_blocks_execution(executed):
    """As equipment that fails at the end of a step does; the supervisor assesses it first."""
    executed.block("The tank leaked.")

    before = reasons_of(executed.complete)
    executed.do(NOVAK, reviews.assess_exception, BATCH, "E-1", reason="The leak is outside the product.")
    executed.complete()

    assert before == ["A supervisor must first assess E-1."]


def test_production_is_completed_by_a_supervisors_signature(executed):
    assert reasons_of(executed.complete, actor=REYES) == [
        "A. Reyes is not authorised to complete the production of a batch."
    ]

    executed.complete()

    (signed,) = signatures(executed, Meaning.COMPLETED)
    assert (signed.part, signed.signer) == ("production", "t.novak")
    assert batch(executed).state is BatchState.PRODUCTION_COMPLETE


def test_production_is_not_complete_while_its_product_is_no_material(executed):
    """Told beforehand, where the button stands: a completion puts out a lot of the product."""
    with executed.read() as session:
        facts = record_facts(session, BATCH)
        in_tablets = Material(code="BUF-10", title="Buffer", unit="tablet", material_class="product")
        told = [
            refusals(lifecycle.COMPLETE, replace(facts, product=product, output=output), NOVAK)
            for product, output in ((None, Decimal(7)), (in_tablets, Decimal(7)), (None, None))
        ]

    assert facts.product.code == facts.record.product
    assert told == [
        ["The product BUF-10 is not defined as a material. Define it, in kg, first."],
        ["The product BUF-10 is kept in tablet, not in kg."],
        [],
    ]


def test_completion_puts_the_output_lot_into_quarantine_under_the_batchs_number(executed):
    executed.complete()

    with executed.read() as session:
        lot = lot_by_number(session, BATCH)
        edge = session.scalars(select(GenealogyEdge).where(GenealogyEdge.edge == EdgeKind.PRODUCES)).one()
        order = order_by_number(session, "PO-0001")
    assert (lot.state, lot.quantity, lot.material, lot.expires_on) == (
        LotState.QUARANTINE,
        Decimal("9.900"),
        "BUF-10",
        date(2028, 11, 2),
    )
    assert (edge.source, edge.target, edge.quantity) == ("batch/BU-0001", "lot/BU-0001", Decimal("9.900"))
    assert (order.state, batch(executed).output_lot) == (OrderState.COMPLETED, BATCH)


@pytest.mark.parametrize(
    ("months", "started", "last_day"),
    [
        ("24", (2026, 11, 2), date(2028, 11, 2)),
        ("1", (2026, 1, 31), date(2026, 2, 28)),
        ("12", (2024, 2, 29), date(2025, 2, 28)),
        ("2", (2026, 12, 15), date(2027, 2, 15)),
    ],
)
def test_shelf_life_counts_months_from_the_day_production_began(months, started, last_day):
    procedure = small_master(("shelf_life_months: 24", f"shelf_life_months: {months}"))

    assert expiry(procedure, datetime(*started, 12, tzinfo=UTC)) == last_day


@pytest.mark.requirement("P11-70-2")
def test_correction_voids_exactly_the_signatures_over_the_corrected_step(under_review):
    under_review.do(BRANDT, commands.return_batch, BATCH, reason="Step 1.3: 10.002 or 10.020?")

    under_review.correct("1.3/1", "weight", "10.020")

    with under_review.read() as session:
        voided = session.scalars(select(SignatureVoid).order_by(SignatureVoid.id)).all()
    assert [void.part for void in voided] == ["1.3/1", "1.3/1"]


def test_return_takes_a_reason(under_review):
    assert reasons_of(under_review.do, BRANDT, commands.return_batch, BATCH) == [
        "A reason is needed to return the batch record to production."
    ]


@pytest.mark.requirement("P11-10f-1")
def test_record_under_review_takes_no_corrections(under_review):
    assert reasons_of(under_review.correct, "1.2/1", "temperature", "21.0")[0] == (
        "No change on batch BU-0001: it is under review."
    )


@pytest.mark.requirement("ATK-40")
def test_supervisor_who_read_an_older_revision_is_told_so(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")

    with issued.act(NOVAK, reason="The cooling failed.") as work:
        work.expected_rev = 1
        reasons = reasons_of(commands.hold_batch, work, BATCH)
        work.session.rollback()

    assert reasons == ["The record has changed since you read it. Read it again, then decide."]


def test_list_of_batches_and_their_progress(executed):
    executed.do(DUBOIS, commands.create_batch, executed.released_order())

    with executed.read() as session:
        found = batches(session, Listing(filters={"state": ["created", "running"]}, sort="number"))
        where = progress(session, [row.stream for row in found.rows])

    assert [(row.number, row.state) for row in found.rows] == [
        ("BU-0001", BatchState.RUNNING),
        ("BU-0002", BatchState.CREATED),
    ]
    assert (where["batch/BU-0001"].closed_steps, where["batch/BU-0002"].closed_steps) == (6, 0)
