"""A day is as complete as what is due of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.tariff import local_day
from custom_components.chocolate_factory.history.completeness import (
    daily_completeness,
    hourly_completeness,
)
from custom_components.chocolate_factory.history.gaps import Coverage, Gap, Reason
from custom_components.chocolate_factory.history.slots import SlotTable

MADRID, CANARY = ZoneInfo("Europe/Madrid"), ZoneInfo("Atlantic/Canary")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEDNESDAY = date(2026, 8, 5)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def gap(start: datetime, hours: float) -> Gap:
    return Gap(start=start, end=start + hours * HOUR, slots=1, reason=Reason.FILLABLE)


def coverage(start: datetime, end: datetime, *gaps: Gap) -> Coverage:
    return Coverage(series="pvpc", start=start, end=end, gaps=gaps)


def test_a_day_that_lacks_an_hour_is_short_of_that_hour() -> None:
    start, _ = local_day(WEDNESDAY, MADRID)
    shares = daily_completeness(
        coverage(start, start + 3 * DAY, gap(start + DAY + 5 * HOUR, 1)), MADRID
    )
    assert shares == pytest.approx(
        {WEDNESDAY: 100, WEDNESDAY + DAY: 100 * 23 / 24, WEDNESDAY + 2 * DAY: 100}
    )


def test_a_gap_over_midnight_is_shared_by_both_days() -> None:
    start, end = local_day(WEDNESDAY, MADRID)
    shares = daily_completeness(coverage(start, end + DAY, gap(end - 6 * HOUR, 18)), MADRID)
    assert shares == pytest.approx({WEDNESDAY: 75, WEDNESDAY + DAY: 50})


@pytest.mark.parametrize("zone", [MADRID, CANARY])
@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (WEDNESDAY, 24), (AUTUMN, 25)])
def test_on_days_on_which_the_clock_changes_an_hour_weighs_what_it_does(
    day: date, hours: int, zone: ZoneInfo
) -> None:
    start, end = local_day(day, zone)
    shares = daily_completeness(coverage(start, end, gap(start + 3 * HOUR, 1)), zone)
    assert shares == pytest.approx({day: 100 * (hours - 1) / hours})


def test_of_today_only_what_is_due_counts_and_of_the_first_day_only_what_is_looked_at() -> None:
    midnight, _ = local_day(WEDNESDAY, MADRID)
    start, now = midnight - 6 * HOUR, midnight + 10 * HOUR
    shares = daily_completeness(
        coverage(start, now, gap(start, 3), gap(midnight + 5 * HOUR, 1)), MADRID
    )
    assert shares == pytest.approx({WEDNESDAY - DAY: 50, WEDNESDAY: 90})


def test_a_day_of_which_nothing_is_due_yet_is_not_there() -> None:
    start, end = local_day(WEDNESDAY, MADRID)
    assert list(daily_completeness(coverage(start, end), MADRID)) == [WEDNESDAY]
    assert daily_completeness(coverage(start, start), MADRID) == {}


@given(
    first=st.integers(0, 20 * 24),
    hours=st.integers(1, 400),
    missing=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 30)), max_size=6),
)
def test_all_days_together_lack_what_the_series_lacks(
    first: int, hours: int, missing: list[tuple[int, int]]
) -> None:
    start = datetime(2026, 10, 12, tzinfo=UTC) + first * HOUR
    end, at, gaps = start + hours * HOUR, start, []
    for pause, length in missing:
        at += pause * HOUR
        until = min(at + length * HOUR, end)
        if at < until:
            gaps.append(gap(at, (until - at) / HOUR))
        at = until
    whole = coverage(start, end, *gaps)
    lost = 0.0
    for day, share in daily_completeness(whole, MADRID).items():
        begin, over = local_day(day, MADRID)
        lost += (1 - share / 100) * ((min(over, end) - max(begin, start)) / HOUR)
    assert lost == pytest.approx(whole.missing / HOUR)


def test_an_hour_is_as_complete_as_its_series_are_on_average() -> None:
    prices = SlotTable(
        starts=np.array([0, 3600, 4500, 7200, 14_400]),
        seconds=np.array([3600, 900, 900, 3600, 3600]),
        values=np.ones(5),
        sources=(*3 * (Source.OMIE,), Source.ESTIMATE, Source.OMIE),
    )
    nan = float("nan")
    weather = [np.array([1.0, 1.0, nan]), np.array([1.0, nan, nan]), np.array([0.0, -1.0, nan])]
    shares = hourly_completeness([prices], weather, 0, 3)
    assert shares.tolist() == [100, 100 * (0.5 + 1 + 0 + 1) / 4, 0]
    assert hourly_completeness([prices], [], 3600, 2).tolist() == [50, 0]
