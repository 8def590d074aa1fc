"""Actions about what is ahead: the outlook, what if, and the models behind both."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
import probatio

from .calls import FACTORY, factory, instant, invalid
from .const import DOMAIN
from .factory.outlook import HORIZON, Reason, WhatIf
from .factory.weather import PLAUSIBLE, Measure
from .learning.trainers import TrainerChoice
from .model_json import status_json
from .model_status import ModelStatus
from .outlook_json import by_recommendation, outlook_json, reason_key

ATTR_FORCE: Final = "force"
ATTR_TRAINER: Final = "trainer"
ATTR_HOURS: Final = "hours"
ATTR_PRICE: Final = "price_eur_kwh"
ATTR_TEMPERATURE: Final = "temperature"
ATTR_HUMIDITY: Final = "humidity"
ATTR_PRESSURE: Final = "pressure"
ATTR_TIME: Final = "time"

_HOUR: Final = timedelta(hours=1)
_SENTENCES: Final = f"component.{DOMAIN}.common.reason_"


def _between(lowest: float, highest: float) -> probatio.All[Any]:
    return probatio.All(probatio.Coerce(float), probatio.Range(min=lowest, max=highest))


_GET_MODEL_STATUS: Final = probatio.Schema(FACTORY)
_TRAIN_MODELS: Final = probatio.Schema(
    {
        **FACTORY,
        probatio.Optional(ATTR_FORCE, default=False): cv.boolean,
        probatio.Optional(ATTR_TRAINER): probatio.Coerce(TrainerChoice),
    }
)
_WHAT_IF: Final = probatio.Schema(
    {
        **FACTORY,
        # Far beyond any bill, yet near enough to catch most prices in €/MWh.
        probatio.Required(ATTR_PRICE): _between(-5, 5),
        probatio.Required(ATTR_TEMPERATURE): _between(*PLAUSIBLE[Measure.TEMPERATURE]),
        probatio.Required(ATTR_HUMIDITY): _between(*PLAUSIBLE[Measure.HUMIDITY]),
        probatio.Optional(ATTR_PRESSURE): _between(*PLAUSIBLE[Measure.PRESSURE]),
        probatio.Optional(ATTR_TIME): cv.datetime,
    }
)
_GET_OUTLOOK: Final = probatio.Schema(
    {**FACTORY, probatio.Optional(ATTR_HOURS, default=24): _between(1, HORIZON / _HOUR)}
)


@callback
def async_setup_outlook_services(hass: HomeAssistant) -> None:
    """Register the actions; those that change something are for admins."""
    for name, handler, schema in (
        ("get_outlook", _async_get_outlook, _GET_OUTLOOK),
        ("predict_energy_score", _async_predict_energy_score, _WHAT_IF),
        ("predict_production", _async_predict_production, _WHAT_IF),
        ("get_model_status", _async_get_model_status, _GET_MODEL_STATUS),
    ):
        hass.services.async_register(DOMAIN, name, handler, schema, SupportsResponse.ONLY)
    service.async_register_admin_service(
        hass, DOMAIN, "train_models", _async_train_models, _TRAIN_MODELS, SupportsResponse.OPTIONAL
    )


async def _async_get_outlook(call: ServiceCall) -> ServiceResponse:
    """Answer what is ahead, slot by slot and day by day."""
    outlook = factory(call).outlook.data
    if outlook is None:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_outlook")
    # A week of quarters of an hour is more than the event loop may be held up for.
    answer = await call.hass.async_add_executor_job(
        outlook_json, outlook, dt_util.utcnow(), call.data[ATTR_HOURS] * _HOUR
    )
    return {**answer, "sentences": {**_sentences(call.hass)}}


async def _async_predict_energy_score(call: ServiceCall) -> ServiceResponse:
    """Answer how good an hour would be at another price and in other air."""
    what_if = await _async_what_if(call)
    return {
        "score": round(what_if.score, 1),
        "engine": str(what_if.score_engine),
        "reasons": _reasons(call.hass, what_if.reasons),
    }


async def _async_predict_production(call: ServiceCall) -> ServiceResponse:
    """Answer what would be recommended at another price and in other air."""
    what_if = await _async_what_if(call)
    return {
        "recommendation": str(what_if.recommendation),
        "confidence": round(what_if.probabilities[what_if.recommendation.position], 3),
        "probabilities": by_recommendation(what_if.probabilities, 3),
        "engine": str(what_if.engine),
        "score": round(what_if.score, 1),
        "score_engine": str(what_if.score_engine),
        "reasons": _reasons(call.hass, what_if.reasons),
    }


async def _async_get_model_status(call: ServiceCall) -> ServiceResponse:
    """Answer who recommends, and how well the models do."""
    return _told(factory(call).models.status)


async def _async_train_models(call: ServiceCall) -> ServiceResponse:
    """Train the models now, and answer how it went."""
    models = factory(call).models
    return _told(
        await models.async_train(force=call.data[ATTR_FORCE], trainer=call.data.get(ATTR_TRAINER))
    )


async def _async_what_if(call: ServiceCall) -> WhatIf:
    """Return what would be said, or refuse a time of which nothing can be."""
    try:
        return await factory(call).outlook.async_what_if(
            price=call.data[ATTR_PRICE],
            temperature=call.data[ATTR_TEMPERATURE],
            humidity=call.data[ATTR_HUMIDITY],
            pressure=call.data.get(ATTR_PRESSURE),
            at=instant(call, ATTR_TIME) or dt_util.utcnow(),
        )
    except ValueError as error:
        raise invalid("not_in_outlook") from error


def _reasons(hass: HomeAssistant, reasons: Sequence[Reason]) -> list[JsonValueType]:
    """Return reasons with their effects, and what they say in the language of the house."""
    sentences = _sentences(hass)
    return [
        {"key": key, "effect": round(reason.effect, 1), "text": sentences.get(key, key)}
        for reason in reasons
        for key in (reason_key(reason),)
    ]


def _sentences(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the sentences of all reasons by key, in the language of the house."""
    return {
        path.removeprefix(_SENTENCES): text
        # English is there even when the language was changed a moment ago.
        for language in ("en", hass.config.language)
        for path, text in async_get_cached_translations(hass, language, "common", DOMAIN).items()
        if path.startswith(_SENTENCES)
    }


def _told(status: ModelStatus) -> JsonObjectType:
    evaluation = dict(status.evaluation) if status.evaluation else None
    return {**status_json(status), "evaluation": evaluation}
