"""The history arrives in the user's database, and what is wrong with that is said."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
import json
import logging
from typing import Any
from unittest.mock import patch

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import persistent_notification
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.json import JSONEncoder
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from yarl import URL

from custom_components.chocolate_factory.clients.gatekeeper import TICK
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.diagnostics import async_get_config_entry_diagnostics
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.jobs import JobOutcome
from custom_components.chocolate_factory.history.snapshots import Kind
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.shared import async_get_shared

from .clients.influx_server import Influx, dislikes, influx_server
from .conftest import ASKED, NOON, PVPC, World, settle

type Tick = Callable[..., Awaitable[None]]

SECRET = "secret-of-influxdb"
# What a server may quote of a point, and of whom it belongs to.
ECHO = f"unable to parse 'chocolate_prices,site=Toledo price=x' of maker: {SECRET}"
BACKLOG, LAST = "sensor.obrador_influxdb_backlog", "sensor.obrador_influxdb_last_delivery"


@pytest.fixture
async def influx(now: None, socket_enabled: None) -> AsyncIterator[Influx]:
    """Return a server that takes everything."""
    async with influx_server() as influx:
        yield influx


@pytest.fixture
def shown(influx: Influx) -> MockConfigEntry:
    """Return a factory that has a database."""
    secrets = {"token": SECRET, "username": "maker", "organization": "Bombones Pérez"}
    words = {"api": "v2", "url": influx.url, "database": "history", "site": "Toledo", **secrets}
    return MockConfigEntry(
        domain=DOMAIN,
        title="Obrador",
        data=PVPC | ASKED,
        options={"influxdb": words},
        entry_id="obrador",
    )


async def start(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set the factory up."""
    # Debugging would double the time of thousands of points.
    asyncio.get_running_loop().set_debug(False)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)


@pytest.fixture
def later(home: HomeAssistant, freezer: FrozenDateTimeFactory) -> Tick:
    """Return a way to let time pass in which nothing is done but to deliver."""

    async def let_pass(time: timedelta = TICK) -> None:
        freezer.tick(time)
        await (await async_get_shared(home)).jobs.run_now("influxdb")
        await settle(home)

    return let_pass


def kinds(influx: Influx) -> Counter[str]:
    """Return how many points of each measurement have arrived."""
    return Counter(line.split(",")[0].removeprefix("chocolate_") for line in influx.lines)


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return what is said about the database."""
    found = ir.async_get(hass).issues.items()
    return {
        issue.translation_key or "": issue
        for (domain, name), issue in found
        if domain == DOMAIN and name.startswith("influxdb")
    }


def assert_private(found: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """Refuse diagnostics and a log that tell what is nobody's business."""
    text = json.dumps(found, cls=JSONEncoder)
    for private in (SECRET, "maker", "Toledo", "Bombones"):
        assert private not in text
        assert private not in caplog.text


def value(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    assert state
    return state.state


async def test_all_that_is_known_arrives_soon_after_it_came(
    home: HomeAssistant,
    world: World,
    shown: MockConfigEntry,
    influx: Influx,
    tick: Tick,
    later: Tick,
) -> None:
    await start(home, shown)
    await tick(timedelta(minutes=30))
    found = kinds(influx)
    assert found["prices"] > 9 * 24
    assert found["outlook"] == 168
    assert found["jobs"] >= 2
    assert found["features"] == found["recommendations"] == 1
    assert all(",site=Toledo" in line and ",zone=peninsula" in line for line in influx.lines)
    assert len(influx.lines) == len(set(influx.lines))
    assert value(home, BACKLOG) == "0"
    assert value(home, LAST) == (NOON + timedelta(minutes=30)).isoformat()
    assert home.states.get(BACKLOG).attributes["unit_of_measurement"] == "rows"  # type: ignore[union-attr]

    before = len(influx.requests)
    await tick()
    assert kinds(influx)["features"] == 1
    assert len(influx.requests) <= before + 1
    await later(timedelta(hours=6))
    found = kinds(influx)
    assert found["outlook"] == 2 * 168
    assert issues(home) == {}


async def test_an_outlook_is_kept_every_six_hours_however_often_it_is_begun_anew(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, later: Tick
) -> None:
    await start(home, shown)
    for hours, outlooks in ((1, 1), (2, 1), (3, 2), (1, 2)):
        await later(timedelta(hours=hours))
        await home.config_entries.async_reload(shown.entry_id)
        await settle(home)
        await later()
        assert kinds(influx)["outlook"] == outlooks * 168


@pytest.mark.parametrize(
    ("error", "reason", "level"),
    [
        (StoreError("database or disk is full"), "database or disk is full", "INFO"),
        (TypeError("secret"), "TypeError", "ERROR"),
    ],
)
async def test_what_was_measured_does_not_wait_for_a_snapshot_that_cannot_be_kept(
    home: HomeAssistant,
    world: World,
    shown: MockConfigEntry,
    influx: Influx,
    tick: Tick,
    later: Tick,
    error: Exception,
    reason: str,
    level: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    keep = Store.write_snapshot

    async def refuse(self: Store, factory: str, kind: Kind, *others: Any) -> bool:
        if kind is Kind.OUTLOOK:
            raise error
        return await keep(self, factory, kind, *others)

    with patch.object(Store, "write_snapshot", refuse):
        await start(home, shown)
        await tick(timedelta(minutes=30))
        for _ in range(3):
            await later()
        assert kinds(influx)["features"] == 1
        assert kinds(influx)["recommendations"] == 1
        assert kinds(influx)["outlook"] == 0
        assert value(home, BACKLOG) == "0"
        state = (await async_get_shared(home)).jobs.all["influxdb"].state
        assert state
        assert state.run.outcome is JobOutcome.PARTIAL
        assert state.run.detail.endswith(f" points; a snapshot cannot be kept: {reason}")
    told = [one for one in caplog.records if "cannot be kept" in one.getMessage()]
    assert [one.levelname for one in told] == [level]
    await later()
    assert kinds(influx)["outlook"] == 168
    assert caplog.text.count("Snapshots for InfluxDB can be kept again") == 1


async def test_a_factory_signs_what_it_delivers_once_a_day(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, later: Tick
) -> None:
    def signatures() -> list[str]:
        return [line for line in influx.lines if line.startswith("chocolate_probe")]

    await start(home, shown)
    at = int(NOON.timestamp())
    head = "chocolate_probe,site=Toledo,zone=peninsula"
    assert signatures() == [f'{head} value={at}i,factory="obrador" {at}']
    await later()
    assert len(signatures()) == 1
    # Whoever dislikes that gets all the same what matters.
    influx.verdict = dislikes("chocolate_probe")
    await later(timedelta(days=1))
    assert len(signatures()) == 1
    assert value(home, BACKLOG) == "0"
    assert issues(home) == {}
    influx.verdict = None
    await later(timedelta(days=1))
    assert len(signatures()) == 2


async def test_what_models_are_worth_is_told_once(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, later: Tick
) -> None:
    await start(home, shown)
    store = (await async_get_shared(home)).store
    await store.write_snapshot(
        "obrador", Kind.SCORES, NOON, {"score": {"model": {"r2": 0.5}, "rule": {"r2": 0.25}}}
    )
    await later()
    await later()
    assert kinds(influx)["models"] == 2


@pytest.mark.parametrize(
    ("status", "issue"), [(401, "influxdb_not_allowed"), (404, "influxdb_no_database")]
)
async def test_what_only_the_user_can_put_right_is_said_and_not_tried_again_and_again(
    home: HomeAssistant,
    world: World,
    shown: MockConfigEntry,
    influx: Influx,
    later: Tick,
    status: int,
    issue: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    influx.refuse(status, "no")
    await start(home, shown)
    assert issues(home).keys() == {issue}
    assert issues(home)[issue].translation_placeholders == {
        "factory": "Obrador",
        "database": "history",
    }
    assert int(value(home, BACKLOG)) > 9 * 24
    for _ in range(6):
        await later()
    # 30 minutes.
    assert len(influx.requests) <= (2 if status == 401 else 7)
    await (await async_get_shared(home)).jobs.run_now("health")
    health = home.states.get("sensor.obrador_health")
    assert health
    assert {"job_failing: influxdb"} < set(health.attributes["reasons"])
    assert SECRET not in caplog.text

    influx.verdict = None
    await later(timedelta(hours=7))
    await later()
    assert value(home, BACKLOG) == "0"
    assert issues(home) == {}


async def test_after_a_long_outage_a_server_has_all_within_five_minutes(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, later: Tick
) -> None:
    influx.refuse(503, "no")
    await start(home, shown)
    for _ in range(24):
        await later()
    assert int(value(home, BACKLOG)) > 9 * 24
    jobs = (await async_get_shared(home)).jobs
    assert jobs.all["influxdb"].failures > 20
    assert jobs.all["influxdb"].due <= dt_util.utcnow() + timedelta(minutes=5)
    await jobs.run_now("health")
    health = home.states.get("sensor.obrador_health")
    assert health
    host = URL(influx.url)
    assert f"host_failing: InfluxDB {host.host}:{host.port}" in health.attributes["reasons"]
    influx.verdict = None
    await later()
    assert value(home, BACKLOG) == "0"


async def test_a_factory_that_is_turned_away_does_not_keep_another_from_the_server(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, later: Tick
) -> None:
    words = shown.options["influxdb"] | {"site": "Cuenca"}
    other = MockConfigEntry(domain=DOMAIN, data=shown.data, options={"influxdb": words})
    influx.verdict = lambda lines: (
        web.Response(status=401) if any("site=Toledo" in line for line in lines) else None
    )
    await start(home, shown)
    await start(home, other)
    await later()
    await later()
    assert other.runtime_data.influx.data.backlog == 0
    assert kinds(influx)["prices"] > 9 * 24
    assert shown.runtime_data.influx.data.backlog > 9 * 24


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wish", ["1800", "Wed, 05 Aug 2026 10:30:00 GMT"])
async def test_a_server_is_left_alone_as_long_as_it_asks_for(
    home: HomeAssistant,
    world: World,
    shown: MockConfigEntry,
    influx: Influx,
    later: Tick,
    status: int,
    wish: str,
) -> None:
    influx.refuse(status, Retry_After=wish, Date="Wed, 05 Aug 2026 10:00:00 GMT")
    await start(home, shown)
    assert len(influx.requests) == 1
    influx.verdict = None
    for _ in range(5):
        await later()
    assert len(influx.requests) == 1
    await later()
    assert value(home, BACKLOG) == "0"
    assert issues(home) == {}


@pytest.mark.parametrize(
    ("status", "issue", "words"),
    [
        (400, "influxdb_refuses_all", {"database": "history", "reason": ECHO}),
        (422, "influxdb_refuses_all", {"database": "history", "reason": ECHO}),
        (413, "influxdb_refuses_all", {"database": "history", "reason": "HTTP status 413"}),
        (401, "influxdb_not_allowed", {"database": "history"}),
        (404, "influxdb_no_database", {"database": "history"}),
        (429, None, None),
        (500, None, None),
        (503, None, None),
    ],
)
async def test_no_answer_loses_a_point_or_gives_anything_away(
    home: HomeAssistant,
    world: World,
    shown: MockConfigEntry,
    influx: Influx,
    later: Tick,
    status: int,
    issue: str | None,
    words: dict[str, str] | None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    influx.refuse(status, json.dumps({"message": ECHO}))
    await start(home, shown)
    assert [*issues(home)] == ([issue] if issue else [])
    for one in issues(home).values():
        assert one.translation_placeholders == {"factory": "Obrador"} | (words or {})
    assert int(value(home, BACKLOG)) > 9 * 24
    assert shown.runtime_data.influx.data.refused == 0
    assert_private(await async_get_config_entry_diagnostics(home, shown), caplog)

    influx.verdict = None
    await later(timedelta(hours=7))
    assert value(home, BACKLOG) == "0"
    assert len(influx.lines) > 9 * 24
    assert issues(home) == {}


async def test_a_server_that_takes_little_at_a_time_gets_little_at_a_time(
    home: HomeAssistant,
    world: World,
    shown: MockConfigEntry,
    influx: Influx,
    later: Tick,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    influx.verdict = lambda lines: (
        web.json_response({"message": ECHO}, status=413) if len(lines) > 100 else None
    )
    await start(home, shown)
    assert value(home, BACKLOG) == "0"
    assert kinds(influx)["prices"] > 9 * 24
    # What it takes is not found out anew each time.
    influx.bodies.clear()
    await home.services.async_call(
        DOMAIN, "resync_influxdb", {}, blocking=True, return_response=True
    )
    await settle(home)
    await later()
    assert len(influx.bodies) > 3
    assert max(len(body.splitlines()) for body in influx.bodies) <= 100
    assert issues(home) == {}
    assert_private(await async_get_config_entry_diagnostics(home, shown), caplog)


async def test_a_server_that_is_away_gets_everything_when_it_is_back(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, tick: Tick
) -> None:
    influx.refuse(500, '{"error":"no space left on device"}')
    await start(home, shown)
    for _ in range(3):
        await tick(timedelta(days=2))
    left = int(value(home, BACKLOG))
    assert left > 300
    influx.verdict = None
    await tick()
    await tick()
    assert value(home, BACKLOG) == "0"
    assert len(influx.lines) >= left
    assert len(influx.lines) == len(set(influx.lines))


async def test_a_point_that_the_server_dislikes_is_named(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, tick: Tick
) -> None:
    influx.verdict = dislikes("chocolate_features")
    await start(home, shown)
    await tick(timedelta(minutes=15))
    assert kinds(influx)["prices"] > 9 * 24
    (issue,) = issues(home).values()
    assert issue.translation_key == "influxdb_refused_points"
    words = issue.translation_placeholders
    assert words
    assert words["point"].startswith("chocolate_features,site=Toledo")
    assert "field type conflict" in words["reason"]
    await tick(timedelta(minutes=15))
    health = home.states.get("sensor.obrador_health")
    assert health
    assert "influxdb_refused_points" in health.attributes["reasons"]

    influx.verdict = None
    answer = await home.services.async_call(
        DOMAIN, "resync_influxdb", {}, blocking=True, return_response=True
    )
    await settle(home)
    assert answer
    assert int(str(answer["rows"])) > 9 * 24
    assert kinds(influx)["features"] == 1
    assert issues(home) == {}


async def test_diagnostics_tell_why_points_are_refused_and_none_of_their_words(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, tick: Tick
) -> None:
    def verdict(lines: list[str]) -> web.Response | None:
        bad = [line for line in lines if line.startswith("chocolate_features")]
        text = json.dumps({"message": f"unable to parse '{bad[0]}'"}) if bad else ""
        return web.Response(status=400, text=text) if bad else None

    influx.verdict = verdict
    await start(home, shown)
    await tick(timedelta(minutes=15))
    (issue,) = issues(home).values()
    assert issue.translation_placeholders
    assert "site=Toledo" in issue.translation_placeholders["reason"]
    found = await async_get_config_entry_diagnostics(home, shown)
    assert found["influxdb"] | {"backlog": 0, "delivered": None} == {
        "backlog": 0,
        "delivered": None,
        "refused": 1,
        "measurement": "chocolate_features",
        "reason": "unable to parse",
    }
    assert "Toledo" not in json.dumps(found, cls=JSONEncoder)


async def test_a_stretch_is_delivered_again_and_whoever_waits_is_told(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx
) -> None:
    await start(home, shown)
    influx.lines.clear()
    answer = await home.services.async_call(
        DOMAIN,
        "resync_influxdb",
        {"start": NOON - timedelta(days=1), "end": NOON},
        blocking=True,
        return_response=True,
    )
    await settle(home)
    first, last = (NOON - timedelta(days=1)).timestamp(), NOON.timestamp()
    prices = [
        line
        for line in influx.lines
        if line.startswith("chocolate_prices") and first <= int(line.split()[-1]) < last
    ]
    # PVPC by the hour, and the market by the quarter.
    assert len(prices) == len(set(prices)) == 24 + 4 * 24
    assert answer
    assert len(prices) < int(str(answer["rows"])) <= len(influx.lines)
    text = str(persistent_notification._async_get_or_create_notifications(home))
    assert "The history was delivered to InfluxDB again" in text


async def test_a_factory_in_another_zone_delivers_everything_as_of_there(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx, later: Tick
) -> None:
    await start(home, shown)
    before = kinds(influx)
    for zone, expected in (("peninsula", 0), ("balearics", before["prices"])):
        influx.lines.clear()
        home.config_entries.async_update_entry(shown, data=shown.data | {"zone": zone})
        await home.config_entries.async_reload(shown.entry_id)
        await settle(home)
        await later()
        assert kinds(influx)["prices"] == expected
        assert all(f",zone={zone}" in line for line in influx.lines)


async def test_nobody_but_an_admin_delivers_again_or_restores(
    home: HomeAssistant,
    world: World,
    shown: MockConfigEntry,
    influx: Influx,
    hass_read_only_user: MockUser,
) -> None:
    await start(home, shown)
    for name in ("resync_influxdb", "restore_from_influxdb"):
        with pytest.raises(Unauthorized):
            await home.services.async_call(
                DOMAIN, name, {}, blocking=True, context=Context(user_id=hass_read_only_user.id)
            )


async def test_without_a_database_there_is_nothing_of_all_this(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    assert home.states.get(BACKLOG) is None
    shared = await async_get_shared(home)
    assert "influxdb" not in shared.jobs.all
    for name in ("resync_influxdb", "restore_from_influxdb"):
        with pytest.raises(ServiceValidationError, match="no InfluxDB"):
            await home.services.async_call(DOMAIN, name, {}, blocking=True)


async def test_the_sensors_go_with_the_database_and_come_back_with_it(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx
) -> None:
    await start(home, shown)
    registry = er.async_get(home)
    registry.async_update_entity(BACKLOG, name="What is left")
    words = shown.options
    others = {one for one in registry.entities if one not in (BACKLOG, LAST)}

    options = home.config_entries.options
    menu = await options.async_init(shown.entry_id)
    await options.async_configure(menu["flow_id"], {"next_step_id": "influxdb"})
    await options.async_configure(menu["flow_id"], {"next_step_id": "influxdb_off"})
    await options.async_configure(menu["flow_id"], {})
    await settle(home)
    assert set(registry.entities) == others
    assert home.states.get(BACKLOG) is home.states.get(LAST) is None

    home.config_entries.async_update_entry(shown, options=words)
    await home.config_entries.async_reload(shown.entry_id)
    await settle(home)
    assert set(registry.entities) == others | {BACKLOG, LAST}
    assert registry.entities[BACKLOG].name == "What is left"
    assert value(home, BACKLOG) == "0"


async def test_diagnostics_tell_how_it_goes_and_no_secret(
    home: HomeAssistant, world: World, shown: MockConfigEntry, influx: Influx
) -> None:
    influx.refuse(503)
    await start(home, shown)
    found = await async_get_config_entry_diagnostics(home, shown)
    assert found["influxdb"]["backlog"] > 0
    assert found["influxdb"]["refused"] == 0
    text = json.dumps(found, cls=JSONEncoder)
    assert influx.url.removeprefix("http://") in text
    for secret in (SECRET, "maker", "Toledo", "Bombones"):
        assert secret not in text
