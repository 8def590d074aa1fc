from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from aiohttp import ClientTimeout
import pytest

from custom_components.chocolate_factory.clients.errors import (
    HeldBackError,
    NoDataError,
    NotPublishedError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.clients.esios import EsiosClient
from custom_components.chocolate_factory.clients.gatekeeper import Gatekeeper, HostState, Urgency
from custom_components.chocolate_factory.clients.omie import OmieClient
from custom_components.chocolate_factory.clients.redata import RedataClient
from custom_components.chocolate_factory.clients.transport import Transport
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Series, Source
from simulator import CLOCK, LOG
from tests.clients.far_side import (
    CLOCK_CHANGES,
    ESIOS,
    HOUR,
    NOON,
    OMIE,
    QUARTER,
    REDATA,
    TODAY,
    Clock,
    Ledger,
    check,
    prices,
)
from tests.conftest import World

MIDNIGHT = datetime(2026, 8, 4, 22, tzinfo=UTC)
TOMORROW = date(2026, 8, 6)

QUARTERS_SINCE = date(2025, 10, 1)


class PriceClient(Protocol):
    """What the three have in common."""

    async def prices(
        self, day: date, *, future: bool = False, urgency: Urgency = Urgency.USUAL
    ) -> Mapping[Series, PriceCurve]:
        """Return the prices of a day."""


def client_of(host: str, transport: Transport) -> PriceClient:
    match host:
        case "apidatos.ree.es":
            return RedataClient(transport=transport)
        case "api.esios.ree.es":
            return EsiosClient(transport=transport)
    return OmieClient(transport=transport)


@pytest.fixture(params=[REDATA, ESIOS, OMIE])
def host(request: pytest.FixtureRequest) -> str:
    """Return each of the hosts."""
    name: str = request.param
    return name


@pytest.fixture
def client(host: str, transport: Transport) -> PriceClient:
    """Return the client of the host."""
    return client_of(host, transport)


def test_who_offers_what() -> None:
    assert (RedataClient.host, EsiosClient.host, OmieClient.host) == (REDATA, ESIOS, OMIE)
    assert RedataClient.offers == {Series.PVPC, Series.SPOT}
    assert EsiosClient.offers == {Series.PVPC, Series.PVPC_CEUTA_MELILLA}
    assert OmieClient.offers == {Series.SPOT}


async def test_a_day_is_asked_for_as_the_service_wants_it(
    transport: Transport, services: World
) -> None:
    for host in (REDATA, ESIOS, OMIE):
        await client_of(host, transport).prices(TODAY)

    asked = [(entry.host, entry.path, entry.query) for entry in services.app[LOG]]
    assert asked[:3] == [
        (
            REDATA,
            "/es/datos/mercados/precios-mercados-tiempo-real",
            "start_date=2026-08-05T00:00&end_date=2026-08-05T23:59&time_trunc=hour",
        ),
        (ESIOS, "/archives/70/download_json", "locale=es&date=2026-08-05"),
        (
            OMIE,
            "/es/file-download",
            "parents=marginalpdbc&filename=marginalpdbc_20260805.1",
        ),
    ]
    # OMIE says where its file really is.
    assert [name for name, _, _ in asked[3:]] == [OMIE]


async def test_the_sources_agree_on_a_day(transport: Transport) -> None:
    redata, esios, omie = [
        await client_of(host, transport).prices(TODAY) for host in (REDATA, ESIOS, OMIE)
    ]

    assert set(redata) == RedataClient.offers
    assert set(esios) == EsiosClient.offers
    assert set(omie) == OmieClient.offers
    assert prices(redata[Series.PVPC]) == prices(esios[Series.PVPC])
    assert prices(redata[Series.SPOT]) == prices(omie[Series.SPOT])
    assert prices(esios[Series.PVPC]) != prices(esios[Series.PVPC_CEUTA_MELILLA])
    check(redata, MIDNIGHT, 24, Source.REDATA)
    check(esios, MIDNIGHT, 24, Source.ESIOS)
    check(omie, MIDNIGHT, 24, Source.OMIE)


async def test_every_day_of_a_clock_change_is_whole(
    host: str, client: PriceClient, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 1, tzinfo=UTC)
    for day, (text, hours) in CLOCK_CHANGES.items():
        start = datetime.fromisoformat(text)

        curves = await client.prices(day)

        for series, curve in curves.items():
            by_quarter = series is Series.SPOT and day >= QUARTERS_SINCE
            assert len(curve) == hours * (4 if by_quarter else 1), (host, day)
            assert {slot.duration for slot in curve} == {QUARTER if by_quarter else HOUR}
            assert curve.covers(start, start + hours * HOUR)
            assert (curve.slots[0].start, curve.slots[-1].end) == (start, start + hours * HOUR)


async def test_tomorrow_is_not_published_yet_which_is_no_failure(
    host: str, client: PriceClient, gatekeeper: Gatekeeper
) -> None:
    with pytest.raises(NotPublishedError):
        await client.prices(TOMORROW, future=True)

    assert gatekeeper.state(host) == HostState()


@pytest.mark.parametrize(
    ("now", "host", "published"),
    [
        ("15:00", REDATA, {Series.SPOT}),
        ("15:00", ESIOS, None),
        ("15:00", OMIE, {Series.SPOT}),
        ("21:00", REDATA, {Series.SPOT, Series.PVPC}),
        ("21:00", ESIOS, {Series.PVPC, Series.PVPC_CEUTA_MELILLA}),
        ("21:00", OMIE, {Series.SPOT}),
    ],
)
async def test_tomorrow_comes_series_by_series(
    transport: Transport, clock: Clock, now: str, host: str, published: set[Series] | None
) -> None:
    clock.now = datetime.fromisoformat(f"2026-08-05T{now}+02:00").astimezone(UTC)
    client = client_of(host, transport)

    if published is None:
        with pytest.raises(NotPublishedError):
            await client.prices(TOMORROW, future=True)
    else:
        curves = await client.prices(TOMORROW, future=True)
        assert set(curves) == published
        for curve in curves.values():
            assert curve.covers(MIDNIGHT + 24 * HOUR, MIDNIGHT + 48 * HOUR)


async def test_a_past_day_that_is_not_there_is_no_failure_of_the_host(
    host: str, client: PriceClient, gatekeeper: Gatekeeper
) -> None:
    with pytest.raises(SourceError) as raised:
        await client.prices(date(1999, 1, 1))

    assert type(raised.value) is NoDataError
    assert gatekeeper.state(host).failures == 0


FAULTS = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 403},
    {"kind": "html"},
    {"kind": "html", "status": 403},
    {"kind": "delay"},
    {"kind": "reset"},
    {"kind": "truncate"},
    {"kind": "garbage"},
    {"kind": "empty"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
@pytest.mark.parametrize("future", [False, True], ids=["today", "tomorrow"])
async def test_a_fault_is_a_failure_until_it_ends(
    host: str,
    client: PriceClient,
    transport: Transport,
    services: World,
    gatekeeper: Gatekeeper,
    ledger: Ledger,
    clock: Clock,
    fault: dict[str, object],
    future: bool,
) -> None:
    clock.now = datetime(2026, 8, 5, 19, tzinfo=UTC)
    day = TOMORROW if future else TODAY
    services.fail(**{"host": host} | fault)
    if fault["kind"] == "delay":
        transport.timeout = ClientTimeout(total=0.1)
    refused = fault.get("status") in (403, 429)

    with pytest.raises(SourceError) as raised:
        await client.prices(day, future=future)

    assert type(raised.value) is (RefusedError if refused else SourceError)
    state = gatekeeper.state(host)
    assert (state.failures, state.refusals) == (1, int(refused))
    assert state == ledger.hosts[host]
    with pytest.raises(HeldBackError):
        await client.prices(day, future=future)

    services.recover()
    transport.timeout = ClientTimeout(total=5)
    clock.tick(timedelta(minutes=15 if refused else 5))
    assert await client.prices(day, future=future)
    assert gatekeeper.state(host) == HostState()


async def test_a_fault_of_one_host_is_no_business_of_the_others(
    transport: Transport, services: World
) -> None:
    services.fail(host=REDATA, kind="status", status=500)
    with pytest.raises(SourceError):
        await client_of(REDATA, transport).prices(TODAY)

    assert await client_of(ESIOS, transport).prices(TODAY)
    assert await client_of(OMIE, transport).prices(TODAY)


async def test_insisting_reaches_a_host_that_has_just_failed(
    client: PriceClient, services: World
) -> None:
    services.fail(kind="status", status=500, count=1)
    with pytest.raises(SourceError):
        await client.prices(TODAY)

    assert await client.prices(TODAY, urgency=Urgency.INSISTENT)


async def test_what_a_host_says_of_the_time_is_noted(
    client: PriceClient, transport: Transport, services: World
) -> None:
    services.app[CLOCK].set(NOON + timedelta(minutes=6))

    await client.prices(TODAY)

    assert transport.clock_offset == timedelta(minutes=6)
