"""The history of a factory is rebuilt from its database, after it has been tried."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.components.persistent_notification import (
    _async_get_or_create_notifications as notifications,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.shared import async_get_shared

from .conftest import ASKED, NOON, PVPC, World, settle
from .databases import PASSWORD, USER, Server, influxdb
from .history.stored import batch


@pytest.fixture
def influx(tmp_path: Path, now: None, socket_enabled: None) -> Iterator[Server]:
    """Return a running InfluxDB."""
    server = influxdb(tmp_path)
    yield server
    server.stop()


async def restored(hass: HomeAssistant, **fields: Any) -> Any:
    """Return what the action answers."""
    return await hass.services.async_call(
        DOMAIN, "restore_from_influxdb", fields, blocking=True, return_response=True
    )


async def test_prices_and_weather_come_back(
    home: HomeAssistant, world: World, influx: Server
) -> None:
    words = {
        "api": "v1",
        "url": influx.url,
        "database": "history",
        "username": USER,
        "password": PASSWORD,
    }
    entry = MockConfigEntry(
        domain=DOMAIN, title="Obrador", data=PVPC | ASKED, options={"influxdb": words}
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)

    untouched = await restored(home)
    assert untouched["dry_run"] is True
    assert (untouched["missing"], untouched["verified"]) == (0, True)

    path = home.config.path(f"{DOMAIN}.db")
    with closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        connection.execute("DELETE FROM slot")
    tried = await restored(home)
    count = tried["missing"]
    assert count > 9 * 24
    assert (tried["changed"], tried["verified"]) == (0, False)
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        assert connection.execute("SELECT count(*) FROM slot").fetchone() == (0,)

    done = await restored(home, dry_run=False)
    assert (done["changed"], done["missing"], done["verified"]) == (count, count, True)
    assert {month["month"] for month in done["months"]} == {"2026-07", "2026-08"}
    assert f"{count} slots are new, and everything is the same" in str(notifications(home))

    # It is on its way.
    late = int((NOON + timedelta(days=8)).timestamp())
    await (await async_get_shared(home)).store.write([batch([0.1], first=late)])
    assert (await restored(home, dry_run=False))["verified"] is False
    assert "differs from InfluxDB: 1" in str(notifications(home))

    influx.stop()
    with pytest.raises(HomeAssistantError, match="InfluxDB cannot be read"):
        await restored(home)
