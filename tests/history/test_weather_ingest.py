"""The weather comes from whom the clock prefers, or from the next, with few requests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.chocolate_factory.clients.aemet import AemetClient
from custom_components.chocolate_factory.clients.aemet_key import AemetKey, AemetKeyring
from custom_components.chocolate_factory.clients.gatekeeper import BUDGET, TICK
from custom_components.chocolate_factory.clients.open_meteo import OpenMeteoClient
from custom_components.chocolate_factory.clients.openweathermap import OpenWeatherMapClient
from custom_components.chocolate_factory.factory.hybrid import SourceHours, hybrid, now
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import HOUR, KEPT, Measure, Place
from custom_components.chocolate_factory.history.ingest import Outcome
from custom_components.chocolate_factory.history.weather import read_forecasts, read_weather
from custom_components.chocolate_factory.history.weather_ingest import (
    OBSERVING,
    Product,
    WeatherFetch,
    WeatherIngest,
    WeatherSources,
)
from simulator.aemet import key

from .desk import Desk

MADRID = Place(40.4168, -3.7038)
ZONE = ZoneInfo("Europe/Madrid")
AEMET, OWM, OPEN_METEO = "opendata.aemet.es", "api.openweathermap.org", "api.open-meteo.com"
HOSTS = (AEMET, OWM, OPEN_METEO)
GOOD = datetime(2027, 8, 5, tzinfo=UTC)


class Site:
    """A factory in Madrid, and what its weather desk does."""

    def __init__(self, desk: Desk, **sources: Any) -> None:
        """Give it the sources that a test wants, or all."""
        self.desk = desk
        transport = desk.transport
        clients: dict[str, Any] = {
            "aemet": AemetClient(
                transport=transport,
                keys=AemetKeyring([AemetKey.parse(key(GOOD))], desk.clock),
            ),
            "openweathermap": OpenWeatherMapClient(
                transport=transport, key="good", key_since=None, place=MADRID, clock=desk.clock
            ),
            "open_meteo": OpenMeteoClient(
                transport=transport, place=MADRID, key=None, clock=desk.clock
            ),
        }
        self.ingest = WeatherIngest(
            store=desk.store,
            sources=WeatherSources(
                place=MADRID,
                zone=ZONE,
                hours=SourceHours(),
                station="3195",
                municipality="28079",
                **(clients | sources),
            ),
            clock=desk.clock,
        )

    async def run(self) -> dict[Product, WeatherFetch]:
        """Ask for what is due."""
        return {fetch.product: fetch for fetch in await self.ingest.run()}

    async def tick(self) -> dict[Product, WeatherFetch]:
        """Let time pass, and ask for what is due."""
        self.desk.clock.tick(TICK)
        return await self.run()

    async def source(self) -> Source | None:
        """Return whom the weather is from now."""
        at = self.desk.clock()
        hour = at.replace(minute=0, second=0, microsecond=0)
        weather = await read_weather(
            self.desk.store, MADRID, hour - 6 * HOUR, hour + HOUR, OBSERVING
        )
        return now(weather, at, SourceHours(), ZONE).source

    async def completeness(self, start: datetime, end: datetime) -> float:
        """Return which share of the hybrid hours is there."""
        weather = await read_weather(self.desk.store, MADRID, start, end, OBSERVING)
        blend = hybrid(weather, SourceHours(), ZONE, start=start, end=end)
        return float(np.mean([np.isfinite(blend.values[measure]) for measure in KEPT]))


@pytest.fixture
def site(desk: Desk) -> Site:
    """Return a factory that may ask everybody."""
    return Site(desk)


@pytest.fixture
def at(desk: Desk) -> Callable[[int, int], None]:
    """Return a way to set the clock to a time in Madrid."""

    def set_clock(hour: int, minute: int = 0) -> None:
        desk.clock.now = datetime(2026, 8, 5, hour, minute, tzinfo=ZONE).astimezone(UTC)

    return set_clock


async def test_by_day_openweathermap_is_asked_and_aemet_keeps_its_history(site: Site) -> None:
    fetches = await site.run()

    assert {fetch.outcome for fetch in fetches.values()} == {Outcome.STORED}
    assert set(fetches) == set(Product)
    assert await site.source() is Source.OPENWEATHERMAP
    forecasts = await read_forecasts(site.desk.store, MADRID)
    assert set(forecasts) == {
        Source.AEMET_HOURLY,
        Source.AEMET_DAILY,
        Source.OPENWEATHERMAP,
        Source.OPEN_METEO,
    }


async def test_a_tick_that_finds_nothing_due_asks_nobody(site: Site) -> None:
    await site.run()
    site.desk.forget_log()

    assert not await site.tick()
    assert not site.desk.asked(*HOSTS)


async def test_a_day_has_no_holes_and_changes_source_at_midnight_and_at_eight(
    site: Site, at: Callable[..., None]
) -> None:
    at(18)
    start = site.desk.clock()
    await site.run()
    seen: list[tuple[str, Source | None]] = []
    for _ in range(24 * 12):
        await site.tick()
        source = await site.source()
        if not seen or seen[-1][1] is not source:
            seen.append((f"{site.desk.clock().astimezone(ZONE):%H:%M}", source))

    assert seen == [
        ("18:05", Source.OPENWEATHERMAP),
        ("00:00", Source.AEMET),
        ("08:00", Source.OPENWEATHERMAP),
    ]
    assert await site.completeness(start, site.desk.clock()) == 1
    for host in HOSTS:
        asked = site.desk.asked(host)
        assert asked
        assert max(sum(at <= one < at + HOUR for one in asked) for at in asked) <= BUDGET


@pytest.mark.parametrize(
    ("hour", "host", "before", "after"),
    [
        (1, AEMET, Source.AEMET, Source.OPENWEATHERMAP),
        (12, OWM, Source.OPENWEATHERMAP, Source.AEMET),
    ],
)
async def test_when_the_preferred_source_fails_the_other_counts_until_it_is_back(
    site: Site, at: Callable[..., None], hour: int, host: str, before: Source, after: Source
) -> None:
    at(hour)
    await site.run()
    assert await site.source() is before
    site.desk.fail(host, kind="status", status=503)
    start = site.desk.clock()
    changes = [before]
    for number in range(5 * 12):
        if number == 3 * 12:
            site.desk.recover()
        await site.tick()
        source = await site.source()
        assert source
        if source is not changes[-1]:
            changes.append(source)

    # AEMET's history covers what it missed as soon as it answers again.
    assert changes == [before, after, before]
    assert await site.completeness(start, site.desk.clock()) == 1


async def test_when_both_fail_the_models_count_and_then_the_last_word_which_is_stale(
    site: Site, at: Callable[..., None]
) -> None:
    at(12)
    await site.run()
    site.desk.fail(AEMET, kind="reset")
    site.desk.fail(OWM, kind="html", status=403)
    changes: list[Source | None] = [Source.OPENWEATHERMAP]
    for number in range(9 * 12):
        if number == 4 * 12:
            site.desk.fail(OPEN_METEO, kind="garbage")
        await site.tick()
        source = await site.source()
        if source is not changes[-1]:
            changes.append(source)

    assert changes == [Source.OPENWEATHERMAP, Source.OPEN_METEO, None]


async def test_without_any_key_the_models_say_everything(desk: Desk) -> None:
    site = Site(desk, aemet=None, openweathermap=None)
    start = desk.clock()
    await site.run()
    for _ in range(24):
        await site.tick()

    assert await site.source() is Source.OPEN_METEO
    assert await site.completeness(start, desk.clock()) == 1
    assert not desk.asked(AEMET, OWM)
    assert len(desk.asked(OPEN_METEO)) <= 4


async def test_with_nobody_to_ask_nothing_is_asked_and_nothing_known(desk: Desk) -> None:
    site = Site(desk, aemet=None, openweathermap=None, open_meteo=None)

    assert not await site.run()
    assert await site.source() is None


async def test_a_station_without_a_thermometer_lets_another_source_help(
    site: Site, at: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(3)
    aemet = site.ingest.sources.aemet
    assert aemet
    observations = type(aemet).observations

    async def without_temperature(self: AemetClient, station: str, **options: Any) -> Any:
        hours = await observations(self, station, **options)
        hours.values[Measure.TEMPERATURE][:] = np.nan
        return hours

    monkeypatch.setattr(AemetClient, "observations", without_temperature)
    fetches = await site.run()

    assert Product.OPENWEATHERMAP_CURRENT in fetches
    assert await site.source() is Source.OPENWEATHERMAP


async def test_a_key_that_is_no_good_is_told_and_the_others_go_on(desk: Desk) -> None:
    site = Site(
        desk,
        openweathermap=OpenWeatherMapClient(
            transport=desk.transport, key="bad", key_since=None, place=MADRID, clock=desk.clock
        ),
    )
    fetches = await site.run()

    assert fetches[Product.OPENWEATHERMAP_CURRENT].rejected
    assert not fetches[Product.AEMET_OBSERVATIONS].rejected
    assert await site.source() is Source.AEMET


async def test_values_that_cannot_be_true_are_dropped_and_counted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.openweathermap._degrees", lambda values, _: [99.0] * len(values))
    await site.run()

    assert site.ingest.dropped >= 1
    assert await site.source() is Source.AEMET
