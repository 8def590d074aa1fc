from datetime import UTC, datetime
import json
from typing import Any

from aiohttp import ClientResponse
import numpy as np
import pytest

from simulator import aemet, openmeteo, openweathermap
from tests.simulator.conftest import Client

FORECAST = f"/{openmeteo.HOST}/v1/forecast"
ARCHIVE = f"/{openmeteo.ARCHIVE_HOST}/v1/archive"
VARIABLES = [
    "temperature_2m",
    "relative_humidity_2m",
    "surface_pressure",
    "pressure_msl",
    "dew_point_2m",
    "wind_speed_10m",
    "shortwave_radiation",
    "precipitation",
]
MADRID = {"latitude": "40.4166", "longitude": "-3.7038", "hourly": ",".join(VARIABLES)}
UNIX = {"timeformat": "unixtime", "timezone": "UTC"}
DAYS = {"start_date": "2026-07-29", "end_date": "2026-08-01"}


async def ask(client: Client, path: str = FORECAST, **more: str) -> ClientResponse:
    return await client.get(path, params=MADRID | more)


async def fetch(client: Client, path: str = FORECAST, **more: str) -> Any:
    return await (await ask(client, path, **more)).json()


async def test_the_forecast_has_every_variable_for_every_hour(client: Client) -> None:
    answer = await fetch(client, **UNIX, forecast_days="16")

    assert list(answer["hourly"]) == ["time", *VARIABLES]
    assert {len(column) for column in answer["hourly"].values()} == {16 * 24}
    assert answer["hourly"]["time"][:2] == [1785888000, 1785891600]
    assert answer["hourly_units"]["temperature_2m"] == "°C"
    assert answer["hourly_units"]["wind_speed_10m"] == "km/h"
    assert answer["elevation"] == pytest.approx(657, abs=3)


async def test_times_are_iso_in_the_zone_asked_for(client: Client) -> None:
    answer = await fetch(client, timezone="Europe/Madrid")

    assert answer["hourly"]["time"][0] == "2026-08-05T00:00"
    assert answer["hourly_units"]["time"] == "iso8601"
    assert answer["utc_offset_seconds"] == 7200


async def test_wind_comes_in_the_unit_asked_for(client: Client) -> None:
    kilometres = (await fetch(client))["hourly"]["wind_speed_10m"]
    metres = (await fetch(client, wind_speed_unit="ms"))["hourly"]["wind_speed_10m"]

    assert kilometres[12] == pytest.approx(3.6 * metres[12], abs=0.25)


async def test_the_present_can_be_asked_for(client: Client) -> None:
    answer = await fetch(client, current="temperature_2m", **UNIX)

    assert answer["current"]["time"] == int(datetime(2026, 8, 5, 10, tzinfo=UTC).timestamp())
    assert answer["current"]["interval"] == 900


async def test_the_archive_is_five_days_late(client: Client) -> None:
    answer = await fetch(client, ARCHIVE, **UNIX, **DAYS)

    values = dict(zip(answer["hourly"]["time"], answer["hourly"]["temperature_2m"], strict=True))
    assert len(values) == 96
    last = max(time for time, value in values.items() if value is not None)
    assert datetime.fromtimestamp(last, UTC) == datetime(2026, 7, 31, 10, tzinfo=UTC)


async def test_several_places_answer_a_list(client: Client) -> None:
    answer = await fetch(client, latitude="40.4,37.2", longitude="-3.7,-3.6")

    assert [one["latitude"] for one in answer] == [40.375, 37.1875]


async def test_no_coordinates_are_an_empty_answer(client: Client) -> None:
    response = await client.get(FORECAST, params={"hourly": "temperature_2m"})

    assert (response.status, await response.read()) == (200, b"")


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        (FORECAST, {"latitude": "522.52"}, "Latitude must be in range of -90 to 90°."),
        (FORECAST, {"latitude": "1,2"}, "Parameter 'latitude' and 'longitude' must have"),
        (FORECAST, {"hourly": "happiness"}, "Data corrupted at path ''."),
        (FORECAST, {"timezone": "Mars"}, "Invalid timezone"),
        (FORECAST, {"forecast_days": "17"}, "Parameter 'forecast_days' is out of allowed range"),
        (ARCHIVE, {}, "Parameter 'start_date' is required"),
        (ARCHIVE, DAYS | {"end_date": "2026-08-06"}, "Parameter 'end_date' is out of allowed"),
        (ARCHIVE, DAYS | {"start_date": "2026-08-02"}, "End-date must be larger"),
    ],
)
async def test_errors_give_a_reason(
    client: Client, path: str, query: dict[str, str], reason: str
) -> None:
    response = await ask(client, path, **query)

    answer = await response.json()
    assert (response.status, answer["error"]) == (400, True)
    assert answer["reason"].startswith(reason)


async def test_outside_of_spain_there_are_bare_nans(client: Client) -> None:
    text = await (await ask(client, latitude="-40", longitude="100")).text()

    assert '"elevation": nan' in text
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


async def test_all_sources_agree_about_the_weather_of_madrid(client: Client) -> None:
    hourly = (await fetch(client, **UNIX, past_days="1"))["hourly"]
    meteo = dict(zip(hourly["time"], hourly["temperature_2m"], strict=True))
    query = {"lat": "40.4166", "lon": "-3.7038", "units": "metric", "appid": "key"}
    owm = await client.get(f"/{openweathermap.HOST}/data/2.5/weather", params=query)
    headers = {"api_key": aemet.key(datetime(2027, 1, 1, tzinfo=UTC))}
    path = f"{aemet.API}/observacion/convencional/datos/estacion/3195"
    step = json.loads(await (await client.get(path, headers=headers)).text())
    records = json.loads(await (await client.get(step["datos"][7:])).text())
    observed = {
        int(datetime.fromisoformat(record["fint"]).timestamp()): record["ta"]
        for record in records
        if "ta" in record
    }

    noon = int(datetime(2026, 8, 5, 10, tzinfo=UTC).timestamp())
    assert (await owm.json())["main"]["temp"] == pytest.approx(meteo[noon], abs=1)
    assert len(observed) > 6
    assert [meteo[hour] for hour in observed] == pytest.approx(list(observed.values()), abs=1)


async def test_the_archive_agrees_with_what_the_forecast_saw(client: Client) -> None:
    archive = (await fetch(client, ARCHIVE, **UNIX, **DAYS))["hourly"]["temperature_2m"]
    forecast = (await fetch(client, **UNIX, **DAYS))["hourly"]["temperature_2m"]

    assert archive[:48] == pytest.approx(forecast[:48], abs=1)


SKY = "weather_code,is_day,precipitation,precipitation_probability"


async def test_the_sky_comes_as_documented_codes(client: Client) -> None:
    hourly = (await fetch(client, **UNIX, past_days="92", hourly=SKY))["hourly"]

    codes, is_day = hourly["weather_code"], hourly["is_day"]
    assert {0, 3, 61} <= set(codes) <= {0, 1, 2, 3, 61, 63, 65}
    assert set(is_day) == {0, 1}
    assert [is_day[92 * 24 + hour] for hour in (1, 12, 23)] == [0, 1, 0]


async def test_what_fell_is_told_at_the_end_of_its_hour(client: Client) -> None:
    hourly = (await fetch(client, **UNIX, past_days="92", hourly=SKY))["hourly"]

    rain, chance = hourly["precipitation"], hourly["precipitation_probability"]
    it_rains = [code >= 61 for code in hourly["weather_code"]]
    assert any(it_rains)
    assert all(
        (fallen > 0.1) is wet
        for fallen, wet in zip(rain[1:], it_rains, strict=False)
        # In between it is a matter of rounding.
        if abs(fallen - 0.1) > 0.01
    )
    assert all(0 < chance[n] <= 100 for n in range(len(rain)) if rain[n])


@pytest.mark.parametrize(
    ("host", "path"),
    [
        (openmeteo.CUSTOMER_HOST, "v1/forecast"),
        (openmeteo.CUSTOMER_ARCHIVE_HOST, "v1/archive"),
    ],
)
@pytest.mark.parametrize(
    ("key", "status", "reason"),
    [
        ({}, 401, "API key required. Please add &apikey= to the URL."),
        ({"apikey": "bad-key"}, 400, "The supplied API key is invalid."),
        ({"apikey": "key"}, 200, None),
    ],
)
async def test_customers_have_keys(
    client: Client, host: str, path: str, key: dict[str, str], status: int, reason: str | None
) -> None:
    response = await ask(client, f"/{host}/{path}", **DAYS, **key)

    assert response.status == status
    assert (await response.json()).get("reason") == reason


DRIVING = {
    "latitude": "43.2,41.6,36.9",
    "longitude": "-7.6,-1.1,-5.9",
    "hourly": "wind_speed_10m,shortwave_radiation,temperature_2m",
    "wind_speed_unit": "ms",
}


@pytest.mark.parametrize("path", [FORECAST, ARCHIVE])
async def test_several_places_have_weather_of_their_own(client: Client, path: str) -> None:
    july = {"start_date": "2026-07-01", "end_date": "2026-07-30"}
    answers = await fetch(client, path, **UNIX | DRIVING | july)

    assert [one["latitude"] for one in answers] == [43.1875, 41.625, 36.875]
    galicia, aragon, andalusia = (one["hourly"] for one in answers)
    assert len(galicia["time"]) == 30 * 24
    assert galicia["time"] == aragon["time"] == andalusia["time"]
    for name in ("wind_speed_10m", "shortwave_radiation", "temperature_2m"):
        assert galicia[name] != aragon[name] != andalusia[name]
        assert None not in galicia[name]
    # Wind lasts for hours, and the sun shines by day.
    wind = np.array(aragon["wind_speed_10m"])
    assert np.corrcoef(wind[:-3], wind[3:])[0, 1] > 0.5
    assert 0 < wind.min() < wind.max() < 25
    sun = np.array(andalusia["shortwave_radiation"]).reshape(-1, 24)
    assert not sun[:, [0, 1, 2, 23]].any()
    assert sun[:, 12].min() > 250
    assert sum(andalusia["temperature_2m"]) > sum(galicia["temperature_2m"])
    # The same answer whenever it is asked for.
    assert answers == await fetch(client, path, **UNIX | DRIVING | july)


@pytest.mark.parametrize(
    ("variables", "days", "calls"),
    [(0, 0, 1), (1, 1, 1), (10, 14, 1), (15, 1, 1.5), (15, 28, 3), (3, 14, 1), (3, 364, 7.8)],
)
def test_ten_variables_for_two_weeks_are_one_call(variables: int, days: int, calls: float) -> None:
    hourly = {name: days * 24 * [0] for name in ("time", *map(str, range(variables)))}
    answer = {"hourly": hourly} if days else {"current": {}}
    assert openmeteo.weight(answer) == pytest.approx(calls)


async def test_every_place_is_a_call(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openmeteo, "A_MINUTE", 7)
    statuses = [(await ask(client, **DRIVING, forecast_days="1")).status for _ in range(3)]
    assert statuses == [200, 200, 429]
