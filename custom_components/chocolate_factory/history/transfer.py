"""The history as rows: out of one store, and into another one.

Every row says of itself what it is; columns that its kind has no use for are empty.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
import json
import math
import sqlite3
from typing import Final
import zlib

import numpy as np

from ..factory.outcome import Outcome, OutcomeKind
from ..factory.price_issue import PriceIssue
from ..factory.recommendation import Engine, Recommendation
from ..factory.series import PRICE_SOURCES, Series, Source
from ..factory.weather import KEPT, PLAUSIBLE, Measure, WeatherHours
from . import forecasts, outcomes, price_forecasts, recommendations, slots
from .recommendations import PastRecommendation
from .slots import Batch

PAGE: Final = 5000
"""Rows that are read at a time."""
COLUMNS: Final = ("kind", "series", "source", "start", "seconds", "value", "word", "text", "at")

# A forecast is some kilobytes long.
_FEWER: Final = 100
# Slots that begin and last like this were there before others took a part of them.
_LENGTHS: Final = (900, 3600, 86_400)
# €/kWh: the market itself ends far below.
_DEAREST: Final = 100.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """Rows of one kind that are in one order."""

    kind: Kind
    series: str = ""
    source: str = ""
    factory: str = ""


def read_rows(connection: sqlite3.Connection, strand: Strand, start: int, end: int) -> list[Row]:
    """Return the first rows of a strand of those in [start, end), oldest first."""
    kind = strand.kind
    match kind:
        case Kind.SLOT:
            found = connection.execute(
                "SELECT source.name, start, seconds, value FROM slot"
                " JOIN source ON source.id = slot.source"
                " WHERE series = (SELECT id FROM series WHERE name = ?)"
                " AND start >= ? AND start < ? ORDER BY start LIMIT ?",
                (strand.series, start, end, PAGE),
            )
            return [
                Row(kind=kind, series=strand.series, source=source, start=at, seconds=s, value=v)
                for source, at, s, v in found
            ]
        case Kind.OUTCOME:
            # All at once: several may begin at a time.
            found = connection.execute(
                "SELECT start, finish - start, kind, note, recorded FROM outcome"
                " WHERE factory = ? AND start >= ? AND start < ? ORDER BY start, recorded, seq",
                (strand.factory, start, end),
            )
            return [
                Row(kind=kind, start=at, seconds=s, word=word, text=note, at=recorded)
                for at, s, word, note, recorded in found
            ]
        case Kind.RECOMMENDATION:
            found = connection.execute(
                "SELECT engine, start, seconds, score, recommendation FROM recommendation"
                " WHERE factory = ? AND start >= ? AND start < ? ORDER BY start LIMIT ?",
                (strand.factory, start, end, PAGE),
            )
            return [
                Row(kind=kind, source=engine, start=at, seconds=s, value=score, word=word)
                for engine, at, s, score, word in found
            ]
        case Kind.WEATHER_FORECAST:
            found = connection.execute(
                "SELECT issued, content FROM forecast WHERE place = ? AND source = ?"
                " AND issued >= ? AND issued < ? ORDER BY issued LIMIT ?",
                (strand.series, strand.source, start, end, _FEWER),
            )
            return [
                Row(kind=kind, series=strand.series, source=strand.source, text=_text(c), at=at)
                for at, c in found
                if _text(c)
            ]
        case Kind.PRICE_FORECAST:
            found = connection.execute(
                "SELECT issued, known_until, content FROM price_forecast WHERE series = ?"
                " AND issued >= ? AND issued < ? ORDER BY issued LIMIT ?",
                (strand.series, start, end, _FEWER),
            )
            return [
                Row(kind=kind, series=strand.series, word=_time(known), text=_text(c), at=at)
                for at, known, c in found
                if _text(c)
            ]


def check(row: Row) -> None:
    """Raise a ValueError that tells what is wrong with a row."""
    try:
        match row.kind:
            case Kind.SLOT:
                _check_slot(row)
            case Kind.OUTCOME:
                _outcome(row)
                _instant(row.at)
            case Kind.RECOMMENDATION:
                _recommendation(row)
            case Kind.WEATHER_FORECAST:
                _weather_forecast(row)
            case Kind.PRICE_FORECAST:
                _price_forecast(row)
    except (*price_forecasts.NONSENSE, KeyError, OSError) as error:
        raise ValueError(str(error) or type(error).__name__) from error


def write_rows(
    connection: sqlite3.Connection, factory: str, rows: Iterable[Row], now: int
) -> Mapping[Kind, int]:
    """Keep rows that have been checked, and return of which kind how many are news.

    What the store knows better stays. The caller holds the transaction.
    """
    by_kind: defaultdict[Kind, list[Row]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    news = Counter[Kind]()
    news[Kind.SLOT] = slots.write_slots(connection, _batches(by_kind[Kind.SLOT]), now)
    # In the order of telling: of two that overlap the later one counts.
    for row in sorted(by_kind[Kind.OUTCOME], key=lambda one: one.at or 0):
        news[row.kind] += outcomes.restore_outcome(
            connection, factory, _outcome(row), _instant(row.at)
        )
    for row in by_kind[Kind.RECOMMENDATION]:
        news[row.kind] += recommendations.write_recommendation(
            connection, factory, _recommendation(row)
        )
    for row in by_kind[Kind.WEATHER_FORECAST]:
        news[row.kind] += forecasts.write_forecast(connection, row.series, _weather_forecast(row))
    for row in by_kind[Kind.PRICE_FORECAST]:
        news[row.kind] += price_forecasts.restore_price_issue(connection, _price_forecast(row))
    return news


def _batches(rows: Iterable[Row]) -> Iterable[Batch]:
    """Return slots as the store takes them, long ones first: the short ones take their part."""
    groups: defaultdict[tuple[int, str, str], dict[int, float]] = defaultdict(dict)
    for row in rows:
        length = _length(row.start or 0, row.seconds or 0)
        groups[length, row.series, row.source][row.start or 0] = row.value or 0.0
    for (length, series, source), values in sorted(groups.items(), reverse=True):
        starts = np.array(sorted(values), dtype=np.int64)
        yield Batch(
            series=series,
            source=Source(source),
            starts=starts,
            values=np.array([values[start] for start in starts.tolist()]),
            seconds=length,
        )


def _length(start: int, seconds: int) -> int:
    """Return how long a slot was before others took a part of it."""
    if seconds > 0 and start % seconds == 0 and seconds <= _LENGTHS[-1]:
        return seconds
    for length in _LENGTHS:
        if 0 < seconds < length and start % length == 0:
            return length
    raise ValueError("it begins and ends at odd times")


def _check_slot(row: Row) -> None:
    if row.start is None or row.seconds is None or row.value is None:
        raise ValueError("a slot has a start, seconds and a value")
    _instant(row.start)
    _length(row.start, row.seconds)
    source = Source(row.source)
    if row.series in set(Series):
        if source not in PRICE_SOURCES:
            raise ValueError(f"{source} tells no prices")
        lowest, highest = -_DEAREST, _DEAREST
    else:
        measure, _, rest = row.series.partition("@")
        place, _, name = rest.rpartition("/")
        if measure not in KEPT or name != source or not _is_place(place):
            raise ValueError(f"{row.series} is no series")
        lowest, highest = PLAUSIBLE[Measure(measure)]
    if not (math.isfinite(row.value) and lowest <= row.value <= highest):
        raise ValueError(f"{row.value} cannot be")


def _is_place(name: str) -> bool:
    latitude, _, longitude = name.partition(",")
    return abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180


def _outcome(row: Row) -> Outcome:
    start = _instant(row.start)
    return Outcome(
        start=start,
        end=start + timedelta(seconds=row.seconds or 0),
        kind=OutcomeKind(row.word),
        note=row.text,
    )


def _recommendation(row: Row) -> PastRecommendation:
    if not row.seconds or row.seconds < 0:
        raise ValueError("a slot lasts for some seconds")
    if row.value is not None and not 0 <= row.value <= 100:
        raise ValueError("a score is from 0 to 100")
    return PastRecommendation(
        start=_instant(row.start),
        seconds=row.seconds,
        recommendation=Recommendation(row.word),
        score=row.value,
        engine=Engine(row.source),
    )


def _weather_forecast(row: Row) -> WeatherHours:
    if not _is_place(row.series):
        raise ValueError(f"{row.series} is no place")
    at = int(_instant(row.at).timestamp())
    return forecasts.unpack(Source(row.source), at, _content(row.text))


def _price_forecast(row: Row) -> PriceIssue:
    known = int(datetime.fromisoformat(row.word).timestamp())
    at = int(_instant(row.at).timestamp())
    return price_forecasts.unpack(Series(row.series), at, known, _content(row.text))


def _instant(seconds: int | None) -> datetime:
    if seconds is None:
        raise ValueError("a time is missing")
    return datetime.fromtimestamp(seconds, UTC)


def _time(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _text(content: bytes) -> str:
    """Return what a forecast says; nothing if it cannot be understood."""
    try:
        return zlib.decompress(content).decode()
    except zlib.error, ValueError:
        return ""


def _content(text: str) -> bytes:
    json.loads(text)
    return zlib.compress(text.encode())
