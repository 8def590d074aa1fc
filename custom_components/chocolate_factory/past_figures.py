"""What every hour of a factory's past was like, as the store knows it by now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from homeassistant.core import HomeAssistant
import numpy as np

from .data_coordinator import DataCoordinator
from .factory.conditions import HourlyAir, conditions
from .factory.hybrid import RANKING, hybrid
from .factory.retrospect import Figure, Hours, by_hours, retrospect
from .factory.score import REACH
from .factory.weather import KEPT, weather_series
from .history.completeness import hourly_completeness
from .history.prices import market_prices
from .history.store import Store
from .history.weather import read_weather
from .price_coordinator import PriceCoordinator
from .weather_coordinator import WeatherCoordinator

_HOUR: Final = 3600


class PastFigures:
    """Reckons the figures of one factory's past."""

    def __init__(
        self,
        hass: HomeAssistant,
        store: Store,
        prices: PriceCoordinator,
        weather: WeatherCoordinator,
        data: DataCoordinator,
    ) -> None:
        """Know what the figures follow from."""
        self._hass = hass
        self._store = store
        self._prices = prices
        self._weather = weather
        self._has_weather = data.backfill.ledger.weather is not None
        sources = weather.sources
        self.series = prices.series | {
            weather_series(measure, sources.place, source) for measure in KEPT for source in RANKING
        }
        air = (sources.place, sources.hours, sources.zone.key)
        follows = {
            Figure.PRICE: (prices.contract,),
            Figure.ENERGY_SCORE: (prices.contract, air, weather.limits),
            Figure.TEMPERATURE: (air,),
            Figure.HUMIDITY: (air,),
            Figure.PRESSURE: (air,),
            Figure.INDEX: (air, weather.limits),
            Figure.COMPLETENESS: (prices.contract, air, self._has_weather),
        }
        self.terms = {
            str(figure): sha256(repr(what).encode()).hexdigest()[:16]
            for figure, what in follows.items()
        }
        """What each figure follows from beside the store, in short."""

    async def async_of(self, start: int, end: int) -> Mapping[Figure, Hours]:
        """Return all figures of the hours in [start, end), Unix seconds; raises StoreError."""
        contract, sources = self._prices.contract, self._weather.sources
        first, last = _instant(start - REACH), _instant(end + REACH)
        tables = await self._store.read_all(self._prices.series, first - contract.delay, last)
        observed = await read_weather(self._store, sources.place, first, last, RANKING)

        def look() -> Mapping[Figure, Hours]:
            measured = hybrid(observed, sources.hours, sources.zone, start=first, end=last)
            known = conditions(
                contract,
                market_prices(tables[contract.market]) if contract.market else None,
                None,
                HourlyAir.measured(measured),
                first,
                last,
            )
            hours = np.arange(start, end, _HOUR)
            before = REACH // _HOUR
            complete = hourly_completeness(
                list(tables.values()),
                [measured.values[measure][before : before + len(hours)] for measure in KEPT]
                if self._has_weather
                else [],
                start,
                len(hours),
            )
            return {
                **retrospect(known, self._weather.limits, start, end),
                Figure.COMPLETENESS: by_hours(
                    hours, np.full(len(hours), _HOUR), complete, Figure.COMPLETENESS.digits
                ),
            }

        return await self._hass.async_add_executor_job(look)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
