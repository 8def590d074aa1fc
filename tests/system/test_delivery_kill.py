"""Whoever is killed while the history is on its way, the database ends up with just the history."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
import json
from pathlib import Path
import sqlite3
from typing import Any, Final, override
from urllib.parse import urlencode

import pytest

from demo.home_assistant import INTEGRATION, HomeAssistant
from demo.simulator import run_simulator

from ..databases import PASSWORD, USER, Server, ask, influxdb, victoria_metrics
from ..history.deliverer import YEARS, history
from ..history.stored import NOON, opened

# Eight series: more than is delivered before anybody can be killed.
TOTAL: Final = 8 * YEARS
SITE: Final = "Toledo"
BACKLOG: Final = "/api/states/sensor.chocolate_factory_influxdb_backlog"
ENTRIES: Final = "/api/config/config_entries/entry"
FLOW: Final = "/api/config/config_entries/options/flow"
PRICES, WEATHER = "chocolate_prices", "chocolate_weather"
FIELDS: Final = {PRICES: ("price",), WEATHER: ("temperature", "humidity", "pressure")}
END: Final = int((NOON + timedelta(days=2)).timestamp())
# The server is left alone for half a minute after it has failed.
PAUSE: Final = timedelta(minutes=1)

type Values = dict[tuple[str, str, str, int], float]
"""By measurement, series or source, field, and Unix seconds."""


@dataclass
class Database(ABC):
    """A database that is looked at from outside."""

    server: Server

    @abstractmethod
    async def connect(self, home: HomeAssistant) -> None:
        """Have a factory deliver to it that is set up and knows nothing of it."""

    @abstractmethod
    def count(self) -> int:
        """Return how many prices there are, and how much weather."""

    @abstractmethod
    def values(self) -> Values:
        """Return all of them, after seeing that each is there once and is of our site."""

    def kept(self, values: Values) -> Values:
        """Return what becomes of values there."""
        return values


class InfluxDB1(Database):
    """An InfluxDB 1, which is named in the form."""

    @override
    async def connect(self, home: HomeAssistant) -> None:
        (entry,) = await home.get(ENTRIES, params={"domain": INTEGRATION})
        flow = await home.post(FLOW, {"handler": entry["entry_id"]})
        where = {"url": self.server.url, "database": "history", "site": SITE, "verify_tls": True}
        for answer in (
            {"next_step_id": "influxdb"},
            {"next_step_id": "influxdb_v1"},
            where | {"username": USER, "password": PASSWORD},
        ):
            flow = await home.post(f"{FLOW}/{flow['flow_id']}", answer)
        assert flow["type"] == "create_entry"
        # Home Assistant takes a second to write its own files.
        await until(lambda: entries(home).exists() and SITE in entries(home).read_text())

    @override
    def count(self) -> int:
        return sum(
            number
            for measurement, names in FIELDS.items()
            for series in self._ask((f"count({name})" for name in names), measurement)
            for number in series["values"][0][1:]
        )

    @override
    def values(self) -> Values:
        found: Values = {}
        for measurement, names in FIELDS.items():
            for series in self._ask(names, f"{measurement} GROUP BY *"):
                for time, *values in series["values"]:
                    for name, value in zip(names, values, strict=True):
                        if value is not None:
                            keep(found, measurement, series["tags"], name, time, value)
        return found

    def _ask(self, what: Iterable[str], where: str) -> list[dict[str, Any]]:
        question = f"SELECT {', '.join(what)} FROM {where}"  # noqa: S608 - InfluxQL, and ours
        (result,) = json.loads(ask(self.server, question, db="history", epoch="s"))["results"]
        series: list[dict[str, Any]] = result.get("series", [])
        return series


class VictoriaMetrics(Database):
    """A VictoriaMetrics, which is written to like InfluxDB 2; the form would have it read, too."""

    names: Final = f'{{__name__=~"{PRICES}_price|{WEATHER}_({"|".join(FIELDS[WEATHER])})"}}'

    @override
    async def connect(self, home: HomeAssistant) -> None:
        await home.stop()
        known = json.loads(entries(home).read_text())
        (entry,) = [one for one in known["data"]["entries"] if one["domain"] == INTEGRATION]
        words = {"api": "v2", "url": self.server.url, "database": "history", "site": SITE}
        entry["options"]["influxdb"] = words | {"organization": "makers", "token": "any"}
        entries(home).write_text(json.dumps(known))
        await home.launch()

    @override
    def count(self) -> int:
        question = {"query": f"sum(count_over_time({self.names}[9y]))", "time": END, "nocache": 1}
        answer = json.loads(self._ask("query", question))
        return sum(int(one["value"][1]) for one in answer["data"]["result"])

    @override
    def values(self) -> Values:
        found: Values = {}
        question = {"match[]": self.names, "start": 0, "end": END}
        for series in map(json.loads, self._ask("export", question).splitlines()):
            measurement, _, name = series["metric"]["__name__"].rpartition("_")
            for time, value in zip(series["timestamps"], series["values"], strict=True):
                keep(found, measurement, series["metric"], name, time // 1000, value)
        return found

    @override
    def kept(self, values: Values) -> Values:
        # It reckons in decimals: the last bit is not kept.
        return {key: float(f"{value:.15g}") for key, value in values.items()}

    def _ask(self, what: str, question: Mapping[str, object]) -> bytes:
        # Else it shows what it has been told a second later, or so.
        self.server.get("/internal/force_flush")
        return self.server.get(f"/api/v1/{what}?{urlencode(question)}")


def keep(
    found: Values, measurement: str, tags: Mapping[str, str], name: str, time: int, value: float
) -> None:
    """Note a value that was found."""
    assert tags["site"] == SITE
    key = measurement, tags["series" if measurement == PRICES else "source"], name, time
    assert key not in found
    found[key] = value


def stored(home: HomeAssistant) -> Values:
    """Return the prices and the weather of the history."""
    with closing(sqlite3.connect(home.config / f"{INTEGRATION}.db")) as connection:
        rows = connection.execute(
            "SELECT name, start, value FROM slot JOIN series ON id = series"
        ).fetchall()
    found: Values = {}
    for series, start, value in rows:
        name, _, where = series.partition("@")
        key = (WEATHER, where.rpartition("/")[2], name) if where else (PRICES, name, "price")
        found[*key, start] = value
    return found


def entries(home: HomeAssistant) -> Path:
    """Return where Home Assistant keeps its settings."""
    return home.config / ".storage" / "core.config_entries"


async def until(seen: Callable[[], bool]) -> None:
    """Wait until processes have come so far."""
    async with asyncio.timeout(60):
        while not seen():  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.01)


@pytest.fixture(
    params=[(InfluxDB1, influxdb), (VictoriaMetrics, victoria_metrics)],
    ids=["influxdb", "victoria_metrics"],
)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return a running database."""
    kind, begin = request.param
    server = begin(tmp_path)
    yield kind(server)
    server.stop()


@pytest.fixture
async def home(tmp_path: Path, port: int) -> AsyncIterator[HomeAssistant]:
    """Run Home Assistant with a factory that knows three years."""
    config = tmp_path / "config"
    config.mkdir()
    async with opened(config / f"{INTEGRATION}.db") as store:
        assert await store.write(history()) == TOTAL
    async with (
        run_simulator(now=NOON) as upstream,
        HomeAssistant(config=config, port=port, upstream=upstream, now=NOON) as home,
    ):
        await home.add_factory()
        yield home


@pytest.mark.timeout(300)
async def test_three_years_arrive_whoever_is_killed_on_the_way(
    home: HomeAssistant, database: Database
) -> None:
    known = stored(home)
    await database.connect(home)
    await until(lambda: database.count() > 0)
    await home.kill()
    first = database.count()
    assert 0 < first < TOTAL

    await home.launch()
    await until(lambda: database.count() > first)
    database.server.crash()
    await until(lambda: "cannot be read" in home.log.read_text())
    await home.kill()
    database.server.start()
    assert first < database.count() < TOTAL

    home.lag += PAUSE
    await home.start()
    async with asyncio.timeout(60):
        while (await home.get(BACKLOG))["state"] != "0":  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.1)
    # The sources go on telling of today, and what they say is on its way, too.
    await until(lambda: database.values() == database.kept(stored(home)))
    await home.stop()
    assert known.keys() <= stored(home).keys()
    lines = [line for line in home.log.read_text().splitlines() if "[custom_components." in line]
    assert [line for line in lines if " INFO " not in line] == []
