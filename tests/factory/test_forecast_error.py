"""Forecasts are measured against what came, beside last week on the very same slots."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.factory.clock import wall_seconds
from custom_components.chocolate_factory.factory.forecast_error import (
    LEADS,
    ForecastErrors,
    forecast_errors,
)
from custom_components.chocolate_factory.factory.price_issue import PriceIssue
from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.factory.tariff import MARKET_TIME_ZONE

DAY = timedelta(days=1)
# Midnight in Madrid, in summer.
MIDNIGHT = datetime(2026, 8, 4, 22, tzinfo=UTC)


@dataclass(frozen=True)
class Real:
    """Prices as they came."""

    starts: NDArray[np.int64]
    seconds: NDArray[np.int64]
    prices: NDArray[np.float64]


def real(prices: NDArray[np.float64], start: datetime, seconds: int = 3600) -> Real:
    starts = int(start.timestamp()) + seconds * np.arange(len(prices))
    return Real(starts, np.full(len(prices), seconds), prices)


def issue(
    prices: NDArray[np.float64],
    known_until: datetime = MIDNIGHT,
    *,
    seconds: int = 3600,
    start: datetime | None = None,
) -> PriceIssue:
    first = int((start or known_until).timestamp())
    return PriceIssue(
        series=Series.SPOT,
        issued=known_until - timedelta(hours=3),
        known_until=known_until,
        starts=first + seconds * np.arange(len(prices)),
        seconds=seconds,
        low=prices - 0.1,
        middle=prices,
        high=prices + 0.1,
    )


def compare(
    issues: list[PriceIssue], came: Real, start: datetime = MIDNIGHT, days: int = 7
) -> ForecastErrors:
    return forecast_errors(issues, came, start, start + days * DAY)


def weeks(*levels: float, start: datetime = MIDNIGHT - 28 * DAY) -> Real:
    """Return weeks of one price each, up to one after MIDNIGHT."""
    return real(np.repeat(levels, 168), start)


def test_both_errors_are_means_over_the_same_slots() -> None:
    came = weeks(9, 9, 9, 0.10, 0.13)
    errors = compare([issue(np.full(168, 0.12))], came)

    assert errors.overall.forecast == pytest.approx(0.01)
    assert errors.overall.naive == pytest.approx(0.03)
    assert errors.overall.hours == 168
    assert [lead.hours for lead in errors.by_lead] == 7 * [24]
    assert errors.by_lead[6].forecast == pytest.approx(0.01)


def test_each_lead_is_a_local_day() -> None:
    off = np.repeat(np.arange(1, 8) / 100, 24)
    errors = compare([issue(0.13 + off)], weeks(9, 9, 9, 0.10, 0.13))

    assert [lead.forecast for lead in errors.by_lead] == pytest.approx(list(np.arange(1, 8) / 100))
    assert errors.overall.forecast == pytest.approx(0.04)


def test_nothing_is_told_of_nothing() -> None:
    for issues, came in (
        ([], weeks(1, 1, 1, 1, 1)),
        ([issue(np.ones(168))], real(np.empty(0), MIDNIGHT)),
        ([issue(np.ones(168))], real(np.full(9, np.nan), MIDNIGHT)),
        # Nothing before, nothing since.
        ([issue(np.ones(168))], real(np.ones(168), MIDNIGHT)),
        ([issue(np.ones(168))], real(np.ones(168), MIDNIGHT - 7 * DAY)),
    ):
        errors = compare(issues, came)
        assert np.isnan([errors.overall.forecast, errors.overall.naive]).all()
        assert errors.overall.hours == 0
        assert len(errors.by_lead) == LEADS


def test_a_week_that_was_not_known_yet_is_passed_over_for_the_one_before() -> None:
    came = weeks(9, 9, 0.2, 0.3, 0.3)
    # Nothing of the day before midnight was known: a week later it is no naive price.
    errors = compare([issue(np.full(168, 0.3), MIDNIGHT - DAY, start=MIDNIGHT)], came)

    assert errors.by_lead[0].hours == 0
    assert errors.overall.hours == 168
    assert errors.overall.naive == pytest.approx(0.1 / 7)


def test_a_hole_a_week_before_is_bridged_by_two_weeks_and_one_in_what_came_is_left_out() -> None:
    came = weeks(9, 9, 0.2, 0.1, 0.1)
    hour = 21 * 24 + 5
    came.prices[hour] = np.nan
    came.prices[28 * 24 + 30] = np.nan
    errors = compare([issue(np.full(168, 0.1))], came)

    assert errors.overall.hours == 167
    assert errors.overall.naive == pytest.approx(0.1 / 167)
    assert [lead.hours for lead in errors.by_lead[:2]] == [24, 23]
    # Not even four weeks before.
    came.prices[hour - 3 * 168 : hour + 1 : 168] = np.nan
    assert compare([issue(np.full(168, 0.1))], came).overall.hours == 166


def test_slots_of_another_length_are_compared_by_the_time_they_last() -> None:
    quarters = real(np.tile([0.1, 0.2, 0.3, 0.4], 35 * 24), MIDNIGHT - 28 * DAY, 900)
    hours = real(np.full(35 * 24, 0.25), MIDNIGHT - 28 * DAY)

    by_hour = compare([issue(np.full(168, 0.26))], quarters)
    by_quarter = compare([issue(np.full(672, 0.26), seconds=900)], hours)
    for errors in (by_hour, by_quarter):
        assert errors.overall.forecast == pytest.approx(0.01)
        assert errors.overall.naive == pytest.approx(0, abs=1e-12)
        assert errors.overall.hours == pytest.approx(168)
    # An hour with a quarter missing has no price.
    quarters.prices[28 * 96 + 2] = np.nan
    assert compare([issue(np.full(168, 0.26))], quarters).overall.hours == 167


def test_only_slots_of_the_time_asked_for_count_and_only_those_that_were_to_come() -> None:
    came = weeks(9, 9, 9, 0.10, 0.13)
    said = issue(np.full(168, 0.12))

    assert compare([said], came, MIDNIGHT + DAY, 2).overall.hours == 48
    assert compare([said], came, MIDNIGHT - 7 * DAY).overall.hours == 0
    # What was published already is no forecast.
    late = replace(said, known_until=MIDNIGHT + DAY)
    errors = compare([late], came)
    assert [lead.hours for lead in errors.by_lead] == [24] * 6 + [0]
    assert errors.overall.hours == 6 * 24


def test_an_hour_that_was_forecast_twice_counts_twice() -> None:
    came = weeks(9, 9, 9, 0.10, 0.13)
    right = issue(np.full(6 * 24, 0.13), MIDNIGHT + DAY)
    errors = compare([issue(np.full(168, 0.12)), right], came)

    assert errors.overall.hours == 13 * 24
    assert errors.overall.forecast == pytest.approx(0.01 * 7 / 13)
    assert errors.by_lead[0].forecast == pytest.approx(0.005)


def test_values_that_are_not_told_do_not_count() -> None:
    said = np.full(168, 0.12)
    said[::2] = np.nan

    errors = compare([issue(said)], weeks(9, 9, 9, 0.10, 0.13))
    assert errors.overall.hours == 84
    assert errors.overall.naive == pytest.approx(0.03)


@pytest.mark.parametrize("change", ["2026-03-28T23:00Z", "2026-10-24T22:00Z"])
def test_the_week_before_is_the_same_time_by_the_clock(change: str) -> None:
    # Madrid's midnight before the clocks are changed.
    midnight = datetime.fromisoformat(change)
    start = midnight - 28 * DAY
    starts = int(start.timestamp()) + 3600 * np.arange(24 * 36)
    # Every hour of the clock has a price of its own.
    by_clock = wall_seconds(starts, MARKET_TIME_ZONE) // 3600 % 24 / 100

    errors = compare([issue(np.zeros(72), midnight)], real(by_clock, start), midnight)
    assert errors.overall.hours == 72
    assert errors.overall.naive == pytest.approx(0, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    noise=st.integers(0, 2**32 - 1),
    holes=st.lists(st.integers(0, 35 * 24 - 1), max_size=80),
    leads=st.integers(1, 7),
)
def test_it_is_what_a_loop_over_the_slots_finds(noise: int, holes: list[int], leads: int) -> None:
    dice = np.random.default_rng(noise)
    prices = dice.normal(0.1, 0.05, 35 * 24)
    prices[holes] = np.nan
    came = real(prices, MIDNIGHT - 28 * DAY)
    issues = [
        issue(dice.normal(0.1, 0.05, 24 * leads), MIDNIGHT + number * DAY) for number in range(3)
    ]

    wrong, naive = [], []
    by_start = dict(zip(came.starts.tolist(), prices.tolist(), strict=True))
    for one in issues:
        for start, said in zip(one.starts.tolist(), one.middle.tolist(), strict=True):
            before = [
                by_start[at]
                for at in range(start - 604_800, start - 5 * 604_800, -604_800)
                if at in by_start and np.isfinite(by_start[at]) and at < one.known_until.timestamp()
            ]
            now = by_start.get(start, np.nan)
            if before and np.isfinite(now):
                wrong.append(abs(said - now))
                naive.append(abs(before[0] - now))
    errors = compare(issues, came, days=10)
    assert errors.overall.hours == len(wrong)
    if wrong:
        assert errors.overall.forecast == pytest.approx(np.mean(wrong))
        assert errors.overall.naive == pytest.approx(np.mean(naive))
