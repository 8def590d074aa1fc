"""A process that delivers a store's history until all is delivered, or until it is killed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from aiohttp import ClientSession
import numpy as np

from custom_components.chocolate_factory.clients.errors import SourceError
from custom_components.chocolate_factory.clients.influx import (
    Api,
    InfluxDatabase,
    InfluxSettings,
    tls_context,
)
from custom_components.chocolate_factory.clients.influx_v1 import InfluxV1
from custom_components.chocolate_factory.clients.influx_v2 import InfluxV2
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import KEPT, Measure, Place, weather_series
from custom_components.chocolate_factory.history.delivery import Delivery
from custom_components.chocolate_factory.history.outbox import Scope
from custom_components.chocolate_factory.history.points import Labels
from custom_components.chocolate_factory.history.slots import Batch
from custom_components.chocolate_factory.history.store import Store

from .stored import HOUR, NOON, opened

PLACE: Final = Place(40.4168, -3.7038)
SINK: Final = "influxdb obrador"
SCOPE: Final = Scope(
    factory="obrador",
    prices=frozenset({Series.PVPC, Series.SPOT}),
    place=PLACE.name,
    job="influxdb",
)
LABELS: Final = Labels("El Obrador", "peninsula")
YEARS: Final = 3 * 365 * 24
# The mean of each measure, and how far from it hours are.
_USUAL: Final = {
    Measure.TEMPERATURE: (20, 5),
    Measure.HUMIDITY: (50, 8),
    Measure.PRESSURE: (1015, 6),
}
BEGIN: Final = int((NOON - timedelta(hours=YEARS)).timestamp())


def history(count: int = YEARS) -> list[Batch]:
    """Return so many hours of two prices and the weather from two sources: eight series."""
    generator = np.random.default_rng(0)
    starts = BEGIN + HOUR * np.arange(count, dtype=np.int64)

    def one(series: str, source: Source, mean: float, spread: float) -> Batch:
        # As fine as prices are published: VictoriaMetrics keeps no more than it has to.
        values = generator.normal(mean, spread, count).round(5)
        return Batch(series=series, source=source, starts=starts, values=values, seconds=HOUR)

    return [
        one(Series.PVPC, Source.REDATA, 0.12, 0.05),
        one(Series.SPOT, Source.OMIE, 0.07, 0.04),
        *(
            one(weather_series(measure, PLACE, source), source, *_USUAL[measure])
            for source in (Source.AEMET, Source.OPEN_METEO_ARCHIVE)
            for measure in KEPT
        ),
    ]


@asynccontextmanager
async def connected(settings: InfluxSettings) -> AsyncIterator[InfluxDatabase]:
    """Connect to a database for a while."""
    tls = tls_context(settings)
    async with ClientSession() as session:
        database: InfluxDatabase = (
            InfluxV1(session=session, settings=settings, tls=tls)
            if settings.api is Api.V1
            else InfluxV2(settings, tls)
        )
        try:
            yield database
        finally:
            await database.close()


def delivery(store: Store, database: InfluxDatabase, settings: InfluxSettings) -> Delivery:
    """Return what brings the history of a store to a database."""
    return Delivery(
        store=store,
        database=database,
        sink=SINK,
        where=settings.target,
        scope=SCOPE,
        labels=LABELS,
        clock=lambda: datetime.now(UTC),
    )


def deliver_all(path: Path, settings: InfluxSettings) -> None:
    """Deliver, and try again as long as the database is away."""
    asyncio.run(_deliver_all(path, settings))


async def _deliver_all(path: Path, settings: InfluxSettings) -> None:
    async with opened(path) as store, connected(settings) as database:
        work = delivery(store, database, settings)
        await store.open_sink(SINK, work.target)
        while (await store.sink_state(SINK, SCOPE)).backlog:
            with suppress(SourceError):
                await work.run()
            await asyncio.sleep(0.05)
