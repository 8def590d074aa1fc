import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
import json
import logging
from pathlib import Path
import re
import traceback
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
import numpy as np
import pytest

from custom_components.chocolate_factory.clients.aemet import AemetClient
from custom_components.chocolate_factory.clients.aemet_key import AemetKey, AemetKeyring
from custom_components.chocolate_factory.clients.errors import (
    AuthenticationError,
    HeldBackError,
    NoDataError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.clients.gatekeeper import (
    PACE,
    Gatekeeper,
    HostState,
    Urgency,
)
from custom_components.chocolate_factory.clients.transport import Transport
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.stations import nearest
from custom_components.chocolate_factory.factory.weather import (
    HOUR,
    KEPT,
    Measure,
    Place,
    WeatherHours,
)
from simulator import LOG
from simulator.aemet import CHARSET, key
from simulator.climate import weather
from simulator.places import STATIONS
from tests.clients.far_side import NOON, Clock, Host, Ledger
from tests.conftest import World

AEMET = AemetClient.host
STEP = f"/{AEMET}/opendata/api/observacion/convencional/datos/estacion/3195"
DATA = f"/{AEMET}/opendata/sh/208c3ca3"
MADRID = ZoneInfo("Europe/Madrid")
NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def client_of(transport: Transport, *keys: str) -> AemetClient:
    parsed = [AemetKey.parse(text) for text in keys or (key(NEXT_YEAR),)]
    return AemetClient(transport=transport, keys=AemetKeyring(parsed, transport.clock))


@pytest.fixture
def client(transport: Transport) -> AemetClient:
    """Return a client of the simulated AEMET, with a good key."""
    return client_of(transport)


# --- The simulated AEMET


async def test_observations_are_those_of_the_station(client: AemetClient) -> None:
    hours = await client.observations("3195")

    (retiro,) = (one for one in STATIONS if one.idema == "3195")
    times = [NOON - number * HOUR for number in reversed(range(12))]
    seen = weather(retiro.place, times, "aemet")
    assert hours.source is Source.AEMET
    assert (hours.start, hours.end, hours.dropped) == (times[0], NOON + HOUR, 0)
    assert hours.values[Measure.HUMIDITY] == pytest.approx(seen.humidity, abs=0.5)
    assert hours.values[Measure.PRESSURE] == pytest.approx(seen.sea_level_pressure, abs=0.05)
    assert hours.values[Measure.WIND_SPEED] == pytest.approx(seen.wind_speed, abs=0.05)
    measured = np.isfinite(hours.values[Measure.TEMPERATURE])
    # The thermometer is broken now and then.
    assert 0 < measured.sum() < 12
    assert hours.values[Measure.TEMPERATURE][measured] == pytest.approx(
        seen.temperature[measured], abs=0.05
    )


@pytest.mark.parametrize(
    ("municipality", "zone"), [("28079", "Europe/Madrid"), ("38038", "Atlantic/Canary")]
)
@pytest.mark.parametrize(
    "now", ["2026-08-05T10:00Z", "2026-10-24T21:30Z", "2026-03-28T22:30Z", "2026-10-25T12:00Z"]
)
async def test_forecasts_have_all_their_hours_even_when_the_clock_changes(
    client: AemetClient, clock: Clock, municipality: str, zone: str, now: str
) -> None:
    clock.now = datetime.fromisoformat(now)
    issued = clock.now.astimezone(ZoneInfo(zone))
    issued = issued.replace(hour=issued.hour - issued.hour % 6, minute=0)

    # Two days by the clock on the wall.
    end = issued + timedelta(days=2)
    count = (end.astimezone(UTC) - issued.astimezone(UTC)) // HOUR

    hourly = await client.hourly_forecast(municipality)
    daily = await client.daily_forecast(municipality)

    assert hourly.source is Source.AEMET_HOURLY
    assert daily.source is Source.AEMET_DAILY
    assert hourly.issued == daily.issued == issued
    for measure in (Measure.TEMPERATURE, Measure.HUMIDITY, Measure.WIND_SPEED, Measure.CONDITION):
        # A chance may be told of some hours more than the rest.
        told = np.flatnonzero(np.isfinite(hourly.values[measure]))
        assert hourly.start + int(told[0]) * HOUR == issued
        assert told.tolist() == list(range(told[0], told[0] + count))
        assert np.isfinite(daily.values[measure]).all()
    begin = issued.replace(hour=0, tzinfo=None)
    assert daily.start == begin.replace(tzinfo=ZoneInfo(zone))
    assert daily.end == (begin + timedelta(days=7)).replace(tzinfo=ZoneInfo(zone))


async def test_both_forecasts_tell_of_the_same_weather(client: AemetClient) -> None:
    hourly = await client.hourly_forecast("28079")
    daily = await client.daily_forecast("28079")

    offset = (hourly.start - daily.start) // HOUR
    for measure, most in ((Measure.TEMPERATURE, 5), (Measure.HUMIDITY, 25)):
        apart = daily.values[measure][offset : offset + len(hourly)] - hourly.values[measure]
        assert np.isfinite(apart).sum() == 48
        assert np.nanmax(np.abs(apart)) < most


async def test_the_climatology_tells_the_extremes_of_what_was_observed(
    client: AemetClient,
) -> None:
    first, last = date(2026, 1, 1), date(2026, 6, 30)

    days = await client.climatology("5530E", first, last)

    assert sorted({one.day for one in days}) == [one.day for one in days]
    assert (days[0].day, days[-1].day, len(days)) == (first, last, 181)
    (granada,) = (one for one in STATIONS if one.idema == "5530E")
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    seen = weather(granada.place, [begin + n * HOUR for n in range(24 * 181)], "aemet")
    by_day = seen.temperature.reshape(181, 24)
    pressures = seen.sea_level_pressure.reshape(181, 24)
    known = 0
    for one in days:
        number = (one.day - first).days
        if warmth := one.extremes.get(Measure.TEMPERATURE):
            assert warmth.lowest == pytest.approx(by_day[number].min(), abs=0.05)
            assert warmth.highest == pytest.approx(by_day[number].max(), abs=0.05)
            assert warmth.lowest_at is not None
            assert warmth.lowest_at.hour == by_day[number].argmin()
            known += 1
        if pressure := one.extremes.get(Measure.PRESSURE):
            # Reduced with the mean temperature of the day.
            assert pressure.lowest == pytest.approx(pressures[number].min(), abs=2)
    assert known > 160


async def test_the_climatology_of_a_day_that_is_too_young_has_no_data(
    client: AemetClient, gatekeeper: Gatekeeper
) -> None:
    with pytest.raises(NoDataError):
        await client.climatology("5530E", date(2026, 8, 4), date(2026, 8, 5))

    assert gatekeeper.state(AEMET) == HostState()


async def test_more_than_six_months_are_not_even_asked_for(
    client: AemetClient, services: World
) -> None:
    with pytest.raises(ValueError, match="six months"):
        await client.climatology("5530E", date(2025, 1, 1), date(2025, 12, 31))

    assert services.asked() == 0


async def test_the_lists_tell_what_there_is(client: AemetClient) -> None:
    observing = await client.observing_stations()
    climate = await client.climate_stations()
    municipalities = await client.municipalities()

    assert len(observing) == len(climate) == len(STATIONS)
    assert {"A CORUÑA", "MÁLAGA AEROPUERTO", "VALÈNCIA"} <= {one.name for one in observing}
    assert "A Coruña" in {one.name for one in municipalities}
    assert all(one.measures.issuperset(KEPT) for one in observing)
    puerta_del_sol = Place(40.4169, -3.7035)
    assert nearest(observing, puerta_del_sol)[0].code == "3195"
    assert nearest(climate, puerta_del_sol)[0].code == "3195"
    assert nearest(municipalities, puerta_del_sol)[0].code == "28079"
    (rota,) = (one for one in observing if one.code == "5910X")
    assert "5910" in {one.code for one in climate}
    assert (rota.height, rota.place.name) == (21, "36.639,-6.332")


async def test_an_unknown_station_has_no_data(client: AemetClient, gatekeeper: Gatekeeper) -> None:
    for ask in (
        client.observations("9999Z"),
        client.hourly_forecast("99999"),
        client.daily_forecast("99999"),
    ):
        with pytest.raises(NoDataError):
            await ask

    assert gatekeeper.state(AEMET) == HostState()


async def test_every_product_takes_two_requests_and_a_check_one(
    client: AemetClient, services: World, ledger: Ledger
) -> None:
    await client.check()
    assert services.asked(AEMET) == 1

    await client.observations("3195")
    await client.climatology("5530E", date(2026, 1, 1), date(2026, 1, 2))

    assert services.asked(AEMET) == len(ledger.asked(AEMET)) == 5
    paths = [entry.path for entry in services.app[LOG]]
    assert paths[1].endswith("/observacion/convencional/datos/estacion/3195")
    assert re.fullmatch(r"/opendata/sh/\w+", paths[2])
    assert paths[3].endswith(
        "/fechaini/2026-01-01T00:00:00UTC/fechafin/2026-01-02T23:59:59UTC/estacion/5530E"
    )


async def test_history_has_a_pace_of_its_own(client: AemetClient, ledger: Ledger) -> None:
    day = date(2026, 1, 1)
    for _ in range(PACE // 2):
        await client.climatology("5530E", day, day, urgency=Urgency.BACKGROUND)

    with pytest.raises(HeldBackError):
        await client.climatology("5530E", day, day, urgency=Urgency.BACKGROUND)
    await client.observations("3195")

    assert len(ledger.asked(AEMET)) == 2


async def test_a_list_of_all_observations_does_not_hold_up_everything_else(
    door: Transport, host: Host
) -> None:
    records = [
        {"idema": f"{number // 12:04}", "fint": f"2026-08-05T{number % 12:02}:00:00+0000",
         "lat": 40.0, "lon": -3.0, "alt": 600.0, "ubi": "A CORUÑA", "ta": 20.0, "hr": 50.0,
         "pres": 940.0, "vv": 2.0, "dv": 90.0, "prec": 0.0, "padding": "x" * 100}
        for number in range(12_000)
    ]  # fmt: skip
    serve(host, data={"body": json.dumps(records).encode()})
    loop = asyncio.get_running_loop()
    waited = []

    async def tick() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.001)
            waited.append(loop.time() - before)

    other = asyncio.create_task(tick())
    begun = loop.time()
    stations = await client_of(door).observing_stations()
    took = loop.time() - begun
    # What was held up to the end tells how long.
    await asyncio.sleep(0.01)
    other.cancel()

    assert len(stations) == 1000
    # Nearly all of the time goes into reading.
    assert max(waited) < took / 2


# --- The two steps


def said(description: str, state: int) -> bytes:
    return json.dumps({"descripcion": description, "estado": state}).encode()


def promise(**envelope: Any) -> bytes:
    usual = {"descripcion": "exito", "estado": 200, "datos": f"https:/{DATA}"}
    return json.dumps(usual | envelope).encode()


OBSERVED = (
    b'[{"idema": "3195", "fint": "2026-08-05T09:00:00+0000", "lat": 40.4, "lon": -3.7,'
    b' "alt": 667.0, "ubi": "MADRID RETIRO", "ta": 20.5}]'
)


def serve(
    host: Host, first: dict[str, Any] | None = None, data: dict[str, Any] | None = None
) -> None:
    """Answer the two steps, like AEMET unless it is said otherwise."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == DATA:
            response: dict[str, Any] = {"body": OBSERVED} | (data or {})
        else:
            response = {"body": promise()} | (first or {})
        response = {"headers": {"Content-Type": f"text/plain;charset={CHARSET}"}} | response
        return web.Response(**response)

    host.answer = answer


def recorded_error(recordings: Path, name: str) -> bytes:
    return (recordings / f"aemet/errors/{name}.json").read_bytes()


def tells(hours: WeatherHours) -> None:
    assert hours.values[Measure.TEMPERATURE].tolist() == [20.5]


async def test_the_key_goes_with_the_first_step_only(door: Transport, host: Host) -> None:
    serve(host)

    tells(await client_of(door).observations("3195"))

    first, second = host.asked
    assert (first.path, second.path) == (STEP, DATA)
    assert first.headers["api_key"] == key(NEXT_YEAR)
    assert not first.query_string
    assert not second.query_string
    assert "api_key" not in second.headers
    assert key(NEXT_YEAR) not in str(second.headers)


async def test_days_are_asked_for_as_aemet_wants_them(door: Transport, host: Host) -> None:
    serve(host)

    with pytest.raises(SourceError):
        await client_of(door).climatology("5530E", date(2026, 1, 1), date(2026, 1, 2))

    assert host.asked[0].raw_path.endswith(
        "/fechaini/2026-01-01T00%3A00%3A00UTC/fechafin/2026-01-02T23%3A59%3A59UTC/estacion/5530E"
    )


@pytest.mark.parametrize(
    "address",
    [
        f"http:/{DATA}",
        "https://opendata.aemet.es.example.com/opendata/sh/1",
        "https://example.com/opendata/sh/1",
        "https://opendata.aemet.es@example.com/opendata/sh/1",
        "https://opendata.aemet.es:8443/opendata/sh/1",
        "https://opendata.aemet.es",
        "//opendata.aemet.es/opendata/sh/1",
        "/opendata/sh/1",
        "https://opendata.aemet.es/opendata/sh/%2F%2Fexample.com",
        "https://opendata.aemet.es\\@example.com/1",
        "https://opendata.aemet.es/opendata/sh/1\r\nX: 1",
        "",
        None,
        1,
        ["https://opendata.aemet.es/opendata/sh/1"],
    ],
)
async def test_the_data_are_nowhere_else(
    door: Transport, host: Host, gatekeeper: Gatekeeper, address: object
) -> None:
    serve(host, first={"body": promise(datos=address)})

    with pytest.raises(SourceError, match="where the data are") as raised:
        await client_of(door).observations("3195")

    assert type(raised.value) is SourceError
    assert len(host.asked) == 1
    assert gatekeeper.state(AEMET).failures == 1


async def test_who_comes_too_late_goes_back_to_the_first_step_once(
    door: Transport, host: Host, gatekeeper: Gatekeeper, recordings: Path
) -> None:
    body = recorded_error(recordings, "estado404_datos-expirados")
    serve(host, data={"status": 404, "body": body})
    late = host.answer

    async def answer(request: web.Request) -> web.StreamResponse:
        response = await late(request)
        if request.path == DATA:
            serve(host)
        return response

    host.answer = answer

    tells(await client_of(door).observations("3195"))

    assert [request.path for request in host.asked] == [STEP, DATA, STEP, DATA]
    assert gatekeeper.state(AEMET) == HostState()


async def test_data_that_are_always_expired_are_a_failure(
    door: Transport, host: Host, gatekeeper: Gatekeeper, recordings: Path
) -> None:
    body = recorded_error(recordings, "estado404_datos-expirados")
    serve(host, data={"status": 404, "body": body})

    with pytest.raises(SourceError, match="expired") as raised:
        await client_of(door).observations("3195")

    assert type(raised.value) is SourceError
    assert len(host.asked) == 4
    assert gatekeeper.state(AEMET).failures == 1


# --- What AEMET says to a key

SILENCE = {"body": b""}
REJECTIONS = ["estado401_api-key-expirada_per-FAQ", "estado401_api-key-invalido",
              "estado401_jwt-malformed"]  # fmt: skip


async def assert_dead(client: AemetClient, host: Host) -> None:
    """See the key rejected, and never sent again."""
    with pytest.raises(AuthenticationError):
        await client.observations("3195")
    assert client.keys.current is None
    assert client.keys.rejected == tuple(client.keys.keys)
    # AEMET works, and has said what it has to say.
    assert client.transport.gatekeeper.state(AEMET) == HostState()
    asked = len(host.asked)
    with pytest.raises(AuthenticationError):
        await client.check()
    assert len(host.asked) == asked == 1


@pytest.mark.parametrize("name", REJECTIONS)
@pytest.mark.parametrize("status", [401, 200])
async def test_a_recorded_rejection_kills_the_key(
    door: Transport, host: Host, recordings: Path, name: str, status: int
) -> None:
    serve(host, first={"status": status, "body": recorded_error(recordings, name)})

    await assert_dead(client_of(door), host)


@pytest.mark.parametrize(
    "body",
    [
        said("Otras palabras", 401),
        b'{"estado": 401}',
        b'{"descripcion": "API key invalido"}',
        b"API key invalido",
        "API key inválido".encode(CHARSET),
        "API Key inválido".encode(),
        b"La API Key ha expirado.",
        b"JWT strings must contain exactly 2 period characters. Found: 0",
    ],
)
async def test_a_rejection_in_aemets_form_or_words_kills_the_key(
    door: Transport, host: Host, body: bytes
) -> None:
    serve(host, first={"status": 401, "body": body})

    await assert_dead(client_of(door), host)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"<html><head><title>401 Authorization Required</title></head></html>",
        b"<html><body>This proxy wants an API key.</body></html>",
        b'{"error": "Unauthorized"}',
        said("Acceso denegado", 403),
        said("exito", 200),
        b"[401]",
    ],
)
async def test_a_rejection_by_somebody_on_the_way_is_not_the_keys(
    door: Transport, host: Host, gatekeeper: Gatekeeper, body: bytes
) -> None:
    serve(host, first={"status": 401, "body": body})
    client = client_of(door)

    with pytest.raises(SourceError) as raised:
        await client.observations("3195")

    assert type(raised.value) is SourceError
    assert not client.keys.rejected
    assert gatekeeper.state(AEMET).failures == 1


@pytest.mark.parametrize("body", [b"", b"\r\n"])
async def test_silence_kills_a_key_without_an_end(door: Transport, host: Host, body: bytes) -> None:
    serve(host, first={"body": body})

    await assert_dead(client_of(door, key(None)), host)


async def test_silence_does_not_kill_a_key_that_is_in_time(
    door: Transport, host: Host, gatekeeper: Gatekeeper
) -> None:
    serve(host, first=SILENCE)
    client = client_of(door)

    with pytest.raises(SourceError, match="empty") as raised:
        await client.observations("3195")

    assert type(raised.value) is SourceError
    assert not client.keys.rejected
    assert gatekeeper.state(AEMET).failures == 1


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("http200-estado404_no-hay-datos", NoDataError),
        ("http200-estado404_range-1-month_antarctica", SourceError),
        ("http200-estado404_range-6-months", SourceError),
        ("http429_2026-text", RefusedError),
        ("http429_old-text", RefusedError),
        ("estado404_datos-expirados", SourceError),
    ],
)
@pytest.mark.parametrize("as_status", [True, False])
@pytest.mark.parametrize("step", ["first", "data"])
async def test_a_recorded_error_is_what_it_means(
    door: Transport,
    host: Host,
    recordings: Path,
    gatekeeper: Gatekeeper,
    name: str,
    error: type[SourceError],
    as_status: bool,
    step: str,
) -> None:
    body = recorded_error(recordings, name)
    status = json.loads(body)["estado"] if as_status else 200
    serve(host, **{step: {"status": status, "body": body}})
    client = client_of(door)

    with pytest.raises(SourceError) as raised:
        await client.observations("3195")

    assert type(raised.value) is error
    steps = 1 if step == "first" else 4 if "expirados" in name else 2
    assert len(host.asked) == steps
    assert not client.keys.rejected
    state = gatekeeper.state(AEMET)
    assert state.failures == int(error is not NoDataError)
    assert state.refusals == int(error is RefusedError)


@pytest.mark.parametrize(
    ("header", "pause"),
    [({}, 3900), ({"Retry-After": "60"}, 3900), ({"Retry-After": "7200"}, 7200)],
)
async def test_a_throttled_host_is_left_alone_for_more_than_an_hour(
    door: Transport,
    host: Host,
    recordings: Path,
    clock: Clock,
    header: dict[str, str],
    pause: int,
) -> None:
    serve(
        host,
        first={
            "status": 429,
            "body": recorded_error(recordings, "http429_2026-text"),
            "headers": header,
        },
    )
    client = client_of(door)
    with pytest.raises(RefusedError) as raised:
        await client.observations("3195")
    assert raised.value.retry_after == pause

    serve(host)
    clock.tick(timedelta(seconds=pause - 1))
    with pytest.raises(HeldBackError):
        await client.observations("3195", urgency=Urgency.INSISTENT)
    clock.tick(timedelta(seconds=1))
    tells(await client.observations("3195"))


FAULTS: list[tuple[dict[str, Any], type[SourceError]]] = [
    ({"kind": "html", "status": 403}, RefusedError),
    ({"kind": "status", "status": 403}, RefusedError),
    ({"kind": "status", "status": 429}, RefusedError),
    ({"kind": "html"}, SourceError),
    ({"kind": "html", "status": 401}, SourceError),
    ({"kind": "status", "status": 401}, SourceError),
    ({"kind": "status", "status": 500}, SourceError),
    ({"kind": "status", "status": 503}, SourceError),
    ({"kind": "status", "status": 404}, SourceError),
    ({"kind": "reset"}, SourceError),
    ({"kind": "truncate"}, SourceError),
    ({"kind": "garbage"}, SourceError),
    ({"kind": "empty"}, SourceError),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS, ids=str)
async def test_no_fault_is_a_matter_of_the_key(
    client: AemetClient,
    services: World,
    gatekeeper: Gatekeeper,
    fault: dict[str, Any],
    error: type[SourceError],
) -> None:
    services.fail(**{"host": AEMET} | fault)

    with pytest.raises(SourceError) as raised:
        await client.check()

    assert type(raised.value) is error
    state = gatekeeper.state(AEMET)
    assert (state.failures, state.refusals) == (1, int(error is RefusedError))
    assert not client.keys.rejected
    assert client.keys.current is not None


@pytest.mark.parametrize("status", [401, 403])
async def test_no_trouble_with_the_second_step_is_a_matter_of_the_key(
    door: Transport, host: Host, recordings: Path, status: int
) -> None:
    body = recorded_error(recordings, "estado401_api-key-invalido")
    serve(host, data={"status": status, "body": body})
    client = client_of(door)

    with pytest.raises(SourceError) as raised:
        await client.observations("3195")

    assert not isinstance(raised.value, AuthenticationError)
    assert not client.keys.rejected


@pytest.mark.parametrize(("status", "error"), [(403, RefusedError), (500, SourceError)])
async def test_a_firewall_that_speaks_of_the_key_does_not_know_it(
    door: Transport,
    host: Host,
    recordings: Path,
    status: int,
    error: type[SourceError],
) -> None:
    body = recorded_error(recordings, "estado401_api-key-invalido")
    serve(host, first={"status": status, "body": body})
    client = client_of(door)

    with pytest.raises(SourceError) as raised:
        await client.observations("3195")

    assert type(raised.value) is error
    assert not client.keys.rejected


@pytest.mark.parametrize("state", [401, "401", 401.0])
async def test_a_state_is_a_number_however_it_is_written(
    door: Transport, host: Host, state: object
) -> None:
    serve(host, first={"body": promise(estado=state)})

    await assert_dead(client_of(door), host)


DEATHS: list[Callable[[], str]] = [
    lambda: key(NEXT_YEAR, name="bad"),
    lambda: key(NOON - timedelta(days=1)),
    lambda: key(None, name="no end"),
]


@pytest.mark.parametrize("dead", DEATHS, ids=["rejected", "expired", "without an end"])
async def test_the_second_key_takes_over_by_itself(
    transport: Transport, services: World, clock: Clock, dead: Callable[[], str]
) -> None:
    if dead() == key(None, name="no end"):
        clock.now = datetime(2026, 10, 16, tzinfo=UTC)
    client = client_of(transport, dead(), key(NEXT_YEAR, name="good"))

    assert len(await client.observations("3195"))

    assert client.keys.is_second_in_use
    assert client.keys.current is client.keys.keys[1]
    # One that is known to be past its time is not even sent.
    wasted = 0 if client.keys.keys[0].is_expired(clock()) else 1
    assert services.asked(AEMET) == 2 + wasted
    await client.check()
    assert services.asked(AEMET) == 3 + wasted


async def test_two_bad_keys_are_both_rejected(transport: Transport, services: World) -> None:
    client = client_of(transport, key(NEXT_YEAR, name="bad one"), key(NEXT_YEAR, name="bad two"))

    with pytest.raises(AuthenticationError):
        await client.check()

    assert client.keys.rejected == tuple(client.keys.keys)
    assert services.asked(AEMET) == 2


@pytest.mark.parametrize("keys", [(), (key(NOON),)])
async def test_without_a_living_key_nobody_is_asked(
    transport: Transport, services: World, keys: tuple[str, ...]
) -> None:
    parsed = [AemetKey.parse(text) for text in keys]
    client = AemetClient(transport=transport, keys=AemetKeyring(parsed, transport.clock))
    asks: list[Callable[[], Awaitable[object]]] = [
        client.check, client.municipalities, lambda: client.observations("3195"),
    ]  # fmt: skip

    for ask in asks:
        with pytest.raises(AuthenticationError):
            await ask()

    assert services.asked() == 0


async def test_requests_at_the_same_time_change_to_the_second_key_together(
    transport: Transport,
) -> None:
    client = client_of(transport, key(NEXT_YEAR, name="bad"), key(NEXT_YEAR, name="good"))

    one, other, another = await asyncio.gather(
        client.observations("3195"), client.hourly_forecast("28079"), client.climate_stations()
    )

    assert len(one)
    assert len(other)
    assert len(another)
    assert client.keys.rejected == (client.keys.keys[0],)


async def test_no_key_is_shown_by_anything_that_goes_wrong(
    door: Transport, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    text = key(NEXT_YEAR)
    caplog.set_level(logging.DEBUG)
    answers: list[dict[str, Any]] = [
        {"status": 401, "body": said(f"API key invalido: {text}", 401)},
        {"status": 404, "body": said(f"No hay datos: {text}", 404)},
        {"status": 429, "body": said(text, 429)},
        {"status": 500, "body": text.encode()},
        {"body": said(text, 500)},
        {"body": promise(datos=f"https://example.com/{text}")},
        {"status": 302, "headers": {"Location": f"https://example.com/?{text}"}},
    ]
    for answer in answers:
        serve(host, first=answer)
        client = client_of(door)
        door.gatekeeper.states.clear()

        with pytest.raises(SourceError) as raised:
            await client.observations("3195")

        shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
        assert text not in shown
        assert text not in caplog.text
        assert text not in repr(client)


@pytest.mark.parametrize(
    "content_type",
    ["", ";", "text/plain;charset", 'text/plain;charset="', "text/plain; charset=\"a\"; charset=",
     "text/plain;charset*=UTF-8''%FF", "/;=;charset=;", "text/plain;charset=unicode_escape"],
)  # fmt: skip
async def test_any_content_type_will_do(door: Transport, host: Host, content_type: str) -> None:
    serve(host, data={"headers": {"Content-Type": content_type}})

    tells(await client_of(door).observations("3195"))
