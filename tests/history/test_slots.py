"""No time is claimed twice, whatever is written in whatever order."""

from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
import tempfile
from typing import Any

from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
import numpy as np
import pytest

from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.history import database
from custom_components.chocolate_factory.history.slots import (
    Batch,
    SlotTable,
    read_slots,
    write_slots,
)
from custom_components.chocolate_factory.history.store import Store

from .stored import FIRST, HOUR, NOON, QUARTER, Clock, batch, everything, rows, values

HALF = 1800
DAY = 24 * HOUR


async def slots(store: Store, series: Series = Series.PVPC) -> list[tuple[int, int, float, Source]]:
    """Return minute of the start, minutes, value and source of every slot."""
    table = await everything(store, series)
    return [
        ((start - FIRST) // 60, seconds // 60, value, source)
        for start, seconds, value, source in zip(
            table.starts.tolist(),
            table.seconds.tolist(),
            table.values.tolist(),
            table.sources,
            strict=True,
        )
    ]


async def sequence(store: Store) -> dict[int, int]:
    """Return the sequence numbers by the minute of the start."""
    return {
        (start - FIRST) // 60: seq for start, seq in rows(store.path, "SELECT start, seq FROM slot")
    }


@pytest.mark.parametrize(
    ("starts", "numbers", "seconds", "reason"),
    [
        ([0], [float("nan")], HOUR, "values are numbers"),
        ([0], [float("inf")], HOUR, "values are numbers"),
        ([0, HOUR], [1.0, -float("inf")], HOUR, "values are numbers"),
        ([HOUR, 0], [1.0, 2.0], HOUR, "one after the other"),
        ([0, 0], [1.0, 2.0], HOUR, "one after the other"),
        ([60], [1.0], HOUR, "multiples of their length"),
        ([0, QUARTER], [1.0, 2.0], HOUR, "multiples of their length"),
        ([0, HOUR], [1.0], HOUR, "as many values as starts"),
        ([0], [], HOUR, "as many values as starts"),
        ([0], [1.0], 0, "lasts a day at most"),
        ([0], [1.0], -HOUR, "lasts a day at most"),
        ([0], [1.0], 2 * DAY, "lasts a day at most"),
    ],
)
def test_a_batch_that_leaves_a_slot_in_doubt_is_refused(
    starts: list[int], numbers: list[float], seconds: int, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        Batch(
            series=Series.SPOT,
            source=Source.OMIE,
            starts=np.array(starts, dtype=np.int64),
            values=np.array(numbers, dtype=np.float64),
            seconds=seconds,
        )


async def test_an_empty_batch_changes_nothing(store: Store) -> None:
    assert await store.write([batch([])]) == 0
    assert await store.write([]) == 0
    assert await store.last_update(Series.PVPC) is None


async def test_a_series_that_nobody_wrote_is_empty(store: Store) -> None:
    await store.write([batch([1])])

    assert len(await everything(store, Series.SPOT)) == 0


async def test_every_source_is_told_apart(store: Store) -> None:
    for number, source in enumerate(Source):
        await store.write([batch([number], source=source, first=FIRST + number * HOUR)])

    assert (await everything(store)).sources == tuple(Source)


async def test_quarters_take_the_place_of_their_hour_and_count_once_each(store: Store) -> None:
    await store.write([batch([1, 2])])
    before = await sequence(store)

    assert await store.write([batch([3, 4, 5, 6], seconds=QUARTER)]) == 4

    assert [slot[:3] for slot in await slots(store)] == [
        (0, 15, 3), (15, 15, 4), (30, 15, 5), (45, 15, 6), (60, 60, 2),
    ]  # fmt: skip
    after = await sequence(store)
    assert after[60] == before[60]
    assert min(number for minute, number in after.items() if minute < 60) > max(before.values())


async def test_an_hour_is_cut_where_the_first_quarter_begins(store: Store) -> None:
    await store.write([batch([1, 2])])
    before = await sequence(store)

    assert await store.write([batch([9], seconds=QUARTER, first=FIRST + HALF)]) == 2

    assert [slot[:3] for slot in await slots(store)] == [(0, 30, 1), (30, 15, 9), (60, 60, 2)]
    after = await sequence(store)
    assert min(after[0], after[30]) > before[60] == after[60], "a sink must hear of the cut, too"


async def test_an_hour_does_not_take_the_place_of_its_quarters(store: Store) -> None:
    await store.write([batch([3, 4], seconds=QUARTER, first=FIRST + HALF)])

    assert await store.write([batch([1, 2])]) == 1

    assert [slot[:3] for slot in await slots(store)] == [(30, 15, 3), (45, 15, 4), (60, 60, 2)]


async def test_what_is_left_out_does_not_cut(store: Store) -> None:
    await store.write([batch([1], seconds=DAY), batch([2], seconds=QUARTER, first=FIRST + QUARTER)])

    assert await store.write([batch([3], seconds=HALF)]) == 0

    assert [slot[:3] for slot in await slots(store)] == [(0, 15, 1), (15, 15, 2)]


async def test_a_slot_that_reaches_into_the_batch_from_the_day_before_is_cut(store: Store) -> None:
    await store.write([batch([1], seconds=DAY)])

    last = batch([2], seconds=QUARTER, first=FIRST + DAY - QUARTER)
    assert await store.write([last]) == 2

    assert [slot[:3] for slot in await slots(store)] == [(0, 1425, 1), (1425, 15, 2)]


async def test_an_estimate_is_replaced_by_what_is_measured(store: Store) -> None:
    await store.write([batch([1, 2], source=Source.ESTIMATE)])

    assert await store.write([batch([1, 3], source=Source.ESIOS)]) == 2

    assert await slots(store) == [(0, 60, 1, Source.ESIOS), (60, 60, 3, Source.ESIOS)]


async def test_an_estimate_replaces_an_estimate_if_it_differs(store: Store) -> None:
    await store.write([batch([1, 2], source=Source.ESTIMATE)])
    before = await sequence(store)

    assert await store.write([batch([1, 3], source=Source.ESTIMATE)]) == 1

    assert await values(store) == [1, 3]
    after = await sequence(store)
    assert after[0] == before[0]
    assert after[60] > before[60]


@pytest.mark.parametrize("seconds", [QUARTER, HOUR, 2 * HOUR])
async def test_an_estimate_never_takes_time_from_what_is_measured(
    store: Store, seconds: int
) -> None:
    await store.write([batch([1, 2])])
    before = await sequence(store)

    estimate = batch([7] * (2 * HOUR // seconds), seconds=seconds, source=Source.ESTIMATE)
    assert await store.write([estimate]) == 0

    assert await slots(store) == [(0, 60, 1, Source.REDATA), (60, 60, 2, Source.REDATA)]
    assert await sequence(store) == before


async def test_a_measured_hour_takes_the_place_of_estimated_quarters(store: Store) -> None:
    await store.write([batch([1, 2, 3, 4, 5], seconds=QUARTER, source=Source.ESTIMATE)])

    assert await store.write([batch([9])]) == 1

    assert await slots(store) == [(0, 60, 9, Source.REDATA), (60, 15, 5, Source.ESTIMATE)]


async def test_equal_values_keep_their_first_source_and_number(store: Store) -> None:
    await store.write([batch([1, 2], source=Source.OMIE)])
    before = await sequence(store)

    assert await store.write([batch([1, 3], source=Source.REDATA)]) == 1

    assert await slots(store) == [(0, 60, 1, Source.OMIE), (60, 60, 3, Source.REDATA)]
    after = await sequence(store)
    assert after[0] == before[0]
    assert after[60] > max(before.values())


async def test_the_last_update_is_when_a_value_changed(store: Store, clock: Clock) -> None:
    await store.write([batch([1, 2])])
    clock.tick()

    await store.write([batch([1, 2]), batch([5], series=Series.SPOT)])

    assert await store.last_update(Series.PVPC) == NOON
    assert await store.last_update(Series.SPOT) == clock.now
    assert await store.last_update(Series.PVPC_CEUTA_MELILLA) is None
    await store.write([batch([1, 4])])
    assert await store.last_update(Series.PVPC) == clock.now


@settings(max_examples=25, deadline=None)
@given(
    numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30),
    seconds=st.sampled_from([60, QUARTER, HOUR, DAY]),
    first=st.integers(-400, 3000),
)
def test_every_number_comes_out_as_it_went_in(
    numbers: list[float], seconds: int, first: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written = batch(numbers, seconds=seconds, first=first * DAY, source=Source.OMIE)
        connection, _ = database.open_or_begin(Path(folder) / "store.db")
        with closing(connection), database.transaction(connection):
            assert write_slots(connection, [written], 0) == len(numbers)
            table = read_slots(connection, Series.PVPC, -(2**35), 2**35)
    assert table.starts.tolist() == written.starts.tolist()
    assert table.seconds.tolist() == [seconds] * len(numbers)
    assert table.values.tolist() == numbers
    assert table.sources == (Source.OMIE,) * len(numbers)


type Key = tuple[str, int]


@dataclass(frozen=True)
class Slot:
    """A slot as the model keeps it."""

    start: int
    seconds: int
    value: float
    source: Source

    @property
    def end(self) -> int:
        """Return where the slot ends."""
        return self.start + self.seconds

    @property
    def measured(self) -> bool:
        """Tell whether the value is no estimate."""
        return not self.source.is_estimated

    def wins_over(self, new: Slot) -> bool:
        """Tell whether the slot stays when another one wants its time."""
        if self.measured != new.measured:
            return self.measured
        return self.seconds < new.seconds


@dataclass
class Model:
    """The rules of the store, one slot at a time, as one would do it with pencil and paper."""

    slots: dict[Key, Slot] = field(default_factory=dict)
    changed: set[Key] = field(default_factory=set)

    def write(self, written: Batch) -> None:
        """Write a batch."""
        series = written.series
        for start, value in zip(written.starts.tolist(), written.values.tolist(), strict=True):
            new = Slot(start, written.seconds, value, written.source)
            rivals = [
                slot
                for (one, _), slot in self.slots.items()
                if one is series and slot.start < new.end and new.start < slot.end
            ]
            if any(slot.wins_over(new) for slot in rivals) or self._is_there(series, new):
                continue
            for slot in rivals:
                key = (series, slot.start)
                if slot.start > new.start:
                    del self.slots[key]
                elif slot.start < new.start:
                    shorter = Slot(slot.start, new.start - slot.start, slot.value, slot.source)
                    self.slots[key] = shorter
                    self.changed.add(key)
            self.slots[series, new.start] = new
            self.changed.add((series, new.start))

    def _is_there(self, series: str, new: Slot) -> bool:
        old = self.slots.get((series, new.start))
        return (
            old is not None
            and (old.seconds, old.value) == (new.seconds, new.value)
            and (old.source is new.source or old.measured)
        )


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Draw hours or quarters of two days, from any source, with holes and few different values."""
    seconds = draw(st.sampled_from([QUARTER, HOUR]))
    places = st.integers(0, 8 * HOUR // seconds - 1)
    chosen = sorted(draw(st.sets(places, max_size=8)))
    return Batch(
        series=draw(st.sampled_from([Series.PVPC, Series.SPOT])),
        source=draw(st.sampled_from([Source.REDATA, Source.ESIOS, Source.ESTIMATE])),
        starts=FIRST + seconds * np.array(chosen, dtype=np.int64),
        values=np.array([draw(st.integers(0, 2)) for _ in chosen], dtype=np.float64),
        seconds=seconds,
    )


class Writing(RuleBasedStateMachine):
    """Write anything into a file and into the model, and compare."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "store.db"
        self._open()
        self.model = Model()
        self.numbers: dict[Key, int] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.connection.close()
        self.folder.cleanup()

    @rule(written=st.lists(batches(), min_size=1, max_size=3))
    def write(self, written: list[Batch]) -> None:
        """Write batches in one transaction."""
        before = dict(self.model.slots)
        last = max(self.numbers.values(), default=0)
        count = 0
        for one in written:
            self.model.changed.clear()
            self.model.write(one)
            count += len(self.model.changed)

        with database.transaction(self.connection):
            assert write_slots(self.connection, written, 0) == count

        numbers = self._numbers()
        for key, slot in self.model.slots.items():
            if numbers[key] > last:
                continue
            assert before[key] == slot, "a change that no sink would hear of"
            assert numbers[key] == self.numbers[key]
        assert len(set(numbers.values())) == len(numbers)
        assert sum(number > last for number in numbers.values()) <= count
        self.numbers = numbers

    @rule()
    def write_what_is_there(self) -> None:
        """Write once more what is there already."""
        for series in (Series.PVPC, Series.SPOT):
            table = read_slots(self.connection, series, 0, 2**35)
            again = [
                self._single(series, table, index)
                for index, seconds in enumerate(table.seconds.tolist())
                if seconds in (QUARTER, HOUR)
            ]
            with database.transaction(self.connection):
                assert write_slots(self.connection, again, 0) == 0

    @rule()
    def open_again(self) -> None:
        """Close the file and open it again."""
        self.connection.close()
        self._open()

    @invariant()
    def the_file_holds_what_the_model_holds(self) -> None:
        """Read everything."""
        for series in (Series.PVPC, Series.SPOT):
            table = read_slots(self.connection, series, 0, 2**35)
            expected = sorted(
                (slot for (one, _), slot in self.model.slots.items() if one is series),
                key=lambda slot: slot.start,
            )
            assert [
                Slot(*slot)
                for slot in zip(
                    table.starts.tolist(),
                    table.seconds.tolist(),
                    table.values.tolist(),
                    table.sources,
                    strict=True,
                )
            ] == expected
            assert all(a.end <= b.start for a, b in pairwise(expected))

    def _open(self) -> None:
        self.connection, damaged = database.open_or_begin(self.path)
        assert damaged is None
        # Nobody pulls the plug here.
        self.connection.execute("PRAGMA synchronous = OFF")

    def _single(self, series: Series, table: SlotTable, index: int) -> Batch:
        return Batch(
            series=series,
            source=table.sources[index],
            starts=table.starts[index : index + 1],
            values=table.values[index : index + 1],
            seconds=int(table.seconds[index]),
        )

    def _numbers(self) -> dict[Key, int]:
        found: list[tuple[Any, ...]] = self.connection.execute(
            "SELECT name, start, seq FROM slot JOIN series ON series.id = slot.series"
        ).fetchall()
        return {(Series(name), start): seq for name, start, seq in found}


def test_batches_in_any_order_leave_what_the_rules_say() -> None:
    run_state_machine_as_test(
        Writing, settings=settings(max_examples=50, stateful_step_count=10, deadline=None)
    )
