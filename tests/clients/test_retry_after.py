"""Whichever way a host says how long it wants to be left alone, it is understood."""

import pytest

from custom_components.chocolate_factory.clients.retry_after import seconds_to_wait

from .far_side import NOON

DATE = "Wed, 05 Aug 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("Wed, 05 Aug 2026 10:02:00 GMT", 120),
        ("Wednesday, 05-Aug-26 10:02:00 GMT", 120),
        ("Wed Aug  5 10:02:00 2026", 120),
        ("Wed, 05 Aug 2026 10:02:00 -0000", 120),
        ("Wed, 05 Aug 2026 09:58:00 GMT", 0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Wed, 99 Aug 2026 10:00:00 GMT", None),
        ("Wed, 05 Aug 99999999999 10:00:00 GMT", None),
    ],
)
def test_a_wait_is_told_in_seconds_or_as_a_date(wish: str, seconds: float | None) -> None:
    assert seconds_to_wait({"Retry-After": wish, "Date": DATE}, NOON) == seconds


def test_nothing_is_no_wish() -> None:
    assert seconds_to_wait({"Date": DATE}, NOON) is None


def test_a_date_is_meant_by_the_clock_of_the_host() -> None:
    wish = {"Retry-After": "Wed, 05 Aug 2026 12:00:30 GMT"}
    assert seconds_to_wait(wish | {"Date": "Wed, 05 Aug 2026 12:00:00 GMT"}, NOON) == 30
    for date in ({}, {"Date": "yesterday"}):
        assert seconds_to_wait(wish | date, NOON) == 2 * 3600 + 30
