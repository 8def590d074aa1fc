"""Run the demo: the simulator, and Home Assistant with a factory in it."""

import argparse
import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, time, timedelta
import json
from pathlib import Path
import signal
import sys
import tempfile
from zoneinfo import ZoneInfo

from simulator import recorded_days
from simulator.aemet import key as aemet_key

from .automation import stop_on_halt
from .errors import DemoError
from .home_assistant import HOME, PASSWORD, USER, HomeAssistant
from .past import write_past
from .simulator import run_simulator

CHECK_TIMEOUT = 120
# A year and a bit: enough for every season, simulated in seconds.
DAYS = 400
# What a factory that is new cannot say yet.
LATER = (
    "_last_training",
    "_model_r2",
    "_model_accuracy",
    "_price_forecast_error",
    "_next_optimal_window",
)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8123, help="of Home Assistant")
    parser.add_argument("--config", type=Path, metavar="DIR", help="keep the configuration there")
    world = parser.add_mutually_exclusive_group()
    world.add_argument("--upstream", metavar="URL", help="use this stand-in for all services")
    world.add_argument("--live", action="store_true", help="use the real services")
    world.add_argument(
        "--recordings",
        type=Path,
        metavar="DIR",
        help="let the simulator serve recorded files, and begin on the last recorded day",
    )
    parser.add_argument(
        "--now", type=datetime.fromisoformat, metavar="ISO", help="begin at this instant"
    )
    parser.add_argument(
        "--history",
        type=int,
        metavar="DAYS",
        help="of simulated past to begin with: 400 unless there is a past, or with --check",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="print our entities as JSON when they have values, and stop",
    )
    return parser.parse_args()


def _begin(options: argparse.Namespace) -> datetime | None:
    """Return the instant to begin at: noon of the last recorded day, or now."""
    zone = ZoneInfo("Europe/Madrid")
    now: datetime | None = options.now
    if now:
        return now if now.tzinfo else now.replace(tzinfo=zone)
    if options.recordings:
        days = recorded_days(options.recordings)
        if not days:
            raise DemoError(f"there are no recordings in {options.recordings}")
        return datetime.combine(max(days), time(12), zone)
    return None


def _keys(now: datetime | None) -> dict[str, str]:
    """Return keys that the simulated services accept."""
    return {
        "aemet_key": aemet_key((now or datetime.now(UTC)) + timedelta(days=100)),
        "openweathermap_key": "demo",
    }


def _history(options: argparse.Namespace) -> int:
    """Return how many days of past to begin with; nobody has simulated that of other services."""
    if options.live or options.upstream:
        return 0
    if options.history is None:
        return 0 if options.check or options.recordings else DAYS
    return int(options.history)


async def _check(home_assistant: HomeAssistant) -> int:
    """Print our entities when the sensors and the weather have values, or what there is."""
    ready = False
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            while not ready:
                await asyncio.sleep(0.5)
                states = await home_assistant.entities()
                values = [
                    state["state"]
                    for state in states
                    if state["entity_id"].startswith(("sensor.", "weather."))
                    and not state["entity_id"].endswith(LATER)
                ]
                ready = bool(values) and not {"unavailable", "unknown"} & {*values}
    except TimeoutError:
        states = await home_assistant.entities()
    print(json.dumps(states, indent=2, ensure_ascii=False))
    return 0 if ready else 1


async def _run(options: argparse.Namespace) -> int:
    """Run until it is stopped, or until the check is done."""
    async with AsyncExitStack() as stack:
        now = _begin(options)
        upstream = options.upstream
        if not upstream and not options.live:
            upstream = await stack.enter_async_context(run_simulator(options.recordings, now))
        config = options.config or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="chocolate-factory-"))
        )
        store = config / "chocolate_factory.db"
        days = _history(options)
        if days and not store.exists():
            config.mkdir(parents=True, exist_ok=True)
            print(f"Simulating {days} days of prices and weather...", flush=True)
            await write_past(store, now or datetime.now(UTC), days, HOME)
        home_assistant = await stack.enter_async_context(
            HomeAssistant(config=Path.cwd() / config, port=options.port, upstream=upstream, now=now)
        )
        await home_assistant.add_factory(**({} if options.live else _keys(now)))
        await stop_on_halt(home_assistant)
        if options.check:
            return await _check(home_assistant)
        print(f"Home Assistant runs at {home_assistant.url} (user {USER}, password {PASSWORD}).")
        print(f"Its log is {home_assistant.log}; Ctrl-C stops it.", flush=True)
        await home_assistant.wait()
        raise DemoError(f"Home Assistant has stopped by itself, see {home_assistant.log}")


async def _until_stopped(options: argparse.Namespace) -> int:
    """Run, and stop in good order when asked to."""
    running = asyncio.ensure_future(_run(options))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        return await running
    except asyncio.CancelledError:
        # A demo is over when it is stopped; a check that is stopped has not passed.
        return 1 if options.check else 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(_until_stopped(_options())))
    except DemoError as error:
        sys.exit(f"scripts/demo: {error}")
