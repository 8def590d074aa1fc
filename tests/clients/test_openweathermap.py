from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import partial
import json
import logging
from pathlib import Path
import traceback
from typing import Any

from aiohttp import ClientTimeout, web
from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.clients.errors import (
    AuthenticationError,
    HeldBackError,
    NoDataError,
    PlanError,
    RefusedError,
    SourceError,
    YoungKeyError,
)
from custom_components.chocolate_factory.clients.gatekeeper import Gatekeeper, HostState, Urgency
from custom_components.chocolate_factory.clients.openweathermap import (
    OpenWeatherMapClient,
    parse_current,
    parse_forecast,
    parse_one_call,
)
from custom_components.chocolate_factory.clients.transport import Reply, Transport
from custom_components.chocolate_factory.factory.interpolate import interpolate
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import (
    Condition,
    Measure,
    Place,
    WeatherHours,
)
from simulator import CLOCK, LOG
from tests.clients.far_side import HOUR, NOON, Clock, Host, reply
from tests.clients.garbage import check_weather, damaged, damaged_bytes, survives
from tests.conftest import World

HOST = "api.openweathermap.org"
SECRET = "onecall-0123456789abcdef"
BILBAO = Place(43.2569, -2.9236)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

CURRENT: dict[str, Any] = {
    "coord": {"lon": -2.92, "lat": 43.26},
    "weather": [{"id": 500, "main": "Rain", "description": "light rain", "icon": "10d"}],
    "main": {"temp": 18.4, "pressure": 1015, "sea_level": 1016, "grnd_level": 1014, "humidity": 83},
    "wind": {"speed": 3.1, "deg": 310, "gust": 6.2},
    "rain": {"1h": 0.4},
    "dt": int((NOON - 10 * MINUTE).timestamp()),
    "cod": 200,
}


def step(hours: int, temperature: float, *, rain: float = 0, **more: Any) -> dict[str, Any]:
    """Return a step of the free forecast, some hours after noon."""
    item: dict[str, Any] = {
        "dt": int((NOON + hours * HOUR).timestamp()),
        "main": {"temp": temperature, "pressure": 1016, "humidity": 60},
        "weather": [{"id": 801, "icon": "02d"}],
        "wind": {"speed": 2, "deg": 350},
        "pop": 0.25,
    }
    return item | ({"rain": {"3h": rain}} if rain else {}) | more


FORECAST: dict[str, Any] = {
    "cod": "200",
    "cnt": 3,
    "list": [
        step(2, 20, rain=0.3),
        step(5, 26, rain=1.5, pop=0.6, wind={"speed": 5, "deg": 20}),
        step(8, 23, pop=0, weather=[{"id": 800, "icon": "01n"}]),
    ],
}
ONE_CALL: dict[str, Any] = {
    "lat": 43.26,
    "lon": -2.92,
    "hourly": [
        {
            "dt": int((NOON + hour * HOUR).timestamp()),
            "temp": 20 + hour / 2,
            "pressure": 1016,
            "humidity": 60,
            "wind_speed": 2,
            "wind_deg": 350,
            "weather": [{"id": 803, "icon": "04d"}],
            "pop": 0.1,
        }
        for hour in range(48)
    ],
}

DOCUMENTS = {
    "current": (CURRENT, parse_current),
    "forecast": (FORECAST, parse_forecast),
    "one_call": (ONE_CALL, parse_one_call),
}


@pytest.fixture
def make(transport: Transport, clock: Clock) -> Callable[..., OpenWeatherMapClient]:
    """Return a way to make clients of the simulated service."""
    return partial(OpenWeatherMapClient, transport=transport, key="key", place=BILBAO, clock=clock)


@pytest.fixture
def doorstep(door: Transport, clock: Clock) -> OpenWeatherMapClient:
    """Return a client of the host that answers as the test wants it."""
    return OpenWeatherMapClient(transport=door, key=SECRET, place=BILBAO, clock=clock)


def told(hours: WeatherHours, measure: Measure, at: datetime) -> float:
    return float(hours.values[measure][(at - hours.start) // HOUR])


def asked(services: World) -> list[str]:
    return [entry.path.removeprefix("/data/") for entry in services.app[LOG]]


# What was recorded.


def recorded(recordings: Path, file: str) -> Any:
    return json.loads((recordings / "openweathermap" / file).read_bytes())


def test_the_recorded_weather_is_read_and_its_kelvin_are_not(recordings: Path) -> None:
    body = recorded(recordings, "pyopenweathermap_free_current.json")
    at = datetime(2022, 8, 30, 14, tzinfo=UTC)

    hours = parse_current(reply(body), now=at + 50 * MINUTE)

    assert (hours.start, len(hours), hours.issued, hours.dropped) == (at, 1, None, 1)
    assert {measure: float(values[0]) for measure, values in hours.values.items()} == {
        Measure.HUMIDITY: 64,
        Measure.PRESSURE: 1015,
        Measure.WIND_SPEED: 0.62,
        Measure.WIND_BEARING: 349,
        Measure.PRECIPITATION: 3.16,
        Measure.CONDITION: Condition.RAINY.code,
    }


def test_the_recorded_step_is_shared_among_the_hours_before_it(recordings: Path) -> None:
    body = {"list": [recorded(recordings, "pyopenweathermap_free_forecast.json")]}
    at = datetime(2022, 8, 30, 15, tzinfo=UTC)

    hours = parse_forecast(reply(body), now=at)

    assert (hours.start, len(hours)) == (at - 3 * HOUR, 4)
    rain = hours.values[Measure.PRECIPITATION]
    np.testing.assert_allclose(rain, [0.26 / 3, 0.26 / 3, 0.26 / 3, np.nan])
    chance = hours.values[Measure.PRECIPITATION_PROBABILITY]
    np.testing.assert_allclose(chance, [32, 32, 32, np.nan])
    assert told(hours, Measure.HUMIDITY, at) == 69


def test_the_recorded_pressure_is_that_at_sea_level(recordings: Path) -> None:
    body = recorded(recordings, "pyowm_forecast-2.5_london_2013_old.json")
    at = datetime(2013, 9, 11, 9, tzinfo=UTC)

    hours = parse_forecast(reply(body), now=at)

    assert told(hours, Measure.PRESSURE, at) == 1034.73
    assert told(hours, Measure.PRECIPITATION, at - HOUR) == 0


def test_the_recorded_hour_of_one_call_is_read(recordings: Path) -> None:
    body = {"hourly": [recorded(recordings, "pyopenweathermap_onecall_hourly.json")]}
    at = datetime(2024, 4, 26, 22, tzinfo=UTC)

    hours = parse_one_call(reply(body), now=at)

    assert hours.start == at
    assert {measure: float(values[0]) for measure, values in hours.values.items()} == {
        Measure.TEMPERATURE: 5.82,
        Measure.HUMIDITY: 87,
        Measure.PRESSURE: 1007,
        Measure.WIND_SPEED: 1.02,
        Measure.WIND_BEARING: 167,
        Measure.PRECIPITATION: 0,
        Measure.PRECIPITATION_PROBABILITY: 79,
        Measure.CONDITION: Condition.RAINY.code,
    }


@pytest.mark.parametrize(
    ("file", "parse", "dropped"),
    [
        ("pyowm_weather-2.5_london_2013_old.json", parse_current, 1),
        ("pyowm_onecall_2020_current-hourly-daily.json", parse_one_call, 1),
    ],
)
def test_other_recorded_weather_is_read(
    recordings: Path, file: str, parse: Callable[..., WeatherHours], dropped: int
) -> None:
    body = recorded(recordings, file)
    at = datetime.fromtimestamp(body["hourly"][0]["dt"] if "hourly" in body else body["dt"], UTC)

    hours = parse(reply(body), now=at)

    assert hours.dropped == dropped
    assert Measure.TEMPERATURE not in hours.values
    assert {Measure.HUMIDITY, Measure.PRESSURE} < hours.values.keys()
    check_weather(hours)


@pytest.mark.parametrize(
    ("file", "status", "error"),
    [
        ("errors/http401_invalid-key.json", 401, AuthenticationError),
        ("errors/http404_city-not-found.json", 404, NoDataError),
        ("errors/http429_blocked_text-abridged.json", 429, RefusedError),
        ("pyowm_error-404_not-found_old.json", 404, NoDataError),
        ("pyowm_error-500_old.json", 500, SourceError),
    ],
)
@pytest.mark.parametrize("is_told_by_status", [True, False], ids=["status", "body"])
def test_a_recorded_error_means_what_it_says_wherever_it_is_told(
    recordings: Path, file: str, status: int, error: type[SourceError], is_told_by_status: bool
) -> None:
    body = recorded(recordings, file)

    for parse in (parse_current, parse_forecast):
        with pytest.raises(SourceError) as raised:
            parse(reply(body, status if is_told_by_status else 200), now=NOON)
        assert type(raised.value) is error
        assert error is not RefusedError or raised.value.retry_after == 600


def test_a_longer_pause_is_granted_when_it_is_asked_for() -> None:
    with pytest.raises(RefusedError) as raised:
        parse_current(Reply(status=429, body=b"{}", retry_after=7000), now=NOON)
    assert raised.value.retry_after == 7000


@pytest.mark.parametrize("status", [401, 404])
@pytest.mark.parametrize("body", [b"", b"<html>Unauthorized</html>", b"[]", b"{}", b"null"])
def test_only_openweathermap_itself_can_reject_a_key_or_a_place(status: int, body: bytes) -> None:
    with pytest.raises(SourceError) as raised:
        parse_current(reply(body, status), now=NOON)
    assert type(raised.value) is SourceError


# What is made of it.


def test_the_weather_counts_for_the_hour_of_its_calculation() -> None:
    hours = parse_current(reply(CURRENT), now=NOON)

    assert (hours.source, hours.start, len(hours)) == (Source.OPENWEATHERMAP, NOON - HOUR, 1)
    assert told(hours, Measure.TEMPERATURE, NOON - HOUR) == 18.4
    assert told(hours, Measure.PRESSURE, NOON - HOUR) == 1016
    assert told(hours, Measure.PRECIPITATION, NOON - HOUR) == 0.4


@pytest.mark.parametrize(
    ("fallen", "expected"),
    [
        ({}, 0),
        ({"rain": {}}, 0),
        ({"rain": {"1h": 1.5}, "snow": {"1h": 0.25}}, 1.75),
        ({"snow": {"1h": 0.25}}, 0.25),
        ({"rain": {"3h": 6}}, None),
        ({"rain": {"1h": 501}}, None),
    ],
)
def test_rain_and_snow_fall_together(fallen: dict[str, Any], expected: float | None) -> None:
    body = {key: value for key, value in CURRENT.items() if key != "rain"} | fallen

    hours = parse_current(reply(body), now=NOON)

    values = hours.values.get(Measure.PRECIPITATION)
    assert (None if values is None else float(values[0])) == expected


@pytest.mark.parametrize(
    ("number", "icon", "expected"),
    [
        (200, "11d", Condition.LIGHTNING_RAINY),
        (211, "11n", Condition.LIGHTNING),
        (300, "09d", Condition.RAINY),
        (314, "09d", Condition.POURING),
        (500, "10d", Condition.RAINY),
        (502, "10d", Condition.POURING),
        (511, "13d", Condition.SNOWY_RAINY),
        (601, "13n", Condition.SNOWY),
        (616, "13d", Condition.SNOWY_RAINY),
        (701, "50d", Condition.FOG),
        (741, "50n", Condition.FOG),
        (731, "50d", Condition.EXCEPTIONAL),
        (771, "50d", Condition.WINDY),
        (800, "01d", Condition.SUNNY),
        (800, "01n", Condition.CLEAR_NIGHT),
        (801, "02n", Condition.PARTLY_CLOUDY),
        (804, "04n", Condition.CLOUDY),
        (899, "04n", None),
        (999, "04n", None),
        (-1, "04n", None),
    ],
)
def test_every_condition_has_a_name(number: int, icon: str, expected: Condition | None) -> None:
    hours = parse_current(reply(CURRENT | {"weather": [{"id": number, "icon": icon}]}), now=NOON)

    code = hours.values.get(Measure.CONDITION, np.array([np.nan]))[0]
    assert Condition.of(code) is expected


def test_what_cannot_be_true_is_dropped_and_counted() -> None:
    # Kelvin, a sensor at its end, and a storm on Jupiter.
    body = deepcopy(CURRENT)
    body["main"] |= {"temp": 291.55, "humidity": 101, "sea_level": 0}
    body["wind"] = {"speed": 900, "deg": -1}

    hours = parse_current(reply(body), now=NOON)

    assert hours.dropped == 5
    assert hours.values.keys() == {Measure.PRECIPITATION, Measure.CONDITION}


def test_the_steps_of_the_forecast_leave_holes() -> None:
    hours = parse_forecast(reply(FORECAST), now=NOON)

    assert (hours.start, len(hours)) == (NOON - HOUR, 10)
    nan = np.nan
    np.testing.assert_array_equal(
        hours.values[Measure.TEMPERATURE], [nan, nan, nan, 20, nan, nan, 26, nan, nan, 23]
    )
    np.testing.assert_allclose(
        hours.values[Measure.PRECIPITATION], [0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 0, 0, 0, nan]
    )
    np.testing.assert_allclose(
        hours.values[Measure.PRECIPITATION_PROBABILITY], [25, 25, 25, 60, 60, 60, 0, 0, 0, nan]
    )


@pytest.mark.parametrize("shift", [-2 * DAY, 2 * DAY, -60 * 365 * DAY])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_weather_of_another_time_is_no_answer(name: str, shift: timedelta) -> None:
    body, parse = DOCUMENTS[name]

    with pytest.raises(SourceError, match="another time"):
        parse(reply(body), now=NOON + shift)


# Whatever comes.


def alone(parse: Callable[..., WeatherHours], one: Reply) -> list[WeatherHours]:
    return [parse(one, now=NOON)]


@pytest.mark.parametrize("name", DOCUMENTS)
@given(data=st.data())
def test_a_damaged_answer_is_weather_or_a_failure(name: str, data: st.DataObject) -> None:
    body, parse = DOCUMENTS[name]
    if name == "one_call":
        body = body | {"hourly": body["hourly"][:3]}

    survives(lambda one: [parse(one, now=NOON)], data.draw(damaged(body)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_damaged_bytes_are_weather_or_a_failure(name: str) -> None:
    body, parse = DOCUMENTS[name]
    content = json.dumps(body).encode()

    outcomes = [
        survives(lambda one: [parse(one, now=NOON)], broken)
        for broken in damaged_bytes(content, seed=7, count=300)
    ]

    assert {True, False} == set(outcomes)


def test_the_damaged_bytes_of_recordings_are_weather_or_a_failure(recordings: Path) -> None:
    files = sorted((recordings / "openweathermap").rglob("*.json"))
    assert len(files) > 10
    for file in files:
        for seed, parse in enumerate((parse_current, parse_forecast, parse_one_call)):
            for broken in damaged_bytes(file.read_bytes(), seed, count=40):
                survives(partial(alone, parse), broken)


@given(body=st.binary(max_size=200), status=st.integers(100, 599))
def test_no_bytes_are_weather(body: bytes, status: int) -> None:
    for _, parse in DOCUMENTS.values():
        with pytest.raises(SourceError):
            parse(reply(body, status), now=NOON)


@given(code=st.integers() | st.text(max_size=5) | st.floats() | st.none() | st.lists(st.none()))
def test_any_code_is_a_success_or_a_failure(code: object) -> None:
    is_success = code in (200, "200") or (isinstance(code, str) and code.strip() == "200")
    is_weather = survives(lambda one: [parse_current(one, now=NOON)], {**CURRENT, "cod": code})

    assert is_weather or not is_success


# The service.


async def test_the_weather_of_now_is_there(
    make: Callable[..., OpenWeatherMapClient], services: World
) -> None:
    hours = await make().current()

    assert (hours.start, len(hours), hours.dropped) == (NOON, 1, 0)
    assert {
        Measure.TEMPERATURE, Measure.HUMIDITY, Measure.PRESSURE, Measure.WIND_SPEED,
        Measure.WIND_BEARING, Measure.PRECIPITATION, Measure.CONDITION,
    } == hours.values.keys()  # fmt: skip
    assert 5 < told(hours, Measure.TEMPERATURE, NOON) < 40


async def test_degrees_are_never_kelvin(
    make: Callable[..., OpenWeatherMapClient], services: World
) -> None:
    client = make(key="onecall-key")
    await client.current()
    await client.forecast()

    queries = [entry.query for entry in services.app[LOG]]
    assert len(queries) == 3
    assert all("units=metric" in query.split("&") for query in queries)
    assert all(query.startswith("lat=43.2569&lon=-2.9236&") for query in queries)


async def test_the_forecast_has_every_hour_of_five_days(
    make: Callable[..., OpenWeatherMapClient], services: World
) -> None:
    hours = await make().forecast()

    assert hours.issued == datetime(2026, 8, 5, 9, tzinfo=UTC)
    first, last = NOON + 2 * HOUR, NOON + 2 * HOUR + 117 * HOUR
    assert hours.end == last + HOUR
    for measure in (Measure.TEMPERATURE, Measure.PRESSURE, Measure.WIND_BEARING):
        known = np.flatnonzero(np.isfinite(hours.values[measure]))
        assert (known == np.arange((first - hours.start) // HOUR, len(hours))).all()
    assert np.isfinite(hours.values[Measure.PRECIPITATION][:-1]).all()
    assert asked(services) == ["2.5/forecast", "3.0/onecall"]


@pytest.mark.parametrize(
    ("now", "issued"),
    [
        ("2026-08-05T00:00Z", "2026-08-05T00:00Z"),
        ("2026-08-05T02:59:59Z", "2026-08-05T00:00Z"),
        ("2026-08-05T23:59Z", "2026-08-05T21:00Z"),
        ("2026-10-25T02:30+02:00", "2026-10-25T00:00Z"),
        ("2026-10-25T02:30+01:00", "2026-10-25T00:00Z"),
    ],
)
async def test_forecasts_are_issued_every_three_hours(
    make: Callable[..., OpenWeatherMapClient], clock: Clock, now: str, issued: str
) -> None:
    clock.now = datetime.fromisoformat(now)

    assert (await make().forecast()).issued == datetime.fromisoformat(issued)


async def test_one_call_takes_the_place_of_two_days(
    make: Callable[..., OpenWeatherMapClient], clock: Clock, services: World
) -> None:
    # Days on which it rains.
    clock.now = datetime(2027, 2, 28, 11, 20, tzinfo=UTC)
    start = clock.now.replace(minute=0)
    free = await make().forecast()
    paid = await make(key="onecall-key").forecast()

    assert paid.start <= start
    assert (paid.end, paid.issued) == (free.end, free.issued)
    offset = (start - paid.start) // HOUR
    apart = (free.start - paid.start) // HOUR
    for measure in (Measure.TEMPERATURE, Measure.PRECIPITATION, Measure.CONDITION):
        assert np.isfinite(paid.values[measure][offset : offset + 48]).all()
        np.testing.assert_array_equal(
            paid.values[measure][offset + 48 :], free.values[measure][offset + 48 - apart :]
        )
    # Both know the same weather; only the sharp edges are lost in between.
    warm, interpolated = paid.values[Measure.TEMPERATURE], free.values[Measure.TEMPERATURE]
    both = np.isfinite(interpolated)
    assert np.abs(warm[apart:][both] - interpolated[both]).max() < 1.5
    inner = slice(offset + 4, offset + 46)
    fallen = paid.values[Measure.PRECIPITATION][inner].sum()
    assert fallen > 5
    shared = free.values[Measure.PRECIPITATION][offset + 4 - apart : offset + 46 - apart].sum()
    assert shared == pytest.approx(fallen, abs=3)


async def test_a_plan_without_one_call_is_not_asked_for_it_for_a_day(
    make: Callable[..., OpenWeatherMapClient],
    clock: Clock,
    services: World,
    gatekeeper: Gatekeeper,
) -> None:
    client = make()

    for _ in range(8):
        await client.forecast()
        assert gatekeeper.state(HOST) == HostState()
        clock.tick(3 * HOUR - MINUTE)
    assert asked(services).count("3.0/onecall") == 1
    assert asked(services).count("2.5/forecast") == 8

    clock.tick(8 * MINUTE)
    await client.forecast()
    assert asked(services).count("3.0/onecall") == 2


async def test_one_call_is_tried_again_when_the_clock_was_put_back(
    make: Callable[..., OpenWeatherMapClient], clock: Clock, services: World
) -> None:
    client = make()
    await client.forecast()
    clock.tick(-30 * DAY)

    await client.forecast()

    assert asked(services).count("3.0/onecall") == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"cod": 401, "message": "Please note that One Call needs a subscription"}),
        (401, {"cod": 401, "message": "Invalid API key."}),
        (429, {"cod": 429, "message": "blocked"}),
        (500, {}),
        (200, {"cod": "500", "message": "Internal error"}),
        (200, {"hourly": "soon"}),
        (200, ONE_CALL | {"hourly": []}),
    ],
)
async def test_without_one_call_there_is_still_the_free_forecast(
    doorstep: OpenWeatherMapClient, host: Host, status: int, body: dict[str, Any]
) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("onecall"):
            return web.json_response(body, status=status)
        return web.json_response(FORECAST)

    host.answer = answer

    hours = await doorstep.forecast()

    expected = interpolate(parse_forecast(reply(FORECAST), now=NOON))
    assert hours.start == expected.start
    assert hours.values.keys() == expected.values.keys()
    for measure, values in expected.values.items():
        np.testing.assert_array_equal(hours.values[measure], values)
    assert len(host.asked) == 2


async def test_a_limit_of_one_call_does_not_close_the_host_time_and_again(
    doorstep: OpenWeatherMapClient, host: Host, clock: Clock
) -> None:
    async def answer(request: web.Request) -> web.Response:
        is_one_call = request.path.endswith("onecall")
        return web.json_response(FORECAST, status=429 if is_one_call else 200)

    host.answer = answer

    for _ in range(3):
        await doorstep.forecast()
        clock.tick(3 * HOUR)

    assert [request.path.rsplit("/", 1)[-1] for request in host.asked] == [
        "forecast", "onecall", "forecast", "forecast"
    ]  # fmt: skip


async def test_a_hole_in_one_call_is_filled_from_the_free_forecast(
    doorstep: OpenWeatherMapClient, host: Host
) -> None:
    hourly = deepcopy(ONE_CALL["hourly"])
    hourly[5]["temp"] = 300

    async def answer(request: web.Request) -> web.Response:
        is_one_call = request.path.endswith("onecall")
        return web.json_response({"hourly": hourly} if is_one_call else FORECAST)

    host.answer = answer

    hours = await doorstep.forecast()

    assert (hours.start, hours.end, hours.dropped) == (NOON - HOUR, NOON + 48 * HOUR, 1)
    temperatures = [told(hours, Measure.TEMPERATURE, NOON + n * HOUR) for n in (0, 4, 5, 6, 47)]
    assert temperatures == [20, 22, 26, 23, 43.5]
    assert np.isnan(told(hours, Measure.TEMPERATURE, NOON - HOUR))
    assert told(hours, Measure.PRECIPITATION, NOON - HOUR) == pytest.approx(0.1)


async def test_check_asks_once(make: Callable[..., OpenWeatherMapClient], services: World) -> None:
    await make().check()

    assert asked(services) == ["2.5/weather"]


async def test_check_does_not_wait_for_a_pause_to_end(
    make: Callable[..., OpenWeatherMapClient], services: World
) -> None:
    services.fail(host=HOST, kind="status", status=500, count=1)
    client = make()
    with pytest.raises(SourceError):
        await client.current()
    with pytest.raises(HeldBackError):
        await client.check(urgency=Urgency.USUAL)

    await client.check()


async def test_a_rejected_key_is_not_tried_again_until_it_is_forgiven(
    make: Callable[..., OpenWeatherMapClient],
    services: World,
    gatekeeper: Gatekeeper,
    clock: Clock,
) -> None:
    client = make(key="bad-key")
    for ask in (client.current, client.forecast, client.check, client.current):
        with pytest.raises(AuthenticationError):
            await ask()
        clock.tick(HOUR)
    assert asked(services) == ["2.5/weather"]
    # It is the key that is wrong, not the host.
    assert gatekeeper.state(HOST) == HostState()

    client.forgive()
    with pytest.raises(AuthenticationError):
        await client.check()
    assert len(asked(services)) == 2

    client.forgive()
    client.key = "key"
    assert await client.current()
    assert len(asked(services)) == 3


async def test_a_key_has_two_hours_to_begin_to_work(
    make: Callable[..., OpenWeatherMapClient],
    services: World,
    gatekeeper: Gatekeeper,
    clock: Clock,
) -> None:
    client = make(key="young-key", key_since=clock.now)

    for _ in range(4):
        with pytest.raises(YoungKeyError):
            await client.current()
        with pytest.raises(YoungKeyError):
            await client.forecast()
        assert gatekeeper.state(HOST) == HostState()
        clock.tick(30 * MINUTE)
    assert len(asked(services)) == 8

    with pytest.raises(AuthenticationError):
        await client.current()
    with pytest.raises(AuthenticationError):
        await client.current()
    assert len(asked(services)) == 9


async def test_a_young_key_that_begins_to_work_is_no_news(
    make: Callable[..., OpenWeatherMapClient], clock: Clock
) -> None:
    client = make(key="young-key", key_since=clock.now)
    with pytest.raises(YoungKeyError):
        await client.current()
    client.key = "key"

    assert await client.current()


def test_a_young_key_is_no_wrong_key() -> None:
    assert not issubclass(YoungKeyError, AuthenticationError)


async def test_a_key_may_be_good_for_nothing_that_is_asked_for(
    doorstep: OpenWeatherMapClient, host: Host, gatekeeper: Gatekeeper
) -> None:
    host.say(status=401, text='{"cod": 401, "message": "needs a separate subscription"}')

    with pytest.raises(PlanError):
        await doorstep.current()
    assert gatekeeper.state(HOST) == HostState()


FAULTS = [
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 403},
    {"kind": "html"},
    {"kind": "delay"},
    {"kind": "reset"},
    {"kind": "truncate"},
    {"kind": "garbage"},
    {"kind": "empty"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
async def test_a_fault_is_a_failure_until_it_ends(
    make: Callable[..., OpenWeatherMapClient],
    transport: Transport,
    services: World,
    gatekeeper: Gatekeeper,
    clock: Clock,
    fault: dict[str, object],
) -> None:
    client = make()
    services.fail(**{"host": HOST} | fault)
    if fault["kind"] == "delay":
        transport.timeout = ClientTimeout(total=0.1)
    is_refusal = fault.get("status") in (403, 429)

    for ask in (client.current, client.forecast):
        with pytest.raises(SourceError) as raised:
            await ask()
        expected = RefusedError if is_refusal else SourceError
        assert type(raised.value) in (expected, HeldBackError)
    assert gatekeeper.state(HOST).refusals == int(is_refusal)
    assert gatekeeper.state(HOST).failures == 1

    services.recover()
    transport.timeout = ClientTimeout(total=5)
    clock.tick(15 * MINUTE)
    assert await client.current()
    assert gatekeeper.state(HOST) == HostState()


async def test_who_asked_too_often_waits_for_ten_minutes_at_least(
    make: Callable[..., OpenWeatherMapClient], services: World, clock: Clock
) -> None:
    services.fail(host=HOST, kind="status", status=429, count=1)
    client = make()
    with pytest.raises(RefusedError) as raised:
        await client.current()
    assert raised.value.retry_after == 600

    clock.tick(10 * MINUTE - timedelta(seconds=1))
    with pytest.raises(HeldBackError):
        await client.check()


async def test_the_clock_of_the_far_side_is_not_ours(
    make: Callable[..., OpenWeatherMapClient], services: World
) -> None:
    services.app[CLOCK].set(NOON + 40 * DAY)

    with pytest.raises(SourceError, match="another time"):
        await make().current()


async def test_the_key_is_never_shown(
    doorstep: OpenWeatherMapClient, host: Host, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({"cod": 401, "message": f"Invalid API key {SECRET}"})
    seen = [repr(doorstep), repr(doorstep.transport)]
    answers: Iterable[dict[str, Any]] = (
        {"status": 200, "text": json.dumps(CURRENT)},
        {"status": 200, "text": json.dumps(FORECAST)},
        {"status": 200, "text": f'{{"main": "{SECRET}"}}'},
        {"status": 404, "text": echo.replace("401", "404")},
        {"status": 429, "text": echo.replace("401", "429")},
        {"status": 500, "text": SECRET},
        {"status": 302, "headers": {"Location": f"https://elsewhere.example/?appid={SECRET}"}},
        {"status": 401, "text": echo.replace("key", "subscription")},
        {"status": 401, "text": echo},
    )
    for answer in answers:
        host.say(**answer)
        for ask in (doorstep.current, doorstep.forecast):
            clock.tick(DAY)
            try:
                await ask()
            except SourceError as error:
                seen += [str(error), repr(error), "".join(traceback.format_exception(error))]

    assert sum(SECRET in str(request.url) for request in host.asked) > 10
    # The far side of this test writes down what it was asked.
    seen += [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    assert len(seen) > 20
    assert not [text for text in seen if SECRET in text]
