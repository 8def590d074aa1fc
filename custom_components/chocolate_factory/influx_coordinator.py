"""Shows the history of one factory in the user's own InfluxDB."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util
from yarl import URL

from .clients.errors import AuthenticationError, RefusedError, SourceError
from .clients.gatekeeper import shown, whose
from .clients.influx import CertificateError, InfluxDatabase, InfluxSettings, TooLargeError
from .clients.influx_refusals import RejectedError
from .const import DOMAIN
from .failures import store_failed
from .health import Finding, Severity, Vitals
from .history.delivery import Delivery, target
from .history.errors import StoreError
from .history.jobs import JobOutcome
from .history.outbox import Scope, SinkState
from .history.points import Labels
from .history.restore import Restore
from .influx import async_connect, site_from
from .influx_repairs import async_clear_problems, async_update_problem, async_update_refused
from .influx_snapshots import Snapshots
from .jobs import Report
from .notices import Matter, Notices
from .outlook_coordinator import OutlookCoordinator
from .price_coordinator import PriceCoordinator
from .shared import Shared
from .weather_coordinator import WeatherCoordinator

_LOGGER = logging.getLogger(__name__)

INFLUXDB: Final = "influxdb"
"""The name of the job."""

# How often somebody who waits for a large backlog is told how far it is.
_TELL: Final = 5.0


class InfluxCoordinator(DataUpdateCoordinator[SinkState]):
    """Delivers what has changed when its job says so, and knows how much is left."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        shared: Shared,
        prices: PriceCoordinator,
        weather: WeatherCoordinator,
        outlook: OutlookCoordinator,
        settings: InfluxSettings,
    ) -> None:
        """Connect when there is something to deliver."""
        super().__init__(
            hass, _LOGGER, config_entry=entry, name=f"{entry.title} InfluxDB", always_update=False
        )
        self._shared = shared
        self._snapshots = Snapshots(shared.store, outlook, entry.entry_id)
        self._settings = settings
        self._host = _host(settings, entry)
        self._sink = sink_name(entry)
        self._labels = Labels(
            site_from(entry.options, entry.title), prices.contract.calendar.zone.value
        )
        self._scope = Scope(
            factory=entry.entry_id,
            prices=frozenset(map(str, prices.series)),
            place=weather.sources.place.name,
            job=INFLUXDB,
        )
        self._place = weather.sources.place
        self._notices = Notices(hass=hass, entry=entry)
        self._database: InfluxDatabase | None = None
        self._delivery: Delivery | None = None
        """Knows how much the database takes at a time."""
        self._connecting = asyncio.Lock()
        self._signed: date | None = None
        self._wanted = 0
        """Changes that somebody waits for."""
        self._told = 0.0

    async def async_start(self) -> None:
        """Know how much there is to deliver; raises StoreError."""
        where = target(self._settings.target, self._labels, self._scope)
        await self._shared.store.open_sink(self._sink, where)
        self.async_set_updated_data(await self._async_state())
        entry = self.config_entry
        entry.async_on_unload(partial(async_clear_problems, self.hass, entry))
        entry.async_on_unload(self._async_close)
        # Entries are not unloaded when Home Assistant stops.
        entry.async_on_unload(
            self.hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, self._async_close)
        )

    async def _async_close(self, _event: Event | None = None) -> None:
        """Let go of the connections, and of whoever waits: nobody would tell them of the end."""
        if self._wanted:
            self._wanted = 0
            self._notices.async_dismiss(Matter.INFLUXDB)
        if self._database:
            await self._database.close()

    async def async_deliver(self) -> Report | str | None:
        """Deliver all that has changed, unless the database wants to be left alone."""
        unkept = await self._snapshots.async_keep()
        gatekeeper = self._shared.transport.gatekeeper
        if wait := gatekeeper.pause(self._host):
            await self.async_refresh()
            return self._failed(f"{shown(self._host)} is left alone after a failure", wait)
        try:
            delivery = self._delivery = self._delivery or await self._async_delivery()
            await self._async_sign(delivery)
            delivered = await delivery.run()
        except SourceError as error:
            await self._async_conclude(error)
            return self._failed(str(error), gatekeeper.pause(self._host) or 0)
        await self._async_conclude(None)
        refused = f", {delivered.refused} refused" if delivered.refused else ""
        detail = f"{delivered.points} points{refused}"
        if unkept:
            return Report(JobOutcome.PARTIAL, f"{detail}; {unkept}")
        return detail if delivered.points or refused else None

    @staticmethod
    def _failed(detail: str, wait: float) -> Report:
        """Return when to go on: a server that is back does not wait as long as a job may."""
        return Report(JobOutcome.FAILED, detail, again=timedelta(seconds=wait))

    async def _async_sign(self, delivery: Delivery) -> None:
        """Let others know once a day that the name of the site is taken."""
        today = dt_util.utcnow().date()
        if self._signed != today:
            # What is wrong with points is found out with those that matter.
            with suppress(RejectedError, TooLargeError):
                await delivery.sign()
            self._signed = today

    async def _async_conclude(self, error: SourceError | None) -> None:
        """Remember how a delivery went, and tell whom it concerns."""
        gatekeeper = self._shared.transport.gatekeeper
        if error is None:
            await gatekeeper.succeeded(self._host)
        # What only the user can change is not asked about every few minutes.
        elif isinstance(error, AuthenticationError | CertificateError):
            await gatekeeper.failed(self._host, RefusedError(str(error)))
        else:
            await gatekeeper.failed(self._host, error)
        async_update_problem(self.hass, self.config_entry, error, self._settings.database)
        await self.async_refresh()
        if self._wanted and not self.data.backlog:
            self._notices.async_notify(Matter.INFLUXDB, "finished", rows=self._wanted)
            self._wanted = 0

    async def async_redeliver(self, start: datetime, end: datetime) -> int:
        """Have what is of a time delivered again, and return how much; raises StoreError."""
        count = await self._shared.store.redeliver(self._sink, self._scope, start, end)
        self._wanted += count
        await self.async_refresh()
        self._shared.jobs.want(INFLUXDB)
        return count

    async def async_restore(self) -> Restore:
        """Return what rebuilds the store from the database; raises SourceError."""
        return Restore(
            store=self._shared.store,
            database=await self._async_connected(),
            labels=self._labels,
            prices=self._scope.prices,
            place=self._place,
        )

    def check(self, _vitals: Vitals) -> Iterator[Finding]:
        """Find that the database refuses points; that it fails is found with its job."""
        if self.data.refused:
            yield Finding(severity=Severity.DEGRADED, key="influxdb_refused_points")

    async def _async_connected(self) -> InfluxDatabase:
        # Of two connections made at a time one would never be closed.
        async with self._connecting:
            if self._database is None:
                try:
                    self._database = await async_connect(self.hass, self._settings)
                except OSError as error:
                    raise CertificateError("the file of certificates cannot be read") from error
            return self._database

    async def _async_delivery(self) -> Delivery:
        return Delivery(
            store=self._shared.store,
            database=await self._async_connected(),
            sink=self._sink,
            where=self._settings.target,
            scope=self._scope,
            labels=self._labels,
            clock=dt_util.utcnow,
            on_progress=self._progress,
        )

    @callback
    def _progress(self) -> None:
        """Tell now and then how much is left."""
        if (now := asyncio.get_running_loop().time()) - self._told > _TELL:
            self._told = now
            self.config_entry.async_create_background_task(
                self.hass, self.async_refresh(), f"{DOMAIN} backlog"
            )

    @override
    async def _async_update_data(self) -> SinkState:
        """Return how much is left."""
        try:
            state = await self._async_state()
        except StoreError as error:
            raise store_failed(error) from error
        async_update_refused(self.hass, self.config_entry, state)
        if self._wanted and state.backlog:
            done = max(self._wanted - state.backlog, 0)
            self._notices.async_notify(
                Matter.INFLUXDB, "progress", percent=min(100 * done // self._wanted, 99)
            )
        return state

    async def _async_state(self) -> SinkState:
        return await self._shared.store.sink_state(self._sink, self._scope)


def sink_name(entry: ConfigEntry) -> str:
    """Return under which name the store keeps what the database has yet to be told."""
    return f"{INFLUXDB} {entry.entry_id}"


async def async_forget_success(
    shared: Shared, settings: InfluxSettings, entry: ConfigEntry
) -> None:
    """Forget what went wrong with a server that has shown to work."""
    await shared.transport.gatekeeper.succeeded(_host(settings, entry))


def _host(settings: InfluxSettings, entry: ConfigEntry) -> str:
    """Return under which name the gatekeeper knows the server.

    Each factory has its own: one whose token is wrong does not keep the others from it.
    """
    url = URL(settings.url)
    return whose(f"InfluxDB {url.host}:{url.port}", entry.entry_id)
