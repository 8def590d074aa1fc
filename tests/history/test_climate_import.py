"""Years of weather come in at the pace that the sources bear, all of it, and none of it twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from custom_components.chocolate_factory.clients.datosclima import UnknownStationError
from custom_components.chocolate_factory.clients.gatekeeper import PACE
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import KEPT, Measure, weather_series
from custom_components.chocolate_factory.history.climate_import import (
    ClimateImport,
    UnreadableFilesError,
)
from custom_components.chocolate_factory.history.weather import read_weather
import simulator
from simulator.climate import Weather, weather_at

from .past import AEMET, ARCHIVE, DAY, MADRID, RETIRO, Past, past_at
from .stored import Clock, rows

HOUR = timedelta(hours=1)
LAST = date(2026, 7, 31)
FIRST = LAST - 1094 * DAY
# Three windows of half a year.
LATER = LAST - 539 * DAY
ROW = "Madrid, Retiro;Madrid;22.2 ;15:50;12.3 ;7:20;0\nRota;Cádiz;25;15:00;15;7:00;0\n"


@pytest.fixture
async def past(path: Path, clock: Clock, socket_enabled: None) -> AsyncIterator[Past]:
    """Return a factory without any past, in a world where all is well."""
    async with past_at(path, clock) as past:
        yield past


def importer(past: Past) -> ClimateImport:
    return ClimateImport(
        store=past.desk.store, place=MADRID, clock=past.desk.clock, sleep=past.sleep
    )


async def slots(past: Past, source: Source) -> dict[Measure, int]:
    """Return how many hours of each measure a source has told."""
    start, end = (datetime.fromisoformat(f"{year}-01-01T00:00Z") for year in (2000, 2100))
    counts = {}
    for measure in KEPT:
        table = await past.desk.store.read(weather_series(measure, MADRID, source), start, end)
        counts[measure] = len(table)
    return counts


async def test_three_years_of_climatology_come_in_half_a_year_at_a_time(past: Past) -> None:
    told: list[tuple[int, int]] = []

    report = await importer(past).from_aemet(
        past.aemet, RETIRO, FIRST, LAST, on_progress=lambda *said: told.append(said)
    )

    assert report.requests == 7
    assert past.asked() == {AEMET: 14}
    assert past.most_in_a_minute(AEMET) <= PACE
    assert report.measures == KEPT
    assert report.days == report.new_days == 1095 - report.unknown_days
    assert report.unknown_days < 3, "rarely has a station nothing to tell"
    assert (report.first, report.last, report.error) == (FIRST, LAST, None)
    counts = await slots(past, Source.AEMET_CLIMATOLOGY)
    assert report.changed == sum(counts.values())
    # Each measure is broken now and then.
    assert all(0.95 * 1095 * 24 < count <= 1095 * 24 for count in counts.values())
    assert told == [(180 * done, 1095) for done in range(1, 7)] + [(1095, 1095)]


async def test_three_years_of_the_archive_come_in_a_year_at_a_time(past: Past) -> None:
    report = await importer(past).from_open_meteo(past.open_meteo, FIRST, date(2026, 8, 4))

    assert past.asked() == {ARCHIVE: 3}
    assert report.last == date(2026, 7, 30), "the last days are not there yet"
    assert report.days == report.new_days == 1094
    assert await slots(past, Source.OPEN_METEO_ARCHIVE) == dict.fromkeys(KEPT, 1094 * 24)
    assert report.changed == 3 * 1094 * 24


async def test_what_cannot_be_true_is_not_kept_and_counted(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absurd(*args: Any, **options: Any) -> Weather:
        seen = weather_at(*args, **options)
        return replace(seen, temperature=np.full_like(seen.temperature, 85.0))

    monkeypatch.setattr(simulator.sky, "weather_at", absurd)

    report = await importer(past).from_open_meteo(past.open_meteo, LAST - 10 * DAY, LAST - DAY)

    assert (report.days, report.dropped) == (10, 240)
    assert report.measures == (Measure.HUMIDITY, Measure.PRESSURE)
    assert await slots(past, Source.OPEN_METEO_ARCHIVE) == {
        Measure.TEMPERATURE: 0,
        Measure.HUMIDITY: 240,
        Measure.PRESSURE: 240,
    }
    aemet = await importer(past).from_aemet(past.aemet, RETIRO, LAST - 10 * DAY, LAST - DAY)
    assert aemet.dropped == 0


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 429}, {"kind": "reset"}])
async def test_what_fails_on_the_way_is_waited_for(past: Past, fault: dict[str, object]) -> None:
    past.desk.fail(AEMET, count=2, **fault)

    report = await importer(past).from_aemet(past.aemet, RETIRO, LATER, LAST)

    assert report.error is None
    assert report.days + report.unknown_days == 540
    assert (sum(past.slept) > 3900) is ("status" in fault), "a refusal is for long"


async def test_an_import_ends_when_a_source_goes_on_failing_and_can_be_resumed(past: Past) -> None:
    imports = importer(past)
    await imports.from_aemet(past.aemet, RETIRO, date(2026, 1, 1), LAST)
    past.desk.fail(AEMET, kind="garbage")

    failed = await imports.from_aemet(past.aemet, RETIRO, LATER, LAST)

    assert failed.error is not None
    assert (failed.requests, failed.days) == (3, 0)
    past.desk.recover()
    past.desk.forget_log()
    past.desk.clock.tick(HOUR)
    report = await imports.from_aemet(past.aemet, RETIRO, LATER, LAST)
    assert report.error is None
    assert report.last == date(2025, 12, 31)
    assert past.asked()[AEMET] == 2 * -(-(date(2026, 1, 1) - LATER).days // 180)


async def test_an_import_that_is_cut_off_asks_only_for_the_rest(past: Past) -> None:
    task = asyncio.create_task(importer(past).from_aemet(past.aemet, RETIRO, LATER, LAST))
    await past.until_asked(AEMET, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    before = set(rows(past.desk.path, "SELECT series, start, value FROM slot"))
    assert before
    past.desk.forget_log()

    await past.restart()
    report = await importer(past).from_aemet(past.aemet, RETIRO, LATER, LAST)

    assert before <= set(rows(past.desk.path, "SELECT series, start, value FROM slot"))
    assert report.requests == 1, "of three windows two were stored"
    assert (await importer(past).from_aemet(past.aemet, RETIRO, LATER, LAST)).requests == 0


async def test_what_is_stored_is_not_asked_for_again(past: Past) -> None:
    imports = importer(past)
    await imports.from_open_meteo(past.open_meteo, FIRST, LAST)
    past.desk.forget_log()

    again = await imports.from_open_meteo(past.open_meteo, FIRST, LAST)

    assert (again.requests, again.days, again.changed) == (0, 0, 0)
    assert not past.asked()


async def test_days_that_nobody_has_are_not_asked_for_again_for_a_week(past: Past) -> None:
    imports = importer(past)
    for again in (1, 0, 0):
        report = await imports.from_aemet(past.aemet, "none", LAST - 9 * DAY, LAST)
        assert (report.requests, report.days) == (again, 0)
        assert report.unknown_days == 10 * again
    past.desk.clock.tick(8 * DAY)
    assert (await imports.from_aemet(past.aemet, "none", LAST - 9 * DAY, LAST)).requests == 1


@pytest.mark.parametrize("first", [LAST + DAY, date(2026, 8, 4)])
async def test_where_there_is_nothing_to_ask_for_nobody_is_asked(past: Past, first: date) -> None:
    report = await importer(past).from_aemet(past.aemet, RETIRO, first, LAST + 4 * DAY)

    assert report.requests <= 1
    assert (report.first is None) is (first > date(2026, 8, 1))


async def test_a_dry_run_asks_nobody_and_stores_nothing(past: Past) -> None:
    imports = importer(past)
    await imports.from_aemet(past.aemet, RETIRO, date(2026, 7, 1), LAST)
    past.desk.forget_log()

    report = await imports.from_aemet(past.aemet, RETIRO, FIRST, LAST, dry_run=True)

    assert not past.asked()
    assert report.dry_run
    assert (report.first, report.changed) == (FIRST, 0)
    assert 1095 - 31 <= report.days <= 1095 - 29
    assert report.days == report.new_days


def keep(folder: Path, days: int = 3) -> None:
    """Write files of some days of October 2017 as people keep them."""
    for day in range(days):
        (folder / f"Aemet201710{28 + day}.csv").write_text(ROW)


async def test_files_come_in_by_the_hour_in_the_time_of_spain(past: Past, tmp_path: Path) -> None:
    keep(tmp_path)

    report = await importer(past).from_files(tmp_path, "madrid retiro")

    assert report.station == "Madrid, Retiro (Madrid)"
    assert (report.first, report.last) == (date(2017, 10, 28), date(2017, 10, 30))
    assert (report.days, report.new_days, report.changed) == (3, 3, 73), "the 29th has 25 hours"
    assert report.measures == (Measure.TEMPERATURE,)
    start = datetime.fromisoformat("2017-10-27T22:00Z")
    stored = await read_weather(
        past.desk.store, MADRID, start, start + 73 * HOUR, [Source.DATOSCLIMA]
    )
    values = stored[Source.DATOSCLIMA].values[Measure.TEMPERATURE]
    assert len(values) == 73
    assert all((values >= 12.3) & (values <= 22.2))
    assert values[16] == pytest.approx(22.2, abs=0.1)
    assert values[7] == pytest.approx(12.3, abs=0.1)


async def test_files_that_are_there_change_nothing(past: Past, tmp_path: Path) -> None:
    imports = importer(past)
    keep(tmp_path)
    await imports.from_files(tmp_path, "Rota")

    again = await imports.from_files(tmp_path, "Rota")

    assert (again.days, again.new_days, again.changed) == (3, 0, 0)


async def test_a_dry_run_tells_what_would_come_in_from_files(past: Past, tmp_path: Path) -> None:
    imports = importer(past)
    keep(tmp_path, days=1)
    await imports.from_files(tmp_path, "Rota")
    keep(tmp_path)
    (tmp_path / "Aemet20171031.csv").write_text("Rota;Cádiz;25;;x;;\n")

    report = await imports.from_files(tmp_path, "Rota", dry_run=True)

    assert (report.days, report.new_days, report.changed, report.dry_run) == (3, 2, 0, True)
    assert [(one.file, one.line) for one in report.problems] == [("Aemet20171031.csv", 1)]
    assert (await slots(past, Source.DATOSCLIMA))[Measure.TEMPERATURE] == 24


async def test_of_files_that_cannot_all_be_read_nothing_is_imported(
    past: Past, tmp_path: Path
) -> None:
    imports = importer(past)
    keep(tmp_path)
    (tmp_path / "Aemet20171031.csv").write_text("Rota;Cádiz;25;;x;;\n")

    with pytest.raises(UnreadableFilesError) as caught:
        await imports.from_files(tmp_path, "Rota")

    assert [(one.file, one.line) for one in caught.value.problems] == [("Aemet20171031.csv", 1)]
    assert await past.hours(Source.DATOSCLIMA) == 0
    report = await imports.from_files(tmp_path, "Rota", skip_unreadable=True)
    assert (report.days, report.problems) == (3, caught.value.problems)


async def test_an_unknown_station_imports_nothing(past: Past, tmp_path: Path) -> None:
    keep(tmp_path)

    with pytest.raises(UnknownStationError) as caught:
        await importer(past).from_files(tmp_path, "Madrid")

    assert caught.value.nearest[0] == "Madrid, Retiro (Madrid)"
    assert await past.hours(Source.DATOSCLIMA) == 0


async def test_recorded_files_come_in(past: Past, recordings: Path) -> None:
    report = await importer(past).from_files(recordings / "datosclima", "GRANADA AEROPUERTO")

    assert (report.days, report.changed, report.problems) == (2, 49, ())
    assert report.first == date(2017, 10, 29)
