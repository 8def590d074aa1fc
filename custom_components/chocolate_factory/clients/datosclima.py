"""Files of datosclima.es: AEMET's daily summaries, as the user has unpacked or kept them.

A file holds one day of all stations, and only its name says which day: `.xls` as the site has them,
`.csv` as people keep them, or a `.zip` of either. Everything here blocks, and reads no network.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches
from functools import lru_cache
import io
from pathlib import Path, PurePosixPath
import re
from typing import Final
import unicodedata
import zipfile
import zlib

import xlrd

from ..factory.daily import Day, Extremes
from ..factory.weather import PLAUSIBLE, Measure

# A day of all stations has some 40 kB as CSV and 200 kB as XLS.
LARGEST_FILE: Final = 4 * 1024 * 1024
LARGEST_ZIP: Final = 256 * 1024 * 1024
# What a zip may unpack to in all, and how many files it may hold: twenty years of days.
LARGEST_SUM: Final = 2 * 1024 * 1024 * 1024
MOST_FILES: Final = 8000
# Nobody reads more than that.
MOST_PROBLEMS: Final = 200

_NEAREST: Final = 5
_SUFFIXES: Final = (".csv", ".xls", ".zip")
_DATE: Final = re.compile(r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?!\d)", re.ASCII)
_CELL: Final = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d+)?)\s*(?:\((\d{1,2}):(\d\d)\))?\s*", re.ASCII)
_TIME: Final = re.compile(r"\s*(\d{1,2}):(\d\d)\s*", re.ASCII)
# The header is on row 5; nobody moves it further than this.
_HEADER_ROWS: Final = 20
_MOST_ROWS: Final = 5000
_CSV_COLUMNS: Final = 6

# What the standard library says of a file that is no zip, or one that it cannot unpack.
_NO_ZIP: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class FileError(Exception):
    """A file could not be understood; the message says what is wrong with it."""


class UnknownStationError(Exception):
    """No file has a station of that name, or several provinces have one."""

    def __init__(self, station: str, nearest: Sequence[str]) -> None:
        """Remember the names that come nearest."""
        super().__init__(f"no station is called {station}")
        self.station = station
        self.nearest = tuple(nearest)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read."""

    file: str
    line: int | None
    """From 1 on; none when it is about the file as a whole."""
    reason: str


@dataclass(frozen=True, slots=True)
class StationName:
    """A station as the files call it."""

    name: str
    province: str

    @property
    def full(self) -> str:
        """Return a name that no other station has."""
        return f"{self.name} ({self.province})"


@dataclass(kw_only=True)
class Summaries:
    """What some files say of one station, and what in them could not be read."""

    station: StationName
    days: Mapping[date, Day]
    files: int
    problems: Sequence[Problem]


@dataclass(kw_only=True)
class _Reading:
    """What was read so far."""

    days: dict[StationName, dict[date, Day]] = field(default_factory=dict)
    files: int = 0
    problems: list[Problem] = field(default_factory=list)

    def complain(self, file: str, line: int | None, reason: object) -> None:
        """Note what could not be read, but no more than anybody wants to know."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(_shown(file), line, str(reason)))


def read_station(path: Path, station: str) -> Summaries:
    """Return what a file, or a folder of files, says of a station.

    The name counts without case, accents and punctuation; where several provinces have a station of
    that name, the province follows in parentheses. Raises UnknownStationError, or FileError when
    there is nothing to read at all. What cannot be read of single files is among the problems.
    """
    reading = _Reading()
    wanted = normal(station)
    for name, content in _contents(path, reading):
        reading.files += 1
        try:
            day = _day(name)
            rows = _xls_rows(content) if _suffix(name) == ".xls" else _csv_rows(content)
            for line, row in rows:
                _read_row(reading, wanted, name, line, day, row)
        except FileError as error:
            reading.complain(name, None, error)
    if not reading.files:
        raise FileError("there is no .csv, .xls or .zip file to read")
    if not reading.days:
        raise FileError(
            "; ".join(f"{one.file}: {one.reason}" for one in reading.problems[:_NEAREST])
            or "the files are empty"
        )
    known = [one for one in reading.days if wanted in (normal(one.name), normal(one.full))]
    if len(known) != 1:
        raise UnknownStationError(station, _nearest(wanted, known or list(reading.days)))
    return Summaries(
        station=known[0],
        days=reading.days[known[0]],
        files=reading.files,
        problems=tuple(reading.problems),
    )


@lru_cache(maxsize=8192)
def normal(name: str) -> str:
    """Return a name without case, accents and punctuation: MADRID, RETIRO is Madrid Retiro."""
    # Twice, as Unicode has it: some letters have a case only once they are taken apart.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", letters))


def _nearest(wanted: str, stations: Sequence[StationName]) -> list[str]:
    """Return the names that come nearest, with their provinces."""
    full = {normal(one.full): one.full for one in stations}
    short = {normal(one.name): one.full for one in stations}
    found = [
        names[match]
        for names in (short, full)
        for match in get_close_matches(wanted, names, _NEAREST, cutoff=0.5)
    ]
    several = [one.full for one in stations if normal(one.name) == wanted]
    return list(dict.fromkeys([*several, *found]))[:_NEAREST]


@dataclass(frozen=True, slots=True)
class _Row:
    """One station on one day, as it is written."""

    station: StationName
    highest: str
    highest_at: str
    lowest: str
    lowest_at: str


def _read_row(
    reading: _Reading, wanted: str, file: str, line: int, day: date, row: _Row | FileError
) -> None:
    """Keep a row, if it is of the station; the others are only known by name."""
    if isinstance(row, FileError):
        reading.complain(file, line, row)
        return
    days = reading.days.setdefault(row.station, {})
    if wanted not in (normal(row.station.name), normal(row.station.full)):
        return
    try:
        extremes = _extremes(row)
    except FileError as error:
        reading.complain(file, line, error)
        return
    if extremes is None:
        return
    told = Day(day=day, extremes={Measure.TEMPERATURE: extremes})
    if days.setdefault(day, told) != told:
        reading.complain(file, line, f"another file says something else of {day}")


def _extremes(row: _Row) -> Extremes | None:
    """Return the extremes of a row, or nothing where there are none."""
    highest, lowest = _number(row.highest), _number(row.lowest)
    if highest is None or lowest is None:
        return None
    smallest, largest = PLAUSIBLE[Measure.TEMPERATURE]
    if not smallest <= lowest <= highest <= largest:
        raise FileError(f"{lowest:g} to {highest:g} °C cannot be")
    highest_at, lowest_at = _clock(row.highest_at), _clock(row.lowest_at)
    if highest_at == lowest_at:
        # Files that people made have the time of the highest value in both places.
        lowest_at = None
    return Extremes(lowest=lowest, highest=highest, lowest_at=lowest_at, highest_at=highest_at)


def _number(text: str) -> float | None:
    """Return the number of 12.3 or 12,3; an empty cell is none."""
    if not text.strip():
        return None
    if not (match := _CELL.fullmatch(text)):
        raise FileError(f"no temperature: {_shown(text)}")
    return float(match[1].replace(",", "."))


def _clock(text: str) -> time | None:
    """Return the time of 14:10; an empty cell is none, and so is nonsense."""
    match = _TIME.fullmatch(text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


def _day(name: str) -> date:
    """Return the day that a file is of, by its name."""
    for match in _DATE.finditer(PurePosixPath(name).name):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
    raise FileError("its name has no date, as in Aemet2017-10-29")


def _csv_rows(content: bytes) -> Iterator[tuple[int, _Row | FileError]]:
    """Yield the rows of station;province;highest;time;lowest;time;…, by their lines."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte means something there.
        text = content.decode("iso-8859-1")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip(" ;\t"):
            continue
        cells = [cell.strip() for cell in line.split(";")]
        if len(cells) < _CSV_COLUMNS or not cells[0]:
            yield number, FileError("not station;province;highest;time;lowest;time")
        else:
            yield number, _Row(StationName(cells[0], cells[1]), *cells[2:6])


def _xls_rows(content: bytes) -> Iterator[tuple[int, _Row | FileError]]:
    """Yield the rows below the header, by their numbers in the sheet."""
    cells = _sheet(content)
    columns: dict[str, int] = {}
    for number, row in enumerate(cells, start=1):
        if columns:
            yield from _xls_row(number, row, columns)
        elif number > _HEADER_ROWS:
            break
        else:
            columns = _columns(row)
    if not columns:
        raise FileError("there is no row with the columns Estación and Temperatura máxima, mínima")


def _xls_row(
    number: int, row: Sequence[str], columns: Mapping[str, int]
) -> Iterator[tuple[int, _Row | FileError]]:
    said = {
        name: row[column].strip() if column < len(row) else "" for name, column in columns.items()
    }
    if not said["station"]:
        return
    parts = {}
    for name in ("highest", "lowest"):
        match = _CELL.fullmatch(said[name])
        parts[name] = match[1] if match else said[name]
        parts[f"{name}_at"] = f"{match[2]}:{match[3]}" if match and match[2] else ""
    yield number, _Row(StationName(said["station"], said.get("province", "")), **parts)


def _columns(row: Sequence[str]) -> dict[str, int]:
    """Return where what is, if a row is the header."""
    titles = [normal(cell) for cell in row]
    found: dict[str, int] = {}
    for name, start in (
        ("station", "estacion"),
        ("province", "provincia"),
        ("highest", "temperatura maxima"),
        ("lowest", "temperatura minima"),
    ):
        matching = [column for column, title in enumerate(titles) if title.startswith(start)]
        if matching:
            found[name] = matching[0]
    return found if {"station", "highest", "lowest"} <= found.keys() else {}


def _sheet(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet as they would be read aloud."""
    try:
        # Ragged rows: a sheet that claims to be huge takes no room for what is not there.
        with xlrd.open_workbook(
            file_contents=content, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        ) as book:
            sheet = book.sheet_by_index(0)
            rows = range(min(sheet.nrows, _MOST_ROWS))
            return [[str(value) for value in sheet.row_values(row)] for row in rows]
    # A damaged file trips xlrd up in every way there is.
    except Exception as error:
        raise FileError(f"no old Excel file: {_shown(str(error))}") from error


def _contents(path: Path, reading: _Reading) -> Iterator[tuple[str, bytes]]:
    """Yield every file that may hold a day, by its name, in the order of the names."""
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if _suffix(one.name) in _SUFFIXES)
    elif _suffix(path.name) in _SUFFIXES:
        files = [path]
    else:
        raise FileError("neither a folder nor a .csv, .xls or .zip file")
    for file in files:
        is_zip = _suffix(file.name) == ".zip"
        try:
            _check_size(file.stat().st_size, LARGEST_ZIP if is_zip else LARGEST_FILE)
            if is_zip:
                yield from _unpacked(file, reading)
            else:
                yield file.name, file.read_bytes()
        except (FileError, OSError) as error:
            # The system's own words would name the folder.
            said = error if isinstance(error, FileError) else error.strerror
            reading.files += 1
            reading.complain(file.name, None, said)


def _unpacked(file: Path, reading: _Reading) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a zip; nothing is written anywhere, so their folders do not matter."""
    total = 0
    try:
        with zipfile.ZipFile(file) as archive:
            members = [
                one
                for one in sorted(archive.infolist(), key=lambda one: one.filename)
                if not one.is_dir() and _suffix(one.filename) in _SUFFIXES[:2]
            ]
            if len(members) > MOST_FILES:
                raise FileError(f"it holds more than {MOST_FILES} files")
            for member in members:
                name = f"{file.name}/{PurePosixPath(member.filename).name}"
                # What a zip says of its sizes may be a lie.
                with archive.open(member) as packed:
                    content = packed.read(LARGEST_FILE + 1)
                total += len(content)
                if total > LARGEST_SUM:
                    raise FileError("it unpacks to too much")
                if len(content) > LARGEST_FILE:
                    reading.files += 1
                    reading.complain(name, None, "it is too large")
                    continue
                yield name, content
    except _NO_ZIP as error:
        raise FileError(f"no zip that can be read: {_shown(str(error))}") from error


def _check_size(size: int, largest: int) -> None:
    if size > largest:
        raise FileError("it is too large")


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _shown(text: str) -> str:
    """Return a text from outside so that it can be shown."""
    return "".join(one if one.isprintable() else "?" for one in text)[:100]
