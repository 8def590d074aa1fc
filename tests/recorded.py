"""A factory whose store has two weeks of everything, and what the recorder knows of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
import logging
from pathlib import Path
from typing import Any

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.statistics import get_metadata, statistics_during_period
from homeassistant.core import HomeAssistant
import numpy as np
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.retrospect import Figure
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import Measure, Place, weather_series
from custom_components.chocolate_factory.history.slots import Batch
from custom_components.chocolate_factory.history.store import Store

from .conftest import ASKED, MADRID, NOON, PVPC, World, settle

# A week on either side of some hours: the recorder takes its time for each of them.
DAYS = 16
HOUR = 3600
LAST = int(NOON.timestamp()) + 14 * HOUR
FIRST = LAST - DAYS * 24 * HOUR
UNTIL = int(NOON.timestamp()) - HOUR

type Row = tuple[float, float, float]


def quiet() -> None:
    """Have no statements of thousands of rows in the log: they would be the slowest of all."""
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)


async def factory(home: HomeAssistant, world: World) -> MockConfigEntry:
    """Set a factory up whose store has two weeks, in a world that says nothing more."""
    world.fail(kind="status", status=500)
    await write(home, prices(), *weather())
    entry = obrador()
    await start(home, entry)
    return entry


def prices(days: int = DAYS, last: int = LAST, *, price: float = 0.1) -> Batch:
    """Return prices that rise from hour to hour of each day."""
    starts = np.arange(last - days * 24 * HOUR, last, HOUR, dtype=np.int64)
    return Batch(
        series=Series.PVPC,
        source=Source.REDATA,
        starts=starts,
        values=price + (starts // HOUR % 24) / 1000,
        seconds=HOUR,
    )


def weather(place: Place = MADRID) -> list[Batch]:
    """Return the air of as many days, up to the last full hour."""
    starts = np.arange(FIRST, UNTIL, HOUR, dtype=np.int64)
    measures = {Measure.TEMPERATURE: 18.0, Measure.HUMIDITY: 40.0, Measure.PRESSURE: 1015.5}
    return [
        Batch(
            series=weather_series(measure, place, Source.OPEN_METEO),
            source=Source.OPEN_METEO,
            starts=starts,
            values=np.full(len(starts), value),
            seconds=HOUR,
        )
        for measure, value in measures.items()
    ]


async def write(hass: HomeAssistant, *batches: Batch) -> None:
    """Write into the store before anybody has opened it."""
    store = Store(Path(hass.config.path(f"{DOMAIN}.db")), lambda: NOON)
    await store.open()
    await store.write(batches)
    await store.close()


def obrador(**options: Any) -> MockConfigEntry:
    """Return the configuration of a factory."""
    return MockConfigEntry(
        domain=DOMAIN, title="Obrador", data=PVPC | ASKED, options=options, entry_id="OBRADOR1"
    )


async def start(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set a factory up, and wait until its job has been done."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)


async def change(hass: HomeAssistant, entry: MockConfigEntry, **options: Any) -> None:
    """Let the user choose otherwise."""
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)


async def move(hass: HomeAssistant, entry: MockConfigEntry, place: Place) -> None:
    """Let the factory be elsewhere."""
    where = {"latitude": place.latitude, "longitude": place.longitude}
    hass.config_entries.async_update_entry(entry, data=entry.data | where)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)


async def tell(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Do the job now."""
    await entry.runtime_data.shared.jobs.run_now("statistics")


async def known(hass: HomeAssistant, figure: Figure) -> dict[int, Row]:
    """Return what the recorder knows of a figure: mean, lowest and highest by hour."""
    name = f"{DOMAIN}:obrador1_{figure}"
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        datetime(2000, 1, 1, tzinfo=UTC),
        None,
        {name},
        "hour",
        None,
        {"mean", "min", "max"},
    )
    return {
        int(row["start"]): (row["mean"], row["min"], row["max"])  # type: ignore[misc]
        for row in rows.get(name, [])
    }


async def names(hass: HomeAssistant) -> Mapping[str, str | None]:
    """Return what the recorder calls what it has from us."""
    found = await get_instance(hass).async_add_executor_job(
        lambda: get_metadata(hass, statistic_source=DOMAIN)
    )
    return {name: one["name"] for name, (_, one) in found.items()}
