"""A snapshot says everything the step saw of its equipment, in bytes that can be checked for ever."""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from audit.canonical import decode, encode
from records.equipment.calculations import evaluate, judge_use
from records.equipment.snapshot import snapshot, snapshot_digest, snapshot_text
from records.equipment.states import Axis, GmpImpact
from records.procedure.sections import AxisRule, EquipmentRule

DUBLIN = "Europe/Dublin"
AT = datetime(2026, 11, 20, 10, 14, 1, tzinfo=UTC)
RULE = EquipmentRule(name="measuring", axes=(AxisRule(axis="calibration", states=("in_cal", "due_soon")),))


OVERDUE = (
    "BAL-014 (A-0003) calibration is overdue since 2026-11-23 23:59 (Europe/Dublin); "
    "the rule measuring wants in calibration or due soon (21 CFR 211.160(b)(4))."
)
DETAIL = {"certificate": "CC-2026-118", "due_on": "2026-11-23"}


@dataclass(frozen=True)
class Stretch:
    axis: Axis = Axis.CALIBRATION
    value: str = "in_cal"
    from_at: datetime = AT - timedelta(days=30)
    to_at: datetime | None = None
    detail: dict = field(default_factory=DETAIL.copy)
    id: int = 41
    rev: int = 1


@dataclass(frozen=True)
class Asset:
    rev: int = 2
    number: str = "A-0003"
    title: str = "Floor balance 300 kg"
    maker: str = "Waage"
    model: str = "FB-300"
    serial: str = "S-7741"
    gmp_impact: GmpImpact = GmpImpact.DIRECT
    firmware: str | None = "2.4.1"
    range_minimum: Decimal | None = Decimal("1.000")
    range_maximum: Decimal | None = Decimal("300.000")
    range_unit: str | None = "kg"
    resolution: Decimal | None = Decimal("0.001")


@dataclass(frozen=True)
class Mapping:
    id: int = 7
    rev: int = 1
    tag: str = "BAL-014"
    from_at: datetime = AT - timedelta(days=200)


def taken(*, asset=None, mapping=None, stretch=None, at=AT, rule=RULE):
    state = evaluate([stretch or Stretch()], at, DUBLIN)
    judgement = judge_use(state, rule, gmp_impact=GmpImpact.DIRECT, name="BAL-014 (A-0003)")
    return snapshot(
        mapping=mapping or Mapping(), asset=asset or Asset(), state=state, rule=rule, judgement=judgement
    )


UNKNOWN_AXIS = {
    "stored": None,
    "evaluated": "unknown",
    "since": None,
    "interval": None,
    "rev": None,
    "from_at": None,
    "detail": None,
}


@pytest.mark.requirement("G-188b2")
def test_snapshot_holds_identity_range_calibration_rule_and_verdict():
    assert taken() == {
        "format": "countersign-equipment-snapshot/1",
        "at": "2026-11-20T10:14:01.000000Z",
        "time_zone": "Europe/Dublin",
        "tag": "BAL-014",
        "mapping": {"id": 7, "rev": 1, "from_at": "2026-05-04T10:14:01.000000Z"},
        "asset": {
            "number": "A-0003",
            "rev": 2,
            "title": "Floor balance 300 kg",
            "maker": "Waage",
            "model": "FB-300",
            "serial": "S-7741",
            "firmware": "2.4.1",
            "gmp_impact": "direct",
            "range_minimum": "1.000",
            "range_maximum": "300.000",
            "range_unit": "kg",
            "resolution": "0.001",
        },
        "axes": {
            "service": UNKNOWN_AXIS,
            "qualification": UNKNOWN_AXIS,
            "calibration": {
                "stored": "in_cal",
                "evaluated": "in_cal",
                "since": "2026-10-21T10:14:01.000000Z",
                "interval": 41,
                "rev": 1,
                "from_at": "2026-10-21T10:14:01.000000Z",
                "detail": {"certificate": "CC-2026-118", "due_on": "2026-11-23"},
            },
            "cleaning": UNKNOWN_AXIS,
            "quality": UNKNOWN_AXIS,
            "content": UNKNOWN_AXIS,
        },
        "rule": {
            "name": "measuring",
            "clauses": [{"axis": "calibration", "states": ["in_cal", "due_soon"]}],
        },
        "verdict": "allow",
        "failed": [],
    }


@pytest.mark.requirement("G-188b2")
def test_snapshot_keeps_the_stored_word_beside_the_evaluated_one_and_why_it_failed():
    found = taken(at=datetime(2026, 11, 24, tzinfo=UTC))

    calibration = found["axes"]["calibration"]
    assert (calibration["stored"], calibration["evaluated"], found["verdict"], found["failed"]) == (
        "in_cal",
        "overdue",
        "block",
        [OVERDUE],
    )


def test_snapshot_text_is_canonical_in_the_ledgers_profile():
    text = snapshot_text(taken())

    assert encode(decode(text.encode("utf-8"))) == text.encode("utf-8")


def test_snapshot_of_equipment_without_a_range_has_none():
    asset = replace(Asset(), range_minimum=None, range_maximum=None, range_unit=None, resolution=None)

    found = taken(asset=asset)["asset"]

    assert [found[name] for name in ("range_minimum", "range_maximum", "range_unit", "resolution")] == (
        [None] * 4
    )


@pytest.mark.requirement("G-188b2")
def test_snapshot_digest_is_over_its_domain_and_its_exact_bytes():
    text = snapshot_text(taken())

    expected = sha256(b"countersign/equipment-snapshot/v1\n" + text.encode("utf-8")).digest()
    assert snapshot_digest(text) == b64encode(expected).decode("ascii")


@pytest.mark.requirement("G-188b2")
@pytest.mark.parametrize(
    "changed",
    [
        {"asset": replace(Asset(), serial="S-7742")},
        {"asset": replace(Asset(), rev=3)},
        {"asset": replace(Asset(), resolution=Decimal("0.01"))},
        {"mapping": replace(Mapping(), id=8)},
        {"stretch": replace(Stretch(), id=42)},
        {"stretch": replace(Stretch(), detail={**DETAIL, "due_on": "2026-11-24"})},
        {"at": AT + timedelta(microseconds=1)},
        {"rule": replace(RULE, name="weighing")},
    ],
    ids=["serial", "asset-rev", "resolution", "mapping", "interval", "due-on", "at", "rule"],
)
def test_snapshot_digest_changes_with_whatever_was_otherwise(changed):
    assert snapshot_digest(snapshot_text(taken(**changed))) != snapshot_digest(snapshot_text(taken()))
