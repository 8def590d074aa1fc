"""Whoever looks at a factory sees whatever is new, through restarts of it, and costs no more."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.chocolate_factory import dashboard
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.coordinator import FactoryData
from custom_components.chocolate_factory.dashboard_json import View, dashboard_json
from custom_components.chocolate_factory.history.errors import StoreError
from custom_components.chocolate_factory.history.store import Store

from .conftest import ASKED, NOON, PVPC, World, settle
from .told import ask

type Tick = Callable[..., Awaitable[None]]
type News = Callable[[FactoryData], None]

QUARTER = timedelta(minutes=15)
NEWS: dict[str, News] = {
    "prices": lambda data: data.prices.async_update_listeners(),
    "weather": lambda data: data.weather.async_update_listeners(),
    "outlook": lambda data: data.outlook.async_update_listeners(),
    "history": lambda data: data.data.async_update_listeners(),
    "health": lambda data: data.health.async_update_listeners(),
    "models": lambda data: data.models._async_tell(),
    "jobs": lambda data: data.shared.jobs._async_tell(),
}


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Return when somebody looked; news need not be waited for."""
    looks: list[datetime] = []

    def look(view: View) -> Any:
        looks.append(view.now)
        return dashboard_json(view)

    monkeypatch.setattr(dashboard, "dashboard_json", look)
    # For a frozen clock, now is never over.
    for name in ("_PAUSE", "_REST"):
        monkeypatch.setattr(dashboard, name, -1)
    return looks


@pytest.fixture
async def second(home: HomeAssistant, factory: MockConfigEntry) -> MockConfigEntry:
    """Set up another factory."""
    entry = MockConfigEntry(domain=DOMAIN, title="Tienda", data=PVPC | ASKED, entry_id="tienda")
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    return entry


async def watch(client: MockHAClientWebSocket, **what: Any) -> int:
    """Begin to look, and return the number of the subscription."""
    await client.send_json_auto_id({"type": f"{DOMAIN}/outlook", **what})
    result = await client.receive_json()
    assert result["success"], result
    number: int = result["id"]
    return number


async def news(hass: HomeAssistant, client: MockHAClientWebSocket) -> list[dict[str, Any]]:
    """Return what was sent until everything was quiet."""
    await settle(hass)
    await client.send_json_auto_id({"type": "ping"})
    told = []
    while (message := await client.receive_json())["type"] != "pong":
        assert message["type"] == "event"
        told.append(message["event"])
    return told


async def seen(hass: HomeAssistant, client: MockHAClientWebSocket) -> dict[str, Any]:
    """Return the only thing that was sent."""
    (event,) = await news(hass, client)
    return event


def is_watched(factory: MockConfigEntry) -> bool:
    """Tell whether anybody looks at a factory; if nobody does, it has nobody to tell."""
    data: FactoryData = factory.runtime_data
    tell = data.dashboard.async_tell
    listening = [
        *data.shared.jobs._listeners,
        *data.models._listeners,
        *(
            listener
            for source in (data.prices, data.weather, data.outlook, data.data, data.health)
            for listener, _ in source._listeners.values()
        ),
    ]
    assert (tell in listening) is bool(data.dashboard._viewers)
    return tell in listening


async def test_who_looks_sees_what_the_action_answers(
    home: HomeAssistant, factory: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    await watch(client)
    event = await seen(home, client)
    assert event == {
        "factories": [{"id": "obrador", "title": "Obrador", "is_loaded": True}],
        "dashboard": await ask(home, "get_dashboard"),
    }
    assert event["dashboard"]["updated"] == NOON.isoformat()


async def test_a_read_only_person_sees_everything(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    admin = await hass_ws_client()
    await watch(admin)
    guest = await hass_ws_client(home, hass_read_only_access_token)
    await watch(guest)
    assert (await news(home, guest))[-1] == (await news(home, admin))[-1]


@pytest.mark.parametrize("what", NEWS)
async def test_whatever_is_new_is_sent(
    home: HomeAssistant, factory: MockConfigEntry, hass_ws_client: WebSocketGenerator, what: str
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    NEWS[what](factory.runtime_data)
    assert (await seen(home, client))["dashboard"]


async def test_news_that_come_together_are_sent_together(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    looks: list[datetime],
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    for tell in NEWS.values():
        tell(factory.runtime_data)
    assert await seen(home, client)
    assert len(looks) == 2


async def test_news_that_come_while_it_is_looked_are_not_lost(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    data: FactoryData = factory.runtime_data
    read, tell = Store.read_recommendations, [NEWS["jobs"]]

    async def read_slowly(*args: Any) -> Any:
        while tell:
            tell.pop()(data)
        return await read(*args)

    monkeypatch.setattr(Store, "read_recommendations", read_slowly)
    NEWS["prices"](data)
    assert len(await news(home, client)) == 2


async def test_a_job_is_seen_to_run_and_to_be_done(
    home: HomeAssistant, factory: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    await ask(home, "ingest_now")
    running = [
        {job["name"] for job in event["dashboard"]["jobs"] if job["running"]}
        for event in await news(home, client)
    ]
    assert running
    assert not running[-1]


async def test_what_is_shown_is_never_older_than_the_slot_in_force(
    home: HomeAssistant, factory: MockConfigEntry, hass_ws_client: WebSocketGenerator, tick: Tick
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    # However quiet it is.
    factory.runtime_data.shared.jobs.async_stop()
    for number in range(1, 5):
        await tick(QUARTER)
        event = (await news(home, client))[-1]
        assert event["dashboard"]["updated"] == (NOON + number * QUARTER).isoformat()
        assert event["dashboard"]["issued"] == NOON.isoformat()


async def test_without_viewers_nothing_is_put_together(
    home: HomeAssistant, factory: MockConfigEntry, looks: list[datetime], tick: Tick
) -> None:
    await tick(QUARTER)
    assert looks == []
    assert not is_watched(factory)


async def test_two_viewers_are_served_by_one_look(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    looks: list[datetime],
) -> None:
    clients = [await hass_ws_client(), await hass_ws_client()]
    for client in clients:
        await watch(client)
        await settle(home)
    for client in clients:
        assert await news(home, client)
    looks.clear()
    NEWS["weather"](factory.runtime_data)
    one, two = [await seen(home, client) for client in clients]
    assert one == two
    assert len(looks) == 1


async def test_who_comes_meanwhile_is_served_at_once(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = await hass_ws_client(), await hass_ws_client()
    await watch(first)
    await seen(home, first)
    for name in ("_PAUSE", "_REST"):
        monkeypatch.setattr(dashboard, name, 600)
    NEWS["prices"](factory.runtime_data)
    await watch(second)
    assert await seen(home, second)
    assert await seen(home, first), "and with it everybody"


async def test_who_leaves_is_told_no_more_and_costs_nothing(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    looks: list[datetime],
) -> None:
    stays, leaves = await hass_ws_client(), await hass_ws_client()
    await watch(stays)
    number = await watch(leaves)
    await news(home, leaves)
    await news(home, stays)
    await leaves.send_json_auto_id({"type": "unsubscribe_events", "subscription": number})
    assert (await leaves.receive_json())["success"]
    NEWS["prices"](factory.runtime_data)
    assert await news(home, leaves) == []
    assert await seen(home, stays)
    assert is_watched(factory)
    await stays.close()
    await settle(home)
    looks.clear()
    assert not is_watched(factory)
    for tell in NEWS.values():
        tell(factory.runtime_data)
    await settle(home)
    assert looks == []


async def test_before_a_factory_is_set_up_there_is_nothing_and_then_all(
    home: HomeAssistant, world: World, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(home, DOMAIN, {})
    client = await hass_ws_client()
    await watch(client)
    assert await seen(home, client) == {"factories": [], "dashboard": None}
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    *waiting, last = await news(home, client)
    assert waiting
    assert last["factories"] == [{"id": "obrador", "title": "Obrador", "is_loaded": True}]
    assert last["dashboard"]["factory"] == {"id": "obrador", "title": "Obrador"}


@pytest.mark.parametrize("what", [{}, {"config_entry_id": "obrador"}])
async def test_a_reload_is_seen_as_one(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    what: dict[str, str],
) -> None:
    client = await hass_ws_client()
    await watch(client, **what)
    await seen(home, client)
    before = factory.runtime_data.dashboard
    assert await home.config_entries.async_reload("obrador")
    first, *_, last = await news(home, client)
    assert first["dashboard"] is None
    assert [one["is_loaded"] for one in first["factories"]] == [False]
    assert last["dashboard"]
    assert is_watched(factory)
    assert not before._viewers
    NEWS["models"](factory.runtime_data)
    assert (await seen(home, client))["dashboard"]


async def test_a_factory_that_was_removed_is_gone(
    home: HomeAssistant, factory: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    await home.config_entries.async_remove("obrador")
    assert (await news(home, client))[-1] == {"factories": [], "dashboard": None}


async def test_a_new_name_is_shown(
    home: HomeAssistant, factory: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    home.config_entries.async_update_entry(factory, title="Taller")
    event = await seen(home, client)
    assert event["factories"][0]["title"] == event["dashboard"]["factory"]["title"] == "Taller"


@pytest.mark.usefixtures("second")
async def test_of_several_the_first_is_shown_unless_another_is_named(
    home: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    for what, shown in (
        ({}, "obrador"),
        ({"config_entry_id": "obrador"}, "obrador"),
        ({"config_entry_id": "tienda"}, "tienda"),
    ):
        number = await watch(client, **what)
        event = (await news(home, client))[-1]
        assert [one["id"] for one in event["factories"]] == ["obrador", "tienda"]
        assert event["dashboard"]["factory"]["id"] == shown
        await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": number})
        await client.receive_json()


@pytest.mark.usefixtures("second")
async def test_when_the_first_is_gone_the_next_one_is_shown(
    home: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    await home.config_entries.async_remove("obrador")
    event = (await news(home, client))[-1]
    assert [one["id"] for one in event["factories"]] == ["tienda"]
    assert event["dashboard"]["factory"]["id"] == "tienda"


@pytest.mark.usefixtures("factory")
async def test_a_factory_that_nobody_knows_is_none_of_those_there_are(
    home: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    await watch(client, config_entry_id="nobody")
    event = await seen(home, client)
    assert event["dashboard"] is None
    assert [one["id"] for one in event["factories"]] == ["obrador"]


@pytest.mark.parametrize("what", [{"config_entry_id": 5}, {"factory": "obrador"}])
@pytest.mark.usefixtures("factory")
async def test_a_question_of_the_wrong_shape_is_refused(
    hass_ws_client: WebSocketGenerator, what: dict[str, Any]
) -> None:
    client = await hass_ws_client()
    await client.send_json_auto_id({"type": f"{DOMAIN}/outlook", **what})
    answer = await client.receive_json()
    assert answer["error"]["code"] == "invalid_format"


async def test_when_the_store_fails_what_is_shown_grows_old_in_silence(
    home: HomeAssistant,
    factory: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    tick: Tick,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = await hass_ws_client()
    await watch(client)
    await seen(home, client)
    # What else fails with the store is told by others.
    factory.runtime_data.shared.jobs.async_stop()
    caplog.set_level(logging.INFO)
    caplog.clear()
    with monkeypatch.context() as broken:

        async def fail(*_: Any) -> None:
            raise StoreError("disk I/O error")

        broken.setattr(Store, "read_recommendations", fail)
        await tick(QUARTER)
        assert await news(home, client) == []
        assert not [record for record in caplog.records if DOMAIN in record.name]
    await tick(QUARTER)
    event = await seen(home, client)
    assert event["dashboard"]["updated"] == (NOON + 2 * QUARTER).isoformat()
