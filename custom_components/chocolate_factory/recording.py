"""Tells Home Assistant's own statistics what every hour of the past was like."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfPressure, UnitOfRatio, UnitOfTemperature
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.recorder import (
    DATA_INSTANCE,
    async_migration_in_progress,
    get_instance,
)
from homeassistant.helpers.storage import Store as Storage
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import (
    PressureConverter,
    TemperatureConverter,
    UnitlessRatioConverter,
)
import numpy as np
from numpy.typing import NDArray

from .const import CONF_STATISTICS, DOMAIN, EUR_PER_KWH
from .data_coordinator import DataCoordinator
from .factory.conditions import HourlyAir, conditions
from .factory.hybrid import RANKING, hybrid
from .factory.retrospect import Figure, Hours, by_hours, retrospect
from .factory.score import REACH
from .factory.weather import KEPT, weather_series
from .history.completeness import hourly_completeness
from .history.gaps import DAY, Stretches, split, union
from .history.ledger import weather_end
from .history.prices import market_prices
from .history.weather import read_weather
from .price_coordinator import PriceCoordinator
from .shared import Shared
from .weather_coordinator import WeatherCoordinator

_VERSION: Final = 1
_HOUR: Final = 3600
# So much is read at a time ...
_PIECE: Final = 92 * 24 * _HOUR
# ... and so many hours are told at a time: the recorder does nothing else meanwhile.
_SLICE: Final = 240
# Further back nobody looks, and files of the climate reach back to 1940.
_FURTHEST: Final = 3660 * DAY
# Whoever is told the same thing as often does not want to hear it.
_TRIES: Final = 3
# The recorder's database may round the last digit.
_SAME: Final = 1e-9


class StatisticsChoice(StrEnum):
    """What a user wants to become of the statistics."""

    KEEP = "keep"
    """They stay when the factory is removed, like those of Home Assistant's sensors."""
    UNTIL_REMOVED = "until_removed"
    NONE = "none"


# The unit of each figure, and the class in which the recorder can convert it.
_UNITS: Final = {
    Figure.PRICE: (EUR_PER_KWH, None),
    Figure.ENERGY_SCORE: (None, UnitlessRatioConverter.UNIT_CLASS),
    Figure.TEMPERATURE: (UnitOfTemperature.CELSIUS, TemperatureConverter.UNIT_CLASS),
    Figure.HUMIDITY: (UnitOfRatio.PERCENTAGE, UnitlessRatioConverter.UNIT_CLASS),
    Figure.PRESSURE: (UnitOfPressure.HPA, PressureConverter.UNIT_CLASS),
    Figure.INDEX: (None, UnitlessRatioConverter.UNIT_CLASS),
    Figure.COMPLETENESS: (UnitOfRatio.PERCENTAGE, UnitlessRatioConverter.UNIT_CLASS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivered:
    """How far the recorder has been told."""

    number: int
    """The store's, of the last change."""
    first: int
    """Unix seconds of the first hour."""
    until: int
    """Where the last hour ends."""
    terms: str
    """What the figures follow from beside the store."""
    spares: bool = False
    """Whether the recorder may have the only copy of hours that a store has lost."""

    def after(self, before: _Delivered | None) -> _Delivered:
        """Return the same, knowing whether what the recorder has is to be spared."""
        if before is None or before.terms != self.terms:
            return self
        return replace(self, spares=before.spares or before.number > self.number)


class Recording:
    """Tells the recorder of one factory's past when its job says so: no more than has changed."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        shared: Shared,
        prices: PriceCoordinator,
        weather: WeatherCoordinator,
        data: DataCoordinator,
    ) -> None:
        """Know what the figures follow from."""
        self._hass = hass
        self._entry = entry
        self._store = shared.store
        self._prices = prices
        self._weather = weather
        self._has_weather = data.backfill.ledger.weather is not None
        self._storage = _storage(hass, entry)
        place = weather.sources.place
        self._series = prices.series | {
            weather_series(measure, place, source) for measure in KEPT for source in RANKING
        }
        terms = (prices.contract, weather.limits, place, weather.sources.hours, self._has_weather)
        self._terms = sha256(repr(terms).encode()).hexdigest()[:16]

    async def async_keep_up(self) -> str | None:
        """Tell what has changed; raises StoreError, and HomeAssistantError if nobody listens."""
        hass = self._hass
        if DATA_INSTANCE not in hass.data or async_migration_in_progress(hass):
            return None
        metadata = await self._async_metadata()
        names = await self._async_names(metadata)
        if _choice(self._entry) is StatisticsChoice.NONE:
            if names:
                await async_forget_statistics(hass, self._entry, always=True)
            return None
        for one in metadata.values():
            if names.get(one["statistic_id"], one["name"]) != one["name"]:
                async_add_external_statistics(hass, one, [])
        delivered = await self._async_delivered(names)
        found = await self._async_now()
        if found is None or (now := found.after(delivered)) == delivered:
            return None
        stretches = await self._async_changed(delivered, now)
        told, stale = await self._async_tell(metadata, stretches)
        if stale and not now.spares:
            # Hours cannot be taken back one by one. Whoever is stopped in between begins anew.
            await self._storage.async_remove()
            await _async_clear(hass, [metadata[figure]["statistic_id"] for figure in stale])
            more, _ = await self._async_tell(metadata, _pieces(now.first, now.until))
            told += more
        await self._storage.async_save(
            {
                "number": now.number,
                "first": now.first,
                "until": now.until,
                "terms": now.terms,
                "spares": now.spares,
                "there": list(await self._async_names(metadata)),
            }
        )
        return f"{told} hourly values" if told else None

    async def _async_metadata(self) -> Mapping[Figure, StatisticMetaData]:
        """Return what the recorder is to know of each figure, in the language of the house."""
        language = self._hass.config.language
        texts = {
            category: await async_get_translations(self._hass, language, category, {DOMAIN})
            for category in ("common", "entity")
        }
        pattern = texts["common"][f"component.{DOMAIN}.common.statistic"]
        return {
            figure: StatisticMetaData(
                mean_type=StatisticMeanType.ARITHMETIC,
                has_sum=False,
                name=pattern.format(
                    factory=self._entry.title,
                    figure=texts["entity"][f"component.{DOMAIN}.entity.sensor.{figure}.name"],
                ),
                source=DOMAIN,
                statistic_id=statistic_id(self._entry, figure),
                unit_class=unit_class,
                unit_of_measurement=unit,
            )
            for figure, (unit, unit_class) in _UNITS.items()
        }

    async def _async_names(
        self, metadata: Mapping[Figure, StatisticMetaData]
    ) -> Mapping[str, str | None]:
        """Return what the recorder calls the figures that it knows, by their ids."""
        ids = {one["statistic_id"] for one in metadata.values()}
        found = await get_instance(self._hass).async_add_executor_job(
            lambda: get_metadata(self._hass, statistic_ids=ids)
        )
        return {name: one["name"] for name, (_, one) in found.items()}

    async def _async_delivered(self, names: Collection[str]) -> _Delivered | None:
        """Return how far the recorder has been told, if that still counts for anything."""
        memory = dict(await self._storage.async_load() or {})
        there = set(memory.pop("there", ()))
        # What the recorder has lost, or somebody has removed, it has to be told again.
        return _Delivered(**memory) if memory and names and there <= set(names) else None

    async def _async_now(self) -> _Delivered | None:
        """Return how far it can be told now; None if there is nothing to tell."""
        until = weather_end(dt_util.utcnow())
        number = await self._store.last_number()
        first = await self._store.first_hour(self._series)
        if first is None or first >= until.timestamp():
            return None
        return _Delivered(
            number=number,
            first=max(first, int((until - _FURTHEST).timestamp())),
            until=int(until.timestamp()),
            terms=self._terms,
        )

    async def _async_changed(self, before: _Delivered | None, now: _Delivered) -> Stretches:
        """Return the time whose figures may be others than they were before, in pieces."""
        # A store that was begun anew counts from the beginning.
        if before is None or before.terms != now.terms or before.number > now.number:
            return _pieces(now.first, now.until)
        changed = await self._store.changed_hours(self._series, before.number)
        changed = np.stack([changed, changed + _HOUR], axis=1)
        passed = [(now.first, before.first), (before.until, now.until)]
        apart = np.array([span for span in passed if span[0] < span[1]], dtype=np.int64)
        # How a price ranks depends on half a week in either direction.
        reach = np.array((-REACH, REACH))
        touched = np.concatenate([changed, apart.reshape(-1, 2)]) + reach
        stretches = np.clip(union([touched]), now.first, now.until)
        return _cut(stretches[stretches[:, 0] < stretches[:, 1]])

    async def _async_tell(
        self, metadata: Mapping[Figure, StatisticMetaData], stretches: Stretches
    ) -> tuple[int, set[Figure]]:
        """Tell what the recorder does not know yet, the newest first.

        Returns how many hours that was, and the figures that it has more hours of than there are.
        """
        told, stale = 0, set[Figure]()
        for start, end in reversed(stretches.tolist()):
            figures = await self._async_figures(start, end)
            for _ in range(_TRIES):
                known = await self._async_known(metadata, start, end)
                news, more = await self._hass.async_add_executor_job(_compare, figures, known)
                stale |= more
                if not news:
                    break
                for figure, slices in news.items():
                    for one in slices:
                        async_add_external_statistics(self._hass, metadata[figure], one)
                        await _async_heard(self._hass)
                        told += len(one)
            else:
                raise HomeAssistantError(
                    translation_domain=DOMAIN, translation_key="recorder_failed"
                )
        return told, stale

    async def _async_known(
        self, metadata: Mapping[Figure, StatisticMetaData], start: int, end: int
    ) -> Mapping[Figure, NDArray[np.float64]]:
        """Return what the recorder knows of the hours in [start, end), (n, 4), oldest first."""

        def read() -> Mapping[Figure, NDArray[np.float64]]:
            rows = statistics_during_period(
                self._hass,
                _instant(start),
                _instant(end),
                {one["statistic_id"] for one in metadata.values()},
                "hour",
                None,
                {"mean", "min", "max"},
            )
            return {
                figure: np.array(
                    [
                        (row["start"], row["mean"], row["min"], row["max"])
                        for row in rows.get(one["statistic_id"], ())
                    ],
                    dtype=np.float64,
                ).reshape(-1, 4)
                for figure, one in metadata.items()
            }

        return await get_instance(self._hass).async_add_executor_job(read)

    async def _async_figures(self, start: int, end: int) -> Mapping[Figure, Hours]:
        """Return all figures of the hours in [start, end)."""
        contract, sources = self._prices.contract, self._weather.sources
        first, last = _instant(start - REACH), _instant(end + REACH)
        tables = await self._store.read_all(self._prices.series, first - contract.delay, last)
        observed = await read_weather(self._store, sources.place, first, last, RANKING)

        def look() -> Mapping[Figure, Hours]:
            measured = hybrid(observed, sources.hours, sources.zone, start=first, end=last)
            known = conditions(
                contract,
                market_prices(tables[contract.market]) if contract.market else None,
                None,
                HourlyAir.measured(measured),
                first,
                last,
            )
            hours = np.arange(start, end, _HOUR)
            before = REACH // _HOUR
            complete = hourly_completeness(
                list(tables.values()),
                [measured.values[measure][before : before + len(hours)] for measure in KEPT]
                if self._has_weather
                else [],
                start,
                len(hours),
            )
            return {
                **retrospect(known, self._weather.limits, start, end),
                Figure.COMPLETENESS: by_hours(
                    hours, np.full(len(hours), _HOUR), complete, Figure.COMPLETENESS.digits
                ),
            }

        return await self._hass.async_add_executor_job(look)


def statistic_id(entry: ConfigEntry, figure: Figure) -> str:
    """Return what the recorder calls a figure: the same whatever the factory is called."""
    return f"{DOMAIN}:{entry.entry_id.lower()}_{figure}"


async def async_forget_statistics(
    hass: HomeAssistant, entry: ConfigEntry, *, always: bool = False
) -> None:
    """Forget what the recorder was told, if the user wants that, or always."""
    await _storage(hass, entry).async_remove()
    if DATA_INSTANCE in hass.data and (always or _choice(entry) is StatisticsChoice.UNTIL_REMOVED):
        await _async_clear(hass, [statistic_id(entry, figure) for figure in Figure])


async def _async_clear(hass: HomeAssistant, ids: Sequence[str]) -> None:
    get_instance(hass).async_clear_statistics(list(ids))
    await _async_heard(hass)


async def _async_heard(hass: HomeAssistant) -> None:
    """Wait until the recorder has done all that it was told, and is not behind with anything."""
    # Its own way to wait takes a queue that is empty for work that is done.
    done = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


@callback
def _choice(entry: ConfigEntry) -> StatisticsChoice:
    return StatisticsChoice(entry.options.get(CONF_STATISTICS, StatisticsChoice.KEEP))


def _storage(hass: HomeAssistant, entry: ConfigEntry) -> Storage[dict[str, Any]]:
    return Storage(hass, _VERSION, f"{DOMAIN}.statistics.{entry.entry_id}", atomic_writes=True)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _pieces(start: int, end: int) -> Stretches:
    return _cut(np.array([(start, end)], dtype=np.int64))


def _cut(stretches: Stretches) -> Stretches:
    """Return the same time in pieces that can be read at once."""
    if not len(stretches):
        return stretches
    first, last = int(stretches[0, 0]), int(stretches[-1, 1])
    return split(stretches, np.arange(first // _PIECE * _PIECE, last, _PIECE, dtype=np.int64))


def _compare(
    wanted: Mapping[Figure, Hours], known: Mapping[Figure, NDArray[np.float64]]
) -> tuple[Mapping[Figure, Collection[list[StatisticData]]], set[Figure]]:
    """Return what the recorder has to be told, in slices, and of what it knows too much."""
    news, stale = {}, set()
    for figure, hours in wanted.items():
        there = known[figure]
        # One more, which is nowhere.
        found = np.vstack([there, np.full((1, 4), np.nan)])[
            np.searchsorted(there[:, 0], hours.starts)
        ]
        same = (found[:, 0] == hours.starts) & np.all(
            np.isclose(found[:, 1:], hours.values, rtol=0, atol=_SAME), axis=1
        )
        if not np.all(same):
            news[figure] = _slices(hours.starts[~same], hours.values[~same])
        if not np.all(np.isin(there[:, 0], hours.starts)):
            stale.add(figure)
    return news, stale


def _slices(starts: NDArray[np.int64], values: NDArray[np.float64]) -> list[list[StatisticData]]:
    statistics = [
        StatisticData(start=_instant(start), mean=mean, min=low, max=high)
        for start, (mean, low, high) in zip(starts.tolist(), values.tolist(), strict=True)
    ]
    return [statistics[first : first + _SLICE] for first in range(0, len(statistics), _SLICE)]
