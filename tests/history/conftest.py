"""A store in a file of its own, with a clock that stands still until it is moved."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.chocolate_factory.history.store import Store

from .desk import Desk, desk_at
from .stored import NOON, Clock, opened


@pytest.fixture
def clock() -> Clock:
    """Return a clock that shows noon in Madrid."""
    return Clock(NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store's file will be."""
    return tmp_path / "store.db"


@pytest.fixture
async def store(path: Path, clock: Clock) -> AsyncIterator[Store]:
    """Return an open store without a slot."""
    async with opened(path, clock) as store:
        yield store


@pytest.fixture
async def desk(path: Path, clock: Clock, socket_enabled: None) -> AsyncIterator[Desk]:
    """Return an open desk without any prices, in a world where all is well."""
    async with desk_at(path, clock) as desk:
        yield desk
