"""The series that the house keeps, and where their values may come from."""

from enum import StrEnum


class Series(StrEnum):
    """A series of values over time; prices are in €/kWh."""

    PVPC = "pvpc"
    """The regulated price on the peninsula, the Balearics and the Canaries, tolls included."""
    PVPC_CEUTA_MELILLA = "pvpc_ceuta_melilla"
    """The regulated price in Ceuta and Melilla, where the tolls keep other hours."""
    SPOT = "spot"
    """The day-ahead price of the wholesale market in Spain, without tolls."""


class Source(StrEnum):
    """Who said so."""

    REDATA = "redata"
    ESIOS = "esios"
    OMIE = "omie"
    ESTIMATE = "estimate"
    """Our own reckoning from the spot price, until the real price arrives."""
    CONTRACT = "contract"
    """The user's own contract, which asks no market."""

    AEMET = "aemet"
    """Observed at a station of the Spanish weather service."""
    OPENWEATHERMAP = "openweathermap"
    OPEN_METEO = "open_meteo"
    """Weather models, of the future and of the last weeks."""
    OPEN_METEO_ARCHIVE = "open_meteo_archive"
    """A reanalysis: what models made of the observations afterwards."""
    AEMET_HOURLY = "aemet_hourly"
    """The weather service's forecast of a municipality by the hour."""
    AEMET_DAILY = "aemet_daily"
    """The same by the day, spread over its hours."""
    AEMET_CLIMATOLOGY = "aemet_climatology"
    """The extremes of a day at a station, spread over its hours."""
    DATOSCLIMA = "datosclima"
    """The same from files that the user has."""

    @property
    def is_estimated(self) -> bool:
        """Tell whether a value from here waits to be replaced by a real one."""
        return self in _ESTIMATED


_ESTIMATED = frozenset({Source.ESTIMATE, Source.AEMET_CLIMATOLOGY, Source.DATOSCLIMA})
PRICE_SOURCES = (Source.REDATA, Source.ESIOS, Source.OMIE, Source.ESTIMATE, Source.CONTRACT)
