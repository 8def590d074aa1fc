"""Rows of the history as bytes of a file, and back."""

from collections.abc import Iterator, Sequence
import csv
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
import io
from pathlib import Path
from typing import Any, Final, Protocol, override

from .transfer import COLUMNS, Kind, Row, check

_LONGEST_TEXT: Final = 1_000_000
# Whoever hears of as many knows enough.
_MOST_BAD: Final = 100


class Sheet(Protocol):
    """Turns rows into a file, bit by bit."""

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Return what comes next in the file."""

    def end(self) -> bytes:
        """Return what comes last."""


class CsvSheet:
    """Comma-separated values in UTF-8, with a line of names."""

    def __init__(self) -> None:
        """Begin with the names."""
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Return the lines, and before the first the names."""
        self._writer.writerows(
            (
                row.kind,
                row.series,
                row.source,
                _time(row.start),
                row.seconds,
                # As many digits as it takes to read back the same number.
                None if row.value is None else repr(row.value),
                row.word,
                row.text,
                _time(row.at),
            )
            for row in rows
        )
        written = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return written

    def end(self) -> bytes:
        """Return the names if there were no rows."""
        return self.rows([])


def has_parquet() -> bool:
    """Tell whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


class ParquetSheet:
    """The same columns as CSV, with types; needs pyarrow, which few machines have."""

    def __init__(self) -> None:
        """Begin a file."""
        self._arrow: Any = import_module("pyarrow")
        self._sink = _Sink()
        time = self._arrow.timestamp("s", tz="UTC")
        types = {
            "start": time,
            "seconds": self._arrow.int64(),
            "value": self._arrow.float64(),
            "at": time,
        }
        self._schema = self._arrow.schema(
            [(name, types.get(name, self._arrow.string())) for name in COLUMNS]
        )
        self._writer = import_module("pyarrow.parquet").ParquetWriter(self._sink, self._schema)

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Return a group of rows."""
        columns = zip(*(astuple(row) for row in rows), strict=True)
        arrays = [
            self._arrow.array(column, type=field.type)
            for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        return self._sink.take()

    def end(self) -> bytes:
        """Return the table of contents."""
        self._writer.close()
        return self._sink.take()


class _Sink(io.RawIOBase):
    """Keeps what is written until somebody takes it."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()
        self._taken = 0

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, content: Any) -> int:
        self._written += content
        return len(content)

    @override
    def tell(self) -> int:
        return self._taken + len(self._written)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        written = bytes(self._written)
        self._taken += len(written)
        self._written.clear()
        return written


class _Lines(Protocol):
    """What reads lines, and counts them."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line of a file that cannot be meant so."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """What is in a file."""

    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    """The first of those that are wrong; there are no others if it is empty."""


def read_csv(path: Path) -> ReadSheet:
    """Read a file that was exported; raises OSError, and ValueError if it is of another kind."""
    # Spreadsheets put a mark before the first letter.
    with path.open(encoding="utf-8-sig", newline="") as file:
        limit = csv.field_size_limit(_LONGEST_TEXT)
        try:
            return _read(csv.reader(file, strict=True))
        except csv.Error as error:
            raise ValueError(str(error)) from error
        finally:
            csv.field_size_limit(limit)


def _read(lines: _Lines) -> ReadSheet:
    if tuple(next(iter(lines), ())) != COLUMNS:
        raise ValueError(f"the first line is not {','.join(COLUMNS)}")
    rows: list[Row] = []
    bad: list[BadRow] = []
    for fields in lines:
        if not fields:
            continue
        try:
            row = _row(fields)
            check(row)
            rows.append(row)
        except (ValueError, OverflowError) as error:
            bad.append(BadRow(lines.line_num, str(error)))
            if len(bad) == _MOST_BAD:
                break
    return ReadSheet(tuple(rows), tuple(bad))


def _row(fields: Sequence[str]) -> Row:
    if len(fields) != len(COLUMNS):
        raise ValueError(f"it has {len(fields)} columns instead of {len(COLUMNS)}")
    kind, series, source, start, seconds, value, word, text, at = fields
    return Row(
        kind=Kind(kind),
        series=series,
        source=source,
        start=_seconds(start),
        seconds=int(seconds) if seconds else None,
        value=float(value) if value else None,
        word=word,
        text=text,
        at=_seconds(at),
    )


def _time(seconds: int | None) -> str:
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _seconds(time: str) -> int | None:
    if not time:
        return None
    at = datetime.fromisoformat(time)
    if at.utcoffset() is None or at.microsecond:
        raise ValueError(f"{time} is no instant in whole seconds")
    return int(at.timestamp())
