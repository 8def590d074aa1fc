"""Many factories share one database, and each finds its own points there."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path

import numpy as np
import pytest

from custom_components.chocolate_factory.clients.influx import (
    Api,
    InfluxDatabase,
    InfluxSettings,
    Selection,
)
from custom_components.chocolate_factory.history.points import PRICES, Labels

from ..databases import PASSWORD, USER, Server, ask, influxdb
from .deliverer import BEGIN, connected, delivery, history
from .stored import opened

SITES = 50
HOURS = 48


@pytest.fixture
def influx(tmp_path: Path, socket_enabled: None) -> Iterator[Server]:
    """Return a running InfluxDB."""
    server = influxdb(tmp_path)
    yield server
    server.stop()


async def test_fifty_sites_share_a_database(tmp_path: Path, influx: Server) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )

    async def deliver(number: int, database: InfluxDatabase) -> None:
        """Be a Home Assistant of its own, whose prices and air are higher by a number."""
        async with opened(tmp_path / f"{number}.db") as store:
            await store.write(
                [replace(one, values=one.values + number / 1000) for one in history(HOURS)]
            )
            work = delivery(store, database, settings)
            work.labels = Labels(f"Obrador {number}", "peninsula")
            assert (await work.run()).points == 8 * HOURS

    async with connected(settings) as database:
        await asyncio.gather(*(deliver(number, database) for number in range(SITES)))
        start = datetime.fromtimestamp(BEGIN, UTC)
        for number in range(SITES):
            records = await database.read(
                Selection(
                    measurement=PRICES,
                    tags=("series",),
                    fields=("price",),
                    site=f"Obrador {number}",
                    start=start,
                    end=start + timedelta(hours=HOURS),
                )
            )
            assert len(records) == 2 * HOURS
            found = [one.values["price"] for one in records if one.values["series"] == "pvpc"]
            expected = history(HOURS)[0].values + number / 1000
            assert np.array_equal(np.array(found), expected)

    # Two prices, and two sources of weather.
    answer = json.loads(ask(influx, "SHOW SERIES", db="history"))
    keys = {key for (key,) in answer["results"][0]["series"][0]["values"]}
    assert len(keys) == 4 * SITES
