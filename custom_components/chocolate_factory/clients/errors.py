"""What can go wrong with a source, by what the caller can do about it."""


class SourceError(Exception):
    """A source could not be read; ask again later."""

    def __init__(self, *args: object, retry_after: float | None = None) -> None:
        """Remember how many seconds the source asks to be left alone."""
        super().__init__(*args)
        self.retry_after = retry_after


class RefusedError(SourceError):
    """A source turns us away, for asking too much or by its firewall; stay away for long."""


class AuthenticationError(SourceError):
    """A source says that the key is wrong or dead; only the user can put that right."""


class YoungKeyError(SourceError):
    """A source says that the key is wrong, but the key may be too young to work yet."""


class PlanError(SourceError):
    """The key is good, but not for this product."""


class HeldBackError(SourceError):
    """We did not ask, because the source wants to be left alone or its budget is spent."""


class NoDataError(SourceError):
    """The source works, but does not have this."""


class NotPublishedError(NoDataError):
    """The source works, but does not have this yet."""
