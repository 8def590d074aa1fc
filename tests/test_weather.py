"""The weather entity shows what the sources say of now and of the coming week."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import Condition
from simulator.climate import hours, weather

from .conftest import NOON, World
from .sites import AEMET, HERE, KEYS, OPEN_METEO, OPENWEATHERMAP, open_factory, said

MADRID = ZoneInfo("Europe/Madrid")
HOUR = timedelta(hours=1)
ENTITY = "weather.obrador_weather"

type Tick = Callable[..., Awaitable[None]]


def shown(home: HomeAssistant) -> State:
    state = home.states.get(ENTITY)
    assert state
    return state


async def forecast(home: HomeAssistant, kind: str) -> list[dict[str, Any]]:
    answer = await home.services.async_call(
        "weather",
        "get_forecasts",
        {"entity_id": ENTITY, "type": kind},
        blocking=True,
        return_response=True,
    )
    assert answer
    found: Any = answer[ENTITY]
    return list(found["forecast"])


def starts(forecast: list[dict[str, Any]]) -> list[datetime]:
    return [datetime.fromisoformat(one["datetime"]) for one in forecast]


@pytest.mark.parametrize(
    ("data", "source", "attribution"),
    [
        (KEYS, Source.OPENWEATHERMAP, "Open-Meteo.com (CC BY 4.0), OpenWeatherMap, © AEMET"),
        ({}, Source.OPEN_METEO, "Open-Meteo.com (CC BY 4.0)"),
        (
            {"openweathermap_key": "good", "open_meteo": False},
            Source.OPENWEATHERMAP,
            "OpenWeatherMap",
        ),
    ],
    ids=["all", "no key", "one key"],
)
@pytest.mark.usefixtures("world")
async def test_the_weather_of_now_is_that_of_the_source_that_counts(
    home: HomeAssistant, data: dict[str, Any], source: Source, attribution: str
) -> None:
    await open_factory(home, data)
    state, true = shown(home), said(source, NOON)
    assert state.state in set(Condition)
    attributes = state.attributes
    assert attributes["temperature"] == pytest.approx(float(true.temperature[0]), abs=0.06)
    assert attributes["humidity"] == pytest.approx(float(true.humidity[0]), abs=1)
    assert attributes["pressure"] == pytest.approx(float(true.sea_level_pressure[0]), abs=0.51)
    assert 0 <= attributes["wind_bearing"] <= 360
    assert attributes["wind_speed"] >= 0
    assert [attributes[f"{name}_unit"] for name in ("temperature", "pressure", "wind_speed")] == [
        "°C",
        "hPa",
        "km/h",
    ]
    assert attributes["attribution"] == attribution


@pytest.mark.parametrize("data", [KEYS, {}], ids=["keys", "no key"])
@pytest.mark.usefixtures("world")
async def test_the_week_ahead_is_there_by_the_hour(
    home: HomeAssistant, data: dict[str, Any]
) -> None:
    await open_factory(home, data)
    week = await forecast(home, "hourly")
    assert starts(week) == [NOON + number * HOUR for number in range(168)]
    assert {hour["condition"] for hour in week} <= set(Condition)
    assert len({hour["condition"] for hour in week}) > 1
    for name, lowest, highest in (
        ("temperature", 5, 45),
        ("humidity", 0, 100),
        ("pressure", 980, 1050),
        ("wind_speed", 0, 150),
        ("wind_bearing", 0, 360),
        ("precipitation", 0, 100),
        ("precipitation_probability", 0, 100),
    ):
        assert all(lowest <= hour[name] <= highest for hour in week), name
    assert len({hour["temperature"] for hour in week}) > 50
    # The sky of now is that of the first hour.
    assert week[0]["condition"] == shown(home).state


@pytest.mark.usefixtures("world")
async def test_without_keys_the_hours_are_what_open_meteo_says(home: HomeAssistant) -> None:
    await open_factory(home, {})
    true = weather(HERE, hours(NOON, 168), "open-meteo", issued=NOON)
    week = await forecast(home, "hourly")
    assert [hour["temperature"] for hour in week] == pytest.approx(
        true.temperature.tolist(), abs=0.06
    )
    assert [hour["humidity"] for hour in week] == pytest.approx(true.humidity.tolist(), abs=0.6)
    assert [hour["wind_speed"] / 3.6 for hour in week] == pytest.approx(
        true.wind_speed.tolist(), abs=0.06
    )


@pytest.mark.usefixtures("world")
async def test_the_days_sum_up_their_hours(home: HomeAssistant) -> None:
    await open_factory(home)
    week, days = await forecast(home, "hourly"), await forecast(home, "daily")
    midnight = datetime(2026, 8, 5, tzinfo=MADRID).astimezone(UTC)
    # The last one is not over within the week.
    assert starts(days) == [midnight + timedelta(days=number) for number in range(7)]
    by_day = [
        [hour for hour, at in zip(week, starts(week), strict=True) if first <= at < next_]
        for first, next_ in pairwise([*starts(days), midnight + timedelta(days=7)])
    ]
    assert [len(hours) for hours in by_day] == [12, *[24] * 6]
    for day, by_hour in zip(days, by_day, strict=True):
        temperatures = [hour["temperature"] for hour in by_hour]
        assert (day["temperature"], day["templow"]) == (max(temperatures), min(temperatures))
        assert day["condition"] in {"sunny", *(hour["condition"] for hour in by_hour)}
        assert day["wind_speed"] == max(hour["wind_speed"] for hour in by_hour)
        assert day["precipitation"] == pytest.approx(
            sum(hour["precipitation"] for hour in by_hour), abs=0.1
        )
        assert day["precipitation_probability"] == max(
            hour["precipitation_probability"] for hour in by_hour
        )


@pytest.mark.usefixtures("world")
async def test_a_card_that_shows_the_forecast_follows_the_clock(
    home: HomeAssistant, hass_ws_client: WebSocketGenerator, tick: Tick
) -> None:
    await open_factory(home)
    client = await hass_ws_client(home)
    for kind in ("hourly", "daily"):
        await client.send_json_auto_id(
            {"type": "weather/subscribe_forecast", "entity_id": ENTITY, "forecast_type": kind}
        )
        assert (await client.receive_json())["success"]
        event = (await client.receive_json())["event"]
        assert event["type"] == kind
        # The numbers on the way to the browser are those of the action.
        assert event["forecast"] == await forecast(home, kind)
    await tick(HOUR)
    sent = await client.receive_json()
    while sent["event"]["type"] != "hourly":
        sent = await client.receive_json()
    assert starts(sent["event"]["forecast"])[0] == NOON + HOUR


async def test_a_forecast_outlives_an_outage_for_a_day(
    home: HomeAssistant, world: World, freezer: FrozenDateTimeFactory, tick: Tick
) -> None:
    await open_factory(home, {})
    before = await forecast(home, "hourly")
    world.fail(kind="status", status=500)
    freezer.move_to(NOON + 24 * HOUR)
    await tick(timedelta())
    after = await forecast(home, "hourly")
    assert after[: 168 - 24] == before[24:]
    assert len(after) < 168
    # What was observed is too old, but the sky is still known.
    assert shown(home).state == before[24]["condition"]
    assert shown(home).attributes.get("temperature") is None
    freezer.move_to(NOON + 25 * HOUR)
    await tick(timedelta())
    assert shown(home).state == STATE_UNAVAILABLE
    world.recover()
    await tick()
    assert shown(home).state in set(Condition)
    assert len(await forecast(home, "hourly")) == 168


async def test_before_anybody_was_asked_there_is_no_weather(
    home: HomeAssistant, world: World
) -> None:
    world.fail(kind="reset")
    await open_factory(home)
    assert shown(home).state == STATE_UNAVAILABLE
    assert {host: world.asked(host) > 0 for host in (AEMET, OPENWEATHERMAP, OPEN_METEO)} == {
        AEMET: True,
        OPENWEATHERMAP: True,
        OPEN_METEO: True,
    }
