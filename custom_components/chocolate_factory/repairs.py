"""Problems that the user should know of, and how they are put right."""

from datetime import timedelta
from typing import Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .factory.contract_prices import ContractPrices
from .shared import Shared

# Prices change at the quarter: a clock this wrong shows the price of another slot.
_TOLERANCE: Final = timedelta(minutes=5)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Let the user confirm to have read it; nothing of ours can be mended by a click."""
    return ConfirmRepairFlow()


@callback
def async_update_issues(
    hass: HomeAssistant, entry: ConfigEntry, shared: Shared, prices: ContractPrices
) -> None:
    """Raise the issues that are there, and clear those that are gone."""
    _async_update_no_prices(hass, entry, known=prices.is_today_known(dt_util.utcnow()))
    _async_update_clock(hass, shared.transport.clock_offset)
    if damaged := shared.store.take_damaged():
        # Said once: it stays until the user has read it, and then stays away.
        ir.async_create_issue(
            hass,
            DOMAIN,
            f"store_damaged_{damaged.name}",
            is_fixable=True,
            is_persistent=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="store_damaged",
            translation_placeholders={"path": str(damaged)},
        )


@callback
def async_clear_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Clear the issues of a factory that is gone or resting."""
    _async_update_no_prices(hass, entry, known=True)
    # If it still is, another factory says so at the next tick.
    _async_update_clock(hass, None)


@callback
def _async_update_no_prices(hass: HomeAssistant, entry: ConfigEntry, *, known: bool) -> None:
    issue_id = f"no_prices_{entry.entry_id}"
    if known:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key="no_prices",
        translation_placeholders={"factory": entry.title},
    )


@callback
def _async_update_clock(hass: HomeAssistant, offset: timedelta | None) -> None:
    if offset is None or abs(offset) <= _TOLERANCE:
        ir.async_delete_issue(hass, DOMAIN, "clock_off")
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        "clock_off",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="clock_off",
        translation_placeholders={"minutes": str(round(abs(offset) / timedelta(minutes=1)))},
    )
