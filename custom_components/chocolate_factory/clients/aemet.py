"""AEMET OpenData, the Spanish weather service: observations, forecasts and history, with a key."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, ClassVar, Final
from urllib.parse import quote

from yarl import URL

from ..factory.daily import Day
from ..factory.stations import Municipality, Station
from ..factory.weather import WeatherHours
from .aemet_answers import ExpiredError, handed, promised
from .aemet_climatology import check_range, parse_climatology
from .aemet_forecasts import parse_daily, parse_hourly
from .aemet_key import AemetKeyring
from .aemet_lists import parse_climate_stations, parse_municipalities
from .aemet_observations import parse_observations, parse_observing_stations
from .errors import AuthenticationError, SourceError
from .gatekeeper import Urgency
from .transport import Transport

_CLIMATE_STATIONS: Final = "valores/climatologicos/inventarioestaciones/todasestaciones"


@dataclass(frozen=True, kw_only=True)
class AemetClient:
    """Read AEMET's products, each of which takes two requests.

    A key that AEMET rejects is used no more: the next one takes over at once. Raises
    AuthenticationError when there is none left.
    """

    host: ClassVar[str] = "opendata.aemet.es"
    transport: Transport
    keys: AemetKeyring

    async def check(self, *, urgency: Urgency = Urgency.USUAL) -> None:
        """Return if AEMET accepts a key, for the price of one request."""
        await self._promise(_CLIMATE_STATIONS, urgency)

    async def observations(self, station: str, *, urgency: Urgency = Urgency.USUAL) -> WeatherHours:
        """Return what a station has observed in the last twelve hours."""
        return await self._ask(
            f"observacion/convencional/datos/estacion/{_part(station)}",
            partial(parse_observations, station=station),
            urgency,
        )

    async def hourly_forecast(
        self, municipality: str, *, urgency: Urgency = Urgency.USUAL
    ) -> WeatherHours:
        """Return the forecast of a municipality for about two days by the hour."""
        return await self._ask(
            f"prediccion/especifica/municipio/horaria/{_part(municipality)}",
            partial(parse_hourly, municipality=municipality),
            urgency,
        )

    async def daily_forecast(
        self, municipality: str, *, urgency: Urgency = Urgency.USUAL
    ) -> WeatherHours:
        """Return the forecast of a municipality for a week by the day, spread over the hours."""
        return await self._ask(
            f"prediccion/especifica/municipio/diaria/{_part(municipality)}",
            lambda records: parse_daily(records, municipality=municipality).hours(),
            urgency,
        )

    async def climatology(
        self, station: str, first: date, last: date, *, urgency: Urgency = Urgency.USUAL
    ) -> tuple[Day, ...]:
        """Return what the days were like at a station, times in UTC, oldest first.

        Raises ValueError for more than six months, both ends included.
        """
        check_range(first, last)
        return await self._ask(
            "valores/climatologicos/diarios/datos"
            f"/fechaini/{_part(f'{first}T00:00:00UTC')}/fechafin/{_part(f'{last}T23:59:59UTC')}"
            f"/estacion/{_part(station)}",
            partial(parse_climatology, station=station, first=first, last=last),
            urgency,
        )

    async def observing_stations(self, *, urgency: Urgency = Urgency.USUAL) -> tuple[Station, ...]:
        """Return the stations that observe by the hour, with what they have measured lately."""
        return await self._ask("observacion/convencional/todas", parse_observing_stations, urgency)

    async def climate_stations(self, *, urgency: Urgency = Urgency.USUAL) -> tuple[Station, ...]:
        """Return the stations that keep a climatology."""
        return await self._ask(_CLIMATE_STATIONS, parse_climate_stations, urgency)

    async def municipalities(self, *, urgency: Urgency = Urgency.USUAL) -> tuple[Municipality, ...]:
        """Return the municipalities for which AEMET forecasts."""
        return await self._ask("maestro/municipios", parse_municipalities, urgency)

    async def _ask[T](
        self, product: str, parse: Callable[[Iterable[Any]], T], urgency: Urgency
    ) -> T:
        """Go both steps, and once more from the first when the second comes too late."""
        try:
            return await self._fetch(product, parse, urgency, expired=ExpiredError)
        except ExpiredError:
            return await self._fetch(product, parse, urgency, expired=SourceError)

    async def _fetch[T](
        self,
        product: str,
        parse: Callable[[Iterable[Any]], T],
        urgency: Urgency,
        *,
        expired: type[SourceError],
    ) -> T:
        url = await self._promise(product, urgency)
        understand = partial(handed, parse=parse, expired=expired)
        return await self.transport.get(url, understand, urgency=urgency, in_thread=True)

    async def _promise(self, product: str, urgency: Urgency) -> URL:
        """Return where the data of a product are, with the first key that AEMET accepts."""
        url = URL.build(
            scheme="https", host=self.host, path=f"/opendata/api/{product}", encoded=True
        )
        while key := self.keys.current:
            try:
                return await self.transport.get(
                    url,
                    partial(promised, key=key, now=self.keys.clock()),
                    headers={"api_key": key.text},
                    urgency=urgency,
                )
            except AuthenticationError:
                self.keys.reject(key)
        raise AuthenticationError("no key of AEMET's is any good")


def _part(text: str) -> str:
    """Return a text as part of a path, as AEMET wants it: colons, too, are written as %3A."""
    return quote(text, safe="")
