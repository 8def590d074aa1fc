"""What is known of a factory goes through a file into an empty store, row for row."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
import random
from typing import Any
import zlib

import numpy as np
import pytest

from custom_components.chocolate_factory.factory.outcome import Outcome, OutcomeKind
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import (
    Measure,
    Place,
    WeatherHours,
    weather_series,
)
from custom_components.chocolate_factory.history import staging, transfer
from custom_components.chocolate_factory.history.csv_file import CsvSheet, read_csv
from custom_components.chocolate_factory.history.intake import Intake
from custom_components.chocolate_factory.history.rows import Kind, Row, outcome
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.history.transfer import Strand
from custom_components.chocolate_factory.history.weather import write_forecast, write_weather

from .stored import FIRST, HOUR, NOON, QUARTER, Clock, batch, opened, rows
from .test_price_forecasts import issue
from .test_recommendations import said

MADRID = Place(40.4168, -3.7038)
FACTORY = "obrador"
EVERYTHING = {
    "slots": "SELECT series.name, start, seconds, value, source.name FROM slot"
    " JOIN series ON series.id = slot.series JOIN source ON source.id = slot.source"
    " ORDER BY 1, 2",
    "outcomes": "SELECT start, finish, kind, note, recorded FROM outcome ORDER BY recorded, seq",
    "recommendations": "SELECT start, seconds, recommendation, score, engine"
    " FROM recommendation ORDER BY start",
    "forecasts": "SELECT place, source, issued, content FROM forecast ORDER BY 1, 2, 3",
    "price_forecasts": "SELECT series, issued, known_until, content FROM price_forecast"
    " ORDER BY 1, 2",
}
STRANDS = [
    *(Strand(kind=Kind.SLOT, series=series) for series in Series),
    *(
        Strand(kind=Kind.SLOT, series=weather_series(measure, MADRID, Source.OPEN_METEO))
        for measure in (Measure.TEMPERATURE, Measure.HUMIDITY)
    ),
    Strand(kind=Kind.OUTCOME, factory=FACTORY),
    Strand(kind=Kind.RECOMMENDATION, factory=FACTORY),
    Strand(kind=Kind.WEATHER_FORECAST, series=MADRID.name, source=Source.AEMET_HOURLY),
    Strand(kind=Kind.PRICE_FORECAST, series=Series.PVPC),
]


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that is known, as it is in the file."""
    return {name: rows(path, sql) for name, sql in EVERYTHING.items()}


async def all_rows(store: Store) -> list[Row]:
    found = []
    for strand in STRANDS:
        start = 0
        while page := await store.read_rows(strand, start, 2**33):
            found += page
            start = page[-1].order + 1
    return found


def write(path: Path, found: Sequence[Row]) -> None:
    sheet = CsvSheet()
    path.write_bytes(sheet.rows(found) + sheet.end())


async def take_in(store: Store, path: Path) -> Mapping[Kind, int]:
    async with Intake(path) as intake:
        found = await intake.look(keep=True)
        assert found.bad == ()
        news = await intake.write(store, FACTORY)
        assert intake.written == found.rows
        return news


def forecast(temperature: float, issued: datetime) -> WeatherHours:
    return WeatherHours(
        source=Source.AEMET_HOURLY,
        start=NOON,
        values={Measure.TEMPERATURE: np.array([temperature, np.nan, -0.125])},
        issued=issued,
    )


async def live(store: Store, clock: Clock) -> None:
    """Let a factory live for a while."""
    generator = random.Random(6)  # noqa: S311
    for _ in range(150):
        seconds = generator.choice((HOUR, QUARTER))
        source = generator.choice((Source.ESTIMATE, Source.REDATA, Source.OMIE))
        first = FIRST + generator.randrange(0, 200) * seconds
        values = [generator.gauss(0.1, 0.2) for _ in range(generator.randrange(1, 30))]
        series = generator.choice(list(Series))
        await store.write(
            [batch(values, seconds=seconds, source=source, series=series, first=first)]
        )
    await write_weather(
        store,
        MADRID,
        WeatherHours(
            source=Source.OPEN_METEO,
            start=NOON - timedelta(hours=6000),
            values={
                Measure.TEMPERATURE: np.linspace(-5, 41, 6000),
                Measure.HUMIDITY: np.full(6000, 1 / 3 * 100),
            },
        ),
    )
    for number, kind in enumerate(OutcomeKind):
        for length in (1, 2):
            clock.tick()
            start = NOON + timedelta(hours=number)
            await store.record_outcome(
                FACTORY,
                Outcome(
                    start=start,
                    end=start + timedelta(hours=length),
                    kind=kind,
                    note='Bloom, "grey"\nand dull; ñ',
                ),
            )
    for number in range(150):
        await store.write_recommendation(
            FACTORY, said(start=NOON + number * timedelta(minutes=15), score=number % 7 or None)
        )
    for number in range(250):
        issued = NOON + timedelta(hours=number)
        await write_forecast(store, MADRID, forecast(number, issued))
        await store.write_price_issue(issue(number / 1000, issued=issued))


@pytest.mark.parametrize(("most", "in_order"), [(1000, True), (37, False)])
async def test_an_empty_store_gets_all_that_was_exported(
    store: Store,
    clock: Clock,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    in_order: bool,
) -> None:
    """In whatever order the lines are, and however few of them are written at a time."""
    monkeypatch.setattr(staging, "_MOST_ROWS", most)
    await live(store, clock)
    exported = await all_rows(store)
    lines = list(exported)
    if not in_order:
        random.Random(7).shuffle(lines)  # noqa: S311
    file = tmp_path / "history.csv"
    write(file, lines)
    assert list(read_csv(file)) == lines

    async with opened(tmp_path / "other.db", clock) as other:
        news = await take_in(other, file)
        assert sum(news.values()) >= len(exported)
        assert contents(tmp_path / "other.db") == contents(path)
        # A slot that gave a part of itself away is not as long as any other.
        assert {row[2] for row in contents(path)["slots"]} > {QUARTER, HOUR}

        number = await other.last_number()
        assert not any((await take_in(other, file)).values())
        assert await other.last_number() == number
        assert await all_rows(other) == exported
    assert not any((await take_in(store, file)).values())


async def test_what_the_store_knows_better_stays(store: Store, clock: Clock) -> None:
    early = Outcome(start=NOON, end=NOON + timedelta(hours=1), kind=OutcomeKind.GOOD)
    late = Outcome(start=NOON, end=NOON + timedelta(hours=1), kind=OutcomeKind.SPOILED)
    around = Outcome(start=NOON, end=NOON + timedelta(hours=3), kind=OutcomeKind.ACCEPTABLE)
    await store.write([batch([0.1, 0.2])])
    clock.tick(timedelta(hours=2))
    await store.record_outcome(FACTORY, late)

    def told(outcome: Outcome, hours: int) -> Row:
        return Row(
            kind=Kind.OUTCOME,
            start=int(outcome.start.timestamp()),
            seconds=int((outcome.end - outcome.start).total_seconds()),
            word=outcome.kind,
            at=int((NOON + timedelta(hours=hours)).timestamp()),
        )

    estimate = Row(
        kind=Kind.SLOT,
        series=Series.PVPC,
        source=Source.ESTIMATE,
        start=FIRST,
        seconds=HOUR,
        value=0.3,
    )
    assert await store.write_rows(FACTORY, [told(early, 1), told(around, 0), estimate]) == {
        Kind.SLOT: 0,
        Kind.OUTCOME: 1,
    }
    found = await store.read_outcomes(FACTORY, NOON, NOON + timedelta(hours=3))
    assert [one.outcome for one in found] == [around, late], "in the order of telling"
    assert await store.write_rows(FACTORY, [told(early, 3)]) == {Kind.SLOT: 0, Kind.OUTCOME: 1}


@pytest.mark.parametrize(
    "content",
    [b"\x00", zlib.compress(b"{}"), zlib.compress(b"\xff"), zlib.compress(b"[" * 90_000)],
    ids=["damaged", "newer", "no text", "too deep"],
)
async def test_forecasts_that_cannot_be_understood_are_passed_over(
    store: Store, content: bytes
) -> None:
    """However many of them there are, what comes after them is exported."""
    for number in range(250):
        issued = NOON + timedelta(hours=number)
        await store.write_price_issue(issue(number / 1000, issued=issued))
        await write_forecast(store, MADRID, forecast(number, issued))
    whole = await all_rows(store)
    assert len(whole) == 500

    spoilt = int((NOON + timedelta(hours=240)).timestamp())
    for table in ("price_forecast", "forecast"):
        await store._guarded(
            lambda connection, table=table: connection.execute(  # type: ignore[misc]
                f"UPDATE {table} SET content = ? WHERE issued BETWEEN ? AND ?",  # noqa: S608
                (content, int(NOON.timestamp()) + 1, spoilt - 1),
            )
        )
    assert await all_rows(store) == [
        row for row in whole if not NOON.timestamp() < row.order < spoilt
    ]


async def test_what_no_store_would_take_is_not_exported(store: Store) -> None:
    await store.write_price_issue(issue())
    await store.record_outcome(
        FACTORY, Outcome(start=NOON, end=NOON + timedelta(hours=1), kind=OutcomeKind.GOOD)
    )
    await store.write_recommendation(FACTORY, said())
    await store.write([batch([0.1])])
    for change in (
        "UPDATE price_forecast SET known_until = 1 << 62",
        "UPDATE outcome SET kind = 'perfect'",
        "UPDATE recommendation SET engine = 'oracle'",
        "UPDATE source SET name = 'oracle'",
    ):
        assert await all_rows(store)
        await store._guarded(lambda connection, change=change: connection.execute(change))  # type: ignore[misc]
    assert await all_rows(store) == []


async def test_outcomes_that_begin_together_are_not_torn_apart(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_PAGE", 2)
    told = [
        Outcome(start=start, end=start + timedelta(hours=hours), kind=OutcomeKind.GOOD)
        for start in (NOON, NOON + timedelta(hours=1))
        for hours in (1, 2, 3)
    ]
    for one in told:
        await store.record_outcome(FACTORY, one)
    assert [outcome(row) for row in await all_rows(store)] == told
