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

    @property
    def is_estimated(self) -> bool:
        """Tell whether a value from here waits to be replaced by a real one."""
        return self is Source.ESTIMATE
