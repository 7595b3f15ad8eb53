"""Whatever anybody tries, in whatever order: what must always be true of a batch stays true (11.10(e))."""

import random
from decimal import Decimal

import pytest
from sqlalchemy.exc import NoResultFound

from records.errors import DomainError
from records.execution.models import Entry, StepRun
from records.execution.states import Source, StepState
from records.procedure.vocabulary import Act
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from tests.factories import BRANDT, LINDQVIST, NOVAK, REYES, SHARMA
from tests.syrup import AROMA, BOTH, OKAFOR, REYES_ALSO, SALT, SUGAR, SYRUP
from workflows.batch.execution_owner import executed_batch

pytest_plugins = ("tests.stages", "tests.syrup_stages")

PEOPLE = (REYES, REYES_ALSO, OKAFOR, BOTH, LINDQVIST, NOVAK, SHARMA, BRANDT)
MEANINGS = {
    Act.PERFORMED: Meaning.PERFORMED,
    Act.VERIFIED: Meaning.VERIFIED,
    Act.APPROVED: Meaning.APPROVED,
}
VALUES = (
    ("1.1/1", "temperature", ("22.4", "26.0", "24.5")),
    ("1.2/1", "pressure", ("11.0", "12.9")),
    ("1.2/1", "gauge", ("PG-12",)),
    ("1.6/1", "density", ("1.200", "1.400")),
    ("1.7/1", "goes_on", ("yes", "no")),
    ("1.13/1", "first", ("5.000", "4.000")),
    ("1.13/1", "second", ("4.800", "4.700")),
    ("1.16/1", "actual", ("4.900", "4.100")),
    ("2.1/1", "lot", (f"LOT:{SALT}", f"LOT:{SUGAR}")),
    ("2.1/1", "balance", ("EQ:BAL-01", "EQ:TNK-01")),
    ("2.1/1", "tare.1", ("0.100",)),
    ("2.1/1", "gross.1", ("5.100", "5.120")),
    ("2.1/1", "label.1", ("yes",)),
    ("2.3/1", "vessel", ("EQ:TNK-01",)),
    ("2.4/1", "lot_aroma", (f"LOT:{AROMA}",)),
    ("2.4/1", "quantity_aroma", ("2.000", "1.990")),
    ("4.1/1", "lod", ("1.50", "2.50")),
    ("4.2/1", "lod", ("1.70",)),
    ("4.3/1", "done", ("yes",)),
    ("6.1/1", "viscosity", ("400", "600")),
    ("6.2/1", "done", ("yes",)),
    ("6.4/1", "done", ("yes",)),
)
PARTS = sorted({part for part, _name, _values in VALUES} | {"1.14/1"})
SCANNED = {"lot", "balance", "vessel", "lot_aroma"}
WHOLE_STEPS = 0.3
"""How often a step is carried out as it should be, so that there is something to disturb."""
RANDOM_ACTS = (
    "give",
    "give",
    "amend",
    "amend",
    "sign",
    "verify",
    "approve",
    "disagree",
    "complete_step",
    "leave_out",
    "take_as_true",
    "assess",
)
AFTER = {"2.3/1": ("2.1/1", "2.2/1"), "4.2/1": ("4.1/1",), "4.3/1": ("4.1/1",), "6.4/1": ("6.1/1",)}
"""What must have been begun before a step could begin."""

WHOLE = {
    "1.1/1": (("give", ("1.1/1", "temperature", "22.4"), REYES), ("complete_step", "1.1/1", REYES)),
    "1.2/1": (
        ("give", ("1.2/1", "pressure", "11.0"), REYES),
        ("give", ("1.2/1", "gauge", "PG-12"), OKAFOR),
        ("sign", "1.2/1", REYES),
        ("verify", "1.2/1", LINDQVIST),
    ),
    "1.6/1": (
        ("give", ("1.6/1", "density", "1.200"), OKAFOR),
        ("sign", "1.6/1", OKAFOR),
        ("verify", "1.6/1", NOVAK),
        ("approve", "1.6/1", BRANDT),
    ),
    "1.13/1": (
        ("give", ("1.13/1", "first", "5.000"), REYES),
        ("give", ("1.13/1", "second", "4.800"), REYES),
        ("complete_step", "1.13/1", REYES),
        ("verify", "1.14/1", LINDQVIST),
    ),
    "1.16/1": (
        ("give", ("1.16/1", "actual", "4.900"), REYES),
        ("complete_step", "1.16/1", REYES),
        ("verify", "1.16/1", LINDQVIST),
    ),
    "2.4/1": (
        ("give", ("2.4/1", "lot_aroma", f"LOT:{AROMA}"), REYES),
        ("give", ("2.4/1", "quantity_aroma", "2.000"), REYES),
        ("sign", "2.4/1", REYES),
        ("verify", "2.4/1", LINDQVIST),
    ),
    "4.1/1": (("give", ("4.1/1", "lod", "2.50"), REYES), ("complete_step", "4.1/1", REYES)),
    "6.1/1": (("give", ("6.1/1", "viscosity", "400"), REYES), ("complete_step", "6.1/1", REYES)),
}
"""Steps carried out as they should be, between the random acts."""


def some_acts(chance):
    """One random act, or a whole step carried out as it should be."""
    if chance.random() < WHOLE_STEPS:
        return WHOLE[chance.choice(sorted(WHOLE))]
    actor = chance.choice(PEOPLE)
    act = chance.choice(RANDOM_ACTS)
    if act in {"give", "amend"}:
        part, name, values = chance.choice(VALUES)
        return ((act, (part, name, chance.choice(values)), actor),)
    if act in {"take_as_true", "assess"}:
        return ((act, chance.choice(["E-1", "E-2", "E-3"]), actor),)
    return ((act, chance.choice(PARTS), actor),)


def attempt(plant, act, target, actor):
    """Try an act; what is refused must leave nothing, which the invariants see."""
    try:
        if act in {"give", "amend"}:
            part, name, raw = target
            source = Source.SCAN if name in SCANNED else Source.MANUAL
            more = {"source": source} if act == "give" else {}
            getattr(plant, act)(part, name, raw, actor=actor, **more)
        else:
            getattr(plant, act)(target, actor=actor)
    except (DomainError, NoResultFound):  # an exception that is not there has nothing to show
        return False
    return True


class Witness:
    """Remembers what was seen, so that nothing can disappear unnoticed."""

    def __init__(self, plant):
        self.plant = plant
        self.seen = {}
        self.closed = 0

    def look(self):
        """Check what must hold after every act."""
        self._no_value_disappears()
        self._closed_steps_are_vouched_for()
        self._nothing_out_of_sequence()

    def _no_value_disappears(self):
        now = {
            row.id: (row.part, row.field, row.raw, row.value, row.entered_by, row.entered_at)
            for row in self.plant.rows(Entry)
        }
        assert self.seen.items() <= now.items()
        self.seen = now

    def _closed_steps_are_vouched_for(self):
        void = {row.signature_id for row in self.plant.rows(SignatureVoid)}
        signed = [row for row in self.plant.rows(Signature) if row.id not in void]
        with self.plant.read() as session:
            outline = executed_batch(session, SYRUP).outline
        done = self.plant.rows(StepRun, state=StepState.DONE)
        self.closed = len(done)
        for run in done:
            over = [row for row in signed if row.part == run.part]
            wanted = [MEANINGS[one.act] for one in outline.step(run.step).signatures if one.as_signature]
            for meaning in wanted:
                assert meaning in {row.meaning for row in over}
            digest = self.plant.content_of(run.part).digest
            assert {row.content_digest for row in over} <= {digest}
            by = {row.meaning: row.signer for row in over}
            if Meaning.PERFORMED in by and Meaning.VERIFIED in by:
                assert by[Meaning.PERFORMED] != by[Meaning.VERIFIED]

    def _nothing_out_of_sequence(self):
        begun = {row.part: row.started_at for row in self.plant.rows(StepRun)}
        for later, earlier in AFTER.items():
            if later in begun:
                assert all(one in begun and begun[one] <= begun[later] for one in earlier)


@pytest.mark.requirement("P11-10e-1")
@pytest.mark.requirement("P11-10f-1")
@pytest.mark.requirement("ATK-40")
@pytest.mark.parametrize("seed", range(6))
def test_random_acts_by_random_persons_break_nothing_that_must_hold(syrup, tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311 -- which acts are tried, no secret
    witness = Witness(syrup)

    for _ in range(40):
        for act, target, actor in some_acts(chance):
            attempt(syrup, act, target, actor)
            witness.look()

    balances = [syrup.balance(lot) for lot in (SALT, SUGAR, AROMA)]
    assert all(Decimal(0) <= balance <= Decimal("100.000") for balance in balances)
    assert witness.closed > 0
    assert syrup.findings(tmp_path) == []
