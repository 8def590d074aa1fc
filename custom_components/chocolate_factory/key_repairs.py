"""What the user should know of AEMET's keys, which have to be renewed by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .clients.aemet_key import AemetKey, AemetKeyring
from .const import DOMAIN
from .sites import Service

# A new key is a form and an e-mail away, but nobody renews one on holiday.
SOON: Final = timedelta(days=14)
VERY_SOON: Final = timedelta(days=3)

_ISSUES: Final = ("aemet_key_expires", "aemet_key_expired", "second_key_in_use")
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@callback
def async_update_key_issues(
    hass: HomeAssistant, entry: ConfigEntry, keyring: AemetKeyring, now: datetime
) -> None:
    """Raise the issues that the keys of AEMET give rise to, and clear the others."""
    found = {issue: (severity, date) for issue, severity, date in _issues(keyring, now)}
    for issue in _ISSUES:
        # One that stays is not cleared in between: the user may have chosen to ignore it.
        if issue not in found:
            ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry.entry_id}")
            continue
        severity, date = found[issue]
        ir.async_create_issue(
            hass,
            DOMAIN,
            f"{issue}_{entry.entry_id}",
            is_fixable=False,
            severity=severity,
            translation_key=issue,
            translation_placeholders={"factory": entry.title, "date": date},
            learn_more_url=Service.AEMET.page,
        )


@callback
def async_clear_key_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Clear all issues about the keys of a factory."""
    for issue in _ISSUES:
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry.entry_id}")


def _issues(keyring: AemetKeyring, now: datetime) -> Iterator[tuple[str, ir.IssueSeverity, str]]:
    """Yield the issues, how bad they are, and the day that each is about."""
    current = keyring.current
    if current is None:
        ends = [_end(key) for key in keyring.keys if _end(key) <= now]
        if ends:
            yield "aemet_key_expired", ir.IssueSeverity.ERROR, _day(max(ends))
        return
    if keyring.is_second_in_use:
        yield "second_key_in_use", ir.IssueSeverity.WARNING, _day(_end(current))
    if _end(current) - now <= SOON:
        # Nothing stops as long as another key can take over.
        last = max(_end(key) for key in keyring.keys if key not in keyring.rejected)
        severity = ir.IssueSeverity.ERROR if last - now <= VERY_SOON else ir.IssueSeverity.WARNING
        yield "aemet_key_expires", severity, _day(_end(current))


def _end(key: AemetKey) -> datetime:
    return key.expires or _NEVER


def _day(instant: datetime) -> str:
    """Return the day by the clock on the wall; nothing for a key that says no end."""
    return "" if instant == _NEVER else dt_util.as_local(instant).date().isoformat()
