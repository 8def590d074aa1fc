"""A process that is killed in the middle of writing loses nothing of what it knew to be written."""

from collections import Counter
from multiprocessing import get_context
from pathlib import Path
import random

import pytest

from custom_components.chocolate_factory.factory.series import Series, Source

from .stored import FIRST, HOUR, everything, opened, rows, values
from .writer import DAY, WIDTH, step, write_forever


# The other threads are those of numpy, which wait for work that never comes.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
async def test_a_killed_process_leaves_every_write_whole(path: Path) -> None:
    last = -1
    for _ in range(20):
        sure = max(last, write_and_kill(path, last + 1))

        last = await last_number(path)
        assert last in (sure, sure + 1), "one more may be written without a chance to say so"
        await check_slots(path, last)
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert last > 20


def write_and_kill(path: Path, first: int) -> int:
    """Let a process write for a moment, kill it, and return the last number it was sure of."""
    context = get_context("fork")
    acknowledged, acknowledge = context.Pipe(duplex=False)
    process = context.Process(target=write_forever, args=(path, first, acknowledge), daemon=True)
    process.start()
    acknowledge.close()
    sure = -1
    with acknowledged:
        try:
            if random.random() < 0.8:  # noqa: S311 - else it may die while it opens the file
                sure = acknowledged.recv()
            process.join(random.uniform(0, 0.04))  # noqa: S311
            process.kill()
            while True:
                sure = acknowledged.recv()
        except EOFError:
            process.join()
    assert process.exitcode == -9
    return sure


async def last_number(path: Path) -> int:
    """Return the number that was written last, all over."""
    async with opened(path) as store:
        found = await values(store, Series.SPOT)
        assert store.take_damaged() is None
    assert len(found) in (0, WIDTH)
    assert len(set(found)) <= 1, "half a write"
    return int(found[0]) if found else -1


async def check_slots(path: Path, last: int) -> None:
    """See that every time is claimed once, and that the last write of each day is whole."""
    async with opened(path) as store:
        table = await everything(store)
    starts, ends = table.starts.tolist(), (table.starts + table.seconds).tolist()
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
    expected: Counter[tuple[int, int, float, Source]] = Counter()
    for number in {*range(2, last + 1, 3), last} - {-1}:
        source, length = step(number)
        expected[number // 3, length, number, source] = 6 * HOUR // length
    found = Counter(
        ((start - FIRST) // DAY, seconds, value, source)
        for start, seconds, value, source in zip(
            starts, table.seconds.tolist(), table.values.tolist(), table.sources, strict=True
        )
    )
    assert found == expected
    [(count, numbers, highest)] = rows(
        path, "SELECT count(*), count(DISTINCT seq), max(seq) FROM slot"
    )
    assert numbers == count
    assert rows(path, "SELECT last FROM sequence") == [(highest or 0,)]
