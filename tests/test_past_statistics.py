"""A recorder that is busy, or has come to its end, holds nobody up for ever."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any, override
from unittest.mock import patch

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.components.recorder.tasks import RecorderTask, StopTask
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory import past_statistics
from custom_components.chocolate_factory.factory.retrospect import Figure
from custom_components.chocolate_factory.past_statistics import async_heard

from .conftest import World
from .recorded import FIRST, HOUR, change, factory, known, names, prices, quiet, tell
from .told import job_of

# The clock stands still: only what was due before comes to pass.
OVER = -1


@pytest.fixture(autouse=True)
def _recorder(recorder_mock: Recorder) -> None:
    """Have a recorder, before anything else is there."""
    quiet()


@pytest.fixture
async def entry(home: HomeAssistant, world: World) -> MockConfigEntry:
    """Set a factory up whose store has two weeks."""
    return await factory(home, world)


@dataclass(slots=True)
class Hold(RecorderTask):
    """Something that takes the recorder long."""

    commit_before = False
    done: Event = field(default_factory=Event)

    @override
    def run(self, instance: Recorder) -> None:
        self.done.wait(60)


@pytest.fixture
def busy(home: HomeAssistant, entry: MockConfigEntry) -> Iterator[Event]:
    """Return what lets the recorder go on; it does nothing until then."""
    get_instance(home).queue_task(hold := Hold())
    yield hold.done
    hold.done.set()


async def end(home: HomeAssistant) -> None:
    """Let the recorder come to its end."""
    get_instance(home).queue_task(StopTask())
    await home.async_add_executor_job(get_instance(home).join)


async def check_failed(home: HomeAssistant) -> None:
    """See that the job has failed, and that the recorder is to blame."""
    job = await job_of(home, "statistics")
    assert job["last_result"] == "failed"
    assert "recorder" in job["detail"]


async def test_a_busy_recorder_is_waited_for_and_given_up_in_the_end(
    home: HomeAssistant, entry: MockConfigEntry, busy: Event
) -> None:
    await entry.runtime_data.shared.store.write([prices(1, FIRST)])
    with (
        patch.object(past_statistics, "_LOOK", OVER),
        patch.object(past_statistics, "_LOOKS", 3),
    ):
        await tell(home, entry)
    await check_failed(home)
    waits = asyncio.Event()

    def tell_of_it(*what: Any) -> None:
        async_add_external_statistics(*what)
        waits.set()

    with patch.object(past_statistics, "async_add_external_statistics", tell_of_it):
        telling = asyncio.create_task(tell(home, entry))
        await waits.wait()
        for _ in range(100):
            await asyncio.sleep(0)
        assert not telling.done()
        busy.set()
        await telling
    assert (await job_of(home, "statistics"))["last_result"] == "ok"
    assert min(await known(home, Figure.PRICE)) == FIRST - 24 * HOUR


async def test_a_recorder_that_comes_to_its_end_is_not_waited_for(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await entry.runtime_data.shared.store.write([prices(1, FIRST)])

    def stop_before(*what: Any) -> None:
        get_instance(home).queue_task(StopTask())
        async_add_external_statistics(*what)

    with (
        patch.object(past_statistics, "async_add_external_statistics", stop_before),
        patch.object(past_statistics, "_LOOK", OVER),
        patch.object(past_statistics, "_LOOKS", 10**9),
    ):
        await tell(home, entry)
    await check_failed(home)


async def test_a_recorder_that_ends_while_it_is_asked_is_a_failure_of_the_job(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await end(home)
    with patch.object(get_instance(home), "is_alive", return_value=True):
        await tell(home, entry)
    await check_failed(home)


async def test_a_recorder_that_is_no_more_is_told_nothing(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await end(home)
    await entry.runtime_data.shared.store.write([prices(1, FIRST)])
    await tell(home, entry)
    await check_failed(home)
    assert not get_instance(home).backlog


async def test_a_recorder_that_rebuilds_its_database_is_left_alone(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await entry.runtime_data.shared.store.write([prices(1, FIRST)])
    with patch.object(get_instance(home), "migration_in_progress", True):
        await tell(home, entry)
    assert (await job_of(home, "statistics"))["last_result"] == "nothing"
    with patch.object(get_instance(home), "async_db_ready", home.loop.create_future()):
        await tell(home, entry)
    assert min(await known(home, Figure.PRICE)) == FIRST
    await tell(home, entry)
    assert min(await known(home, Figure.PRICE)) == FIRST - 24 * HOUR


async def test_a_factory_is_removed_at_once_and_its_statistics_when_the_recorder_comes_to_it(
    home: HomeAssistant, entry: MockConfigEntry, busy: Event
) -> None:
    home.config_entries.async_update_entry(entry, options={"statistics": "until_removed"})
    with patch.object(get_instance(home), "migration_in_progress", True):
        await home.config_entries.async_remove(entry.entry_id)
    assert await names(home)
    busy.set()
    await async_heard(home)
    assert await names(home) == {}


async def test_a_factory_is_removed_even_if_the_recorder_is_no_more(
    home: HomeAssistant, entry: MockConfigEntry
) -> None:
    await change(home, entry, statistics="until_removed")
    await end(home)
    result = await home.config_entries.async_remove(entry.entry_id)
    assert not result["require_restart"]
    assert not home.config_entries.async_entries(entry.domain)
