"""Whether training on record meets what a master asks for, on a day."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import pytest

from records.training.state import state_digest, state_text, training_state
from records.training.subjects import Need, SubjectKind, judge, reaches, words_of

DAY = date(2026, 11, 20)
V4 = Need(kind=SubjectKind.MASTER, subject="MBR-0042", version="4")
WEIGHING = Need(kind=SubjectKind.QUALIFICATION, subject="WEIGHING")


@dataclass(frozen=True, kw_only=True)
class Held:
    subject_kind: SubjectKind = SubjectKind.MASTER
    subject: str = "MBR-0042"
    version: str | None = "4"
    trained_from: date = date(2026, 1, 1)
    valid_until: date | None = None
    sheet: str = "TR-0001"
    trainer: str = "L. Weber"
    evidence: str = "List 7"


def procedure(version):
    return Held(subject_kind=SubjectKind.PROCEDURE, version=version)


def skill(name="WEIGHING", **given):
    return Held(subject_kind=SubjectKind.QUALIFICATION, subject=name, version=None, **given)


@pytest.mark.requirement("P11-10i-1")
@pytest.mark.parametrize(
    ("need", "held", "why"),
    [
        (V4, [Held()], ""),
        (V4, [], "no training is on record"),
        (V4, [Held(version="3")], "the training on record is for version 3"),
        (
            V4,
            [Held(version="10"), Held(version="9"), Held(version="3")],
            "the training on record is for version 3, 9, 10",
        ),
        (V4, [Held(version="5")], "the training on record is for version 5"),
        (V4, [Held(subject="MBR-0107")], "no training is on record"),
        (V4, [Held(valid_until=DAY)], ""),
        (V4, [Held(valid_until=date(2026, 11, 19))], "the training ended on 2026-11-19"),
        (V4, [Held(trained_from=DAY)], ""),
        (V4, [Held(trained_from=date(2026, 11, 21))], "the training begins only on 2026-11-21"),
        (V4, [Held(valid_until=date(2026, 11, 19)), Held(sheet="TR-0002")], ""),
        (V4, [procedure("4")], ""),
        (V4, [procedure("12")], ""),
        (V4, [procedure("3")], "the training on record is for version 3"),
        (V4, [skill("MBR-0042")], "no training is on record"),
        (WEIGHING, [skill()], ""),
        (WEIGHING, [skill("GRANULATION")], "no training is on record"),
        (WEIGHING, [Held(subject="WEIGHING")], "no training is on record"),
        (WEIGHING, [skill(valid_until=date(2026, 10, 1))], "the training ended on 2026-10-01"),
    ],
)
def test_need_is_met_by_matching_training_on_its_days_only(need, held, why):
    found = judge(need, held, DAY)

    assert (found.why, found.basis is None) == (why, bool(why))


def test_basis_is_the_training_that_lasts_longest():
    ends, stays = Held(valid_until=date(2027, 1, 1)), Held(sheet="TR-0002")

    assert judge(V4, [stays, ends], DAY).basis is stays


@pytest.mark.parametrize(
    ("up_to", "version", "is_reached"),
    [
        ("7", "7", True),
        ("7", "6", True),
        ("10", "9", True),
        ("9", "10", False),
        ("2.1", "2.0", True),
        ("2.1", "2.2", False),
        ("B", "B", True),
        ("B", "A", False),
        ("3", "A", False),
    ],
)
def test_versions_are_reached_in_the_order_of_their_numbers(up_to, version, is_reached):
    assert reaches(up_to, version) is is_reached


def test_lists_say_what_training_is_for():
    assert [words_of(one) for one in (Held(), procedure("7"), skill())] == [
        "MBR-0042 version 4",
        "MBR-0042 up to version 7",
        "WEIGHING",
    ]


@pytest.mark.requirement("P11-10i-1")
def test_state_is_the_same_bytes_on_every_day_until_something_changes():
    held = [Held(valid_until=DAY)]
    texts = [
        state_text(training_state("P-0002", "MBR-0042.4", [judge(V4, held, day)]))
        for day in (date(2026, 11, 19), DAY, date(2026, 11, 21))
    ]

    assert (texts[0] == texts[1], texts[1] == texts[2]) == (True, False)
    domain = b"countersign/training-state/v1\n"
    assert state_digest(texts[0]) == b64encode(sha256(domain + texts[0].encode()).digest()).decode()


def test_state_names_the_training_that_met_a_need_and_why_none_did():
    judged = [judge(V4, [Held()], DAY), judge(WEIGHING, [Held()], DAY)]

    assert training_state("P-0002", "MBR-0042.4", judged) == {
        "format": "countersign-training-state/1",
        "person": "P-0002",
        "master": "MBR-0042.4",
        "needs": [
            {
                "kind": "master",
                "subject": "MBR-0042",
                "version": "4",
                "is_met": True,
                "why": None,
                "training": {
                    "sheet": "TR-0001",
                    "kind": "master",
                    "subject": "MBR-0042",
                    "version": "4",
                    "trained_from": "2026-01-01",
                    "valid_until": None,
                    "trainer": "L. Weber",
                    "evidence": "List 7",
                },
            },
            {
                "kind": "qualification",
                "subject": "WEIGHING",
                "version": None,
                "is_met": False,
                "why": "no training is on record",
                "training": None,
            },
        ],
    }
