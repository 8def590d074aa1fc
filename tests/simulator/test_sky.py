"""Hours can be made unbearable: then all services say so, before and afterwards."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import json
from typing import Any

import pytest

from simulator import SKY, Spell, aemet, openmeteo, openweathermap
from simulator.climate import Place, hours, weather
from simulator.sky import Sky
from tests.simulator.conftest import NOON, Client

HOUR = timedelta(hours=1)
MADRID = Place(40.41, -3.68, 667)
HERE = {"lat": "40.4166", "lon": "-3.7038", "appid": "onecall", "units": "metric"}
HOURLY = {"latitude": "40.4166", "longitude": "-3.7038", "hourly": "temperature_2m"}
KEY = aemet.key(datetime(2026, 11, 1, tzinfo=UTC))
MUNICIPALITY = "/prediccion/especifica/municipio"
CLIMATOLOGY = (
    "/valores/climatologicos/diarios/datos/fechaini/2026-07-20T00%3A00%3A00UTC"
    "/fechafin/2026-07-26T23%3A59%3A59UTC/estacion/3195"
)

type Warmth = Callable[[Client], Awaitable[float]]


async def get(client: Client, path: str, query: dict[str, str]) -> Any:
    return await (await client.get(path, params=query)).json()


async def from_aemet(client: Client, path: str) -> Any:
    answer = await client.get(f"{aemet.API}{path}", headers={"api_key": KEY})
    where = json.loads(await answer.text())["datos"].removeprefix("https:/")
    return json.loads(await (await client.get(where)).text())


async def observed_by_aemet(client: Client) -> float:
    records = await from_aemet(client, "/observacion/convencional/datos/estacion/3195")
    return max(float(record.get("ta", -99)) for record in records)


async def hourly_by_aemet(client: Client) -> float:
    (said,) = await from_aemet(client, f"{MUNICIPALITY}/horaria/28079")
    tomorrow = said["prediccion"]["dia"][1]["temperatura"]
    return max(float(one["value"]) for one in tomorrow)


async def daily_by_aemet(client: Client) -> float:
    (said,) = await from_aemet(client, f"{MUNICIPALITY}/diaria/28079")
    return float(said["prediccion"]["dia"][2]["temperatura"]["maxima"])


async def past_by_aemet(client: Client) -> float:
    days = await from_aemet(client, CLIMATOLOGY)
    return max(float(day["tmax"].replace(",", ".")) for day in days if "tmax" in day)


async def current_by_openweathermap(client: Client) -> float:
    said = await get(client, f"/{openweathermap.HOST}/data/2.5/weather", HERE)
    return float(said["main"]["temp"])


async def forecast_by_openweathermap(client: Client) -> float:
    said = await get(client, f"/{openweathermap.HOST}/data/2.5/forecast", HERE)
    return float(said["list"][8]["main"]["temp"])


async def one_call_by_openweathermap(client: Client) -> float:
    said = await get(client, f"/{openweathermap.HOST}/data/3.0/onecall", HERE)
    return float(said["daily"][3]["temp"]["max"])


async def forecast_by_open_meteo(client: Client) -> float:
    said = await get(client, f"/{openmeteo.HOST}/v1/forecast", HOURLY)
    return float(max(said["hourly"]["temperature_2m"]))


async def archive_by_open_meteo(client: Client) -> float:
    days = {"start_date": "2026-07-20", "end_date": "2026-07-26"}
    said = await get(client, f"/{openmeteo.ARCHIVE_HOST}/v1/archive", HOURLY | days)
    return float(max(said["hourly"]["temperature_2m"]))


@pytest.mark.parametrize(
    "warmth",
    [
        observed_by_aemet,
        hourly_by_aemet,
        daily_by_aemet,
        past_by_aemet,
        current_by_openweathermap,
        forecast_by_openweathermap,
        one_call_by_openweathermap,
        forecast_by_open_meteo,
        archive_by_open_meteo,
    ],
)
async def test_every_service_tells_of_a_spell_until_it_is_taken_away(
    client: Client, warmth: Warmth
) -> None:
    before = await warmth(client)
    spell = {"start": "2026-07-01T00:00Z", "end": "2026-09-01T00:00Z", "temperature": 10}
    assert (await client.post("/_spells", json=spell)).status == 201
    assert await warmth(client) == pytest.approx(before + 10, abs=0.11)
    assert (await client.delete("/_spells")).status == 204
    assert await warmth(client) == before


def test_a_spell_has_its_hours_and_no_others() -> None:
    spell = Spell(start=NOON + HOUR, end=NOON + 3 * HOUR, temperature=8, dew_point=5)
    slots = hours(NOON, 5)
    usual, unusual = weather(MADRID, slots, "one"), Sky([spell]).weather(MADRID, slots, "one")
    assert (unusual.temperature - usual.temperature).tolist() == pytest.approx([0, 8, 8, 0, 0])
    assert (unusual.dew_point - usual.dew_point).tolist() == pytest.approx([0, 5, 5, 0, 0])


def test_warmer_air_is_drier_and_damper_air_is_no_damper_than_it_can_be() -> None:
    slots = hours(NOON, 24)
    usual = weather(MADRID, slots, "one")
    hot = Sky([Spell(start=NOON, end=NOON + 24 * HOUR, temperature=15)])
    damp = Sky([Spell(start=NOON, end=NOON + 24 * HOUR, dew_point=40)])
    assert (hot.weather(MADRID, slots, "one").humidity < usual.humidity).all()
    soaked = damp.weather(MADRID, slots, "one")
    assert (soaked.dew_point < soaked.temperature).all()
    assert soaked.humidity.min() > 99


async def test_spells_are_listed_and_add_up(client: Client) -> None:
    spell = {
        "start": "2026-08-05T12:00:00+02:00",
        "end": "2026-08-05T14:00:00+02:00",
        "temperature": 6.0,
        "dew_point": -2.0,
    }
    before = await current_by_openweathermap(client)
    for _ in range(2):
        await client.post("/_spells", json=spell)
    assert await get(client, "/_spells", {}) == [spell, spell]
    assert await current_by_openweathermap(client) == pytest.approx(before + 12, abs=0.011)


@pytest.mark.parametrize(
    "change",
    [
        {"start": None},
        {"start": "2026-08-05T12:00"},
        {"end": "2026-08-05T10:00Z"},
        {"end": "soon"},
        {"temperature": "hot"},
        {"temperature": 41},
        {"temperature": True},
        {"dew_point": float("nan")},
        {"humidity": 80},
    ],
)
async def test_a_nonsensical_spell_is_refused(client: Client, change: dict[str, Any]) -> None:
    spell = {"start": "2026-08-05T10:00Z", "end": "2026-08-05T11:00Z", "temperature": 6}
    response = await client.post("/_spells", json=spell | change)
    assert response.status == 400
    assert (await response.json())["error"]
    assert client.app
    assert not client.app[SKY].spells
