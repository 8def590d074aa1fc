"""The history as rows: out of one store, and into another one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile
import sqlite3
from typing import Final
import zlib

import numpy as np

from ..factory.series import Source
from . import forecasts, outcomes, price_forecasts, recommendations, slots
from .rows import (
    Kind,
    Row,
    check,
    instant,
    iso,
    outcome,
    price_forecast,
    recommendation,
    weather_forecast,
)
from .slots import Batch

# Rows that are read at a time; a forecast is some kilobytes long.
_PAGE: Final = 1000
_FEWER: Final = 100
_FORECASTS: Final = (Kind.WEATHER_FORECAST, Kind.PRICE_FORECAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """Rows of one kind that are in one order."""

    kind: Kind
    series: str = ""
    source: str = ""
    factory: str = ""


def read_rows(connection: sqlite3.Connection, strand: Strand, start: int, end: int) -> list[Row]:
    """Return the first rows of a strand of those in [start, end), oldest first.

    Those that begin together come together. What no store would take is passed over: a newer
    release wrote it, or it is damaged.
    """
    sound = filter(_is_sound, _stored(connection, strand, start, end))
    page = list(islice(sound, _FEWER if strand.kind in _FORECASTS else _PAGE))
    if page:
        last = page[-1].order
        page += takewhile(lambda row: row.order == last, sound)
    return page


def _stored(connection: sqlite3.Connection, strand: Strand, start: int, end: int) -> Iterator[Row]:
    kind = strand.kind
    match kind:
        case Kind.SLOT:
            for source, at, seconds, value in connection.execute(
                "SELECT source.name, start, seconds, value FROM slot"
                " JOIN source ON source.id = slot.source"
                " WHERE series = (SELECT id FROM series WHERE name = ?)"
                " AND start >= ? AND start < ? ORDER BY start",
                (strand.series, start, end),
            ):
                yield Row(
                    kind=kind,
                    series=strand.series,
                    source=source,
                    start=at,
                    seconds=seconds,
                    value=value,
                )
        case Kind.OUTCOME:
            for at, seconds, word, note, recorded in connection.execute(
                "SELECT start, finish - start, kind, note, recorded FROM outcome"
                " WHERE factory = ? AND start >= ? AND start < ? ORDER BY start, recorded, seq",
                (strand.factory, start, end),
            ):
                yield Row(kind=kind, start=at, seconds=seconds, word=word, text=note, at=recorded)
        case Kind.RECOMMENDATION:
            for engine, at, seconds, score, word in connection.execute(
                "SELECT engine, start, seconds, score, recommendation FROM recommendation"
                " WHERE factory = ? AND start >= ? AND start < ? ORDER BY start",
                (strand.factory, start, end),
            ):
                yield Row(
                    kind=kind, source=engine, start=at, seconds=seconds, value=score, word=word
                )
        case Kind.WEATHER_FORECAST:
            for issued, content in connection.execute(
                "SELECT issued, content FROM forecast WHERE place = ? AND source = ?"
                " AND issued >= ? AND issued < ? ORDER BY issued",
                (strand.series, strand.source, start, end),
            ):
                yield Row(
                    kind=kind,
                    series=strand.series,
                    source=strand.source,
                    text=_text(content),
                    at=issued,
                )
        case Kind.PRICE_FORECAST:
            for issued, known, content in connection.execute(
                "SELECT issued, known_until, content FROM price_forecast WHERE series = ?"
                " AND issued >= ? AND issued < ? ORDER BY issued",
                (strand.series, start, end),
            ):
                yield Row(
                    kind=kind,
                    series=strand.series,
                    word=_word(known),
                    text=_text(content),
                    at=issued,
                )


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
            connection, factory, outcome(row), instant(row.at)
        )
    for row in by_kind[Kind.RECOMMENDATION]:
        news[row.kind] += recommendations.write_recommendation(
            connection, factory, recommendation(row)
        )
    for row in by_kind[Kind.WEATHER_FORECAST]:
        news[row.kind] += forecasts.write_forecast(connection, row.series, weather_forecast(row))
    for row in by_kind[Kind.PRICE_FORECAST]:
        news[row.kind] += price_forecasts.restore_price_issue(connection, price_forecast(row))
    return news


def _batches(rows: Iterable[Row]) -> Iterable[Batch]:
    """Return slots as the store takes them, long ones first: the short ones take their part."""
    groups: defaultdict[tuple[int, str, str], dict[int, float]] = defaultdict(dict)
    for row in rows:
        groups[row.length, row.series, row.source][row.start or 0] = row.value or 0.0
    for (length, series, source), values in sorted(groups.items(), reverse=True):
        starts = np.array(sorted(values), dtype=np.int64)
        yield Batch(
            series=series,
            source=Source(source),
            starts=starts,
            values=np.array([values[start] for start in starts.tolist()]),
            seconds=length,
        )


def _is_sound(row: Row) -> bool:
    try:
        check(row)
    except ValueError:
        return False
    return True


def _word(known: int) -> str:
    """Return a time written out; nothing if it cannot be one."""
    try:
        return iso(known)
    except OverflowError, OSError, ValueError:
        return ""


def _text(content: bytes) -> str:
    """Return what a forecast says; nothing if it cannot be understood."""
    try:
        return zlib.decompress(content).decode()
    except zlib.error, ValueError:
        return ""
