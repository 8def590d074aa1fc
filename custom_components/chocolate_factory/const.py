"""What several of Home Assistant's rooms have to agree upon."""

from typing import Final

from homeassistant.const import CURRENCY_EURO, Platform, UnitOfEnergy

DOMAIN: Final = "chocolate_factory"
PLATFORMS: Final = (Platform.BINARY_SENSOR, Platform.SENSOR)

EUR_PER_KWH: Final = f"{CURRENCY_EURO}/{UnitOfEnergy.KILO_WATT_HOUR}"

# The configuration entry.
CONF_CONTRACT: Final = "contract"
CONF_ACCESS_TARIFF: Final = "access_tariff"
CONF_LOSSES: Final = "losses"
CONF_MARGIN: Final = "margin"

# Its options.
CONF_INCLUDE_ELECTRICITY_TAX: Final = "include_electricity_tax"
CONF_ELECTRICITY_TAX: Final = "electricity_tax"
CONF_INCLUDE_VAT: Final = "include_vat"
CONF_VAT: Final = "vat"
