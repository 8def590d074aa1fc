"""Pasts that are made up: prices and air with habits of a week, and forecasts that err."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.features import Air
from custom_components.chocolate_factory.factory.tariff import AccessTariff, TariffCalendar, Zone
from custom_components.chocolate_factory.learning.past import HOUR, LEADS, Past

CALENDAR = TariffCalendar(AccessTariff.T2_0TD, Zone.PENINSULA)
# Midnight in Madrid, on a Monday.
START = datetime(2024, 4, 28, 22, tzinfo=UTC)


def made_up(days: int, *, warmth: float = 17, wobble: float = 0.012, seed: int = 0) -> Past:
    """Return a past whose air nobody foresees.

    The warmth is that of the nights, in °C, the wobble that of prices, in €.
    """
    generator = np.random.default_rng(seed)
    count = 24 * days
    starts = int(START.timestamp()) + HOUR * np.arange(count)
    hour = np.arange(count) % 24
    weekend = np.arange(count) // 24 % 7 >= 5
    shape = 0.12 + 0.05 * np.cos((hour - 20) * np.pi / 6) - 0.04 * weekend
    price = shape + _wandering(generator, count, 0.9) * wobble
    forecasts = np.stack(
        [price + _wandering(generator, count, 0.9) * wobble * lead**0.5 for lead in range(1, LEADS)]
    )
    sun = np.maximum(np.cos((hour - 15) * np.pi / 12), 0)
    temperature = warmth + 5 * sun + _wandering(generator, count, 0.98)
    humidity = 50 - 15 * sun + 4 * _wandering(generator, count, 0.95)
    return Past(
        starts=starts,
        price=price,
        forecasts=forecasts,
        air=Air(
            temperature=temperature,
            humidity=np.clip(humidity, 10, 95),
            pressure=1015 + 3 * _wandering(generator, count, 0.99),
        ),
        foresight=0.0,
        calendar=CALENDAR,
        limits=ComfortLimits(),
    )


def cut(past: Past, first: int, last: int) -> Past:
    """Return the hours of a past from one to another."""
    some = slice(first, last)
    return replace(
        past,
        starts=past.starts[some],
        price=past.price[some],
        forecasts=past.forecasts[:, some],
        air=Air(
            temperature=past.air.temperature[some],
            humidity=past.air.humidity[some],
            pressure=past.air.pressure[some],
        ),
    )


def _wandering(generator: np.random.Generator, count: int, memory: float) -> NDArray[np.float64]:
    """Return something of variance 1 that remembers where it was an hour before."""
    steps = generator.normal(0, (1 - memory**2) ** 0.5, count)
    values = np.empty(count)
    value = 0.0
    for index, step in enumerate(steps.tolist()):
        value = memory * value + step
        values[index] = value
    return values
