"""What several of Home Assistant's rooms have to agree upon."""

from typing import Final

from homeassistant.const import CURRENCY_EURO, Platform, UnitOfEnergy

DOMAIN: Final = "chocolate_factory"
PLATFORMS: Final = (
    Platform.BINARY_SENSOR,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.WEATHER,
)

EUR_PER_KWH: Final = f"{CURRENCY_EURO}/{UnitOfEnergy.KILO_WATT_HOUR}"

# The configuration entry.
CONF_CONTRACT: Final = "contract"
CONF_ACCESS_TARIFF: Final = "access_tariff"
CONF_LOSSES: Final = "losses"
CONF_MARGIN: Final = "margin"

CONF_AEMET_KEY: Final = "aemet_key"
CONF_AEMET_SECOND_KEY: Final = "aemet_second_key"
CONF_STATION: Final = "station"
CONF_CLIMATE_STATION: Final = "climate_station"
CONF_MUNICIPALITY: Final = "municipality"
CONF_OPENWEATHERMAP_KEY: Final = "openweathermap_key"
CONF_OPENWEATHERMAP_KEY_SINCE: Final = "openweathermap_key_since"
CONF_OPEN_METEO: Final = "open_meteo"
CONF_OPEN_METEO_KEY: Final = "open_meteo_key"

# Its options.
CONF_AEMET_FROM: Final = "aemet_from"
CONF_AEMET_UNTIL: Final = "aemet_until"
CONF_ROOM_TEMPERATURE: Final = "room_temperature"
CONF_ROOM_HUMIDITY: Final = "room_humidity"
CONF_ROOM_PRESSURE: Final = "room_pressure"
CONF_COMFORT: Final = "comfort"
CONF_NOTIFY: Final = "notify"
CONF_INFLUXDB: Final = "influxdb"
CONF_API: Final = "api"
CONF_ORGANIZATION: Final = "organization"
CONF_DATABASE: Final = "database"
CONF_RETENTION_POLICY: Final = "retention_policy"
CONF_SITE: Final = "site"
CONF_VERIFY_TLS: Final = "verify_tls"
CONF_CA_FILE: Final = "ca_file"
CONF_TRAINER: Final = "trainer"
CONF_PRICE_DRIVERS: Final = "price_drivers"
CONF_STATISTICS: Final = "statistics"
CONF_INCLUDE_ELECTRICITY_TAX: Final = "include_electricity_tax"
CONF_ELECTRICITY_TAX: Final = "electricity_tax"
CONF_INCLUDE_VAT: Final = "include_vat"
CONF_VAT: Final = "vat"
