"""In a running Home Assistant, the demo's machine stops in an unbearable hour, and once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession
import pytest

from demo.automation import MACHINE, stop_on_halt
from demo.home_assistant import HomeAssistant
from demo.simulator import run_simulator
from simulator.aemet import key as aemet_key

# A mild day of spring, at noon in Madrid.
NOON = datetime(2026, 5, 13, 10, tzinfo=UTC)
KEYS = {"aemet_key": aemet_key(NOON + timedelta(days=100)), "openweathermap_key": "demo"}
RECOMMENDATION = "sensor.chocolate_factory_production_recommendation"
KNOWN = {"optimal", "moderate", "reduced", "halt"}


async def state(home: HomeAssistant, entity_id: str) -> str:
    return str((await home.get(f"/api/states/{entity_id}"))["state"])


async def until(home: HomeAssistant, entity_id: str, wanted: set[str]) -> None:
    async with asyncio.timeout(60):
        while await state(home, entity_id) not in wanted:  # noqa: ASYNC110 - a process
            await asyncio.sleep(0.2)


async def last_run(home: HomeAssistant) -> str:
    """Return when the automation began to do something."""
    automation = await home.get("/api/states/automation.stop_on_halt")
    return str(automation["attributes"]["last_triggered"])


async def notifications(home: HomeAssistant) -> list[str]:
    """Return what the notifications of Home Assistant say."""
    known = await home.command("persistent_notification/get")
    return [one["message"] for one in known if one["title"] == "Production: Halt"]


async def look_again(home: HomeAssistant) -> None:
    """Reload the factory, so that it asks for the weather before it would anyway."""
    (entry,) = await home.get(
        "/api/config/config_entries/entry", params={"domain": "chocolate_factory"}
    )
    await home.post(f"/api/config/config_entries/entry/{entry['entry_id']}/reload", {})


@pytest.mark.timeout(300)
async def test_the_machine_stops_once_and_a_restart_does_not_stop_it_again(
    tmp_path: Path, port: int
) -> None:
    async with run_simulator(now=NOON) as upstream, ClientSession() as session:
        async with HomeAssistant(config=tmp_path, port=port, upstream=upstream, now=NOON) as home:
            await home.add_factory(**KEYS)
            await stop_on_halt(home)
            await until(home, RECOMMENDATION, KNOWN - {"halt"})
            assert await state(home, MACHINE) == "on"
            heat = {"start": NOON.isoformat(), "end": f"{NOON + timedelta(hours=6)}"}
            await session.post(f"{upstream}/_spells", json=heat | {"temperature": 15})
            await look_again(home)
            await until(home, MACHINE, {"off"})
            assert await state(home, RECOMMENDATION) == "halt"
            assert await notifications(home) == ["Turned off: Tempering machine."]

            await home.post("/api/services/input_boolean/turn_on", {"entity_id": MACHINE})
            for _ in range(2):
                await look_again(home)
                await until(home, RECOMMENDATION, {"halt"})
            await home.action("ingest_now")
            assert await state(home, MACHINE) == "on"
            assert len(await notifications(home)) == 1
            begun = await last_run(home)
        later = NOON + timedelta(minutes=30)
        await session.post(f"{upstream}/_clock", json={"now": later.isoformat()})
        async with HomeAssistant(config=tmp_path, port=port, upstream=upstream, now=later) as home:
            await until(home, RECOMMENDATION, {"halt"})
            assert await state(home, MACHINE) == "on"
            assert not await notifications(home)
            assert await last_run(home) == begun
