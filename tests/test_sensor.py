"""The sensors show what a kilowatt-hour costs, now and around now."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import json
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN

from .conftest import PVPC, World, settle

MADRID = ZoneInfo("Europe/Madrid")
type Tick = Callable[..., Awaitable[None]]


def value(hass: HomeAssistant, key: str) -> str:
    state = hass.states.get(f"sensor.obrador_{key}")
    assert state, key
    return state.state


async def slots(hass: HomeAssistant, **data: object) -> list[dict[str, object]]:
    """Return what the action says, the way the sensors are checked against."""
    answer = await hass.services.async_call(
        DOMAIN, "get_prices", data, blocking=True, return_response=True
    )
    assert answer
    prices = answer["prices"]
    assert isinstance(prices, list)
    return prices  # type: ignore[return-value]


@pytest.mark.usefixtures("factory")
async def test_the_sensors_agree_with_the_prices_of_the_day(home: HomeAssistant) -> None:
    day = (await slots(home))[:24]
    prices = [float(str(slot["price"])) for slot in day]
    assert len(set(prices)) > 12
    assert float(value(home, "electricity_price")) == pytest.approx(prices[12], abs=1e-5)
    assert float(value(home, "next_price")) == pytest.approx(prices[13], abs=1e-5)
    assert float(value(home, "lowest_price_today")) == pytest.approx(min(prices), abs=1e-5)
    assert float(value(home, "highest_price_today")) == pytest.approx(max(prices), abs=1e-5)
    assert float(value(home, "average_price_today")) == pytest.approx(sum(prices) / 24, abs=1e-5)
    assert int(value(home, "price_rank_today")) == sorted(prices).index(prices[12]) + 1
    ahead = prices[12:]
    assert value(home, "cheapest_hour_ahead") == day[12 + ahead.index(min(ahead))]["start"]
    assert value(home, "price_source") == "redata"
    assert value(home, "last_price_update") == "2026-08-05T10:00:00+00:00"


@pytest.mark.usefixtures("factory")
async def test_the_tariff_period_follows_the_clock(home: HomeAssistant, tick: Tick) -> None:
    assert value(home, "tariff_period") == "p1"
    assert value(home, "next_tariff_period") == "2026-08-05T12:00:00+00:00"
    await tick(timedelta(hours=2))
    assert value(home, "tariff_period") == "p2"
    assert value(home, "next_tariff_period") == "2026-08-05T16:00:00+00:00"


@pytest.mark.usefixtures("factory")
async def test_the_price_changes_on_the_hour_and_not_before(
    home: HomeAssistant, tick: Tick, world: World
) -> None:
    before, after = value(home, "electricity_price"), value(home, "next_price")
    assert before != after
    # Nobody needs to say so.
    world.fail(kind="reset")
    await tick(timedelta(minutes=59, seconds=59))
    assert value(home, "electricity_price") == before
    await tick(timedelta(seconds=1))
    assert value(home, "electricity_price") == after


async def test_spot_changes_every_quarter_of_an_hour(
    home: HomeAssistant, world: World, tick: Tick
) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Obrador",
        data=PVPC
        | {"contract": "indexed", "losses": 0, "margin": 0}
        | {f"p{number}": number / 100 for number in (1, 2, 3)},
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    shown = []
    for _ in range(4):
        shown.append(value(home, "electricity_price"))
        await tick(timedelta(minutes=15))
    assert len(set(shown)) == 4
    assert shown == [
        str(round(float(str(slot["price"])), 5)) for slot in (await slots(home))[48:52]
    ]


@pytest.mark.usefixtures("factory")
async def test_taxes_are_shown_apart_and_in_the_price(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    energy = float(value(home, "electricity_price"))
    home.config_entries.async_update_entry(
        factory,
        options={
            "include_electricity_tax": True,
            "electricity_tax": 5.11269632,
            "include_vat": True,
            "vat": 21.0,
        },
    )
    await home.config_entries.async_reload(factory.entry_id)
    await settle(home)
    state = home.states.get("sensor.obrador_electricity_price")
    assert state
    assert state.attributes["energy"] == energy
    assert state.attributes["electricity_tax"] == pytest.approx(energy * 0.0511269632, abs=1e-5)
    assert state.attributes["vat"] == pytest.approx(energy * 1.0511269632 * 0.21, abs=1e-5)
    assert float(state.state) == pytest.approx(energy * 1.0511269632 * 1.21, abs=1e-5)


async def test_a_fixed_contract_needs_no_market_and_knows_tomorrow_at_every_minute(
    home: HomeAssistant, world: World, freezer: FrozenDateTimeFactory, tick: Tick
) -> None:
    world.fail(kind="status", status=500)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Obrador",
        data=PVPC | {"contract": "fixed", "p1": 0.2, "p2": 0.15, "p3": 0.1},
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert value(home, "electricity_price") == "0.2"
    assert value(home, "lowest_price_today") == "0.1"
    assert value(home, "price_source") == "contract"
    assert value(home, "last_price_update") == STATE_UNKNOWN
    freezer.move_to(datetime(2026, 8, 5, 23, 57, tzinfo=MADRID).astimezone(UTC))
    for _ in range(8):
        await tick(timedelta(minutes=1))
        tomorrow = home.states.get("binary_sensor.obrador_prices_for_tomorrow")
        assert tomorrow
        assert tomorrow.state == "on"


@pytest.mark.usefixtures("factory")
async def test_tomorrow_is_on_from_publication_to_midnight(
    home: HomeAssistant, freezer: FrozenDateTimeFactory, tick: Tick
) -> None:
    def known() -> str:
        state = home.states.get("binary_sensor.obrador_prices_for_tomorrow")
        assert state
        return state.state

    assert known() == "off"
    freezer.move_to(datetime(2026, 8, 5, 20, 10, tzinfo=MADRID).astimezone(UTC))
    await tick()
    assert known() == "off"
    for _ in range(6):
        await tick()
    assert known() == "on"
    assert value(home, "next_price") != STATE_UNKNOWN
    freezer.move_to(datetime(2026, 8, 5, 23, 55, tzinfo=MADRID).astimezone(UTC))
    await tick()
    assert known() == "off"
    assert float(value(home, "electricity_price")) == (await slots(home))[0]["price"]


async def test_without_any_price_only_the_calendar_is_available(
    home: HomeAssistant, world: World, entry: MockConfigEntry, tick: Tick
) -> None:
    world.fail(kind="status", status=500)
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    assert value(home, "electricity_price") == STATE_UNAVAILABLE
    assert value(home, "tariff_period") == "p1"
    world.recover()
    await tick()
    assert float(value(home, "electricity_price")) > 0


async def test_all_entities_belong_to_one_service_device(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    entities = er.async_entries_for_config_entry(er.async_get(home), factory.entry_id)
    (device,) = dr.async_entries_for_config_entry(dr.async_get(home), factory.entry_id)
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    assert {entity.device_id for entity in entities} == {device.id}
    assert Counter(entity.domain for entity in entities) == {
        "sensor": 12 + 7 + 10 + 2,
        "binary_sensor": 3,
        "weather": 1,
        "event": 2,
    }
    assert {
        entity.translation_key for entity in entities if entity.entity_category is not None
    } == {
        *("price_source", "last_price_update", "health", "data_completeness"),
        *("engine", "last_training", "model_r2", "model_accuracy", "price_forecast_error"),
    }


@pytest.mark.usefixtures("factory")
async def test_no_state_is_too_large_for_the_recorder(home: HomeAssistant) -> None:
    states = home.states.async_all()
    assert states
    for state in states:
        assert state.state_info
        recorded = state.attributes.keys() - state.state_info["unrecorded_attributes"]
        size = len(json.dumps({name: state.attributes[name] for name in recorded}, default=str))
        assert size < 1500, state.entity_id
        assert len(state.as_dict_json) < 8000, state.entity_id
