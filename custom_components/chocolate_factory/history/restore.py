"""Rebuilds prices and weather of the store from a time series database, month by month."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import numpy as np

from ..clients.influx import InfluxDatabase, Record, Selection
from ..clients.parsing import PLAUSIBLE as PLAUSIBLE_PRICES
from ..factory.series import Source
from ..factory.weather import KEPT, PLAUSIBLE, Place, weather_series
from .points import PRICES, WEATHER, Labels
from .slots import Batch, SlotTable
from .store import Store

_HOUR: Final = 3600

type _Question = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Measurement, tags and fields."""
_PRICES: Final[_Question] = (PRICES, ("zone", "series"), ("price", "seconds", "source"))
_WEATHER: Final[_Question] = (WEATHER, ("zone", "place", "source"), KEPT)

type _Slot = tuple[int, int, float, str]
"""Start, seconds, value and source."""
type _Slots = dict[str, dict[int, _Slot]]
"""By series and start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthReport:
    """One month of one series, there and here."""

    series: str
    month: str
    there: int
    """Slots in the database."""
    here: int
    """Slots in the store, at the end."""
    missing: int
    """Slots of the database that the store did not have so before."""
    checksum_there: str
    checksum_here: str

    @property
    def is_verified(self) -> bool:
        """Tell whether both say the same."""
        return self.checksum_there == self.checksum_here


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreReport:
    """What came of it, or would."""

    months: tuple[MonthReport, ...]
    changed: int
    """Slots that were written."""
    dropped: int
    """Points that cannot be true, are of no time that was asked for, or from nobody known."""
    dry_run: bool


@dataclass(frozen=True, kw_only=True)
class Restore:
    """Reads what one site has in the database; what the store knows better stays.

    What it has of another zone or place is from before a move: nobody corrects that any more.
    """

    store: Store
    database: InfluxDatabase
    labels: Labels
    prices: frozenset[str]
    place: Place

    async def run(
        self,
        start: datetime,
        end: datetime,
        *,
        dry_run: bool,
        on_progress: Callable[[int, int], object] | None = None,
    ) -> RestoreReport:
        """Restore [start, end) and verify it; raises SourceError and StoreError."""
        months = list(_months(await self._first(start, end), end))
        reports: list[MonthReport] = []
        changed = dropped = 0
        for number, (first, last) in enumerate(reversed(months)):
            there, useless = await self._read(first, last)
            before = await self.store.read_all(there, first, last)
            after = before
            if not dry_run:
                batches = await asyncio.to_thread(_batches, there)
                changed += await self.store.write(batches)
                after = await self.store.read_all(there, first, last)
            reports += await asyncio.to_thread(_reports, first, there, before, after)
            dropped += useless
            if on_progress:
                on_progress(number + 1, len(months))
        return RestoreReport(
            months=tuple(reports), changed=changed, dropped=dropped, dry_run=dry_run
        )

    async def _first(self, start: datetime, end: datetime) -> datetime:
        """Return when what the database has of a time begins; the end if it has nothing."""
        firsts = [
            # Whatever is answered, it is not of another time.
            max(int(start.timestamp()), records[0].time)
            for question in (_PRICES, _WEATHER)
            if (records := await self._ask(question, start, end, first=True))
        ]
        last = int(end.timestamp())
        return datetime.fromtimestamp(min([*firsts, last]), UTC)

    async def _read(self, start: datetime, end: datetime) -> tuple[_Slots, int]:
        """Return what the database has of a time, and how much of that is of no use."""
        prices = await self._ask(_PRICES, start, end)
        weather = await self._ask(_WEATHER, start, end)
        span = range(int(start.timestamp()), int(end.timestamp()))
        return await asyncio.to_thread(self._understood, prices, weather, span)

    async def _ask(
        self, question: _Question, start: datetime, end: datetime, *, first: bool = False
    ) -> list[Record]:
        measurement, tags, fields = question
        return await self.database.read(
            Selection(
                measurement=measurement,
                tags=tags,
                fields=fields,
                site=self.labels.site,
                start=start,
                end=end,
                first=first,
            )
        )

    def _understood(
        self, prices: list[Record], weather: list[Record], span: range
    ) -> tuple[_Slots, int]:
        found: _Slots = defaultdict(dict)
        dropped = 0
        for record in prices:
            series = record.values.get("series")
            if not self._is_ours(record, "series", self.prices):
                continue
            slot = _slot(record, span, "price", record.values.get("seconds"), PLAUSIBLE_PRICES)
            dropped += slot is None
            if slot:
                found[str(series)][record.time] = slot
        for record in weather:
            if not self._is_ours(record, "place", {self.place.name}):
                continue
            for measure in KEPT:
                if measure not in record.values:
                    continue
                slot = _slot(record, span, measure, _HOUR, PLAUSIBLE[measure])
                dropped += slot is None
                if slot:
                    series = weather_series(measure, self.place, Source(slot[3]))
                    found[series][record.time] = slot
        return dict(found), dropped

    def _is_ours(self, record: Record, tag: str, names: Collection[str]) -> bool:
        values = record.values
        return values.get("zone") == self.labels.zone and values.get(tag) in names


def _slot(
    record: Record, span: range, field: str, seconds: object, plausible: tuple[float, float]
) -> _Slot | None:
    """Return a point as a slot; None for what cannot be one."""
    value, source = record.values.get(field), record.values.get("source")
    lowest, highest = plausible
    if record.time not in span:
        return None
    if not isinstance(value, float) or not lowest <= value <= highest:
        return None
    if not isinstance(seconds, int | float) or not 0 < seconds <= _HOUR or record.time % seconds:
        return None
    with suppress(ValueError):
        return record.time, int(seconds), value, Source(str(source))
    return None


def _batches(found: Mapping[str, Mapping[int, _Slot]]) -> list[Batch]:
    """Return what was found; estimates first, and long slots, so that all else replaces them."""
    batches = []
    for series, slots in found.items():
        groups: dict[tuple[Source, int], list[_Slot]] = defaultdict(list)
        for slot in slots.values():
            groups[Source(slot[3]), slot[1]].append(slot)
        for (source, seconds), group in sorted(
            groups.items(), key=lambda one: (not one[0][0].is_estimated, -one[0][1])
        ):
            rows = sorted(group)
            batches.append(
                Batch(
                    series=series,
                    source=source,
                    starts=np.array([row[0] for row in rows], dtype=np.int64),
                    values=np.array([row[2] for row in rows], dtype=np.float64),
                    seconds=seconds,
                )
            )
    return batches


def _reports(
    month: datetime,
    there: Mapping[str, Mapping[int, _Slot]],
    before: Mapping[str, SlotTable],
    after: Mapping[str, SlotTable],
) -> list[MonthReport]:
    reports = []
    for series, slots in sorted(there.items()):
        theirs = sorted(slots.values())
        known, ours = set(_rows(before[series])), list(_rows(after[series]))
        reports.append(
            MonthReport(
                series=series,
                month=f"{month:%Y-%m}",
                there=len(theirs),
                here=len(ours),
                missing=sum(slot not in known for slot in theirs),
                checksum_there=_checksum(theirs),
                checksum_here=_checksum(ours),
            )
        )
    return reports


def _rows(table: SlotTable) -> Iterator[_Slot]:
    return zip(
        table.starts.tolist(),
        table.seconds.tolist(),
        table.values.tolist(),
        table.sources,
        strict=True,
    )


def _checksum(rows: list[_Slot]) -> str:
    text = "\n".join(
        f"{start} {seconds} {value!r} {source}" for start, seconds, value, source in rows
    )
    return sha256(text.encode()).hexdigest()[:16]


def _months(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the months of UTC between two instants, the first and the last cut."""
    while start < end:
        following = datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=UTC)
        yield start, min(following, end)
        start = following
