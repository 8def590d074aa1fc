"""Weather as it is put together for every look at the past and the present."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import HOURS
from benchmarks.figures import Figure, race
from custom_components.chocolate_factory.factory.daily import Day, Extremes
from custom_components.chocolate_factory.factory.hybrid import RANKING, SourceHours, hybrid, now
from custom_components.chocolate_factory.factory.joined_forecast import (
    RANKING as FORECASTING,
    join,
)
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.spread import spread
from custom_components.chocolate_factory.factory.weather import HOUR, KEPT, Measure, WeatherHours

NOW = datetime(2026, 8, 5, 10, tzinfo=UTC)
START = NOW - HOURS * HOUR
MADRID = ZoneInfo("Europe/Madrid")
NIGHT = SourceHours()
WEEK = 7 * 24
HALF_A_YEAR = 182


def figures() -> Iterator[Figure]:
    """Take the figures of weather."""
    generator = np.random.default_rng(2026)
    observed = {source: _hours(generator, source, START, HOURS + 1) for source in RANKING}
    forecasts = {source: _hours(generator, source, NOW, WEEK, issued=NOW) for source in FORECASTING}
    days = [
        Day(day=date(2026, 1, 1) + timedelta(days=number), extremes=dict.fromkeys(KEPT, extremes))
        for number, extremes in enumerate([Extremes(lowest=10, highest=20)] * HALF_A_YEAR)
    ]
    knots = np.arange(0.0, 24 * HALF_A_YEAR, 12)
    yield race(
        "weather.hybrid",
        lambda: hybrid(observed, NIGHT, MADRID),
        lambda: _first_of(observed),
    )
    yield race(
        "weather.now",
        lambda: now(observed, NOW, NIGHT, MADRID),
        lambda: [float(one.values[measure][-1]) for one in observed.values() for measure in KEPT],
    )
    yield race(
        "weather.forecast",
        lambda: join(forecasts, NOW).days(MADRID),
        lambda: _first_of(forecasts),
    )
    yield race(
        "weather.spread",
        lambda: spread(days, MADRID, Source.AEMET_CLIMATOLOGY),
        lambda: np.interp(np.arange(24 * HALF_A_YEAR), knots, knots),
    )


def _hours(
    generator: np.random.Generator,
    source: Source,
    start: datetime,
    count: int,
    *,
    issued: datetime | None = None,
) -> WeatherHours:
    """Return weather in which every fifth value is missing."""
    values = {measure: generator.uniform(0, 14, count) for measure in Measure}
    for column in values.values():
        column[generator.random(count) < 0.2] = np.nan
    return WeatherHours(source=source, start=start, values=values, issued=issued)


def _first_of(weather: Mapping[Source, WeatherHours]) -> list[NDArray[np.float64]]:
    """Return the first value of each hour, without a clock and without its source."""
    firsts = []
    for measure in KEPT:
        columns = [one.values[measure] for one in weather.values()]
        first = columns[0]
        for column in columns[1:]:
            first = np.where(np.isnan(first), column, first)
        firsts.append(first)
    return firsts
