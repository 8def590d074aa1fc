"""Parquet holds the same as comma-separated values, with types; where it cannot be written, no."""

from datetime import datetime
from importlib import import_module
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest

from custom_components.chocolate_factory.history.parquet_file import ParquetSheet, has_parquet
from custom_components.chocolate_factory.history.rows import COLUMNS, Row
from custom_components.chocolate_factory.history.store import Store

from .stored import Clock
from .test_transfer import all_rows, live


def table(file: Path) -> Any:
    return import_module("pyarrow.parquet").read_table(file)


async def test_what_is_read_back_is_what_was_exported(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    await live(store, clock)
    exported = await all_rows(store)
    file = tmp_path / "history.parquet"
    sheet = ParquetSheet()
    half = len(exported) // 2
    file.write_bytes(sheet.rows(exported[:half]) + sheet.rows(exported[half:]) + sheet.end())

    found = [
        Row(**{name: unix(value) for name, value in row.items()}) for row in table(file).to_pylist()
    ]
    assert found == exported
    assert {row.kind for row in found} == {row.kind for row in exported}


def unix(value: Any) -> Any:
    return int(value.timestamp()) if isinstance(value, datetime) else value


def test_every_column_has_the_type_that_is_documented(tmp_path: Path) -> None:
    file = tmp_path / "history.parquet"
    sheet = ParquetSheet()
    file.write_bytes(sheet.end())
    schema = table(file).schema
    assert schema.names == list(COLUMNS)
    documented = {
        "kind": "string",
        "series": "string",
        "source": "string",
        "start": "timestamp[ms, tz=UTC]",
        "seconds": "int64",
        "value": "double",
        "word": "string",
        "text": "string",
        "at": "timestamp[ms, tz=UTC]",
    }
    assert {name: str(schema.field(name).type) for name in schema.names} == documented


def test_without_pyarrow_there_is_no_parquet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_parquet()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "pyarrow.parquet", raising=False)
    assert not has_parquet()


def test_nobody_loads_pyarrow_who_does_not_export() -> None:
    code = """
import importlib, pkgutil, sys
import custom_components.chocolate_factory as factory
for module in pkgutil.walk_packages(factory.__path__, factory.__name__ + "."):
    importlib.import_module(module.name)
assert not [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
