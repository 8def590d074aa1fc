"""From the words of the options to a database that is connected, and has shown that it works."""

import asyncio
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from .clients.errors import SourceError
from .clients.influx import (
    Api,
    InfluxDatabase,
    InfluxSettings,
    Record,
    Selection,
    tls_context,
)
from .clients.influx_v1 import InfluxV1
from .const import CONF_API, CONF_INFLUXDB, CONF_SITE
from .history.points import PROBE, Labels, probe

_NAMES: Final = frozenset(field.name for field in fields(InfluxSettings))
# Cloud shows what it has taken a moment later.
_TRIES: Final = 5


class ReadBackError(SourceError):
    """What was written cannot be read."""


def settings_from(options: Mapping[str, Any]) -> InfluxSettings | None:
    """Return the database that the options name, if they do."""
    words = options.get(CONF_INFLUXDB)
    return settings_of(words) if words else None


def settings_of(words: Mapping[str, Any]) -> InfluxSettings:
    """Return what some words say of a database."""
    known = {name: value for name, value in words.items() if name in _NAMES}
    return InfluxSettings(**known | {CONF_API: Api(words[CONF_API])})


def site_from(options: Mapping[str, Any], title: str) -> str:
    """Return what tells the factory from others in the same database."""
    site: str = options.get(CONF_INFLUXDB, {}).get(CONF_SITE) or title
    return site


async def async_connect(hass: HomeAssistant, settings: InfluxSettings) -> InfluxDatabase:
    """Return a way to a database; raises OSError if its certificates cannot be read."""
    tls = await hass.async_add_executor_job(tls_context, settings)
    if settings.api is Api.V1:
        return InfluxV1(session=async_get_clientsession(hass), settings=settings, tls=tls)
    # Whoever has no such database need not wait for the library, nor give it room.
    module: ModuleType = await hass.async_add_import_executor_job(
        import_module, f"{__package__}.clients.influx_v2"
    )
    database: InfluxDatabase = module.InfluxV2(settings, tls)
    return database


async def async_try(database: InfluxDatabase, labels: Labels) -> None:
    """Write a point and read it; raises SourceError, and ReadBackError if only reading fails."""
    now = dt_util.utcnow().replace(microsecond=0)
    await database.write(probe(labels, int(now.timestamp())))
    selection = Selection(
        measurement=PROBE,
        tags=(),
        fields=("value",),
        site=labels.site,
        start=now,
        end=now + timedelta(seconds=1),
    )
    for _ in range(_TRIES):
        if await async_read_back(database, selection):
            return
        await asyncio.sleep(1)
    raise ReadBackError("what was written is not there")


async def async_read_back(database: InfluxDatabase, selection: Selection) -> list[Record]:
    """Return points of a database that can be written; raises ReadBackError."""
    try:
        return await database.read(selection)
    except SourceError as error:
        raise ReadBackError(str(error)) from error
