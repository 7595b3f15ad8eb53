"""Plans of maintenance: signed by two more persons, due by the first trigger, extended once, by signature."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.trail.verification import Store, verify
from audit.chain import Ledger
from audit.findings import Verdict
from records.days import local_day
from records.errors import RecordNotFoundError
from records.maintenance.due import standing
from records.maintenance.forecast import due_now
from records.maintenance.meters import NewReading
from records.maintenance.models import FixedDue, MaintenanceCycle, MeterReading, PlanVersion
from records.maintenance.plan import Plan
from records.maintenance.queries import plan_version, standings
from records.maintenance.states import CalendarUnit, CountedEvent, DueWord, PlanKind, PlanState, ReadingKind
from records.maintenance.triggers import CalendarTrigger, EventTrigger, MeterTrigger
from records.work_order.models import WorkOrder
from records.work_order.queries import order_by_number
from records.work_order.states import Demand, OrderKind, WorkOrderState
from tests.factories import BRANDT, DUBLIN, DUBOIS, ITO, NOVAK, SILVA, reasons_of
from tests.shop import PRESS
from workflows.authority import SYSTEM
from workflows.maintenance.cycle_commands import content_to_extend, enrol_asset, extend_due_date
from workflows.maintenance.facts import NewExtension, NewMeter
from workflows.maintenance.generation import assets_due, generate_due_orders
from workflows.maintenance.meter_commands import define_meter, record_event, record_reading
from workflows.maintenance.plan_commands import (
    approve_plan,
    check_plan,
    content_to_sign,
    draft_plan,
    retire_plan,
    withdraw_plan,
)
from workflows.procedure import commands as masters
from workflows.work_order import commands as orders

pytest_plugins = ("tests.stages",)

HOURS = MeterTrigger(meter="run-hours", unit="h", every=Decimal(500), early=Decimal(50), late=Decimal(25))
QUARTER = CalendarTrigger(every=90, unit=CalendarUnit.DAY)
CHANGEOVERS = EventTrigger(event=CountedEvent.TOOLING_CHANGEOVER, after=3)
PM_500 = Plan(
    title="Tablet press: 500 hours",
    kind=PlanKind.PREVENTIVE,
    assets=(PRESS,),
    triggers=(HOURS, QUARTER, CHANGEOVERS),
    hours=Decimal("4.5"),
    lead_days=0,
    stop_days=7,
    lock_out=True,
    signatures=("quality",),
    procedure="PM-500",
)
MONTHLY = replace(PM_500, triggers=(CalendarTrigger(every=30, unit=CalendarUnit.DAY, early=5, late=3),))


class Planner:
    """Acts on the plans of one store."""

    def __init__(self, shop):
        self.shop, self.plant = shop, shop.plant
        self.day_0 = shop.plant.now

    def draft(self, plan=PM_500, code="PM-500"):
        return self.plant.do(DUBOIS, draft_plan, code, plan).number

    def sign(self, actor, command, number):
        self.plant.do(actor, command, number, shown=lambda session: content_to_sign(session, number))

    def effective(self, plan=PM_500, code="PM-500"):
        number = self.draft(plan, code)
        self.sign(SILVA, check_plan, number)
        self.sign(BRANDT, approve_plan, number)
        return number

    def meter(self, **more):
        new = NewMeter(code="run-hours", title="Run hours", unit="h", most_per_day=Decimal(24), **more)
        self.plant.do(DUBOIS, define_meter, PRESS, new)

    def read(self, value, kind=ReadingKind.READING, *, actor=ITO, at=None, reason=None, old_final=None):
        new = NewReading(value=Decimal(value), kind=kind, old_final=old_final)
        return self.plant.do(actor, record_reading, PRESS, "run-hours", new, at, reason=reason)

    def later(self, days):
        """Go on to so many days after the work that began the first cycle."""
        self.plant.now = self.day_0 + timedelta(days=days)

    def on(self, days):
        """The site's day so many days after it."""
        return local_day(self.day_0, DUBLIN) + timedelta(days=days)

    def begun(self, plan=PM_500):
        """The press under a plan; the work was last done now."""
        self.meter()
        self.effective(plan)
        self.read("12418.0")
        self.day_0 = self.plant.now
        self.enrol()
        return self

    def enrol(self, done_at=None, evidence="WO-0900"):
        self.plant.do(DUBOIS, enrol_asset, "PM-500", PRESS, done_at or self.day_0, evidence)

    def standing(self):
        with self.plant.read() as session:
            return standings(session, self.plant.now, DUBLIN)[0]

    def due(self):
        return due_now(self.standing().planned)

    def word(self):
        return standing(self.due(), local_day(self.plant.now, DUBLIN))

    def generate(self, actor=SYSTEM):
        return self.plant.do(actor, generate_due_orders)

    def extend(self, until, *, actor=BRANDT, risk="As-found errors of 3 years below a third of the limit."):
        new = NewExtension(extended_to=until, risk=risk)
        with self.plant.act(actor) as work:
            shown = content_to_extend(work, "PM-500", PRESS, new)
        with self.plant.act(actor, signs=shown) as work:
            extend_due_date(work, "PM-500", PRESS, new)

    def rows(self, model):
        with self.plant.read() as session:
            return session.scalars(select(model).order_by(model.id)).all()


@pytest.fixture
def planner(shop):
    return Planner(shop)


def refused(act, *given, **more):
    return reasons_of(lambda: act(*given, **more))


def test_a_plan_is_checked_and_approved_by_two_persons_who_did_not_write_it(planner):
    planner.meter()
    number = planner.draft()
    assert refused(planner.sign, BRANDT, approve_plan, number) == [
        "Cannot approve the plan: plan PM-500.1 is draft."
    ]
    assert any("not authorised" in one for one in refused(planner.sign, DUBOIS, check_plan, number))
    planner.sign(NOVAK, check_plan, number)
    planner.sign(BRANDT, approve_plan, number)
    with planner.plant.read() as session:
        assert plan_version(session, number).state is PlanState.EFFECTIVE


def test_the_author_does_not_check_their_own_plan(planner):
    planner.meter()
    number = planner.draft()
    author = replace(DUBOIS, roles=NOVAK.roles)
    assert refused(planner.sign, author, check_plan, number) == [
        "C. Dubois wrote this version; another person checks it."
    ]


def test_a_new_version_supersedes_the_one_in_force_and_an_ended_one_is_told(planner):
    planner.meter()
    planner.effective()
    second = planner.effective(replace(PM_500, title="Again"))
    third = planner.draft()
    planner.plant.do(DUBOIS, withdraw_plan, third, reason="A slip")
    planner.plant.do(BRANDT, retire_plan, second, reason="Press sold")
    states = [(one.number, one.state) for one in planner.rows(PlanVersion)]
    assert states == [
        ("PM-500.1", PlanState.SUPERSEDED),
        ("PM-500.2", PlanState.RETIRED),
        ("PM-500.3", PlanState.WITHDRAWN),
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"assets": ()}, "A plan names at least one asset."),
        ({"assets": ("A-0000",)}, "There is no asset A-0000. Register it first."),
        ({"assets": (PRESS, PRESS)}, f"The route names {PRESS} twice."),
        ({"triggers": ()}, "A plan needs a trigger"),
        ({"triggers": (QUARTER, QUARTER)}, "Two triggers count the same: the calendar."),
        ({"triggers": (replace(HOURS, meter="none"),)}, f"{PRESS} has no meter none. Define it first."),
        ({"triggers": (replace(HOURS, unit="min"),)}, "counts in h, not in min."),
        ({"triggers": (replace(HOURS, every=Decimal(0)),)}, "is more than zero"),
        ({"triggers": (replace(HOURS, early=Decimal(500)),)}, "is narrower than its interval"),
        ({"triggers": (replace(QUARTER, every=0),)}, "is 1 to 3650 days, not 0."),
        ({"triggers": (replace(QUARTER, late=-1),)}, "The window of the calendar"),
        ({"triggers": (replace(CHANGEOVERS, after=0),)}, "An event counts 1 to 10000 times, not 0."),
        ({"hours": Decimal(0)}, "more than zero hours"),
        ({"stop_days": 1000}, "0 to 365 days"),
        ({"signatures": ("nobody",)}, "No order asks for the signature nobody."),
    ],
)
def test_a_plan_that_cannot_work_is_refused_with_what_to_do(planner, change, says):
    planner.meter()
    assert says in " ".join(refused(planner.draft, replace(PM_500, **change)))


def test_the_press_is_due_on_day_73_and_its_order_inherits_from_the_plan(planner):
    planner.begun()
    for day, value in ((28, "12611.5"), (55, "12793.0"), (68, "12884.0")):
        planner.later(day)
        planner.read(value)
    assert planner.due().due_on == planner.on(73)
    assert planner.word() is DueWord.WINDOW_OPEN

    done = planner.generate()
    again = planner.generate()
    assert (done.raised, again.raised, again.refused) == (["WO-0001"], [], [])
    with planner.plant.read() as session:
        order = order_by_number(session, "WO-0001")
        assert assets_due(session, planner.plant.now, DUBLIN) == []
    assert (order.order_kind, order.plan_version, order.master) == (
        OrderKind.PREVENTIVE,
        "PM-500.1",
        "PM-500.1",
    )
    assert (order.state, order.lock_out) == (WorkOrderState.PLANNED, True)
    assert Demand.QUALITY in order.signatures
    assert local_day(order.due_at, DUBLIN) == planner.on(73)
    assert local_day(order.hard_stop_at, DUBLIN) == planner.on(80)
    assert local_day(order.window_opens_at, DUBLIN) == planner.on(66)


def test_an_order_is_not_raised_before_its_window_opens(planner):
    planner.begun(MONTHLY)
    planner.later(24)
    assert planner.generate().raised == []
    planner.later(25)
    assert planner.generate().raised == ["WO-0001"]


def test_an_order_that_was_rejected_is_raised_again_with_the_same_due_date(planner):
    planner.begun(MONTHLY)
    planner.later(26)
    planner.generate()
    fixed = planner.due()
    order = planner.rows(WorkOrder)[0].number
    planner.shop.sign(DUBOIS, orders.cancel_order, order, reason="Doubled")
    assert planner.generate().raised == ["WO-0002"]
    assert planner.due() == fixed
    assert [one.due_on for one in planner.rows(FixedDue)] == [fixed.due_on] * 2


@pytest.mark.requirement("ATK-42")
def test_what_an_order_has_fixed_no_reading_and_no_new_version_moves(planner):
    planner.begun()
    planner.later(68)
    planner.read("12884.0")
    planner.generate()
    fixed = planner.due()
    planner.later(69)
    planner.read("12884.0")
    planner.effective(replace(PM_500, triggers=(replace(QUARTER, every=3650),)))
    assert planner.due() == fixed
    assert planner.standing().plan_version == "PM-500.1"


@pytest.mark.requirement("CAL-2")
def test_a_longer_interval_counts_from_the_next_cycle_and_is_signed(planner):
    planner.begun(MONTHLY)
    before = planner.due()
    longer = replace(MONTHLY, triggers=(replace(MONTHLY.triggers[0], every=60),))
    planner.effective(longer)
    assert (planner.due(), planner.standing().plan_version) == (before, "PM-500.1")
    planner.later(28)
    planner.generate()
    planner.later(29)
    close(planner, "WO-0001")
    assert planner.generate().begun == [f"PM-500 of {PRESS}"]
    assert planner.standing().plan_version == "PM-500.2"
    assert planner.due().due_on == planner.on(29 + 60)


def test_a_closed_order_rearms_every_trigger_from_its_day_and_reading(planner):
    planner.begun()
    planner.later(68)
    planner.read("12884.0")
    planner.generate()
    planner.later(70)
    planner.read("12897.0")
    planner.plant.do(ITO, record_event, PRESS, CountedEvent.TOOLING_CHANGEOVER, "WO-0001")
    close(planner, "WO-0001")
    planner.later(71)
    done = planner.generate()
    assert (done.begun, done.raised) == ([f"PM-500 of {PRESS}"], [])
    cycle = planner.rows(MaintenanceCycle)[-1]
    assert (cycle.number, cycle.work_order, cycle.due_on) == (2, "WO-0001", planner.on(73))
    assert cycle.baseline["counted"] == {"run-hours": "12897.0"}
    assert cycle.baseline["on"] == planner.on(70).isoformat()
    standing_now = planner.standing()
    assert standing_now.planned.observed.events == {}
    # 479.0 h in 70 d: 500 h on day 73.07
    assert planner.due().due_on == planner.on(70 + 74)
    assert planner.generate().begun == []


def close(planner, order):
    """Carry the order out, review it, and close it for the quality unit."""
    shop = planner.shop
    shop.schedule(order)
    shop.start(order)
    shop.work_through(order)
    shop.sign(ITO, orders.finish_order, order)
    planner.plant.do(NOVAK, orders.begin_review, order)
    shop.sign(NOVAK, orders.review_order, order)
    shop.sign(BRANDT, orders.accept_order, order)


def test_three_changeovers_make_it_due(planner):
    planner.begun()
    for day in (10, 20, 30):
        planner.later(day)
        planner.plant.do(ITO, record_event, PRESS, CountedEvent.TOOLING_CHANGEOVER, f"batch/TB-{day}")
    assert planner.due().due_on == planner.on(30)
    planner.later(31)
    assert planner.generate().raised == ["WO-0001"]


def test_an_order_without_its_procedure_is_told_and_not_raised(planner):
    planner.begun(MONTHLY)
    planner.plant.do(BRANDT, masters.retire, "PM-500.1", reason="Wrong grease")
    planner.later(30)
    done = planner.generate()
    assert (done.raised, done.refused) == (
        [],
        [f"PM-500 of {PRESS}: no version of the procedure PM-500 is in force."],
    )


@pytest.mark.requirement("CAL-22")
def test_a_due_date_is_extended_once_before_it_comes_by_the_quality_unit(planner):
    planner.begun(MONTHLY)
    planner.later(28)
    assert any("not authorised" in one for one in refused(planner.extend, planner.on(40), actor=DUBOIS))
    assert "after" in refused(planner.extend, planner.on(30))[0]
    assert "a new version of the plan" in refused(planner.extend, planner.on(300))[0]
    assert refused(planner.extend, planner.on(40), risk=" ") == [
        "Say what the risk is and why it is acceptable."
    ]
    planner.extend(planner.on(40))
    assert planner.standing().planned.extended_to == planner.on(40)
    assert "moved once only" in refused(planner.extend, planner.on(50))[0]
    assert planner.due().due_on == planner.on(30)


@pytest.mark.requirement("CAL-22")
@pytest.mark.requirement("ATK-42")
def test_after_the_due_time_no_date_is_moved(planner):
    planner.begun(MONTHLY)
    planner.later(31)
    said = refused(planner.extend, planner.on(60))
    assert said == [
        f"PM-500 of {PRESS} was due on {planner.on(30)}. After its due time no date is moved; do the work."
    ]


@pytest.mark.requirement("ATK-42")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE maintenance_cycle SET baseline = '{}'",
        "UPDATE fixed_due SET due_on = '2099-01-01'",
        "UPDATE extension SET extended_to = '2099-01-01'",
        "UPDATE meter_reading SET counted = '1'",
        "DELETE FROM extension",
    ],
)
def test_the_database_moves_no_due_date_either(planner, statement):
    planner.begun(MONTHLY)
    planner.later(27)
    planner.generate()
    planner.extend(planner.on(40))
    with planner.plant.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))


@pytest.mark.requirement("G-68a")
def test_the_due_list_of_a_past_day_is_what_was_known_then(planner):
    planner.begun(MONTHLY)
    planner.later(31)
    overdue_at = planner.plant.now
    assert planner.word() is DueWord.GRACE
    planner.generate()
    close(planner, "WO-0001")
    planner.generate()
    planner.later(60)
    with planner.plant.read() as session:
        then = standings(session, overdue_at, DUBLIN)[0]
        before = standings(session, planner.day_0 - timedelta(days=1), DUBLIN)
    assert (then.cycle, due_now(then.planned).due_on, before) == (1, planner.on(30), [])
    assert planner.standing().cycle == 2


def test_readings_go_forward_and_say_how(planner):
    planner.meter(rollover_at=Decimal(100000))
    planner.read("99990.0")
    assert "does not run backwards" in refused(planner.read, "12.0")[0]
    planner.later(1)
    planner.read("2.5", ReadingKind.ROLLOVER)
    planner.later(2)
    planner.read("0", ReadingKind.REPLACED, old_final=Decimal("10.0"))
    assert [str(one.counted) for one in planner.rows(MeterReading)] == ["99990.0", "100002.5", "100010.0"]


def test_a_late_reading_needs_a_reason_and_its_place(planner):
    planner.meter()
    at = planner.plant.now
    planner.later(3)
    assert refused(planner.read, "10", at=at) == ["What is recorded on a later day needs a reason."]
    planner.read("10", at=at, reason="From the logbook")
    assert "in their order" in refused(planner.read, "11", at=at - timedelta(hours=1), reason="x")[0]
    assert "still to come" in refused(planner.read, "11", at=planner.plant.now + timedelta(days=1))[0]


def test_more_hours_than_the_day_has_are_recorded_and_flagged(planner):
    planner.meter()
    planner.read("10")
    planner.later(1)
    planner.read("11")
    planner.read("99")
    assert [one.is_implausible for one in planner.rows(MeterReading)] == [False, False, True]


def test_an_asset_comes_under_a_plan_with_evidence_and_a_reading(planner):
    planner.meter()
    planner.effective()
    done_at = planner.plant.now
    assert "Record it first" in refused(planner.enrol, done_at)[0]
    planner.read("12418.0")
    assert "shows when the work was last done" in refused(planner.enrol, planner.plant.now, " ")[0]
    planner.enrol(planner.plant.now)
    assert "already" in refused(planner.enrol, planner.plant.now)[0]
    with pytest.raises(RecordNotFoundError):
        planner.plant.do(DUBOIS, enrol_asset, "PM-900", PRESS, done_at, "x")


def test_everything_verifies(planner, tmp_path):
    planner.begun(MONTHLY)
    planner.later(27)
    planner.generate()
    planner.extend(planner.on(40))
    close(planner, "WO-0001")
    planner.generate()
    store = Store(
        url=planner.plant.engine.url.render_as_string(hide_password=False),
        ledger=Ledger(origin="countersign/tests", mac_key=b"k" * 32),
        files=tmp_path,
    )
    assert verify(store).verdict is Verdict.PASS
