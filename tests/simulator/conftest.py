"""A simulated world for each test, with a clock that stands still until it is moved."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
import pytest

from simulator import create_app

type Client = TestClient[web.Request, web.Application]

NOON = datetime(2026, 8, 5, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sockets(socket_enabled: None) -> None:
    """Let the tests speak to the simulator."""


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave asyncio's debug mode off: the simulator may be slow, its tests should not."""


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """Speak to a world without recordings, at noon in Madrid."""
    async with TestClient(TestServer(create_app(clock=lambda: NOON))) as client:
        yield client


@pytest.fixture
async def recorded(recordings: Path) -> AsyncIterator[Client]:
    """Speak to a world with recordings, at noon in Madrid."""
    app = create_app(recordings=recordings, clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        yield client
