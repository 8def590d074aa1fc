"""The health of a factory is told in a word, with the reasons, and is well again when all is."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
import shutil
import sqlite3
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.chocolate_factory.clients.gatekeeper import TICK
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.health import Finding, Severity, Vitals
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.ingest import PriceIngest
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.schedule import Every
from simulator import CLOCK

from .conftest import World, settle
from .sites import fill_up

MADRID = ZoneInfo("Europe/Madrid")
MB = 1_000_000

type Tick = Callable[..., Awaitable[None]]


def health(hass: HomeAssistant) -> tuple[str, list[str]]:
    state = hass.states.get("sensor.obrador_health")
    assert state
    return state.state, state.attributes.get("reasons", [])


def issues(hass: HomeAssistant) -> dict[str, ir.IssueSeverity | None]:
    return {
        issue.translation_key or "": issue.severity
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }


class Disk:
    """A disk that is as full as the test wants."""

    def __init__(self) -> None:
        """Have plenty of space."""
        self.free: int | None = 64_000 * MB
        self.asked_for: set[Path] = set()

    def __call__(self, path: Path) -> Any:
        """Answer as shutil.disk_usage does."""
        self.asked_for.add(path)
        if self.free is None:
            raise OSError("no such disk")
        return SimpleNamespace(free=self.free)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Return the disk of the machine."""
    disk = Disk()
    monkeypatch.setattr(shutil, "disk_usage", disk)
    return disk


@pytest.mark.usefixtures("factory")
async def test_all_is_well(home: HomeAssistant, tick: Tick) -> None:
    assert health(home) == ("ok", [])
    await tick()
    assert health(home) == ("ok", [])


async def test_before_the_first_look_nothing_is_known(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    assert health(home) == (STATE_UNKNOWN, [])
    await settle(home)
    assert health(home) == ("ok", [])


async def test_a_factory_without_prices_is_failing_until_they_come(
    home: HomeAssistant, world: World, entry: MockConfigEntry, tick: Tick
) -> None:
    world.fail(kind="empty")
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert health(home) == ("failing", ["no_prices", "no_weather"])
    assert issues(home) == dict.fromkeys(("no_prices", "no_weather"), ir.IssueSeverity.ERROR)
    world.recover()
    await tick()
    assert health(home) == ("ok", [])
    assert issues(home) == {}


@pytest.mark.parametrize("slow", ["prices", "weather"])
async def test_a_factory_that_begins_is_never_called_unwell(
    home: HomeAssistant, world: World, entry: MockConfigEntry, slow: str
) -> None:
    shown: list[str] = []
    raised: list[str] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == "sensor.obrador_health" and event.data["new_state"]:
            shown.append(event.data["new_state"].state)

    home.bus.async_listen(EVENT_STATE_CHANGED, note)
    home.bus.async_listen(
        ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED,
        callback(lambda event: raised.append(event.data["issue_id"])),
    )
    host = {"prices": "apidatos.ree.es", "weather": "api.open-meteo.com"}[slow]
    world.fail(host=host, kind="delay", seconds=60)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    jobs = entry.runtime_data.shared.jobs
    (quick,) = {"prices", "weather"} - {slow}
    await jobs.run_now(quick)
    assert jobs.all[slow].is_running
    world.recover()
    await settle(home)
    assert shown == [STATE_UNKNOWN, "ok"]
    assert raised == []


@pytest.mark.usefixtures("factory")
async def test_prices_that_end_before_the_day_does_are_said_before_they_end(
    home: HomeAssistant, world: World, tick: Tick
) -> None:
    with sqlite3.connect(home.config.path(f"{DOMAIN}.db")) as connection:
        later = dt_util.utcnow() + timedelta(hours=2)
        connection.execute("DELETE FROM slot WHERE start >= ?", (later.timestamp(),))
    connection.close()
    world.fail(kind="status", status=500)
    await tick()
    assert health(home) == ("degraded", ["no_prices"])
    assert issues(home) == {"no_prices": ir.IssueSeverity.WARNING}
    world.recover()
    await tick()
    assert health(home) == ("ok", [])


@pytest.mark.usefixtures("factory")
async def test_hosts_that_go_on_failing_are_named(
    home: HomeAssistant, world: World, freezer: FrozenDateTimeFactory, tick: Tick
) -> None:
    # The evening, in which tomorrow's prices should come; today's are there.
    freezer.move_to(datetime(2026, 8, 5, 21, tzinfo=MADRID))
    await tick()
    assert health(home) == ("ok", [])
    freezer.move_to(datetime(2026, 8, 6, 20, 50, tzinfo=MADRID))
    hosts = ["api.esios.ree.es", "apidatos.ree.es", "www.omie.es"]
    for host in hosts:
        world.fail(host=host, kind="status", status=500)
    for _ in range(2):
        await tick()
        assert health(home) == ("ok", []), "once or twice is nothing to speak of"
    await tick()
    assert health(home) == ("degraded", [f"host_failing: {host}" for host in hosts])
    world.recover()
    await tick()
    assert "host_failing: apidatos.ree.es" not in health(home)[1]
    # Nobody needs the others any more, so nobody knows how they are.
    await tick(timedelta(hours=1))
    assert health(home) == ("ok", [])


@pytest.mark.usefixtures("factory")
async def test_a_host_that_turns_us_away_is_named_until_it_was_left_alone_for_long(
    home: HomeAssistant, world: World, freezer: FrozenDateTimeFactory, tick: Tick
) -> None:
    await fill_up(tick)
    freezer.move_to(datetime(2026, 8, 5, 21, tzinfo=MADRID))
    world.fail(host="apidatos.ree.es", kind="status", status=429)
    await tick()
    assert health(home) == ("degraded", ["host_refusing: apidatos.ree.es"])
    world.recover()
    await tick(timedelta(hours=1))
    assert health(home)[0] == "degraded"
    await tick(timedelta(minutes=30))
    assert health(home) == ("ok", [])


@pytest.mark.usefixtures("factory")
async def test_a_store_that_cannot_be_written_is_failing(home: HomeAssistant, tick: Tick) -> None:
    with patch.object(Store, "save_job", side_effect=StoreError("the disk is full")):
        await tick()
        assert health(home) == ("failing", ["store_failed"])
    await tick()
    assert health(home) == ("ok", [])


async def test_a_store_that_was_damaged_is_a_reason_until_the_user_knows(
    home: HomeAssistant, world: World, entry: MockConfigEntry, tick: Tick
) -> None:
    Path(home.config.path(f"{DOMAIN}.db")).write_bytes(b"this is no database" * 1000)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    await tick()
    assert health(home) == ("degraded", ["store_damaged"])
    (issue_id,) = [key for domain, key in ir.async_get(home).issues if domain == DOMAIN]
    ir.async_get(home).async_ignore(DOMAIN, issue_id, True)
    await tick()
    assert health(home) == ("ok", [])


@pytest.mark.parametrize(
    ("free", "status", "severity"),
    [
        (500 * MB, "ok", None),
        (500 * MB - 1, "degraded", ir.IssueSeverity.WARNING),
        (100 * MB, "degraded", ir.IssueSeverity.WARNING),
        (100 * MB - 1, "failing", ir.IssueSeverity.ERROR),
        (0, "failing", ir.IssueSeverity.ERROR),
        (None, "ok", None),
    ],
)
@pytest.mark.usefixtures("factory")
async def test_a_disk_that_fills_up_is_said_and_is_well_when_it_is_emptied(
    home: HomeAssistant,
    tick: Tick,
    disk: Disk,
    free: int | None,
    status: str,
    severity: ir.IssueSeverity | None,
) -> None:
    disk.free = free
    await tick()
    assert health(home) == (status, ["disk_low"] if severity else [])
    assert issues(home) == ({"disk_low": severity} if severity else {})
    assert disk.asked_for == {Path(home.config.config_dir)}
    disk.free = 64_000 * MB
    await tick()
    assert health(home) == ("ok", [])
    assert issues(home) == {}


@pytest.mark.usefixtures("factory")
async def test_the_issue_says_how_much_space_is_left(
    home: HomeAssistant, tick: Tick, disk: Disk
) -> None:
    for free in (499_999_999, 123_456_789):
        disk.free = free
        await tick()
        issue = ir.async_get(home).async_get_issue(DOMAIN, "disk_low")
        assert issue
        assert issue.translation_placeholders == {"megabytes": str(free // MB)}


async def test_a_clock_that_is_off_is_a_reason(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    world.app[CLOCK].set(dt_util.utcnow() - timedelta(minutes=7))
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert health(home) == ("degraded", ["clock_off"])


async def test_a_job_that_fails_twice_is_named_until_it_works(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    works = False

    async def work() -> str:
        if works:
            return "done"
        raise StoreError("the disk is full")

    factory.runtime_data.shared.jobs.register("broken", Every(TICK), work)
    await tick()
    assert health(home) == ("ok", [])
    await tick()
    # Whether it or the look at the factory comes first in a beat is nobody's business.
    await factory.runtime_data.shared.jobs.run_now("health")
    assert health(home) == ("degraded", ["job_failing: broken"])
    works = True
    await tick(2 * TICK)
    await factory.runtime_data.shared.jobs.run_now("health")
    assert health(home) == ("ok", [])


async def test_others_may_have_more_to_look_at(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    found = [Severity.DEGRADED, Severity.FAILING]

    def check(vitals: Vitals) -> Iterator[Finding]:
        assert vitals.now == dt_util.utcnow()
        for severity in found:
            yield Finding(severity=severity, key="no_weather", subject=severity.name.lower())

    factory.runtime_data.health.checks.append(check)
    await tick()
    # The worst comes first.
    assert health(home) == ("failing", ["no_weather: failing", "no_weather: degraded"])
    found.pop()
    await tick()
    assert health(home) == ("degraded", ["no_weather: degraded"])


async def test_a_look_that_cannot_be_taken_is_no_health(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    def check(_vitals: Vitals) -> Iterator[Finding]:
        raise ZeroDivisionError

    checks = factory.runtime_data.health.checks
    checks.append(check)
    await tick()
    assert health(home)[0] == STATE_UNAVAILABLE
    assert factory.runtime_data.shared.jobs.all["health"].failures == 1
    checks.remove(check)
    await tick()
    assert health(home) == ("ok", [])


async def test_the_factory_is_looked_after_even_if_its_prices_never_come(
    home: HomeAssistant, factory: MockConfigEntry, freezer: FrozenDateTimeFactory, disk: Disk
) -> None:
    never = asyncio.Event()
    jobs = factory.runtime_data.shared.jobs

    async def hang(*_args: object, **_options: object) -> list[object]:
        await never.wait()
        return []

    disk.free = 0
    with patch.object(PriceIngest, "run", hang):
        freezer.tick(timedelta(minutes=14))
        async_fire_time_changed(home)
        await asyncio.sleep(0)
        assert jobs.all["prices"].is_running
        assert not jobs.all["health"].is_running
        freezer.tick(timedelta(minutes=1))
        async_fire_time_changed(home)
        await asyncio.sleep(0)
        assert jobs.all["health"].is_running
        await jobs.run_now("health")
        assert jobs.all["prices"].is_running
        assert health(home) == ("failing", ["disk_low"])
        never.set()
        await settle(home)


async def test_the_history_of_health_is_in_the_log(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick, disk: Disk
) -> None:
    for free in (64_000 * MB, 0, 0, 400 * MB, 64_000 * MB, 64_000 * MB):
        disk.free = free
        await tick()
    runs = await factory.runtime_data.shared.store.read_runs(100)
    assert [run.detail for job, run in runs if job == "health"] == [
        "ok",
        "degraded, disk_low",
        "failing, disk_low",
    ]


async def test_a_factory_that_rests_has_no_health_and_no_issues(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick, disk: Disk
) -> None:
    disk.free = 0
    await tick()
    assert issues(home)
    assert await home.config_entries.async_unload(factory.entry_id)
    assert health(home)[0] == STATE_UNAVAILABLE
    assert issues(home) == {}
    await tick(timedelta(hours=1))
    assert issues(home) == {}


async def test_who_fetches_prices_by_hand_sees_at_once_that_all_is_well(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    for host in ("api.esios.ree.es", "apidatos.ree.es", "www.omie.es"):
        world.fail(host=host, kind="status", status=500)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert health(home) == ("failing", ["no_prices"])
    world.recover()
    await home.services.async_call(DOMAIN, "ingest_now", {}, blocking=True)
    assert health(home) == ("ok", [])
    assert issues(home) == {}
