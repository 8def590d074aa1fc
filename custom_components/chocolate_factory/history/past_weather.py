"""Who can still tell the weather of the past: what each source knows, and how to ask for it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from ..clients.gatekeeper import Urgency
from ..factory.daily import Day
from ..factory.series import Source
from ..factory.spread import spread
from ..factory.weather import HOUR, Place, WeatherHours
from .gaps import DAY, Prospect

# Whose word on an hour makes it complete.
WEATHER_SOURCES: Final = (
    Source.AEMET,
    Source.OPENWEATHERMAP,
    Source.OPEN_METEO,
    Source.OPEN_METEO_ARCHIVE,
    Source.AEMET_CLIMATOLOGY,
    Source.DATOSCLIMA,
)

_LAST_HOURS: Final = 12 * HOUR
_NOWCAST_DAYS: Final = 92
_YEAR: Final = 365
# AEMET allows six months, the shortest of which have 181 days.
_HALF_A_YEAR: Final = 180


class Aemet(Protocol):
    """What AEMET's client can tell of the past."""

    @property
    def host(self) -> str:
        """Return who is asked."""

    async def observations(self, station: str, *, urgency: Urgency = Urgency.USUAL) -> WeatherHours:
        """Return the last twelve hours of a station."""

    async def climatology(
        self, station: str, first: date, last: date, *, urgency: Urgency = Urgency.USUAL
    ) -> tuple[Day, ...]:
        """Return the days of a station, in UTC, at most six months of them."""


class OpenMeteo(Protocol):
    """What Open-Meteo's client can tell of the past."""

    @property
    def host(self) -> str:
        """Return who is asked for the last weeks."""

    @property
    def archive_host(self) -> str:
        """Return who is asked for what lies further back."""

    async def forecast(
        self, past_days: int = 2, *, urgency: Urgency = Urgency.USUAL
    ) -> tuple[WeatherHours, WeatherHours]:
        """Return the hours of some days up to the current one, and what will be."""

    async def archive(
        self, first: date, last: date, *, urgency: Urgency = Urgency.USUAL
    ) -> WeatherHours:
        """Return the hours of days in UTC, at most a year of them."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one source can tell of the past, and how to ask for it."""

    source: Source
    host: str
    step: timedelta
    delay: timedelta
    reach: timedelta | None = None
    days: int
    """The most that it tells in one answer."""
    ask: Callable[[date, date], Awaitable[Sequence[WeatherHours]]]
    """Ask for days in UTC, first and last; raises SourceErrors."""

    @property
    def prospect(self) -> Prospect:
        """Return what may be expected of the source while all is well."""
        return Prospect(step=self.step, delay=self.delay, reach=self.reach)


@dataclass(frozen=True, kw_only=True)
class PastWeather:
    """Where a factory is, and whom it may ask for the weather that was there."""

    place: Place
    clock: Callable[[], datetime]
    aemet: Aemet | None = None
    station: str | None = None
    """Where AEMET observes by the hour."""
    climate_station: str | None = None
    """Where AEMET keeps the climate by the day."""
    open_meteo: OpenMeteo | None = None

    def vain_name(self, offer: Offer) -> str:
        """Return under what the store remembers what was asked for in vain."""
        return f"weather@{self.place.name}/{offer.source}"

    def offers(self) -> list[Offer]:
        """Return what can be had, the freshest source first.

        A reanalysis comes before the extremes of days: it knows every hour.
        """
        offers = []
        if self.aemet and self.station:
            offers.append(observations(self.aemet, self.station))
        if self.open_meteo:
            offers += [nowcast(self.open_meteo, self.clock), archive(self.open_meteo)]
        if self.aemet and self.climate_station:
            offers.append(climatology(self.aemet, self.climate_station))
        return offers


def observations(client: Aemet, station: str) -> Offer:
    """Return AEMET's last hours as an offer; which days are asked for does not matter."""

    async def ask(_first: date, _last: date) -> Sequence[WeatherHours]:
        return [await client.observations(station, urgency=Urgency.BACKGROUND)]

    return Offer(
        source=Source.AEMET,
        host=client.host,
        step=HOUR,
        delay=2 * HOUR,
        reach=_LAST_HOURS,
        days=2,
        ask=ask,
    )


def nowcast(client: OpenMeteo, clock: Callable[[], datetime]) -> Offer:
    """Return Open-Meteo's last weeks as an offer; it always tells them up to now."""

    async def ask(first: date, _last: date) -> Sequence[WeatherHours]:
        back = (clock().astimezone(UTC).date() - first).days
        was, _ = await client.forecast(
            past_days=min(max(back, 0), _NOWCAST_DAYS), urgency=Urgency.BACKGROUND
        )
        return [was]

    return Offer(
        source=Source.OPEN_METEO,
        host=client.host,
        step=HOUR,
        delay=timedelta(),
        reach=_NOWCAST_DAYS * DAY,
        days=_NOWCAST_DAYS + 1,
        ask=ask,
    )


def archive(client: OpenMeteo) -> Offer:
    """Return Open-Meteo's reanalysis as an offer."""

    async def ask(first: date, last: date) -> Sequence[WeatherHours]:
        return [await client.archive(first, last, urgency=Urgency.BACKGROUND)]

    return Offer(
        source=Source.OPEN_METEO_ARCHIVE,
        host=client.archive_host,
        step=DAY,
        # A day is complete five days after its end.
        delay=6 * DAY,
        days=_YEAR,
        ask=ask,
    )


def climatology(client: Aemet, station: str) -> Offer:
    """Return the extremes of AEMET's days, spread over their hours, as an offer."""

    async def ask(first: date, last: date) -> Sequence[WeatherHours]:
        days = await client.climatology(station, first, last, urgency=Urgency.BACKGROUND)
        # Half a year is spread for longer than others should have to wait.
        return [await asyncio.to_thread(spread, days, ZoneInfo("UTC"), Source.AEMET_CLIMATOLOGY)]

    return Offer(
        source=Source.AEMET_CLIMATOLOGY,
        host=client.host,
        step=DAY,
        delay=4 * DAY,
        days=_HALF_A_YEAR,
        ask=ask,
    )
