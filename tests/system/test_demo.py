"""The demo shows a factory with prices and weather, with and without recordings."""

import asyncio
import json
import os
from pathlib import Path
import signal
import subprocess
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.timeout(300)


def check(port: int, *options: str) -> dict[str, Any]:
    result = subprocess.run(
        [ROOT / "scripts" / "demo", "--check", "--port", str(port), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr + result.stdout
    return {state["entity_id"].split("factory_")[1]: state for state in json.loads(result.stdout)}


def test_the_simulated_market_has_prices_for_today(port: int) -> None:
    states = check(port)
    assert len(states) == 38
    assert states["production_recommendation"]["state"] in {
        "optimal",
        "moderate",
        "reduced",
        "halt",
    }
    assert states["weather_source"]["state"] in {"aemet", "openweathermap"}
    assert 0 <= float(states["chocolate_production_index"]["state"]) <= 100
    lowest, now, highest = (
        float(states[name]["state"])
        for name in ("lowest_price_today", "electricity_price", "highest_price_today")
    )
    assert lowest <= now <= highest
    assert lowest < highest


def test_a_recorded_day_shows_its_recorded_prices(port: int, recordings: Path) -> None:
    states = check(port, "--recordings", str(recordings))
    recorded = json.loads(
        (recordings / "apidatos" / "pvpc-spot_2021-10-30_peninsular_24h.json").read_text()
    )
    (pvpc,) = (item for item in recorded["included"] if item["id"] == "1001")
    prices = [value["value"] / 1000 for value in pvpc["attributes"]["values"]]
    shown = {name: float(states[name]["state"]) for name in states if name.endswith("price_today")}
    assert shown["lowest_price_today"] == pytest.approx(min(prices))
    assert shown["highest_price_today"] == pytest.approx(max(prices))
    assert shown["average_price_today"] == pytest.approx(sum(prices) / 24, abs=1e-5)
    assert float(states["electricity_price"]["state"]) == pytest.approx(prices[12])
    assert float(states["next_price"]["state"]) == pytest.approx(prices[13])


async def test_ctrl_c_stops_everything_and_the_log_is_clean(port: int, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        ROOT / "scripts" / "demo",
        *("--port", str(port), "--config", str(tmp_path), "--history", "0"),
        stdout=asyncio.subprocess.PIPE,
        # As a terminal does: the signal reaches the whole group.
        start_new_session=True,
    )
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    assert f"http://127.0.0.1:{port}" in line
    assert "demo" in line
    os.killpg(process.pid, signal.SIGINT)
    await process.communicate()
    assert process.returncode == 0
    log = (tmp_path / "demo.log").read_text()
    ours = [line for line in log.splitlines() if "custom_components.chocolate_factory" in line]
    assert len(ours) == 1
    assert "All remote requests go to" in ours[0]
    assert not list(tmp_path.glob("chocolate_factory.db-*")), "closed in good order"
