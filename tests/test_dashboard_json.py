"""What a dashboard shows is plain, small JSON that says what the outlook says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from homeassistant.helpers.json import json_bytes
import numpy as np
import pytest

from benchmarks.views import LATE, view
from custom_components.chocolate_factory.clients.gatekeeper import HostState
from custom_components.chocolate_factory.dashboard_json import View, dashboard_json
from custom_components.chocolate_factory.data_json import health_json
from custom_components.chocolate_factory.factory.hybrid import Reading
from custom_components.chocolate_factory.model_status import ModelStatus
from custom_components.chocolate_factory.outlook_json import reason_keys

BUDGET = 60_000
HOUR, QUARTER = 3600, 900
COLUMNS = (
    *("price", "low", "high", "origin", "period", "level", "score", "recommendation"),
    *("confidence", "reasons"),
)
# Days after which the clock is changed within what is shown.
SPRING = datetime(2026, 3, 28, 22, 50, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 21, 50, tzinfo=UTC)


def told(shown: View) -> dict[str, Any]:
    """Return what arrives in a browser, which knows neither NaN nor what Python adds to JSON."""
    sent = json_bytes(dashboard_json(shown))
    answer: dict[str, Any] = json.loads(sent)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    return answer


def starts(runs: list[list[Any]]) -> list[int]:
    """Return when each slot of some runs begins, in Unix seconds."""
    return [
        int(datetime.fromisoformat(start).timestamp()) + number * seconds
        for start, seconds, count in runs
        for number in range(count)
    ]


@pytest.mark.parametrize("now", [LATE, SPRING, AUTUMN])
@pytest.mark.parametrize("seconds", [HOUR, QUARTER])
def test_as_much_as_there_may_ever_be_fits_the_budget(seconds: int, now: datetime) -> None:
    assert len(json_bytes(dashboard_json(view(seconds, now)))) < BUDGET


@pytest.mark.parametrize("now", [LATE, SPRING, AUTUMN])
@pytest.mark.parametrize("seconds", [HOUR, QUARTER])
def test_all_columns_are_as_long_as_their_time(seconds: int, now: datetime) -> None:
    shown = view(seconds, now)
    answer = told(shown)
    slots, air = answer["slots"], answer["air"]
    assert starts(slots["time"]) == shown.panorama.starts.tolist()
    assert {name: len(slots[name]) for name in COLUMNS} == dict.fromkeys(
        COLUMNS, len(shown.panorama.starts)
    )
    assert slots.keys() == {"time", *COLUMNS}
    hours = len(starts(air["time"]))
    assert {len(column) for name, column in air.items() if name != "time"} == {hours}
    possible = [step["possible"] for step in answer["comfort"]["steps"]]
    assert [len(column) for column in possible if column] == [hours] * 3
    assert possible[-1] is None, "roasting is always possible"


def test_a_slot_says_what_the_outlook_says_of_it() -> None:
    shown = view(QUARTER)
    outlook, answer = shown.panorama.outlook, told(shown)
    slots, last = answer["slots"], outlook.at(outlook.issued + timedelta(days=6))
    assert last
    row = starts(slots["time"]).index(int(last.start.timestamp()))
    assert slots["price"][row] == pytest.approx(last.price, abs=1e-4)
    assert slots["low"][row] < slots["price"][row] < slots["high"][row]
    assert answer["origins"][slots["origin"][row]] == last.origin == "forecast"
    assert answer["recommendations"][slots["recommendation"][row]] == last.recommendation
    assert last.score is not None
    assert slots["score"][row] == round(last.score)
    assert last.confidence is not None
    assert slots["confidence"][row] == round(100 * last.confidence)
    assert [answer["reasons"][key] for key in slots["reasons"][row]] == reason_keys(last.reasons)
    assert len(slots["reasons"][row]) == 3
    assert all(isinstance(score, int) for score in slots["score"]), "a whole number has no point"


def test_of_what_is_over_only_what_was_said_then_is_told() -> None:
    shown = view(HOUR)
    slots = told(replace(shown, past=shown.past[1:]))["slots"]
    ahead = shown.panorama.ahead
    assert slots["recommendation"][0] is None
    assert slots["score"][0] is None
    assert slots["recommendation"][1:ahead] == [
        one.recommendation.position for one in shown.past[1:]
    ]
    assert slots["reasons"][:ahead] == [[]] * ahead
    assert slots["confidence"][:ahead] == [None] * ahead
    published = slots["origin"][ahead]
    assert published == 0
    assert slots["low"][ahead] is None, "a published price has no band"


def test_where_nothing_is_known_nothing_is_told() -> None:
    shown = view(HOUR)
    outlook = shown.panorama.outlook
    nothing = np.full(len(outlook), np.nan)
    quiet = replace(
        outlook,
        score=nothing,
        probabilities=np.full((len(outlook), 4), np.nan),
        recommendation=np.full(len(outlook), -1, dtype=np.int8),
        reasons=((),) * len(outlook),
    )
    answer = told(
        replace(
            shown,
            panorama=replace(shown.panorama, outlook=quiet),
            past=(),
            errors=None,
            reading=Reading({}),
            comfort=None,
            models=ModelStatus(),
            health=None,
            hosts={},
            coverages={},
            jobs=(),
        )
    )
    slots = answer["slots"]
    for name in ("score", "recommendation", "confidence"):
        assert set(slots[name]) == {None}
    assert (answer["days"], answer["windows"], answer["until"]) == ([], [], None)
    assert answer["reasons"] == []
    assert answer["comfort"]["now"] is None
    assert answer["health"] == {"status": None, "reasons": [], "sources": []}
    assert answer["weather"] == {
        "source": None,
        "is_stale": False,
        "temperature": None,
        "humidity": None,
        "pressure": None,
    }
    assert answer["prices"]["forecast_error"] is None
    assert answer["history"]["completeness"] == 100


def test_until_is_when_something_else_is_recommended_if_anything_is() -> None:
    shown = view(HOUR)
    answer = told(shown)
    assert answer["until"] == (shown.now.replace(minute=0) + timedelta(hours=1)).isoformat()
    later = replace(shown, now=shown.now + timedelta(days=30))
    assert told(later)["until"] is None
    assert told(later)["updated"] == later.now.isoformat()
    assert told(later)["issued"] == shown.now.isoformat()


def test_a_strip_has_thirty_days_of_which_the_last_is_today() -> None:
    history = told(view(HOUR))["history"]
    assert history["first_day"] == "2026-07-07"
    for series in history["series"]:
        assert len(series["days"]) == 30
        assert series["days"][0] == pytest.approx(100 * 23 / 24, abs=0.01)
        assert series["days"][-1] == 100
        assert series["missing_slots"] == 30
    assert history["backlog"] == 30 * len(history["series"])
    assert history["is_filling"]


@pytest.mark.parametrize(
    ("state", "said", "is_left_alone"),
    [
        (HostState(), "ok", False),
        (HostState(failures=1, retry_at=LATE + timedelta(minutes=5)), "failing", True),
        (HostState(failures=1, retry_at=LATE - timedelta(minutes=5)), "failing", False),
        (HostState(failures=9, refusals=2, retry_at=LATE + timedelta(hours=1)), "refusing", True),
        # Nobody has asked since, so nobody knows.
        (HostState(failures=3, retry_at=LATE - timedelta(hours=2)), "ok", False),
    ],
)
def test_a_source_is_told_of_as_it_was_last_heard_of(
    state: HostState, said: str, is_left_alone: bool
) -> None:
    source: Any = health_json(None, {"www.omie.es": state}, LATE)["sources"]
    assert source[0]["state"] == said
    assert (source[0]["retry_at"] is not None) is is_left_alone
