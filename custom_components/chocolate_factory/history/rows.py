"""Rows of a file: every one says of itself what it is, and means one thing that is known.

Columns that its kind has no use for are empty.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
import json
import math
from operator import attrgetter
from typing import Final
import zlib

from ..factory.outcome import Outcome, OutcomeKind
from ..factory.price_issue import PriceIssue
from ..factory.reach import BEGINNING, END, FIRST_YEAR, LAST_YEAR
from ..factory.recommendation import Engine, Recommendation
from ..factory.series import PRICE_SOURCES, Series, Source
from ..factory.weather import KEPT, PLAUSIBLE, Measure, WeatherHours
from . import forecasts, price_forecasts
from .recommendations import PastRecommendation

COLUMNS: Final = ("kind", "series", "source", "start", "seconds", "value", "word", "text", "at")
LONGEST_TEXT: Final = 100_000
"""Some ten times as long as any forecast, and less than any reader of files takes for an error."""

# Slots that begin and last like this were there before others took a part of them.
_LENGTHS: Final = (900, 3600, 86_400)
# €/kWh: the market itself ends far below.
_DEAREST: Final = 100.0
_FIRST: Final = int(BEGINNING.timestamp())
_END: Final = int(END.timestamp())


class Kind(StrEnum):
    """What a row is."""

    SLOT = "slot"
    OUTCOME = "outcome"
    RECOMMENDATION = "recommendation"
    WEATHER_FORECAST = "weather_forecast"
    PRICE_FORECAST = "price_forecast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that is known; times in Unix seconds."""

    kind: Kind
    series: str = ""
    """The name of a series, or of a place."""
    source: str = ""
    start: int | None = None
    seconds: int | None = None
    value: float | None = None
    word: str = ""
    """One of a few."""
    text: str = ""
    at: int | None = None
    """When it was said."""

    @property
    def order(self) -> int:
        """Return by what the rows of a strand are in order."""
        return (self.at if self.start is None else self.start) or 0

    @property
    def length(self) -> int:
        """Return how long a slot was before others took a part of it; 0 for all that is none."""
        return _length(self.start or 0, self.seconds or 0) if self.kind is Kind.SLOT else 0


_UNUSED: Final = {
    Kind.SLOT: ("word", "text", "at"),
    Kind.OUTCOME: ("series", "source", "value"),
    Kind.RECOMMENDATION: ("series", "text", "at"),
    Kind.WEATHER_FORECAST: ("start", "seconds", "value", "word"),
    Kind.PRICE_FORECAST: ("source", "start", "seconds", "value"),
}
_UNUSED_VALUES: Final = {kind: attrgetter(*names) for kind, names in _UNUSED.items()}


def check(row: Row) -> None:
    """Raise a ValueError that tells what is wrong with a row."""
    for name, value in zip(_UNUSED[row.kind], _UNUSED_VALUES[row.kind](row), strict=True):
        if value not in ("", None):
            raise ValueError(f"a row of the kind {row.kind} has no {name}")
    try:
        if len(row.text) > LONGEST_TEXT:
            raise ValueError(f"a text has at most {LONGEST_TEXT} characters")
        match row.kind:
            case Kind.SLOT:
                _check_slot(row)
            case Kind.OUTCOME:
                outcome(row)
                instant(row.at)
            case Kind.RECOMMENDATION:
                recommendation(row)
            case Kind.WEATHER_FORECAST:
                weather_forecast(row)
            case Kind.PRICE_FORECAST:
                price_forecast(row)
    except price_forecasts.NONSENSE as error:
        raise ValueError(str(error) or type(error).__name__) from error


def outcome(row: Row) -> Outcome:
    """Return what was told; raises ValueError."""
    start = instant(row.start)
    return Outcome(
        start=start,
        end=start + timedelta(seconds=row.seconds or 0),
        kind=OutcomeKind(row.word),
        note=row.text,
    )


def recommendation(row: Row) -> PastRecommendation:
    """Return what was recommended; raises ValueError."""
    start, seconds = instant(row.start), row.seconds or 0
    _length(int(start.timestamp()), seconds)
    if row.value is not None and not 0 <= row.value <= 100:
        raise ValueError("a score is from 0 to 100")
    return PastRecommendation(
        start=start,
        seconds=seconds,
        recommendation=Recommendation(row.word),
        score=row.value,
        engine=Engine(row.source),
    )


def weather_forecast(row: Row) -> WeatherHours:
    """Return a forecast as it was issued; raises what nonsense raises."""
    if not _is_place(row.series):
        raise ValueError(f"{row.series} is no place")
    at = int(instant(row.at).timestamp())
    return forecasts.unpack(Source(row.source), at, _content(row.text))


def price_forecast(row: Row) -> PriceIssue:
    """Return a forecast as it was issued; raises what nonsense raises."""
    known, at = unix(row.word), int(instant(row.at).timestamp())
    return price_forecasts.unpack(Series(row.series), at, known, _content(row.text))


def instant(seconds: int | None) -> datetime:
    """Return a time; raises ValueError if it is none that anything can be known of."""
    if seconds is None:
        raise ValueError("a time is missing")
    if not _FIRST <= seconds < _END:
        raise ValueError(f"a time is from {FIRST_YEAR} to {LAST_YEAR}")
    return datetime.fromtimestamp(seconds, UTC)


def unix(text: str) -> int:
    """Return a time that is written out; raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None or at.microsecond:
        raise ValueError(f"{text} is no instant in whole seconds")
    return int(at.timestamp())


def iso(seconds: int) -> str:
    """Write a time out."""
    return f"{datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()}Z"


def _check_slot(row: Row) -> None:
    if row.start is None or row.seconds is None or row.value is None:
        raise ValueError("a slot has a start, seconds and a value")
    instant(row.start)
    _length(row.start, row.seconds)
    lowest, highest = _limits(row.series, row.source)
    if not (math.isfinite(row.value) and lowest <= row.value <= highest):
        raise ValueError(f"{row.value} cannot be")


@lru_cache(maxsize=256)
def _limits(series: str, source: str) -> tuple[float, float]:
    """Return between what the values of a series are; raises ValueError if there can be none."""
    who = Source(source)
    if series in set(Series):
        if who not in PRICE_SOURCES:
            raise ValueError(f"{source} tells no prices")
        return -_DEAREST, _DEAREST
    measure, _, rest = series.partition("@")
    place, _, name = rest.rpartition("/")
    if measure not in KEPT or name != source or not _is_place(place):
        raise ValueError(f"{series} is no series")
    return PLAUSIBLE[Measure(measure)]


def _length(start: int, seconds: int) -> int:
    if seconds > 0 and start % seconds == 0 and seconds <= _LENGTHS[-1]:
        return seconds
    for length in _LENGTHS:
        if 0 < seconds < length and start % length == 0:
            return length
    raise ValueError("it begins and ends at odd times")


def _is_place(name: str) -> bool:
    latitude, _, longitude = name.partition(",")
    return abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180


def _content(text: str) -> bytes:
    json.loads(text)
    return zlib.compress(text.encode())
