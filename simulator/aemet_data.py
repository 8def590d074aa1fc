"""What AEMET's products have in common: that there may be nothing to tell."""


class NoDataError(Exception):
    """There are no data, for the reason that AEMET gives."""

    def __init__(self, reason: str = "No hay datos que satisfagan esos criterios") -> None:
        """Remember the reason."""
        super().__init__(reason)
