"""Sensors of a factory whose states a test sets by hand."""

import asyncio
from dataclasses import dataclass
from typing import Any, Self

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory.const import DOMAIN


@dataclass
class Watched:
    """A factory that says what it is told to say."""

    hass: HomeAssistant
    device_id: str
    prefix: str

    @classmethod
    def registered(cls, hass: HomeAssistant, name: str) -> Self:
        """Register a factory with its device and its sensors."""
        entry = MockConfigEntry(domain=DOMAIN, title=name, entry_id=name)
        entry.add_to_hass(hass)
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, name)}, name=name
        )
        for key in ("production_recommendation", "tariff_period", "price_level"):
            er.async_get(hass).async_get_or_create(
                "sensor",
                DOMAIN,
                f"{name}_{key}",
                config_entry=entry,
                device_id=device.id,
                # Whatever the language of Home Assistant makes of it.
                suggested_object_id=f"{name}_x_{key}",
                translation_key=key,
            )
        return cls(hass, device.id, f"sensor.{name}_x_")

    async def say(
        self, state: str, key: str = "production_recommendation", **attributes: object
    ) -> None:
        """Let a sensor say something, and wait until everybody has heard it."""
        self.hass.states.async_set(self.prefix + key, state, attributes)
        await settle()


async def settle() -> None:
    """Let everybody do what can be done now; automations may go on waiting for more."""
    for _ in range(30):
        await asyncio.sleep(0)


async def automate(hass: HomeAssistant, **config: Any) -> None:
    """Set up one automation."""
    assert await async_setup_component(
        hass, "automation", {"automation": {"id": "it", "alias": "It", **config}}
    )
    state = hass.states.get("automation.it")
    assert state
    assert state.state == "on", "the automation is not valid"
