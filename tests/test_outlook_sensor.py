"""The entities show the outlook as it is, change with the clock, and tell every change once."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.template import Template
from homeassistant.util.yaml import load_yaml_dict
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.chocolate_factory import model_sensor, outlook_sensor
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.forecast_error import ForecastErrors, MeanError
from custom_components.chocolate_factory.factory.outlook import Outlook, Reason
from custom_components.chocolate_factory.factory.recommendation import Recommendation
from custom_components.chocolate_factory.learning.champion import Verdict
from custom_components.chocolate_factory.learning.reasons import KEYS
from custom_components.chocolate_factory.model_status import ModelStatus
from custom_components.chocolate_factory.models import Models
from custom_components.chocolate_factory.outlook_json import reason_key

from .advice import (
    HALT,
    HOUR,
    MODEL,
    MODERATE,
    OPTIMAL,
    REDUCED,
    RULE,
    WEEK,
    begin,
    outlook,
    show,
)
from .conftest import NOON, World, settle

type Tick = Callable[..., Awaitable[None]]

QUARTER = timedelta(minutes=15)
SENSORS = (*outlook_sensor.SENSORS, *model_sensor.SENSORS, model_sensor.FORECAST_ERROR)
DASHBOARD = Path(__file__).parent.parent / "demo" / "dashboard.yaml"
TEXTS = Path(outlook_sensor.__file__).parent / "translations"


@pytest.fixture
async def factory(
    home: HomeAssistant, world: World, monkeypatch: pytest.MonkeyPatch
) -> MockConfigEntry:
    """Set up a factory whose outlook is made by hand."""
    return await begin(home, world, monkeypatch)


def state(hass: HomeAssistant, key: str) -> str:
    return str(attributes(hass, key)["state"])


def attributes(hass: HomeAssistant, key: str) -> dict[str, Any]:
    """Return the attributes of an entity, and its state among them."""
    registry = er.async_get(hass)
    (entity_id,) = (
        entity_id
        for platform in ("sensor", "binary_sensor", "event")
        if (entity_id := registry.async_get_entity_id(platform, DOMAIN, f"obrador_{key}"))
    )
    found = hass.states.get(entity_id)
    assert found, key
    return {**found.attributes, "state": found.state}


def say(monkeypatch: pytest.MonkeyPatch, entry: MockConfigEntry, status: ModelStatus) -> None:
    """Let the models be so."""
    monkeypatch.setattr(Models, "status", status)
    entry.runtime_data.outlook.async_update_listeners()


async def test_the_slot_in_force_is_shown_with_who_says_so_why_and_until_when(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    show(factory, outlook([OPTIMAL, OPTIMAL, HALT] + [MODERATE] * 21))
    score = attributes(home, "energy_score")
    assert float(score["state"]) == 90
    assert (score["engine"], score["reasons"]) == ("model", ["price_good", "damp_bad"])
    said = attributes(home, "production_recommendation")
    assert said["state"] == "optimal"
    assert said["engine"] == "model"
    assert said["reasons"] == ["price_good", "damp_bad"]
    assert said["until"] == (NOON + 2 * HOUR).isoformat()
    assert said["probabilities"] == {"optimal": 0.7, "moderate": 0.1, "reduced": 0.1, "halt": 0.1}
    assert float(state(home, "recommendation_confidence")) == 70


async def test_what_is_recommended_to_the_end_is_recommended_until_then(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    show(factory, outlook([REDUCED] * 30))
    said = attributes(home, "production_recommendation")
    assert said["until"] == (NOON + 30 * HOUR).isoformat()


@pytest.mark.parametrize(
    ("said", "recommended", "halt"),
    [
        (OPTIMAL, "on", "off"),
        (MODERATE, "on", "off"),
        (REDUCED, "off", "off"),
        (HALT, "off", "on"),
        (None, STATE_UNKNOWN, STATE_UNKNOWN),
    ],
)
async def test_producing_is_recommended_at_the_better_half_and_halt_is_a_problem(
    home: HomeAssistant,
    factory: MockConfigEntry,
    said: Recommendation | None,
    recommended: str,
    halt: str,
) -> None:
    show(factory, outlook([said]))
    assert state(home, "production_recommended") == recommended
    assert state(home, "production_halt") == halt
    assert attributes(home, "production_halt")["device_class"] == "problem"


async def test_everything_changes_when_the_slot_does_and_not_before(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    show(factory, outlook([HALT, OPTIMAL, REDUCED], seconds=900))

    def shown() -> tuple[str, str, float]:
        return (
            state(home, "production_recommendation"),
            state(home, "production_halt"),
            float(state(home, "energy_score")),
        )

    await tick(timedelta(minutes=14, seconds=59))
    assert shown() == ("halt", "on", 90)
    await tick(timedelta(seconds=1))
    assert shown() == ("optimal", "off", 89.9)
    await tick(QUARTER)
    assert shown() == ("reduced", "off", 89.8)
    await tick(QUARTER)
    assert state(home, "production_recommendation") == STATE_UNKNOWN


def known(hass: HomeAssistant, keys: Iterable[str]) -> dict[str, str]:
    return {key: state(hass, key) for key in keys if state(hass, key) != STATE_UNKNOWN}


OF_THE_OUTLOOK = (
    *(sensor.key for sensor in outlook_sensor.SENSORS),
    "production_recommended",
    "production_halt",
    "recommendation",
)


@pytest.mark.parametrize("nothing", [None, outlook([]), outlook([None] * 24)])
async def test_what_nobody_knows_is_unknown(
    home: HomeAssistant, factory: MockConfigEntry, nothing: Outlook | None
) -> None:
    show(factory, nothing)
    assert known(home, OF_THE_OUTLOOK) == {}
    assert attributes(home, "week_outlook")["days"] == []
    assert "reasons" not in attributes(home, "energy_score")
    assert "until" not in attributes(home, "production_recommendation")


async def test_an_outlook_that_cannot_be_made_anew_stays_true(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    show(factory, outlook([OPTIMAL, MODERATE]))
    factory.runtime_data.outlook.async_set_update_error(ValueError("no disk"))
    assert state(home, "production_recommendation") == "optimal"
    await tick(HOUR)
    assert state(home, "production_recommendation") == "moderate"
    await tick(HOUR)
    assert STATE_UNAVAILABLE not in {state(home, key) for key in OF_THE_OUTLOOK}


async def test_the_next_optimal_window_is_told_with_its_end_score_and_price(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    show(factory, outlook([MODERATE] * 3 + [OPTIMAL] * 2 + [HALT, OPTIMAL]))
    window = attributes(home, "next_optimal_window")
    assert window["state"] == (NOON + 3 * HOUR).isoformat()
    assert window["end"] == (NOON + 5 * HOUR).isoformat()
    assert window["score"] == pytest.approx(89.65, abs=0.06)
    assert window["price"] == pytest.approx(0.1035)
    await tick(5 * HOUR)
    assert state(home, "next_optimal_window") == (NOON + 6 * HOUR).isoformat()
    await tick(2 * HOUR)
    assert state(home, "next_optimal_window") == STATE_UNKNOWN


async def test_the_week_is_told_day_by_day_and_its_state_is_today(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    # Twelve hours of today, at noon in Madrid; a shift of eight hours makes a day what it is.
    show(factory, outlook([OPTIMAL] * 8 + [HALT] * 4 + [HALT] * 20 + [OPTIMAL] * 4 + [None] * 9))
    week = attributes(home, "week_outlook")
    assert week["state"] == "optimal"
    today, tomorrow = week["days"]
    assert today == {
        "date": "2026-08-05",
        "recommendation": "optimal",
        "score": pytest.approx(89.45, abs=0.06),
        "price": pytest.approx(0.1055),
        "hours": {"optimal": 8, "moderate": 0, "reduced": 0, "halt": 4},
        "best": {
            "start": NOON.isoformat(),
            "end": (NOON + 8 * HOUR).isoformat(),
            "score": pytest.approx(89.65, abs=0.06),
            "price": pytest.approx(0.1035),
        },
    }
    assert (tomorrow["date"], tomorrow["recommendation"]) == ("2026-08-06", "halt")
    assert tomorrow["hours"] == {"optimal": 4, "moderate": 0, "reduced": 0, "halt": 20}
    await tick(9 * HOUR)
    assert state(home, "week_outlook") == "halt", "of today only the rest counts"
    assert attributes(home, "week_outlook")["days"][0]["best"] is None


async def test_the_demos_table_has_a_row_for_each_day(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    views = load_yaml_dict(DASHBOARD)["views"]
    (markdown,) = [
        card
        for view in views
        for section in view["sections"]
        for card in section["cards"]
        if card["type"] == "markdown"
    ]
    content = markdown["content"].replace("chocolate_factory", "obrador")
    show(factory, outlook([OPTIMAL] * 8 + [HALT] * 28))
    table = Template(content, home).async_render(parse_result=False).strip().splitlines()
    assert [row.rpartition(" 0.1")[0] for row in table[2:]] == [
        "| Wed 5 | Optimal | 8 h |",
        "| Thu 6 | Halt | 0 h |",
    ]
    show(factory, None)
    assert len(Template(content, home).async_render(parse_result=False).splitlines()) == 2


async def test_a_week_of_quarters_keeps_states_small(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    said = [OPTIMAL, HALT] * (WEEK * 2)
    show(factory, outlook(said, seconds=900))
    assert len(attributes(home, "week_outlook")["days"]) == 8
    for shown in home.states.async_all():
        assert shown.state_info
        unrecorded = shown.state_info["unrecorded_attributes"]
        recorded = {key: shown.attributes[key] for key in shown.attributes.keys() - unrecorded}
        assert len(json.dumps(recorded, default=str)) < 1500, shown.entity_id
        assert len(shown.as_dict_json) < 8000, shown.entity_id


async def test_who_recommends_and_why_no_model_does_is_told(
    home: HomeAssistant, factory: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, factory, RULE)
    engine = attributes(home, "engine")
    assert (engine["state"], engine["score_engine"]) == ("rule", "rule")
    assert engine["reason"] == "not_trained_yet"
    assert known(home, ("last_training", "model_r2", "model_accuracy")) == {}
    say(monkeypatch, factory, MODEL)
    engine = attributes(home, "engine")
    assert (engine["state"], engine["score_engine"], engine["reason"]) == ("model", "model", None)


async def test_the_models_figures_are_shown_beside_what_they_had_to_beat(
    home: HomeAssistant, factory: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, factory, MODEL)
    r2 = attributes(home, "model_r2")
    assert (float(r2["state"]), r2["rule"], r2["naive"]) == (0.9512, 0.9211, -0.01)
    assert (r2["mae"], r2["rule_mae"], r2["naive_mae"]) == (4.1, 5.2, 25)
    assert (r2["spearman"], r2["naive_spearman"]) == (0.97, None)
    accuracy = attributes(home, "model_accuracy")
    assert (float(accuracy["state"]), accuracy["rule"], accuracy["naive"]) == (90.3, 87.1, 40)
    assert (accuracy["macro_f1"], accuracy["rule_macro_f1"]) == (0.85, 0.8)


async def test_a_training_tells_how_far_it_is_in_steps(
    home: HomeAssistant, factory: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for percent in range(101):
        running = replace(MODEL, running=True, progress=percent / 100)
        say(monkeypatch, factory, running)
        training = attributes(home, "last_training")
        assert training["running"] is True
        seen.append(training["progress"])
    assert sorted(set(seen)) == list(range(0, 101, 5))
    say(monkeypatch, factory, MODEL)
    training = attributes(home, "last_training")
    assert training["state"] == "2026-08-04T03:00:00+00:00"
    assert (training["running"], training["progress"]) == (False, None)
    assert (training["trainer"], training["rows"]) == ("numpy", 26280)
    assert training["span_start"] == "2023-08-01T00:00:00+00:00"
    assert training["span_end"] == "2026-08-01T00:00:00+00:00"


async def test_the_error_of_forecast_prices_stands_beside_last_weeks(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    errors = ForecastErrors(
        MeanError(0.0123449, 0.02, 600.0),
        (MeanError(0.01, 0.018, 168.0), *[MeanError(np.nan, np.nan, 0.0)] * 6),
    )
    coordinator = factory.runtime_data.outlook
    coordinator.errors = errors
    coordinator.async_update_listeners()
    shown = attributes(home, "price_forecast_error")
    assert (float(shown["state"]), shown["unit_of_measurement"]) == (0.01234, "€/kWh")
    assert (shown["weekly_naive"], shown["hours"]) == (0.02, 600)
    assert shown["by_lead"] == [0.01, *[None] * 6]
    assert shown["weekly_naive_by_lead"] == [0.018, *[None] * 6]
    nothing = MeanError(np.nan, np.nan, 0.0)
    coordinator.errors = ForecastErrors(nothing, (nothing,) * 7)
    coordinator.async_update_listeners()
    assert state(home, "price_forecast_error") == STATE_UNKNOWN


async def test_a_contract_without_a_market_has_no_error_of_forecasts(
    home: HomeAssistant, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(home, world, monkeypatch, contract="fixed", p1=0.2, p2=0.15, p3=0.1)
    find = er.async_get(home).async_get_entity_id
    assert find("sensor", DOMAIN, "obrador_energy_score")
    assert not find("sensor", DOMAIN, "obrador_price_forecast_error")


class Told:
    """What the event entity has told."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin to listen."""
        self.events: list[tuple[str, str]] = []
        (self.entity_id,) = (
            one for one in hass.states.async_entity_ids("event") if "recommendation" in one
        )
        self.before = self._state(hass)

    def _state(self, hass: HomeAssistant) -> str:
        found = hass.states.get(self.entity_id)
        assert found
        return found.state

    def listen(self, hass: HomeAssistant) -> None:
        """Note every new event."""
        found = hass.states.get(self.entity_id)
        assert found
        if found.state != self.before:
            self.before = found.state
            self.events.append((found.attributes["from"], found.attributes["event_type"]))


async def test_every_change_of_the_recommendation_in_force_is_told_once(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    show(factory, None)
    told = Told(home)
    shown = [MODERATE, MODERATE, HALT, OPTIMAL, OPTIMAL]
    show(factory, outlook(shown, seconds=900))
    told.listen(home)
    assert told.events == [], "the first word after the start is no change"
    for _ in range(4):
        await tick(QUARTER)
        told.listen(home)
        # The same outlook again is no news.
        show(factory, outlook(shown, seconds=900))
        told.listen(home)
    assert told.events == [("moderate", "halt"), ("halt", "optimal")]
    show(factory, outlook([REDUCED] * 9, seconds=900))
    told.listen(home)
    assert told.events[2:] == [("optimal", "reduced")], "another outlook can change it, too"


async def test_an_event_tells_what_why_and_at_what_price(
    home: HomeAssistant, factory: MockConfigEntry, tick: Tick
) -> None:
    show(factory, outlook([MODERATE, HALT]))
    await tick(HOUR)
    event = attributes(home, "recommendation")
    assert {key: event[key] for key in ("event_type", "from", "to", "score", "price")} == {
        "event_type": "halt",
        "from": "moderate",
        "to": "halt",
        "score": 89.9,
        "price": 0.101,
    }
    assert event["reasons"] == ["price_good", "damp_bad"]
    assert event["event_types"] == list(Recommendation)


async def test_a_silence_is_no_change_and_hides_none(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    told = Told(home)
    for said in (HALT, None, HALT, None):
        show(factory, outlook([said]))
        told.listen(home)
    show(factory, None)
    told.listen(home)
    assert told.events == []
    show(factory, outlook([OPTIMAL]))
    told.listen(home)
    assert told.events == [("halt", "optimal")]


async def test_a_restart_is_no_change(home: HomeAssistant, factory: MockConfigEntry) -> None:
    show(factory, outlook([HALT]))
    assert await home.config_entries.async_reload(factory.entry_id)
    await settle(home)
    told = Told(home)
    show(factory, outlook([OPTIMAL]))
    told.listen(home)
    assert told.events == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_attribute_has_a_name(
    home: HomeAssistant,
    factory: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    texts = json.loads((TEXTS / f"{language}.json").read_text())["entity"]
    error = MeanError(0.1, 0.2, 3.0)
    factory.runtime_data.outlook.errors = ForecastErrors(error, (error,) * 7)
    show(factory, outlook([MODERATE, OPTIMAL]))
    freezer.move_to(NOON + HOUR)
    say(monkeypatch, factory, MODEL)
    common = {
        *("state", "options", "device_class", "state_class", "friendly_name"),
        *("unit_of_measurement", "icon", "event_types", "attribution"),
    }
    for platform, keys in (
        ("sensor", [sensor.key for sensor in SENSORS]),
        ("event", ["recommendation"]),
    ):
        for key in keys:
            names = set(texts[platform][key].get("state_attributes", {}))
            assert attributes(home, key).keys() - common == names, key


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_has_two_sentences_which_are_the_same_everywhere(language: str) -> None:
    texts = json.loads((TEXTS / f"{language}.json").read_text())
    sentences = {
        key.removeprefix("reason_"): text
        for key, text in texts["common"].items()
        if key.startswith("reason_")
    }
    reasons = [Reason(key, effect) for key in KEYS for effect in (1.0, -1.0)]
    assert set(sentences) == {reason_key(reason) for reason in reasons}
    assert len(set(sentences.values())) == len(sentences)
    for platform, key in (
        ("sensor", "energy_score"),
        ("sensor", "production_recommendation"),
        ("event", "recommendation"),
    ):
        shown = texts["entity"][platform][key]["state_attributes"]["reasons"]["state"]
        assert shown == sentences


@pytest.mark.parametrize("language", ["en", "es"])
def test_there_are_words_for_every_reason_why_no_model_is_at_work(language: str) -> None:
    texts = json.loads((TEXTS / f"{language}.json").read_text())["entity"]["sensor"]["engine"]
    reasons = {RULE.reason, *(str(verdict) for verdict in Verdict if not verdict.is_model)}
    assert set(texts["state_attributes"]["reason"]["state"]) == reasons
