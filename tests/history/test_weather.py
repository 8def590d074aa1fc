"""What was observed stays apart by source, and forecasts stay as they were issued."""

from contextlib import closing
from datetime import datetime, timedelta
import json
from pathlib import Path
import sqlite3
import zlib

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import (
    HOUR,
    KEPT,
    Condition,
    Measure,
    Place,
    WeatherHours,
    weather_series,
)
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.history.weather import (
    read_forecasts,
    read_weather,
    write_forecast,
    write_weather,
)

from .stored import NOON, Clock, opened, rows

MADRID = Place(40.4118, -3.6781)
SEVILLE = Place(37.4166, -5.8791)
NAN = float("nan")
TEMPERATURE, HUMIDITY, PRESSURE = KEPT
OBSERVED = (Source.AEMET, Source.OPENWEATHERMAP, Source.AEMET_CLIMATOLOGY)


def hours(
    values: dict[Measure, list[float]],
    *,
    source: Source = Source.AEMET,
    start: datetime = NOON,
    issued: datetime | None = None,
) -> WeatherHours:
    columns = {measure: np.array(column, dtype=np.float64) for measure, column in values.items()}
    return WeatherHours(source=source, start=start, values=columns, issued=issued)


def said(weather: WeatherHours) -> dict[Measure, list[float | None]]:
    """Return the values, None for NaN."""
    return {
        measure: [None if np.isnan(value) else value for value in column.tolist()]
        for measure, column in weather.values.items()
    }


async def test_what_was_observed_comes_back_with_its_holes(store: Store) -> None:
    values = {
        TEMPERATURE: [31.5, NAN, 33.25, NAN],
        HUMIDITY: [NAN] * 4,
        PRESSURE: [NAN, NAN, NAN, 1013.2],
        Measure.WIND_SPEED: [1.0] * 4,
    }

    assert await write_weather(store, MADRID, hours(values)) == 3

    weather = await read_weather(store, MADRID, NOON - HOUR, NOON + 5 * HOUR, OBSERVED)
    assert weather.keys() == {Source.AEMET}
    found = weather[Source.AEMET]
    assert (found.source, found.start, found.end) == (Source.AEMET, NOON - HOUR, NOON + 5 * HOUR)
    # What nobody ever said has no column, and the wind of the past is not kept.
    assert said(found) == {
        TEMPERATURE: [None, 31.5, None, 33.25, None, None],
        PRESSURE: [None, None, None, None, 1013.2, None],
    }


async def test_only_the_hours_asked_for_are_read(store: Store) -> None:
    await write_weather(store, MADRID, hours({TEMPERATURE: [1, 2, 3, 4]}))

    weather = await read_weather(store, MADRID, NOON + HOUR, NOON + 2.5 * HOUR, OBSERVED)
    assert said(weather[Source.AEMET]) == {TEMPERATURE: [2, 3]}
    assert await read_weather(store, MADRID, NOON - 9 * HOUR, NOON, OBSERVED) == {}
    assert await read_weather(store, MADRID, NOON, NOON, OBSERVED) == {}


async def test_no_source_replaces_what_another_one_said(store: Store) -> None:
    for source, value in zip(OBSERVED, (20, 21, 22), strict=True):
        assert await write_weather(store, MADRID, hours({TEMPERATURE: [value]}, source=source)) == 1
    # Neither does one that is spread from days, in whatever order they come.
    await write_weather(store, MADRID, hours({TEMPERATURE: [19]}))

    weather = await read_weather(store, MADRID, NOON, NOON + HOUR, OBSERVED)
    assert [said(weather[source])[TEMPERATURE] for source in OBSERVED] == [[19], [21], [22]]


async def test_silence_does_not_replace_what_was_said(store: Store) -> None:
    await write_weather(store, MADRID, hours({TEMPERATURE: [20, 21]}))

    assert await write_weather(store, MADRID, hours({TEMPERATURE: [NAN, 22]})) == 1
    assert await write_weather(store, MADRID, hours({TEMPERATURE: [NAN, NAN]})) == 0

    weather = await read_weather(store, MADRID, NOON, NOON + 2 * HOUR, OBSERVED)
    assert said(weather[Source.AEMET]) == {TEMPERATURE: [20, 22]}


async def test_several_sources_are_written_at_once(store: Store) -> None:
    said_now = [hours({TEMPERATURE: [20], HUMIDITY: [50]}, source=source) for source in OBSERVED]

    assert await write_weather(store, MADRID, *said_now) == 6

    weather = await read_weather(store, MADRID, NOON, NOON + HOUR, OBSERVED)
    assert weather.keys() == set(OBSERVED)
    assert (await read_weather(store, MADRID, NOON, NOON + HOUR, [Source.AEMET])).keys() == {
        Source.AEMET
    }


async def test_weather_is_kept_by_place(store: Store) -> None:
    await write_weather(store, MADRID, hours({TEMPERATURE: [30]}))
    await write_weather(store, SEVILLE, hours({TEMPERATURE: [40]}))
    # A few metres are no other place.
    near = Place(MADRID.latitude + 0.0001, MADRID.longitude)

    for place, value in ((MADRID, 30), (SEVILLE, 40), (near, 30)):
        weather = await read_weather(store, place, NOON, NOON + HOUR, OBSERVED)
        assert said(weather[Source.AEMET]) == {TEMPERATURE: [value]}


async def test_everything_is_there_after_closing(path: Path) -> None:
    forecast = hours({TEMPERATURE: [25, NAN]}, source=Source.AEMET_HOURLY, issued=NOON)
    async with opened(path) as store:
        await write_weather(store, MADRID, hours({TEMPERATURE: [20]}))
        await write_forecast(store, MADRID, forecast)

    async with opened(path) as store:
        weather = await read_weather(store, MADRID, NOON, NOON + HOUR, OBSERVED)
        assert said(weather[Source.AEMET]) == {TEMPERATURE: [20]}
        found = (await read_forecasts(store, MADRID))[Source.AEMET_HOURLY]
        assert said(found) == {TEMPERATURE: [25, None]}


async def test_a_forecast_comes_back_as_it_was_issued(store: Store) -> None:
    issued = NOON - timedelta(hours=2, minutes=7)
    values = {
        TEMPERATURE: [31.54, NAN, -0.5],
        Measure.CONDITION: [Condition.SUNNY.code, Condition.HAIL.code, NAN],
        Measure.PRECIPITATION_PROBABILITY: [NAN] * 3,
    }

    forecast = hours(values, source=Source.OPEN_METEO, issued=issued)
    assert await write_forecast(store, MADRID, forecast)

    found = (await read_forecasts(store, MADRID))[Source.OPEN_METEO]
    assert (found.source, found.start, found.issued) == (Source.OPEN_METEO, NOON, issued)
    assert said(found) == said(forecast)
    assert found.values[TEMPERATURE].dtype == np.float64


async def test_the_same_forecast_twice_is_no_news(store: Store) -> None:
    def forecast(value: float, issued: datetime = NOON) -> WeatherHours:
        return hours({TEMPERATURE: [value, NAN]}, source=Source.OPEN_METEO, issued=issued)

    assert await write_forecast(store, MADRID, forecast(20.0))
    # Less than a hundredth of a degree is nothing new either.
    assert not await write_forecast(store, MADRID, forecast(20.001))
    # The same forecast for elsewhere, at another time, or with other values, is.
    assert await write_forecast(store, SEVILLE, forecast(20.0))
    assert await write_forecast(store, MADRID, forecast(20.0, NOON + HOUR))
    assert await write_forecast(store, MADRID, forecast(21.0))

    assert said((await read_forecasts(store, MADRID, until=NOON))[Source.OPEN_METEO]) == {
        TEMPERATURE: [21, None]
    }


async def test_the_newest_forecast_of_each_source_counts_as_of_any_instant(store: Store) -> None:
    for hour in (0, 6, 3):
        for source in (Source.AEMET_HOURLY, Source.OPEN_METEO):
            issued = NOON + hour * HOUR + (HOUR if source is Source.OPEN_METEO else 0 * HOUR)
            await write_forecast(
                store, MADRID, hours({TEMPERATURE: [hour]}, source=source, issued=issued)
            )

    async def newest(until: datetime | None) -> dict[Source, float]:
        found = await read_forecasts(store, MADRID, until=until)
        return {source: one.values[TEMPERATURE][0] for source, one in found.items()}

    assert await newest(None) == {Source.AEMET_HOURLY: 6, Source.OPEN_METEO: 6}
    assert await newest(NOON + 3 * HOUR) == {Source.AEMET_HOURLY: 3, Source.OPEN_METEO: 0}
    assert await newest(NOON + 0.5 * HOUR) == {Source.AEMET_HOURLY: 0}
    assert await newest(NOON - HOUR) == {}
    assert await read_forecasts(store, SEVILLE) == {}


async def test_what_was_not_issued_is_no_forecast(store: Store) -> None:
    with pytest.raises(Exception, match="issued"):
        await write_forecast(store, MADRID, hours({TEMPERATURE: [1]}))


async def test_forecasts_have_sequence_numbers_of_their_own(store: Store, path: Path) -> None:
    await write_weather(store, MADRID, hours({TEMPERATURE: [1, 2]}))
    for value in (1, 1, 2):
        await write_forecast(
            store, MADRID, hours({TEMPERATURE: [value]}, source=Source.OPEN_METEO, issued=NOON)
        )
    await write_weather(store, MADRID, hours({TEMPERATURE: [1, 3]}))

    # Two slots, a forecast, its replacement, a slot.
    assert rows(path, "SELECT seq FROM forecast") == [(4,)]
    assert sorted(rows(path, "SELECT seq FROM slot")) == [(1,), (5,)]
    assert rows(path, "SELECT last FROM sequence") == [(5,)]


async def test_old_forecasts_are_forgotten(store: Store, clock: Clock) -> None:
    for age in (401, 399):
        issued = clock.now - timedelta(days=age)
        await write_forecast(
            store, MADRID, hours({TEMPERATURE: [age]}, source=Source.OPEN_METEO, issued=issued)
        )

    await store.clean_up()

    until = clock.now - timedelta(days=400)
    assert await read_forecasts(store, MADRID, until=until) == {}
    assert (await read_forecasts(store, MADRID)).keys() == {Source.OPEN_METEO}


FINE = {"start": int(NOON.timestamp()), "values": {"temperature": [1.0, None]}}
NONSENSE: list[object] = [
    None,
    [],
    {},
    {"start": 5},
    FINE | {"start": None},
    FINE | {"start": 10**30},
    FINE | {"start": 3600 * 10**12},
    FINE | {"start": 1800},
    FINE | {"values": None},
    FINE | {"values": []},
    FINE | {"values": {"temperature": "warm"}},
    FINE | {"values": {"temperature": 5}},
    FINE | {"values": {"temperature": [[1], [2]]}},
    FINE | {"values": {"temperature": [1], "humidity": [1, 2]}},
    FINE | {"values": {"temperature": [{}]}},
    FINE | {"values": {"a measure of tomorrow": [1]}},
]


def insert(path: Path, content: bytes, source: str = "aemet_hourly") -> None:
    """Put a forecast into the file, as another release might."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO forecast VALUES (?, ?, ?, ?, 99)",
            (MADRID.name, source, int(NOON.timestamp()), content),
        )


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON",
        "[" * 100_000,
        *map(json.dumps, NONSENSE),
    ],
    ids=lambda content: content[:80],
)
async def test_a_forecast_that_makes_no_sense_is_left_out(
    store: Store, path: Path, content: str
) -> None:
    good = hours({TEMPERATURE: [25]}, source=Source.OPEN_METEO, issued=NOON)
    await write_forecast(store, MADRID, good)

    insert(path, zlib.compress(content.encode()))

    assert (await read_forecasts(store, MADRID)).keys() == {Source.OPEN_METEO}
    assert store.take_damaged() is None


async def test_a_forecast_that_is_damaged_or_from_nobody_we_know_is_left_out(
    store: Store, path: Path
) -> None:
    fine = zlib.compress(json.dumps(FINE).encode())
    broken = {
        "open_meteo": fine[:-9],
        "aemet_daily": b"",
        "openweathermap": zlib.compress(b"\xff\xfe"),
        "a source of tomorrow": fine,
    }
    for number, (source, content) in enumerate(broken.items(), 1):
        insert(path, content, source)
        # As many forecasts as there are must have numbers of their own.
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE forecast SET seq = ? WHERE seq = 99", (-number,))
    assert await read_forecasts(store, MADRID) == {}

    # A good one that came the same way is read.
    insert(path, fine)
    found = await read_forecasts(store, MADRID)
    assert found.keys() == {Source.AEMET_HOURLY}
    assert said(found[Source.AEMET_HOURLY]) == {TEMPERATURE: [1, None]}


async def test_an_hour_that_another_release_has_cut_is_still_an_hour(
    store: Store, path: Path
) -> None:
    await write_weather(store, MADRID, hours({TEMPERATURE: [20, 21]}))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE slot SET seconds = 900")

    weather = await read_weather(store, MADRID, NOON, NOON + 2 * HOUR, OBSERVED)
    assert said(weather[Source.AEMET]) == {TEMPERATURE: [20, 21]}


def test_a_series_has_a_name_for_each_measure_place_and_source() -> None:
    names = {
        weather_series(measure, place, source)
        for measure in KEPT
        for place in (MADRID, SEVILLE)
        for source in OBSERVED
    }
    assert len(names) == 18
    assert weather_series(TEMPERATURE, MADRID, Source.AEMET) == "temperature@40.412,-3.678/aemet"
