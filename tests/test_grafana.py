"""Every panel of the dashboard for Grafana finds something in a database that we have filled."""

from collections.abc import Iterator
from datetime import timedelta
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.chocolate_factory.clients.influx import Api, InfluxSettings
from custom_components.chocolate_factory.factory.features import NAMES
from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.history.jobs import JobOutcome, JobRun, JobState
from custom_components.chocolate_factory.history.recommendations import PastRecommendation
from custom_components.chocolate_factory.history.snapshots import Kind
from custom_components.chocolate_factory.history.store import Store
from custom_components.chocolate_factory.influx_coordinator import _COLUMNS

from .databases import PASSWORD, USER, Server, ask, influxdb
from .history.deliverer import LABELS, connected, delivery, history
from .history.stored import NOON, opened

DASHBOARD = Path(__file__).parent.parent / "docs" / "grafana" / "chocolate-factory.json"


@pytest.fixture
def influx(tmp_path: Path, socket_enabled: None) -> Iterator[Server]:
    """Return a running InfluxDB."""
    server = influxdb(tmp_path)
    yield server
    server.stop()


async def fill(store: Store) -> None:
    """Leave something of every kind in a store."""
    await store.write(history(24))
    await store.write_recommendation(
        "obrador",
        PastRecommendation(
            start=NOON,
            seconds=3600,
            recommendation=Recommendation.OPTIMAL,
            score=88.0,
            engine=Engine.RULE,
        ),
    )
    await store.write_snapshot("obrador", Kind.FEATURES, NOON, dict.fromkeys(NAMES, 0.5))
    at = int(NOON.timestamp())
    outlook = {name: [0.5] for name in _COLUMNS} | {"start": [at], "position": [0]}
    await store.write_snapshot("obrador", Kind.OUTLOOK, NOON, outlook)
    scores = {"score": {"model": {"r2": 0.5}}, "class": {"model": {"accuracy": 0.5}}}
    await store.write_snapshot("obrador", Kind.SCORES, NOON, scores)
    run = JobRun(started=NOON, seconds=1.5, outcome=JobOutcome.OK)
    await store.save_job("prices", JobState(run=run, failures=0, due=NOON + timedelta(hours=1)))


def answered(server: Server, question: str) -> list[Any]:
    """Return the series of an answer to what Grafana would ask."""
    for word, meaning in (
        ("$timeFilter", "time > 0 AND time < 4000000000s"),
        ("$__interval", "1000d"),
        ("$site", LABELS.site),
    ):
        question = question.replace(word, meaning)
    (result,) = json.loads(ask(server, question, db="history"))["results"]
    assert "error" not in result
    found: list[Any] = result.get("series", [])
    return found


async def test_every_panel_finds_something(tmp_path: Path, influx: Server) -> None:
    settings = InfluxSettings(
        api=Api.V1, url=influx.url, database="history", username=USER, password=PASSWORD
    )
    async with opened(tmp_path / "store.db") as store, connected(settings) as database:
        await fill(store)
        await delivery(store, database, settings).run()
    dashboard = json.loads(DASHBOARD.read_text())
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert {"Price", "Energy score", "Recommendation", "Temperature"} < {
        panel["title"] for panel in panels
    }
    for panel in panels:
        for target in panel["targets"]:
            series = answered(influx, target["query"])
            values = [row[1] for one in series for row in one["values"]]
            assert any(value is not None for value in values), (panel["title"], target["refId"])
    (site,) = [one for one in dashboard["templating"]["list"] if one["name"] == "site"]
    ((_, value),) = answered(influx, site["query"])[0]["values"]
    assert value == LABELS.site
