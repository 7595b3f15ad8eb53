"""The time a device tells is bounded: not before its login, not after now."""

from datetime import UTC, datetime, timedelta

import pytest

from app.forms import FormError
from app.typed import bounded

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SIGNED_IN = NOW - timedelta(hours=1)


@pytest.mark.requirement("G-100b")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (SIGNED_IN, SIGNED_IN),
        (NOW - timedelta(minutes=4), NOW - timedelta(minutes=4)),
        (NOW + timedelta(seconds=60), NOW),
    ],
)
def test_a_time_within_the_login_is_kept_and_one_barely_ahead_is_now(typed, kept):
    assert bounded(typed, since=SIGNED_IN, at=NOW) == kept


@pytest.mark.requirement("G-100b")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (SIGNED_IN - timedelta(seconds=1), "typed before you signed in"),
        (NOW + timedelta(seconds=61), "still to come"),
        (datetime.min.replace(tzinfo=UTC), "typed before you signed in"),
        (datetime.max.replace(tzinfo=UTC), "still to come"),
    ],
)
def test_a_time_that_cannot_be_true_is_refused(typed, said):
    with pytest.raises(FormError, match=said):
        bounded(typed, since=SIGNED_IN, at=NOW)
