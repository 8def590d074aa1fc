"""Changes of the history as points of a time series database, in line protocol.

Whatever is said twice is the same point: measurement, tags and time name it, the fields are its
content. So who says where a price is from is a field, for one source gives way to another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from ..factory.recommendation import Recommendation
from ..factory.series import Source
from .jobs import JobOutcome
from .outbox import Changes
from .snapshots import NONSENSE, Kind, lead, unpack

PRICES: Final = "chocolate_prices"
WEATHER: Final = "chocolate_weather"
FEATURES: Final = "chocolate_features"
OUTLOOK: Final = "chocolate_outlook"
RECOMMENDATIONS: Final = "chocolate_recommendations"
MODELS: Final = "chocolate_models"
JOBS: Final = "chocolate_jobs"
PROBE: Final = "chocolate_probe"

_ESCAPES: Final = str.maketrans({",": "\\,", " ": "\\ ", "=": "\\=", "\n": "\\ "})


@dataclass(frozen=True, slots=True)
class Labels:
    """What tells the points of one factory from those of others in the same database."""

    site: str
    zone: str
    """Of the tariff: where in Spain it is."""

    def __post_init__(self) -> None:
        """Refuse what no database takes for a tag."""
        if not (self.site.strip() and self.zone):
            raise ValueError("a tag has a value")
        # Databases differ in what it means before a comma or at the end, and none can be told.
        if "\\" in self.site:
            raise ValueError("a tag has no backslash")


def lines(changes: Changes, labels: Labels) -> list[bytes]:
    """Return the points of changes; what cannot be understood is passed over."""
    return [
        line.encode()
        for part in (
            _slots(changes, labels),
            _recommendations(changes, labels),
            _snapshots(changes, labels),
            _runs(changes, labels),
        )
        for line in part
    ]


def probe(labels: Labels, at: int, factory: str | None = None) -> bytes:
    """Return a point that says nothing but who writes, to see whether it arrives."""
    return f"{_head(PROBE, labels)} {_fields({'value': at, 'factory': factory})} {at}".encode()


def _slots(changes: Changes, labels: Labels) -> Iterator[str]:
    heads: dict[tuple[str, str], tuple[str, str]] = {}
    for series, start, seconds, value, source in changes.slots:
        key = series, source
        if key not in heads:
            heads[key] = _slot_parts(series, source, labels)
        head, tail = heads[key]
        yield f"{head}={value!r}{tail.format(seconds)} {start}"


def _slot_parts(series: str, source: str, labels: Labels) -> tuple[str, str]:
    """Return what comes before the value of a slot, and what comes after it."""
    measure, _, where = series.partition("@")
    if where:
        place, _, who = where.rpartition("/")
        return f"{_head(WEATHER, labels, place=place, source=who)} {measure}", ""
    estimated = str(source in _ESTIMATED).lower()
    head = f"{_head(PRICES, labels, series=series)} price"
    return head, f',seconds={{}}i,source="{_text(source)}",estimated={estimated}'


def _recommendations(changes: Changes, labels: Labels) -> Iterator[str]:
    head = _head(RECOMMENDATIONS, labels)
    for start, seconds, recommendation, score, engine in changes.recommendations:
        with suppress(ValueError):
            fields = _fields(
                {
                    "recommendation": recommendation,
                    "position": Recommendation(recommendation).position,
                    "score": score,
                    "engine": engine,
                    "seconds": seconds,
                }
            )
            yield f"{head} {fields} {start}"


def _snapshots(changes: Changes, labels: Labels) -> Iterator[str]:
    outlooks = _outlooks(changes, labels)
    for kind, at, content in changes.snapshots:
        with suppress(*NONSENSE):
            match kind:
                case Kind.FEATURES:
                    found = _points([(_head(FEATURES, labels), unpack(content), at)])
                case Kind.OUTLOOK:
                    found = outlooks.get(at, [])
                case Kind.SCORES:
                    found = _points(_scores(unpack(content), labels, at))
                case _:
                    found = []
            yield from found


def _outlooks(changes: Changes, labels: Labels) -> dict[int, list[str]]:
    """Return the points of outlooks by their instants.

    Several a day speak of a slot with the same lead, and are the same point there. Of its fields,
    what was written last stays, and that may be anything: so only the newest that has one tells it.
    """
    found: dict[int, list[str]] = {}
    said: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    outlooks = [(at, content) for kind, at, content in changes.snapshots if kind == Kind.OUTLOOK]
    for issued, content in sorted([*outlooks, *changes.newer_outlooks], reverse=True):
        with suppress(*NONSENSE):
            parts = []
            for head, fields, start in list(_outlook(unpack(content), labels, issued)):
                before = said[head, start]
                news = {name: value for name, value in fields.items() if name not in before}
                before.update(news)
                parts.append((head, news, start))
            found[issued] = _points(parts)
    return found


def _outlook(
    said: Mapping[str, Any], labels: Labels, issued: int
) -> Iterator[tuple[str, Mapping[str, Any], int]]:
    """Yield the slots of an outlook by how many days ahead they were.

    The days are a tag: so what was said with each lead stays, and there are never more series.
    """
    columns = dict(said)
    for number, start in enumerate(columns.pop("start")):
        head = _head(OUTLOOK, labels, lead=str(lead(start, issued)))
        fields = {name: column[number] for name, column in columns.items()} | {"issued": issued}
        yield head, {name: value for name, value in fields.items() if value is not None}, start


def _scores(
    said: Mapping[str, Any], labels: Labels, at: int
) -> Iterator[tuple[str, Mapping[str, Any], int]]:
    for task, of_task in said.items():
        for who, figures in of_task.items():
            yield _head(MODELS, labels, task=task, who=who), figures, at


def _runs(changes: Changes, labels: Labels) -> Iterator[str]:
    for job, started, seconds, outcome, detail in changes.runs:
        fields = _fields(
            {
                "duration": float(seconds),
                "outcome": outcome,
                "failed": outcome == JobOutcome.FAILED,
                "detail": detail,
            }
        )
        yield f"{_head(JOBS, labels, job=job)} {fields} {int(started)}"


def _points(parts: Iterable[tuple[str, Mapping[str, Any], int]]) -> list[str]:
    return [f"{head} {text} {at}" for head, fields, at in parts if (text := _fields(fields))]


@lru_cache(maxsize=1024)
def _head(measurement: str, labels: Labels, **tags: str) -> str:
    """Return a measurement and its tags, in the order that databases like best."""
    found = sorted({"site": labels.site, "zone": labels.zone, **tags}.items())
    return ",".join(
        [measurement, *(f"{name}={value.translate(_ESCAPES)}" for name, value in found if value)]
    )


def _fields(fields: Mapping[str, Any]) -> str:
    """Return the fields that have a value."""
    return ",".join(
        f"{name}={_value(value)}" for name, value in fields.items() if value is not None
    )


def _value(value: str | float | bool) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return f"{value}i"
        case float():
            return repr(value)
        case str():
            return f'"{_text(value)}"'


def _text(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')


_ESTIMATED: Final = frozenset(source.value for source in Source if source.is_estimated)
