"""Print one JSON line a figure: its name, its value, its unit, and its ratio to a baseline.

A ratio says more than a value: it hardly depends on the machine. Budgets are for reading, on a
machine of today; nothing fails when one is missed. The data are three years of all series, the
spot price by the quarter of an hour: 157,680 slots, as many as six hourly series have.

figure                    budget    what, and the baseline of its ratio
------------------------  --------  ----------------------------------------------------------------
store.import              2 s       write three years into a new store; bare executemany
store.import_again                  write them once more, unchanged; bare executemany
store.read                0.15 s    read them as arrays; numpy.load of the same arrays
store.size                          bytes a slot on disk; a bare table
curves.at                           the price in force, in a week of quarters; a linear search
curves.cheapest                     the cheapest two hours of that week; every window summed up
curves.cheapest_parts               the same in pieces; sorting the bare prices
curves.contract                     nine days under an indexed contract; the bare arithmetic
curves.read                         the nine days out of the store; reading them as arrays
gaps.scan                 0.05 s    look for what is missing in nine days; one sum a day in SQL
gaps.years                0.05 s    find and explain the gaps of six hourly series; bare setdiff1d
gaps.ledger                         the ledger of three years, out of the store; reading it
weather.hybrid            0.02 s    three years from six sources; the first value of each hour
weather.now                         what holds at an instant; the last value of each source
weather.forecast                    join a week's forecasts and sum up its days; the first values
weather.spread            0.02 s    half a year of days over their hours; linear interpolation
features.years            0.1 s     three years by the hour, in 13 columns; as many, no calendar
features.prices                     other prices for those hours; sorting them by day and price
features.periods                    their tariff periods; looking them up by the hour of the week
models.fit_score                    grow the forest of scores from 50,000 rows; scikit-learn's fit
models.fit_class                    grow that of classes; scikit-learn's fit
models.r2                           of scores, on rows that it has not seen; scikit-learn's
models.accuracy                     of classes, on those; scikit-learn's
models.week               0.025 s   ask both forests about 168 hours; scikit-learn's predict
models.quarters           0.025 s   about their 672 quarters; scikit-learn's predict
models.what_if            0.002 s   about one hour; scikit-learn's predict
models.reasons                      the classes of 168 hours and what moved them; without what did
models.size                         bytes of both on disk; in memory
dashboard.hours           0.02 s    put together a week of hours, and the rest; json.dumps of it
dashboard.quarters        0.02 s    a week of quarters; json.dumps of it
dashboard.send            0.02 s    in the event loop, for each viewer of those; json.dumps of it
dashboard.size            60 kB     as many bytes as there may ever be, by quarters; by hours
influxdb.rate             20,000    points a second into an InfluxDB here; the bare requests
influxdb.delivery         10 s      three years of eight series; the bare requests
influxdb.loop             0.02 s    the longest callback meanwhile; that of the bare requests
influxdb.memory                     what the second half takes beside the first; all of the process
influxdb.news                       until a new price arrives amid the backlog; until all has
setup.warm                0.5 s     set up an entry, three years stored, to its states; none stored
setup.cold                          the first time in a process, imports and all; the warm set-up
setup.memory              60 MB     what that adds; what Home Assistant took before
statistics.years                    tell the recorder three years; as many hours at once
statistics.rate                     of those, hours of a figure in a second; given at once
statistics.rows                     values that this takes; every hour of every figure
statistics.correction               tell them of a day that was put right; the three years
statistics.queue          500       the most that waits for the recorder; what it may be
statistics.loop           0.02 s    the longest callback of ours meanwhile; of all others
statistics.loop_work      0.02 s    what the processor has to do in one; in one of all others
cards.size                80 kB     bytes of all cards, gzipped; as they are
cards.loader              4 kB      of what every page loads; of all
cards.draw_168            50 ms     draw a week of hours in a browser; as many bare elements
cards.draw_672            150 ms    a week of quarters; as many bare elements
cards.memory                        what 1,000 updates keep; what was in use before
cards.hidden              0         changes of the page while nobody sees it; for each update

`forecast --prices FILE --kind pvpc|spot --start DATE --end DATE` measures how good the forecast of
prices is, and `decisions`, with `--weather FILE` as well, how good scores and classes are;
`backfill` lets a fresh factory fill three years of history on a clock that runs ahead, until models
have learned from all of it. `forecast --help`, `decisions --help` and `backfill --help` tell more.
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import asdict
from importlib import import_module
import json
import subprocess
import sys

NAMES = (
    "store",
    "curves",
    "gaps",
    "weather",
    "features",
    "models",
    "influxdb",
    "dashboard",
    "setup",
    "statistics",
    "cards",
)
MEASUREMENTS = ("forecast", "decisions", "backfill")


def main() -> None:
    """Run one benchmark here, or all of them, each in a process of its own."""
    if sys.argv[1:2] and sys.argv[1] in MEASUREMENTS:
        import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
        return
    parser = ArgumentParser(
        prog="scripts/bench", description=__doc__, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="?", choices=NAMES, help="run only these figures")
    name: str | None = parser.parse_args().name
    if name:
        # Imported alone: what one benchmark needs must not count as the memory of another.
        for figure in import_module(f"benchmarks.{name}").figures():
            print(json.dumps(asdict(figure)), flush=True)
        return
    for one in NAMES:
        subprocess.run([sys.executable, "-m", "benchmarks", one], check=True)


if __name__ == "__main__":
    main()
