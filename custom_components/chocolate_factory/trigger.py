"""Triggers: the recommendation became another, the tariff period changed."""

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, State, callback
from homeassistant.helpers.target import (
    TargetStateChangedData,
    async_track_target_selector_state_change_event,
)
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR,
    EntityTriggerBase,
    NotTriggeredReasonReporter,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
import probatio

from .factory.recommendation import Recommendation
from .factory.tariff import Period
from .targets import SENSORS, sensors


def _schema(option: str, values: type[StrEnum]) -> probatio.Schema:
    """Return what may be configured: who, how many of them, how long, and which values."""
    return ENTITY_STATE_TRIGGER_SCHEMA_WITH_BEHAVIOR.extend(
        {
            probatio.Required(CONF_OPTIONS, default={}): {
                probatio.Optional(option, default=list(values)): probatio.All(
                    probatio.EnsureList(), probatio.Length(min=1), [probatio.Coerce(values)]
                ),
            },
        }
    )


class BecameTrigger(EntityTriggerBase):
    """A sensor of a factory says something else than it last said."""

    _domain_specs = SENSORS
    # Whether it really changed while nobody could see it, we tell by what we remember.
    _excluded_from_states: ClassVar[frozenset[str]] = frozenset()
    _key: ClassVar[str]
    _option: ClassVar[str]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Wait for the configured values."""
        super().__init__(hass, config)
        self._values = frozenset(self._options[self._option])
        self._said: dict[str, str] = {}

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return those entities that say what we wait for."""
        return sensors(self._hass, self._key, entities)

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        """Tell whether this is what we wait for."""
        return state.state in self._values

    @override
    def is_valid_transition(self, from_state: State, to_state: State) -> bool:
        """Tell whether it said something else before, and before it said nothing for a while."""
        before: str | None = from_state.state
        if before in self._excluded_states:
            before = self._said.get(to_state.entity_id)
        return before not in {None, to_state.state}

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Remember what is said, and run the action when it changes."""
        forget = await async_track_target_selector_state_change_event(
            self._hass, self._target, self._remember, self.entity_filter
        )
        detach = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def remove() -> None:
            detach()
            forget()

        return remove

    @callback
    def _remember(self, change: TargetStateChangedData) -> None:
        """Keep what was said, if it was said for as long as we wait."""
        old = change.state_change_event.data["old_state"]
        new = change.state_change_event.data["new_state"]
        if old is None or new is None or old.state in {*self._excluded_states, new.state}:
            return
        if new.last_changed - old.last_changed >= (self._duration or timedelta()):
            self._said[old.entity_id] = old.state


class RecommendationBecame(BecameTrigger):
    """The recommendation for now became another."""

    _key = "production_recommendation"
    _option = "recommendation"
    _schema = _schema(_option, Recommendation)


class TariffPeriodChanged(BecameTrigger):
    """Another tariff period began."""

    _key = "tariff_period"
    _option = "period"
    _schema = _schema(_option, Period)


TRIGGERS: dict[str, type[Trigger]] = {
    "recommendation_became": RecommendationBecame,
    "tariff_period_changed": TariffPeriodChanged,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return our triggers."""
    return TRIGGERS
