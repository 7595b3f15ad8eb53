"""Training recorded by another person, asked for at every act on a step, and frozen into the record."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from records.engine import make_engine
from records.execution.models import Entry, LabelPrint, TrainingState
from records.personnel.states import Role
from records.training.state import state_digest
from records.training.subjects import SubjectKind
from tests.factories import (
    BATCH,
    BRANDT,
    LINDQVIST,
    LOT,
    NOVAK,
    REYES,
    Plant,
    person,
    reasons_of,
    small_master,
)
from workflows.batch.execution_owner import executing_batch
from workflows.execution import signoff
from workflows.execution.exception_commands import assess_exception
from workflows.execution.label_commands import NewPrint, print_label
from workflows.personnel.commands import register_person
from workflows.review.batch_record import batch_record
from workflows.training.commands import content_to_record, record_training, withdraw_training
from workflows.training.facts import NewSheet, NewTraining
from workflows.work import RefusedError

STRICT = small_master(
    ("training: none\n", ""), ("type: charge_in, title", "type: charge_in, qualification: [WEIGHING], title")
)
PATEL = person("s.patel", "S. Patel", Role.SECURITY_ADMINISTRATOR)
UNTRAINED = (
    "A. Reyes is not trained for master MBR-0100 version 1 (no training is on record). "
    "A QA reviewer or Supervisor records training on the page Training (/training)."
)
NOT_FOR_WEIGHING = UNTRAINED.replace("master MBR-0100 version 1", "WEIGHING")
FOR_NEITHER = UNTRAINED.replace("record). A", "record), nor for WEIGHING (no training is on record). A")


def line(person="a.reyes", kind=SubjectKind.MASTER, subject="MBR-0100", version="1", **given):
    days = {"trained_from": date(2026, 10, 1), "valid_until": None}
    told = {"trainer": "L. Weber", "evidence": "List 7"}
    return NewTraining(
        person=person, subject_kind=kind, subject=subject, version=version, **{**days, **told, **given}
    )


def weighing(person="a.reyes", **given):
    return line(person, SubjectKind.QUALIFICATION, "WEIGHING", None, **given)


class TrainingPlant(Plant):
    """A plant with a batch of a master that asks for training, and its people registered."""

    def __init__(self, engine):
        super().__init__(engine)
        self.register()

    def register(self):
        for actor in (REYES, LINDQVIST, BRANDT, NOVAK):
            self.do(PATEL, register_person, actor.printed_name, actor.person)

    def train(self, *lines, actor=BRANDT):
        new = NewSheet(lines=lines)
        return self.do(
            actor, record_training, new, shown=lambda session: content_to_record(session, new)
        ).number

    def begin(self):
        self.issued_batch(self.effective_master(STRICT))
        self.stock()

    def states(self):
        with self.read() as session:
            return session.scalars(select(TrainingState).order_by(TrainingState.id)).all()


@pytest.fixture
def plant(sqlite_url):
    engine = make_engine(sqlite_url)
    yield TrainingPlant(engine)
    engine.dispose()


@pytest.fixture
def on_both(engine):
    return TrainingPlant(engine)


def enter_lot(plant, actor=REYES):
    plant.enter("1.1/1", "lot_salt", LOT, actor=actor)


def assess(plant, number):
    def act(work):
        assess_exception(work, executing_batch(work, BATCH), number)

    plant.do(NOVAK, act, reason="No effect on the product.")


def count(plant, model):
    with plant.read() as session:
        return len(session.scalars(select(model)).all())


@pytest.mark.requirement("P11-10i-1", "G-25")
def test_untrained_person_begins_no_step_and_is_told_what_is_missing_and_who_records_it(on_both):
    on_both.begin()

    assert reasons_of(enter_lot, on_both) == [FOR_NEITHER]
    assert (count(on_both, Entry), on_both.states()) == (0, [])


@pytest.mark.requirement("P11-10i-1")
def test_person_trained_on_the_version_before_waits_for_training_on_this_one(plant):
    older = small_master(("training: none\n", ""))
    plant.effective_master(older)
    newer = small_master(
        ("training: none\n", "supersedes: '1'\n"),
        ('version: "1"\ntitle: Buffer', 'version: "2"\ntitle: Buffer'),
    )
    plant.train(line())
    plant.issued_batch(plant.effective_master(newer))
    plant.stock()

    refused = reasons_of(enter_lot, plant)
    plant.train(line(version="2"))
    enter_lot(plant)

    assert refused == [
        UNTRAINED.replace("version 1", "version 2").replace(
            "no training is on record", "the training on record is for version 1"
        )
    ]
    assert count(plant, Entry) == 1


@pytest.mark.requirement("P11-10i-1", "CAL-24")
def test_step_that_names_an_equipment_class_wants_training_for_it_and_other_steps_do_not(plant):
    plant.begin()
    plant.train(line())

    refused = reasons_of(enter_lot, plant)
    plant.train(weighing())
    enter_lot(plant)

    assert refused == [NOT_FOR_WEIGHING]


@pytest.mark.requirement("P11-10i-1")
def test_second_person_signs_only_when_trained_too(plant):
    plant.begin()
    plant.train(line(), weighing())
    enter_lot(plant)
    plant.enter("1.1/1", "quantity_salt", "10.000")
    plant.sign_step(signoff.perform_step, "1.1/1")

    refused = reasons_of(plant.sign_step, signoff.verify_step, "1.1/1", actor=LINDQVIST)
    disagreeing = reasons_of(plant.sign_step, signoff.refuse_step, "1.1/1", actor=LINDQVIST)
    plant.train(line("m.lindqvist"), weighing("m.lindqvist"))
    plant.sign_step(signoff.verify_step, "1.1/1", actor=LINDQVIST)

    hers = FOR_NEITHER.replace("A. Reyes", "M. Lindqvist")
    assert refused == [hers]
    assert hers in disagreeing
    assert [one.person for one in plant.states()] == ["a.reyes", "m.lindqvist"]


@pytest.mark.requirement("P11-10i-1")
def test_training_that_ran_out_stops_the_next_act_and_a_correction(plant):
    plant.begin()
    last_day = plant.now.date()
    plant.train(line(valid_until=last_day), weighing())
    enter_lot(plant)
    plant.enter("1.1/1", "quantity_salt", "10.000")
    plant.now = plant.now.replace(day=plant.now.day + 1)

    ended = UNTRAINED.replace("no training is on record", f"the training ended on {last_day}")
    assert reasons_of(plant.correct, "1.1/1", "quantity_salt", "10.001") == [ended]


@pytest.mark.requirement("P11-10i-1", "G-25")
def test_training_at_the_moment_is_frozen_hashed_and_stays_when_the_sheet_is_withdrawn(on_both):
    on_both.begin()
    sheet = on_both.train(line(), weighing())
    enter_lot(on_both)
    on_both.enter("1.1/1", "quantity_salt", "10.000")
    on_both.do(BRANDT, withdraw_training, sheet, reason="The list named another person.")
    refused = reasons_of(on_both.sign_step, signoff.perform_step, "1.1/1")
    on_both.train(line(), weighing(), actor=NOVAK)
    on_both.sign_step(signoff.perform_step, "1.1/1")

    frozen = on_both.states()
    seen = [[need["training"]["sheet"] for need in json.loads(one.snapshot)["needs"]] for one in frozen]
    assert refused == [FOR_NEITHER]
    assert seen == [["TR-0001", "TR-0001"], ["TR-0002", "TR-0002"]]
    assert [one.snapshot_digest for one in frozen] == [state_digest(one.snapshot) for one in frozen]


@pytest.mark.requirement("G-25")
def test_record_lists_the_persons_with_the_training_they_had_when_they_acted(plant):
    plant.begin()
    plant.train(line(), weighing())
    enter_lot(plant)

    with plant.read() as session:
        people = {one["number"]: one for one in batch_record(session, BATCH)["people"]}

    (state,) = people["a.reyes"]["training"]
    assert [need["training"]["evidence"] for need in state["needs"]] == ["List 7", "List 7"]
    assert (state["digest"], people["t.novak"]["training"]) == (plant.states()[0].snapshot_digest, [])


@pytest.mark.requirement("P11-10i-1")
def test_master_that_asks_for_none_says_so_in_its_content_and_lets_everybody_work(plant):
    plant.issued_batch()
    plant.stock()
    enter_lot(plant)

    with plant.read() as session:
        record = batch_record(session, BATCH)

    assert (plant.states(), record["definition"]["header"]["training"]) == ([], "none")


# recording


@pytest.mark.requirement("P11-10i-1")
def test_every_reason_why_training_is_not_recorded_is_told(plant):
    plant.effective_master(STRICT)
    lines = (
        line("a.reyes", version="9"),
        line("z.nobody"),
        line(valid_until=date(2026, 9, 1)),
        line("m.lindqvist", trainer="M. Lindqvist"),
    )

    assert reasons_of(plant.train, *lines, actor=REYES) == [
        "A. Reyes is not authorised to record training.",
        "Nobody here has the number z.nobody.",
        "There is no master MBR-0100 version 9.",
        "The training ends before it begins: A. Reyes.",
        "A. Reyes can't record their own training; another authorised person does.",
        "M. Lindqvist: the trainer is another person.",
    ]
    assert reasons_of(plant.train, actor=BRANDT) == ["A training sheet has at least one line."]


@pytest.mark.requirement("P11-10i-1")
def test_quality_unit_does_not_record_its_own_training(plant):
    plant.effective_master(STRICT)

    assert reasons_of(plant.train, line("h.brandt")) == [
        "H. Brandt can't record their own training; another authorised person does."
    ]


def test_sheet_is_withdrawn_once_and_with_a_reason(plant):
    plant.effective_master(STRICT)
    number = plant.train(line())

    without = reasons_of(plant.do, BRANDT, withdraw_training, number)
    plant.do(BRANDT, withdraw_training, number, reason="Recorded twice.")
    again = reasons_of(plant.do, BRANDT, withdraw_training, number, reason="Recorded twice.")

    assert without == ["A reason is needed to withdraw the training sheet."]
    assert again == [f"Training sheet {number} is withdrawn already."]


def test_refusal_for_want_of_training_names_the_step(plant):
    plant.begin()

    with pytest.raises(RefusedError) as caught:
        enter_lot(plant)

    assert (caught.value.act, caught.value.stream, caught.value.part) == ("enter", f"batch/{BATCH}", "1.1/1")


@pytest.mark.requirement("P11-10i-1")
def test_untrained_supervisor_neither_assesses_an_exception_nor_accepts_its_value(plant):
    plant.begin()
    plant.train(line(), weighing(), line("m.lindqvist"), weighing("m.lindqvist"))
    plant.enter("1.1/1", "lot_salt", LOT)
    plant.enter("1.1/1", "quantity_salt", "11.000")

    refused = [reasons_of(assess, plant, "E-1"), reasons_of(plant.accept_value, "E-1")]
    plant.train(line("t.novak"), weighing("t.novak"))
    plant.accept_value("E-1")

    assert refused == [[FOR_NEITHER.replace("A. Reyes", "T. Novak")]] * 2
    assert [one.person for one in plant.states()] == ["a.reyes", "t.novak"]


@pytest.mark.requirement("P11-10i-1")
def test_exception_of_the_whole_batch_asks_for_training_on_its_master_alone(plant):
    plant.begin()
    plant.report("The power failed.")

    refused = reasons_of(assess, plant, "E-1")
    plant.train(line("t.novak"))
    assess(plant, "E-1")

    assert refused == [UNTRAINED.replace("A. Reyes", "T. Novak")]


@pytest.mark.requirement("P11-10i-1", "G-125")
def test_untrained_person_prints_no_label(plant):
    plant.begin()
    new = NewPrint(part="1.1/1", label=f"{BATCH}-SALT-1", fields={"lot": LOT})

    def label(work):
        print_label(work, executing_batch(work, BATCH), new)

    refused = reasons_of(plant.do, REYES, label)
    plant.train(line(), weighing())
    plant.do(REYES, label)

    assert refused == [FOR_NEITHER]
    assert (count(plant, LabelPrint), len(plant.states())) == (1, 1)
