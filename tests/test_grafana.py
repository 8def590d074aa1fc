"""Every panel of the dashboard for Grafana shows just the numbers that we have delivered."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
import json
from pathlib import Path
from typing import Any, Final

import pytest

from custom_components.chocolate_factory.clients.influx import Api, InfluxSettings
from custom_components.chocolate_factory.factory.features import NAMES
from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import KEPT, weather_series
from custom_components.chocolate_factory.history.jobs import JobOutcome, JobRun, JobState
from custom_components.chocolate_factory.history.recommendations import PastRecommendation
from custom_components.chocolate_factory.history.snapshots import Kind
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.influx_snapshots import _COLUMNS

from .databases import PASSWORD, USER, Server, ask, influxdb
from .history.deliverer import LABELS, PLACE, connected, delivery
from .history.stored import HOUR, NOON, QUARTER, batch, opened

DASHBOARD: Final = Path(__file__).parent.parent / "docs" / "grafana" / "chocolate-factory.json"
AT: Final = int(NOON.timestamp())

# What an outlook says in each of its columns, and what the one two days later does: now more, now
# less, so that neither the most nor the mean of both is right.
COLUMNS: Final = (*_COLUMNS, "position")
BEFORE: Final = {name: 20.0 + number for number, name in enumerate(COLUMNS)}
AFTER: Final = {name: value + (9 if value % 2 else -9) for name, value in BEFORE.items()}

type Lines = dict[str, dict[int, float]]
"""Values by the name of a line and the hours after noon."""


@pytest.fixture
def influx(tmp_path: Path, socket_enabled: None) -> Iterator[Server]:
    """Return a running InfluxDB."""
    server = influxdb(tmp_path)
    yield server
    server.stop()


async def fill(store: Store) -> None:
    """Leave something of every kind in a store."""
    last_hour = AT - HOUR
    await store.write([batch([0.1, 0.2], first=AT - 2 * HOUR)])
    quarters = batch([0.01, 0.02, 0.03, 0.06], seconds=QUARTER, series=Series.SPOT, first=last_hour)
    await store.write([quarters])
    for source, value in ((Source.AEMET, 21.0), (Source.OPENWEATHERMAP, 23.0)):
        for measure in KEPT:
            name = weather_series(measure, PLACE, source)
            await store.write([batch([value], series=name, source=source, first=last_hour)])
    hour_ago = NOON - timedelta(hours=1)
    await store.write_recommendation(
        "obrador",
        PastRecommendation(
            start=hour_ago,
            seconds=HOUR,
            recommendation=Recommendation.MODERATE,
            score=88.0,
            engine=Engine.RULE,
        ),
    )
    await store.write_snapshot("obrador", Kind.FEATURES, hour_ago, dict.fromkeys(NAMES, 0.5))
    scores = {"score": {"model": {"r2": 0.5}}, "class": {"rule": {"accuracy": 0.75}}}
    await store.write_snapshot("obrador", Kind.SCORES, hour_ago, scores)
    for issued, said, hours in ((NOON - timedelta(days=2), BEFORE, 3), (NOON, AFTER, 2)):
        outlook = {name: [value] * hours for name, value in said.items()}
        starts = [AT + HOUR * number for number in range(hours)]
        await store.write_snapshot("obrador", Kind.OUTLOOK, issued, outlook | {"start": starts})
    run = JobRun(started=hour_ago, seconds=1.5, outcome=JobOutcome.OK)
    await store.save_job("prices", JobState(run=run, failures=0, due=NOON))


def shown(outlook: Mapping[str, dict[int, float]]) -> dict[str, Lines]:
    """Return what each panel shows, of which an outlook is a part."""
    weather = {"aemet": {-1: 21.0}, "openweathermap": {-1: 23.0}}
    return {
        "Price": {
            "pvpc": {-2: 0.1, -1: 0.2},
            "spot": {-1: 0.03},
            "all-in, expected": outlook["price"],
            "low": outlook["price_low"],
            "high": outlook["price_high"],
        },
        "Recommendation": {"said": {-1: 1}, "expected": outlook["position"]},
        "Energy score": {"said": {-1: 88.0}, "expected": outlook["score"]},
        "Chocolate production index": {"said": {-1: 0.5}, "expected": outlook["index"]},
        "Temperature": weather | {"expected": outlook["temperature"]},
        "Humidity": weather | {"expected": outlook["humidity"]},
        "Air pressure": weather,
        "What the models are worth": {
            "score, r²: model": {-1: 0.5},
            "class, accuracy: rule": {-1: 0.75},
        },
        "Jobs": {"prices": {-1: 1.5}},
    }


def answered(server: Server, question: str, **variables: str) -> list[dict[str, Any]]:
    """Return the series of an answer to what Grafana would ask."""
    since, until = (f"{AT + days * 24 * HOUR}000ms" for days in (-2, 7))
    words = {"timeFilter": f"time >= {since} and time <= {until}", "__interval": "1h"}
    for name, meaning in (words | variables).items():
        question = question.replace(f"${name}", meaning)
    assert "$" not in question.replace("$/", "")
    (result,) = json.loads(ask(server, question, db="history", epoch="s"))["results"]
    assert "error" not in result
    found: list[dict[str, Any]] = result.get("series", [])
    return found


def drawn(server: Server, panel: Mapping[str, Any], **variables: str) -> Lines:
    """Return the lines of a panel."""
    lines: Lines = {}
    for target in panel["targets"]:
        for series in answered(server, target["query"], **variables):
            name = target["alias"]
            for tag, value in series.get("tags", {}).items():
                name = name.replace(f"$tag_{tag}", value)
            points = {(at - AT) // HOUR: value for at, value in series["values"]}
            lines[name] = {hour: value for hour, value in points.items() if value is not None}
    return lines


async def test_every_panel_shows_what_we_know(tmp_path: Path, influx: Server) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    async with opened(tmp_path / "store.db") as store, connected(settings) as database:
        await fill(store)
        await delivery(store, database, settings).run()
    dashboard = json.loads(DASHBOARD.read_text())
    variables = {one["name"]: one for one in dashboard["templating"]["list"]}
    ((_, site),) = answered(influx, variables["site"]["query"])[0]["values"]
    assert site == LABELS.site

    before, after = (
        {name: dict.fromkeys(range(hours), value) for name, value in said.items()}
        for said, hours in ((BEFORE, 3), (AFTER, 2))
    )
    # Of each hour what was said last, which for the third was two days ago.
    latest = {name: before[name] | after[name] for name in COLUMNS}
    assert "0" in variables["lead"]["query"].split(",")
    for lead, outlook in ((variables["lead"]["allValue"], latest), ("2", before), ("0", after)):
        found = {
            panel["title"]: drawn(influx, panel, site=site, lead=lead)
            for panel in dashboard["panels"]
            if panel["type"] != "row"
        }
        assert found == shown(outlook)
