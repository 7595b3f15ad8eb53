"""An asset whose maintenance is missing is not used in a batch; the work that maintains it goes on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from records.days import local_day
from records.maintenance.plan import Plan
from records.maintenance.states import CalendarUnit, PlanKind
from records.maintenance.triggers import CalendarTrigger
from tests.factories import BRANDT, DUBLIN, DUBOIS, SHARMA, SILVA, reasons_of
from tests.shop import Shop
from tests.syrup import METER
from workflows.maintenance.cycle_commands import enrol_asset
from workflows.maintenance.plan_commands import approve_plan, check_plan, content_to_sign, draft_plan

pytest_plugins = ("tests.stages", "tests.syrup_stages")

PLAN = Plan(
    title="pH meter: electrode",
    kind=PlanKind.PREVENTIVE,
    assets=(METER,),
    triggers=(CalendarTrigger(every=30, unit=CalendarUnit.DAY),),
    hours=Decimal(1),
    lead_days=0,
    stop_days=7,
    lock_out=False,
    signatures=(),
    procedure="PM-500",
)


def measure(plant):
    """Enter the pH, which takes the meter into use."""
    plant.give("1.11/1", "ph", "6.0", actor=SHARMA)


def put_under_a_plan(plant, days_ago):
    """The meter under a plan whose work was last done so many days ago."""
    Shop(plant).effective_procedure()
    number = plant.do(DUBOIS, draft_plan, "PM-9", PLAN).number
    for who, command in ((SILVA, check_plan), (BRANDT, approve_plan)):
        plant.do(who, command, number, shown=lambda session: content_to_sign(session, number))
    done_at = plant.now - timedelta(days=days_ago)
    plant.do(DUBOIS, enrol_asset, "PM-9", METER, done_at, "Logbook, page 7")
    return local_day(done_at, DUBLIN)


@pytest.mark.requirement("G-67a")
@pytest.mark.requirement("ATK-41")
def test_an_asset_is_not_used_after_the_last_day_without_its_maintenance(syrup):
    done_on = put_under_a_plan(syrup, 38)

    said = (
        f"PHM-01 ({METER}): maintenance PM-9 was due on {done_on + timedelta(days=30)}, and it may be used "
        f"without it until {done_on + timedelta(days=37)} only. Do the work first (21 CFR 211.67(a))."
    )
    assert reasons_of(measure, syrup) == [said]


@pytest.mark.requirement("G-67a")
def test_an_asset_is_used_to_the_last_day_its_plan_gives_it(syrup):
    put_under_a_plan(syrup, 37)

    measure(syrup)
