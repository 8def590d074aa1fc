"""Three years arrive in real databases value for value, whoever crashes on the way."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
import json
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
import sqlite3
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from custom_components.chocolate_factory.clients.errors import AuthenticationError, SourceError
from custom_components.chocolate_factory.clients.influx import (
    Api,
    InfluxSettings,
    MissingDatabaseError,
    Selection,
)
from custom_components.chocolate_factory.clients.influx_refusals import RejectedError
from custom_components.chocolate_factory.history.delivery import Delivered
from custom_components.chocolate_factory.history.points import PRICES, WEATHER

from ..databases import PASSWORD, USER, Server, ask, influxdb, victoria_metrics
from .deliverer import BEGIN, LABELS, SCOPE, SINK, YEARS, connected, deliver_all, delivery, history
from .stored import HOUR, NOON, opened

# What happens each time that another part is delivered.
CRASHES = ("server", "deliverer", "server", "server", "deliverer", "server", "server")

START = datetime.fromtimestamp(BEGIN, UTC)


@pytest.fixture
async def full(path: Path) -> Path:
    """Return the file of a store with three years of eight series."""
    async with opened(path) as store:
        assert await store.write(history()) == 8 * YEARS
    return path


@pytest.fixture
def influx(tmp_path: Path, socket_enabled: None) -> Iterator[Server]:
    """Return a running InfluxDB."""
    server = influxdb(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def victoria(tmp_path: Path, socket_enabled: None) -> Iterator[Server]:
    """Return a running VictoriaMetrics."""
    server = victoria_metrics(tmp_path)
    yield server
    server.stop()


def deliver(path: Path, settings: InfluxSettings, server: Server) -> None:
    """Let a process deliver everything, and see to it that much goes wrong meanwhile."""
    process = start(path, settings)
    total = left(path)
    for number, crash in enumerate(CRASHES, start=1):
        wait_for_less(path, total * (1 - number / (len(CRASHES) + 1)))
        assert process.is_alive()
        if crash == "server":
            server.crash()
            server.start()
        else:
            process.kill()
            process.join()
            assert process.exitcode == -9
            process = start(path, settings)
    process.join(60)
    assert process.exitcode == 0
    assert left(path) == 0


def start(path: Path, settings: InfluxSettings) -> ForkProcess:
    """Start a process that delivers."""
    process = get_context("fork").Process(target=deliver_all, args=(path, settings), daemon=True)
    process.start()
    return process


def left(path: Path) -> int:
    """Return how many numbers are not delivered yet."""
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        rows = connection.execute("SELECT high - low FROM backlog").fetchall()
        (known,) = connection.execute("SELECT count(*) FROM sink").fetchone()
    return sum(one for (one,) in rows) if known else 8 * YEARS


def wait_for_less(path: Path, numbers: float) -> None:
    """Wait until less than so much is left, but not for ever."""
    deadline = time.monotonic() + 60
    while left(path) >= numbers:
        assert time.monotonic() < deadline
        # Another process writes the file, and tells nobody.
        time.sleep(0.01)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
async def test_three_years_arrive_in_influxdb_1(full: Path, influx: Server) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    deliver(full, settings, influx)

    question = f"SELECT count(*) FROM {PRICES}, {WEATHER}"  # noqa: S608 - InfluxQL, and ours
    counted = json.loads(ask(influx, question, db="history"))
    counts = {
        (series["name"], column): count
        for series in counted["results"][0]["series"]
        for column, count in zip(series["columns"], series["values"][0], strict=True)
        if column != "time" and count is not None
    }
    assert counts == {
        **{
            (PRICES, f"count_{name}"): 2 * YEARS
            for name in ("estimated", "price", "seconds", "source")
        },
        **{
            (WEATHER, f"count_{name}"): 2 * YEARS
            for name in ("temperature", "humidity", "pressure")
        },
    }
    expected = {batch.series: batch for batch in history()}
    async with connected(settings) as database:
        for measurement, tag, fields in (
            (PRICES, "series", ("price", "seconds", "source")),
            (WEATHER, "source", ("temperature", "humidity", "pressure")),
        ):
            records = await database.read(
                Selection(
                    measurement=measurement,
                    tags=(tag,),
                    fields=fields,
                    site=LABELS.site,
                    start=START,
                    end=NOON,
                )
            )
            assert len(records) == 2 * YEARS
            for name, batch in expected.items():
                field, _, where = name.partition("@")
                if bool(where) != (measurement == WEATHER):
                    continue
                mine = [
                    record
                    for record in records
                    if record.values[tag] == (where.rpartition("/")[2] if where else name)
                ]
                assert [record.time for record in mine] == batch.starts.tolist()
                column = field if where else "price"
                assert [record.values[column] for record in mine] == batch.values.tolist()
                if not where:
                    assert {record.values["source"] for record in mine} == {batch.source}
                    assert {record.values["seconds"] for record in mine} == {HOUR}


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
async def test_three_years_arrive_through_the_api_of_influxdb_2(
    full: Path, victoria: Server
) -> None:
    settings = InfluxSettings(
        api=Api.V2, url=victoria.url, database="history", organization="makers", token="any"
    )
    deliver(full, settings, victoria)
    # It shows what it has been told a second later, or so.
    victoria.get("/internal/force_flush")

    for batch in history():
        measure, _, where = batch.series.partition("@")
        name = (
            f'{WEATHER}_{measure}{{source="{where.rpartition("/")[2]}"}}'
            if where
            else f'{PRICES}_price{{series="{batch.series}"}}'
        )
        ((labels, times, values),) = exported(victoria, name)
        assert (labels["site"], labels["zone"]) == (LABELS.site, LABELS.zone)
        assert times == (1000 * batch.starts).tolist()
        assert values == batch.values.tolist()


def exported(server: Server, match: str) -> list[tuple[dict[str, str], list[int], list[float]]]:
    """Return the series of a VictoriaMetrics."""
    question = urlencode(
        {
            "match[]": match,
            "start": START.timestamp(),
            "end": (NOON + timedelta(days=1)).timestamp(),
        }
    )
    found = [json.loads(line) for line in server.get(f"/api/v1/export?{question}").splitlines()]
    return [(one["metric"], one["timestamps"], one["values"]) for one in found]


@pytest.fixture
async def day(path: Path) -> Path:
    """Return the file of a store with a day of eight series."""
    async with opened(path) as store:
        await store.write(history(24))
    return path


async def test_influxdb_1_refuses_a_field_of_another_type_and_takes_the_others(
    day: Path, influx: Server
) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    async with opened(day) as store, connected(settings) as database:
        await database.write(f'{WEATHER},site=other humidity="wet" {BEGIN}'.encode())
        assert await delivery(store, database, settings).run() == Delivered(8 * 24 - 2 * 14, 2 * 14)
        state = await store.sink_state(SINK, SCOPE)
    # Only the hours of the week in which somebody else was first.
    assert (state.backlog, state.refused) == (0, 2 * 14)
    assert state.example
    assert "humidity=" in state.example[0]
    assert "field type conflict" in state.example[1]
    question = f"SELECT count(temperature), count(humidity) FROM {WEATHER}"  # noqa: S608
    counted = json.loads(ask(influx, question, db="history"))
    assert counted["results"][0]["series"][0]["values"][0][1:] == [2 * 24, 2 * 10]


async def test_influxdb_1_says_how_many_points_of_a_week_it_does_not_write(influx: Server) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    async with connected(settings) as database:
        await database.write(f'{WEATHER},site=other humidity="wet" {BEGIN}'.encode())
        for wrong in (1, 3):
            points = [f"{WEATHER} temperature=20.5 {BEGIN}"]
            points += [f"{WEATHER} humidity=50.5 {BEGIN + number}" for number in range(wrong)]
            with pytest.raises(RejectedError) as raised:
                await database.write("\n".join(points).encode())
            assert raised.value.dropped == wrong


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"password": "wrong"}, AuthenticationError),
        ({"database": "nowhere"}, MissingDatabaseError),
        ({"retention_policy": "nowhere"}, MissingDatabaseError),
    ],
)
async def test_influxdb_1_says_what_it_misses(
    day: Path, influx: Server, words: dict[str, Any], error: type[SourceError]
) -> None:
    right: dict[str, Any] = {"database": "history", "username": USER, "password": PASSWORD}
    settings = InfluxSettings(api=Api.V1, url=influx.url, **(right | words))
    async with opened(day) as store, connected(settings) as database:
        with pytest.raises(error):
            await delivery(store, database, settings).run()
        assert (await store.sink_state(SINK, SCOPE)).backlog == 8 * 24


async def test_influxdb_1_drops_what_is_older_than_it_keeps(day: Path, influx: Server) -> None:
    ask(influx, "CREATE RETENTION POLICY week ON history DURATION 7d REPLICATION 1")
    settings = InfluxSettings(
        api=Api.V1,
        url=influx.url,
        database="history",
        username=USER,
        password=PASSWORD,
        retention_policy="week",
    )
    async with opened(day) as store, connected(settings) as database:
        await delivery(store, database, settings).run()
        state = await store.sink_state(SINK, SCOPE)
    assert (state.backlog, state.refused) == (0, 0)
