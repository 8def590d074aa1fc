"""The coming week, as the maker is told of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.features import FEATURES
from custom_components.chocolate_factory.factory.outlook import Outlook, PriceOrigin, Reason
from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.factory.tariff import MARKET_TIME_ZONE

# Midnight in Madrid.
START = datetime(2026, 8, 4, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPTIMAL, MODERATE, REDUCED, HALT = (one.position for one in Recommendation)


def outlook(recommendations: list[int], *, seconds: int = 3600, **columns: Any) -> Outlook:
    """Return an outlook of slots from midnight on."""
    count = len(recommendations)
    price = np.linspace(0.1, 0.2, count)
    probabilities = np.full((count, 4), 0.1)
    probabilities[np.arange(count), recommendations] = 0.7
    said: dict[str, Any] = {
        "issued": START,
        "zone": MARKET_TIME_ZONE,
        "engine": Engine.RULE,
        "score_engine": Engine.RULE,
        "starts": int(START.timestamp()) + seconds * np.arange(count),
        "seconds": np.full(count, seconds),
        "price": price,
        "price_low": price,
        "price_high": price,
        "origin": np.zeros(count, dtype=np.int8),
        "temperature": np.full(count, 21.0),
        "humidity": np.full(count, 45.0),
        "features": np.zeros((count, len(FEATURES))),
        "index": np.full(count, 100.0),
        "heat_stress": np.zeros(count),
        "score": np.linspace(100, 0, count),
        "probabilities": probabilities,
        "recommendation": np.array(recommendations, dtype=np.int8),
        "reasons": tuple((Reason("price", 12.0),) for _ in range(count)),
    } | columns
    return Outlook(**said)


def test_a_slot_is_found_from_its_first_instant_to_its_last() -> None:
    said = outlook([OPTIMAL, HALT])
    for instant, expected in (
        (START - timedelta(microseconds=1), None),
        (START, Recommendation.OPTIMAL),
        (START + HOUR - timedelta(microseconds=1), Recommendation.OPTIMAL),
        (START + HOUR, Recommendation.HALT),
        (START + 2 * HOUR, None),
    ):
        slot = said.at(instant)
        assert (slot.recommendation if slot else None) is expected


def test_a_slot_says_what_is_known_and_nothing_of_what_is_not() -> None:
    nowhere = np.full(2, np.nan)
    said = outlook(
        [OPTIMAL, OPTIMAL],
        temperature=nowhere,
        recommendation=np.array([OPTIMAL, -1], dtype=np.int8),
        score=np.array([80.0, np.nan]),
        origin=np.array([0, PriceOrigin.FORECAST.position], dtype=np.int8),
    )
    known, unknown = said.slots()
    assert (known.score, known.confidence, known.temperature) == (80.0, 0.7, None)
    assert known.probabilities == (0.7, 0.1, 0.1, 0.1)
    assert known.origin is PriceOrigin.PUBLISHED
    assert unknown.origin is PriceOrigin.FORECAST
    assert (unknown.recommendation, unknown.confidence, unknown.probabilities) == (None, None, ())


@pytest.mark.parametrize(("hours", "expected"), [(1, 4), (2.5, 10), (168, 12)])
def test_as_many_slots_are_told_as_begin_within_some_hours(hours: float, expected: int) -> None:
    assert len(list(outlook([MODERATE] * 12, seconds=900).slots(hours))) == expected


def test_the_next_window_is_the_first_run_of_optimal_slots_that_is_not_over() -> None:
    said = outlook([MODERATE, OPTIMAL, OPTIMAL, REDUCED, OPTIMAL])
    first = said.next_window(START)
    assert first
    assert (first.start, first.end) == (START + HOUR, START + 3 * HOUR)
    assert first.price == pytest.approx(said.price[1:3].mean())
    assert first.score == pytest.approx(said.score[1:3].mean())
    within = said.next_window(START + 2.5 * HOUR)
    assert within
    # What is left of it begins with the slot in force.
    assert (within.start, within.end) == (START + 2 * HOUR, START + 3 * HOUR)
    later = said.next_window(START + 3 * HOUR)
    assert later
    assert later.start == START + 4 * HOUR
    assert said.next_window(START + 5 * HOUR) is None


def test_a_hole_ends_a_window() -> None:
    starts = int(START.timestamp()) + 3600 * np.array([0, 1, 3])
    window = outlook([OPTIMAL] * 3, starts=starts).next_window(START)
    assert window
    assert window.end == START + 2 * HOUR


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({OPTIMAL: 8, HALT: 16}, Recommendation.OPTIMAL),
        ({OPTIMAL: 7, MODERATE: 1, HALT: 16}, Recommendation.MODERATE),
        ({OPTIMAL: 7, REDUCED: 17}, Recommendation.REDUCED),
        ({OPTIMAL: 7, HALT: 17}, Recommendation.HALT),
    ],
)
def test_a_day_is_what_it_offers_for_a_shift(
    hours: dict[int, int], expected: Recommendation
) -> None:
    of_day = [position for position, count in hours.items() for _ in range(count)]
    (day,) = outlook(of_day).days(START)
    assert day.date == date(2026, 8, 5)
    assert day.recommendation is expected
    assert day.hours == tuple(float(hours.get(position, 0)) for position in range(4))
    assert day.score == pytest.approx(50)


def test_the_rest_of_a_day_is_what_it_offers_as_long_as_it_lasts() -> None:
    said = outlook([OPTIMAL] * 21 + [REDUCED] * 3 + [OPTIMAL] * 24)
    today, tomorrow = said.days(START + 21 * HOUR)
    assert today.recommendation is Recommendation.REDUCED
    assert today.best is None
    assert tomorrow.best
    assert tomorrow.best.end - tomorrow.best.start == 24 * HOUR


@pytest.mark.parametrize(
    ("start", "hours"),
    [(datetime(2026, 10, 24, 22, tzinfo=UTC), 25), (datetime(2026, 3, 28, 23, tzinfo=UTC), 23)],
    ids=["autumn", "spring"],
)
def test_days_are_local_ones_whatever_the_clocks_do(start: datetime, hours: int) -> None:
    starts = int(start.timestamp()) + 3600 * np.arange(48)
    first, *_ = outlook([MODERATE] * 48, starts=starts).days(start)
    assert sum(first.hours) == hours


def test_of_slots_that_nobody_knows_no_day_is_told() -> None:
    unknown = np.full(24, -1, dtype=np.int8)
    assert outlook([OPTIMAL] * 24, recommendation=unknown).days(START) == []
