from datetime import date, timedelta

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.learning.price_calendar import (
    DayType,
    calendar_inputs,
    day_types,
    good_friday,
)

EPOCH = date(1970, 1, 1)


def number(day: date) -> int:
    return (day - EPOCH).days


@pytest.mark.parametrize(
    "day",
    [
        date(2019, 4, 19),
        date(2020, 4, 10),
        date(2024, 3, 29),
        date(2025, 4, 18),
        date(2026, 4, 3),
        date(2038, 4, 23),
    ],
)
def test_good_friday_is_when_the_church_keeps_it(day: date) -> None:
    assert good_friday(day.year) == day


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 20), DayType.WORKING),
        (date(2026, 11, 21), DayType.SATURDAY),
        (date(2026, 11, 22), DayType.SUNDAY),
        (date(2026, 12, 8), DayType.SUNDAY),
        (date(2026, 4, 3), DayType.SUNDAY),
        (date(2026, 4, 6), DayType.WORKING),
    ],
)
def test_holidays_are_like_sundays(day: date, kind: DayType) -> None:
    assert day_types(np.array([number(day)])).tolist() == [kind]


@given(day=st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_day_of_the_week_is_told_and_a_year_later_the_season_is_the_same(day: date) -> None:
    days = np.array([number(day), number(day) + 365])
    inputs = calendar_inputs(days, day_types(days))

    assert np.flatnonzero(inputs[0, :7]).tolist() == [day.weekday()]
    assert np.flatnonzero(inputs[1, :7]).tolist() == [(day + timedelta(365)).weekday()]
    assert np.allclose(inputs[0, 8:], inputs[1, 8:], atol=0.01)
