"""What Home Assistant backs up while the factory goes on can be restored."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
import json
from pathlib import Path
import secrets

from homeassistant.backup_restore import restore_backup
from homeassistant.components.backup.const import DATA_MANAGER
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.backup import LONGEST, async_post_backup, async_pre_backup
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store

from .conftest import settle
from .history.stored import batch, everything, opened, rows

type Tick = Callable[..., Awaitable[None]]


def is_held(hass: HomeAssistant, store: Store) -> Awaitable[bool]:
    """Tell whether the file is held still."""
    return store._guarded(
        lambda connection: connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
    )


async def test_a_backup_made_while_the_factory_writes_can_be_restored(
    home: HomeAssistant, factory: MockConfigEntry, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store: Store = factory.runtime_data.shared.store
    config = Path(home.config.config_dir)
    # Something that takes its time, before and after.
    for name in ("a", "z"):
        (config / f"{name}.bin").write_bytes(secrets.token_bytes(20_000_000))
    models = config / f"{DOMAIN}_models" / factory.entry_id
    models.mkdir(parents=True, exist_ok=True)
    (models / "score.npz").write_bytes(b"forest")
    assert await async_setup_component(home, "backup", {})
    await settle(home)
    written, was_held = 0, False

    async def write() -> None:
        nonlocal written, was_held
        while not done.is_set():
            written += 1
            was_held = was_held or await is_held(home, store)
            await store.write(
                [batch([written] * 500, series=Series.PVPC_CEUTA_MELILLA, seconds=900)]
            )

    done = asyncio.Event()
    writing = asyncio.create_task(write())
    before = written
    manager = home.data[DATA_MANAGER]
    await manager.async_create_backup(
        agent_ids=["backup.local"],
        include_addons=None,
        include_all_addons=False,
        include_database=True,
        include_folders=None,
        include_homeassistant=True,
        name="Sunday",
        password=None,
    )
    between = written
    done.set()
    await writing
    # The first may have been under way; how many there are is up to the disk.
    assert between > before + 1, "writing was held up"
    assert was_held
    assert not await is_held(home, store)
    prices = await everything(store)

    (tar,) = (config / "backups").glob("*.tar")
    other = tmp_path_factory.mktemp("other")
    (other / ".HA_RESTORE").write_text(
        json.dumps(
            {
                "path": str(tar),
                "password": None,
                "remove_after_restore": False,
                "restore_database": True,
                "restore_homeassistant": True,
            }
        )
    )
    assert await asyncio.to_thread(restore_backup, str(other))
    path = other / f"{DOMAIN}.db"
    async with opened(path) as restored:
        assert restored.take_damaged() is None
        numbers = set((await everything(restored, Series.PVPC_CEUTA_MELILLA)).values.tolist())
        assert len(numbers) == 1, "half a write"
        assert before <= numbers.pop() <= between
        found = await everything(restored)
        assert (found.starts == prices.starts).all()
        assert (found.values == prices.values).all()
        assert found.sources == prices.sources
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert (other / (models / "score.npz").relative_to(config)).read_bytes() == b"forest"


async def test_whoever_never_says_that_the_backup_is_done_is_not_waited_for(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    store = factory.runtime_data.shared.store
    await async_pre_backup(home)
    assert await is_held(home, store)
    await tick(LONGEST - timedelta(minutes=1))
    assert await is_held(home, store)
    await async_pre_backup(home)
    await tick(timedelta(minutes=2))
    assert await is_held(home, store), "it is another backup"
    await tick(LONGEST)
    assert not await is_held(home, store)
    await async_pre_backup(home)
    await async_post_backup(home)
    assert not await is_held(home, store)


async def test_a_store_that_does_not_play_along_is_no_reason_to_have_no_backup(
    home: HomeAssistant,
    factory: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(_store: Store) -> None:
        raise StoreError("the disk is full")

    for name in ("hold_still", "let_go"):
        monkeypatch.setattr(Store, name, fail)
    await async_pre_backup(home)
    await async_post_backup(home)
    assert caplog.text.count("the disk is full") == 2


async def test_without_a_factory_there_is_nothing_to_hold(home: HomeAssistant) -> None:
    await async_pre_backup(home)
    await async_post_backup(home)
    assert not Path(home.config.path(f"{DOMAIN}.db")).exists()
