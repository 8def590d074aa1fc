"""Hosts on the other side of real HTTP, and a clock that stands still until it is moved."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession, ClientTimeout
from aiohttp.test_utils import TestServer
from hypothesis import settings
import pytest
from yarl import URL

from custom_components.chocolate_factory.clients.gatekeeper import Gatekeeper
from custom_components.chocolate_factory.clients.transport import Transport
from simulator import create_app
from tests.clients.far_side import Clock, Host, Ledger
from tests.conftest import World

# A machine that is busy with something else is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still at noon."""
    return Clock()


@pytest.fixture
def ledger() -> Ledger:
    """Return an empty ledger."""
    return Ledger()


@pytest.fixture
def gatekeeper(ledger: Ledger, clock: Clock) -> Gatekeeper:
    """Return a gatekeeper that has seen nothing yet."""
    return Gatekeeper(ledger=ledger, clock=clock)


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session that may speak to this machine."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def services(clock: Clock, socket_enabled: None) -> AsyncIterator[World]:
    """Return the simulated services, which follow the clock."""
    app = create_app(clock=clock)
    async with TestServer(app) as server:
        yield World(app, str(server.make_url("/")))


@pytest.fixture
def transport(
    services: World, session: ClientSession, gatekeeper: Gatekeeper, clock: Clock
) -> Transport:
    """Return the door to the simulated services."""
    return Transport(
        session=session,
        gatekeeper=gatekeeper,
        clock=clock,
        upstream=URL(services.url),
        timeout=ClientTimeout(total=5),
    )


@pytest.fixture
async def host(socket_enabled: None) -> AsyncIterator[Host]:
    """Return a host that answers as the test wants it."""
    host = Host()
    async with TestServer(host.app) as server:
        host.url = str(server.make_url("/"))
        yield host


@pytest.fixture
def door(host: Host, session: ClientSession, gatekeeper: Gatekeeper, clock: Clock) -> Transport:
    """Return the door to the host that answers as the test wants it."""
    return Transport(
        session=session,
        gatekeeper=gatekeeper,
        clock=clock,
        upstream=URL(host.url),
        timeout=ClientTimeout(total=5),
    )
