"""What an investigation's form sends: its text, and for each other batch whether it is affected."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import INCLUDE, fields

from app.forms import Form, FormError, Text
from workflows.naming import number_refusal
from workflows.review.facts import NewText

AFFECTED = {"yes": True, "no": False, "open": None}
"""What may be said of a batch: affected, not affected, not yet considered."""
_PREFIX = "affected:"


class TextForm(Form):
    """The text of an investigation; each other batch is a field ``affected:NUMBER``."""

    class Meta:
        """The batches to consider are not known beforehand."""

        unknown = INCLUDE

    expected_rev = fields.Integer(required=True, metadata={"label": "Revision"})
    """What the person saw: without it a stale page would write over another person's text."""
    reason = Text(longest=2000)
    cause = Text(load_default="", metadata={"label": "Cause"})
    conclusion = Text(load_default="", metadata={"label": "Conclusion"})
    follow_up = Text(load_default="", metadata={"label": "Follow-up"})
    another = Text(longest=40, metadata={"label": "Another batch"})
    another_why = Text(longest=200, metadata={"label": "Why"})


def new_text(
    form: Mapping[str, Any], sent: Mapping[str, str], considered: Sequence[Mapping[str, Any]]
) -> NewText:
    """Return what the investigation says now; raises FormError for an answer or batch that can't be meant.

    No batch once named is dropped; one more may be added, with the reason.
    """
    others = [{**one, "affected": _answer(sent, str(one["number"]), one["affected"])} for one in considered]
    return NewText(
        cause=form["cause"],
        conclusion=form["conclusion"],
        follow_up=form["follow_up"],
        other_batches=[*others, *_another(form, {str(one["number"]) for one in others})],
    )


def _answer(sent: Mapping[str, str], number: str, before: bool | None) -> bool | None:  # noqa: FBT001 -- an answer
    word = sent.get(f"{_PREFIX}{number}")
    if word is None:
        return before
    if word not in AFFECTED:
        raise FormError([f"Batch {number}: say yes, no or open."])
    return AFFECTED[word]


def _another(form: Mapping[str, Any], known: set[str]) -> list[dict[str, Any]]:
    number = form.get("another")
    if not number or number in known:
        return []
    if refusal := number_refusal("The batch number", number):
        raise FormError([refusal])
    return [
        {"number": number, "why": [form.get("another_why") or "named by the investigator"], "affected": None}
    ]
