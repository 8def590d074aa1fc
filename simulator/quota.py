"""How often a service lets itself be asked."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from simulator.clock import Clock


@dataclass
class Quota:
    """A number of requests in each minute of the clock, counted by who asks for what."""

    clock: Clock
    minute: datetime | None = field(default=None, init=False)
    used: Counter[tuple[str, str]] = field(default_factory=Counter, init=False)

    def remaining(self, who: str, what: str, limit: int) -> int:
        """Count a request; return how many more there may be, negative when it is too many."""
        minute = self.clock.now().replace(second=0, microsecond=0)
        if minute != self.minute:
            self.minute = minute
            self.used.clear()
        self.used[who, what] += 1
        return limit - self.used[who, what]
