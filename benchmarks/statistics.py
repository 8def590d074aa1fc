"""Three years into Home Assistant's statistics, while the recorder goes on recording."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
import logging
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final
from unittest.mock import patch

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers.recorder import async_initialize_recorder, get_instance
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
import numpy as np
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from benchmarks.figures import Figure, ratio, timed
from benchmarks.loop import watched
from benchmarks.setup import DOMAIN, PVPC, UPSTREAM
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history.slots import Batch
from demo.home_assistant import HOME
from demo.past import write_past

DAYS: Final = 3 * 365
FIGURES: Final = 7
# The recorder is given so many hours at once, for comparison.
BARE: Final = 5000
# What a house with many sensors has to record.
EVENTS_A_SECOND: Final = 20


def figures() -> Iterator[Figure]:
    """Take the figures of the statistics."""
    logging.disable()
    with TemporaryDirectory() as name, patch.dict(os.environ, UPSTREAM):
        folder = Path(name)
        asyncio.run(write_past(folder / f"{DOMAIN}.db", datetime.now(UTC), DAYS, HOME))
        yield from asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    async with async_test_home_assistant(config_dir=str(folder)) as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS)
        await hass.config.async_set_time_zone("Europe/Madrid")
        hass.config.latitude, hass.config.longitude = HOME.latitude, HOME.longitude
        async_initialize_recorder(hass)
        await async_setup_component(hass, "recorder", {})
        await hass.async_start()
        entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC)
        entry.add_to_hass(hass)
        bare = await _import_bare(hass)

        highest, stop = 0, asyncio.Event()
        queue_task = get_instance(hass).queue_task

        def measured(task: RecorderTask | Event) -> None:
            nonlocal highest
            queue_task(task)
            highest = max(highest, get_instance(hass).backlog)

        async def record() -> None:
            """Have other things recorded meanwhile."""
            number = 0
            while not stop.is_set():
                number += 1
                hass.states.async_set("sensor.oven", str(number))
                await asyncio.sleep(1 / EVENTS_A_SECOND)

        with patch.object(get_instance(hass), "queue_task", measured):
            await hass.config_entries.async_setup(entry.entry_id)
            recording = hass.async_create_background_task(record(), "record")
            jobs = entry.runtime_data.shared.jobs
            with watched(DOMAIN) as loop:
                start = perf_counter()
                await jobs.run_now("statistics")
                years = perf_counter() - start
            state = jobs.all["statistics"].state

            await entry.runtime_data.shared.store.write([_correction()])
            start = perf_counter()
            await jobs.run_now("statistics")
            correction = perf_counter() - start
            stop.set()
            await recording
        await hass.async_stop(force=True)
    if state is None or not state.run.detail:
        raise RuntimeError("nothing was told")
    rows = int(state.run.detail.split()[0])
    return [
        timed("statistics.years", years, bare / BARE * rows),
        Figure("statistics.rate", round(rows / years), "hours/s", ratio(rows / years, BARE / bare)),
        Figure("statistics.rows", rows, "", ratio(rows, FIGURES * DAYS * 24)),
        timed("statistics.correction", correction, years),
        Figure("statistics.queue", highest, "", ratio(highest, 500)),
        timed("statistics.loop", loop.ours.seconds, loop.others.seconds),
        timed("statistics.loop_work", loop.ours.work, loop.others.work),
    ]


async def _import_bare(hass: HomeAssistant) -> float:
    """Return how long the recorder takes for so many hours given at once, with nobody around."""
    metadata = StatisticMetaData(
        mean_type=StatisticMeanType.ARITHMETIC,
        has_sum=False,
        name="Bare",
        source="bare",
        statistic_id="bare:hours",
        unit_class=None,
        unit_of_measurement=None,
    )
    first = datetime(2020, 1, 1, tzinfo=UTC)
    hours = [
        StatisticData(start=first + timedelta(hours=number), mean=1.0, min=1.0, max=1.0)
        for number in range(BARE)
    ]
    start = perf_counter()
    async_add_external_statistics(hass, metadata, hours)
    await get_instance(hass).async_block_till_done()
    return perf_counter() - start


def _correction() -> Batch:
    """Return a day of prices of a year ago, as somebody puts them right."""
    last = int(datetime.now(UTC).timestamp()) // 3600 * 3600 - 365 * 86_400
    return Batch(
        series=Series.PVPC,
        source=Source.ESIOS,
        starts=np.arange(last, last + 86_400, 3600, dtype=np.int64),
        values=np.full(24, 0.5),
        seconds=3600,
    )
