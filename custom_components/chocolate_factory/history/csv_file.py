"""Rows of the history as comma-separated values, and back."""

from collections.abc import Iterator, Sequence
import csv
from dataclasses import dataclass
import io
import os
from pathlib import Path
from typing import Final, Self, TextIO

from .harmless import harmless, original
from .rows import COLUMNS, LONGEST_TEXT, Kind, Row, check, iso, unix

# All of it may be quotation marks, which are doubled.
_LONGEST_ROW: Final = 2 * LONGEST_TEXT + 10_000


class CsvSheet:
    """Writes comma-separated values in UTF-8, with a line of names."""

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
                None if row.start is None else iso(row.start),
                row.seconds,
                # As many digits as it takes to read back the same number.
                None if row.value is None else repr(row.value),
                row.word,
                harmless(row.text),
                None if row.at is None else iso(row.at),
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


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line of a file that is wrong."""

    line: int
    reason: str


def read_csv(path: Path) -> Iterator[Row | BadRow]:
    """Yield the rows of a file that was exported, and in place of some what is wrong with them.

    Raises OSError, and ValueError if it is of another kind, or somebody else writes it.
    """
    # Spreadsheets put a mark before the first letter.
    with path.open(encoding="utf-8-sig", newline="") as file:
        begun = _state(file)
        try:
            yield from _read(_Lines(file))
        except UnicodeDecodeError as error:
            raise ValueError("it is no text in UTF-8") from error
        except csv.Error as error:
            raise ValueError(str(error)) from error
        if _state(file) != begun:
            raise ValueError("it was changed while it was read")


def _read(lines: _Lines) -> Iterator[Row | BadRow]:
    reader = csv.reader(lines, strict=True)
    if tuple(next(reader, ())) != COLUMNS:
        raise ValueError(f"the first line is not {','.join(COLUMNS)}")
    for fields in reader:
        lines.begin()
        if not fields:
            continue
        try:
            row = _row(fields)
            check(row)
        except (ValueError, OverflowError) as error:
            yield BadRow(reader.line_num, str(error))
        else:
            yield row


class _Lines:
    """The lines of a file; those of one row are not let fill the memory.

    The limit that csv itself has counts for the whole process, and others may have changed it.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._taken = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_LONGEST_ROW + 1)
        self._taken += len(line)
        if self._taken > _LONGEST_ROW:
            raise ValueError("a row is too long")
        if not line:
            raise StopIteration
        return line

    def begin(self) -> None:
        """Begin another row."""
        self._taken = 0


def _row(fields: Sequence[str]) -> Row:
    if len(fields) != len(COLUMNS):
        raise ValueError(f"it has {len(fields)} columns instead of {len(COLUMNS)}")
    kind, series, source, start, seconds, value, word, text, at = fields
    return Row(
        kind=Kind(kind),
        series=series,
        source=source,
        start=unix(start) if start else None,
        seconds=int(seconds) if seconds else None,
        value=float(value) if value else None,
        word=word,
        text=original(text),
        at=unix(at) if at else None,
    )


def _state(file: TextIO) -> tuple[int, int]:
    """Return what another one who writes a file would change."""
    stat = os.fstat(file.fileno())
    return stat.st_size, stat.st_mtime_ns
