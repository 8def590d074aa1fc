"""What is known of a factory goes through a file into an empty store, row for row."""

from datetime import timedelta
import importlib
from pathlib import Path
import random
from typing import Any

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
from custom_components.chocolate_factory.history.sheets import (
    CsvSheet,
    ParquetSheet,
    has_parquet,
    read_csv,
)
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.history.transfer import COLUMNS, Kind, Row, Strand
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


async def export(store: Store, path: Path) -> list[Row]:
    found = await all_rows(store)
    sheet = CsvSheet()
    path.write_bytes(sheet.rows(found) + sheet.end())
    return found


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
        await write_forecast(
            store,
            MADRID,
            WeatherHours(
                source=Source.AEMET_HOURLY,
                start=NOON,
                values={Measure.TEMPERATURE: np.array([number, np.nan, -0.125])},
                issued=issued,
            ),
        )
        await store.write_price_issue(issue(number / 1000, issued=issued))


async def test_an_empty_store_gets_all_that_was_exported(
    store: Store, clock: Clock, path: Path, tmp_path: Path
) -> None:
    await live(store, clock)
    file = tmp_path / "history.csv"
    exported = await export(store, file)
    read = read_csv(file)
    assert read.bad == ()
    assert list(read.rows) == exported

    async with opened(tmp_path / "other.db", clock) as other:
        news = await other.write_rows(FACTORY, read.rows)
        assert sum(news.values()) >= len(exported)
        assert contents(tmp_path / "other.db") == contents(path)
        # A slot that gave a part of itself away is not as long as any other.
        assert {row[2] for row in contents(path)["slots"]} > {QUARTER, HOUR}

        number = await other.last_number()
        assert not any((await other.write_rows(FACTORY, read.rows)).values())
        assert await other.last_number() == number
        assert await all_rows(other) == exported
    assert not any((await store.write_rows(FACTORY, read.rows)).values())


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


GOOD = "slot,pvpc,redata,2026-08-01T00:00:00Z,3600,0.1,,,"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,3600,0.1,,", "8 columns"),
        ("slice,pvpc,redata,2026-08-01T00:00:00Z,3600,0.1,,,", "slice"),
        ("slot,gold,redata,2026-08-01T00:00:00Z,3600,0.1,,,", "gold is no series"),
        ("slot,pvpc,oracle,2026-08-01T00:00:00Z,3600,0.1,,,", "oracle"),
        ("slot,pvpc,aemet,2026-08-01T00:00:00Z,3600,0.1,,,", "tells no prices"),
        ("slot,pvpc,redata,2026-08-01T00:00:00,3600,0.1,,,", "no instant"),
        ("slot,pvpc,redata,yesterday,3600,0.1,,,", "yesterday"),
        ("slot,pvpc,redata,,3600,0.1,,,", "has a start"),
        ("slot,pvpc,redata,2026-08-01T00:10:00Z,3600,0.1,,,", "odd times"),
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,0,0.1,,,", "odd times"),
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,3600,nan,,,", "cannot be"),
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,3600,450,,,", "cannot be"),
        ('slot,"temperature@91,0/aemet",aemet,2026-08-01T00:00:00Z,3600,20,,,', "no series"),
        ('slot,"temperature@40,0/aemet",omie,2026-08-01T00:00:00Z,3600,20,,,', "no series"),
        ('slot,"temperature@40,0/aemet",aemet,2026-08-01T00:00:00Z,3600,200,,,', "cannot be"),
        ("outcome,,,2026-08-01T00:00:00Z,3600,,perfect,,2026-08-01T09:00:00Z", "perfect"),
        ("outcome,,,2026-08-01T00:00:00Z,0,,good,,2026-08-01T09:00:00Z", "some time"),
        ("outcome,,,2026-08-01T00:00:00Z,3600,,good,,", "time is missing"),
        ("recommendation,,rule,2026-08-01T00:00:00Z,900,101,halt,,", "0 to 100"),
        ("recommendation,,rule,2026-08-01T00:00:00Z,,1,halt,,", "some seconds"),
        ("recommendation,,oracle,2026-08-01T00:00:00Z,900,1,halt,,", "oracle"),
        ('weather_forecast,"40,0",aemet,,,,,{},2026-08-01T00:00:00Z', "start"),
        ('weather_forecast,"40,0",aemet,,,,,"[",2026-08-01T00:00:00Z', "Expecting"),
        ("weather_forecast,here,aemet,,,,,{},2026-08-01T00:00:00Z", "here"),
        ("price_forecast,pvpc,,,,,tomorrow,{},2026-08-01T00:00:00Z", "tomorrow"),
        ("price_forecast,pvpc,,,,,2026-08-02T00:00:00Z,{},2026-08-01T00:00:00Z", "low"),
    ],
)
def test_rows_that_cannot_be_are_told_with_their_lines(
    tmp_path: Path, line: str, reason: str
) -> None:
    file = tmp_path / "history.csv"
    file.write_text("\n".join(["\ufeff" + ",".join(COLUMNS), GOOD, "", line, GOOD]), "utf-8")
    read = read_csv(file)
    assert len(read.rows) == 2
    (bad,) = read.bad
    assert bad.line == 4
    assert reason in bad.reason


@pytest.mark.parametrize(
    "content",
    [b"", b"start,price\n2026,1\n", b"\xff\xfe\x00", b'kind,"', b"\x00" * 100],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "history.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        read_csv(file)


def test_nobody_hears_of_more_than_a_hundred_bad_rows(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text("\n".join([",".join(COLUMNS), *["x"] * 1000]), "utf-8")
    assert len(read_csv(file).bad) == 100


async def test_what_cannot_be_understood_is_not_exported(store: Store) -> None:
    await store.write_price_issue(issue())
    await store._guarded(
        lambda connection: connection.execute("UPDATE price_forecast SET content = x'00'")
    )
    assert await all_rows(store) == []


@pytest.mark.skipif(not has_parquet(), reason="pyarrow is not installed")
async def test_parquet_holds_the_same_rows(store: Store, clock: Clock, tmp_path: Path) -> None:
    await live(store, clock)
    exported = await all_rows(store)
    file = tmp_path / "history.parquet"
    sheet = ParquetSheet()
    half = len(exported) // 2
    file.write_bytes(sheet.rows(exported[:half]) + sheet.rows(exported[half:]) + sheet.end())
    table = importlib.import_module("pyarrow.parquet").read_table(file)
    assert table.column_names == list(COLUMNS)
    assert table.column("value").to_pylist() == [row.value for row in exported]
    assert table.column("series").to_pylist() == [row.series for row in exported]
    assert [at and int(at.timestamp()) for at in table.column("start").to_pylist()] == [
        row.start for row in exported
    ]
