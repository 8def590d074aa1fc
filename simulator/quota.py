"""How often a service lets itself be asked."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
import math

from simulator.clock import Clock


@dataclass
class Quota:
    """A number of requests in each minute of the clock, counted by who asks for what."""

    clock: Clock
    minute: datetime | None = field(default=None, init=False)
    used: defaultdict[tuple[str, str], float] = field(
        default_factory=lambda: defaultdict(float), init=False
    )

    def remaining(self, who: str, what: str, limit: int, weight: float = 1) -> int:
        """Count a request; return how many more there may be, negative when it is too many.

        A request with a weight counts as so many.
        """
        minute = self.clock.now().replace(second=0, microsecond=0)
        if minute != self.minute:
            self.minute = minute
            self.used.clear()
        self.used[who, what] += weight
        return math.floor(limit - self.used[who, what])
