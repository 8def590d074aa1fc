"""InfluxQL, which 1.x and 3 answer: how points are asked for, and how the answer is read."""

from datetime import datetime
import json
from typing import Any

from .errors import SourceError
from .influx import NONSENSE, NoInfluxError, Record, Selection


def query(selection: Selection) -> str:
    """Return the question after points."""
    columns = ", ".join(_name(column) for column in (*selection.fields, *selection.tags))
    return (
        f"SELECT {columns} FROM {_name(selection.measurement)}"  # noqa: S608 - both are quoted
        f" WHERE \"site\" = '{_text(selection.site)}'"
        f" AND time >= {_seconds(selection.start)}s AND time < {_seconds(selection.end)}s"
        + (" ORDER BY time LIMIT 1" if selection.first else "")
    )


def parse(body: bytes) -> list[Record]:
    """Return the points in an answer; raises SourceError for anything else."""
    try:
        answer: dict[str, Any] = json.loads(body)
        (result,) = answer["results"]
        if "error" in result:
            raise SourceError(f"the question was not understood: {result['error']:.100}")
        return [
            Record(
                int(time),
                {
                    # To Python, true and false are whole numbers.
                    name: value if isinstance(value, str | bool) else float(value)
                    for name, value in zip(series["columns"][1:], values, strict=True)
                    if value is not None
                },
            )
            for series in result.get("series", ())
            for time, *values in series["values"]
        ]
    except (*NONSENSE, RecursionError) as error:
        raise NoInfluxError from error


def _name(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())
