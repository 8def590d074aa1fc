"""Whatever the services do, stored data stays, entities keep their values, and all is mended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import sqlite3
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.chocolate_factory.clients.gatekeeper import BUDGET
from custom_components.chocolate_factory.const import DOMAIN
from simulator import FAULTS as FAULTY, HOSTS, LOG

from .conftest import World
from .history.desk import PRICE_HOSTS

pytestmark = pytest.mark.usefixtures("factory")

type Tick = Callable[..., Awaitable[None]]

MADRID = ZoneInfo("Europe/Madrid")
FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 404},
    {"kind": "reset"},
    {"kind": "truncate"},
    {"kind": "garbage"},
    {"kind": "html"},
    {"kind": "empty"},
]


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged that a user would take for a bug."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelname in ("WARNING", "ERROR", "CRITICAL")
        and record.name.startswith(("custom_components", "homeassistant"))
        # Every custom integration is greeted so.
        and "custom integration" not in record.getMessage()
    ]


def stored(hass: HomeAssistant) -> dict[tuple[int, int], float]:
    connection = sqlite3.connect(hass.config.path(f"{DOMAIN}.db"))
    rows = connection.execute("SELECT series, start, value FROM slot").fetchall()
    connection.close()
    return {(series, start): value for series, start, value in rows}


@pytest.mark.parametrize("host", ["*", "apidatos.ree.es", "api.esios.ree.es", "www.omie.es"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
async def test_a_fault_in_the_evening_costs_nothing_and_is_mended_within_a_tick(
    home: HomeAssistant,
    world: World,
    factory: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    tick: Tick,
    caplog: pytest.LogCaptureFixture,
    host: str,
    fault: dict[str, Any],
) -> None:
    before = stored(home)
    world.fail(host=host, **fault)
    # The evening before, in which tomorrow's prices should have come.
    freezer.move_to(datetime(2026, 8, 5, 21, tzinfo=MADRID).astimezone(UTC))
    for _ in range(3):
        await tick()
        for entity in ("electricity_price", "lowest_price_today", "tariff_period"):
            state = home.states.get(f"sensor.obrador_{entity}")
            assert state
            assert state.state != STATE_UNAVAILABLE
    during = stored(home)
    assert before.items() <= during.items()

    world.recover()
    await tick()
    tomorrow = home.states.get("binary_sensor.obrador_prices_for_tomorrow")
    assert tomorrow
    assert tomorrow.state == "on"
    data = factory.runtime_data
    assert not await data.shared.ingest.missing(data.prices.series, datetime.now(UTC))
    assert complaints(caplog) == []
    assert all(world.asked(one) <= BUDGET for one in HOSTS)


@pytest.mark.parametrize("host", ["*", "apidatos.ree.es", "api.esios.ree.es", "www.omie.es"])
async def test_hosts_that_never_answer_cost_nothing_and_are_not_waited_for(
    home: HomeAssistant,
    world: World,
    freezer: FrozenDateTimeFactory,
    tick: Tick,
    caplog: pytest.LogCaptureFixture,
    host: str,
) -> None:
    world.fail(host=host, kind="delay", seconds=3600)
    freezer.move_to(datetime(2026, 8, 5, 20, 55, tzinfo=MADRID).astimezone(UTC))
    ticking = asyncio.ensure_future(tick())
    struck = 0
    while not ticking.done():
        await asyncio.sleep(0)
        # The clock stands still until it is moved: over the time that a request may take.
        if world.app[FAULTY].draws > struck:
            struck = world.app[FAULTY].draws
            freezer.tick(timedelta(seconds=31))
            async_fire_time_changed(home)
    await ticking
    state = home.states.get("sensor.obrador_electricity_price")
    assert state
    assert state.state != STATE_UNAVAILABLE
    world.recover()
    await tick()
    tomorrow = home.states.get("binary_sensor.obrador_prices_for_tomorrow")
    assert tomorrow
    assert tomorrow.state == "on"
    assert complaints(caplog) == []


@pytest.mark.parametrize("status", [403, 429])
async def test_a_host_that_turns_us_away_is_left_alone_and_not_missed(
    home: HomeAssistant,
    world: World,
    freezer: FrozenDateTimeFactory,
    tick: Tick,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    world.fail(host="apidatos.ree.es", kind="status", status=status)
    freezer.move_to(datetime(2026, 8, 5, 21, tzinfo=MADRID).astimezone(UTC))
    asked = world.asked("apidatos.ree.es")
    await tick()
    await tick()
    assert world.asked("apidatos.ree.es") == asked + 1
    tomorrow = home.states.get("binary_sensor.obrador_prices_for_tomorrow")
    assert tomorrow
    assert tomorrow.state == "on", "the others have it"
    assert complaints(caplog) == []


async def test_days_of_silence_break_no_budget_and_end_in_one_tick(
    home: HomeAssistant,
    world: World,
    factory: MockConfigEntry,
    tick: Tick,
    caplog: pytest.LogCaptureFixture,
) -> None:
    world.fail(kind="status", status=503)
    for _ in range(3 * 24):
        await tick(timedelta(hours=1))
    # And an hour of every tick, as it is in life.
    for _ in range(12):
        await tick()
    for host in PRICE_HOSTS:
        asked = [e.at for e in world.app[LOG] if e.host == host]
        assert asked
        most = max(sum(at <= other < at + timedelta(hours=1) for other in asked) for at in asked)
        assert most <= BUDGET
    world.recover()
    await tick()
    data = factory.runtime_data
    assert not await data.shared.ingest.missing(data.prices.series, datetime.now(UTC))
    state = home.states.get("sensor.obrador_electricity_price")
    assert state
    assert state.state != STATE_UNAVAILABLE
    assert complaints(caplog) == []


async def test_an_hour_of_operation_leaves_nothing_in_the_log(
    home: HomeAssistant,
    world: World,
    freezer: FrozenDateTimeFactory,
    tick: Tick,
    caplog: pytest.LogCaptureFixture,
) -> None:
    freezer.move_to(datetime(2026, 8, 5, 20, tzinfo=MADRID).astimezone(UTC))
    asked = world.asked()
    for _ in range(60):
        await tick(timedelta(minutes=1))
    assert world.asked() > asked, "the hour in which tomorrow's prices are published"
    assert complaints(caplog) == []
    assert not [record for record in caplog.get_records("setup") if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date, hours) for year in range(2021, 2027) for date, hours in (
        ((year, 3, 31 - (datetime(year, 3, 31, tzinfo=UTC).weekday() + 1) % 7), 23),
        ((year, 10, 31 - (datetime(year, 10, 31, tzinfo=UTC).weekday() + 1) % 7), 25),
    )],
    ids=str,
)  # fmt: skip
async def test_every_hour_of_a_clock_change_has_its_price_and_period(
    home: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    tick: Tick,
    factory: MockConfigEntry,
    day: tuple[int, int, int],
    hours: int,
) -> None:
    midnight = datetime(*day, tzinfo=MADRID).astimezone(UTC)
    assert await home.config_entries.async_unload(factory.entry_id)
    freezer.move_to(midnight)
    assert await home.config_entries.async_setup(factory.entry_id)
    await tick(timedelta())
    seen = []
    for _ in range(hours):
        price = home.states.get("sensor.obrador_electricity_price")
        period = home.states.get("sensor.obrador_tariff_period")
        assert price
        assert period
        seen.append(float(price.state))
        # Clocks change on Sundays, which are valley all day.
        assert period.state == "p3"
        await tick(timedelta(hours=1))
    answer = await home.services.async_call(
        DOMAIN,
        "get_prices",
        {
            "kind": "raw",
            "start": midnight.isoformat(),
            "end": (midnight + timedelta(hours=hours)).isoformat(),
        },
        blocking=True,
        return_response=True,
    )
    assert answer
    series: Any = answer["series"]
    quarters = 4 * hours if day >= (2025, 10, 1) else hours
    assert [len(series["pvpc"]), len(series["spot"])] == [hours, quarters]
    assert seen == [round(slot["price"], 5) for slot in series["pvpc"]]
    for slots in series.values():
        edges = [slots[0]["start"], *(slot["end"] for slot in slots)]
        assert edges[0] == midnight.isoformat()
        assert [slot["start"] for slot in slots] == edges[:-1]
