"""Real processes on real ports: nothing here is frozen or mocked."""

import socket

import pytest


@pytest.fixture(autouse=True)
def sockets(socket_enabled: None) -> None:
    """Let the tests speak to the processes."""


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def port() -> int:
    """Return a port that is free now."""
    return free_port()
