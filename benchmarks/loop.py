"""How long the event loop is held up, and by whom."""

from asyncio import Task, events
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, thread_time
from typing import Any


@dataclass(slots=True)
class Longest:
    """The longest of some callbacks, in seconds."""

    seconds: float = 0.0
    work: float = 0.0
    """Of the processor: not even a busy machine makes it longer."""

    def note(self, seconds: float, work: float) -> None:
        """Note one more."""
        self.seconds = max(self.seconds, seconds)
        self.work = max(self.work, work)


@dataclass(slots=True)
class Watched:
    """What was seen of the event loop."""

    ours: Longest = field(default_factory=Longest)
    others: Longest = field(default_factory=Longest)


@contextmanager
def watched(name: str) -> Iterator[Watched]:
    """Time every callback; those of tasks whose names begin as is said are ours."""
    found = Watched()
    handle: Any = events.Handle
    run: Callable[[events.Handle], None] = handle._run

    def timed_run(one: events.Handle) -> None:
        task = getattr(getattr(one, "_callback", None), "__self__", None)
        is_ours = isinstance(task, Task) and task.get_name().startswith(name)
        begin, worked = perf_counter(), thread_time()
        run(one)
        whose = found.ours if is_ours else found.others
        whose.note(perf_counter() - begin, thread_time() - worked)

    handle._run = timed_run
    try:
        yield found
    finally:
        handle._run = run
