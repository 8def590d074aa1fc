"""What a factory with all of its keys tells of its history, and ways to have it go on."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from homeassistant.components.persistent_notification import async_dismiss_all
from homeassistant.core import Context, Event, HomeAssistant, callback
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_get_persistent_notifications,
)

from custom_components.chocolate_factory.clients.gatekeeper import BUDGET, PACE
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.notices import EVENT_DATA
from simulator import LOG

from .conftest import KEYED, World, settle

type Tick = Callable[..., Awaitable[None]]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
REDATA, AEMET = "apidatos.ree.es", "opendata.aemet.es"
ARCHIVE = "archive-api.open-meteo.com"


def keyed(**data: Any) -> MockConfigEntry:
    """Return the configuration of a factory with all keys."""
    return MockConfigEntry(
        domain=DOMAIN, title="Obrador", data=KEYED | data, entry_id="obrador", options={}
    )


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set a factory up, and wait until it knows what is now."""
    # Debugging would double the time of thousands of reads.
    asyncio.get_running_loop().set_debug(False)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)


async def fill(hass: HomeAssistant, tick: Tick, minutes: int = 30) -> int:
    """Let minutes pass until the past is filled as far as it may be; return how many."""
    for minute in range(minutes):
        await tick(MINUTE)
        job = await job_of(hass)
        if job["last_run"] and instant(job["next_run"]) - instant(job["last_run"]) > HOUR:
            return minute + 1
    raise AssertionError(f"not done after {minutes} minutes: {job}")


async def job_of(hass: HomeAssistant, name: str = "gaps") -> dict[str, Any]:
    """Return how a job is."""
    (job,) = [one for one in (await ask(hass, "get_jobs"))["jobs"] if one["name"] == name]
    assert isinstance(job, dict)
    return job


async def ask(
    hass: HomeAssistant, action: str, context: Context | None = None, **data: Any
) -> dict[str, Any]:
    """Return what an action answers."""
    answer = await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True, context=context
    )
    assert isinstance(answer, dict)
    return answer


async def do(hass: HomeAssistant, action: str, **data: Any) -> None:
    """Have something done, and wait until it is, or cannot be yet."""
    await hass.services.async_call(DOMAIN, action, data, blocking=True)
    await settle(hass)


def instant(text: object) -> datetime:
    """Return the time that a text is."""
    return datetime.fromisoformat(str(text))


async def forget(entry: MockConfigEntry, start: str, hours: int) -> None:
    """Lose some hours of everything."""
    first = int(instant(start).timestamp())
    await entry.runtime_data.shared.store._guarded(
        lambda connection: connection.execute(
            "DELETE FROM slot WHERE start >= ? AND start < ?", (first, first + 3600 * hours)
        )
    )


async def missing(hass: HomeAssistant, days_back: int = 30) -> dict[str, int]:
    """Return how many slots each series lacks."""
    series = (await ask(hass, "get_gaps", days_back=days_back))["series"]
    return {name: one["missing_slots"] for name, one in series.items()}


def completeness(hass: HomeAssistant) -> float:
    """Return what the sensor shows."""
    state = hass.states.get("sensor.obrador_data_completeness")
    assert state
    return float(state.state)


def notices(hass: HomeAssistant) -> dict[str, str]:
    """Return what the people are told, by what it is about."""
    return {
        name.removeprefix(f"{DOMAIN}_"): notice["message"]
        for name, notice in async_get_persistent_notifications(hass).items()
    }


def forget_notices(hass: HomeAssistant) -> None:
    """Take all notices away."""
    async_dismiss_all(hass)


def listen(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the list of what will be told on the bus."""
    told: list[dict[str, Any]] = []

    @callback
    def heard(event: Event[dict[str, Any]]) -> None:
        told.append(dict(event.data))

    hass.bus.async_listen(EVENT_DATA, heard)
    return told


def check_budgets(world: World) -> None:
    """Check that every host was asked as often as it bears, and that the log tells of some."""
    assert world.app[LOG]
    for host in {entry.host for entry in world.app[LOG]}:
        times = [entry.at for entry in world.app[LOG] if entry.host == host]
        for length, most in ((HOUR, BUDGET + 60 * PACE), (MINUTE, BUDGET + PACE)):
            busiest = max(sum(at <= one < at + length for one in times) for at in times)
            assert busiest <= most, host


def asked_twice(world: World, host: str) -> list[str]:
    """Return the questions that a host was asked more than once."""
    counts = Counter((entry.path, entry.query) for entry in world.app[LOG] if entry.host == host)
    return [query for (_, query), count in counts.items() if count > 1]


def days_asked(world: World, host: str = REDATA) -> list[str]:
    """Return for which days the market was asked, in order."""
    return [entry.query[11:21] for entry in world.app[LOG] if entry.host == host]


def is_falling(values: list[str]) -> bool:
    """Tell whether each is before the one before."""
    return all(after < before for before, after in pairwise(values))
