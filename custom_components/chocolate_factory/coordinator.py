"""What lives as long as a factory is loaded."""

from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntry

from .credentials import Credentials
from .dashboard import Dashboard
from .data_coordinator import DataCoordinator
from .health_coordinator import HealthCoordinator
from .influx_coordinator import InfluxCoordinator
from .models import Models
from .outlook_coordinator import OutlookCoordinator
from .price_coordinator import PriceCoordinator
from .shared import Shared
from .weather_coordinator import WeatherCoordinator


@dataclass(frozen=True, kw_only=True)
class FactoryData:
    """Everything that lives as long as the config entry is loaded."""

    shared: Shared
    prices: PriceCoordinator
    weather: WeatherCoordinator
    data: DataCoordinator
    health: HealthCoordinator
    credentials: Credentials
    models: Models
    outlook: OutlookCoordinator
    influx: InfluxCoordinator | None
    """None where the user has no InfluxDB."""
    dashboard: Dashboard


type FactoryConfigEntry = ConfigEntry[FactoryData]
