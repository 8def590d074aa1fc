"""Years that a demo need not wait for: the simulated past, written as if it had been lived."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import (
    KEPT,
    Measure,
    Place,
    WeatherHours,
)
from custom_components.chocolate_factory.history.slots import Batch
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.history.weather import write_weather
from simulator import climate, market
from simulator.madrid import HOUR
from simulator.places import anywhere

_DAY = timedelta(days=1)


async def write_past(path: Path, now: datetime, days: int, place: Place) -> None:
    """Leave a store with the prices and the weather of some days until today."""
    store = Store(path, lambda: now)
    await store.open()
    try:
        first = now.date() - days * _DAY
        await store.write(_prices([first + number * _DAY for number in range(days)]))
        await write_weather(store, place, _weather(place, now - days * _DAY, days * 24))
    finally:
        await store.close()


def _prices(days: list[date]) -> list[Batch]:
    """Return the prices of some days, in batches of slots of one length."""
    spots = [(day, market.modelled_spot(day)) for day in days]
    batches = [_batch(Series.PVPC, HOUR, [market.pvpc(day, spot) for day, spot in spots])]
    for step in sorted({market.spot_step(day) for day in days}, reverse=True):
        alike = [spot for day, spot in spots if market.spot_step(day) == step]
        batches.append(_batch(Series.SPOT, step, alike))
    return batches


def _batch(series: Series, step: timedelta, days: list[market.Series]) -> Batch:
    slots = {start: price for day in days for start, price in day.items()}
    return Batch(
        series=series,
        source=Source.REDATA,
        starts=np.array([start.timestamp() for start in slots], dtype=np.int64),
        values=np.array(list(slots.values())) / 1000,
        seconds=step // timedelta(seconds=1),
    )


def _weather(place: Place, start: datetime, count: int) -> WeatherHours:
    hours = climate.hours(start, count)
    seen = climate.weather(anywhere(place.latitude, place.longitude), hours, "open-meteo archive")
    values = {
        Measure.TEMPERATURE: seen.temperature,
        Measure.HUMIDITY: seen.humidity,
        Measure.PRESSURE: seen.sea_level_pressure,
    }
    return WeatherHours(
        source=Source.OPEN_METEO_ARCHIVE,
        start=hours[0].astimezone(UTC),
        values={measure: values[measure] for measure in KEPT},
    )
