"""The policy of signatures: published, acknowledged by signing, asked for before every other signature."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from records.personnel.states import Role
from records.policy.queries import policy_in_force
from signatures.accountability import NO_POLICY, accountability_of, acknowledged_by
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.factories import BRANDT, MORNING, NOVAK, REYES, Plant, person, reasons_of
from workflows.policy.commands import (
    acknowledge_policy,
    content_to_acknowledge,
    content_to_publish,
    publish_policy,
)
from workflows.policy.facts import NewPolicy

TODAY = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
POLICY = NewPolicy(title="Signatures", text="I answer for what I sign.", effective_at=TODAY)


@pytest.fixture
def plant(engine):
    return Plant(engine)


def publish(plant, new=POLICY, actor=BRANDT):
    return plant.do(actor, publish_policy, new, shown=lambda session: content_to_publish(session, new)).number


def acknowledge(plant, number="1", actor=REYES):
    plant.do(actor, acknowledge_policy, number, shown=lambda session: content_to_acknowledge(session, number))


def standing(plant, actor=REYES):
    with plant.read() as session:
        found = accountability_of(session, actor.person, plant.now)
    return (found.version, found.is_acknowledged)


@pytest.mark.requirement("P11-10j-1")
def test_nobody_may_sign_where_no_policy_is_in_force(plant):
    with plant.read() as session:
        found = accountability_of(session, REYES.person, plant.now)

    assert (found.version, found.is_acknowledged, found.refusal("A. Reyes")) == (None, False, NO_POLICY)


@pytest.mark.requirement("P11-10j-1")
def test_person_who_signed_the_policy_in_force_may_sign_and_nobody_else(plant):
    publish(plant)
    before = standing(plant)

    acknowledge(plant)

    assert (before, standing(plant), standing(plant, NOVAK)) == (("1", False), ("1", True), ("1", False))


@pytest.mark.requirement("P11-10j-1")
def test_acknowledgement_is_a_signature_over_what_was_published(plant):
    publish(plant)
    acknowledge(plant)

    with plant.read() as session:
        signed = session.scalars(select(Signature).where(Signature.stream == "policy/1")).all()

    assert [(one.signer, one.meaning) for one in signed] == [
        ("h.brandt", Meaning.PUBLISHED),
        ("a.reyes", Meaning.ACKNOWLEDGED),
    ]
    assert signed[0].content_digest == signed[1].content_digest


@pytest.mark.requirement("P11-10j-1")
def test_new_version_asks_everybody_again_from_its_day_and_can_be_signed_before(plant):
    publish(plant)
    acknowledge(plant)
    acknowledge(plant, actor=NOVAK)
    publish(plant, NewPolicy(title="Signatures", text="And more.", effective_at=TODAY + timedelta(days=3)))
    acknowledge(plant, "2", actor=NOVAK)
    eve = standing(plant), standing(plant, NOVAK)

    plant.now = TODAY + timedelta(days=3)

    assert eve == (("1", True), ("1", True))
    assert (standing(plant), standing(plant, NOVAK)) == (("2", False), ("2", True))


def test_last_version_published_is_in_force_whatever_its_day(plant):
    publish(plant, NewPolicy(title="Later", text="Text", effective_at=TODAY + timedelta(days=1)))
    publish(plant)

    with plant.read() as session:
        found = policy_in_force(session, TODAY + timedelta(days=2))

    assert found.number == "2"


@pytest.mark.requirement("P11-10j-1")
def test_every_reason_why_a_policy_is_not_published_is_told(plant):
    wrong = NewPolicy(title=" ", text="", effective_at=TODAY - timedelta(days=1))

    assert reasons_of(publish, plant, wrong, NOVAK) == [
        "T. Novak is not authorised to publish the policy of signatures.",
        "A policy has a title and a text.",
        "A policy can't hold from a day that is past. Take today or a later day.",
    ]


@pytest.mark.requirement("P11-10j-1")
def test_policy_is_not_acknowledged_twice_nor_when_it_is_replaced(plant):
    publish(plant)
    acknowledge(plant)
    publish(plant)

    assert reasons_of(acknowledge, plant) == [
        "Version 2 has taken its place. Read and acknowledge that one.",
        "A. Reyes has acknowledged version 1 already.",
    ]


def test_person_without_a_role_acknowledges_nothing(plant):
    publish(plant)
    stranger = person("x.stranger", "X. Stranger")

    assert reasons_of(acknowledge, plant, actor=stranger) == [
        "X. Stranger is not authorised to acknowledge the policy of signatures."
    ]


def test_who_acknowledged_a_version_is_told(plant):
    publish(plant)
    acknowledge(plant)
    acknowledge(plant, actor=person("g.andersson", "G. Andersson", Role.AUDITOR))

    with plant.read() as session:
        assert acknowledged_by(session, "1") == {"a.reyes", "g.andersson"}


def test_policy_day_is_the_sites_day(plant):
    plant.now = MORNING.replace(hour=23, minute=30)

    assert publish(plant) == "1"
