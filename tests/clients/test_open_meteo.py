from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
import json
import logging
from pathlib import Path
import traceback
from typing import Any

from aiohttp import ClientTimeout
from hypothesis import given, strategies as st
import numpy as np
import pytest

from custom_components.chocolate_factory.clients.errors import (
    AuthenticationError,
    HeldBackError,
    NoDataError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.clients.gatekeeper import Gatekeeper, HostState
from custom_components.chocolate_factory.clients.open_meteo import OpenMeteoClient
from custom_components.chocolate_factory.clients.open_meteo_answers import (
    parse_forecast,
    parse_forecasts,
    parse_hours,
    parse_places,
)
from custom_components.chocolate_factory.clients.transport import Reply, Transport
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import (
    KEPT,
    Condition,
    Measure,
    Place,
    WeatherHours,
)
from simulator import LOG
from tests.clients.far_side import HOUR, NOON, TODAY, Clock, Host, reply
from tests.clients.garbage import check_weather, damaged, damaged_bytes, survives
from tests.conftest import World

HOST, ARCHIVE_HOST = "api.open-meteo.com", "archive-api.open-meteo.com"
CUSTOMER_HOST, CUSTOMER_ARCHIVE_HOST = f"customer-{HOST}", f"customer-{ARCHIVE_HOST}"
SECRET = "0123456789abcdef"
MADRID = Place(40.4166, -3.7038)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

BODY: dict[str, Any] = {
    "latitude": 40.4375,
    "longitude": -3.6875,
    "utc_offset_seconds": 0,
    "elevation": 657.0,
    "hourly_units": {"time": "unixtime", "temperature_2m": "°C"},
    "hourly": {
        "time": [int((NOON + hour * HOUR).timestamp()) for hour in range(-2, 3)],
        "temperature_2m": [29.5, 31, 32.5, 33, None],
        "relative_humidity_2m": [40, 35, 30, 28, 27],
        "pressure_msl": [1015.2, 1015, 1014.8, 1014.5, 1014.1],
        "wind_speed_10m": [2.5, 3, 3.5, 4, 4],
        "wind_direction_10m": [0, 90, 180, 270, 360],
        "precipitation": [0, 0.1, 0.2, 0.3, 0.4],
        "precipitation_probability": [0, 10, 20, 30, 40],
        "weather_code": [0, 2, 3, 61, 95],
        "is_day": [1, 1, 1, 1, 1],
    },
}


def body(**columns: Any) -> dict[str, Any]:
    """Return the answer with other columns, or without those that are None."""
    hourly = {name: values for name, values in (BODY["hourly"] | columns).items() if values}
    return BODY | {"hourly": hourly}


parse = partial(parse_hours, source=Source.OPEN_METEO)


@pytest.fixture
def client(transport: Transport, clock: Clock) -> OpenMeteoClient:
    """Return a client without a key."""
    return OpenMeteoClient(transport=transport, place=MADRID, clock=clock)


@pytest.fixture
def customer(transport: Transport, clock: Clock) -> OpenMeteoClient:
    """Return a client with a commercial key."""
    return OpenMeteoClient(transport=transport, place=MADRID, clock=clock, key="key")


def queries(services: World) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (entry.host, entry.path, dict(part.split("=", 1) for part in entry.query.split("&")))
        for entry in services.app[LOG]
    ]


# What was recorded.


def as_asked(recorded: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded answer as it would have been with our units."""
    hourly = dict(recorded["hourly"])
    offset = timedelta(seconds=recorded["utc_offset_seconds"])
    hourly["time"] = [
        int((datetime.fromisoformat(text).replace(tzinfo=UTC) - offset).timestamp())
        for text in hourly["time"]
    ]
    hourly["wind_speed_10m"] = [speed / 3.6 for speed in hourly["wind_speed_10m"]]
    return recorded | {"hourly": hourly}


def test_the_recorded_forecast_is_read(recordings: Path) -> None:
    file = recordings / "openmeteo/forecast_current-hourly-daily_huescar_2026-06-09.json"
    recorded = json.loads(file.read_bytes())
    # Madrid's midnight.
    start = datetime(2026, 6, 7, 22, tzinfo=UTC)

    hours = parse(reply(as_asked(recorded)))

    count = len(recorded["hourly"]["time"])
    assert (hours.start, len(hours), hours.dropped) == (start, count, 0)
    assert count > 48
    assert hours.values.keys() == {
        Measure.TEMPERATURE, Measure.HUMIDITY, Measure.WIND_SPEED,
        Measure.PRECIPITATION, Measure.PRECIPITATION_PROBABILITY,
    }  # fmt: skip
    for measure, name in (
        (Measure.TEMPERATURE, "temperature_2m"),
        (Measure.HUMIDITY, "relative_humidity_2m"),
    ):
        np.testing.assert_array_equal(hours.values[measure], recorded["hourly"][name])
    assert 0 < hours.values[Measure.WIND_SPEED].max() < 15
    np.testing.assert_array_equal(
        hours.values[Measure.PRECIPITATION],
        [*recorded["hourly"]["precipitation"][1:], np.nan],
    )


@pytest.mark.parametrize(
    "name",
    [
        "forecast_current-hourly-daily_huescar_2026-06-09.json",
        "archive_daily_puebla_2026-05-10_2026-06-09.json",
    ],
)
def test_recorded_times_that_were_not_asked_for_are_not_guessed(
    recordings: Path, name: str
) -> None:
    with pytest.raises(SourceError, match="unknown shape"):
        parse(reply((recordings / "openmeteo" / name).read_bytes()))


@pytest.mark.parametrize(
    ("file", "error"),
    [
        ("http200_empty-body_no-coordinates.txt", SourceError),
        ("http400_lat-lon-count.json", SourceError),
        ("http400_latitude-range.json", SourceError),
        ("http401_customer-domain-no-key.json", AuthenticationError),
        ("http429_minutely-limit.json", RefusedError),
    ],
)
@pytest.mark.parametrize("is_told_by_status", [True, False], ids=["status", "body"])
def test_a_recorded_error_means_what_it_says_wherever_it_is_told(
    recordings: Path, file: str, error: type[SourceError], is_told_by_status: bool
) -> None:
    content = (recordings / "openmeteo/errors" / file).read_bytes()
    status = int(file[4:7]) if is_told_by_status else 200

    with pytest.raises(SourceError) as raised:
        parse(reply(content, status))
    assert type(raised.value) is error
    assert error is not RefusedError or raised.value.retry_after == 60


@pytest.mark.parametrize(
    ("reason", "retry_after", "pause"),
    [
        ("Minutely API request limit exceeded. Please try again in one minute.", None, 60),
        ("Hourly API request limit exceeded. Please try again in the next hour.", None, 3600),
        ("Daily API request limit exceeded. Please try again tomorrow.", None, 6 * 3600),
        ("Too many concurrent requests", None, 60),
        ("Too many concurrent requests", 90, 90),
        ("Hourly API request limit exceeded.", 90, 3600),
        ("Hourly API request limit exceeded.", 9000, 9000),
    ],
)
def test_a_limit_lasts_as_long_as_its_name_says(
    reason: str, retry_after: float | None, pause: float
) -> None:
    content = json.dumps({"error": True, "reason": reason}).encode()

    with pytest.raises(RefusedError) as raised:
        parse(Reply(status=429, body=content, retry_after=retry_after))
    assert raised.value.retry_after == pause


@pytest.mark.parametrize("content", [b"", b"<html>slow down</html>", b"[]"])
def test_a_limit_without_a_reason_lasts_a_minute(content: bytes) -> None:
    with pytest.raises(RefusedError) as raised:
        parse(reply(content, 429))
    assert raised.value.retry_after == 60


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (400, {"error": True, "reason": "The supplied API key is invalid."}, AuthenticationError),
        (401, {"error": True}, AuthenticationError),
        (401, {"reason": "API key required."}, SourceError),
        (401, b"<html>login</html>", SourceError),
        (400, {"error": True, "reason": None}, SourceError),
        (400, [], SourceError),
        (403, {"error": True, "reason": "no"}, RefusedError),
        (404, {"error": True, "reason": "Not Found"}, SourceError),
        (500, {"error": True, "reason": "API"}, SourceError),
        (502, b"Bad Gateway", SourceError),
        (200, {"error": True, "reason": "Internal"}, SourceError),
        (200, {"error": True} | BODY, SourceError),
        (200, b"", SourceError),
        (200, b"null", SourceError),
        (200, [BODY, BODY], SourceError),
    ],
)
def test_every_error_has_a_meaning(status: int, content: object, error: type[SourceError]) -> None:
    with pytest.raises(SourceError) as raised:
        parse(reply(content, status))
    assert type(raised.value) is error


# What is made of it.


def test_hours_are_read_in_our_units() -> None:
    hours = parse(reply(BODY))

    assert (hours.source, hours.start, len(hours)) == (Source.OPEN_METEO, NOON - 2 * HOUR, 5)
    assert (hours.issued, hours.dropped) == (None, 0)
    nan = np.nan
    expected = {
        Measure.TEMPERATURE: [29.5, 31, 32.5, 33, nan],
        Measure.HUMIDITY: [40, 35, 30, 28, 27],
        Measure.PRESSURE: [1015.2, 1015, 1014.8, 1014.5, 1014.1],
        Measure.WIND_SPEED: [2.5, 3, 3.5, 4, 4],
        Measure.WIND_BEARING: [0, 90, 180, 270, 360],
        # Told of the hour that ends.
        Measure.PRECIPITATION: [0.1, 0.2, 0.3, 0.4, nan],
        Measure.PRECIPITATION_PROBABILITY: [10, 20, 30, 40, nan],
    }
    assert hours.values.keys() == {*expected, Measure.CONDITION}
    for measure, values in expected.items():
        np.testing.assert_array_equal(hours.values[measure], values)
    assert [Condition.of(code) for code in hours.values[Measure.CONDITION]] == [
        Condition.SUNNY, Condition.PARTLY_CLOUDY, Condition.CLOUDY, Condition.RAINY,
        Condition.LIGHTNING_RAINY,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "is_day", "expected"),
    [
        (0, 1, Condition.SUNNY),
        (0, 0, Condition.CLEAR_NIGHT),
        (1, 0, Condition.CLEAR_NIGHT),
        (2, 0, Condition.PARTLY_CLOUDY),
        (3, 1, Condition.CLOUDY),
        (45, 1, Condition.FOG),
        (48, 0, Condition.FOG),
        (55, 1, Condition.RAINY),
        (57, 1, Condition.SNOWY_RAINY),
        (63, 1, Condition.RAINY),
        (65, 1, Condition.POURING),
        (66, 1, Condition.SNOWY_RAINY),
        (77, 1, Condition.SNOWY),
        (81, 0, Condition.RAINY),
        (82, 1, Condition.POURING),
        (86, 1, Condition.SNOWY),
        (95, 1, Condition.LIGHTNING_RAINY),
        (96, 1, Condition.HAIL),
        (99, 1, Condition.HAIL),
        (4, 1, None),
        (-1, 1, None),
        (2.5, 1, None),
        (1e9, 1, None),
        (None, 1, None),
        (0, None, Condition.SUNNY),
    ],
)
def test_every_documented_code_has_a_name(
    code: float | None, is_day: int | None, expected: Condition | None
) -> None:
    hours = parse(reply(body(weather_code=5 * [code], is_day=5 * [is_day])))

    assert {Condition.of(one) for one in hours.values[Measure.CONDITION]} == {expected}
    assert hours.dropped == 0


def test_what_cannot_be_true_is_dropped_and_counted() -> None:
    text = json.dumps(body(temperature_2m=[300.15, -31, 32.5, 56, 1e300]))
    text = text.replace("1015.2", "Infinity").replace("1014.1", "-Infinity")

    hours = parse(reply(text.encode()))

    assert hours.dropped == 6
    nan = np.nan
    np.testing.assert_array_equal(hours.values[Measure.TEMPERATURE], [nan, nan, 32.5, nan, nan])
    np.testing.assert_array_equal(hours.values[Measure.PRESSURE], [nan, 1015, 1014.8, 1014.5, nan])


def test_numbers_that_are_none_are_holes_and_words_stay_words() -> None:
    text = json.dumps(BODY).replace("29.5", "nan").replace("1014.8", "-nan")
    text = text.replace("1014.5", "inf").replace("40.4375", "nan")
    text = text.replace('"unixtime"', r'"an \"inf\" and a nan, \\", "nan": "nan"')

    hours = parse(reply(text.encode()))

    assert hours.dropped == 0
    np.testing.assert_array_equal(hours.values[Measure.TEMPERATURE], [np.nan, 31, 32.5, 33, np.nan])
    assert np.isnan(hours.values[Measure.PRESSURE]).tolist() == [False, False, True, True, False]


@pytest.mark.parametrize("text", [b'{"a": nan', b'"nan', b'{"nan": nano}', b"nan", b'{"a": "\\'])
def test_bare_nan_makes_no_json_of_garbage(text: bytes) -> None:
    with pytest.raises(SourceError):
        parse(reply(text + b"nan" * 3))


def test_garbage_with_a_nan_is_given_up_at_once() -> None:
    # Quotes without ends must not be searched for their ends again and again.
    with pytest.raises(SourceError):
        parse(reply(b'nan "' + b'\\"' * 500_000))


@pytest.mark.parametrize("nothing", [5 * [None], None])
def test_a_source_that_knows_nothing_has_no_data(nothing: list[None] | None) -> None:
    silent = {name: nothing for name in BODY["hourly"] if name != "time"}

    with pytest.raises(NoDataError):
        parse(reply(body(**silent)))


def test_a_source_that_says_only_nonsense_is_a_failure() -> None:
    nonsense = {name: 5 * [-5000] for name in BODY["hourly"] if name != "time"}

    with pytest.raises(SourceError, match="plausible") as raised:
        parse(reply(body(**nonsense)))
    assert type(raised.value) is SourceError


TIMES = BODY["hourly"]["time"]


@pytest.mark.parametrize(
    "content",
    [
        body(time=None),
        body(time=TIMES[:4]),
        body(time=TIMES[::-1]),
        body(time=[*TIMES[:4], TIMES[4] + 3600]),
        body(time=[at + 60 for at in TIMES]),
        body(time=[at / 3600 for at in TIMES]),
        body(time=[at * 10**9 for at in TIMES]),
        body(time=5 * [None]),
        body(time=5 * [float("inf")]),
        body(time="12345"),
        body(time=[[at] for at in TIMES]),
        body(time=["2026-08-05T10:00"] * 5),
        body(time=[0, 3600, 7200, 10800, 10**400]),
        body(time=list(range(0, 3600 * 24 * 401, 3600))),
        body(temperature_2m=[1, 2]),
        body(temperature_2m=5 * ["warm"]),
        body(temperature_2m=5 * [[1]]),
        body(temperature_2m=5 * [{}]),
        body(temperature_2m={"0": 1}),
        body(temperature_2m=7),
        body(temperature_2m=[10**400, 1, 1, 1, 1]),
        body(is_day=None),
        body(is_day=[1]),
        BODY | {"hourly": None},
        BODY | {"hourly": []},
        BODY | {"hourly": "rain"},
        {},
        b"{",
        b"\x00\xff" * 30,
        b"[" * 200_000,
    ],
)
def test_a_shape_that_is_not_known_is_a_failure(content: object) -> None:
    with pytest.raises(SourceError) as raised:
        parse(reply(content))
    assert type(raised.value) is SourceError


def test_the_current_hour_was_and_will_be() -> None:
    was, will_be = parse_forecast(reply(BODY), now=NOON)

    assert (was.start, was.end, was.issued) == (NOON - 2 * HOUR, NOON + HOUR, None)
    assert (will_be.start, will_be.end, will_be.issued) == (NOON, NOON + 3 * HOUR, NOON)
    np.testing.assert_array_equal(was.values[Measure.TEMPERATURE], [29.5, 31, 32.5])
    np.testing.assert_array_equal(will_be.values[Measure.TEMPERATURE], [32.5, 33, np.nan])
    # Both together have dropped what one answer held.
    was, will_be = parse_forecast(reply(body(temperature_2m=5 * [300])), now=NOON)
    assert was.dropped + will_be.dropped == 5


@pytest.mark.parametrize("hours", [-3, 3, 24 * 365])
def test_the_weather_of_another_time_is_no_answer(hours: int) -> None:
    with pytest.raises(SourceError, match="another time"):
        parse_forecast(reply(BODY), now=NOON + hours * HOUR)


# Whatever comes.


@given(content=damaged(BODY))
def test_a_damaged_answer_is_weather_or_a_failure(content: object) -> None:
    survives(lambda one: [parse(one)], content)
    survives(partial(parse_forecast, now=NOON), content)


def test_damaged_bytes_are_weather_or_a_failure() -> None:
    outcomes = [
        survives(partial(parse_forecast, now=NOON), broken)
        for broken in damaged_bytes(json.dumps(BODY).encode(), seed=11, count=400)
    ]

    assert {True, False} == set(outcomes)


def test_the_damaged_bytes_of_recordings_are_weather_or_a_failure(recordings: Path) -> None:
    files = sorted((recordings / "openmeteo").rglob("*.json"))
    assert len(files) > 4
    for file in files:
        content = file.read_bytes()
        if file.name.startswith("forecast"):
            content = json.dumps(as_asked(json.loads(content))).encode()
        for broken in damaged_bytes(content, seed=13, count=60):
            survives(lambda one: [parse(one)], broken)


@given(content=st.binary(max_size=200), status=st.integers(100, 599))
def test_no_bytes_are_weather(content: bytes, status: int) -> None:
    with pytest.raises(SourceError):
        parse(reply(content, status))


# The service.


async def test_two_days_and_a_week_are_there(client: OpenMeteoClient, services: World) -> None:
    was, will_be = await client.forecast()

    assert (was.start, was.end) == (datetime(2026, 8, 3, tzinfo=UTC), NOON + HOUR)
    assert (will_be.start, will_be.issued) == (NOON, NOON)
    assert (was.source, will_be.source) == (Source.OPEN_METEO, Source.OPEN_METEO)
    assert was.issued is None
    assert was.values.keys() == will_be.values.keys() == set(Measure) - {Measure.RADIATION}
    for measure in was.values:
        assert np.isfinite(was.values[measure]).all()
        assert np.isfinite(will_be.values[measure][:168]).all()
    # m/s, not km/h.
    assert 0 < was.values[Measure.WIND_SPEED].mean() < 8
    ((host, path, query),) = queries(services)
    assert (host, path) == (HOST, "/v1/forecast")
    assert (query["latitude"], query["longitude"]) == ("40.4166", "-3.7038")
    assert (query["timeformat"], query["timezone"], query["wind_speed_unit"]) == (
        "unixtime", "UTC", "ms"
    )  # fmt: skip
    assert (query["past_days"], query["forecast_days"]) == ("2", "8")
    assert "apikey" not in query


@pytest.mark.parametrize(
    "now", ["2026-08-05T00:00Z", "2026-08-05T23:59:59Z", "2026-10-25T02:30+02:00"]
)
async def test_a_week_is_there_at_any_time_of_the_day(
    client: OpenMeteoClient, clock: Clock, now: str
) -> None:
    clock.now = datetime.fromisoformat(now)
    hour = clock.now.astimezone(UTC).replace(minute=0, second=0)

    was, will_be = await client.forecast(past_days=0)

    assert (was.end, will_be.start) == (hour + HOUR, hour)
    assert all(np.isfinite(values[:168]).all() for values in will_be.values.values())
    assert len(will_be) > 168


async def test_three_months_can_be_asked_for(client: OpenMeteoClient) -> None:
    was, _ = await client.forecast(past_days=92)

    assert was.start == datetime(2026, 8, 5, tzinfo=UTC) - 92 * DAY
    assert len(was) == 92 * 24 + 11


@pytest.mark.parametrize("days", [-1, 93])
async def test_no_more_can_be_asked_for(
    client: OpenMeteoClient, services: World, days: int
) -> None:
    with pytest.raises(ValueError, match="92"):
        await client.forecast(past_days=days)
    assert not services.asked()


async def test_rain_is_that_of_the_hour_that_begins(client: OpenMeteoClient, clock: Clock) -> None:
    # The code says what the weather is at a time, and the rain is told when its hour is over.
    clock.now = datetime(2027, 2, 28, 11, tzinfo=UTC)

    was, _ = await client.forecast(past_days=30)

    wet = was.values[Measure.PRECIPITATION]
    rainy = np.isin(was.values[Measure.CONDITION], [Condition.RAINY.code, Condition.POURING.code])
    assert rainy.sum() > 20
    clear = np.abs(wet - 0.1) > 0.01
    np.testing.assert_array_equal(rainy[clear], (wet > 0.1)[clear])


async def test_the_archive_has_what_is_kept(client: OpenMeteoClient, services: World) -> None:
    hours = await client.archive(date(2025, 1, 1), date(2025, 12, 31))

    assert (hours.source, hours.start, len(hours)) == (
        Source.OPEN_METEO_ARCHIVE, datetime(2025, 1, 1, tzinfo=UTC), 8760
    )  # fmt: skip
    assert hours.values.keys() == set(KEPT)
    assert all(np.isfinite(values).all() for values in hours.values.values())
    assert hours.issued is None
    ((host, path, query),) = queries(services)
    assert (host, path) == (ARCHIVE_HOST, "/v1/archive")
    assert (query["start_date"], query["end_date"]) == ("2025-01-01", "2025-12-31")


async def test_the_last_days_of_the_archive_are_silent(client: OpenMeteoClient) -> None:
    hours = await client.archive(date(2026, 7, 29), TODAY)

    assert len(hours) == 8 * 24
    known = np.isfinite(hours.values[Measure.TEMPERATURE])
    last = hours.start + int(np.flatnonzero(known)[-1]) * HOUR
    assert last == NOON - 5 * DAY
    assert known[: (last - hours.start) // HOUR + 1].all()


async def test_an_archive_that_is_not_there_yet_is_no_failure(
    client: OpenMeteoClient, gatekeeper: Gatekeeper
) -> None:
    with pytest.raises(NoDataError):
        await client.archive(date(2026, 8, 3), TODAY)

    assert gatekeeper.state(ARCHIVE_HOST) == HostState()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 1, 2), date(2025, 1, 1)),
        (date(2024, 1, 1), date(2025, 1, 1)),
    ],
)
async def test_the_archive_is_read_by_the_year(
    client: OpenMeteoClient, services: World, first: date, last: date
) -> None:
    with pytest.raises(ValueError, match="year"):
        await client.archive(first, last)
    assert not services.asked()


async def test_a_leap_year_is_a_year(client: OpenMeteoClient) -> None:
    assert len(await client.archive(date(2024, 1, 1), date(2024, 12, 31))) == 366 * 24


async def test_no_weather_is_known_outside_of_the_models(
    transport: Transport, clock: Clock, gatekeeper: Gatekeeper
) -> None:
    # There the real service writes bare nan, too.
    client = OpenMeteoClient(transport=transport, place=Place(-40, 100), clock=clock)

    with pytest.raises(NoDataError):
        await client.forecast()
    assert gatekeeper.state(HOST) == HostState()


async def test_customers_have_hosts_of_their_own(
    customer: OpenMeteoClient, services: World
) -> None:
    assert (customer.host, customer.archive_host) == (CUSTOMER_HOST, CUSTOMER_ARCHIVE_HOST)
    await customer.check()
    await customer.forecast()
    await customer.archive(date(2026, 7, 1), date(2026, 7, 2))

    assert [(host, query["apikey"]) for host, _, query in queries(services)] == [
        (CUSTOMER_HOST, "***"), (CUSTOMER_HOST, "***"), (CUSTOMER_ARCHIVE_HOST, "***")
    ]  # fmt: skip


async def test_a_customers_key_may_be_wrong(
    transport: Transport, clock: Clock, gatekeeper: Gatekeeper
) -> None:
    archive = partial(OpenMeteoClient.archive, first=date(2026, 7, 1), last=date(2026, 7, 2))

    for ask in (OpenMeteoClient.check, OpenMeteoClient.forecast, archive):
        with pytest.raises(AuthenticationError):
            await ask(
                OpenMeteoClient(transport=transport, place=MADRID, clock=clock, key="bad-key")
            )
    # It is the key that is wrong, not the host.
    assert gatekeeper.state(CUSTOMER_HOST) == HostState()


async def test_a_rejected_key_is_not_tried_again_until_it_is_forgiven(
    transport: Transport, services: World, clock: Clock
) -> None:
    client = OpenMeteoClient(transport=transport, place=MADRID, clock=clock, key="bad-key")
    archive = partial(client.archive, date(2026, 7, 1), date(2026, 7, 2))
    for ask in (client.forecast, client.check, archive, client.forecast):
        with pytest.raises(AuthenticationError):
            await ask()
        clock.tick(HOUR)
    assert services.asked() == services.asked(CUSTOMER_HOST) == 1

    client.forgive()
    with pytest.raises(AuthenticationError):
        await client.check()
    assert services.asked() == 2

    client.forgive()
    client.key = "key"
    assert await client.forecast()
    assert services.asked() == 3


async def test_who_has_no_key_is_not_held_to_a_rejection(
    door: Transport, host: Host, clock: Clock
) -> None:
    client = OpenMeteoClient(transport=door, place=MADRID, clock=clock)
    host.say(status=401, text=json.dumps({"error": True, "reason": "API key required."}))
    with pytest.raises(AuthenticationError):
        await client.check()
    host.say(status=200, text=json.dumps(BODY))
    await client.check()


async def test_check_asks_for_little(client: OpenMeteoClient, services: World) -> None:
    assert client.host == HOST
    await client.check()

    ((_, _, query),) = queries(services)
    assert (query["hourly"], query["forecast_days"]) == ("temperature_2m", "1")


FAULTS = [
    {"kind": "status", "status": 400},
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429},
    {"kind": "html"},
    {"kind": "delay"},
    {"kind": "reset"},
    {"kind": "truncate"},
    {"kind": "garbage"},
    {"kind": "empty"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
async def test_a_fault_is_a_failure_until_it_ends(
    client: OpenMeteoClient,
    transport: Transport,
    services: World,
    gatekeeper: Gatekeeper,
    clock: Clock,
    fault: dict[str, object],
) -> None:
    asks: dict[str, Callable[[], Any]] = {
        HOST: client.forecast,
        ARCHIVE_HOST: partial(client.archive, date(2026, 7, 1), date(2026, 7, 2)),
    }
    services.fail(**fault)
    if fault["kind"] == "delay":
        transport.timeout = ClientTimeout(total=0.1)
    is_refusal = fault.get("status") == 429

    for host, ask in asks.items():
        with pytest.raises(SourceError) as raised:
            await ask()
        assert type(raised.value) is (RefusedError if is_refusal else SourceError)
        assert gatekeeper.state(host).refusals == int(is_refusal)
        with pytest.raises(HeldBackError):
            await ask()

    services.recover()
    transport.timeout = ClientTimeout(total=5)
    clock.tick(15 * MINUTE)
    for host, ask in asks.items():
        assert await ask()
        assert gatekeeper.state(host) == HostState()


async def test_the_key_is_never_shown(
    door: Transport, host: Host, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = OpenMeteoClient(transport=door, place=MADRID, clock=clock, key=SECRET)
    seen = [repr(client)]
    echo = json.dumps({"error": True, "reason": f"The supplied API key {SECRET} is invalid"})
    for status, text in (
        (200, json.dumps(BODY)),
        (200, f'{{"hourly": "{SECRET}"}}'),
        (200, SECRET),
        (400, echo),
        (401, echo),
        (429, echo),
        (500, echo),
        (200, echo.replace("API", "")),
    ):
        host.say(status=status, text=text)
        for ask in (client.check, client.forecast):
            clock.tick(DAY)
            client.forgive()
            try:
                await ask()
            except SourceError as error:
                seen += [str(error), repr(error), "".join(traceback.format_exception(error))]

    assert sum(SECRET in str(request.url) for request in host.asked) == 16
    # The far side of this test writes down what it was asked.
    seen += [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    assert len(seen) > 20
    assert not [text for text in seen if SECRET in text]


def test_hours_that_were_read_are_plausible() -> None:
    hours: WeatherHours = parse(reply(BODY))
    check_weather(hours)


# Several places at once.

PLACES = (MADRID, Place(43.2, -7.6), Place(36.9, -5.9))
DRIVING = (Measure.WIND_SPEED, Measure.RADIATION, Measure.TEMPERATURE)
SUN = [0, 100, 250.5, 700, 650]
SEVERAL = [
    body(shortwave_radiation=[light + number for light in SUN])
    | {"latitude": place.latitude + 0.1, "longitude": place.longitude - 0.1}
    for number, place in enumerate(PLACES)
]
parse_several = partial(
    parse_places, places=PLACES, measures=DRIVING, source=Source.OPEN_METEO_ARCHIVE
)
parse_several_forecasts = partial(parse_forecasts, places=PLACES, measures=DRIVING, now=NOON)


def test_several_places_are_read_in_their_order() -> None:
    every = parse_several(reply(SEVERAL))

    assert [hours.start for hours in every] == 3 * [NOON - 2 * HOUR]
    assert {hours.source for hours in every} == {Source.OPEN_METEO_ARCHIVE}
    # The sun of an hour is told at its end.
    nan = np.nan
    for number, hours in enumerate(every):
        np.testing.assert_array_equal(
            hours.values[Measure.RADIATION],
            [100 + number, 250.5 + number, 700 + number, 650 + number, nan],
        )


def test_one_place_comes_without_a_list() -> None:
    one = partial(parse_places, places=PLACES[1:2], measures=DRIVING, source=Source.OPEN_METEO)

    for answer in (SEVERAL[1], SEVERAL[1:2]):
        (hours,) = one(reply(answer))
        assert hours.values[Measure.RADIATION][0] == 101


def test_several_forecasts_are_parted_at_the_current_hour() -> None:
    every = parse_several_forecasts(reply(SEVERAL))

    assert len(every) == 3
    for was, will_be in every:
        assert (was.end, will_be.start, will_be.issued) == (NOON + HOUR, NOON, NOON)
        assert will_be.values[Measure.RADIATION][0] >= 700


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (SEVERAL[:2], "more places"),
        ([*SEVERAL, SEVERAL[0]], "more places"),
        (SEVERAL[0], "more places"),
        ([], "more places"),
        (SEVERAL[::-1], "another place"),
        ([SEVERAL[0], SEVERAL[1] | {"latitude": float("nan")}, SEVERAL[2]], "another place"),
        ([SEVERAL[0], SEVERAL[1] | {"longitude": float("nan")}, SEVERAL[2]], "another place"),
        ([SEVERAL[0], SEVERAL[1] | {"latitude": None}, SEVERAL[2]], "unknown shape"),
        ([SEVERAL[0], SEVERAL[1] | {"longitude": 10**400}, SEVERAL[2]], "unknown shape"),
        ([SEVERAL[0], None, SEVERAL[2]], "unknown shape"),
        ([SEVERAL[0], SEVERAL[1] | {"hourly": None}, SEVERAL[2]], "unknown shape"),
        (3 * ["warm"], "unknown shape"),
        (
            [*SEVERAL[:2], body(time=[at + 3600 for at in TIMES]) | {
                "latitude": 36.9, "longitude": -5.9
            }],
            "another time",
        ),
        ([BODY | {"latitude": 43.2, "longitude": -7.6} if number == 1 else one
          for number, one in enumerate(SEVERAL)], "less than was asked"),
        ([SEVERAL[0] | {"error": True}, *SEVERAL[1:]], None),
    ],
)  # fmt: skip
def test_places_that_were_not_asked_for_are_not_guessed(content: Any, message: str | None) -> None:
    if message is None:
        assert len(parse_several(reply(content))) == 3
        return
    with pytest.raises(SourceError, match=message) as raised:
        parse_several(reply(content))
    assert type(raised.value) is SourceError


def test_a_place_without_any_weather_is_no_failure() -> None:
    silent = {name: 5 * [None] for name in SEVERAL[0]["hourly"] if name != "time"}
    with pytest.raises(NoDataError):
        parse_several(
            reply([SEVERAL[0], SEVERAL[1] | {"hourly": body(**silent)["hourly"]}, SEVERAL[2]])
        )


def test_sunshine_that_cannot_be_is_dropped_and_counted() -> None:
    dazzling = SEVERAL[0] | body(shortwave_radiation=[-1, 1401, 0, 1400, 5])
    hours = parse_several(reply([dazzling, *SEVERAL[1:]]))[0]

    assert hours.dropped == 2
    np.testing.assert_array_equal(hours.values[Measure.RADIATION], [np.nan, 0, 1400, 5, np.nan])


@given(content=damaged(SEVERAL))
def test_damaged_answers_about_places_are_weather_or_a_failure(content: object) -> None:
    survives(parse_several, content)
    survives(lambda one: [h for pair in parse_several_forecasts(one) for h in pair], content)


def test_damaged_bytes_about_places_are_weather_or_a_failure() -> None:
    outcomes = [
        survives(parse_several, broken)
        for broken in damaged_bytes(json.dumps(SEVERAL).encode(), seed=17, count=300)
    ]
    assert {True, False} == set(outcomes)


async def test_places_are_asked_for_together(client: OpenMeteoClient, services: World) -> None:
    every = await client.forecasts(PLACES, DRIVING, 7)

    assert len(every) == 3
    for was, will_be in every:
        assert was.values.keys() == will_be.values.keys() == set(DRIVING)
        assert (was.start, was.end) == (datetime(2026, 7, 29, tzinfo=UTC), NOON + HOUR)
        assert all(np.isfinite(column[:168]).all() for column in will_be.values.values())
        # Dark at night in UTC too, bright at noon.
        assert was.values[Measure.RADIATION][1] == 0
        assert was.values[Measure.RADIATION][12] > 300
    ((host, path, query),) = queries(services)
    assert (host, path) == (HOST, "/v1/forecast")
    assert query["latitude"] == "40.4166,43.2000,36.9000"
    assert query["longitude"] == "-3.7038,-7.6000,-5.9000"
    assert query["hourly"] == "wind_speed_10m,shortwave_radiation,temperature_2m"
    assert (query["past_days"], query["forecast_days"], query["wind_speed_unit"]) == (
        "7", "8", "ms"
    )  # fmt: skip


async def test_the_archive_of_places_is_asked_for_by_the_year(
    client: OpenMeteoClient, services: World
) -> None:
    every = await client.archives(PLACES, DRIVING, date(2025, 7, 1), date(2025, 7, 31))

    assert [(hours.source, len(hours)) for hours in every] == 3 * [
        (Source.OPEN_METEO_ARCHIVE, 31 * 24)
    ]
    ((host, path, query),) = queries(services)
    assert (host, path) == (ARCHIVE_HOST, "/v1/archive")
    assert (query["start_date"], query["end_date"]) == ("2025-07-01", "2025-07-31")
    with pytest.raises(ValueError, match="year"):
        await client.archives(PLACES, DRIVING, date(2024, 1, 1), date(2025, 1, 1))
    with pytest.raises(ValueError, match="92"):
        await client.forecasts(PLACES, DRIVING, 93)
    assert services.asked() == 1


async def test_a_key_that_opens_no_archive_still_brings_forecasts(
    door: Transport, host: Host, clock: Clock
) -> None:
    client = OpenMeteoClient(transport=door, place=MADRID, clock=clock, key="standard")
    refused = {"error": True, "reason": "This API key does not include the archive."}
    host.say(status=400, text=json.dumps(refused))
    with pytest.raises(AuthenticationError):
        await client.archive(date(2026, 7, 1), date(2026, 7, 2))

    host.say(status=200, text=json.dumps(BODY))
    assert await client.forecast()
