"""A returned record: corrected, signed again, completed again."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from records.batch.queries import batch_by_number
from records.batch.states import BatchState
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.material.queries import lot_by_number
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.factories import BATCH, BRANDT, LINDQVIST, reasons_of
from workflows.batch import commands
from workflows.execution import signoff

pytest_plugins = ("tests.stages",)


def batch(plant):
    with plant.read() as session:
        return batch_by_number(session, BATCH)


def signatures(plant, meaning):
    with plant.read() as session:
        return session.scalars(select(Signature).where(Signature.meaning == meaning)).all()


@pytest.mark.requirement("P11-70-2")
def test_returned_record_is_corrected_signed_again_and_completed_again(under_review):
    under_review.do(BRANDT, commands.return_batch, BATCH, reason="Step 1.3: 10.002 or 10.020?")
    under_review.correct("1.3/1", "weight", "10.020")

    lapsed = reasons_of(under_review.complete)
    under_review.sign_step(signoff.perform_step, "1.3/1")
    under_review.sign_step(signoff.verify_step, "1.3/1", actor=LINDQVIST)
    under_review.complete()

    assert lapsed == ["Steps still open: 1.3/1."]
    assert batch(under_review).state is BatchState.PRODUCTION_COMPLETE
    assert len(signatures(under_review, Meaning.COMPLETED)) == 2


def test_completing_again_brings_the_output_lot_to_the_corrected_quantity(under_review):
    under_review.do(BRANDT, commands.return_batch, BATCH, reason="Read the yield again.")
    under_review.correct("1.5/1", "actual", "9.800")
    under_review.perform("1.5/1")
    under_review.sign_step(signoff.verify_step, "1.5/1", actor=LINDQVIST)

    under_review.complete()

    with under_review.read() as session:
        lot = lot_by_number(session, BATCH)
        edges = session.scalars(select(GenealogyEdge).where(GenealogyEdge.edge == EdgeKind.PRODUCES)).all()
    assert lot.balance == Decimal("9.800")
    assert sum(edge.quantity for edge in edges) == Decimal("9.800")
