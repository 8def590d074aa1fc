"""What AEMET's stations have observed in the last hours."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from ..factory.series import Source
from ..factory.stations import Station
from ..factory.weather import Measure, Place, WeatherHours
from .aemet_values import at_sea_level, filled, known, number, plausible, readable
from .errors import NoDataError

_NAMES: Final = {
    Measure.TEMPERATURE: "ta",
    Measure.HUMIDITY: "hr",
    Measure.PRESSURE: "pres_nmar",
    Measure.WIND_SPEED: "vv",
    Measure.WIND_BEARING: "dv",
    Measure.PRECIPITATION: "prec",
}


def parse_observations(records: Iterable[Any], *, station: str) -> WeatherHours:
    """Return what a station has observed; NoDataError when that is nothing."""

    def read(record: Mapping[str, Any]) -> tuple[datetime, dict[Measure, float]]:
        if record["idema"].strip() != station:
            raise ValueError("another station")
        return _instant(record["fint"]), _measured(record)

    hours: dict[datetime, dict[Measure, float]] = {}
    for at, measured in readable(records, read):
        hours.setdefault(at, {}).update(measured)
    if not any(hours.values()):
        raise NoDataError(f"station {station} has observed nothing")
    return WeatherHours.checked(Source.AEMET, hours)


def parse_observing_stations(records: Iterable[Any]) -> tuple[Station, ...]:
    """Return the stations that have observed anything lately, with what they measure."""
    stations: dict[str, Station] = {}
    for one in readable(records, _station):
        before = stations.setdefault(one.code, one)
        if not one.measures <= before.measures:
            stations[one.code] = replace(before, measures=one.measures | before.measures)
    return tuple(stations.values())


def _station(record: Mapping[str, Any]) -> Station:
    return Station(
        code=filled(record["idema"]),
        name=filled(record["ubi"]),
        place=Place(known(record["lat"]), known(record["lon"])),
        height=known(record["alt"]),
        measures=frozenset(
            measure
            for measure, value in _measured(record).items()
            if plausible(measure, value) is not None
        ),
    )


def _measured(record: Mapping[str, Any]) -> dict[Measure, float]:
    """Return what a record says; nothing but where it is from is sure to be there."""
    values = {measure: number(record.get(name)) for measure, name in _NAMES.items()}
    if values[Measure.PRESSURE] is None:
        values[Measure.PRESSURE] = at_sea_level(
            number(record.get("pres")), number(record.get("alt")), values[Measure.TEMPERATURE]
        )
    return {measure: value for measure, value in values.items() if value is not None}


def _instant(text: str) -> datetime:
    """Return an instant, in UTC with or without saying so."""
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
