"""Why a server refuses points: in its own words, which may quote them, and in words for anybody."""

import re
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
# What 1.x and 2.x say; of points of several weeks they speak of one week only.
_DROPPED: Final = re.compile(r"partial write: field type conflict: .* dropped=(\d+)$")


class RejectedError(SourceError):
    """The server refuses what some of the points say; others may be written."""

    def __init__(self, status: int, said: str) -> None:
        """Keep what was said for whom the points belong to; the error itself gives nothing away."""
        code = f"HTTP status {status}"
        known = kind(said)
        super().__init__(f"{known} ({code})" if known else code)
        self.reason = said or code
        """May quote points, and so names."""
        found = _DROPPED.search(said)
        self.dropped = int(found[1]) if found else 0
        """How many points at least were not written, if the server says so."""


def kind(reason: str) -> str | None:
    """Return of which kind a reason is, if that is known, without the names that it may quote."""
    return next((known for known in _KINDS if known in reason.lower()), None)
