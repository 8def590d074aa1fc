"""Three years of hours turned into the inputs of a model."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import HOUR, HOURS
from benchmarks.figures import Figure, race
from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.features import Air, Surroundings, features
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    Period,
    TariffCalendar,
    Zone,
)

CALENDAR = TariffCalendar(AccessTariff.T3_0TD, Zone.PENINSULA)
LIMITS = ComfortLimits()
START = datetime(2023, 8, 5, tzinfo=CALENDAR.zone.time_zone)


def figures() -> Iterator[Figure]:
    """Take the figures of features."""
    generator = np.random.default_rng(2026)
    starts = int(START.timestamp()) + HOUR * np.arange(HOURS)
    seconds = np.full(HOURS, HOUR)
    price = generator.normal(0.1, 0.05, HOURS)
    air = Air(
        temperature=generator.normal(18, 8, HOURS),
        humidity=generator.uniform(15, 95, HOURS),
        pressure=generator.normal(1015, 6, HOURS),
    )
    around = Surroundings.of(starts, seconds, air, CALENDAR, LIMITS)
    table = np.resize(np.arange(len(Period), dtype=np.int8), 7 * 24)
    yield race(
        "features.years",
        lambda: features(starts, seconds, price, air, CALENDAR, LIMITS),
        lambda: _bare(price, air),
    )
    yield race(
        "features.prices",
        lambda: around.with_prices(price, lead=3),
        lambda: np.lexsort((price, around.days.positions)),
    )
    yield race(
        "features.periods",
        lambda: CALENDAR.periods(starts),
        lambda: table[starts // HOUR % len(table)],
    )


def _bare(price: NDArray[np.float64], air: Air) -> NDArray[np.float64]:
    """Return as many columns without a calendar, a clock, or a formula worth its name."""
    turn = 2 * np.pi * (np.arange(HOURS) % 24) / 24
    rank = price.reshape(-1, 24).argsort().argsort().ravel() / 24
    measured = (air.temperature, air.humidity, air.pressure)
    prices = (price, rank, price / price.mean())
    reckoned = (np.sin(turn), np.cos(turn), np.exp(air.temperature / 240), np.log(air.humidity))
    return np.column_stack((*prices, *measured, *measured, *reckoned))
