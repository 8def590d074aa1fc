"""What can go wrong with the store."""


class StoreError(Exception):
    """The store could not be read or written now: a full disk, a lost folder."""


class NewerSchemaError(StoreError):
    """A newer release of the integration has written the store."""

    def __init__(self, version: int) -> None:
        """Remember the version."""
        super().__init__(f"the store has version {version}, which a newer release wrote")
        self.version = version
