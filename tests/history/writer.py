"""A process that writes into a store until it is killed."""

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from custom_components.chocolate_factory.factory.series import Series, Source

from .stored import FIRST, HOUR, QUARTER, batch, opened

WIDTH = 300
DAY = 24 * HOUR


def step(number: int) -> tuple[Source, int]:
    """Return what a number is written with: each day has an estimate, then hours, then quarters."""
    return Source.REDATA if number % 3 else Source.ESTIMATE, QUARTER if number % 3 == 2 else HOUR


def write_forever(path: Path, first: int, acknowledge: Connection) -> None:
    """Write ever new numbers, and tell of each when it is written."""
    asyncio.run(_write_forever(path, first, acknowledge))


async def _write_forever(path: Path, first: int, acknowledge: Connection) -> None:
    async with opened(path) as store:
        number = first
        while True:
            source, length = step(number)
            six_hours = batch(
                [number] * (6 * HOUR // length),
                seconds=length,
                source=source,
                first=FIRST + number // 3 * DAY,
            )
            await store.write([batch([number] * WIDTH, series=Series.SPOT), six_hours])
            acknowledge.send(number)
            number += 1
