"""Roles, assets and their states: one answer for every moment, and only from those who may give it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.events import Action
from records.batch.models import Batch
from records.batch.states import BatchState
from records.equipment.calculations import evaluate
from records.equipment.queries import (
    asset_in_role,
    holders_of,
    intervals_of,
    readiness,
    role_tree,
    timeline,
    what_was,
)
from records.equipment.states import EVALUATED, WORDS, Axis, GmpImpact, UsabilityVerdict
from records.errors import RecordNotFoundError
from records.procedure.sections import AxisRule, EquipmentRule
from tests.bare_batch import add_batch, add_use
from tests.workflows.floor import AT, BRANDT, DUBLIN, ITO, REYES, Floor, balance
from workflows.equipment.commands import (
    begin_state,
    change_state_within,
    define_equipment,
    lock_assets,
    map_asset,
    register_asset,
)
from workflows.equipment.facts import NewAsset, NewRole, NewState
from workflows.perform import Changes, RefusedError

LATER = AT + timedelta(hours=1)
LOOKS = "take 1 to 40 letters, digits, '-', '.' or '_', as in 24-118."
STILL_LATER = AT + timedelta(hours=2)
IN_CAL = NewState(
    axis=Axis.CALIBRATION,
    value="in_cal",
    cause="calibration certificate CC-118",
    detail={"due_on": "2026-11-23"},
)
AVAILABLE = NewState(axis=Axis.SERVICE, value="available", cause="asset/A-0003")
DIRTY = NewState(axis=Axis.CLEANING, value="dirty", cause="batch/TB-0771 2.11/1")
CLEAN = NewState(
    axis=Axis.CLEANING,
    value="clean",
    cause="cleaning record",
    detail={"clean_until": "2026-11-27T10:00:00.000000Z"},
)
MEASURING = EquipmentRule(
    name="measuring",
    axes=(
        AxisRule(axis="service", states=("available", "in_use")),
        AxisRule(axis="calibration", states=("in_cal", "due_soon")),
    ),
)


@pytest.fixture
def floor(engine):
    return Floor(engine)


@pytest.fixture
def balance_floor(floor):
    floor.stand_balance()
    return floor


def refusals_of(floor, act, actor=ITO, **acting):
    with pytest.raises(RefusedError) as refused, floor.act(actor, **acting) as work:
        act(work)
    return refused.value.reasons


def stretches(floor, axis):
    with floor.read() as session:
        return [
            (one.value, one.from_at, one.to_at) for one in timeline(session, "A-0003") if one.axis is axis
        ]


@pytest.mark.requirement("G-105a", "G-188b2")
def test_role_has_one_asset_at_every_moment_across_a_swap(balance_floor):
    with balance_floor.act(ITO, LATER) as work:
        register_asset(work, balance("A-0099"))
        map_asset(work, "A-0099", "BAL-014")

    with balance_floor.read() as session:
        moments = [AT - timedelta(seconds=1), AT, LATER - timedelta(microseconds=1), LATER, STILL_LATER]
        held = [asset_in_role(session, "BAL-014", moment) for moment in moments]

    assert [holder and holder.name for holder in held] == [
        None,
        "BAL-014 (A-0003)",
        "BAL-014 (A-0003)",
        "BAL-014 (A-0099)",
        "BAL-014 (A-0099)",
    ]


@pytest.mark.requirement("G-105a")
def test_asset_that_takes_another_role_leaves_the_one_it_had(balance_floor):
    with balance_floor.act(ITO, LATER) as work:
        define_equipment(work, NewRole(tag="BAL-021", title="Bench balance", equipment_class="balance"))
        map_asset(work, "A-0003", "BAL-021")

    with balance_floor.read() as session:
        left, taken = holders_of(session, "BAL-014"), holders_of(session, "BAL-021")

    assert ([m.to_at for m in left], [(m.asset, m.from_at, m.to_at) for m in taken]) == (
        [LATER],
        [("A-0003", LATER, None)],
    )


@pytest.mark.requirement("G-105a")
def test_mapping_recorded_late_needs_a_reason_and_overlaps_no_other(balance_floor):
    with balance_floor.act(ITO, LATER) as work:
        define_equipment(work, NewRole(tag="BAL-021", title="Bench balance", equipment_class="balance"))
        map_asset(work, "A-0003", "BAL-021")
        register_asset(work, balance("A-0099"))
    before_it_was_free = LATER - timedelta(microseconds=1)

    def act(work):
        map_asset(work, "A-0099", "BAL-014", before_it_was_free)

    found = refusals_of(balance_floor, act, at=STILL_LATER)
    with balance_floor.act(ITO, STILL_LATER, reason="The plate was changed first.") as work:
        map_asset(work, "A-0099", "BAL-014", LATER)

    with balance_floor.read() as session:
        held = asset_in_role(session, "BAL-014", LATER)
    assert (found, held.name) == (
        [
            "The role BAL-014 or asset A-0099 was mapped otherwise until 2026-11-20 11:00:00 UTC.",
            "A mapping that began earlier than it is recorded needs a reason.",
        ],
        "BAL-014 (A-0099)",
    )


@pytest.mark.requirement("G-105a")
def test_mapping_does_not_begin_before_the_one_it_ends(balance_floor):
    with balance_floor.act(ITO, LATER) as work:
        register_asset(work, balance("A-0099"))

    found = refusals_of(
        balance_floor,
        lambda work: map_asset(work, "A-0099", "BAL-014", AT - timedelta(seconds=1)),
        at=LATER,
        reason="Late",
    )

    assert found == ["A-0003 has held the role BAL-014 only since 2026-11-20 10:00:00 UTC."]


@pytest.mark.requirement("G-105b")
def test_numbers_and_tags_are_given_once(balance_floor):
    role = NewRole(tag="BAL-014", title="Another", equipment_class="balance")

    found = [
        refusals_of(balance_floor, lambda work: define_equipment(work, role)),
        refusals_of(balance_floor, lambda work: register_asset(work, balance("A-0003"))),
        refusals_of(balance_floor, lambda work: map_asset(work, "A-0003", "BAL-014")),
    ]

    assert found == [
        ["The role BAL-014 is defined already: Floor balance."],
        ["Asset A-0003 is registered already: Floor balance 300 kg."],
        ["Asset A-0003 holds the role BAL-014 already."],
    ]


def test_role_can_not_stand_under_nothing_nor_an_asset_in_no_role(balance_floor):
    role = NewRole(tag="X-1", title="Orphan", equipment_class="tank", parent="G102")

    found = [
        refusals_of(balance_floor, lambda work: define_equipment(work, role)),
        refusals_of(balance_floor, lambda work: map_asset(work, "A-0003", "X-1")),
    ]

    assert found == [
        ["There is no role G102 for X-1 to stand under. Define it first."],
        ["There is no role X-1. Define it first."],
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"resolution": None},
            "A measuring range needs minimum, maximum, unit and resolution, or none of them.",
        ),
        ({"range_minimum": 300}, "The range ends at 300.000, not above its start at 300."),
        ({"resolution": 0}, "The resolution must be greater than zero."),
        (
            {"number": "A/1"},
            f"The asset number 'A/1' can't be used: {LOOKS}",
        ),
    ],
)
def test_asset_with_half_a_range_or_an_odd_number_is_refused(floor, changes, sentence):
    plain = balance("A-0003")
    values = {name: getattr(plain, name) for name in NewAsset.__dataclass_fields__}

    assert refusals_of(floor, lambda work: register_asset(work, NewAsset(**{**values, **changes}))) == [
        sentence
    ]


@pytest.mark.requirement("G-105a", "G-182")
def test_states_of_an_axis_follow_each_other_without_gap_or_overlap(balance_floor):
    for at, state in [(AT, DIRTY), (LATER, CLEAN), (STILL_LATER, DIRTY)]:
        with balance_floor.act(REYES, at) as work:
            begin_state(work, "A-0003", state)

    assert stretches(balance_floor, Axis.CLEANING) == [
        ("dirty", AT, LATER),
        ("clean", LATER, STILL_LATER),
        ("dirty", STILL_LATER, None),
    ]


@pytest.mark.requirement("P11-10e-1")
def test_each_end_and_beginning_of_a_state_is_an_event_of_the_asset(balance_floor):
    for at, state in [(AT, DIRTY), (LATER, CLEAN)]:
        with balance_floor.act(REYES, at) as work:
            begin_state(work, "A-0003", state)

    assert balance_floor.actions("asset/A-0003") == [
        "asset.register",
        "asset.map",
        "asset.state.begin",
        "asset.state.end",
        "asset.state.begin",
    ]


@pytest.mark.requirement("G-160b4")
@pytest.mark.parametrize(
    ("axis", "value"), [(axis, word) for axis in Axis for word in WORDS[axis] if word in EVALUATED]
)
def test_nobody_sets_what_only_the_clock_may_say(balance_floor, axis, value):
    actor = REYES if axis is Axis.CLEANING else ITO
    state = NewState(axis=axis, value=value, cause="x")

    found = refusals_of(balance_floor, lambda work: begin_state(work, "A-0003", state), actor)

    assert found == [
        f"Nobody sets {axis} to {value.replace('_', ' ')}: it follows from the limits and the clock."
    ]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            NewState(axis=Axis.CALIBRATION, value="good", cause="x"),
            f"'good' is no state of calibration. It knows {', '.join(WORDS[Axis.CALIBRATION])}.",
        ),
        (
            NewState(axis=Axis.CALIBRATION, value="in_cal", cause="x"),
            "In calibration needs its limit: give due_at or due_on.",
        ),
        (
            NewState(axis=Axis.CALIBRATION, value="in_cal", cause="x", detail={"due_on": "23.11.2026"}),
            "The limit of in calibration can't be read: Invalid isoformat string: '23.11.2026'",
        ),
        (
            NewState(axis=Axis.CALIBRATION, value="in_cal", cause="x", detail={"due_on": "2026-11-19"}),
            "The limit 2026-11-19 23:59 (Europe/Dublin) lies before the state begins.",
        ),
        (
            NewState(
                axis=Axis.CALIBRATION,
                value="in_cal",
                cause="x",
                detail={"due_on": "2026-11-23", "warn_at": "2026-11-20T10:00:00"},
            ),
            "The state's detail can't be kept: warn_at has no time zone.",
        ),
        (
            NewState(
                axis=Axis.CALIBRATION,
                value="in_cal",
                cause="x",
                detail={"due_on": "2026-11-23", "warn_at": "2026-11-24T00:00:00.000000Z"},
            ),
            (
                "The warning at 2026-11-24 00:00 (Europe/Dublin) would come after the limit "
                "2026-11-23 23:59 (Europe/Dublin). Warn earlier."
            ),
        ),
        (
            NewState(axis=Axis.SERVICE, value="available", cause="x", detail={"hours": 1.5}),
            "The state's detail can't be kept: /hours: float is not part of countersign-json/1.",
        ),
        (
            NewState(axis=Axis.SERVICE, value="available", cause="x", from_at=LATER),
            "2026-11-20 11:00:00 UTC is still to come; record it when it happens.",
        ),
        (
            NewState(axis=Axis.CALIBRATION, value="grace", cause="x", detail={"due_on": "2026-11-30"}),
            "A-0003 has direct GMP impact: no grace is given after its calibration is due.",
        ),
    ],
)
def test_state_that_could_not_be_evaluated_is_refused(balance_floor, state, sentence):
    assert refusals_of(balance_floor, lambda work: begin_state(work, "A-0003", state)) == [sentence]


def test_vessel_that_holds_something_says_of_which_batch(balance_floor):
    state = NewState(axis=Axis.CONTENT, value="holds", cause="x")

    assert refusals_of(balance_floor, lambda work: begin_state(work, "A-0003", state), REYES) == [
        "content 'holds' needs its batch."
    ]


@pytest.mark.requirement("G-105a")
def test_vessel_holds_no_batch_that_does_not_exist(balance_floor):
    state = NewState(axis=Axis.CONTENT, value="holds", cause="x", detail={"batch": "TB-9999"})

    assert refusals_of(balance_floor, lambda work: begin_state(work, "A-0003", state), REYES) == [
        "There is no batch TB-9999. Give the number of the batch that A-0003 holds."
    ]


@pytest.mark.requirement("G-182")
def test_state_recorded_late_needs_a_reason_and_can_not_begin_before_the_one_it_ends(balance_floor):
    with balance_floor.act(REYES, LATER) as work:
        begin_state(work, "A-0003", DIRTY)
    too_early = NewState(axis=Axis.CLEANING, value="in_cleaning", cause="x", from_at=AT)

    found = refusals_of(
        balance_floor, lambda work: begin_state(work, "A-0003", too_early), REYES, at=STILL_LATER
    )

    assert found == [
        "A-0003 cleaning is dirty since 2026-11-20 11:00 (Europe/Dublin); a state can't begin before that.",
        "A state that began earlier than it is recorded needs a reason.",
    ]


@pytest.mark.requirement("G-182")
def test_state_recorded_late_begins_when_it_did(balance_floor):
    state = NewState(axis=Axis.CLEANING, value="dirty", cause="x", from_at=AT)
    with balance_floor.act(REYES, LATER, reason="The tablet was out of reach.") as work:
        begin_state(work, "A-0003", state)

    assert stretches(balance_floor, Axis.CLEANING) == [("dirty", AT, None)]


def test_retired_asset_neither_returns_nor_takes_a_role(balance_floor):
    with balance_floor.act(ITO) as work:
        begin_state(work, "A-0003", NewState(axis=Axis.SERVICE, value="retired", cause="x"))
        define_equipment(work, NewRole(tag="BAL-021", title="Bench balance", equipment_class="balance"))

    found = [
        refusals_of(balance_floor, lambda work: begin_state(work, "A-0003", AVAILABLE)),
        refusals_of(balance_floor, lambda work: map_asset(work, "A-0003", "BAL-021")),
    ]

    assert found == [
        ["Asset A-0003 is retired; it can't return to service."],
        ["Asset A-0003 is retired."],
    ]


@pytest.mark.requirement("P11-10g-1")
@pytest.mark.parametrize(
    ("actor", "state", "sentence"),
    [
        (REYES, IN_CAL, "A. Reyes is not authorised to manage equipment and its states."),
        (BRANDT, CLEAN, "H. Brandt is not authorised to record the cleaning of equipment."),
    ],
)
def test_states_are_begun_by_those_who_may(balance_floor, actor, state, sentence):
    assert refusals_of(balance_floor, lambda work: begin_state(work, "A-0003", state), actor) == [sentence]


@pytest.mark.requirement("P11-10g-1")
def test_quarantine_is_ended_by_the_quality_unit_alone(balance_floor):
    state = NewState(axis=Axis.QUALITY, value="released", cause="deviation D-12")
    refused = refusals_of(balance_floor, lambda work: begin_state(work, "A-0003", state))
    with balance_floor.act(BRANDT) as work:
        begin_state(work, "A-0003", state)

    assert (len(refused), stretches(balance_floor, Axis.QUALITY)) == (1, [("released", AT, None)])


def test_state_of_an_asset_that_is_not_there_is_refused(floor):
    with pytest.raises(RecordNotFoundError, match=r"There is no asset A-0404\."), floor.act(ITO) as work:
        begin_state(work, "A-0404", AVAILABLE)


def test_change_within_another_act_begins_once_and_stays_where_it_is_so_already(balance_floor):
    with balance_floor.act(REYES, LATER) as work:
        asset = lock_assets(work.session, ["A-0003"])["A-0003"]
        changes = Changes(work, "batch/TB-0771")
        first = change_state_within(changes, work, asset, DIRTY)
        again = change_state_within(changes, work, asset, DIRTY)
        same = first is again

    assert (same, stretches(balance_floor, Axis.CLEANING)) == (True, [("dirty", LATER, None)])


def test_change_within_another_act_keeps_the_rules(balance_floor):
    state = NewState(axis=Axis.CLEANING, value="hold_expired", cause="x")

    def act(work):
        asset = lock_assets(work.session, ["A-0003"])["A-0003"]
        change_state_within(Changes(work, "batch/TB-0771"), work, asset, state)

    assert refusals_of(balance_floor, act, REYES) == [
        "Nobody sets cleaning to hold expired: it follows from the limits and the clock."
    ]


@pytest.mark.requirement("G-160b4", "G-188b2")
def test_readiness_judges_the_asset_in_the_role_and_freezes_what_it_saw(balance_floor):
    with balance_floor.act(ITO) as work:
        begin_state(work, "A-0003", AVAILABLE)
        begin_state(work, "A-0003", IN_CAL)

    with balance_floor.read() as session:
        found = [
            readiness(session, "BAL-014", MEASURING, AT + timedelta(days=days), DUBLIN) for days in (0, 4)
        ]

    assert [(one.judgement.verdict, '"serial":"S-A-0003"' in one.snapshot) for one in found] == [
        (UsabilityVerdict.ALLOW, True),
        (UsabilityVerdict.BLOCK, True),
    ]


@pytest.mark.requirement("ATK-41")
def test_role_that_no_asset_holds_blocks(floor):
    with floor.read() as session:
        found = readiness(session, "BAL-014", MEASURING, AT, DUBLIN)

    assert (found.judgement.verdict, found.judgement.failed) == (
        UsabilityVerdict.BLOCK,
        ("No asset holds the role BAL-014. Map one to it before it is used (21 CFR 211.105(b)).",),
    )


@pytest.mark.requirement("G-105a")
@pytest.mark.parametrize("name", ["RMG-03", "A-0010"])
def test_what_was_in_a_vessel_is_answered_by_role_or_by_number(floor, name):
    floor.stand_balance(number="A-0010", tag="RMG-03")
    holds = NewState(
        axis=Axis.CONTENT,
        value="holds",
        cause="batch/TB-0771 2.2/1",
        detail={"batch": "TB-0771", "phase": "2A Granulation"},
    )
    empty = NewState(axis=Axis.CONTENT, value="empty", cause="batch/TB-0771 2.11/1")
    with floor.act(REYES) as work:
        add_batch(work, "TB-0771", AT)
        add_use(work, "TB-0771", "2.2/1", "RMG-03", "A-0010")
    with floor.act(REYES, LATER) as work:
        begin_state(work, "A-0010", holds)
    with floor.act(REYES, STILL_LATER) as work:
        complete(work, "TB-0771")
        begin_state(work, "A-0010", empty)

    with floor.read() as session:
        was = what_was(session, name, LATER + timedelta(minutes=30), DUBLIN)
        now = what_was(session, name, STILL_LATER, DUBLIN)

    assert (was.mapping.tag, was.state.axes[Axis.CONTENT].detail, now.state.word(Axis.CONTENT)) == (
        "RMG-03",
        {"batch": "TB-0771", "phase": "2A Granulation"},
        "empty",
    )


@pytest.mark.requirement("G-67a")
@pytest.mark.requirement("G-105a")
def test_what_an_ended_batch_left_behind_is_dirty_once_it_is_emptied_by_hand(floor):
    floor.stand_balance(number="A-0010", tag="RMG-03")
    holds = NewState(axis=Axis.CONTENT, value="holds", cause="x", detail={"batch": "TB-0771"})
    empty = NewState(axis=Axis.CONTENT, value="empty", cause="batch/TB-0771")
    other = replace(holds, detail={"batch": "TB-0772"})
    with floor.act(REYES) as work:
        add_batch(work, "TB-0771", AT)
        unused = refused(work, holds)
        add_use(work, "TB-0771", "2.2/1", "RMG-03", "A-0010")
        begin_state(work, "A-0010", CLEAN)
        begin_state(work, "A-0010", holds)
    with floor.act(REYES, LATER) as work:
        complete(work, "TB-0771")
        add_batch(work, "TB-0772", AT)
        add_use(work, "TB-0772", "2.2/1", "RMG-03", "A-0010")
        ended, taken, cleaned = refused(work, holds), refused(work, other), refused(work, CLEAN)
        begin_state(work, "A-0010", empty)

    with floor.read() as session:
        now = what_was(session, "A-0010", LATER, DUBLIN).state
    assert [unused, ended, taken, cleaned] == [
        ["No step of batch TB-0771 has used A-0010. Scan A-0010 in the step that uses it."],
        ["Batch TB-0771 is not under way; A-0010 can't hold it."],
        ["A-0010 holds batch TB-0771. Record that it is empty, and clean it, first."],
        ["A-0010 holds batch TB-0771; it can't be clean. Empty it first (21 CFR 211.105(a))."],
    ]
    assert (now.word(Axis.CONTENT), now.word(Axis.CLEANING)) == ("empty", "dirty")
    assert now.axes[Axis.CLEANING].detail == {"batch": "TB-0771"}


def complete(work, number):
    """Say that the production of a bare batch is complete."""
    batch = work.session.scalars(select(Batch).where(Batch.number == number)).one()
    Changes(work, batch.stream).update(batch, Action.BATCH_STATE, state=BatchState.PRODUCTION_COMPLETE)


def refused(work, state):
    """The reasons for which a hand may not begin a state of A-0010."""
    with pytest.raises(RefusedError) as caught:
        begin_state(work, "A-0010", state)
    return caught.value.reasons


def test_what_was_of_a_thing_nobody_knows_is_nothing(floor):
    with floor.read() as session:
        assert what_was(session, "TNK-999", AT, DUBLIN) is None


def test_tree_of_roles_shows_what_holds_each(balance_floor):
    with balance_floor.act(ITO, LATER) as work:
        define_equipment(work, NewRole(tag="D101", title="Dispensing", equipment_class="room"))
        define_equipment(work, NewRole(tag="SFT-02", title="Sifter", equipment_class="sifter", parent="D101"))

    with balance_floor.read() as session:
        tree = role_tree(session, LATER)

    assert [
        (node.role.tag, node.asset and node.asset.number, [child.role.tag for child in node.children])
        for node in tree
    ] == [("BAL-014", "A-0003", []), ("D101", None, ["SFT-02"])]


@pytest.mark.requirement("G-160b4")
def test_stopped_scheduler_leaves_no_instrument_in_calibration(balance_floor):
    with balance_floor.act(ITO) as work:
        begin_state(work, "A-0003", IN_CAL)
    a_year_later = AT + timedelta(days=365)

    with balance_floor.read() as session:
        stored = intervals_of(session, "A-0003", a_year_later)
        word = evaluate(stored, a_year_later, DUBLIN).word(Axis.CALIBRATION)

    assert ([one.value for one in stored], word) == (["in_cal"], "overdue")


def test_impact_on_the_product_is_kept_with_the_asset(balance_floor):
    with balance_floor.read() as session:
        held = asset_in_role(session, "BAL-014", AT)

    assert held.asset.gmp_impact is GmpImpact.DIRECT
