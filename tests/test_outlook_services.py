"""The actions answer what is ahead and what if, and train the models for admins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import threading
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import numpy as np
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.chocolate_factory import outcome_services, outlook_json, outlook_services
from custom_components.chocolate_factory.const import DOMAIN
from custom_components.chocolate_factory.factory.outlook import Reason, WhatIf
from custom_components.chocolate_factory.factory.recommendation import Engine
from custom_components.chocolate_factory.learning.trainers import TrainerChoice
from custom_components.chocolate_factory.model_status import ModelStatus
from custom_components.chocolate_factory.models import Models
from custom_components.chocolate_factory.outlook_coordinator import OutlookCoordinator

from .advice import HALT, HOUR, MODEL, MODERATE, OPTIMAL, REASONS, WEEK, begin, outlook, show
from .conftest import NOON, World, settle
from .told import ask

FOLDER = Path(outlook_services.__file__).parent
WHAT_IF: dict[str, Any] = {"price_eur_kwh": 0.15, "temperature": 21, "humidity": 50}


@pytest.fixture
async def actions(home: HomeAssistant) -> None:
    """Register the actions, without any factory."""
    assert await async_setup_component(home, DOMAIN, {})


@pytest.fixture
async def factory(
    home: HomeAssistant, world: World, monkeypatch: pytest.MonkeyPatch
) -> MockConfigEntry:
    """Set up a factory whose outlook is made by hand."""
    return await begin(home, world, monkeypatch)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what is asked of the coordinator; it says halt to all of it."""
    asked: list[dict[str, Any]] = []

    async def what_if(_coordinator: OutlookCoordinator, **question: Any) -> WhatIf:
        asked.append(question)
        return WhatIf(
            score=12.345,
            recommendation=HALT,
            probabilities=(0.05, 0.05, 0.1, 0.8),
            reasons=(Reason("heat", -20.06), Reason("price", 3.0)),
            engine=Engine.RULE,
            score_engine=Engine.MODEL,
        )

    monkeypatch.setattr(OutlookCoordinator, "async_what_if", what_if)
    return asked


async def test_the_outlook_is_answered_slot_by_slot(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    show(factory, outlook([OPTIMAL] * 30 + [None] * 6))
    answer = await ask(home, "get_outlook", hours=36)
    assert {
        name: answer[name] for name in ("issued", "zone", "engine", "score_engine", "unit")
    } == {
        "issued": NOON.isoformat(),
        "zone": "Europe/Madrid",
        "engine": "model",
        "score_engine": "model",
        "unit": "€/kWh",
    }
    first, *_, last = answer["slots"]
    assert len(answer["slots"]) == 36
    assert first == {
        "start": "2026-08-05T10:00:00+00:00",
        "end": "2026-08-05T11:00:00+00:00",
        "price": 0.1,
        "price_low": 0.1,
        "price_high": 0.1,
        "origin": "published",
        "temperature": 21.3,
        "humidity": 48,
        "chocolate_production_index": 88,
        "heat_stress_factor": 0.12,
        "score": 90,
        "recommendation": "optimal",
        "confidence": 0.7,
        "probabilities": {"optimal": 0.7, "moderate": 0.1, "reduced": 0.1, "halt": 0.1},
        "reasons": [{"key": "price_good", "effect": 12.3}, {"key": "damp_bad", "effect": -3.2}],
    }
    assert (last["price"], last["price_low"], last["price_high"]) == (0.135, 0.115, 0.155)
    assert last["origin"] == "forecast"
    unknown = ("humidity", "score", "recommendation", "confidence")
    assert {name: last[name] for name in unknown} == dict.fromkeys(unknown)
    assert (last["probabilities"], last["reasons"]) == ({}, [])
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


async def test_the_outlook_begins_now_however_old_it_is(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    show(factory, outlook([MODERATE] * WEEK, first=NOON - timedelta(hours=5, minutes=30)))
    answer = await ask(home, "get_outlook", hours=2)
    assert [slot["start"] for slot in answer["slots"]] == [
        (NOON + minutes * timedelta(minutes=1)).isoformat() for minutes in (-30, 30, 90)
    ]
    assert len((await ask(home, "get_outlook"))["slots"]) == 25


async def test_the_outlook_tells_the_week_and_the_next_window_too(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    show(factory, outlook([MODERATE] * 40 + [OPTIMAL] * 3 + [MODERATE] * (WEEK - 43)))
    answer = await ask(home, "get_outlook", hours=1)
    assert len(answer["slots"]) == 1
    assert len(answer["days"]) == 8
    window = answer["next_window"]
    assert window["start"] == (NOON + 40 * HOUR).isoformat()
    assert window["end"] == (NOON + 43 * HOUR).isoformat()
    assert answer["days"][1]["best"] is None
    assert answer["days"][2]["best"] == window
    show(factory, outlook([MODERATE]))
    assert (await ask(home, "get_outlook"))["next_window"] is None


async def test_a_week_of_quarters_is_told_outside_of_the_event_loop(
    home: HomeAssistant, factory: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()
    slot_json = outlook_json.slot_json

    def told(slot: Any) -> Any:
        threads.add(threading.current_thread())
        return slot_json(slot)

    monkeypatch.setattr(outlook_json, "slot_json", told)
    show(factory, outlook([OPTIMAL] * WEEK * 4, seconds=900))
    assert len((await ask(home, "get_outlook", hours=WEEK))["slots"]) == WEEK * 4
    assert threads
    assert threading.main_thread() not in threads


async def test_before_the_first_outlook_the_action_says_so(
    home: HomeAssistant, factory: MockConfigEntry
) -> None:
    show(factory, None)
    with pytest.raises(HomeAssistantError) as caught:
        await ask(home, "get_outlook")
    assert caught.value.translation_key == "no_outlook"
    assert "no_outlook" not in str(caught.value), "there are words for it"


@pytest.mark.usefixtures("factory")
async def test_what_if_asks_for_exactly_what_was_said(
    home: HomeAssistant, asked: list[dict[str, Any]]
) -> None:
    await ask(home, "predict_energy_score", **WHAT_IF)
    await ask(home, "predict_production", **WHAT_IF, pressure=1013.2, time="2026-08-06 14:00:00")
    question = {"price": 0.15, "temperature": 21, "humidity": 50}
    assert asked == [
        question | {"pressure": None, "at": NOON},
        question | {"pressure": 1013.2, "at": datetime(2026, 8, 6, 12, tzinfo=UTC)},
    ]


@pytest.mark.usefixtures("factory", "asked")
async def test_the_predicted_score_comes_with_its_reasons(home: HomeAssistant) -> None:
    assert await ask(home, "predict_energy_score", **WHAT_IF) == {
        "score": 12.3,
        "engine": "model",
        "reasons": [
            {
                "key": "heat_bad",
                "effect": -20.1,
                "text": "It is warm, and chocolate needs cooling.",
            },
            {"key": "price_good", "effect": 3, "text": "The price is low for this week."},
        ],
    }


@pytest.mark.usefixtures("factory", "asked")
async def test_the_predicted_recommendation_comes_with_all_probabilities(
    home: HomeAssistant,
) -> None:
    answer = await ask(home, "predict_production", **WHAT_IF)
    assert [reason["key"] for reason in answer.pop("reasons")] == ["heat_bad", "price_good"]
    assert answer == {
        "recommendation": "halt",
        "confidence": 0.8,
        "probabilities": {"optimal": 0.05, "moderate": 0.05, "reduced": 0.1, "halt": 0.8},
        "engine": "rule",
        "score": 12.3,
        "score_engine": "model",
    }


@pytest.mark.usefixtures("asked")
async def test_reasons_are_told_in_the_language_of_the_house(
    home: HomeAssistant, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.config.language = "es"
    factory = await begin(home, world, monkeypatch)
    answer = await ask(home, "predict_energy_score", **WHAT_IF)
    assert answer["reasons"][1]["text"] == "El precio es bajo para esta semana."
    show(factory, outlook([OPTIMAL]))
    sentences = (await ask(home, "get_outlook"))["sentences"]
    assert sentences["damp_bad"] == "El aire es húmedo."
    assert {outlook_json.reason_key(reason) for reason in REASONS} <= sentences.keys()


@pytest.mark.usefixtures("actions")
@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("predict_energy_score", {}),
        ("predict_production", WHAT_IF | {"price_eur_kwh": 150}),
        ("predict_production", WHAT_IF | {"price_eur_kwh": float("nan")}),
        ("predict_production", WHAT_IF | {"temperature": 72}),
        ("predict_production", WHAT_IF | {"temperature": float("inf")}),
        ("predict_production", WHAT_IF | {"humidity": -1}),
        ("predict_energy_score", WHAT_IF | {"humidity": "damp"}),
        ("predict_energy_score", WHAT_IF | {"pressure": 700}),
        ("predict_energy_score", WHAT_IF | {"time": "soon"}),
        ("get_outlook", {"hours": 0}),
        ("get_outlook", {"hours": 169}),
        ("get_outlook", {"hours": float("nan")}),
        ("train_models", {"trainer": "tensorflow"}),
        ("train_models", {"force": "gently"}),
        ("get_model_status", {"verbose": True}),
    ],
)
async def test_a_call_of_the_wrong_shape_is_refused(
    home: HomeAssistant, action: str, data: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        await ask(home, action, **data)


@pytest.mark.usefixtures("factory")
async def test_a_time_of_which_nothing_can_be_said_is_refused(
    home: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_coordinator: OutlookCoordinator, **_question: Any) -> WhatIf:
        raise ValueError("not in the outlook")

    monkeypatch.setattr(OutlookCoordinator, "async_what_if", nothing)
    for action in ("predict_energy_score", "predict_production"):
        with pytest.raises(ServiceValidationError) as caught:
            await ask(home, action, **WHAT_IF)
        assert caught.value.translation_key == "not_in_outlook"
        assert "not_in_outlook" not in str(caught.value), "there are words for it"


@pytest.mark.usefixtures("factory", "asked")
async def test_another_century_is_refused_with_an_explanation(home: HomeAssistant) -> None:
    with pytest.raises(ServiceValidationError):
        await ask(home, "predict_production", **WHAT_IF, time="1826-08-05 12:00:00")


async def test_the_status_tells_the_models_figures_and_those_they_had_to_beat(
    home: HomeAssistant, factory: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = replace(
        MODEL,
        importance={"price_rank": 0.41234567},
        evaluation={"hours": 4000},
        refused={"decisions-1.npz": "truncated"},
    )
    monkeypatch.setattr(Models, "status", told)
    answer = await ask(home, "get_model_status")
    assert answer == {
        "engine": "model",
        "score_engine": "model",
        "share": 0.56,
        "score_share": 1,
        "reason": None,
        "trained": "2026-08-04T03:00:00+00:00",
        "trainer": "numpy",
        "rows": 26280,
        "span": {"start": "2023-08-01T00:00:00+00:00", "end": "2026-08-01T00:00:00+00:00"},
        "score": {
            "model": {"r2": 0.9512, "mae": 4.1, "spearman": 0.97},
            "rule": {"r2": 0.9211, "mae": 5.2, "spearman": 0.95},
            "naive": {"r2": -0.01, "mae": 25, "spearman": None},
        },
        "recommendation": {
            "model": {"accuracy": 0.9034, "macro_f1": 0.85, "calibration_error": 0.02},
            "rule": {"accuracy": 0.871, "macro_f1": 0.8},
            "naive": {"accuracy": 0.4, "macro_f1": 0.14},
        },
        "importance": {"price_rank": 0.4123},
        "evaluation": {"hours": 4000},
        "refused": {"decisions-1.npz": "truncated"},
        "running": False,
        "progress": None,
    }


@pytest.mark.usefixtures("factory")
async def test_a_new_factory_says_that_the_rule_recommends(
    home: HomeAssistant,
) -> None:
    answer = await ask(home, "get_model_status")
    assert (answer["engine"], answer["score_engine"]) == ("rule", "rule")
    assert answer["reason"]
    nothing = ("trained", "trainer", "rows", "span", "score", "recommendation")
    assert {name: answer[name] for name in nothing} == dict.fromkeys(nothing)


@pytest.mark.usefixtures("factory")
async def test_training_is_asked_for_as_the_admin_wants_it(
    home: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = []

    async def train(_models: Models, **how: Any) -> ModelStatus:
        wanted.append(how)
        return MODEL

    monkeypatch.setattr(Models, "async_train", train)
    answer = await ask(home, "train_models")
    assert (answer["engine"], answer["rows"]) == ("model", 26280)
    await ask(home, "train_models", force=True, trainer="scikit-learn")
    assert wanted == [
        {"force": False, "trainer": None},
        {"force": True, "trainer": TrainerChoice.SCIKIT_LEARN},
    ]


@pytest.mark.usefixtures("asked")
async def test_reading_is_for_everyone_and_training_for_admins(
    home: HomeAssistant, factory: MockConfigEntry, hass_read_only_user: MockUser
) -> None:
    show(factory, outlook([OPTIMAL]))
    context = Context(user_id=hass_read_only_user.id)
    for action, data in (
        ("get_outlook", {}),
        ("get_model_status", {}),
        ("predict_energy_score", WHAT_IF),
        ("predict_production", WHAT_IF),
    ):
        assert await ask(home, action, context, **data)
    with pytest.raises(Unauthorized):
        await home.services.async_call(DOMAIN, "train_models", {}, blocking=True, context=context)


def answers(field: dict[str, Any]) -> list[Any]:
    """Return what the form of Home Assistant sends for a field."""
    ((kind, options),) = field["selector"].items()
    match kind:
        case "config_entry" | "text":
            return ["obrador", ""]
        case "number":
            return [float(options["min"]), float(options.get("max", 7))]
        case "select":
            return list(options["options"])
        case "datetime":
            return ["2026-08-01 10:30:00"]
        case "boolean":
            return [True, False]
    raise AssertionError(f"nobody knows what {kind} sends")


@pytest.mark.parametrize(
    ("action", "schema"),
    [
        ("get_outlook", outlook_services._GET_OUTLOOK),
        ("predict_energy_score", outlook_services._WHAT_IF),
        ("predict_production", outlook_services._WHAT_IF),
        ("get_model_status", outlook_services._GET_MODEL_STATUS),
        ("train_models", outlook_services._TRAIN_MODELS),
        ("record_outcome", outcome_services._RECORD_OUTCOME),
        ("get_outcomes", outcome_services._GET_OUTCOMES),
        ("delete_outcome", outcome_services._DELETE_OUTCOME),
    ],
)
def test_what_the_forms_send_is_understood(action: str, schema: probatio.Schema) -> None:
    fields = load_yaml_dict(FOLDER / "services.yaml")[action]["fields"]
    assert {str(key) for key in schema.schema} == set(fields)
    needed = {name: answers(field)[0] for name, field in fields.items() if field.get("required")}
    for name, field in fields.items():
        for answer in answers(field):
            assert name in schema(needed | {name: answer})
        if "default" in field:
            assert schema(needed)[name] == field["default"]


def test_numbers_that_are_none_are_told_as_none() -> None:
    assert [outlook_json.rounded(value, 1) for value in (None, np.nan, np.inf, 0.26)] == [
        None,
        None,
        None,
        0.3,
    ]


async def test_from_the_first_minute_the_rule_recommends_and_answers(
    home: HomeAssistant, world: World, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(home)
    assert await home.config_entries.async_setup(entry.entry_id)
    await settle(home)
    answer = await ask(home, "get_outlook", hours=WEEK)
    first = answer["slots"][0]
    assert (answer["engine"], first["start"], first["origin"]) == (
        "rule",
        NOON.isoformat(),
        "published",
    )
    assert {reason["key"] for reason in first["reasons"]} <= answer["sentences"].keys()
    state = home.states.get("sensor.obrador_production_recommendation")
    assert state
    assert state.state == first["recommendation"]
    assert state.attributes["reasons"] == [reason["key"] for reason in first["reasons"]]
    prediction = await ask(home, "predict_production", price_eur_kwh=5, temperature=45, humidity=90)
    assert prediction["recommendation"] == "halt"
    cheap = await ask(home, "predict_energy_score", price_eur_kwh=-5, temperature=15, humidity=40)
    dear = await ask(home, "predict_energy_score", price_eur_kwh=5, temperature=15, humidity=40)
    assert cheap["score"] > dear["score"]
    with pytest.raises(ServiceValidationError) as caught:
        await ask(home, "predict_production", **WHAT_IF, time="2026-09-05 12:00:00")
    assert caught.value.translation_key == "not_in_outlook"
