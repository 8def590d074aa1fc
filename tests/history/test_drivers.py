"""The weather that drives the price is fetched with few requests, and kept as it was told."""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
import sqlite3
from typing import Any
import zlib

import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.clients.errors import (
    AuthenticationError,
    HeldBackError,
    NoDataError,
    SourceError,
)
from custom_components.chocolate_factory.clients.open_meteo import LONGEST_ARCHIVE, OpenMeteoClient
from custom_components.chocolate_factory.factory.drivers import DRIVERS, REGIONS
from custom_components.chocolate_factory.factory.series import Source
from custom_components.chocolate_factory.factory.weather import Measure, Place, WeatherHours
from custom_components.chocolate_factory.history import drivers
from custom_components.chocolate_factory.history.driver_days import DriverDay
from custom_components.chocolate_factory.history.drivers import DriverFetch, DriverIngest
from custom_components.chocolate_factory.history.ingest import Outcome
from custom_components.chocolate_factory.history.store import Store
from simulator import LOG

from .desk import Desk
from .past import ARCHIVE, OPEN_METEO
from .stored import NOON, rows

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = NOON.date()
# The newest day that the archive has for good.
LAST = TODAY - 6 * DAY
MADRID = Place(40.4168, -3.7038)


class Country:
    """What a test may want of the drivers' desk."""

    def __init__(self, desk: Desk, days: int = 30, client: Any = None) -> None:
        """Want some days of the archive, of a client that the simulated world answers."""
        self.desk = desk
        self.clock = desk.clock
        self.ingest = DriverIngest(
            store=desk.store,
            client=client
            or OpenMeteoClient(transport=desk.transport, place=MADRID, clock=desk.clock),
            clock=desk.clock,
            look_back=days * DAY,
        )

    async def run(self, after: timedelta = timedelta()) -> list[DriverFetch]:
        """Ask for what is due after some time."""
        self.clock.tick(after)
        return await self.ingest.run()

    async def read(
        self, start: datetime = NOON - 40 * DAY, end: datetime = NOON + 10 * DAY, **options: Any
    ) -> dict[str, NDArray[np.float64]]:
        """Return what is known."""
        return dict(await self.ingest.read(start, end, **options))

    def archive_requests(self) -> list[tuple[str, str]]:
        """Return the days that the archive was asked for."""
        queries = [
            dict(part.split("=", 1) for part in entry.query.split("&"))
            for entry in self.desk.app[LOG]
            if entry.host == ARCHIVE
        ]
        return [(query["start_date"], query["end_date"]) for query in queries]


@pytest.fixture
def country(desk: Desk) -> Country:
    """Return a country whose archive is wanted for a month."""
    return Country(desk)


def outcomes(fetches: list[DriverFetch]) -> list[tuple[Source, Outcome]]:
    return [(fetch.source, fetch.outcome) for fetch in fetches]


STORED = (Source.OPEN_METEO, Outcome.STORED), (Source.OPEN_METEO_ARCHIVE, Outcome.STORED)


async def test_two_requests_bring_a_month_and_the_next_week(country: Country) -> None:
    fetches = await country.run()

    assert outcomes(fetches) == list(STORED)
    assert [fetch.changed for fetch in fetches] == [8, 30]
    assert len(country.desk.asked(OPEN_METEO)) == len(country.desk.asked(ARCHIVE)) == 1
    hours = await country.read(
        datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) - 29 * DAY, NOON + 168 * HOUR
    )
    assert tuple(hours) == DRIVERS
    for name, column in hours.items():
        assert np.isfinite(column).all(), name
    assert hours["radiation_extremadura"].max() > 500
    assert hours["radiation_extremadura"].min() == 0
    assert 15 < hours["temperature_madrid"].mean() < 35
    assert country.ingest.dropped == 0


async def test_who_finds_nothing_missing_asks_nobody(country: Country) -> None:
    await country.run()
    assert await country.run(timedelta(minutes=30)) == []
    assert await country.run(timedelta(hours=5)) == []
    assert await country.run(timedelta(minutes=29)) == []

    assert outcomes(await country.run(timedelta(minutes=1))) == [STORED[0]]
    # Another factory finds it in the store.
    assert await Country(country.desk).run() == []


async def test_whoever_does_not_want_open_meteo_asks_nobody_and_reads_what_is_there(
    country: Country,
) -> None:
    country.ingest.client, client = None, country.ingest.client
    assert await country.run() == []
    assert await country.read() == {}
    assert not country.desk.asked(OPEN_METEO, ARCHIVE)

    country.ingest.client = client
    await country.run()
    country.ingest.client = None
    assert await country.read()


def test_as_much_as_can_be_is_asked_for_at_once() -> None:
    # With a day more, both ends included.
    assert drivers._LONGEST == LONGEST_ARCHIVE - DAY


@pytest.fixture
def short_years(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a year be over after three weeks."""
    monkeypatch.setattr(drivers, "_LONGEST", 21 * DAY)


@pytest.mark.usefixtures("short_years")
async def test_the_archive_is_filled_by_the_year_the_newest_first(desk: Desk) -> None:
    country = Country(desk, days=50)
    fetches = await country.run()

    assert [fetch.changed for fetch in fetches] == [8, 21, 21, 8]
    # Each with a day more than is kept, since sunshine is told at the end of its hour.
    assert country.archive_requests() == [
        (f"{LAST - 20 * DAY}", f"{LAST + DAY}"),
        (f"{LAST - 41 * DAY}", f"{LAST - 20 * DAY}"),
        (f"{LAST - 49 * DAY}", f"{LAST - 41 * DAY}"),
    ]
    hours = await country.read(NOON - 50 * DAY, NOON)
    assert all(np.isfinite(column).all() for column in hours.values())


@pytest.mark.usefixtures("short_years")
async def test_it_goes_on_after_a_restart_where_it_ended(desk: Desk) -> None:
    country = Country(desk, days=50)
    client = country.ingest.client

    class Failing:
        """A client that fails after the first year."""

        forecasts = client.forecasts  # type: ignore[union-attr]  # it is there

        async def archives(self, *args: Any, **options: Any) -> list[WeatherHours]:
            if args[3] < LAST - 19 * DAY:
                raise SourceError("broken")
            return await client.archives(*args, **options)  # type: ignore[union-attr]  # there

    country.ingest.client = Failing()
    assert outcomes(await country.run()) == [*STORED, (Source.OPEN_METEO_ARCHIVE, Outcome.FAILED)]
    await desk.restart()
    desk.forget_log()

    country = Country(desk, days=50)
    assert [fetch.changed for fetch in await country.run()] == [21, 8]
    assert country.archive_requests()[0][1] == f"{LAST - 20 * DAY}"


async def test_the_archive_is_asked_for_new_days_once_a_week(country: Country) -> None:
    await country.run()
    archive = []
    for day in range(1, 15):
        fetches = await country.run(DAY)
        archive += [(day, fetch) for fetch in fetches if fetch.source is Source.OPEN_METEO_ARCHIVE]

    assert [(day, fetch.changed) for day, fetch in archive] == [(7, 7), (14, 7)]
    # Until then the models' own past stands in.
    hours = await country.read(NOON, country.clock() + 168 * HOUR)
    assert all(np.isfinite(column).all() for column in hours.values())
    days = dict(rows(country.desk.path, "SELECT source, count(*) FROM driver GROUP BY source"))
    assert days == {"open_meteo_archive": 44, "open_meteo": 6}


async def test_what_the_archive_has_said_is_not_replaced_by_the_models(store: Store) -> None:
    def day(source: Source, value: float) -> DriverDay:
        return DriverDay(day=LAST, source=source, values={DRIVERS[0]: np.full(24, float(value))})

    models, archive = Source.OPEN_METEO, Source.OPEN_METEO_ARCHIVE
    assert await store.write_driver_days([day(models, 1)]) == 1
    assert await store.write_driver_days([day(models, 1.04)]) == 0
    assert await store.write_driver_days([day(models, 2)]) == 1
    assert await store.driver_days(LAST, LAST, archive) == set()
    assert await store.write_driver_days([day(archive, 2)]) == 1
    assert await store.write_driver_days([day(models, 4)]) == 0
    assert await store.driver_days(LAST - DAY, LAST, archive) == {LAST}
    assert await store.write_driver_days([day(archive, 5), day(archive, 5)]) == 1
    hours = await store.read_drivers(LAST, LAST + DAY, DRIVERS[:2])
    np.testing.assert_array_equal(hours[DRIVERS[0]], [5] * 24 + [np.nan] * 24)
    assert np.isnan(hours[DRIVERS[1]]).all()


async def test_a_forecast_is_kept_as_it_was_issued(country: Country) -> None:
    await country.run()
    before = await country.read(NOON, NOON + 168 * HOUR)
    for _ in range(3):
        await country.run(timedelta(hours=6))

    after = await country.read(NOON, NOON + 168 * HOUR)
    wind = "wind_speed_aragon"
    assert np.isfinite(after[wind]).all()
    assert np.abs(after[wind] - before[wind]).max() > 0
    then = await country.read(NOON, NOON + 168 * HOUR, until=NOON)
    for name in DRIVERS:
        np.testing.assert_allclose(then[name], before[name], atol=0.051)
    # Before there was any forecast there was only the past.
    early = await country.read(NOON - DAY, NOON + DAY, until=NOON - HOUR)
    assert np.isfinite(early[wind][:24]).all()
    assert np.isnan(early[wind][24:]).all()


async def test_reading_is_by_the_hour_from_any_one_to_any_other(country: Country) -> None:
    await country.run()
    whole = await country.read(NOON - 12 * DAY, NOON + 9 * DAY)
    assert {len(column) for column in whole.values()} == {21 * 24}
    for first, last in ((0, 5), (7, 31), (280, 300), (301, 330), (460, 480)):
        start = NOON - 12 * DAY + first * HOUR
        part = await country.read(start, start + (last - first) * HOUR)
        for name in DRIVERS:
            np.testing.assert_array_equal(part[name], whole[name][first:last])
    assert await country.read(NOON + 20 * DAY, NOON + 21 * DAY) == {}
    assert await country.read(NOON - 90 * DAY, NOON - 80 * DAY) == {}


async def test_a_source_that_fails_is_left_to_the_gatekeeper(country: Country) -> None:
    country.desk.fail(OPEN_METEO, kind="status", status=503)
    country.desk.fail(ARCHIVE, kind="reset")
    fetches = await country.run()
    assert [fetch.outcome for fetch in fetches] == 2 * [Outcome.FAILED]
    assert all(fetch.reason for fetch in fetches)

    fetches = await country.run()
    assert Outcome.HELD_BACK in {fetch.outcome for fetch in fetches}
    country.desk.recover()
    assert outcomes(await country.run(timedelta(hours=2))) == list(STORED)


async def test_years_of_history_do_not_use_up_what_is_there_for_today(country: Country) -> None:
    await country.run()
    assert rows(country.desk.path, "SELECT host FROM request") == [(OPEN_METEO,)]


@dataclass
class Silent:
    """A client that has nothing but an error."""

    error: SourceError
    forecasts_asked: int = 0
    archives_asked: int = 0

    async def forecasts(self, *_args: Any, **_options: Any) -> Any:
        """Say so."""
        self.forecasts_asked += 1
        raise self.error

    async def archives(self, *_args: Any, **_options: Any) -> Any:
        """Say so."""
        self.archives_asked += 1
        raise self.error


@pytest.mark.parametrize("error", [NoDataError("nothing"), AuthenticationError("no such plan")])
async def test_what_the_archive_does_not_have_is_asked_for_ever_more_rarely(
    desk: Desk, error: SourceError
) -> None:
    silent = Silent(error)
    country = Country(desk, client=silent)
    for _ in range(31 * 4):
        await country.run(timedelta(hours=6))
    # For the first days after one day more, two, four, eight, sixteen; and for the days of each
    # of four weeks since in the same way.
    assert 5 <= silent.archives_asked <= 5 + 4 * 4


async def test_a_forecast_that_nobody_has_is_asked_for_once_an_hour(desk: Desk) -> None:
    silent = Silent(NoDataError("nothing"))
    country = Country(desk, client=silent)
    for _ in range(24):
        await country.run(timedelta(minutes=5))
    assert silent.forecasts_asked == 2


async def test_who_was_held_back_is_asked_as_soon_as_that_is_over(desk: Desk) -> None:
    silent = Silent(HeldBackError("later"))
    country = Country(desk, client=silent)
    for number in range(4):
        fetches = await country.run(timedelta(minutes=5))
        assert outcomes(fetches)[0] == (Source.OPEN_METEO, Outcome.HELD_BACK)
        assert silent.forecasts_asked == silent.archives_asked == number + 1


async def test_what_is_known_now_counts_more_than_what_was_forecast(country: Country) -> None:
    await country.run()
    country.desk.fail(OPEN_METEO, kind="status", status=503)
    fetches = await country.run(14 * DAY)
    assert [fetch.outcome for fetch in fetches] == [Outcome.FAILED, Outcome.STORED]

    end = NOON + 5 * DAY
    forecast, known = await country.read(NOON, end, until=NOON), await country.read(NOON, end)
    for name in DRIVERS:
        assert np.isfinite(known[name]).all()
        if not name.startswith("radiation"):
            assert np.mean(forecast[name][1:] != known[name][1:]) > 0.5


async def test_values_that_could_not_be_true_are_counted(desk: Desk) -> None:
    client = OpenMeteoClient(transport=desk.transport, place=MADRID, clock=desk.clock)

    class Absurd:
        """A client of whose answers some values were dropped."""

        async def forecasts(self, *args: Any, **options: Any) -> Any:
            every = await client.forecasts(*args, **options)
            return [(replace(was, dropped=2), will_be) for was, will_be in every]

        async def archives(self, *args: Any, **options: Any) -> Any:
            every = await client.archives(*args, **options)
            return [replace(hours, dropped=3) for hours in every]

    country = Country(desk, client=Absurd())
    await country.run()
    assert country.ingest.dropped == 5 * len(REGIONS)


async def test_a_day_with_too_many_holes_is_no_day_of_the_archive(desk: Desk) -> None:
    client = OpenMeteoClient(transport=desk.transport, place=MADRID, clock=desk.clock)

    class Patchy:
        """An archive with a hole in the wind of Aragon, and a smaller one in its sun."""

        forecasts = client.forecasts

        async def archives(self, *args: Any, **options: Any) -> list[WeatherHours]:
            every = await client.archives(*args, **options)
            aragon = every[[region.name for region in REGIONS].index("aragon")]
            aragon.values[Measure.WIND_SPEED][480:486] = np.nan
            aragon.values[Measure.RADIATION][48:51] = np.nan
            return every

    country = Country(desk, client=Patchy())
    fetches = await country.run()
    assert fetches[1].changed == 29
    there = await desk.store.driver_days(LAST - 29 * DAY, LAST, Source.OPEN_METEO_ARCHIVE)
    assert LAST - 9 * DAY not in there
    assert list(await desk.store.load_attempts_of("drivers")) == [LAST - 9 * DAY]
    start = NOON - 20 * DAY
    assert np.isnan((await country.read(start, NOON))["wind_speed_aragon"]).sum() == 24

    # Once it has that too, nobody remembers.
    country.ingest.client = client
    await country.run(7 * DAY)
    assert await desk.store.load_attempts_of("drivers") == {}
    assert not np.isnan((await country.read(start, NOON))["wind_speed_aragon"]).any()


async def test_answers_about_another_time_do_no_harm(desk: Desk) -> None:
    client = OpenMeteoClient(transport=desk.transport, place=MADRID, clock=desk.clock)

    class Lost:
        """An archive that tells of other days than it is asked for."""

        forecasts = client.forecasts

        async def archives(
            self, places: Any, measures: Any, first: date, last: date, **options: Any
        ) -> list[WeatherHours]:
            return await client.archives(
                places, measures, first - 99 * DAY, last - 99 * DAY, **options
            )

    country = Country(desk, client=Lost())
    fetches = await country.run()
    assert [fetch.changed for fetch in fetches] == [8, 0]
    assert await country.run() == []


async def test_a_clock_that_was_put_back_does_not_stop_the_forecasts(country: Country) -> None:
    await country.run()
    fetches = await country.run(-20 * DAY)
    assert (Source.OPEN_METEO, Outcome.STORED) in outcomes(fetches)


async def test_a_day_that_cannot_be_understood_is_a_hole(country: Country) -> None:
    await country.run()
    first = (date(2026, 7, 10) - date(1970, 1, 1)).days
    broken = [
        b"",
        b"nonsense",
        zlib.compress(b"[]"),
        zlib.compress(b'{"wind_speed_galicia": "strong"}'),
        zlib.compress(b'{"wind_speed_galicia": [1, 2, 3]}'),
        zlib.compress(b'{"something_of_tomorrow": [1]}'),
    ]
    with closing(sqlite3.connect(country.desk.path)) as connection, connection:
        for number, content in enumerate(broken):
            connection.execute(
                "UPDATE driver SET content = ? WHERE day = ?", (content, first + number)
            )
    hours = await country.read(datetime(2026, 7, 10, tzinfo=UTC), NOON)
    wind = hours["wind_speed_galicia"]
    assert np.isnan(wind[: 24 * len(broken)]).all()
    assert np.isfinite(wind[24 * len(broken) :]).all()
    assert country.desk.store.take_damaged() is None
