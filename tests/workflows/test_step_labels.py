"""GS1 labels scanned at a step: the lot or container they name, and where they contradict the record."""

from datetime import date

import pytest

from records.execution.models import ScanAttempt
from tests.syrup import SALT, SUGAR, SYRUP

pytest_plugins = ("tests.stages", "tests.syrup_stages")

LAST = date(2028, 5, 31)
SUPPLIED = "26-201"
_AGAIN = "Scan it again, or scan our own label."
_ASIDE = "Set it aside and ask the quality unit."


@pytest.fixture
def databases(sqlite_databases):
    """One engine: what a label says does not depend on it."""
    return sqlite_databases


def refused(plant):
    return [row.reason for row in plant.rows(ScanAttempt)]


@pytest.fixture
def stocked(syrup):
    """The syrup's plant with a lot that its supplier calls NA-77."""
    syrup.receive(SUPPLIED, "MAT-NACL", attributes={"assay": "100.0"}, supplier_lot="NA-77", expires_on=LAST)
    return syrup


@pytest.mark.parametrize(
    "code",
    [
        "]C10109506000134352" + "1728053110NA-77",
        f"]d210{SUPPLIED}<GS>17280500",
        "(10)NA-77(17)280531",
    ],
)
@pytest.mark.requirement("G-101b")
def test_label_names_the_lot_by_our_number_or_the_suppliers(stocked, code):
    outcome = stocked.scan("2.1/1", "lot", code)

    assert outcome.refused == ()
    assert [(row.value, row.raw) for row in stocked.entries("2.1/1", "lot")] == [(SUPPLIED, code)]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (
            "]C110NA-7717290531",
            "There is no lot NA-7717290531. Check the label, or ask the warehouse.",
        ),
        (
            "]C11729053110NA-77",
            f"The label's last day of use is 2029-05-31; LOT {SUPPLIED} has 2028-05-31. {_ASIDE}",
        ),
        (
            f"]C110{SALT}<GS>17290531",
            f"The label's last day of use is 2029-05-31; LOT {SALT} has none. {_ASIDE}",
        ),
        (
            "]C10109506000134352",
            "Scan a lot of Sodium chloride: (01)09506000134352 names no lot. Scan our own label.",
        ),
        (
            "]C1172805",
            f"The GS1 code can't be read: (17) takes 6 characters; 2805 follows. {_AGAIN}",
        ),
    ],
)
@pytest.mark.requirement("G-101b")
def test_label_that_is_malformed_or_contradicts_the_record_is_an_attempt(stocked, code, why):
    outcome = stocked.scan("2.1/1", "lot", code)

    assert outcome.refused == (why,)
    assert refused(stocked) == [why]
    assert stocked.values("2.1/1") == {}


def test_two_lots_of_one_suppliers_number_are_told_apart_by_our_own_label(stocked):
    stocked.receive("26-202", "MAT-NACL", supplier_lot="NA-77", expires_on=LAST)

    outcome = stocked.scan("2.1/1", "lot", "(10)NA-77")

    assert outcome.refused == (f"{SUPPLIED}, 26-202 are all the supplier's lot NA-77. Scan our own label.",)


@pytest.mark.requirement("G-101b")
def test_label_of_a_container_must_agree_with_the_lot_it_was_filled_from(syrup):
    syrup.weighed()
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")

    wrong = syrup.scan("2.3/1", "container_salt", f"(21){SYRUP}-SALT-1(10){SUGAR}")
    right = syrup.scan("2.3/1", "container_salt", f"(21){SYRUP}-SALT-1(10){SALT}")

    assert wrong.refused == (f"The label says lot {SUGAR}; the record says {SALT}. {_ASIDE}",)
    assert right.refused == ()
