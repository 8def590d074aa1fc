"""Questions that are asked of prices whenever an entity shows something."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import three_years
from benchmarks.figures import Figure, race
from custom_components.chocolate_factory.factory.contract import IndexedContract, Taxes
from custom_components.chocolate_factory.factory.contract_prices import ContractPrices
from custom_components.chocolate_factory.factory.prices import PriceCurve, PriceSlot
from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.factory.tariff import AccessTariff, TariffCalendar, Zone
from custom_components.chocolate_factory.history.prices import read_prices
from custom_components.chocolate_factory.history.store import Store

NOW = datetime(2026, 8, 5, tzinfo=UTC)
WEEK = timedelta(days=7)
NINE_DAYS = timedelta(days=9)
TWO_HOURS = timedelta(hours=2)
QUARTERS = TWO_HOURS // timedelta(minutes=15)
CALENDAR = TariffCalendar(AccessTariff.T3_0TD, Zone.PENINSULA)
CONTRACT = IndexedContract(
    calendar=CALENDAR,
    taxes=Taxes(electricity_tax=5.11269632, vat=21),
    adders={period: 0.02 * number for number, period in enumerate(AccessTariff.T3_0TD.periods, 1)},
    losses=12,
    margin=0.004,
)


def figures() -> Iterator[Figure]:
    """Take the figures of curves."""
    with TemporaryDirectory() as folder, asyncio.Runner() as runner:
        store = Store(Path(folder) / "store.db", lambda: NOW)
        runner.run(store.open())
        runner.run(store.write(three_years(NOW)))

        async def read() -> PriceCurve:
            return await read_prices(store, Series.SPOT, NOW - NINE_DAYS, NOW)

        nine_days = runner.run(read())
        week = nine_days.between(NOW - WEEK, NOW)
        yield from _questions(week)
        yield race("curves.contract", lambda: _contract(nine_days), lambda: _sums(nine_days))
        yield race(
            "curves.read",
            lambda: runner.run(read()),
            lambda: runner.run(store.read(Series.SPOT, NOW - NINE_DAYS, NOW)),
        )
        runner.run(store.close())


def _questions(week: PriceCurve) -> Iterator[Figure]:
    instants = [NOW - timedelta(minutes=minutes) for minutes in range(1, 10_000, 97)]
    yield race(
        "curves.at",
        lambda: [week.at(instant) for instant in instants],
        lambda: [_search(week, instant) for instant in instants],
        calls=len(instants),
    )
    yield race("curves.cheapest", lambda: week.cheapest(TWO_HOURS), lambda: _sum_windows(week))
    yield race(
        "curves.cheapest_parts",
        lambda: week.cheapest(TWO_HOURS, contiguous=False),
        lambda: sum(sorted(slot.price for slot in week)[:QUARTERS]),
    )


def _search(curve: PriceCurve, instant: datetime) -> PriceSlot:
    return next(slot for slot in curve if slot.start <= instant < slot.end)


def _sum_windows(curve: PriceCurve) -> float:
    prices = [slot.price for slot in curve]
    return min(sum(prices[first : first + QUARTERS]) for first in range(len(prices) - QUARTERS + 1))


def _contract(market: PriceCurve) -> ContractPrices:
    return ContractPrices.of(CONTRACT, market, NOW - NINE_DAYS, NOW, NOW)


def _sums(market: PriceCurve) -> NDArray[np.float64]:
    spot = np.array([slot.price for slot in market])
    adders = np.array([CONTRACT.adders[CALENDAR.period(slot.start)] for slot in market])
    all_in: NDArray[np.float64] = (spot * 1.12 + adders + 0.004) * 1.0511269632 * 1.21
    return all_in
