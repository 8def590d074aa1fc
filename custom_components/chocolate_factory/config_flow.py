"""Set-up of a factory: under which contract it buys electricity, and then its weather."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.const import CONF_NAME, CONF_ZONE, UnitOfRatio
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio

from .const import (
    CONF_ACCESS_TARIFF,
    CONF_CONTRACT,
    CONF_LOSSES,
    CONF_MARGIN,
    DOMAIN,
    EUR_PER_KWH,
)
from .contracts import ContractKind, contract_from
from .factory.tariff import AccessTariff, Zone
from .history.errors import StoreError
from .options_flow import FactoryOptionsFlow
from .reauth_flow import ReauthFlow
from .shared import async_get_shared
from .weather_flow import WeatherFlow

CONF_SKIP_CHECK: Final = "skip_check"


def _select(options: list[str], key: str) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(options=options, translation_key=key, mode=SelectSelectorMode.DROPDOWN)
    )


# €/kWh: far beyond any bill, yet near enough to catch a price in €/MWh or in cents.
_HIGHEST_PRICE: Final = 5
# Without limits: an empty field would begin at the lowest, and stay there unnoticed.
_PRICE: Final = NumberSelector(
    NumberSelectorConfig(step="any", mode=NumberSelectorMode.BOX, unit_of_measurement=EUR_PER_KWH)
)
_PERCENT: Final = NumberSelector(
    NumberSelectorConfig(
        min=0,
        max=100,
        step="any",
        mode=NumberSelectorMode.BOX,
        unit_of_measurement=UnitOfRatio.PERCENTAGE,
    )
)

_FACTORY_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_NAME): TextSelector(),
        probatio.Required(CONF_ZONE, default=Zone.PENINSULA): _select(list(Zone), CONF_ZONE),
        probatio.Required(CONF_ACCESS_TARIFF, default=AccessTariff.T2_0TD): _select(
            list(AccessTariff), CONF_ACCESS_TARIFF
        ),
        probatio.Required(CONF_CONTRACT, default=ContractKind.PVPC): _select(
            list(ContractKind), CONF_CONTRACT
        ),
    }
)
_SKIP_CHECK: Final = {probatio.Optional(CONF_SKIP_CHECK, default=False): BooleanSelector()}


class ChocolateFactoryConfigFlow(WeatherFlow, ReauthFlow, domain=DOMAIN):
    """Ask for the factory, for the prices of its contract if it has any, then for its weather."""

    VERSION = 1

    def __init__(self) -> None:
        """Begin with nothing answered."""
        self._answers: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> FactoryOptionsFlow:
        """Return the flow for the options."""
        return FactoryOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Set up a factory."""
        name = "Chocolate Factory"
        suggested = {} if self._is_taken(name) else {CONF_NAME: name}
        return await self._async_ask_factory("user", user_input, suggested)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change a factory."""
        entry = self._get_reconfigure_entry()
        # It may have been renamed since.
        return await self._async_ask_factory(
            "reconfigure", user_input, entry.data | {CONF_NAME: entry.title}
        )

    async def async_step_indexed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what an indexed contract adds to the spot price."""
        schema = {
            **self._per_period(),
            probatio.Required(CONF_LOSSES, default=0): _PERCENT,
            probatio.Required(CONF_MARGIN, default=0): _PRICE,
        }
        return await self._async_ask_prices("indexed", schema, user_input)

    async def async_step_fixed(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the prices of a fixed contract."""
        return await self._async_ask_prices("fixed", self._per_period(), user_input)

    async def _async_ask_factory(
        self, step_id: str, user_input: dict[str, Any] | None, before: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Ask until the answers fit together."""
        errors: dict[str, str] = {}
        if user_input is not None:
            name = user_input[CONF_NAME] = user_input[CONF_NAME].strip()
            kind = ContractKind(user_input[CONF_CONTRACT])
            if not name:
                errors[CONF_NAME] = "no_name"
            elif name != before.get(CONF_NAME) and self._is_taken(name):
                errors[CONF_NAME] = "name_taken"
            elif kind is ContractKind.PVPC and (
                user_input[CONF_ACCESS_TARIFF] != AccessTariff.T2_0TD
            ):
                errors[CONF_CONTRACT] = "pvpc_needs_2_0td"
            else:
                skip_check = user_input.pop(CONF_SKIP_CHECK, False)
                self._answers = user_input
                match kind:
                    case ContractKind.INDEXED:
                        return await self.async_step_indexed()
                    case ContractKind.FIXED:
                        return await self.async_step_fixed()
                if skip_check or await self._async_has_price():
                    return await self._async_go_on()
                errors["base"] = "no_price"
        return self._form(step_id, _FACTORY_SCHEMA.schema, errors, user_input or before)

    async def _async_ask_prices(
        self, step_id: str, schema: dict[Any, Any], user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask for the contract's own prices."""
        errors: dict[str, str] = {}
        if user_input is not None:
            skip_check = user_input.pop(CONF_SKIP_CHECK, False)
            errors = self._doubts(user_input)
            if not errors:
                self._answers |= user_input
                if skip_check or await self._async_has_price():
                    return await self._async_go_on()
                errors["base"] = "no_price"
        before: Mapping[str, Any] = {}
        if self.source == SOURCE_RECONFIGURE:
            entry = self._get_reconfigure_entry()
            # The prices of a fixed contract are no tolls, and the other way round.
            if entry.data[CONF_CONTRACT] == self._answers[CONF_CONTRACT]:
                before = entry.data
        return self._form(step_id, schema, errors, user_input or before)

    def _form(
        self,
        step_id: str,
        schema: Mapping[Any, Any],
        errors: dict[str, str],
        values: Mapping[str, Any],
    ) -> ConfigFlowResult:
        """Show a form; when no source answered it offers to go on without."""
        offered = {**schema, **(_SKIP_CHECK if errors.get("base") == "no_price" else {})}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(probatio.Schema(offered), values),
            errors=errors,
        )

    def _per_period(self) -> dict[Any, Any]:
        """Return a price field for every period of the tariff.

        They are optional for the form, which would fill in required ones by itself.
        """
        return {probatio.Optional(period): _PRICE for period in self._periods()}

    def _periods(self) -> list[str]:
        return [period.value for period in AccessTariff(self._answers[CONF_ACCESS_TARIFF]).periods]

    def _doubts(self, prices: Mapping[str, Any]) -> dict[str, str]:
        """Return what cannot be right about the prices, by field."""
        errors = {
            name: "not_eur_per_kwh"
            for name in (*self._periods(), CONF_MARGIN)
            if abs(prices.get(name, 0)) > _HIGHEST_PRICE
        }
        return errors | {name: "no_value" for name in self._periods() if name not in prices}

    def _is_taken(self, name: str) -> bool:
        return any(
            entry.title.casefold() == name.casefold() for entry in self._async_current_entries()
        )

    async def _async_has_price(self) -> bool:
        """Fetch today's prices, and tell whether the contract has one for now."""
        contract = contract_from(self._answers, {})
        if contract.market is None:
            return True
        try:
            shared = await async_get_shared(self.hass)
            return await shared.ingest.has_today(contract.market)
        except StoreError:
            return False

    async def _async_go_on(self) -> ConfigFlowResult:
        """Ask about the weather."""
        if self.source == SOURCE_RECONFIGURE:
            return await self._async_ask_weather(self._get_reconfigure_entry().data)
        return await self._async_ask_weather({})

    @override
    def _finish(self, weather: dict[str, Any]) -> ConfigFlowResult:
        """Keep the answers."""
        title = self._answers[CONF_NAME]
        data = self._answers | weather
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_reload_and_abort(
                self._get_reconfigure_entry(), title=title, data=data
            )
        return self.async_create_entry(title=title, data=data)
