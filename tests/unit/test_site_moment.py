"""A moment at the edge of the calendar is refused by a sentence, whatever its zone."""

import pytest

from app.fields import site_moment


@pytest.mark.parametrize(
    "text", ["0001-01-01", "0001-01-01T00:00+05:00", "9999-12-31", "9999-12-31T23:59-05:00", "1899-12-31"]
)
def test_moment_outside_every_calendar_is_refused(text):
    with pytest.raises(ValueError, match=r"^is no time; its year is between 1900 and 9000\.$"):
        site_moment(text, "Europe/Dublin")
