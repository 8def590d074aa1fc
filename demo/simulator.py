"""Run the simulator as a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
import sys

from .errors import DemoError
from .home_assistant import ROOT


@asynccontextmanager
async def run_simulator(
    recordings: Path | None = None, now: datetime | None = None
) -> AsyncIterator[str]:
    """Run the simulator on a free port and yield its address."""
    command = [sys.executable, "-m", "simulator", "--port", "0"]
    if recordings:
        command += ["--recordings", str(Path.cwd() / recordings)]
    if now:
        command += ["--now", now.isoformat()]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    try:
        if process.stdout is None:
            raise DemoError("the simulator has no output")
        line = (await process.stdout.readline()).decode()
        address = next((word for word in line.split() if word.startswith("http://")), None)
        if address is None:
            raise DemoError("the simulator did not start")
        yield address.rstrip("/")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
