"""Prices in the store: curves in, curves out."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

import numpy as np

from ..factory.conditions import MarketPrices
from ..factory.prices import PriceCurve, PriceSlot
from ..factory.series import Series
from .slots import Batch, SlotTable
from .store import Store

_LONGEST_SLOT: Final = timedelta(hours=1)


async def write_prices(store: Store, curves: Mapping[Series, PriceCurve]) -> int:
    """Keep the prices of several series at once, and return how many slots changed."""
    return await store.write(
        batch for series, curve in curves.items() for batch in _batches(series, curve)
    )


async def read_prices(store: Store, series: Series, start: datetime, end: datetime) -> PriceCurve:
    """Return the prices of a series between two instants; slots that reach over them are cut."""
    table = await store.read(series, start - _LONGEST_SLOT, end)
    # A long curve takes longer than others should have to wait.
    return await asyncio.to_thread(lambda: _curve(table).between(start, end))


def market_prices(table: SlotTable) -> MarketPrices:
    """Return the prices of a table."""
    return MarketPrices(
        starts=table.starts,
        seconds=table.seconds,
        values=table.values,
        estimated=table.estimated,
    )


def _curve(table: SlotTable) -> PriceCurve:
    """Return the slots of a table as prices."""
    return PriceCurve(
        tuple(
            PriceSlot(
                datetime.fromtimestamp(first, UTC),
                datetime.fromtimestamp(first + seconds, UTC),
                price,
                source,
            )
            for first, seconds, price, source in zip(
                table.starts.tolist(),
                table.seconds.tolist(),
                table.values.tolist(),
                table.sources,
                strict=True,
            )
        )
    )


def _batches(series: Series, curve: PriceCurve) -> Iterable[Batch]:
    """Yield the slots of a curve, those of one source and length together."""
    for (source, duration), group in groupby(curve, key=lambda slot: (slot.source, slot.duration)):
        slots = tuple(group)
        yield Batch(
            series=series,
            source=source,
            starts=np.array([slot.start.timestamp() for slot in slots], dtype=np.int64),
            values=np.array([slot.price for slot in slots]),
            seconds=duration // timedelta(seconds=1),
        )
