"""The stage of the step engine's tests: ask for `syrup`, a plant whose batch SY-0001 is issued.

Its lots are released, and its balance, tank and pH meter are in order.
"""

import pytest

from tests.stages import STAGES
from tests.syrup import SyrupPlant, issue_syrup

STAGES["syrup"] = issue_syrup


@pytest.fixture
def syrup(databases, stages):
    with stages.lend(databases, "syrup") as lent:
        plant = SyrupPlant(lent.engine)
        plant.now = lent.now
        yield plant
