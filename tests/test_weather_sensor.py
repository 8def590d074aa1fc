"""The sensors of the weather follow the sources, the clock and the room's own thermometer."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import time
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import numpy as np
import pytest

from custom_components.chocolate_factory.clients.gatekeeper import BUDGET
from custom_components.chocolate_factory.factory.atmosphere import dew_point
from custom_components.chocolate_factory.factory.comfort import (
    ComfortLimits,
    chocolate_production_index,
    heat_stress_factor,
)
from custom_components.chocolate_factory.factory.series import Source
import simulator
from simulator import LOG
from simulator.climate import Place, Values, Weather, weather_at

from .conftest import NOON, World, settle
from .sites import AEMET, KEYS, OPEN_METEO, OPENWEATHERMAP, open_factory, said, sensor

MADRID = ZoneInfo("Europe/Madrid")
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
MEASURED = ("temperature", "humidity", "pressure")
# At noon the thermometer of the simulated station is out of order.
LAST_OF_AEMET = NOON - HOUR
COMFORT = ("dew_point", "chocolate_production_index", "heat_stress_factor")
ALL = (*MEASURED, *COMFORT, "weather_source")

type Tick = Callable[..., Awaitable[None]]


def value(home: HomeAssistant, key: str) -> float:
    return float(sensor(home, key).state)


def explained(home: HomeAssistant, key: str) -> Mapping[str, Any]:
    return sensor(home, key).attributes


def source(home: HomeAssistant) -> str:
    return sensor(home, "weather_source").state


def health(home: HomeAssistant) -> list[str]:
    reasons: list[str] = sensor(home, "health").attributes["reasons"]
    return reasons


async def fail_and_go(
    world: World, freezer: FrozenDateTimeFactory, tick: Tick, to: datetime
) -> None:
    """Let nobody answer any more, and go to an instant."""
    world.fail(kind="status", status=500)
    freezer.move_to(to)
    await tick(timedelta())


@pytest.mark.parametrize(
    ("data", "options", "counts", "hour"),
    [
        (KEYS, {}, Source.OPENWEATHERMAP, NOON),
        (KEYS, {"aemet_from": 10, "aemet_until": 14}, Source.AEMET, LAST_OF_AEMET),
        ({}, {}, Source.OPEN_METEO, NOON),
        ({"openweathermap_key": "bad"}, {}, Source.OPEN_METEO, NOON),
    ],
    ids=["afternoon", "other hours", "no key", "bad key"],
)
@pytest.mark.usefixtures("world")
async def test_the_sensors_show_what_the_source_that_counts_has_seen(
    home: HomeAssistant,
    data: dict[str, Any],
    options: dict[str, Any],
    counts: Source,
    hour: datetime,
) -> None:
    await open_factory(home, data, **options)
    seen, warm = said(counts, NOON), said(counts, hour)
    assert value(home, "temperature") == pytest.approx(float(warm.temperature[0]), abs=0.06)
    assert value(home, "humidity") == pytest.approx(float(seen.humidity[0]), abs=0.51)
    assert value(home, "pressure") == pytest.approx(float(seen.sea_level_pressure[0]), abs=0.51)
    for key in MEASURED:
        attributes = explained(home, key)
        assert (attributes["source"], attributes["stale"]) == (counts, False)
        assert attributes["hour"] == (hour if key == "temperature" else NOON).isoformat()
    assert source(home) == counts
    attributes = explained(home, "weather_source")
    assert {attributes[f"{key}_source"] for key in MEASURED} == {counts}
    assert attributes["stale"] is False
    assert attributes["dropped_values"] == 0


@pytest.mark.usefixtures("world")
async def test_comfort_is_reckoned_from_the_air_outside_when_there_is_no_sensor(
    home: HomeAssistant,
) -> None:
    await open_factory(home)
    limits = ComfortLimits()
    warm, damp = value(home, "temperature"), value(home, "humidity")
    assert warm > limits.highest_temperature, "warm enough to stress, and not to be heated"
    assert value(home, "dew_point") == pytest.approx(float(dew_point(warm, damp)), abs=0.2)
    assert value(home, "chocolate_production_index") == pytest.approx(
        float(chocolate_production_index(warm, damp, limits)), abs=1
    )
    assert value(home, "heat_stress_factor") == pytest.approx(
        float(heat_stress_factor(warm, limits, indoors=False)), abs=0.02
    )
    for key in COMFORT:
        assert explained(home, key)["room_sensor"] is False
        assert explained(home, key)["air_temperature"] == warm


@pytest.mark.usefixtures("world")
async def test_every_sensor_says_what_it_measures(home: HomeAssistant) -> None:
    await open_factory(home)
    found = {
        key: (
            explained(home, key).get("device_class"),
            explained(home, key).get("unit_of_measurement"),
            explained(home, key).get("state_class"),
        )
        for key in ALL
    }
    assert found == {
        "temperature": (SensorDeviceClass.TEMPERATURE, "°C", "measurement"),
        "humidity": (SensorDeviceClass.HUMIDITY, "%", "measurement"),
        "pressure": (SensorDeviceClass.ATMOSPHERIC_PRESSURE, "hPa", "measurement"),
        "dew_point": (SensorDeviceClass.TEMPERATURE, "°C", "measurement"),
        "chocolate_production_index": (None, None, "measurement"),
        "heat_stress_factor": (None, None, "measurement"),
        "weather_source": (SensorDeviceClass.ENUM, None, None),
    }


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (datetime(2026, 8, 6, 0, tzinfo=MADRID), Source.OPENWEATHERMAP, Source.AEMET),
        (datetime(2026, 8, 6, 8, tzinfo=MADRID), Source.AEMET, Source.OPENWEATHERMAP),
    ],
    ids=["midnight", "eight"],
)
@pytest.mark.usefixtures("world")
async def test_the_source_changes_with_the_clock_to_the_second(
    home: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    tick: Tick,
    caplog: pytest.LogCaptureFixture,
    change: datetime,
    before: Source,
    after: Source,
) -> None:
    caplog.set_level("INFO", logger="custom_components.chocolate_factory")
    freezer.move_to(change - 30 * MINUTE)
    await open_factory(home)
    for _ in range(5):
        await tick(5 * MINUTE)
    await tick(5 * MINUTE - SECOND)
    assert source(home) == before
    seen = said(before, change.astimezone(UTC) - HOUR)
    assert value(home, "temperature") == pytest.approx(float(seen.temperature[0]), abs=0.06)
    await tick(SECOND)
    assert source(home) == after
    assert {explained(home, key)["source"] for key in MEASURED} == {after}
    attributes = explained(home, "weather_source")
    assert attributes["before"] == before
    assert datetime.fromisoformat(attributes["since"]) == change
    for _ in range(3):
        await tick(5 * MINUTE)
    assert source(home) == after
    seen = said(after, change.astimezone(UTC))
    assert value(home, "temperature") == pytest.approx(float(seen.temperature[0]), abs=0.06)
    switches = [
        record.getMessage()
        for record in caplog.records
        if record.name.endswith("weather_coordinator")
    ]
    assert switches == [f"The weather of Obrador is from {after} now, before from {before}"]


async def test_another_source_helps_out_and_steps_back(
    home: HomeAssistant, world: World, tick: Tick, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="custom_components.chocolate_factory")
    world.fail(host=OPENWEATHERMAP, kind="status", status=500)
    await open_factory(home)
    assert source(home) == Source.AEMET
    await tick()
    assert source(home) == Source.AEMET
    world.recover()
    await tick()
    assert source(home) == Source.OPENWEATHERMAP
    said_so = [
        record.getMessage().removeprefix("The weather of Obrador is from ")
        for record in caplog.records
        if record.name.endswith("weather_coordinator")
    ]
    assert said_so == ["openweathermap now, before from aemet"]


async def test_an_old_value_holds_for_three_hours_and_is_marked(
    home: HomeAssistant, world: World, freezer: FrozenDateTimeFactory, tick: Tick
) -> None:
    entry = await open_factory(home, {})
    shown = value(home, "temperature")
    index = value(home, "chocolate_production_index")
    for late, stale in ((2 * HOUR - SECOND, False), (2 * HOUR, True), (4 * HOUR - SECOND, True)):
        await fail_and_go(world, freezer, tick, NOON + late)
        await entry.runtime_data.shared.jobs.run_now("health")
        assert value(home, "temperature") == shown
        assert value(home, "chocolate_production_index") == index
        for key in (*MEASURED, "weather_source"):
            assert explained(home, key)["stale"] is stale
        assert ("weather_stale" in health(home)) is stale
    await fail_and_go(world, freezer, tick, NOON + 4 * HOUR)
    await entry.runtime_data.shared.jobs.run_now("health")
    assert {key: sensor(home, key).state for key in ALL} == dict.fromkeys(ALL, STATE_UNAVAILABLE)
    assert "no_weather" in health(home)
    world.recover()
    await tick()
    assert value(home, "temperature") == pytest.approx(
        float(said(Source.OPEN_METEO, NOON + 4 * HOUR).temperature[0]), abs=0.06
    )
    assert STATE_UNAVAILABLE not in {sensor(home, key).state for key in ALL}


@pytest.mark.usefixtures("world")
async def test_the_sensors_of_the_room_know_better_than_the_weather(home: HomeAssistant) -> None:
    home.states.async_set("sensor.warm", "71.6", {"unit_of_measurement": "°F"})
    home.states.async_set("sensor.damp", "57.5", {"unit_of_measurement": "%"})
    home.states.async_set("sensor.heavy", "27.46", {"unit_of_measurement": "inHg"})
    await open_factory(
        home,
        room_temperature="sensor.warm",
        room_humidity="sensor.damp",
        room_pressure="sensor.heavy",
    )
    limits = ComfortLimits()
    assert explained(home, "dew_point")["air_pressure"] == pytest.approx(929.9)
    assert explained(home, "dew_point")["air_temperature"] == pytest.approx(22)
    assert explained(home, "dew_point")["room_sensor"] is True
    assert value(home, "dew_point") == pytest.approx(float(dew_point(22.0, 57.5)), abs=0.06)
    assert value(home, "chocolate_production_index") == pytest.approx(62.5)
    assert value(home, "heat_stress_factor") == 0
    # A sensor that speaks is heard at once, and not at the next tick.
    home.states.async_set("sensor.warm", "26", {"unit_of_measurement": "°C"})
    await home.async_block_till_done()
    assert value(home, "heat_stress_factor") == pytest.approx(
        float(heat_stress_factor(26.0, limits, indoors=True)), abs=0.006
    )
    # The weather itself stays that of outside.
    assert value(home, "temperature") == pytest.approx(
        float(said(Source.OPENWEATHERMAP, NOON).temperature[0]), abs=0.06
    )


@pytest.mark.parametrize(
    "state", [STATE_UNAVAILABLE, STATE_UNKNOWN, "", "warm", "nan", "inf", "85", "-127", "1e400"]
)
@pytest.mark.usefixtures("world")
async def test_a_room_sensor_that_talks_nonsense_is_not_believed(
    home: HomeAssistant, state: str
) -> None:
    await open_factory(home, {}, room_temperature="sensor.warm", room_humidity="sensor.damp")
    without = {key: sensor(home, key).state for key in COMFORT}
    assert STATE_UNAVAILABLE not in without.values()
    home.states.async_set("sensor.warm", "20", {"unit_of_measurement": "°C"})
    await home.async_block_till_done()
    assert {key: sensor(home, key).state for key in COMFORT} != without
    home.states.async_set("sensor.warm", state, {"unit_of_measurement": "°C"})
    await home.async_block_till_done()
    assert {key: sensor(home, key).state for key in COMFORT} == without
    assert explained(home, "heat_stress_factor")["room_sensor"] is False


@pytest.mark.usefixtures("world")
async def test_the_maker_says_what_the_chocolate_bears(home: HomeAssistant) -> None:
    home.states.async_set("sensor.warm", "25", {"unit_of_measurement": "°C"})
    home.states.async_set("sensor.damp", "40", {"unit_of_measurement": "%"})
    limits = {"highest_temperature": 24.0, "fat_bloom": 26.0, "room_heat": 30.0}
    await open_factory(
        home,
        {},
        room_temperature="sensor.warm",
        room_humidity="sensor.damp",
        comfort=limits,
    )
    # Halfway from ideal to where fat may bloom, and a sixth of the way to too hot.
    assert value(home, "chocolate_production_index") == 75
    assert value(home, "heat_stress_factor") == pytest.approx(1 / 6, abs=0.006)


async def test_what_cannot_be_true_is_dropped_and_counted(
    home: HomeAssistant, world: World, tick: Tick, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absurd(place: Place, times: Values, source: str, *issued: Any) -> Weather:
        seen = weather_at(place, times, source, *issued)
        if source != Source.OPENWEATHERMAP:
            return seen
        return replace(seen, temperature=np.full_like(seen.temperature, 85.0))

    monkeypatch.setattr(simulator.sky, "weather_at", absurd)
    await open_factory(home)
    # One of now, and the forecast of five days.
    assert explained(home, "weather_source")["dropped_values"] == 1 + 40
    assert explained(home, "temperature")["source"] == Source.AEMET
    assert value(home, "temperature") == pytest.approx(
        float(said(Source.AEMET, LAST_OF_AEMET).temperature[0]), abs=0.06
    )
    # What it says of the rest can be true.
    assert explained(home, "pressure")["source"] == Source.OPENWEATHERMAP
    assert source(home) == Source.AEMET
    monkeypatch.undo()
    await tick(10 * MINUTE)
    assert source(home) == Source.OPENWEATHERMAP
    assert explained(home, "weather_source")["dropped_values"] == 41


async def test_stored_weather_is_shown_at_once_though_nobody_answers(
    home: HomeAssistant, world: World
) -> None:
    entry = await open_factory(home)
    keys = (*ALL, "health")
    before = {key: sensor(home, key).state for key in ALL}
    sky = home.states.get("weather.obrador_weather")
    assert await home.config_entries.async_unload(entry.entry_id)
    await settle(home)
    assert {sensor(home, key).state for key in keys} == {STATE_UNAVAILABLE}
    world.fail(kind="delay", seconds=60)
    asked = world.asked()
    assert await home.config_entries.async_setup(entry.entry_id)
    # Not settled: whatever is fetched, nobody waits for it.
    assert world.asked() == asked
    assert {key: sensor(home, key).state for key in ALL} == before
    after = home.states.get("weather.obrador_weather")
    assert sky
    assert after
    assert (after.state, after.attributes) == (sky.state, sky.attributes)
    world.recover()
    await settle(home)


async def test_a_day_passes_and_nothing_is_missing(
    home: HomeAssistant, world: World, freezer: FrozenDateTimeFactory, tick: Tick
) -> None:
    await open_factory(home)
    sources = {}
    end = NOON + 24 * HOUR
    now = NOON
    while now < end:
        wall = now.astimezone(MADRID)
        # Whoever takes over is asked ten minutes before.
        step = HOUR
        if wall.hour in {23, 7}:
            step = 10 * MINUTE if wall.minute else 50 * MINUTE
        now += step
        await tick(step)
        sources[now.astimezone(MADRID).hour] = source(home)
        assert not explained(home, "weather_source")["stale"]
    assert {hour for hour, one in sources.items() if one == Source.AEMET} == set(range(8))
    assert {one for hour, one in sources.items() if hour >= 8} == {Source.OPENWEATHERMAP}
    assert sensor(home, "health").state == "ok"
    completeness = sensor(home, "data_completeness")
    assert float(completeness.state) == 100, completeness.attributes
    requests = [(one.host, one.at) for one in world.app[LOG]]
    busiest = Counter[str]()
    for host, at in requests:
        within = sum(other == host and at - HOUR < when <= at for other, when in requests)
        busiest[host] = max(busiest[host], within)
    assert busiest.keys() >= {AEMET, OPENWEATHERMAP, OPEN_METEO}
    assert max(busiest.values()) <= BUDGET
    assert 429 not in {one.status for one in world.app[LOG]}


@pytest.mark.usefixtures("world")
async def test_to_show_the_weather_does_not_hold_up_home_assistant(home: HomeAssistant) -> None:
    entry = await open_factory(home)
    coordinator = entry.runtime_data.weather
    durations = []
    for _ in range(5):
        await coordinator.async_refresh()
        # The clock that is not frozen; of this thread alone, whatever else the machine does.
        begun = time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID)
        coordinator.async_update_listeners()
        durations.append(time.clock_gettime(time.CLOCK_THREAD_CPUTIME_ID) - begun)
    assert min(durations) < 0.02
