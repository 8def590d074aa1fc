"""A figure, and how it is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result."""

    name: str
    value: float
    unit: str
    ratio: float


def race(
    name: str, ours: Callable[[], object], baseline: Callable[[], object], *, calls: int = 1
) -> Figure:
    """Return the best time of a call; a baseline takes turns, so a busy machine slows both."""
    ours_best = baseline_best = float("inf")
    end = perf_counter() + 1.5
    rounds = 0
    while rounds < 3 or perf_counter() < end:
        ours_best = min(ours_best, seconds(ours))
        baseline_best = min(baseline_best, seconds(baseline))
        rounds += 1
    return timed(name, ours_best / calls, baseline_best / calls)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def timed(name: str, ours: float, baseline: float) -> Figure:
    """Return a figure in seconds."""
    return Figure(name, float(f"{ours:.3g}"), "s", ratio(ours, baseline))


def ratio(ours: float, baseline: float) -> float:
    """Return a ratio with as many digits as it is worth."""
    return float(f"{ours / baseline:.3g}")
