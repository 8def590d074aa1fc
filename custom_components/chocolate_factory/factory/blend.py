"""Hours that are put together from several sources, each value with its source."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from .series import Source
from .weather import HOUR, Measure, WeatherHours

_NOBODY: Final = -1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Blend:
    """Consecutive hours from several sources; all arrays have one length n."""

    start: datetime
    """The first hour; full, in UTC."""
    ranking: Sequence[Source]
    values: Mapping[Measure, NDArray[np.float64]]
    """NaN where no source has a value."""
    sources: Mapping[Measure, NDArray[np.int8]]
    """Of each value, the position of its source in the ranking; -1 where there is none."""

    def __post_init__(self) -> None:
        """Refuse hours that are none."""
        if self.start.utcoffset() != timedelta(0) or self.start.timestamp() % 3600:
            raise ValueError("hours begin at a full hour in UTC")

    def __len__(self) -> int:
        """Return the number of hours."""
        return len(next(iter(self.values.values()), ()))

    @property
    def end(self) -> datetime:
        """Return where the last hour ends."""
        return self.start + len(self) * HOUR

    def value(self, measure: Measure, at: datetime) -> float | None:
        """Return the value in the hour that an instant is in, if there is one."""
        found = self._find(measure, at)
        return found[0] if found else None

    def source(self, measure: Measure, at: datetime) -> Source | None:
        """Return where that value is from."""
        found = self._find(measure, at)
        return found[1] if found else None

    def _find(self, measure: Measure, at: datetime) -> tuple[float, Source] | None:
        hour = (at - self.start) // HOUR
        if not 0 <= hour < len(self):
            return None
        rank = int(self.sources[measure][hour])
        return None if rank == _NOBODY else (float(self.values[measure][hour]), self.ranking[rank])

    @classmethod
    def of(
        cls,
        weather: Mapping[Source, WeatherHours],
        start: datetime,
        count: int,
        *,
        ranking: Sequence[Source],
        measures: Collection[Measure],
        swapped: NDArray[np.bool_] | None = None,
    ) -> Self:
        """Take each value from the first in the ranking who has one.

        In hours that are `swapped` the second goes before the first. Sources that are not ranked
        are left out.
        """
        ranks = [rank for rank, source in enumerate(ranking) if source in weather]
        values, sources = {}, {}
        for measure in measures:
            best, rank_of_best = np.full(count, np.nan), np.full(count, _NOBODY, dtype=np.int8)
            # The least wanted first, so that better ones can take their hours.
            for rank in reversed(ranks):
                column = _aligned(weather[ranking[rank]], measure, start, count)
                takes = np.isfinite(column)
                if rank == 0 and swapped is not None:
                    takes &= ~(swapped & (rank_of_best == 1))
                np.copyto(best, column, where=takes)
                rank_of_best[takes] = rank
            values[measure], sources[measure] = best, rank_of_best
        return cls(start=start, ranking=ranking, values=values, sources=sources)


def _aligned(
    hours: WeatherHours, measure: Measure, start: datetime, count: int
) -> NDArray[np.float64]:
    """Return what a source says of the hours from a start on."""
    said = hours.values.get(measure)
    skipped = (start - hours.start) // HOUR
    if said is not None and not skipped and len(said) == count:
        return said
    column = np.full(count, np.nan)
    if said is not None:
        part = said[max(skipped, 0) : max(skipped + count, 0)]
        first = max(-skipped, 0)
        column[first : first + len(part)] = part
    return column
