"""Who else delivers under the name of a site: the points of two factories would be the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .clients.influx import InfluxDatabase, Selection, server
from .const import CONF_DATABASE, CONF_INFLUXDB, CONF_SITE, DOMAIN
from .history.points import PROBE
from .influx import async_read_back, site_from

# Whoever delivers signs once a day. Some close for the summer.
_LATELY: Final = timedelta(days=90)
# Who signed so long before we last did has given the name up.
_ALIVE: Final = timedelta(days=2)


@callback
def async_namesake(
    hass: HomeAssistant, entry: ConfigEntry, words: Mapping[str, Any]
) -> ConfigEntry | None:
    """Return another factory here that delivers to the same database under the same name.

    Organization and retention policy do not count: the same one may be named in several ways.
    """
    for other in hass.config_entries.async_entries(DOMAIN):
        theirs = other.options.get(CONF_INFLUXDB)
        if (
            other.entry_id != entry.entry_id
            and theirs
            and server(theirs[CONF_URL]) == server(words[CONF_URL])
            and theirs[CONF_DATABASE] == words[CONF_DATABASE]
            and is_called(other, words[CONF_SITE])
        ):
            return other
    return None


def is_called(entry: ConfigEntry, site: str) -> bool:
    """Tell whether a factory delivers under a name, wherever to."""
    if CONF_INFLUXDB not in entry.options:
        return False
    return site_from(entry.options, entry.title).split() == site.split()


async def async_others(database: InfluxDatabase, site: str, mine: str) -> dict[str, datetime]:
    """Return who else has signed under a name, and when last; raises ReadBackError.

    Those do not count who have given it up since then.
    """
    now = dt_util.utcnow()
    records = await async_read_back(
        database,
        Selection(
            measurement=PROBE,
            tags=(),
            fields=("factory",),
            site=site,
            start=now - _LATELY,
            end=now + timedelta(days=1),
        ),
    )
    last = {str(who): record.time for record in records if (who := record.values.get("factory"))}
    since = last.pop(mine, 0) - _ALIVE.total_seconds()
    return {who: datetime.fromtimestamp(at, UTC) for who, at in last.items() if at > since}
