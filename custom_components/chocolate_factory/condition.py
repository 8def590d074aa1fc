"""A condition: the recommendation for now is one of these."""

from typing import override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import (
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityStateConditionBase,
)
import probatio

from .factory.recommendation import Recommendation
from .targets import SENSORS, sensors

_RECOMMENDATION = "recommendation"
_SCHEMA = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
    {
        probatio.Required(CONF_OPTIONS): {
            probatio.Required(_RECOMMENDATION): probatio.All(
                probatio.EnsureList(), probatio.Length(min=1), [probatio.Coerce(Recommendation)]
            ),
        },
    }
)


class RecommendationIs(EntityStateConditionBase):
    """The recommendation for now is one of these."""

    _domain_specs = SENSORS
    _schema = _SCHEMA

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Look for the configured recommendations."""
        super().__init__(hass, config)
        self._states = set((config.options or {})[_RECOMMENDATION])

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return those entities that are the recommendation of a factory."""
        return sensors(self._hass, "production_recommendation", entities)


CONDITIONS: dict[str, type[Condition]] = {"recommendation_is": RecommendationIs}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return our conditions."""
    return CONDITIONS
