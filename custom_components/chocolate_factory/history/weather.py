"""Weather in the store: what was observed as series, what was forecast as it was issued."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from ..factory.series import Source
from ..factory.weather import HOUR, KEPT, Place, WeatherHours, weather_series
from .slots import Batch, SlotTable
from .store import Store

_SECONDS = 3600
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


async def write_weather(store: Store, place: Place, *weather: WeatherHours) -> int:
    """Keep what was observed at a place, all or nothing, and return how many slots changed.

    Every source has series of its own, so that none ever replaces what another one said.
    """
    return await store.write(
        Batch(
            series=weather_series(measure, place, hours.source),
            source=hours.source,
            starts=_starts(hours)[there],
            values=hours.values[measure][there],
            seconds=_SECONDS,
        )
        for hours in weather
        for measure in KEPT
        if measure in hours.values and np.any(there := np.isfinite(hours.values[measure]))
    )


async def read_weather(
    store: Store, place: Place, start: datetime, end: datetime, sources: Collection[Source]
) -> Mapping[Source, WeatherHours]:
    """Return the observed hours that start in [start, end), by source; start is a full hour."""
    count = -((start - end) // HOUR)
    names = {
        (source, measure): weather_series(measure, place, source)
        for source in sources
        for measure in KEPT
    }
    tables = await store.read_all(names.values(), start, end)
    weather = {}
    for source in sources:
        values = {
            measure: _hourly(table, start, count)
            for measure in KEPT
            if len(table := tables[names[source, measure]])
        }
        if values:
            weather[source] = WeatherHours(source=source, start=start, values=values)
    return weather


async def write_forecast(store: Store, place: Place, forecast: WeatherHours) -> bool:
    """Keep a forecast as it was issued; return whether it is news."""
    return await store.write_forecast(place.name, forecast)


async def read_forecasts(
    store: Store, place: Place, *, until: datetime | None = None
) -> Mapping[Source, WeatherHours]:
    """Return each source's newest forecast for a place, or its newest at an instant."""
    return await store.read_forecasts(place.name, until or _END_OF_TIME)


def _starts(hours: WeatherHours) -> NDArray[np.int64]:
    first = int(hours.start.timestamp())
    return first + _SECONDS * np.arange(len(hours), dtype=np.int64)


def _hourly(table: SlotTable, start: datetime, count: int) -> NDArray[np.float64]:
    values = np.full(count, np.nan)
    values[(table.starts - int(start.timestamp())) // _SECONDS] = table.values
    return values
