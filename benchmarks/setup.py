"""The way from a restart of Home Assistant to the first prices on the dashboard."""

import asyncio
from collections.abc import Iterator
import gc
import logging
import os
from pathlib import Path
import subprocess
import sys
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final
from unittest.mock import patch

from aiohttp import ThreadedResolver
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.helpers.aiohttp_client import DATA_RESOLVER
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from benchmarks.figures import Figure, ratio, timed

# Numpy and our own modules are imported by the first set-up, as in life: it is part of the cost.

DOMAIN: Final = "chocolate_factory"
# Nobody listens there: the first states come from the store, or not at all.
UPSTREAM: Final = {"CHOCOLATE_FACTORY_UPSTREAM": "http://127.0.0.1:9"}
PVPC: Final = {
    "name": "Obrador",
    "zone": "peninsula",
    "access_tariff": "2_0td",
    "contract": "pvpc",
}
ROUNDS: Final = 5
# Not that of a Home Assistant that runs here.
PORT: Final = 18_123


def figures() -> Iterator[Figure]:
    """Take the figures of the set-up."""
    logging.disable()
    with TemporaryDirectory() as name, patch.dict(os.environ, UPSTREAM):
        full, empty = Path(name) / "full", Path(name) / "empty"
        full.mkdir()
        empty.mkdir()
        filled = full / f"{DOMAIN}.db"
        subprocess.run([sys.executable, "-m", "benchmarks.data", str(filled)], check=True)
        cold, before, after = asyncio.run(_set_up(full))
        times = [
            (asyncio.run(_set_up(full))[0], asyncio.run(_set_up(empty))[0]) for _ in range(ROUNDS)
        ]
    warm = min(with_prices for with_prices, _ in times)
    yield timed("setup.warm", warm, min(without for _, without in times))
    yield timed("setup.cold", cold, warm)
    yield Figure("setup.memory", round((after - before) / 1e6, 1), "MB", ratio(after, before))


async def _set_up(folder: Path) -> tuple[float, int, int]:
    """Return the seconds to the first states, and the memory in use before and after."""
    async with async_test_home_assistant(config_dir=str(folder)) as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS)
        await hass.config.async_set_time_zone("Europe/Madrid")
        # Every Home Assistant has these; the resolver is a plain one, without Zeroconf.
        hass.data[DATA_RESOLVER] = ThreadedResolver()
        for component in ("http", "frontend", "panel_custom", "sensor", "binary_sensor"):
            await async_setup_component(hass, component, {"http": {"server_port": PORT}})
        entry = MockConfigEntry(domain=DOMAIN, title="Obrador", data=PVPC)
        entry.add_to_hass(hass)
        before = _memory()
        start = perf_counter()
        if not await hass.config_entries.async_setup(entry.entry_id):
            raise RuntimeError("the entry cannot be set up")
        seconds = perf_counter() - start
        price = hass.states.get("sensor.obrador_electricity_price")
        if price is None or (price.state == STATE_UNAVAILABLE) is (folder.name == "full"):
            raise RuntimeError("the first state is not what is stored")
        await hass.async_block_till_done(wait_background_tasks=True)
        after = _memory()
        await hass.async_stop(force=True)
    return seconds, before, after


def _memory() -> int:
    """Return the bytes of memory in use."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
