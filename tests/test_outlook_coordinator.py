"""The outlook follows the news, the clock and the room, and outlives whatever fails."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.outlook import Outlook, PriceOrigin, WhatIf
from custom_components.chocolate_factory.factory.recommendation import Recommendation
from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.outlook_coordinator import OutlookCoordinator

from .conftest import ASKED, NOON, PVPC, World, settle

type Tick = Callable[..., Awaitable[None]]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def coordinator(entry: MockConfigEntry) -> OutlookCoordinator:
    """Return what keeps the outlook of a factory."""
    found: OutlookCoordinator = entry.runtime_data.outlook
    return found


def outlook(entry: MockConfigEntry) -> Outlook:
    """Return the outlook of a factory."""
    found = coordinator(entry).data
    assert found is not None
    return found


def origins(entry: MockConfigEntry) -> list[str]:
    """Return how the prices of the slots are known."""
    return [slot.origin for slot in outlook(entry).slots()]


async def look(entry: MockConfigEntry) -> None:
    """Look ahead now."""
    await entry.runtime_data.shared.jobs.run_now("predictions")


async def test_a_new_factory_is_advised_from_the_first_minute(factory: MockConfigEntry) -> None:
    said = outlook(factory)
    now = said.at(NOON)
    assert now
    assert now.origin is PriceOrigin.PUBLISHED
    assert now.recommendation
    assert now.score is not None
    # The air is forecast for a week, prices are not before there are two weeks of them.
    assert len(said) == 168
    assert np.isfinite(said.temperature).mean() > 0.9
    assert np.isfinite(said.price).sum() == 12


async def test_prices_are_forecast_as_soon_as_there_are_two_weeks_of_them(
    full: MockConfigEntry,
) -> None:
    await look(full)
    found = origins(full)
    assert found == [PriceOrigin.PUBLISHED] * 12 + [PriceOrigin.FORECAST] * 156
    said = outlook(full)
    assert np.all(np.isfinite(said.price))
    assert np.all(said.recommendation >= 0)
    ahead = slice(12, None)
    assert np.all(said.price_low[ahead] < said.price[ahead])
    assert np.all(said.price[ahead] < said.price_high[ahead])
    store = full.runtime_data.shared.store
    issue = await store.read_price_issue(Series.PVPC, NOON + HOUR)
    assert issue
    assert int(issue.known_until.timestamp()) == int(issue.starts[0])


async def test_a_forecast_is_kept_as_it_was_issued_and_judged_when_the_prices_came(
    full: MockConfigEntry, tick: Tick
) -> None:
    await look(full)
    assert coordinator(full).errors is not None
    for _ in range(16):
        await tick(2 * HOUR)
    await look(full)
    errors = coordinator(full).errors
    assert errors
    assert errors.overall.hours > 0
    assert 0 < errors.overall.forecast < 0.1
    assert 0 < errors.overall.naive < 0.1


async def test_nothing_is_looked_at_again_when_there_is_no_news(
    factory: MockConfigEntry, tick: Tick
) -> None:
    before = outlook(factory)
    await look(factory)
    await look(factory)
    assert outlook(factory) is before
    await tick(30 * MINUTE)
    assert outlook(factory) is not before


async def test_the_outlook_survives_a_world_that_is_gone(
    home: HomeAssistant, factory: MockConfigEntry, world: World, tick: Tick
) -> None:
    world.fail(kind="reset")
    await tick(HOUR)
    now = outlook(factory).at(NOON + HOUR)
    assert now
    assert now.recommendation
    assert await home.config_entries.async_reload(factory.entry_id)
    again = outlook(factory).at(NOON + HOUR)
    assert again
    assert (again.price, again.score) == (now.price, now.score)


async def test_a_sensor_in_the_room_knows_better_than_the_weather(
    home: HomeAssistant, world: World, tick: Tick
) -> None:
    options = {"room_temperature": "sensor.room", "room_humidity": "sensor.damp"}
    home.states.async_set("sensor.room", "20", {"unit_of_measurement": "°C"})
    home.states.async_set("sensor.damp", "45", {"unit_of_measurement": "%"})
    entry = MockConfigEntry(
        domain=DOMAIN, title="Obrador", data=PVPC | ASKED, options=options, entry_id="obrador"
    )
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    first = outlook(entry).at(NOON)
    later = outlook(entry).at(NOON + HOUR)
    assert first
    assert later
    assert (first.index, first.heat_stress) == (100, 0)
    # Of the next hour the room says nothing.
    assert later.index is not None
    assert later.index < 100
    home.states.async_set("sensor.room", "31", {"unit_of_measurement": "°C"})
    await settle(home)
    await tick(10 * timedelta(seconds=1))
    now = outlook(entry).at(NOON)
    assert now
    assert (now.index, now.recommendation) == (0, Recommendation.HALT)


async def test_what_was_recommended_is_kept_slot_by_slot(
    factory: MockConfigEntry, tick: Tick
) -> None:
    for _ in range(8):
        await tick(15 * MINUTE)
    store = factory.runtime_data.shared.store
    said = await store.read_recommendations("obrador", NOON, NOON + 3 * HOUR)
    assert [one.start for one in said] == [NOON, NOON + HOUR, NOON + 2 * HOUR]


async def test_another_price_and_other_air_can_be_asked_about(full: MockConfigEntry) -> None:
    await look(full)

    async def ask(price: float, temperature: float = 19.0, at: datetime = NOON) -> WhatIf:
        return await coordinator(full).async_what_if(
            price=price, temperature=temperature, humidity=40.0, pressure=None, at=at
        )

    cheap, dear = await ask(0.0), await ask(1.0)
    assert cheap.score > dear.score
    assert cheap.recommendation is Recommendation.OPTIMAL
    assert dear.recommendation is Recommendation.REDUCED
    assert (await ask(0.0, temperature=40.0)).recommendation is Recommendation.HALT
    with pytest.raises(ValueError, match="nothing is known"):
        await ask(0.1, at=NOON + timedelta(days=30))
