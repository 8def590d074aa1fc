"""Let a fresh factory fill its history from the simulator, on a clock that runs ahead.

It is the test of `tests/test_fresh_start.py` with more days. Minutes are those of the factory's
clock since the backfill was asked for, as its requests and jobs are paced; seconds are those that
the machine is really busy with all of it. A minute is done when all that was begun in it is.

at_work    the minute after which a model scores in place of the rule
complete   the minute after which nothing is missing that can be had
learned    days of history that models were grown from, and the minute since when
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from ast import literal_eval
from collections.abc import Sequence
import json
import os
from pathlib import Path
import subprocess
import sys
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from xml.etree import ElementTree as ET

TEST = "tests/test_fresh_start.py"


def main(arguments: Sequence[str]) -> None:
    """Measure, and print."""
    parser = ArgumentParser(
        prog="scripts/bench backfill",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--days", type=int, default=3 * 365, help="how many, 1095 unless given")
    days: int = parser.parse_args(arguments).days
    started = perf_counter()
    found = _run(days)
    seconds = round(perf_counter() - started, 1)
    print(json.dumps({"days": days, **found, "seconds": seconds}))


def _run(days: int) -> dict[str, Any]:
    """Return what the test noted."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "--quiet", TEST),
                *(f"--junitxml={report}", "--override-ini=junit_family=xunit1"),
            ],
            check=True,
            env=os.environ | {"CHOCOLATE_FACTORY_BACKFILL_DAYS": str(days)},
            stdout=sys.stderr,
        )
        noted = ET.parse(report).iter("property")  # noqa: S314  # our own
        return {one.attrib["name"]: literal_eval(one.attrib["value"]) for one in noted}
