"""The statistics of a factory's past that Home Assistant's recorder keeps: read, added, cleared."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    get_last_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import UnitOfPressure, UnitOfRatio, UnitOfTemperature
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.recorder import DATA_INSTANCE, get_instance
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util.unit_conversion import (
    PressureConverter,
    TemperatureConverter,
    UnitlessRatioConverter,
)
import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from .const import DOMAIN, EUR_PER_KWH
from .factory.retrospect import Figure, Hours

_HOUR: Final = 3600
# So many hours are told at a time: the recorder does nothing else meanwhile.
_SLICE: Final = 240
# Every so many seconds it is looked whether the recorder is still alive ...
_LOOK: Final = 10.0
# ... and after so many looks it is given up. An hour: a backup holds it up for as long as it takes.
_LOOKS: Final = 360

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


@dataclass(frozen=True, slots=True)
class PastStatistics:
    """What the recorder has of one factory.

    Whatever is asked of a recorder that does not answer raises HomeAssistantError.
    """

    hass: HomeAssistant
    metadata: Mapping[Figure, StatisticMetaData]
    """What the recorder is to know of each figure."""

    async def async_names(self) -> Mapping[Figure, str | None]:
        """Return what the recorder calls the figures that it knows."""
        ids = {one["statistic_id"] for one in self.metadata.values()}
        found = await self._async_read(lambda: get_metadata(self.hass, statistic_ids=ids))
        return {
            figure: found[name][1]["name"]
            for figure, one in self.metadata.items()
            if (name := one["statistic_id"]) in found
        }

    @callback
    def async_rename(self, names: Mapping[Figure, str | None]) -> None:
        """Have figures called as they are called now."""
        for figure, name in names.items():
            if name != self.metadata[figure]["name"]:
                async_add_external_statistics(self.hass, self.metadata[figure], [])

    async def async_until(self, figure: Figure) -> int | None:
        """Return where the last hour ends that the recorder has of a figure, in Unix seconds."""
        name = self.metadata[figure]["statistic_id"]
        rows = await self._async_read(
            lambda: get_last_statistics(self.hass, 1, name, False, {"mean"})
        )
        return int(rows[name][0]["start"]) + _HOUR if rows else None

    async def async_known(self, start: int, end: int) -> Mapping[Figure, Hours]:
        """Return what the recorder has of the hours in [start, end), Unix seconds."""

        def read() -> Mapping[Figure, Hours]:
            rows = statistics_during_period(
                self.hass,
                _instant(start),
                _instant(end),
                {one["statistic_id"] for one in self.metadata.values()},
                "hour",
                None,
                {"mean", "min", "max"},
            )
            found = {}
            for figure, one in self.metadata.items():
                values = np.array(
                    [
                        (row["start"], row["mean"], row["min"], row["max"])
                        for row in rows.get(one["statistic_id"], ())
                    ],
                    dtype=np.float64,
                ).reshape(-1, 4)
                found[figure] = Hours(values[:, 0].astype(np.int64), values[:, 1:])
            return found

        return await self._async_read(read)

    async def async_add(self, figure: Figure, hours: Hours) -> None:
        """Tell hours of a figure, new or other ones, as slowly as the recorder likes it."""
        for part in _slices(hours):
            async_add_external_statistics(self.hass, self.metadata[figure], part)
            await async_heard(self.hass)

    async def async_clear(self, figures: Iterable[Figure]) -> None:
        """Have all hours of some figures forgotten."""
        ids = [self.metadata[figure]["statistic_id"] for figure in figures]
        get_instance(self.hass).async_clear_statistics(ids)
        await async_heard(self.hass)

    async def _async_read[T](self, read: Callable[[], T]) -> T:
        try:
            return await get_instance(self.hass).async_add_executor_job(read)
        # What there is when a recorder has come to its end is a RuntimeError.
        except (RuntimeError, SQLAlchemyError) as error:
            raise _failed() from error


async def async_past_statistics(hass: HomeAssistant, entry: ConfigEntry) -> PastStatistics:
    """Return the statistics of a factory, named in the language of the house."""
    texts = {
        category: await async_get_translations(hass, hass.config.language, category, {DOMAIN})
        for category in ("common", "entity")
    }
    pattern = texts["common"][f"component.{DOMAIN}.common.statistic"]
    return PastStatistics(
        hass,
        {
            figure: StatisticMetaData(
                mean_type=StatisticMeanType.ARITHMETIC,
                has_sum=False,
                name=pattern.format(
                    factory=entry.title,
                    figure=texts["entity"][f"component.{DOMAIN}.entity.sensor.{figure}.name"],
                ),
                source=DOMAIN,
                statistic_id=_statistic_id(entry, figure),
                unit_class=unit_class,
                unit_of_measurement=unit,
            )
            for figure, (unit, unit_class) in _UNITS.items()
        },
    )


@callback
def async_is_listening(hass: HomeAssistant) -> bool:
    """Tell whether there is a recorder, ready for use and not busy with its own database.

    Raises HomeAssistantError if there is one that has come to its end.
    """
    if DATA_INSTANCE not in hass.data:
        return False
    recorder = get_instance(hass)
    if not recorder.is_alive():
        raise _failed()
    ready = recorder.async_db_ready
    return ready.done() and ready.result() and not recorder.migration_in_progress


async def async_heard(hass: HomeAssistant) -> None:
    """Wait until the recorder has done all that it was told, and is not behind with anything.

    Raises HomeAssistantError if it never will.
    """
    recorder = get_instance(hass)
    # Its own way to wait takes a queue that is empty for work that is done.
    done = hass.loop.create_future()
    recorder.queue_task(SynchronizeTask(done))
    for _ in range(_LOOKS):
        await asyncio.wait((done,), timeout=_LOOK)
        if done.done():
            return
        if not recorder.is_alive():
            break
    raise _failed()


@callback
def async_clear_later(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Have the recorder forget all that it has of a factory when it comes to it.

    It does so when it is done with what it has to do before, be it a migration of hours.
    """
    if DATA_INSTANCE in hass.data:
        ids: Collection[str] = [_statistic_id(entry, figure) for figure in Figure]
        get_instance(hass).async_clear_statistics(list(ids))


def _statistic_id(entry: ConfigEntry, figure: Figure) -> str:
    """Return what the recorder calls a figure: the same whatever the factory is called."""
    return f"{DOMAIN}:{entry.entry_id.lower()}_{figure}"


def _failed() -> HomeAssistantError:
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="recorder_failed")


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _slices(hours: Hours) -> Iterator[list[StatisticData]]:
    for first in range(0, len(hours), _SLICE):
        part = slice(first, first + _SLICE)
        yield [
            StatisticData(start=_instant(start), mean=mean, min=low, max=high)
            for start, (mean, low, high) in zip(
                hours.starts[part].tolist(), hours.values[part].tolist(), strict=True
            )
        ]
