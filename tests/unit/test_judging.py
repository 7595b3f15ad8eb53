"""From what was typed to a value, and what its limits say."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from records.errors import DomainError
from records.execution.states import Judged
from records.procedure.expressions import RecordedValues
from records.procedure.fields import Field, LimitRange, Limits, Option
from records.procedure.vocabulary import FieldKind
from workflows.execution.judging import judge_answer, judge_number, limits_text, read_value

AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
NOTHING = RecordedValues({})
LOD = Field(
    name="lod",
    kind=FieldKind.NUMBER,
    label="LOD",
    unit="%",
    decimals=2,
    limits=Limits(
        action=LimitRange(minimum="1.30", maximum="1.80"), alert=LimitRange(minimum="1.40", maximum="1.70")
    ),
)


def read(field, raw):
    return read_value(field, raw, at=AT, time_zone="Europe/Dublin")


@pytest.mark.parametrize("raw", ["1,5", "1 000.5", "NaN", "1e400", "", "abc", "\uff11.\uff15", "1.555"])
@pytest.mark.requirement("G-68b2")
def test_what_is_not_a_plain_number_of_the_resolution_is_refused(raw):
    with pytest.raises(DomainError):
        read(LOD, raw)


@pytest.mark.parametrize(
    ("value", "judged"),
    [
        ("1.29", Judged.ACTION),
        ("1.30", Judged.ALERT),
        ("1.40", Judged.IN_LIMITS),
        ("1.70", Judged.IN_LIMITS),
        ("1.71", Judged.ALERT),
        ("1.80", Judged.ALERT),
        ("1.81", Judged.ACTION),
    ],
)
@pytest.mark.requirement("G-110a")
def test_a_value_exactly_on_a_limit_keeps_it(value, judged):
    assert judge_number(LOD, LOD.limits, Decimal(value), NOTHING).judged is judged


def test_the_limits_are_kept_as_the_numbers_they_were():
    told = judge_number(LOD, LOD.limits, Decimal("1.50"), NOTHING).limits

    assert told is not None
    assert told["action"]["minimum"] == "1.30"
    assert limits_text(LOD, told) == "action 1.30 to 1.80 %; alert 1.40 to 1.70 %"


def test_a_limit_that_is_computed_shows_no_more_digits_than_it_has():
    field = Field(
        name="net",
        kind=FieldKind.COMPUTED,
        label="Net",
        unit="kg",
        decimals=3,
        limits=Limits(action=LimitRange(minimum="required * 0.995", maximum="required * 1.005")),
    )
    inputs = RecordedValues({"required": [Decimal("10.000")]})

    told = judge_number(field, field.limits, Decimal("10.001"), inputs).limits

    assert limits_text(field, told) == "action 9.950 to 10.050 kg"


def test_a_slip_of_the_point_is_put_as_a_question():
    assert "Was 1.50 % meant?" in judge_number(LOD, LOD.limits, Decimal("15.0"), NOTHING).question


def test_an_unexpected_answer_is_out_of_limits():
    field = Field(name="clean", kind=FieldKind.YES_NO, label="Clean", expected="yes")

    assert judge_answer(field, read(field, "Yes")).judged is Judged.IN_LIMITS
    assert judge_answer(field, read(field, "no")).judged is Judged.ACTION


def test_a_flagged_option_is_out_of_limits():
    field = Field(
        name="look",
        kind=FieldKind.CHOICE,
        label="Look",
        options=(Option(code="white", label="White"), Option(code="grey", label="Grey", flagged=True)),
    )

    assert judge_answer(field, read(field, "white")).judged is Judged.IN_LIMITS
    assert judge_answer(field, read(field, "grey")).judged is Judged.ACTION
    with pytest.raises(DomainError, match="choose one of White, Grey"):
        read(field, "black")


@pytest.mark.parametrize("raw", ["a\x00b", "a\x1bb", "a\x7fb"])
def test_control_characters_are_refused(raw):
    field = Field(name="note", kind=FieldKind.TEXT, label="Note")

    with pytest.raises(DomainError, match="control characters"):
        read(field, raw)


@pytest.mark.parametrize(("raw", "named"), [("\u202eseyeR .A", "U+202E"), ("\u200b", "U+200B")])
def test_text_that_reverses_or_hides_what_it_says_is_refused(raw, named):
    field = Field(name="note", kind=FieldKind.TEXT, label="Note")

    with pytest.raises(DomainError, match=re.escape(named)):
        read(field, raw)


def test_a_stated_time_is_read_in_the_site_s_zone():
    field = Field(name="when", kind=FieldKind.DATE_TIME, label="When")

    assert read(field, "2026-07-01 10:00") == "2026-07-01T09:00:00.000000Z"
