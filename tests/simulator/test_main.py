import asyncio
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession
import pytest

from simulator import CLOCK, create_app
from simulator.__main__ import main, serve


async def test_a_free_port_is_printed_when_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def announce(line: str, **_: Any) -> None:
        printed.set_result(line)

    monkeypatch.setattr("builtins.print", announce)
    server = asyncio.create_task(serve(create_app(), "127.0.0.1", 0))
    address = await printed
    async with ClientSession() as session, session.get(f"{address}/_log") as response:
        assert await response.json() == []

    server.cancel()
    with pytest.raises(asyncio.CancelledError):
        await server


def test_now_starts_a_clock_that_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = []

    async def look(app: Any, *_: object) -> None:
        clocks.append(app[CLOCK])

    monkeypatch.setattr("simulator.__main__.serve", look)
    monkeypatch.setattr("sys.argv", ["simulator", "--port", "0", "--now", "2021-06-01T10:00+02:00"])
    main()

    [clock] = clocks
    before = clock.now()
    assert (before - datetime(2021, 6, 1, 8, tzinfo=UTC)).total_seconds() < 60
    assert clock.now() > before


@pytest.mark.parametrize(
    "arguments",
    [[], ["--port", "x"], ["--port", "0", "--now", "2021-06-01T10:00"],
     ["--port", "0", "--recordings", "/nowhere"]],
    ids=["no port", "no number", "no offset", "no folder"],
)  # fmt: skip
def test_arguments_that_make_no_sense_are_refused(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["simulator", *arguments])

    with pytest.raises(SystemExit):
        main()
