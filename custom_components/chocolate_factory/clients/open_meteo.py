"""Open-Meteo: what weather models say of any place, past and future, and a reanalysis."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import ClassVar, Final

from yarl import URL

from ..factory.series import Source
from ..factory.weather import KEPT, Measure, Place, WeatherHours
from .errors import AuthenticationError
from .gatekeeper import Urgency
from .open_meteo_answers import (
    NAMES,
    SKY,
    parse_forecast,
    parse_forecasts,
    parse_hours,
    parse_places,
)
from .transport import Reply, Transport

MOST_PAST_DAYS: Final = 92
LONGEST_ARCHIVE: Final = timedelta(days=366)

# A week from any hour of today, and an hour more for what is told of the hour before.
_FORECAST_DAYS: Final = 8
# Nobody shows how the sun shines here.
_SHOWN: Final = [name for measure, name in NAMES.items() if measure is not Measure.RADIATION]


@dataclass(kw_only=True)
class OpenMeteoClient:
    """Read the weather at a place from Open-Meteo.

    Free of charge for what is not commercial; with a commercial key other hosts answer. A key that
    was rejected is not tried again before `forgive`.
    """

    source: ClassVar[Source] = Source.OPEN_METEO
    transport: Transport
    place: Place
    clock: Callable[[], datetime]
    key: str | None = field(default=None, repr=False)
    _is_rejected: bool = field(default=False, init=False)

    @property
    def host(self) -> str:
        """Return who is asked for forecasts."""
        return "customer-api.open-meteo.com" if self.key else "api.open-meteo.com"

    @property
    def archive_host(self) -> str:
        """Return who is asked for the reanalysis."""
        return "customer-archive-api.open-meteo.com" if self.key else "archive-api.open-meteo.com"

    async def check(self, *, urgency: Urgency = Urgency.INSISTENT) -> None:
        """Return if Open-Meteo answers, and accepts the key if there is one."""
        await self._get(
            self.host,
            "/v1/forecast",
            {"hourly": "temperature_2m", "forecast_days": "1"},
            partial(parse_hours, source=self.source),
            urgency,
        )

    def forgive(self) -> None:
        """Try a rejected key again."""
        self._is_rejected = False

    async def forecast(
        self, past_days: int = 2, *, urgency: Urgency = Urgency.USUAL
    ) -> tuple[WeatherHours, WeatherHours]:
        """Return the hours of some days up to the current one, and those from it on.

        The second is the forecast as issued at the current hour, for at least a week.
        """
        return await self._get(
            self.host,
            "/v1/forecast",
            {"hourly": ",".join((*_SHOWN, *SKY)), **_days_around(past_days)},
            partial(parse_forecast, now=self._hour()),
            urgency,
            is_long=past_days > _FORECAST_DAYS,
        )

    async def forecasts(
        self,
        places: Sequence[Place],
        measures: Collection[Measure],
        past_days: int,
        *,
        urgency: Urgency = Urgency.USUAL,
    ) -> list[tuple[WeatherHours, WeatherHours]]:
        """Return the same of other places in one answer, in their order."""
        return await self._get(
            self.host,
            "/v1/forecast",
            {"hourly": _names(measures), **_days_around(past_days)},
            partial(parse_forecasts, places=places, measures=measures, now=self._hour()),
            urgency,
            places=places,
            is_long=True,
        )

    async def archive(
        self, first: date, last: date, *, urgency: Urgency = Urgency.USUAL
    ) -> WeatherHours:
        """Return what is kept of the weather from the reanalysis, for days in UTC, at most a year.

        The last days before today may be silent; a period that is silent as a whole is NoDataError.
        """
        return await self._get(
            self.archive_host,
            "/v1/archive",
            {"hourly": _names(KEPT), **_days(first, last)},
            partial(parse_hours, source=Source.OPEN_METEO_ARCHIVE),
            urgency,
            is_long=True,
        )

    async def archives(
        self,
        places: Sequence[Place],
        measures: Collection[Measure],
        first: date,
        last: date,
        *,
        urgency: Urgency = Urgency.USUAL,
    ) -> list[WeatherHours]:
        """Return the same of other places in one answer, in their order."""
        return await self._get(
            self.archive_host,
            "/v1/archive",
            {"hourly": _names(measures), **_days(first, last)},
            partial(
                parse_places, places=places, measures=measures, source=Source.OPEN_METEO_ARCHIVE
            ),
            urgency,
            places=places,
            is_long=True,
        )

    async def _get[T](
        self,
        host: str,
        path: str,
        query: Mapping[str, str],
        parse: Callable[[Reply], T],
        urgency: Urgency,
        *,
        places: Sequence[Place] = (),
        is_long: bool = False,
    ) -> T:
        if self._is_rejected:
            raise AuthenticationError("Open-Meteo has rejected the key")
        places = places or (self.place,)
        url = URL.build(
            scheme="https",
            host=host,
            path=path,
            query={
                "latitude": ",".join(f"{place.latitude:.4f}" for place in places),
                "longitude": ",".join(f"{place.longitude:.4f}" for place in places),
                **query,
                "timeformat": "unixtime",
                "timezone": "UTC",
                "wind_speed_unit": "ms",
                **({"apikey": self.key} if self.key else {}),
            },
        )
        try:
            return await self.transport.get(url, parse, urgency=urgency, in_thread=is_long)
        except AuthenticationError:
            # Nobody would forgive whoever has no key; and a key that opens no archive, which not
            # all that can be bought do, still brings forecasts.
            self._is_rejected = self.key is not None and host == self.host
            raise

    def _hour(self) -> datetime:
        """Return the current hour."""
        return self.clock().astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _names(measures: Collection[Measure]) -> str:
    return ",".join(NAMES[measure] for measure in measures)


def _days_around(past_days: int) -> Mapping[str, str]:
    """Return the query for some days before today, and a week from now."""
    if not 0 <= past_days <= MOST_PAST_DAYS:
        raise ValueError(f"Open-Meteo knows the last {MOST_PAST_DAYS} days")
    return {"past_days": str(past_days), "forecast_days": str(_FORECAST_DAYS)}


def _days(first: date, last: date) -> Mapping[str, str]:
    """Return the query for some days of the past."""
    if not timedelta(0) <= last - first < LONGEST_ARCHIVE:
        raise ValueError("the archive is read by the year")
    return {"start_date": first.isoformat(), "end_date": last.isoformat()}
