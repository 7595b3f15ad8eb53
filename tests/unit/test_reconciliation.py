"""Reconciliation of labels and components."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.arithmetic import CalculationError
from records.material.reconciliation import Reconciliation, label_reconciliation
from records.procedure.limits import Limit, judge

PIECES = st.integers(min_value=0, max_value=10**6)
PATIENT = settings(deadline=None)


@pytest.mark.requirement("G-125")
def test_labels_nobody_can_explain_are_counted():
    balance = label_reconciliation(issued=1000, used=950, destroyed=10, returned=20)

    assert balance == Reconciliation(accounted=980, unexplained=20, percent=Decimal(98))


@pytest.mark.requirement("G-125")
def test_unexplained_labels_are_outside_the_preset_limit():
    balance = label_reconciliation(issued=1000, used=950, destroyed=10, returned=20)
    exactly_all = Limit(minimum=Decimal(100), maximum=Decimal(100))

    assert judge(balance.percent, [exactly_all], unit="%").action is True


@pytest.mark.requirement("G-125")
def test_more_labels_accounted_for_than_issued_is_a_discrepancy_too():
    balance = label_reconciliation(issued=1000, used=990, destroyed=10, returned=20)

    assert balance == Reconciliation(accounted=1020, unexplained=-20, percent=Decimal(102))


@PATIENT
@given(PIECES, PIECES, PIECES, PIECES)
def test_every_piece_is_either_accounted_for_or_unexplained(issued, used, destroyed, returned):
    balance = label_reconciliation(issued=issued + 1, used=used, destroyed=destroyed, returned=returned)

    assert balance.accounted + balance.unexplained == issued + 1


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0, 0, 0), "Nothing was issued: there is nothing to reconcile."),
        ((10, -1, 0, 0), "The pieces used can't be negative: -1."),
        ((-10, 0, 0, 0), "The pieces issued can't be negative: -10."),
    ],
)
def test_count_that_makes_no_sense_is_refused(counts, sentence):
    issued, used, destroyed, returned = counts

    with pytest.raises(CalculationError) as refused:
        label_reconciliation(issued=issued, used=used, destroyed=destroyed, returned=returned)

    assert refused.value.message == sentence
