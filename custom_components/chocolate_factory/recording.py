"""Tells Home Assistant's own statistics what every hour of the past was like."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import numpy as np

from .const import CONF_STATISTICS, DOMAIN
from .data_coordinator import DataCoordinator
from .factory.retrospect import Figure, Hours
from .factory.score import REACH
from .history.gaps import DAY, Stretches, split, union
from .history.ledger import weather_end
from .history.told import Told
from .past_figures import PastFigures
from .past_statistics import (
    PastStatistics,
    async_clear_later,
    async_is_listening,
    async_past_statistics,
)
from .price_coordinator import PriceCoordinator
from .shared import Shared
from .weather_coordinator import WeatherCoordinator

_HOUR: Final = 3600
# So much is read at a time.
_PIECE: Final = 92 * 24 * _HOUR
# Further back nobody looks, and files of the climate reach back to 1940.
_FURTHEST: Final = 3660 * DAY
# Whoever is told the same thing as often does not want to hear it.
_TRIES: Final = 3
# Where no recorder ends.
_NEVER: Final = 0
# The recorder's database may round the last digit.
_SAME: Final = 1e-9


class StatisticsChoice(StrEnum):
    """What a user wants to become of the statistics."""

    KEEP = "keep"
    """They stay when the factory is removed, like those of Home Assistant's sensors."""
    UNTIL_REMOVED = "until_removed"
    NONE = "none"


class Recording:
    """Tells the recorder of one factory's past when its job says so: no more than has changed.

    Where the recorder ends elsewhere than it was told to, one of the two was restored from a
    backup: then every hour is compared. What the recorder alone still has stays there, unless it
    followed from other terms, like another place.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        shared: Shared,
        prices: PriceCoordinator,
        weather: WeatherCoordinator,
        data: DataCoordinator,
    ) -> None:
        """Know where the figures come from."""
        self._hass = hass
        self._entry = entry
        self._store = shared.store
        self._figures = PastFigures(hass, shared.store, prices, weather, data)

    async def async_keep_up(self) -> str | None:
        """Tell what has changed; raises StoreError, and HomeAssistantError if nobody listens."""
        if not async_is_listening(self._hass):
            return None
        statistics = await async_past_statistics(self._hass, self._entry)
        names = await statistics.async_names()
        if _choice(self._entry) is StatisticsChoice.NONE:
            if names:
                await statistics.async_clear(names)
            return None
        statistics.async_rename(names)
        before = await self._store.read_told(self._entry.entry_id)
        now = await self._async_now(before)
        if now is None:
            return None
        outdated = {
            figure for figure in Figure if before and before.terms.get(figure) != now.terms[figure]
        }
        if before and (
            outdated
            or not before.there <= names.keys()
            # There is no hour of which nothing is known about this.
            or before.until != await statistics.async_until(Figure.COMPLETENESS)
        ):
            # Whoever is stopped in between is sure neither of the hours nor of the former terms.
            terms = {name: said for name, said in before.terms.items() if name not in outdated}
            await self._keep(replace(before, until=_NEVER, terms=terms))
            before = None
        stretches = await self._async_changed(before, now)
        told, stale = await self._async_tell(statistics, stretches)
        if stale := stale & outdated:
            # Hours cannot be taken back one by one.
            await statistics.async_clear(stale)
            more, _ = await self._async_tell(statistics, _pieces(now.first, now.until))
            told += more
        now = replace(now, there=frozenset(await statistics.async_names()))
        # More changes of other things are no reason to write.
        if told or before is None or now != replace(before, position=now.position):
            await self._keep(now)
        return f"{told} hourly values" if told else None

    async def _keep(self, told: Told) -> None:
        await self._store.keep_told(self._entry.entry_id, told)

    async def _async_now(self, before: Told | None) -> Told | None:
        """Return how far it can be told now; None if there is nothing to tell."""
        position = await self._store.position()
        first = await self._store.first_hour(self._figures.series)
        until = int(weather_end(dt_util.utcnow()).timestamp())
        if before:
            # What was told stays, even if the clock is put back.
            until = max(until, before.until)
        if first is None or first >= until:
            return None
        return Told(
            position=position,
            first=max(first, until - int(_FURTHEST.total_seconds())),
            until=until,
            terms=self._figures.terms,
            there=frozenset(),
        )

    async def _async_changed(self, before: Told | None, now: Told) -> Stretches:
        """Return the time whose figures may be others than they were before, in pieces."""
        if before is None:
            return _pieces(now.first, now.until)
        changed = await self._store.changed_hours(self._figures.series, before.position.number)
        changed = np.stack([changed, changed + _HOUR], axis=1)
        passed = [(now.first, before.first), (before.until, now.until)]
        apart = np.array([span for span in passed if span[0] < span[1]], dtype=np.int64)
        # How a price ranks depends on half a week in either direction.
        reach = np.array((-REACH, REACH))
        touched = np.concatenate([changed, apart.reshape(-1, 2)]) + reach
        stretches = np.clip(union([touched]), now.first, now.until)
        return _cut(stretches[stretches[:, 0] < stretches[:, 1]])

    async def _async_tell(
        self, statistics: PastStatistics, stretches: Stretches
    ) -> tuple[int, set[Figure]]:
        """Tell what the recorder does not know yet, the newest first.

        Returns how many hours that was, and the figures that it has more hours of than there are.
        """
        told, stale = 0, set[Figure]()
        for start, end in reversed(stretches.tolist()):
            figures = await self._figures.async_of(start, end)
            for _ in range(_TRIES):
                known = await statistics.async_known(start, end)
                news, more = await self._hass.async_add_executor_job(_compare, figures, known)
                stale |= more
                if not news:
                    break
                for figure, hours in news.items():
                    await statistics.async_add(figure, hours)
                    told += len(hours)
            else:
                raise HomeAssistantError(
                    translation_domain=DOMAIN, translation_key="recorder_failed"
                )
        return told, stale


@callback
def async_forget_statistics(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Have forgotten what the recorder was told of a factory that is removed, if that is wished."""
    if _choice(entry) is StatisticsChoice.UNTIL_REMOVED:
        async_clear_later(hass, entry)


@callback
def _choice(entry: ConfigEntry) -> StatisticsChoice:
    return StatisticsChoice(entry.options.get(CONF_STATISTICS, StatisticsChoice.KEEP))


def _pieces(start: int, end: int) -> Stretches:
    return _cut(np.array([(start, end)], dtype=np.int64))


def _cut(stretches: Stretches) -> Stretches:
    """Return the same time in pieces that can be read at once."""
    if not len(stretches):
        return stretches
    first, last = int(stretches[0, 0]), int(stretches[-1, 1])
    return split(stretches, np.arange(first // _PIECE * _PIECE, last, _PIECE, dtype=np.int64))


def _compare(
    wanted: Mapping[Figure, Hours], known: Mapping[Figure, Hours]
) -> tuple[Mapping[Figure, Hours], set[Figure]]:
    """Return what the recorder has to be told, and of what it knows too much."""
    news, stale = {}, set()
    for figure, hours in wanted.items():
        there = known[figure]
        # One more, which is nowhere.
        starts = np.append(there.starts, -1)
        values = np.vstack([there.values, np.full((1, 3), np.nan)])
        at = np.searchsorted(there.starts, hours.starts)
        same = (starts[at] == hours.starts) & np.all(
            np.isclose(values[at], hours.values, rtol=0, atol=_SAME), axis=1
        )
        if not np.all(same):
            news[figure] = Hours(hours.starts[~same], hours.values[~same])
        if not np.all(np.isin(there.starts, hours.starts)):
            stale.add(figure)
    return news, stale
