"""What the history says becomes points with exact times, values and names."""

from datetime import timedelta

import pytest

from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.weather import Measure, weather_series
from custom_components.chocolate_factory.history.jobs import JobOutcome, JobRun, JobState
from custom_components.chocolate_factory.history.outbox import Scope
from custom_components.chocolate_factory.history.points import Labels, lines, probe
from custom_components.chocolate_factory.history.recommendations import PastRecommendation
from custom_components.chocolate_factory.history.slots import Batch
from custom_components.chocolate_factory.history.snapshots import Kind
from custom_components.chocolate_factory.history.store import Store

from ..conftest import MADRID
from .stored import FIRST, HOUR, NOON, batch

LABELS = Labels("El Obrador, Toledo", "peninsula")
SITE = "site=El\\ Obrador\\,\\ Toledo"
AT = int(NOON.timestamp())
SCOPE = Scope(factory="obrador", prices=frozenset({Series.PVPC}), place=MADRID.name, job="influxdb")


async def said(store: Store, labels: Labels = LABELS) -> list[str]:
    """Return the points of all that a store has to tell."""
    await store.open_sink("influxdb obrador", "")
    changes = await store.next_changes("influxdb obrador", SCOPE, 1000)
    assert changes
    return [line.decode() for line in lines(changes, labels)]


async def test_a_price_says_for_how_long_from_whom_and_whether_for_good(store: Store) -> None:
    await store.write(
        [batch([0.12345678901234567]), batch([-1e-05], first=FIRST + HOUR, source=Source.ESTIMATE)]
    )
    head = f"chocolate_prices,series=pvpc,{SITE},zone=peninsula price"
    estimate, redata = (
        f'seconds=3600i,source="{source}",estimated={estimated}'
        for source, estimated in (("estimate", "true"), ("redata", "false"))
    )
    assert await said(store) == [
        f"{head}=-1e-05,{estimate} {FIRST + HOUR}",
        f"{head}=0.12345678901234566,{redata} {FIRST}",
    ]


async def test_weather_says_where_it_was_and_who_observed_it(store: Store) -> None:
    one = batch([20.5], source=Source.AEMET)
    name = weather_series(Measure.HUMIDITY, MADRID, Source.AEMET)
    await store.write(
        [Batch(series=name, source=one.source, starts=one.starts, values=one.values, seconds=HOUR)]
    )
    head = f"chocolate_weather,place=40.417\\,-3.704,{SITE},source=aemet,zone=peninsula"
    assert await said(store) == [f"{head} humidity=20.5 {FIRST}"]


@pytest.mark.parametrize(("score", "words"), [(71.5, "score=71.5,"), (None, "")])
async def test_a_recommendation_says_what_was_said_when_its_slot_began(
    store: Store, score: float | None, words: str
) -> None:
    recommendation = PastRecommendation(
        start=NOON,
        seconds=900,
        recommendation=Recommendation.REDUCED,
        score=score,
        engine=Engine.MODEL,
    )
    await store.write_recommendation("obrador", recommendation)
    said_it = f'recommendation="reduced",position=2i,{words}engine="model",seconds=900i'
    assert await said(store) == [f"chocolate_recommendations,{SITE},zone=peninsula {said_it} {AT}"]


async def test_snapshots_say_what_is_known_and_leave_out_what_is_not(store: Store) -> None:
    await store.write_snapshot("obrador", Kind.FEATURES, NOON, {"price": 0.1, "humidity": None})
    await store.write_snapshot(
        "obrador",
        Kind.OUTLOOK,
        NOON,
        {"start": [AT, AT + 25 * HOUR], "price": [0.1, None], "origin": ["published", "forecast"]},
    )
    await store.write_snapshot(
        "obrador",
        Kind.SCORES,
        NOON,
        {
            "score": {"model": {"r2": 0.5}, "rule": {"r2": None}},
            "class": {"rule": {"accuracy": 0.75}},
        },
    )
    published, forecast = (
        f'origin="{origin}",issued={AT}i' for origin in ("published", "forecast")
    )
    assert await said(store) == [
        f"chocolate_models,{SITE},task=score,who=model,zone=peninsula r2=0.5 {AT}",
        f"chocolate_models,{SITE},task=class,who=rule,zone=peninsula accuracy=0.75 {AT}",
        f"chocolate_outlook,lead=0,{SITE},zone=peninsula price=0.1,{published} {AT}",
        f"chocolate_outlook,lead=1,{SITE},zone=peninsula {forecast} {AT + 25 * HOUR}",
        f"chocolate_features,{SITE},zone=peninsula price=0.1 {AT}",
    ]


async def test_a_job_says_how_it_went(store: Store) -> None:
    run = JobRun(
        started=NOON + timedelta(seconds=0.7),
        seconds=2,
        outcome=JobOutcome.FAILED,
        detail='no "answer"\nfrom C:\\',
    )
    await store.save_job("prices", JobState(run=run, failures=1, due=NOON))
    went = 'duration=2.0,outcome="failed",failed=true,detail="no \\"answer\\" from C:\\\\"'
    assert await said(store) == [f"chocolate_jobs,job=prices,{SITE},zone=peninsula {went} {AT}"]


async def test_what_a_newer_release_has_kept_is_passed_over(store: Store) -> None:
    await store.write_snapshot("obrador", Kind.OUTLOOK, NOON, {"begin": []})
    await store.write_snapshot("obrador", Kind.SCORES, NOON, {"score": {"model": [1]}})
    assert await said(store) == []


@pytest.mark.parametrize(("site", "why"), [(" ", "value"), ("A\\B", "backslash")])
def test_a_site_without_a_name_is_refused_and_one_that_databases_misunderstand(
    site: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Labels(site, "peninsula")
    assert probe(LABELS, AT) == f"chocolate_probe,{SITE},zone=peninsula value={AT}i {AT}".encode()


def test_a_probe_may_name_who_writes() -> None:
    assert probe(LABELS, AT, "obrador").endswith(f' value={AT}i,factory="obrador" {AT}'.encode())
