"""The weather that drives the Spanish price: wind, sun and warmth where they count most."""

from dataclasses import dataclass
from typing import Final

from .weather import Measure, Place


@dataclass(frozen=True, slots=True)
class Region:
    """A part of Spain, told by one place in it, and what of its weather moves the price."""

    name: str
    place: Place
    measures: tuple[Measure, ...]

    def driver(self, measure: Measure) -> str:
        """Return the name of one of its measures among the drivers."""
        return f"{measure}_{self.name}"


# Wind where most of the turbines are, each under winds of its own; sun where most of the panels
# are; warmth where most of the people are, on the plateau and by both seas.
REGIONS: Final = (
    # The first of Atlantic fronts.
    Region("galicia", Place(43.2, -7.6), (Measure.WIND_SPEED,)),
    # As much wind power as anywhere.
    Region("castile_and_leon", Place(42.2, -3.9), (Measure.WIND_SPEED,)),
    # The Ebro valley and its north-west wind.
    Region("aragon", Place(41.6, -1.1), (Measure.WIND_SPEED, Measure.RADIATION)),
    Region("la_mancha", Place(39.0, -2.2), (Measure.WIND_SPEED, Measure.RADIATION)),
    # As much solar power as anywhere.
    Region("extremadura", Place(38.9, -6.3), (Measure.RADIATION,)),
    # The lower Guadalquivir, with the winds of the Strait, panels and heat.
    Region(
        "andalusia",
        Place(36.9, -5.9),
        (Measure.WIND_SPEED, Measure.RADIATION, Measure.TEMPERATURE),
    ),
    Region("madrid", Place(40.4, -3.7), (Measure.TEMPERATURE,)),
    Region("catalonia", Place(41.4, 2.1), (Measure.TEMPERATURE,)),
)
ASKED: Final = (Measure.WIND_SPEED, Measure.RADIATION, Measure.TEMPERATURE)
"""What is asked of all regions: one answer has the same measures for every place."""

DRIVERS: Final = tuple(region.driver(measure) for region in REGIONS for measure in region.measures)
"""The names of all drivers, like wind_speed_galicia: m/s at 10 m, W/m² or °C."""
