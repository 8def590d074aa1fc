"""Problems are said, with what to do, and go away when they are gone."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
import time
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.chocolate_factory.clients.gatekeeper import TICK
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.weather_ingest import WeatherIngest
from simulator import CLOCK, LOG
from simulator.aemet import key

from .conftest import NOON, PVPC, World, settle
from .forms import OPEN_METEO_ONLY, go_on
from .sites import AEMET, KEYS, open_factory

type Tick = Callable[..., Awaitable[None]]


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    return {
        issue.translation_key or "": issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }


async def test_no_prices_for_today_is_an_issue_until_there_are(
    home: HomeAssistant, world: World, entry: MockConfigEntry, tick: Tick
) -> None:
    world.fail(kind="empty")
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert set(issues(home)) == {"no_prices", "no_weather"}
    assert {issue.severity for issue in issues(home).values()} == {ir.IssueSeverity.ERROR}
    world.recover()
    await tick()
    assert not issues(home)


async def test_a_clock_that_is_off_is_an_issue_until_it_is_right(
    home: HomeAssistant, world: World, entry: MockConfigEntry, tick: Tick
) -> None:
    world.app[CLOCK].set(dt_util.utcnow() + timedelta(minutes=7))
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert set(issues(home)) == {"clock_off"}
    assert issues(home)["clock_off"].translation_placeholders == {"minutes": "7"}
    world.app[CLOCK].set(dt_util.utcnow() + timedelta(minutes=4))
    # Tomorrow's spot prices are the next occasion to ask.
    await tick(timedelta(hours=3))
    assert not issues(home)


async def test_a_damaged_store_is_set_aside_and_said(
    home: HomeAssistant,
    world: World,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = Path(home.config.path(f"{DOMAIN}.db"))
    path.write_bytes(b"this is no database" * 1000)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    assert await async_setup_component(home, REPAIRS, {})
    await settle(home)
    state = home.states.get("sensor.obrador_electricity_price")
    assert state
    assert float(state.state) > 0
    issue = issues(home)["store_damaged"]
    assert issue.translation_placeholders
    aside = Path(issue.translation_placeholders["path"])
    assert aside.read_bytes().startswith(b"this is no database")

    # The user reads it and confirms, which dismisses it.
    client = await hass_client()
    flow = await (
        await client.post(
            "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue.issue_id}
        )
    ).json()
    assert flow["step_id"] == "confirm"
    await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    await settle(home)
    assert not issues(home)
    # The access log of the server cannot tell the zone of a frozen clock, and says so.
    said = [record for record in caplog.records if record.name != "aiohttp.access"]
    assert "ERROR" not in {record.levelname for record in said}


async def test_a_dismissed_issue_stays_away(
    home: HomeAssistant, world: World, entry: MockConfigEntry, tick: Tick
) -> None:
    Path(home.config.path(f"{DOMAIN}.db")).write_bytes(b"this is no database" * 1000)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    ir.async_delete_issue(home, DOMAIN, issues(home)["store_damaged"].issue_id)
    await tick()
    assert not issues(home)


@pytest.mark.usefixtures("factory")
async def test_a_healthy_factory_has_no_issues(home: HomeAssistant, tick: Tick) -> None:
    await tick()
    assert not issues(home)


async def test_the_clock_is_not_off_any_more_once_it_was_set(
    home: HomeAssistant, world: World, entry: MockConfigEntry, tick: Tick
) -> None:
    world.app[CLOCK].set(dt_util.utcnow() + timedelta(hours=1))
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert set(issues(home)) == {"clock_off"}
    # Nobody says anything new.
    world.fail(kind="reset")
    ticks = time.monotonic()
    with patch(
        "custom_components.chocolate_factory.clients.transport.time.monotonic",
        # The clock goes on by an hour and five minutes, of which five minutes passed.
        lambda: ticks + TICK.total_seconds(),
    ):
        await tick(TICK + timedelta(hours=1))
    assert not issues(home)


async def test_a_factory_that_rests_has_no_issues(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    world.fail(kind="empty")
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert issues(home)
    assert await home.config_entries.async_unload(entry.entry_id)
    assert not issues(home)


FIRST = {"aemet_key": key(NOON + timedelta(hours=1))}
BOTH = FIRST | {"aemet_second_key": key(NOON + timedelta(days=60), name="second")}
KEYS_THAT_END = pytest.mark.parametrize(
    ("keys", "issue"),
    [(FIRST, "aemet_key_expired"), (BOTH, "second_key_in_use")],
    ids=["one", "two"],
)


@KEYS_THAT_END
async def test_a_key_that_has_expired_is_said_long_before_the_daily_check(
    home: HomeAssistant, world: World, tick: Tick, keys: dict[str, str], issue: str
) -> None:
    await open_factory(home, KEYS | keys)
    assert set(issues(home)) == {"aemet_key_expires"}
    await tick(timedelta(hours=1, minutes=5))
    assert set(issues(home)) == {issue}
    # Nobody had to ask whether the keys still work, but for the check at the start.
    asked = [one.path for one in world.app[LOG] if one.host == AEMET]
    assert sum("inventarioestaciones" in path for path in asked) == 1


@pytest.mark.usefixtures("world")
@KEYS_THAT_END
async def test_whoever_fetches_weather_sees_that_a_key_has_expired(
    home: HomeAssistant, freezer: FrozenDateTimeFactory, keys: dict[str, str], issue: str
) -> None:
    entry = await open_factory(home, KEYS | keys)
    # Nobody else looks.
    entry.runtime_data.shared.jobs.async_stop()
    freezer.tick(timedelta(hours=1))
    await entry.runtime_data.weather.async_keep_up()
    assert set(issues(home)) == {issue}


@pytest.mark.usefixtures("world")
@KEYS_THAT_END
async def test_a_key_expires_though_no_weather_can_be_kept(
    home: HomeAssistant, tick: Tick, keys: dict[str, str], issue: str
) -> None:
    await open_factory(home, KEYS | keys)
    with patch.object(WeatherIngest, "run", side_effect=StoreError("the disk is full")):
        await tick(timedelta(hours=1))
    assert set(issues(home)) == {issue}


async def unasked(hass: HomeAssistant, **data: str) -> MockConfigEntry:
    """Set up a factory that was never asked whether to use Open-Meteo."""
    return await open_factory(hass, data)


@pytest.mark.usefixtures("world")
async def test_who_was_never_asked_is_told_of_open_meteos_terms_until_asked(
    home: HomeAssistant, tick: Tick
) -> None:
    entry = await unasked(home)
    assert set(issues(home)) == {"open_meteo_terms"}
    issue = issues(home)["open_meteo_terms"]
    assert issue.severity is ir.IssueSeverity.WARNING
    assert not issue.is_fixable
    assert issue.learn_more_url == "https://open-meteo.com/en/terms"
    assert issue.translation_placeholders == {"factory": "Obrador"}
    await tick()
    assert set(issues(home)) == {"open_meteo_terms"}

    form = await entry.start_reconfigure_flow(home)
    form = await go_on(home, form, PVPC)
    result = await go_on(home, form, OPEN_METEO_ONLY)
    assert result["reason"] == "reconfigure_successful"
    await settle(home)
    assert not issues(home)
    assert entry.data["open_meteo"] is True


@pytest.mark.usefixtures("world")
async def test_who_ignores_the_terms_is_not_told_again(home: HomeAssistant) -> None:
    entry = await unasked(home)
    ir.async_get(home).async_ignore(DOMAIN, issues(home)["open_meteo_terms"].issue_id, True)
    assert await home.config_entries.async_reload(entry.entry_id)
    await settle(home)
    assert issues(home)["open_meteo_terms"].dismissed_version


@pytest.mark.usefixtures("world")
async def test_the_terms_go_with_the_factory(home: HomeAssistant) -> None:
    entry = await unasked(home)
    assert issues(home)
    await home.config_entries.async_remove(entry.entry_id)
    assert not issues(home)


@pytest.mark.usefixtures("world")
async def test_who_pays_for_open_meteo_knows_its_terms(home: HomeAssistant) -> None:
    await unasked(home, open_meteo_key="paid")
    assert not issues(home)
