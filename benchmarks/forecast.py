"""Measure the price forecast on years of real prices, beside what it has to beat.

Every day there is a forecast, after publication, when prices are known to the end of the next day:
lead 1 is the day after that. All methods know the same at the same time. Prices are in €/MWh;
savings are the share of what perfect foresight saves, where any hours at all save nothing.

weekly-naive    the same slot a week before
mean of type    the mean of the last 28 days of the same type: working day, Saturday, Sunday or
                holiday
random forest   scikit-learn's, one for each lead, refitted every 28 days on the last year: lags
                of the hour, mean and extremes of days, the calendar, and the weather if there is

Bands of these are the 10 and 90 % quantiles of their errors of the last 60 days.
"""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
import json
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.figures import seconds
from benchmarks.forecast_baselines import (
    BAND_DAYS,
    Forest,
    Grid,
    banded,
    mean_of_type,
    weekly_naive,
)
from benchmarks.forecast_measures import (
    LEADS,
    Forecasts,
    Measures,
    Times,
    measure,
    saved_in_weeks,
)
from benchmarks.price_files import HOUR, read_drivers, read_prices
from custom_components.chocolate_factory.factory.series import Series
from custom_components.chocolate_factory.factory.tariff import MARKET_TIME_ZONE
from custom_components.chocolate_factory.learning.price_forecast import (
    Backtest,
    Drivers,
    PriceForecaster,
    PriceHistory,
    TooLittleHistoryError,
    backtest,
)
from custom_components.chocolate_factory.learning.price_grid import PriceGrid, wall_hours
from custom_components.chocolate_factory.learning.price_slots import Slots

_PERFECT = "The weather of days to come is as observed: a perfect forecast, which nobody has."
_HEAD = "  lead      MAE  % naive     RMSE     bias  spearman   6 h day  80 % band  pinball"
# As much as the product keeps, and some to try members and bands on.
YEARS = timedelta(days=4 * 365)
CALLS = 7


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Trial:
    """The slots to measure on, and what every method looks at."""

    history: PriceHistory
    series: Series
    drivers: Drivers | None
    begin: int
    """Unix seconds: where the first day to measure begins."""
    length: int
    """Seconds of the shortest slot."""


def main(arguments: Sequence[str]) -> None:
    """Measure, and print."""
    options = _options(arguments)
    history = read_prices(options.prices)
    begin, end = (_midnight(day) for day in (options.start, options.end + timedelta(days=1)))
    kept = (history.starts >= begin - YEARS.total_seconds()) & (history.starts < end)
    history = PriceHistory(
        starts=history.starts[kept], seconds=history.seconds[kept], prices=history.prices[kept]
    )
    measured = history.seconds[history.starts >= begin]
    if not len(measured):
        raise SystemExit("no prices in that time")
    trial = Trial(
        history=history,
        series=Series(options.kind),
        drivers=read_drivers(options.weather) if options.weather else None,
        begin=begin,
        length=int(measured.min()),
    )
    try:
        _report(trial, as_json=options.json)
    except TooLittleHistoryError as error:
        raise SystemExit(f"too little history: {error}") from error


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="scripts/bench forecast",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--prices", type=Path, nargs="+", required=True, help="start and €/MWh; may be several")
    add("--kind", choices=[Series.PVPC.value, Series.SPOT.value], required=True)
    add("--weather", type=Path, help="start and columns by the hour, observed")
    add("--start", type=date.fromisoformat, required=True, help="the first local day to measure")
    add("--end", type=date.fromisoformat, required=True, help="the last one")
    add("--json", action="store_true", help="print one JSON line a figure")
    return parser.parse_args(arguments)


def _report(trial: Trial, *, as_json: bool) -> None:
    ours, our_times = _ours(trial)
    others, forest_times = _baselines(trial)
    starts = ours.starts
    places = np.searchsorted(trial.history.starts, starts, side="right") - 1
    published = starts < trial.history.starts[places] + trial.history.seconds[places]
    actual = np.where(published, trial.history.prices[places], np.nan)
    methods = [Forecasts("ours", ours.low, ours.middle, ours.high), *others]
    # Every method that says anything is measured on the same slots.
    methods = [one for one in methods if np.isfinite(one.middle).any(axis=1).all()]
    told = np.isfinite(actual) & np.logical_and.reduce(
        [np.isfinite(one.middle).all(axis=0) for one in methods]
    )
    if not told.any():
        raise SystemExit("no day with a forecast by every method")
    methods = [
        Forecasts(one.name, one.low[:, told], one.middle[:, told], one.high[:, told])
        for one in methods
    ]
    actual = actual[told]
    hours = wall_hours(int(starts[0]), int(starts[-1] - starts[0]) // HOUR + 1)
    days = (hours[(starts - starts[0]) // HOUR] // 24)[told]
    per_hour = HOUR // trial.length
    rows = [
        measure(one, lead, actual, days, per_hour)
        for one in methods
        for lead in range(1, LEADS + 1)
    ]
    weeks = {one.name: saved_in_weeks(one, actual, days, per_hour) for one in methods}
    times = [our_times, forest_times]
    if as_json:
        if trial.drivers:
            print(json.dumps({"weather": _PERFECT}))
        _print_json(rows, weeks, times)
    else:
        _print_table(trial, rows, weeks, times, len(np.unique(days)))


def _ours(trial: Trial) -> tuple[Backtest, Times]:
    """Return what the product would have forecast; and what a fit and a forecast take."""
    before = trial.history.starts < trial.begin
    known = PriceHistory(
        starts=trial.history.starts[before],
        seconds=trial.history.seconds[before],
        prices=trial.history.prices[before],
    )
    fitted: list[PriceForecaster] = []
    try:
        fit = seconds(
            lambda: fitted.append(PriceForecaster.fit(known, trial.series, trial.drivers))
        )
        predict = median(
            seconds(lambda: fitted[0].forecast(known, trial.drivers)) for _ in range(CALLS)
        )
    except TooLittleHistoryError:
        # The days to measure may begin before there is enough to forecast the first of them.
        fit = predict = float("nan")
    result = backtest(
        trial.history, trial.series, trial.drivers, first=trial.begin, seconds=trial.length
    )
    return result, Times("ours", fit, predict)


def _baselines(trial: Trial) -> tuple[list[Forecasts], Times]:
    """Return what has to be beaten, at the same slots."""
    hourly = PriceGrid.of(trial.history)
    per_hour = HOUR // trial.length
    grid = _by_slot(trial.history, hourly, per_hour)
    days = len(grid)
    weather = _weather(trial.drivers, hourly.first, days, per_hour) if trial.drivers else None
    forest = Forest(grid, hourly.first, weather)
    begin = int(wall_hours(trial.begin, 1)[0]) // 24 - hourly.first
    said = {
        "weekly-naive": weekly_naive(grid),
        "mean of type": mean_of_type(grid, hourly.first),
        # Its band needs errors of the past.
        "random forest": forest.forecast(begin - BAND_DAYS - LEADS),
    }
    slots = Slots.of(hourly.first + begin, days - begin, trial.length)
    at = (begin + slots.days, slots.hours * per_hour + slots.parts)

    def here(one: Forecasts) -> Forecasts:
        low, middle, high = (by_day[:, *at] for by_day in (one.low, one.middle, one.high))
        return Forecasts(one.name, low, middle, high)

    forecasts = [here(banded(name, one, grid)) for name, one in said.items()]
    return forecasts, forest.times()


def _by_slot(history: PriceHistory, hourly: PriceGrid, per_hour: int) -> Grid:
    """Return prices by the local day and slot, (days, slots); an hour stands for its quarters."""
    grid = np.repeat(hourly.prices, per_hour, axis=1)
    short = np.isfinite(history.prices) & (history.seconds * per_hour == HOUR)
    if per_hour > 1:
        starts = history.starts[short]
        first = int(starts[0]) // HOUR
        hours = wall_hours(first * HOUR, int(starts[-1]) // HOUR - first + 1)
        cells = hours[starts // HOUR - first] * per_hour + starts % HOUR * per_hour // HOUR
        cells -= hourly.first * grid.shape[1]
        inside = (cells >= 0) & (cells < grid.size)
        grid.reshape(-1)[cells[inside]] = history.prices[short][inside]
    return grid


def _weather(drivers: Drivers, first: int, days: int, per_hour: int) -> Grid:
    """Return weather by the local day and slot, (days, slots, drivers); NaN where unknown."""
    values = np.stack(list(drivers.values.values()), axis=1)
    grid = np.full((days * 24, values.shape[1]), np.nan)
    cells = wall_hours(drivers.start, len(values)) - first * 24
    inside = (cells >= 0) & (cells < len(grid))
    grid[cells[inside]] = values[inside]
    return np.repeat(grid.reshape(days, 24, -1), per_hour, axis=1)


def _print_table(
    trial: Trial,
    rows: Sequence[Measures],
    weeks: Mapping[str, float],
    times: Sequence[Times],
    days: int,
) -> None:
    print(f"{trial.series}: {days} days from {rows[0].slots} slots of {trial.length} s, €/MWh")
    if trial.drivers:
        print(_PERFECT)
    naive = {row.lead: row.mae for row in rows if row.forecast == "weekly-naive"}
    print(_HEAD)
    for row in rows:
        if row.lead == 1:
            print(f"{row.forecast}, the 42 cheapest hours of a week: {weeks[row.forecast]:.3f}")
        print(
            f"  {row.lead:4} {row.mae:8.2f} {100 * (row.mae / naive[row.lead] - 1):+8.1f}"
            f" {row.rmse:8.2f} {row.bias:+8.2f} {row.spearman:9.3f} {row.saved:9.3f}"
            f" {100 * row.coverage:9.1f} {row.pinball:8.2f}"
        )
    for one in times:
        week = 1000 * one.predict
        print(f"{one.forecast}: fit {one.fit:.3g} s, forecast of a week {week:.3g} ms")


def _print_json(
    rows: Sequence[Measures], weeks: Mapping[str, float], times: Sequence[Times]
) -> None:
    for row in rows:
        print(json.dumps(asdict(row)))
    for name, saved in weeks.items():
        print(json.dumps({"forecast": name, "saved_in_weeks": saved}))
    for one in times:
        print(json.dumps(asdict(one)))


def _midnight(day: date) -> int:
    """Return when a local day begins, in Unix seconds."""
    return int(datetime.combine(day, time(), MARKET_TIME_ZONE).timestamp())
