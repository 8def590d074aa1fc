"""Problems that the user should know of, and how they are put right."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_OPEN_METEO, CONF_OPEN_METEO_KEY, DOMAIN
from .health import Finding, Health, Severity

_DAMAGED: Final = "store_damaged"
_TERMS: Final = "open_meteo_terms"
_TERMS_PAGE: Final = "https://open-meteo.com/en/terms"
# What is found with one factory, and what with the machine, whichever factory looks.
_OF_FACTORY: Final = ("no_prices", "no_weather")
_OF_MACHINE: Final = ("clock_off", "disk_low")
_SEVERITY: Final = {
    Severity.DEGRADED: ir.IssueSeverity.WARNING,
    Severity.FAILING: ir.IssueSeverity.ERROR,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Let the user confirm to have read it; nothing of ours can be mended by a click."""
    return ConfirmRepairFlow()


@callback
def async_update_issues(hass: HomeAssistant, entry: ConfigEntry, health: Health) -> None:
    """Raise the issues that are there, and clear those that are gone."""
    found = {finding.key: finding for finding in health.findings}
    for key in _OF_FACTORY:
        _async_update(hass, f"{key}_{entry.entry_id}", found.get(key), {"factory": entry.title})
    for key in _OF_MACHINE:
        _async_update(hass, key, found.get(key), {})


@callback
def async_clear_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Clear the issues of a factory that is gone or resting."""
    # If the machine still has some, another factory says so at the next tick.
    async_update_issues(hass, entry, Health())


@callback
def async_update_terms(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Tell of Open-Meteo's terms as long as the user was never asked whether to use it.

    Not cleared when the factory rests, or whoever ignores it would be told again and again.
    """
    if entry.data.keys() & {CONF_OPEN_METEO, CONF_OPEN_METEO_KEY}:
        async_clear_terms(hass, entry)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{_TERMS}_{entry.entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_TERMS,
        translation_placeholders={"factory": entry.title},
        learn_more_url=_TERMS_PAGE,
    )


@callback
def async_clear_terms(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Say nothing more of Open-Meteo's terms."""
    ir.async_delete_issue(hass, DOMAIN, f"{_TERMS}_{entry.entry_id}")


@callback
def async_say_damaged(hass: HomeAssistant, aside: Path) -> None:
    """Say once that a damaged store was set aside: until the user has read it, then never again."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{_DAMAGED}_{aside.name}",
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_DAMAGED,
        translation_placeholders={"path": str(aside)},
    )


@callback
def async_is_damage_unread(hass: HomeAssistant) -> bool:
    """Tell whether the user has not yet dismissed what was said of a damaged store."""
    return any(
        issue.active and not issue.dismissed_version
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.translation_key == _DAMAGED
    )


@callback
def _async_update(
    hass: HomeAssistant, issue_id: str, finding: Finding | None, placeholders: Mapping[str, str]
) -> None:
    if finding is None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=_SEVERITY[finding.severity],
        translation_key=finding.key,
        translation_placeholders={**placeholders, **finding.placeholders},
    )
