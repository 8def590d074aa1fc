"""Fetch the weather that is missing, from the source that the clock prefers, or from the next."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from ..clients.aemet import AemetClient
from ..clients.errors import AuthenticationError, HeldBackError, NoDataError, SourceError
from ..clients.gatekeeper import TICK
from ..clients.open_meteo import OpenMeteoClient
from ..clients.openweathermap import OpenWeatherMapClient
from ..factory.hybrid import SourceHours
from ..factory.series import Source
from ..factory.weather import HOUR, KEPT, Place, WeatherHours
from .ingest import Outcome
from .store import Store
from .weather import read_forecasts, read_weather, write_forecast, write_weather

# Whoever takes over at the next hour is asked a little before.
SOON: Final = 2 * TICK
# AEMET keeps the last twelve hours: asked in time, its history has no holes.
_CATCH_UP: Final = timedelta(hours=6)
_A_WHILE: Final = timedelta(hours=1)


class Product(StrEnum):
    """What can be asked for in one go."""

    AEMET_OBSERVATIONS = "aemet_observations"
    AEMET_HOURLY = "aemet_hourly"
    AEMET_DAILY = "aemet_daily"
    OPENWEATHERMAP_CURRENT = "openweathermap_current"
    OPENWEATHERMAP_FORECAST = "openweathermap_forecast"
    OPEN_METEO = "open_meteo"
    """What was, is and will be, all in one answer."""


_OBSERVES: Final = {
    Source.AEMET: Product.AEMET_OBSERVATIONS,
    Source.OPENWEATHERMAP: Product.OPENWEATHERMAP_CURRENT,
    Source.OPEN_METEO: Product.OPEN_METEO,
}
OBSERVING: Final = tuple(_OBSERVES)
"""Who tells what the weather is."""

_FORECASTS: Final = {
    Product.AEMET_HOURLY: Source.AEMET_HOURLY,
    Product.OPENWEATHERMAP_FORECAST: Source.OPENWEATHERMAP,
    Product.OPEN_METEO: Source.OPEN_METEO,
    Product.AEMET_DAILY: Source.AEMET_DAILY,
}
# How old a forecast may be before there may be a newer one: AEMET issues four a day.
_RENEWED: Final = {
    Product.AEMET_HOURLY: timedelta(hours=6),
    Product.OPENWEATHERMAP_FORECAST: timedelta(hours=3),
    Product.OPEN_METEO: timedelta(hours=3),
    Product.AEMET_DAILY: timedelta(hours=6),
}
# How long ago a product must have been asked for before that makes sense again: OpenWeatherMap
# measures every ten minutes, AEMET every hour with a delay that varies.
_AGAIN: Final = {
    Product.AEMET_OBSERVATIONS: 3 * TICK,
    Product.OPENWEATHERMAP_CURRENT: 2 * TICK,
}

type Offer = Callable[[], Awaitable[Iterable[WeatherHours]]]


@dataclass(frozen=True, kw_only=True)
class WeatherSources:
    """Where a factory is, and whom it may ask for the weather there."""

    place: Place
    zone: ZoneInfo
    hours: SourceHours
    aemet: AemetClient | None = None
    station: str | None = None
    municipality: str | None = None
    openweathermap: OpenWeatherMapClient | None = None
    open_meteo: OpenMeteoClient | None = None

    def offers(self) -> Mapping[Product, Offer]:
        """Return what can be had from whom."""
        offers: dict[Product, Offer] = {}
        if (aemet := self.aemet) and self.station:
            offers[Product.AEMET_OBSERVATIONS] = _one(partial(aemet.observations, self.station))
        if (aemet := self.aemet) and self.municipality:
            offers[Product.AEMET_HOURLY] = _one(partial(aemet.hourly_forecast, self.municipality))
            offers[Product.AEMET_DAILY] = _one(partial(aemet.daily_forecast, self.municipality))
        if owm := self.openweathermap:
            offers[Product.OPENWEATHERMAP_CURRENT] = _one(owm.current)
            offers[Product.OPENWEATHERMAP_FORECAST] = _one(owm.forecast)
        if self.open_meteo:
            offers[Product.OPEN_METEO] = self.open_meteo.forecast
        return offers

    def ranked(self, at: datetime) -> list[Source]:
        """Return who observes, the one that the clock prefers first."""
        offers = self.offers()
        preferred = self.hours.preferred(at, self.zone)
        observing = [source for source, product in _OBSERVES.items() if product in offers]
        return sorted(observing, key=lambda source: source is not preferred)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherFetch:
    """What was had from one source."""

    product: Product
    outcome: Outcome
    changed: int = 0
    """Hours that are new or have another value now, of each measure; a new forecast counts one."""
    reason: str | None = None
    rejected: bool = False
    """Whether the source says that the key is no good."""


@dataclass(kw_only=True)
class WeatherIngest:
    """Knows what is due, and whom to ask for it."""

    store: Store
    sources: WeatherSources
    clock: Callable[[], datetime]
    dropped: int = field(default=0, init=False)
    """Values that could not be true, since the start."""
    _asked: dict[Product, datetime] = field(default_factory=dict, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def run(self) -> list[WeatherFetch]:
        """Ask for what is due, and tell what was had."""
        async with self._lock:
            now = self.clock()
            return [*await self._observe(now), *await self._forecast(now)]

    async def _observe(self, now: datetime) -> list[WeatherFetch]:
        """Ask whom the clock prefers, now and soon; then the others until one has an answer."""
        ranked = self.sources.ranked(now)
        wanted = {*ranked[:1], *self.sources.ranked(now + SOON)[:1]}
        weather = await self._recent(now)
        if not _knows(weather.get(Source.AEMET), now - _CATCH_UP):
            wanted.add(Source.AEMET)
        fetches: list[WeatherFetch] = []
        answered = False
        for source in ranked:
            if source not in wanted and answered:
                continue
            if self._may_have_news(source, weather, now):
                fetches.append(await self._fetch(_OBSERVES[source], now))
                weather = await self._recent(now)
            # A station without a barometer has half an answer: somebody else has to help.
            answered |= _knows(weather.get(source), _hour(now) - HOUR, all_kept=True)
        return fetches

    async def _forecast(self, now: datetime) -> list[WeatherFetch]:
        """Ask for the forecasts that may have been renewed."""
        issues = await read_forecasts(self.store, self.sources.place)
        offers = self.sources.offers()
        fetches = []
        for product, source in _FORECASTS.items():
            issued = issues[source].issued if source in issues else None
            # One of the future is from before the clock was put back.
            renewed = issued is None or not now - _RENEWED[product] < issued <= now
            if product in offers and renewed and self._is_due(product, now):
                fetches.append(await self._fetch(product, now))
        return fetches

    async def _recent(self, now: datetime) -> Mapping[Source, WeatherHours]:
        """Return what each source has said of the last hours."""
        start, end = _hour(now) - 2 * _CATCH_UP, _hour(now) + HOUR
        return await read_weather(self.store, self.sources.place, start, end, OBSERVING)

    def _may_have_news(
        self, source: Source, weather: Mapping[Source, WeatherHours], now: datetime
    ) -> bool:
        """Tell whether a source may know more than is stored."""
        # OpenWeatherMap's last word on an hour is its best one.
        is_known = source is not Source.OPENWEATHERMAP and _knows(weather.get(source), _hour(now))
        return not is_known and self._is_due(_OBSERVES[source], now)

    def _is_due(self, product: Product, now: datetime) -> bool:
        asked = self._asked.get(product)
        return asked is None or not now - _AGAIN.get(product, _A_WHILE) < asked <= now

    async def _fetch(self, product: Product, now: datetime) -> WeatherFetch:
        """Ask for one product, and keep what is said."""
        result = partial(WeatherFetch, product=product)
        try:
            said = await self.sources.offers()[product]()
        except NoDataError as error:
            self._asked[product] = now
            return result(outcome=Outcome.NO_DATA, reason=str(error))
        except AuthenticationError as error:
            return result(outcome=Outcome.FAILED, reason=str(error), rejected=True)
        except HeldBackError as error:
            return result(outcome=Outcome.HELD_BACK, reason=str(error))
        except SourceError as error:
            # The gatekeeper knows when to ask again.
            return result(outcome=Outcome.FAILED, reason=str(error))
        changed = 0
        for hours in said:
            self.dropped += hours.dropped
            if hours.issued is None:
                changed += await write_weather(self.store, self.sources.place, hours)
            else:
                changed += await write_forecast(self.store, self.sources.place, hours)
        self._asked[product] = now
        return result(outcome=Outcome.STORED, changed=changed)


def _one(ask: Callable[[], Awaitable[WeatherHours]]) -> Offer:
    """Return an offer of something that comes alone."""

    async def offer() -> Iterable[WeatherHours]:
        return [await ask()]

    return offer


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _knows(hours: WeatherHours | None, since: datetime, *, all_kept: bool = False) -> bool:
    """Tell whether a source has said anything, or everything that is kept, since an instant."""
    if hours is None or (all_kept and hours.values.keys() < set(KEPT)):
        return False
    known = [np.isfinite(values) for values in hours.values.values()]
    told = np.all(known, axis=0) if all_kept else np.any(known, axis=0)
    return bool(np.any(told[max((since - hours.start) // HOUR, 0) :]))
