"""OpenWeatherMap: the weather at a place and its forecast, with a key of the user's."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
import logging
from typing import Any, ClassVar, Final

import numpy as np
from yarl import URL

from ..factory.interpolate import interpolate
from ..factory.series import Source
from ..factory.weather import HOUR, Condition, Measure, Place, WeatherHours
from .errors import (
    AuthenticationError,
    NoDataError,
    PlanError,
    RefusedError,
    SourceError,
    YoungKeyError,
)
from .gatekeeper import Urgency
from .transport import Reply, Transport

_LOGGER = logging.getLogger(__name__)

# How long OpenWeatherMap may take to know a new key.
YOUTH: Final = timedelta(hours=2)
_DAY: Final = timedelta(days=1)
# OpenWeatherMap blocks the accounts of those who go on asking.
_PAUSE: Final = 600.0
# The free forecast has a step of three hours.
_STEP: Final = 3

# https://openweathermap.org/weather-conditions; the ones left out go by their hundred.
_CONDITIONS: Final = {
    **dict.fromkeys((210, 211, 212, 221), Condition.LIGHTNING),
    **dict.fromkeys((314, 502, 503, 504, 522), Condition.POURING),
    **dict.fromkeys((511, 611, 612, 613, 615, 616), Condition.SNOWY_RAINY),
    **dict.fromkeys((701, 741), Condition.FOG),
    771: Condition.WINDY,
    800: Condition.SUNNY,
    **dict.fromkeys((801, 802), Condition.PARTLY_CLOUDY),
    **dict.fromkeys((803, 804), Condition.CLOUDY),
}
_GROUPS: Final = {
    2: Condition.LIGHTNING_RAINY,
    3: Condition.RAINY,
    5: Condition.RAINY,
    6: Condition.SNOWY,
    # Smoke, dust, ash and tornadoes.
    7: Condition.EXCEPTIONAL,
}

type _Said = dict[Measure, float | None]


@dataclass(kw_only=True)
class OpenWeatherMapClient:
    """Read the weather at a place from OpenWeatherMap.

    Whether the key's plan has One Call 3.0 is found out by trying, once a day. A key that was
    rejected is not tried again before `forgive`.
    """

    host: ClassVar[str] = "api.openweathermap.org"
    source: ClassVar[Source] = Source.OPENWEATHERMAP
    transport: Transport
    key: str = field(repr=False)
    place: Place
    clock: Callable[[], datetime]
    key_since: datetime | None = None
    """When the user entered the key."""
    _is_rejected: bool = field(default=False, init=False)
    _without_one_call_since: datetime | None = field(default=None, init=False)

    async def check(self, *, urgency: Urgency = Urgency.INSISTENT) -> None:
        """Return if OpenWeatherMap answers and accepts the key."""
        await self.current(urgency=urgency)

    def forgive(self) -> None:
        """Try a rejected key again."""
        self._is_rejected = False

    async def current(self, *, urgency: Urgency = Urgency.USUAL) -> WeatherHours:
        """Return the weather of the hour in which it was last calculated."""
        return await self._get("2.5/weather", partial(parse_current, now=self.clock()), urgency)

    async def forecast(self, *, urgency: Urgency = Urgency.USUAL) -> WeatherHours:
        """Return five days by the hour, as issued at the last full three hours in UTC.

        Between two steps of the free forecast hours are interpolated; One Call has hours of its
        own for two days.
        """
        now = self.clock().astimezone(UTC)
        free = await self._get("2.5/forecast", partial(parse_forecast, now=now), urgency)
        forecast = interpolate(free)
        # Asked afterwards: now it is certain that the key is good for something.
        hourly = await self._one_call(now, urgency)
        if hourly is not None:
            forecast = _laid_over(forecast, hourly)
        full = now.replace(hour=now.hour - now.hour % _STEP, minute=0, second=0, microsecond=0)
        return replace(forecast, issued=full)

    async def _one_call(self, now: datetime, urgency: Urgency) -> WeatherHours | None:
        """Return the hours of One Call, if the key's plan has them and nothing goes wrong."""
        since = self._without_one_call_since
        # From the future it is from before the clock was put back.
        if since is not None and since <= now < since + _DAY:
            return None
        try:
            return await self._get(
                "3.0/onecall",
                partial(parse_one_call, now=now),
                urgency,
                exclude="current,minutely,daily,alerts",
            )
        except (PlanError, RefusedError) as error:
            self._without_one_call_since = now
            _LOGGER.debug("One Call is left alone for a day: %s", error)
        except SourceError as error:
            _LOGGER.debug("One Call cannot be read: %s", error)
        return None

    async def _get(
        self,
        product: str,
        parse: Callable[[Reply], WeatherHours],
        urgency: Urgency,
        **more: str,
    ) -> WeatherHours:
        if self._is_rejected:
            raise AuthenticationError("OpenWeatherMap has rejected the key")
        url = URL.build(
            scheme="https",
            host=self.host,
            path=f"/data/{product}",
            query={
                "lat": f"{self.place.latitude:.4f}",
                "lon": f"{self.place.longitude:.4f}",
                "units": "metric",
                **more,
                "appid": self.key,
            },
        )
        try:
            return await self.transport.get(url, parse, urgency=urgency)
        except AuthenticationError:
            if self.key_since and abs(self.clock() - self.key_since) < YOUTH:
                raise YoungKeyError("OpenWeatherMap does not know the new key yet") from None
            self._is_rejected = True
            raise


def parse_current(reply: Reply, *, now: datetime) -> WeatherHours:
    """Return the one hour that the current weather is of."""
    with _known_shape():
        answer = _answer(reply)
        said = _said(answer["main"], answer["weather"], answer.get("wind") or {})
        said[Measure.PRECIPITATION] = _fallen(answer, "1h")
        return _checked({_instant(answer): said}, now)


def parse_forecast(reply: Reply, *, now: datetime) -> WeatherHours:
    """Return the steps of the free forecast, with holes between them.

    What falls, and how probably, is told of the three hours before each step, and shared among
    them evenly.
    """
    with _known_shape():
        hours: dict[datetime, _Said] = {}
        for item in _answer(reply)["list"]:
            at = _instant(item)
            said = _said(item["main"], item["weather"], item.get("wind") or {})
            hours.setdefault(at, {}).update(said)
            fallen, probability = _fallen(item, "3h"), _percent(item.get("pop"))
            for back in range(1, _STEP + 1):
                before = hours.setdefault(at - back * HOUR, {})
                before[Measure.PRECIPITATION] = None if fallen is None else fallen / _STEP
                before[Measure.PRECIPITATION_PROBABILITY] = probability
        return _checked(hours, now)


def parse_one_call(reply: Reply, *, now: datetime) -> WeatherHours:
    """Return the hours of One Call 3.0; without a subscription to it, PlanError."""
    with _known_shape():
        try:
            answer = _answer(reply)
        except AuthenticationError as error:
            # The same is said to keys that are good for everything else, or for One Call 4.0.
            raise PlanError("One Call 3.0 is not part of the plan") from error
        hours = {}
        for item in answer["hourly"]:
            wind = {"speed": item.get("wind_speed"), "deg": item.get("wind_deg")}
            said = _said(item, item["weather"], wind)
            said[Measure.PRECIPITATION] = _fallen(item, "1h")
            said[Measure.PRECIPITATION_PROBABILITY] = _percent(item.get("pop"))
            hours[_instant(item)] = said
        return _checked(hours, now)


@contextmanager
def _known_shape() -> Iterator[None]:
    """Call what cannot be understood by our own name."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise SourceError("OpenWeatherMap's answer has an unknown shape") from error


def _answer(reply: Reply) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return the JSON of a success, or raise what the error means, wherever it is told."""
    answer: Any = None
    try:
        answer = reply.json()
    except SourceError:
        # A page that is no JSON may still have a status that says what is wrong.
        if reply.status == HTTPStatus.OK:
            raise
    error = answer if isinstance(answer, dict) else {}
    status = reply.status
    if status == HTTPStatus.OK:
        # A number in some products and a text in others.
        status = int(error.get("cod", HTTPStatus.OK))
    match status:
        case HTTPStatus.UNAUTHORIZED if "subscription" in str(error.get("message")).lower():
            raise PlanError("this product of OpenWeatherMap is not part of the plan")
        case HTTPStatus.UNAUTHORIZED if error:
            raise AuthenticationError("OpenWeatherMap does not accept the key")
        case HTTPStatus.NOT_FOUND if error:
            raise NoDataError("OpenWeatherMap knows nothing of this place")
        case HTTPStatus.TOO_MANY_REQUESTS:
            raise RefusedError(
                "OpenWeatherMap was asked too often",
                retry_after=max(_PAUSE, reply.retry_after or 0),
            )
    replace(reply, status=status).checked()
    return answer


def _instant(item: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(item["dt"], UTC)


def _said(main: Mapping[str, Any], weather: Any, wind: Mapping[str, Any]) -> _Said:  # noqa: ANN401 - JSON
    """Return what is said of an instant."""
    pressure = _number(main.get("sea_level"))
    return {
        Measure.TEMPERATURE: _number(main.get("temp")),
        Measure.HUMIDITY: _number(main.get("humidity")),
        # The other one is the same, unless it is that of the ground.
        Measure.PRESSURE: _number(main.get("pressure")) if pressure is None else pressure,
        Measure.WIND_SPEED: _number(wind.get("speed")),
        Measure.WIND_BEARING: _number(wind.get("deg")),
        Measure.CONDITION: _condition(weather[0]),
    }


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _percent(share: object) -> float | None:
    number = _number(share)
    return None if number is None else 100 * number


def _fallen(item: Mapping[str, Any], span: str) -> float | None:
    """Return the rain and the snow in mm; neither is mentioned when nothing fell."""
    parts = [_number(item[kind].get(span)) for kind in ("rain", "snow") if item.get(kind)]
    return None if None in parts else sum(part for part in parts if part is not None)


def _condition(weather: Mapping[str, Any]) -> float | None:
    number = weather["id"]
    condition = _CONDITIONS.get(number) or _GROUPS.get(number // 100)
    if condition is Condition.SUNNY and weather["icon"].endswith("n"):
        condition = Condition.CLEAR_NIGHT
    return None if condition is None else condition.code


def _checked(hours: Mapping[datetime, _Said], now: datetime) -> WeatherHours:
    """Return what is plausible, unless it is of another time."""
    weather = WeatherHours.checked(Source.OPENWEATHERMAP, hours)
    if not abs(weather.start - now) < _DAY:
        raise SourceError("OpenWeatherMap answered with another time")
    return weather


def _laid_over(lower: WeatherHours, upper: WeatherHours) -> WeatherHours:
    """Return the values of one forecast where it has some, and those of another elsewhere."""
    start, end = min(lower.start, upper.start), max(lower.end, upper.end)
    values = {}
    for measure in {**lower.values, **upper.values}:
        values[measure] = np.full((end - start) // HOUR, np.nan)
        for layer in (lower, upper):
            if measure in layer.values:
                first = (layer.start - start) // HOUR
                part = values[measure][first : first + len(layer)]
                np.copyto(part, layer.values[measure], where=np.isfinite(layer.values[measure]))
    return replace(lower, start=start, values=values, dropped=lower.dropped + upper.dropped)
