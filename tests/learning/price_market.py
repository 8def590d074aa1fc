"""A market of electricity that is easy to understand, and long enough to learn from."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from custom_components.chocolate_factory.learning.price_forecast import (
    Drivers,
    PriceForecast,
    PriceHistory,
)

MADRID: Final = ZoneInfo("Europe/Madrid")
HOUR: Final = 3600
QUARTER: Final = 900


def midnight(day: date) -> int:
    """Return when a day begins in Madrid, in Unix seconds."""
    return int(datetime.combine(day, time(), MADRID).timestamp())


def slots(first: date, end: date, length: int = HOUR) -> NDArray[np.int64]:
    """Return the starts of slots from one local midnight to another."""
    return np.arange(midnight(first), midnight(end), length, dtype=np.int64)


@cache
def _wall(start: int) -> tuple[int, bool]:
    """Return the hour, and whether it is a weekend."""
    at = datetime.fromtimestamp(start, MADRID)
    return at.hour, at.weekday() >= 5


def shape(starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what hours usually cost in €/kWh: dear evenings, cheap weekends."""
    hours, is_weekend = np.array([_wall(start) for start in (starts // HOUR * HOUR).tolist()]).T
    shape: NDArray[np.float64] = 0.1 + 0.03 * np.cos((hours - 20) / 12 * np.pi) - 0.02 * is_weekend
    return shape


def history(starts: NDArray[np.int64], prices: ArrayLike, length: int = HOUR) -> PriceHistory:
    """Return a history of slots of one length."""
    return PriceHistory(
        starts=starts,
        seconds=np.full(len(starts), length),
        prices=np.asarray(prices, dtype=np.float64),
    )


def windy(starts: NDArray[np.int64], seed: int = 1) -> NDArray[np.float64]:
    """Return a wind that comes and goes within days, around 0."""
    generator = np.random.default_rng(seed)
    days = np.unique(starts // (24 * HOUR))
    wind = np.zeros(len(days))
    for day in range(1, len(days)):
        wind[day] = 0.6 * wind[day - 1] + generator.normal()
    return wind[np.searchsorted(days, starts // (24 * HOUR))]


def market(first: date, end: date, *, length: int = HOUR, seed: int = 1) -> PriceHistory:
    """Return prices with a shape, the wind's effect, and a little noise."""
    starts = slots(first, end, length)
    noise = np.random.default_rng(seed).normal(0, 0.003, len(starts))
    return history(starts, shape(starts) - 0.012 * windy(starts, seed) + noise, length)


def blowing(first: date, end: date, *, seed: int = 1) -> Drivers:
    """Return the wind of that market."""
    starts = slots(first, end)
    return Drivers(start=int(starts[0]), values={"wind": windy(starts, seed)})


def changed(prices: PriceHistory, values: Mapping[int, float]) -> PriceHistory:
    """Return the same history with other prices at some positions."""
    other = prices.prices.copy()
    for position, value in values.items():
        other[position] = value
    return PriceHistory(starts=prices.starts, seconds=prices.seconds, prices=other)


def without(prices: PriceHistory, positions: slice) -> PriceHistory:
    """Return the same history with a hole in it."""
    return PriceHistory(
        starts=np.delete(prices.starts, positions),
        seconds=np.delete(prices.seconds, positions),
        prices=np.delete(prices.prices, positions),
    )


def off(forecast: PriceForecast, real: NDArray[np.float64]) -> float:
    """Return the mean absolute error."""
    return float(np.abs(forecast.middle - real).mean())
