"""Whoever rebuilds the history from a database is told how it goes, until it is over."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.clients.errors import SourceError
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.restore import (
    MonthReport,
    Restore,
    RestoreReport,
)
from custom_components.chocolate_factory.jobs import Jobs

from .clients.influx_server import Influx
from .conftest import World, settle
from .test_influx_coordinator import influx, shown, start
from .told import ask, notices

__all__ = ["influx", "shown"]


def month(series: str, name: str, there: str) -> MonthReport:
    """Return what came of a month; here is always 'a'."""
    return MonthReport(
        series=series,
        month=name,
        there=1,
        here=1,
        missing=1,
        checksum_there=there,
        checksum_here="a",
    )


REPORT = RestoreReport(
    months=(
        month("pvpc", "2026-07", "a"),
        month("pvpc", "2026-08", "b"),
        month("spot", "2026-08", "b"),
    ),
    changed=3,
    dropped=0,
    dry_run=False,
)


def halfway(end: Exception | RestoreReport) -> Any:
    """Have a restore come halfway, and end in some way."""

    async def run(
        _restore: Restore, *_: object, dry_run: bool, on_progress: Callable[[int, int], None]
    ) -> RestoreReport:
        on_progress(1, 2)
        if isinstance(end, Exception):
            raise end
        return end

    return patch.object(Restore, "run", run)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SourceError("it is away"), "it is away"),
        (StoreError("disk is full"), "disk is full"),
        (ZeroDivisionError("s3cret"), "ZeroDivisionError"),
    ],
)
async def test_a_restore_that_fails_says_so_and_does_not_seem_to_go_on(
    home: HomeAssistant, world: World, shown: MockConfigEntry, error: Exception, said: str
) -> None:
    await start(home, shown)
    with halfway(error), pytest.raises((HomeAssistantError, ZeroDivisionError)):
        await ask(home, "restore_from_influxdb", dry_run=False)
    notice = notices(home)["restore_obrador"]
    assert notice.startswith("The history could not be rebuilt from InfluxDB: ")
    assert notice.endswith(said)


async def test_a_restore_that_was_only_tried_shows_nothing(
    home: HomeAssistant, world: World, shown: MockConfigEntry
) -> None:
    await start(home, shown)
    with halfway(SourceError("it is away")), pytest.raises(HomeAssistantError, match="away"):
        await ask(home, "restore_from_influxdb")
    assert "restore_obrador" not in notices(home)


async def test_a_restore_ends_with_its_factory_and_not_with_whoever_asked(
    home: HomeAssistant, world: World, shown: MockConfigEntry
) -> None:
    await start(home, shown)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def run(_restore: Restore, *_: object, **__: object) -> RestoreReport:
        begun.set()
        await go_on.wait()
        return REPORT

    with patch.object(Restore, "run", run):
        asking = asyncio.create_task(ask(home, "restore_from_influxdb", dry_run=False))
        await begun.wait()
        asking.cancel()
        go_on.set()
        await settle(home)
        assert "3 slots are new" in notices(home)["restore_obrador"]

        begun.clear()
        go_on.clear()
        asking = asyncio.create_task(ask(home, "restore_from_influxdb", dry_run=False))
        await begun.wait()
        assert await home.config_entries.async_unload(shown.entry_id)
        with pytest.raises(HomeAssistantError) as caught:
            await asking
    assert caught.value.translation_key == "restore_stopped"
    assert "was cut short" in notices(home)["restore_obrador"]


async def test_months_that_differ_are_counted_once(
    home: HomeAssistant, world: World, shown: MockConfigEntry
) -> None:
    await start(home, shown)
    with halfway(REPORT):
        await ask(home, "restore_from_influxdb", dry_run=False)
    assert "InfluxDB: 1." in notices(home)["restore_obrador"]


@pytest.mark.parametrize("end", [REPORT, SourceError("it is away")])
async def test_what_a_restore_brought_is_used_at_once(
    home: HomeAssistant, world: World, shown: MockConfigEntry, end: Exception | RestoreReport
) -> None:
    await start(home, shown)
    for dry_run, wanted in ((True, set()), (False, {"prices", "weather", "statistics"})):
        with halfway(end), patch.object(Jobs, "want") as want:
            if isinstance(end, Exception):
                with pytest.raises(HomeAssistantError):
                    await ask(home, "restore_from_influxdb", dry_run=dry_run)
            else:
                await ask(home, "restore_from_influxdb", dry_run=dry_run)
        assert {call.args[0] for call in want.call_args_list} == wanted


async def test_a_notice_does_not_outlive_whoever_would_end_it(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx
) -> None:
    await start(home, shown)
    influx.refuse(500)
    await ask(home, "resync_influxdb")
    await settle(home)
    assert "0 %" in notices(home)["influxdb_obrador"]
    assert await home.config_entries.async_reload(shown.entry_id)
    await settle(home)
    assert "influxdb_obrador" not in notices(home)
