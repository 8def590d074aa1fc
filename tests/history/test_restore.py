"""A store is rebuilt from a database slot for slot, and what is wrong there does not come in."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import override

import pytest

from custom_components.chocolate_factory.clients.influx import (
    Api,
    InfluxDatabase,
    InfluxSettings,
    Record,
    Selection,
)
from custom_components.chocolate_factory.factory.reach import BEGINNING
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import Measure, weather_series
from custom_components.chocolate_factory.history.points import PRICES, WEATHER, Labels
from custom_components.chocolate_factory.history.restore import Restore
from custom_components.chocolate_factory.history.slots import SlotTable
from custom_components.chocolate_factory.history.store import Store

from ..databases import PASSWORD, USER, Server, influxdb
from .deliverer import LABELS, PLACE, SCOPE, connected, delivery, history
from .stored import ALWAYS, FIRST, HOUR, NOON, QUARTER, batch, everything, opened

DAYS = 100
AIR = weather_series(Measure.TEMPERATURE, PLACE, Source.AEMET)
START, END = NOON - timedelta(days=3 * 365), NOON + timedelta(days=1)


@dataclass
class Memory(InfluxDatabase):
    """A database that has some records."""

    records: dict[str, list[Record]] = field(default_factory=dict)

    @override
    async def write(self, lines: bytes) -> None:
        pytest.fail("nothing is written")

    @override
    async def read(self, selection: Selection) -> list[Record]:
        first, last = selection.start.timestamp(), selection.end.timestamp()
        found = self.records.get(selection.measurement, [])
        return [record for record in found if first <= record.time < last]

    @override
    async def close(self) -> None:
        pass


@pytest.fixture
def influx(tmp_path: Path, socket_enabled: None) -> Iterator[Server]:
    """Return a running InfluxDB."""
    server = influxdb(tmp_path)
    yield server
    server.stop()


def restore(store: Store, database: InfluxDatabase) -> Restore:
    return Restore(store=store, database=database, labels=LABELS, prices=SCOPE.prices, place=PLACE)


def price(start: int, value: float, **others: str | float) -> Record:
    """Return an hour of a price."""
    values: dict[str, str | float] = {"series": "pvpc", "source": "redata", "seconds": 3600.0}
    return Record(start, values | {"zone": LABELS.zone, "price": value} | others)


def weather(start: int, **values: str | float) -> Record:
    """Return an hour of weather."""
    return Record(start, {"zone": LABELS.zone, "place": PLACE.name, "source": "aemet"} | values)


async def slots(store: Store) -> dict[str, list[tuple[int, int, float, Source]]]:
    """Return all that a store has."""
    tables = await store.read_all([one.series for one in history(1)], *ALWAYS)
    return {name: rows(table) for name, table in tables.items()}


def rows(table: SlotTable) -> list[tuple[int, int, float, Source]]:
    return list(
        zip(
            table.starts.tolist(),
            table.seconds.tolist(),
            table.values.tolist(),
            table.sources,
            strict=True,
        )
    )


async def test_a_store_that_was_lost_is_rebuilt_and_verified(
    tmp_path: Path, store: Store, influx: Server
) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    quarters = batch([0.1, 0.2, 0.3], seconds=QUARTER, series=Series.SPOT, source=Source.OMIE)
    estimate = batch([0.5], source=Source.ESTIMATE)
    await store.write([*history(24 * DAYS), quarters, estimate])
    progress: list[tuple[int, int]] = []
    async with connected(settings) as database, opened(tmp_path / "new.db") as new:
        await delivery(store, database, settings).run()
        work = restore(new, database)

        tried = await work.run(START, END, dry_run=True)
        count = 8 * 24 * DAYS + 4
        assert (tried.changed, tried.dropped) == (0, 0)
        assert sum(month.missing for month in tried.months) == count
        assert not any(month.is_verified for month in tried.months)
        assert (await slots(new))["pvpc"] == []

        done = await work.run(
            START, END, dry_run=False, on_progress=lambda *far: progress.append(far)
        )
        assert done.changed == count
        assert all(month.is_verified for month in done.months)
        assert all(month.there == month.here for month in done.months)
        assert [month.month for month in done.months if month.series == "pvpc"] == [
            *("2026-08", "2023-11", "2023-10", "2023-09", "2023-08"),
        ]
        assert progress[-1] == (37, 37)
        assert await slots(new) == await slots(store)

        again = await work.run(START, END, dry_run=False)
        assert again.changed == 0
        assert sum(month.missing for month in again.months) == 0


async def test_the_oldest_is_found_without_asking_about_every_month_before(
    tmp_path: Path, store: Store, influx: Server
) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    long_ago = int(datetime(1941, 11, 2, 5, tzinfo=UTC).timestamp())
    await store.write([batch([4.5, 5.5], first=long_ago, series=AIR, source=Source.AEMET)])
    progress: list[tuple[int, int]] = []
    async with connected(settings) as database, opened(tmp_path / "new.db") as new:
        await delivery(store, database, settings).run()
        done = await restore(new, database).run(
            BEGINNING,
            datetime(1942, 1, 1, tzinfo=UTC),
            dry_run=False,
            on_progress=lambda *far: progress.append(far),
        )
    assert (done.changed, progress) == (2, [(1, 2), (2, 2)])


async def test_a_database_without_anything_restores_nothing(store: Store) -> None:
    done = await restore(store, Memory()).run(BEGINNING, END, dry_run=False)
    assert done.months == ()


async def test_what_the_store_knows_better_stays_and_is_told(store: Store) -> None:
    await store.write([batch([0.1, 0.2])])
    database = Memory(
        {
            PRICES: [
                price(FIRST, 0.9, source="estimate"),
                price(FIRST + HOUR, 0.2),
                price(FIRST + 2 * HOUR, 0.3),
            ]
        }
    )
    done = await restore(store, database).run(START, END, dry_run=False)
    assert done.changed == 1
    (month,) = done.months
    assert (month.there, month.here, month.missing) == (3, 3, 2)
    assert not month.is_verified
    assert (await everything(store)).values.tolist() == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("measurement", "record"),
    [
        (PRICES, price(FIRST, 99.0)),
        (PRICES, price(FIRST, float("nan"))),
        (PRICES, price(FIRST, 0.1, source="somebody")),
        (PRICES, price(FIRST, 0.1, seconds=0.0)),
        (PRICES, price(FIRST, 0.1, seconds="3600")),
        (PRICES, price(FIRST + 7, 0.1)),
        (PRICES, Record(FIRST, {"zone": LABELS.zone, "series": "pvpc"})),
        (WEATHER, weather(FIRST, temperature=99.0)),
        (WEATHER, weather(FIRST, temperature=9.0, source="x")),
    ],
)
async def test_what_cannot_be_true_does_not_come_in(
    store: Store, measurement: str, record: Record
) -> None:
    database = Memory({measurement: [record]})
    done = await restore(store, database).run(START, END, dry_run=False)
    assert (done.changed, done.dropped) == (0, 1)
    assert (await everything(store)).values.tolist() == []


@pytest.mark.parametrize("first", [0, 1])
async def test_what_a_server_answers_of_another_time_does_not_come_in(
    store: Store, first: int
) -> None:
    class Careless(Memory):
        """Answers with all it has, whatever is asked."""

        @override
        async def read(self, selection: Selection) -> list[Record]:
            return self.records.get(selection.measurement, [])

    begin = datetime.fromtimestamp(FIRST + HOUR, UTC)
    hour = FIRST + first * HOUR
    database = Careless(
        {
            PRICES: [price(hour, 0.1), price(hour + HOUR, 0.2)],
            WEATHER: [weather(hour, temperature=9.0), weather(hour + HOUR, temperature=8.0)],
        }
    )
    done = await restore(store, database).run(begin, begin + timedelta(hours=1), dry_run=False)
    assert (done.changed, done.dropped) == (2, 2)
    assert all(month.is_verified for month in done.months)


async def test_series_of_others_and_what_is_of_other_zones_and_places_stay_where_they_are(
    store: Store,
) -> None:
    database = Memory(
        {
            PRICES: [
                price(FIRST, 0.1, series="pvpc_ceuta_melilla"),
                price(FIRST, 0.1, zone="balearics"),
            ],
            WEATHER: [
                weather(FIRST, temperature=9.0, place="0,0"),
                weather(FIRST, temperature=9.0, zone="balearics"),
            ],
        }
    )
    done = await restore(store, database).run(datetime(2026, 7, 15, tzinfo=UTC), END, dry_run=False)
    assert (done.changed, done.dropped, done.months) == (0, 0, ())


async def test_what_was_corrected_after_a_change_of_zone_is_restored_and_not_what_it_was_before(
    tmp_path: Path, store: Store, influx: Server
) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    await store.write([batch([0.5, 0.6, 0.7])])
    async with connected(settings) as database, opened(tmp_path / "new.db") as new:
        work = delivery(store, database, settings)
        await work.run()
        work.labels = Labels(LABELS.site, "balearics")
        await store.write([batch([0.1])])
        # All of it, not just what is new.
        assert (await work.run()).points == 3
        assert (await work.run()).points == 0
        moved = replace(restore(new, database), labels=work.labels)
        done = await moved.run(START, END, dry_run=False)
        assert (done.changed, done.dropped) == (3, 0)
        assert all(month.is_verified for month in done.months)
        assert (await everything(new)).values.tolist() == [0.1, 0.6, 0.7]


async def test_a_factory_that_moves_to_a_place_that_is_known_delivers_its_past(
    tmp_path: Path, store: Store, influx: Server
) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    await store.write(history(48))
    async with connected(settings) as database, opened(tmp_path / "new.db") as new:
        work = delivery(store, database, settings)
        # At first it is somewhere else, and the market is not its business.
        work.scope = replace(SCOPE, place="0,0", prices=frozenset({Series.PVPC}))
        assert (await work.run()).points == 48
        for scope, points in (
            (replace(work.scope, place=SCOPE.place), 7 * 48),
            (SCOPE, 8 * 48),
        ):
            work.scope = scope
            assert (await work.run()).points == points
            assert (await work.run()).points == 0
        done = await restore(new, database).run(START, END, dry_run=False)
        assert done.changed == 8 * 48
        assert await slots(new) == await slots(store)


@pytest.mark.parametrize(
    "site", ['Obrador "Pérez", S.A.', "a=b, c = d,", "L'Obrador/Can #1", "$x {y} %z ñ 🍫", "'"]
)
async def test_a_site_is_found_again_by_its_name_whatever_is_in_that(
    tmp_path: Path, store: Store, influx: Server, site: str
) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    await store.write([batch([0.5]), batch([20.5], series=AIR, source=Source.AEMET)])
    async with connected(settings) as database, opened(tmp_path / "new.db") as new:
        work = delivery(store, database, settings)
        work.labels = Labels(site, LABELS.zone)
        await work.run()
        done = await replace(restore(new, database), labels=work.labels).run(
            START, END, dry_run=False
        )
    assert (done.changed, done.dropped) == (2, 0)
