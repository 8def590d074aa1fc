"""Days that were recorded from the real services, in the shapes in which they came."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
import json
from pathlib import Path
import re
from typing import Any

from simulator.madrid import HOUR, QUARTER, starts
from simulator.market import Series

REDATA = "apidatos/pvpc-spot_{:%Y-%m-%d}_peninsular_24h.json"
ESIOS = "esios/archive70_PVPC_CURV_DD_{:%Y-%m-%d}.json"
OMIE = "omie/marginalpdbc_{:%Y%m%d}.1.txt"


class Kind(StrEnum):
    """What a price is a price of."""

    SPOT = "spot"
    PVPC = "pvpc"
    AFRICAN = "pvpc of Ceuta and Melilla"


type Reading = tuple[Kind, datetime, float]


@dataclass(frozen=True)
class Recordings:
    """What a folder of recorded files says, file by file and value by value."""

    folder: Path | None = None
    prices: dict[Kind, Series] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read every recorded price once."""
        object.__setattr__(self, "prices", {kind: {} for kind in Kind})
        if self.folder is not None:
            for kind, start, price in _readings(self.folder):
                self.prices[kind][start] = price

    def raw(self, pattern: str, day: date) -> bytes | None:
        """Return the body that the service really sent for a day."""
        file = self.folder / pattern.format(day) if self.folder else None
        return file.read_bytes() if file and file.exists() else None


def recorded_days(folder: Path) -> list[date]:
    """Return the days of which REData's own answer was recorded."""
    names = sorted(file.name for file in folder.glob("apidatos/pvpc-spot_*_peninsular_24h.json"))
    return [date.fromisoformat(name.split("_")[1]) for name in names]


def _readings(folder: Path) -> Iterator[Reading]:
    # From the most derived to the most direct: where two files differ, the later one wins.
    for pattern, read in (
        ("esios/derived_PVPC-PCB_*.json", _derived),
        ("esios/indicator-600_*.json", _indicator),
        ("esios/indicator-1001_*.json", _indicator),
        ("omie/PrecioMD_OMIE_*.txt", _omie_table),
        ("omie/marginalpdbc_*.1.txt", _omie),
        ("esios/archive70_PVPC_CURV_DD_*.json", _archive),
        ("apidatos/pvpc_*_ceuta-melilla_24h.json", _redata_african),
        ("apidatos/pvpc-spot_*_peninsular_24h.json", _redata),
    ):
        for file in sorted(folder.glob(pattern)):
            yield from read(file)


def _json(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


def _spanish_date(text: str) -> date:
    day, month, year = map(int, text.split("/"))
    return date(year, month, day)


def _derived(file: Path) -> Iterator[Reading]:
    content = _json(file)
    hours = starts(date.fromisoformat(content["day"]), HOUR)
    keys = sorted(content["data"], key=int)
    for start, key in zip(hours, keys, strict=True):
        yield Kind.PVPC, start, round(content["data"][key] * 1000, 2)


def _indicator(file: Path) -> Iterator[Reading]:
    kinds = {(600, 3): Kind.SPOT, (1001, 8741): Kind.PVPC, (1001, 8744): Kind.AFRICAN}
    indicator = _json(file)["indicator"]
    for value in indicator["values"]:
        kind = kinds.get((indicator["id"], value["geo_id"]))
        if kind is not None:
            yield kind, datetime.fromisoformat(value["datetime_utc"]), value["value"]


def _archive(file: Path) -> Iterator[Reading]:
    rows = _json(file)["PVPC"]
    hours = starts(_spanish_date(rows[0]["Dia"]), HOUR)
    for start, row in zip(hours, rows, strict=True):
        for kind, column in ((Kind.PVPC, "PCB"), (Kind.AFRICAN, "CYM")):
            yield kind, start, float(row[column].replace(",", "."))


def _redata(file: Path) -> Iterator[Reading]:
    kinds = {"600": Kind.SPOT, "1001": Kind.PVPC}
    for series in _json(file)["included"]:
        for value in series["attributes"]["values"]:
            start = datetime.fromisoformat(value["datetime"]).astimezone(UTC)
            yield kinds[series["id"]], start, value["value"]


def _redata_african(file: Path) -> Iterator[Reading]:
    return ((Kind.AFRICAN, start, price) for _, start, price in _redata(file))


def _omie(file: Path) -> Iterator[Reading]:
    row = re.compile(r"^(\d+);(\d+);(\d+);\d+;[^;]*;([^;]*);", re.MULTILINE)
    rows = row.findall(file.read_text("ascii"))
    day = date(*map(int, rows[0][:3]))
    hourly = len(rows) <= 25
    for start, row in zip(starts(day, HOUR if hourly else QUARTER), rows, strict=True):
        yield Kind.SPOT, start, float(row[3])


def _omie_table(file: Path) -> Iterator[Reading]:
    lines = file.read_text("latin-1").splitlines()
    day = _spanish_date(lines[0].split(";")[3])
    spain = next(line for line in lines if line.startswith("Precio marginal en el sistema espa"))
    prices = [cell for cell in spain.split(";")[1:] if cell.strip()]
    for start, price in zip(starts(day, HOUR), prices, strict=True):
        yield Kind.SPOT, start, float(price.replace(",", "."))
