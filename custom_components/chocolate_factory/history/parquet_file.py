"""Rows of the history as Parquet, where pyarrow is installed: which it is on few machines."""

from collections.abc import Sequence
from importlib import import_module
import io
from operator import attrgetter
from typing import Any, Final, override

from .rows import COLUMNS, Row

_VALUES: Final = attrgetter(*COLUMNS)


def has_parquet() -> bool:
    """Tell whether Parquet can be written here; the first time that takes a second or more."""
    try:
        import_module("pyarrow.parquet")
    except ImportError:
        return False
    return True


class ParquetSheet:
    """Writes the same columns as CSV, with types."""

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
        columns = zip(*map(_VALUES, rows), strict=True)
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
