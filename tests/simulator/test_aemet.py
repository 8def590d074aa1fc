from datetime import UTC, datetime
import json
from typing import Any

from aiohttp import ClientResponse
import pytest

from simulator import aemet
from tests.simulator.asking import move_clock
from tests.simulator.conftest import Client

KEY = aemet.key(datetime(2026, 11, 1, tzinfo=UTC))
OBSERVATION = "/observacion/convencional/datos/estacion/3195"
HOURLY = "/prediccion/especifica/municipio/horaria/28079"
DAILY = "/prediccion/especifica/municipio/diaria/28079"
INVENTORY = "/valores/climatologicos/inventarioestaciones/todasestaciones"


def climatology(start: str, end: str, station: str = "3195") -> str:
    return (
        f"/valores/climatologicos/diarios/datos/fechaini/{start}T00%3A00%3A00UTC"
        f"/fechafin/{end}T23%3A59%3A59UTC/estacion/{station}"
    )


async def ask(client: Client, path: str, key: str | None = KEY) -> ClientResponse:
    return await client.get(f"{aemet.API}{path}", headers={} if key is None else {"api_key": key})


async def fetch(client: Client, path: str) -> Any:
    first = json.loads(await (await ask(client, path)).text())
    second = await client.get("/" + first["datos"].removeprefix("https://"))
    return json.loads(await second.text())


async def test_the_first_step_says_where_the_data_are(client: Client) -> None:
    response = await ask(client, OBSERVATION)

    answer = json.loads(await response.text())
    assert response.status == 200
    assert list(answer) == ["descripcion", "estado", "datos", "metadatos"]
    assert (answer["descripcion"], answer["estado"]) == ("exito", 200)
    assert answer["datos"].startswith("https://opendata.aemet.es/opendata/sh/")


async def test_answers_are_plain_text_in_western_european_bytes(client: Client) -> None:
    response = await client.get(
        json.loads(await (await ask(client, INVENTORY)).text())["datos"][7:]
    )

    assert response.headers["Content-Type"] == "text/plain;charset=ISO-8859-15"
    assert "VALÈNCIA".encode("iso-8859-15") in await response.read()


@pytest.mark.parametrize(
    ("key", "status", "body"),
    [
        (None, 200, None),
        ("", 200, None),
        ("abc", 401, "JWT strings must contain exactly 2 period characters. Found: 0"),
        ("a.b.c.d", 401, "JWT strings must contain exactly 2 period characters. Found: 3"),
        ("a.b.c", 401, "API key invalido"),
        (aemet.key(datetime(2027, 1, 1, tzinfo=UTC), "bad"), 200, "API key invalido"),
        (
            aemet.key(datetime(2026, 8, 5, 9, tzinfo=UTC)),
            401,
            "La API Key ha expirado. Genere una nueva API Key.",
        ),
        (aemet.key(datetime(2026, 8, 5, 9, tzinfo=UTC), "dead"), 200, None),
    ],
    ids=["no header", "empty", "no JWT", "4 parts", "garbled", "bad", "expired", "dead"],
)
async def test_a_key_is_refused_in_aemets_many_ways(
    client: Client, key: str | None, status: int, body: str | None
) -> None:
    response = await ask(client, OBSERVATION, key)

    assert response.status == status
    text = await response.text()
    if body is None:
        assert text == ""
    else:
        assert json.loads(text) == {"descripcion": body, "estado": 401}


async def test_a_key_without_end_is_silently_refused_since_october_2026(client: Client) -> None:
    endless = aemet.key(None)
    assert await (await ask(client, OBSERVATION, endless)).text()

    move_clock(client, "2026-10-15T00:00Z")
    assert await (await ask(client, OBSERVATION, endless)).text() == ""


async def test_data_expire_after_five_minutes(client: Client) -> None:
    answer = json.loads(await (await ask(client, OBSERVATION)).text())
    second = "/" + answer["datos"].removeprefix("https://")

    move_clock(client, "2026-08-05T10:05:00Z")
    assert (await client.get(second)).status == 200
    move_clock(client, "2026-08-05T10:05:01Z")
    response = await client.get(second)
    assert response.status == 404
    assert json.loads(await response.text()) == {"descripcion": "datos expirados", "estado": 404}


@pytest.mark.parametrize(("path", "quota"), [(OBSERVATION, 40), (HOURLY, 15)])
async def test_the_quota_counts_down_and_ends_in_429(client: Client, path: str, quota: int) -> None:
    left = [(await ask(client, path)).headers["Remaining-request-endpoint"] for _ in range(quota)]
    refused = await ask(client, path)

    assert left == [str(number) for number in reversed(range(quota))]
    assert refused.status == 429
    assert "Retry-After" not in refused.headers
    assert "Se ha alcanzado uno de los límites de uso" in await refused.text()
    move_clock(client, "2026-08-05T10:01:00Z")
    assert (await ask(client, path)).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/observacion/convencional/datos/estacion/XXXX",
        "/prediccion/especifica/municipio/diaria/99999",
        climatology("2026-08-02", "2026-08-04"),
        climatology("2026-07-01", "2026-07-04", "XXXX"),
    ],
    ids=["station", "municipality", "too recent", "unknown station"],
)
async def test_no_data_is_a_200_that_says_404(client: Client, path: str) -> None:
    response = await ask(client, path)

    assert response.status == 200
    assert json.loads(await response.text()) == {
        "descripcion": "No hay datos que satisfagan esos criterios",
        "estado": 404,
    }


async def test_observations_are_the_last_twelve_hours(client: Client) -> None:
    records = await fetch(client, OBSERVATION)

    assert [record["fint"] for record in records[:: len(records) - 1]] == [
        "2026-08-04T23:00:00+0000",
        "2026-08-05T10:00:00+0000",
    ]
    assert len(records) == 12
    assert {"idema", "lon", "lat", "alt", "ubi", "hr", "pres", "vv"} <= records[0].keys()


async def test_a_thermometer_is_sometimes_silent(client: Client) -> None:
    records = await fetch(client, "/observacion/convencional/todas")

    silent = [record for record in records if "ta" not in record]
    assert 0 < len(silent) < len(records) / 4


async def test_a_station_may_observe_under_another_name(client: Client) -> None:
    records = await fetch(client, "/observacion/convencional/datos/estacion/5910X")

    assert records[0]["ubi"] == "ROTA, BASE NAVAL"


async def test_climatology_is_text_with_decimal_commas(client: Client) -> None:
    days = await fetch(client, climatology("2026-01-01", "2026-06-30"))

    assert len(days) == 181
    assert all(isinstance(value, str) for day in days for value in day.values())
    assert "," in days[0]["tmed"]
    rain = {day.get("prec") for day in days}
    assert "Ip" in rain
    assert "0,0" in rain
    assert {"Varias", None} < {day.get("horaPresMax") for day in days}


async def test_any_measure_of_climatology_may_be_missing(client: Client) -> None:
    days = await fetch(client, climatology("2026-01-01", "2026-06-30"))

    always = set.intersection(*(set(day) for day in days))
    assert always == {"fecha", "indicativo", "nombre", "provincia", "altitud"}


async def test_climatology_comes_four_days_late(client: Client) -> None:
    days = await fetch(client, climatology("2026-07-25", "2026-08-05"))

    assert [day["fecha"] for day in days][-1] == "2026-08-01"


async def test_climatology_of_more_than_six_months_is_too_long(client: Client) -> None:
    response = await ask(client, climatology("2025-01-01", "2026-06-30"))

    assert response.status == 200
    assert json.loads(await response.text()) == {
        "descripcion": "El rango de fechas no puede ser superior a 6 meses",
        "estado": 404,
    }


async def test_the_inventory_gives_coordinates_in_degrees_minutes_and_seconds(
    client: Client,
) -> None:
    stations = {one["indicativo"]: one for one in await fetch(client, INVENTORY)}

    assert len(stations) >= 12
    assert stations["3195"] == {
        "latitud": "402443N",
        "provincia": "MADRID",
        "altitud": "667",
        "indicativo": "3195",
        "nombre": "MADRID, RETIRO",
        "indsinop": "08222",
        "longitud": "034041W",
    }


async def test_municipalities_carry_their_code_behind_id(client: Client) -> None:
    places = await fetch(client, "/maestro/municipios")

    madrid = next(place for place in places if place["nombre"] == "Madrid")
    assert madrid["id"] == "id28079"
    assert madrid["latitud_dec"].startswith("40.41")


async def test_the_hourly_forecast_is_text_for_two_days(client: Client) -> None:
    [forecast] = await fetch(client, HOURLY)

    days = forecast["prediccion"]["dia"]
    hours = [(day["fecha"][:10], one["periodo"]) for day in days for one in day["temperatura"]]
    assert len(hours) == 48
    assert hours[0] == ("2026-08-05", "12")
    assert all(
        isinstance(one["value"], str)
        for day in days
        for name in ("temperatura", "humedadRelativa", "precipitacion", "probPrecipitacion")
        for one in day[name]
    )
    assert [one["periodo"] for one in days[0]["probPrecipitacion"]] == [
        "0107", "0713", "1319", "1901",
    ]  # fmt: skip
    assert days[0]["probPrecipitacion"][0]["value"] == ""
    assert {len(one) for one in days[0]["vientoAndRachaMax"]} == {2, 3}


async def test_a_temperature_just_below_zero_is_minus_zero(client: Client) -> None:
    move_clock(client, "2026-01-10T00:00Z")
    values = set()
    for day in range(11, 31):
        move_clock(client, f"2026-01-{day}T00:00Z")
        [forecast] = await fetch(client, HOURLY.replace("28079", "09059"))
        values |= {
            one["value"] for day in forecast["prediccion"]["dia"] for one in day["temperatura"]
        }

    assert "-0" in values


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
async def test_the_hourly_forecast_of_a_clock_change_has_all_hours(
    client: Client, day: str, hours: int
) -> None:
    move_clock(client, f"{day}T00:00+02:00" if hours == 25 else f"{day}T00:00+01:00")

    [forecast] = await fetch(client, HOURLY)

    assert len(forecast["prediccion"]["dia"][0]["temperatura"]) == hours


async def test_the_daily_forecast_gets_coarser_with_the_days(client: Client) -> None:
    [forecast] = await fetch(client, DAILY)

    days = forecast["prediccion"]["dia"]
    assert [day["fecha"][:10] for day in days] == [f"2026-08-{day:02}" for day in range(5, 12)]
    assert [len(day["estadoCielo"]) for day in days] == [7, 7, 3, 3, 1, 1, 1]
    assert [len(day["temperatura"]["dato"]) for day in days] == [4, 4, 0, 0, 0, 0, 0]
    assert "periodo" not in days[-1]["viento"][0]
    assert days[0]["estadoCielo"][1]["value"] == ""
    assert all(day["temperatura"]["minima"] < day["temperatura"]["maxima"] for day in days)
