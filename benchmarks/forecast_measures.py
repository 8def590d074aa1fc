"""How good forecasts of a series of days were."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

QUANTILES = (0.1, 0.5, 0.9)
SIX_HOURS = 6
WEEK_HOURS = 42
LEADS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """What one method said of every slot, in €/kWh, (7, slots); NaN where it said nothing."""

    name: str
    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measures:
    """How good forecasts at one lead were; prices are in €/MWh."""

    forecast: str
    lead: int
    slots: int
    mae: float
    rmse: float
    bias: float
    spearman: float
    """Of the ranks within a day, the mean over days."""
    saved: float
    """The share of what the 6 cheapest hours of a day could save, against any hours of it."""
    coverage: float
    pinball: float
    """The mean of the losses of the three quantiles."""


@dataclass(frozen=True, slots=True)
class Times:
    """What one method took, in seconds."""

    forecast: str
    fit: float
    """For all leads."""
    predict: float
    """For a week."""


def measure(
    forecasts: Forecasts,
    lead: int,
    actual: NDArray[np.float64],
    days: NDArray[np.int64],
    per_hour: int,
) -> Measures:
    """Compare the forecasts at a lead with what prices really were."""
    low, middle, high = (
        one[lead - 1] * 1000 for one in (forecasts.low, forecasts.middle, forecasts.high)
    )
    real = actual * 1000
    error = middle - real
    # A baseline without errors of the past has no band yet.
    banded = np.isfinite(low) & np.isfinite(high)
    losses = [
        np.maximum(share * (real - said), (share - 1) * (real - said))[banded]
        for share, said in zip(QUANTILES, (low, middle, high), strict=True)
    ]
    inside = (low <= real) & (real <= high)
    by_day = _groups(days)
    return Measures(
        forecast=forecasts.name,
        lead=lead,
        slots=len(real),
        mae=float(np.abs(error).mean()),
        rmse=float(np.sqrt((error**2).mean())),
        bias=float(error.mean()),
        spearman=float(np.mean([_spearman(middle[day], real[day]) for day in by_day])),
        saved=_saved([(middle[day], real[day]) for day in by_day], SIX_HOURS * per_hour),
        coverage=float(inside[banded].mean()) if banded.any() else float("nan"),
        pinball=float(np.mean(losses)) if banded.any() else float("nan"),
    )


def saved_in_weeks(
    forecasts: Forecasts,
    actual: NDArray[np.float64],
    days: NDArray[np.int64],
    per_hour: int,
) -> float:
    """Return the share of what the 42 cheapest hours of a week could save, chosen by forecast.

    There is a week after every day.
    """
    by_day = _groups(days)
    weeks = []
    for first in range(len(by_day) - LEADS + 1):
        week = by_day[first : first + LEADS]
        if days[week[-1][0]] - days[week[0][0]] >= LEADS:
            continue
        said = np.concatenate([forecasts.middle[lead, day] for lead, day in enumerate(week)])
        weeks.append((said, actual[np.concatenate(week)]))
    return _saved(weeks, WEEK_HOURS * per_hour)


def _groups(days: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the positions of each day in turn."""
    return np.split(np.arange(len(days)), np.flatnonzero(np.diff(days)) + 1)


def _saved(periods: list[tuple[NDArray[np.float64], NDArray[np.float64]]], cheapest: int) -> float:
    """Return what choosing the cheapest slots by forecast saved, of what could be saved."""
    saved = possible = 0.0
    for said, real in periods:
        chosen = np.argsort(said, kind="stable")[:cheapest]
        saved += real.mean() - real[chosen].mean()
        possible += real.mean() - np.sort(real)[:cheapest].mean()
    return saved / possible if possible else float("nan")


def _spearman(said: NDArray[np.float64], real: NDArray[np.float64]) -> float:
    """Return the correlation of ranks; a flat day has none, and counts as not foretold."""
    one, other = _ranks(said), _ranks(real)
    spread = float(one.std() * other.std())
    return float(((one - one.mean()) * (other - other.mean())).mean()) / spread if spread else 0.0


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks; equal values share theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: NDArray[np.float64] = (ends - (counts - 1) / 2)[places]
    return ranks
