"""Problems with the user's own database that only the user can put right."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .clients.errors import AuthenticationError, SourceError
from .clients.influx import CertificateError, MissingDatabaseError
from .const import DOMAIN
from .history.delivery import AllRejectedError
from .history.outbox import SinkState

_REFUSED: Final = "influxdb_refused_points"
_PROBLEMS: Final[Mapping[type[SourceError], str]] = {
    AuthenticationError: "influxdb_not_allowed",
    MissingDatabaseError: "influxdb_no_database",
    CertificateError: "influxdb_not_trusted",
    AllRejectedError: "influxdb_refuses_all",
}


@callback
def async_update_problem(
    hass: HomeAssistant, entry: ConfigEntry, error: SourceError | None, database: str
) -> None:
    """Say why nothing can be delivered, if the user can help it; None when all is well."""
    problem = _PROBLEMS.get(type(error)) if error else None
    for key in _PROBLEMS.values():
        if key != problem:
            ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")
    if problem:
        words = {"database": database}
        if isinstance(error, AllRejectedError):
            words["reason"] = error.reason
        _async_raise(hass, entry, problem, ir.IssueSeverity.ERROR, words)


@callback
def async_update_refused(hass: HomeAssistant, entry: ConfigEntry, state: SinkState) -> None:
    """Name a point that the database refuses, as long as there are any."""
    if state.example is None:
        ir.async_delete_issue(hass, DOMAIN, f"{_REFUSED}_{entry.entry_id}")
        return
    point, reason = state.example
    words = {"count": str(state.refused), "point": point, "reason": reason}
    _async_raise(hass, entry, _REFUSED, ir.IssueSeverity.WARNING, words)


@callback
def async_clear_problems(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Say nothing more of the database of a factory that is gone or resting."""
    for key in (*_PROBLEMS.values(), _REFUSED):
        ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")


def _async_raise(
    hass: HomeAssistant,
    entry: ConfigEntry,
    key: str,
    severity: ir.IssueSeverity,
    words: Mapping[str, str],
) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{key}_{entry.entry_id}",
        is_fixable=False,
        severity=severity,
        translation_key=key,
        translation_placeholders={"factory": entry.title, **words},
    )
