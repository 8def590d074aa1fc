"""Why a server refuses points: in its own words, which may quote them, and in words for anybody."""

from typing import Final

from .errors import SourceError

# In the words of one version or another; the first that fits says most.
_KINDS: Final = (
    "field type conflict",
    "column type",
    "unable to parse",
    "limit exceeded",
    "partial write",
)


class RejectedError(SourceError):
    """The server refuses what some of the points say; others may be written."""

    def __init__(self, status: int, said: str) -> None:
        """Keep what was said for whom the points belong to; the error itself gives nothing away."""
        code = f"HTTP status {status}"
        known = kind(said)
        super().__init__(f"{known} ({code})" if known else code)
        self.reason = said or code
        """May quote points, and so names."""


def kind(reason: str) -> str | None:
    """Return of which kind a reason is, if that is known, without the names that it may quote."""
    return next((known for known in _KINDS if known in reason.lower()), None)
