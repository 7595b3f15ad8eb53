"""An instrument out of tolerance: every record reached, values then and now, signed decisions (CAL-21)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from records.calibration.indication import PointError
from records.execution.models import BatchException, Entry, EquipmentUse
from records.execution.states import ExceptionState
from records.out_of_tolerance.calculations import checked_curve
from records.out_of_tolerance.models import FindingDecision, ImpactFinding, OutOfTolerance
from records.out_of_tolerance.states import CaseState, Decision, Effect, ErrorBasis
from records.procedure.vocabulary import Severity
from signatures.models import Signature
from tests.factories import BRANDT, NOVAK, REYES, SHARMA, reasons_of
from tests.syrup import BALANCE, ITO, METER, SALT, STREAM
from workflows.out_of_tolerance import commands, rules
from workflows.out_of_tolerance.facts import NewCase, NewDecision

pytest_plugins = ("tests.stages", "tests.syrup_stages")

CASE = "OOT-0001"
PERCENT = ErrorBasis.PERCENT_OF_READING


def case(plant, error="0.5", basis=PERCENT, unit="kg", asset=BALANCE, **more):
    return NewCase(
        **{
            "asset": asset,
            "evidence": "Monthly check with 10 kg, class F1",
            "curve": checked_curve(basis, unit, [PointError(applied=Decimal(10), error=Decimal(error))]),
            "last_good_at": plant.now - timedelta(days=20),
            "last_good": "Certificate C-77",
            "found_at": plant.now,
            **more,
        }
    )


def open_case(plant, actor=ITO, **more):
    return plant.do(actor, commands.open_case, case(plant, **more)).number


def decide(plant, decision, finding="F-1", actor=BRANDT, reason="Recomputed; see the values.", **more):
    new = NewDecision(decision=decision, **more)
    return plant.do(
        actor,
        commands.decide_finding,
        CASE,
        finding,
        new,
        reason=reason,
        shown=lambda session: commands.content_to_decide(session, CASE, finding, new),
    )


def close(plant, actor=BRANDT):
    def shown(session):
        return commands.case_content(commands.case_facts(session, CASE))

    return plant.do(actor, commands.close_case, CASE, shown=shown)


def values_of(plant):
    (finding,) = plant.rows(ImpactFinding)
    return {(value["part"], value["field"]): value for value in finding.values}


@pytest.fixture
def weighed(syrup):
    """Salt weighed twice at 5.000 kg (limits 4.950 to 5.050 each, 9.900 to 10.100 in all)."""
    syrup.weigh("2.1/1", SALT, "5.000", "4.975")
    return syrup


@pytest.mark.requirement("CAL-21")
@pytest.mark.requirement("G-160b4")
def test_every_reading_is_corrected_and_every_figure_of_it_computed_again(weighed):
    open_case(weighed, error="0.60")

    found = values_of(weighed)
    told = {
        name: (found["2.1/1", name]["then"], found["2.1/1", name]["now"], found["2.1/1", name]["effect"])
        for name in ("tare.1", "gross.1", "net.1", "net.2", "net.sum")
    }
    assert told == {
        "tare.1": ("0.100", "0.09940", "not_judged"),
        "gross.1": ("5.100", "5.06940", "not_judged"),
        "net.1": ("5.000", "4.970", "holds"),
        "net.2": ("4.975", "4.945", "flips"),
        "net.sum": ("9.975", "9.915", "holds"),
    }
    assert found["2.1/1", "net.2"]["margin"] == "-0.005"
    assert found["2.1/1", "net.sum"]["margin"] == "0.015"


@pytest.mark.requirement("CAL-21")
def test_the_record_itself_stays_as_it_was_and_the_finding_stands_beside_it(weighed):
    before = [(row.id, row.value, row.judged) for row in weighed.rows(Entry)]
    (use,) = weighed.rows(EquipmentUse, asset=BALANCE)

    open_case(weighed)

    assert [(row.id, row.value, row.judged) for row in weighed.rows(Entry)] == before
    (finding,) = weighed.rows(ImpactFinding)
    assert (finding.record, finding.exception, finding.released_at) == (STREAM, "E-1", None)
    assert finding.uses[0]["snapshot_digest"] == use.snapshot_digest


@pytest.mark.requirement("CAL-21")
@pytest.mark.requirement("G-160b4")
@pytest.mark.parametrize(
    ("error", "effect", "severity"),
    [("0.60", Effect.FLIPS, Severity.HIGH), ("0.10", Effect.HOLDS, Severity.LOW)],
)
def test_the_batch_gets_an_exception_that_stands_before_its_release(weighed, error, effect, severity):
    open_case(weighed, error=error)

    (raised,) = weighed.rows(BatchException)
    assert (raised.severity, raised.blocks_release, raised.state) == (severity, True, ExceptionState.OPEN)
    assert raised.text.startswith(f"{CASE}: {BALANCE}, used here, was out of tolerance")
    (finding,) = weighed.rows(ImpactFinding)
    assert finding.effect is effect


@pytest.mark.requirement("CAL-21")
def test_only_uses_since_the_last_good_result_are_reached(weighed):
    weighed.sign("2.1/1")
    ended = weighed.now
    open_case(weighed, last_good_at=ended + timedelta(seconds=1), found_at=ended + timedelta(seconds=30))

    assert weighed.rows(ImpactFinding) == []


def test_a_use_without_a_value_that_names_the_instrument_is_listed_all_the_same(syrup):
    syrup.give("1.11/1", "ph", "6.0", actor=SHARMA)
    open_case(syrup, asset=METER, unit="pH", basis=ErrorBasis.ABSOLUTE)

    (finding,) = syrup.rows(ImpactFinding)
    assert (finding.effect, finding.values) == (Effect.NOT_JUDGED, [])
    assert [use["part"] for use in finding.uses] == ["1.11/1"]


def test_an_error_in_another_unit_leaves_the_values_uncorrected_and_says_so(weighed):
    open_case(weighed, basis=ErrorBasis.ABSOLUTE, unit="bar")

    (finding,) = weighed.rows(ImpactFinding)
    assert finding.effect is Effect.NOT_CORRECTED
    assert {value["now"] for value in finding.values} == {None}


@pytest.mark.requirement("CAL-21")
def test_what_was_used_later_is_found_by_looking_again_and_stops_the_closing_until_then(weighed):
    open_case(weighed, found_at=weighed.now + timedelta(minutes=1), error="0.10")
    assert reasons_of(close, weighed)[0] == f"Not decided yet: {STREAM}."
    decide(weighed, Decision.NO_EFFECT)
    close(weighed)

    (record,) = weighed.rows(OutOfTolerance)
    assert (record.state, record.closed_at is not None) == (CaseState.CLOSED, True)
    assert {row.meaning for row in weighed.rows(Signature) if row.stream == record.stream} == {
        "assessed",
        "reach_closed",
    }


def test_a_record_that_nobody_listed_stops_the_closing(weighed):
    late = case(weighed, found_at=weighed.now + timedelta(minutes=10), error="0.10")
    weighed.now += timedelta(minutes=10)
    number = weighed.do(ITO, commands.open_case, late).number
    with weighed.act(REYES) as work:
        facts = commands.case_facts(work.session, number)
    assert facts.unlisted == []
    assert weighed.do(BRANDT, commands.look_again, number) == []


@pytest.mark.requirement("CAL-21")
def test_what_flips_can_only_be_a_deviation(weighed):
    open_case(weighed, error="0.60")

    assert reasons_of(decide, weighed, Decision.NO_EFFECT) == [
        f"A verdict flips in {STREAM}: decide that it is a deviation, and investigate it."
    ]
    decide(weighed, Decision.DEVIATION)
    (row,) = weighed.rows(FindingDecision)
    assert (row.decision, row.rationale, row.decided_by) == (
        Decision.DEVIATION,
        "Recomputed; see the values.",
        BRANDT.person,
    )


def test_a_decision_may_be_taken_anew_and_the_earlier_one_stays_readable(weighed):
    open_case(weighed, error="0.10")
    decide(weighed, Decision.NO_EFFECT)
    decide(weighed, Decision.DEVIATION, reason="A second look.")

    assert [(row.version, row.decision) for row in weighed.rows(FindingDecision)] == [
        (1, Decision.NO_EFFECT),
        (2, Decision.DEVIATION),
    ]


@pytest.mark.requirement("ATK-30")
def test_another_person_decides_than_the_one_who_did_the_work(weighed):
    open_case(weighed, error="0.10")

    assert f"A. Reyes took part in the work of {STREAM}; another person decides." in reasons_of(
        decide, weighed, Decision.NO_EFFECT, actor=REYES
    )


def test_the_person_who_opened_the_case_does_not_close_it(weighed):
    open_case(weighed, error="0.10", actor=BRANDT)
    decide(weighed, Decision.NO_EFFECT)

    assert reasons_of(close, weighed) == [f"H. Brandt opened case {CASE}; another person closes it."]


def test_a_released_record_says_whether_it_was_distributed(weighed):
    """The rule is of the finding; the whole way from a released batch is played with the demo's story."""
    open_case(weighed, error="0.10")
    with weighed.read() as session:
        facts = commands.finding_facts(session, CASE, "F-1", NewDecision(decision=Decision.NO_EFFECT))
        session.expunge_all()
    facts.finding.released_at = weighed.now

    told = rules.released_record_says_where_it_is(facts, BRANDT)
    assert told == "This record was released. Say whether it has been distributed: a field alert may be due."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"asset": "A-9999"}, "There is no asset A-9999. Check the number on its label."),
        (
            {"evidence": " "},
            "Say what showed the error, and which result was the last good one.",
        ),
        (
            {"error": "0"},
            "Every error given is zero, so there is nothing to correct. Give the errors as found.",
        ),
    ],
)
def test_a_case_that_can_not_be_meant_is_refused_and_leaves_nothing(syrup, change, sentence):
    assert reasons_of(open_case, syrup, **change) == [sentence]
    assert syrup.rows(OutOfTolerance) == []


def test_the_window_ends_after_it_begins_and_not_in_time_to_come(syrup):
    later = syrup.now + timedelta(days=1)
    assert reasons_of(open_case, syrup, found_at=later) == [
        "The instrument can't have been found out of tolerance in time to come. Check the time."
    ]
    assert reasons_of(open_case, syrup, last_good_at=syrup.now) == [
        "The last good result lies before the moment the error was found. Check both times."
    ]


def test_an_operator_reports_to_somebody_who_may(syrup):
    assert reasons_of(open_case, syrup, actor=REYES) == [
        "A. Reyes is not authorised to report instruments out of tolerance."
    ]
    assert open_case(syrup, actor=NOVAK) == CASE
