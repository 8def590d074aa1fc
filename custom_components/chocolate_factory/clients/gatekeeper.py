"""The one place that knows how often a host may be asked, and when to leave it alone."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
import logging
import random
from typing import Final, Protocol

from .errors import HeldBackError, RefusedError, SourceError

_LOGGER = logging.getLogger(__name__)

# A host that fails is asked again at the next tick at the latest, so recovery is quick ...
TICK: Final = timedelta(minutes=5)
# ... unless it turned us away: REE has banned clients that went on asking.
FIRST_REFUSAL: Final = timedelta(minutes=15)
LONGEST_REFUSAL: Final = timedelta(hours=6)
# However long a host asks to be left alone.
LONGEST_PAUSE: Final = timedelta(days=1)
BUDGET_WINDOW: Final = timedelta(hours=1)

# Requests in any hour to any host: a first start asks for nine days of prices, a bad day for one a
# tick and series, and every product of AEMET takes two.
BUDGET: Final = 60
# What has no hurry comes on top of that, in any minute: AEMET bears about a dozen in all.
PACE: Final = 6
PACE_WINDOW: Final = timedelta(minutes=1)


def whose(host: str, owner: str) -> str:
    """Return the name of a host that treats each of its users in another way."""
    return f"{host}/{owner}"


def shown(host: str) -> str:
    """Return the name of a host as people know it."""
    return host.partition("/")[0]


class Urgency(Enum):
    """How much it matters that a request is sent now."""

    BACKGROUND = auto()
    """History that is filled up at leisure, at a pace of its own, so that nothing else waits."""
    USUAL = auto()
    INSISTENT = auto()
    """Overrules the pause after a failure, but neither a refusal nor the budget."""


@dataclass(frozen=True, kw_only=True)
class HostState:
    """How a host has treated us lately."""

    failures: int = 0
    """Failures since it last answered."""
    refusals: int = 0
    """Refusals since it last answered."""
    retry_at: datetime | None = None
    """When it may be asked again."""


class HostLedger(Protocol):
    """Where the gatekeeper's memory outlives a restart."""

    async def load_hosts(
        self, since: datetime
    ) -> tuple[Mapping[str, HostState], Mapping[str, list[datetime]]]:
        """Return the states of all hosts, and when each was asked since an instant."""

    async def save_host(self, host: str, state: HostState) -> None:
        """Keep the state of a host."""

    async def save_request(self, host: str, at: datetime) -> None:
        """Keep that a host was asked."""


@dataclass(kw_only=True)
class Gatekeeper:
    """Lets requests through as long as the host's budget and mood allow."""

    ledger: HostLedger
    clock: Callable[[], datetime]
    budgets: Mapping[str, int] = field(default_factory=dict)
    """Hosts that bear more or less than others."""
    states: dict[str, HostState] = field(default_factory=dict, init=False)
    _requests: dict[str, deque[datetime]] = field(default_factory=dict, init=False)
    _background: dict[str, deque[datetime]] = field(default_factory=dict, init=False)

    async def load(self) -> None:
        """Remember what was before the restart."""
        states, requests = await self.ledger.load_hosts(self.clock() - BUDGET_WINDOW)
        self.states = dict(states)
        self._requests = {host: deque(times) for host, times in requests.items()}

    async def admit(self, host: str, urgency: Urgency = Urgency.USUAL) -> None:
        """Count a request that is about to be sent, or raise HeldBackError."""
        now = self.clock()
        wait = self.pause(host)
        if wait and not (urgency is Urgency.INSISTENT and not self.state(host).refusals):
            raise HeldBackError(f"{host} is left alone after a failure", retry_after=wait)
        if urgency is Urgency.BACKGROUND:
            # Forgotten in a minute, and so not worth a place in the ledger.
            self._count(self._background, host, now, PACE, PACE_WINDOW)
            return
        self._count(self._requests, host, now, self.budgets.get(host, BUDGET), BUDGET_WINDOW)
        # Written before the request is sent, so that not even a crash lets us ask too often.
        await self.ledger.save_request(host, now)

    def pause(self, host: str) -> float | None:
        """Return for how many seconds a host is left alone after a failure, if it is."""
        now, retry_at = self.clock(), self.state(host).retry_at
        # A pause that ends later than any can is from before the clock was put back.
        if retry_at and now < retry_at <= now + LONGEST_PAUSE:
            return (retry_at - now).total_seconds()
        return None

    @staticmethod
    def _count(
        requests: dict[str, deque[datetime]],
        host: str,
        now: datetime,
        budget: int,
        window: timedelta,
    ) -> None:
        """Count a request unless as many as the budget has were sent within the window."""
        asked = requests.setdefault(host, deque())
        # Times of the future are from before the clock was put back: they would never leave.
        while asked and not now - window < asked[0] <= now:
            asked.popleft()
        if len(asked) >= budget:
            wait = (asked[0] + window - now).total_seconds()
            raise HeldBackError(f"the budget of {host} is spent", retry_after=wait)
        asked.append(now)

    async def succeeded(self, host: str) -> None:
        """Forget what went wrong before."""
        if self.state(host).failures:
            _LOGGER.info("%s answers again", shown(host))
        await self._remember(host, HostState())

    async def failed(self, host: str, error: SourceError) -> None:
        """Leave a host alone for a while, the longer the more often it failed."""
        state = self.state(host)
        if not state.failures:
            _LOGGER.info("%s cannot be read: %s", shown(host), error)
        if isinstance(error, RefusedError):
            state = replace(state, refusals=state.refusals + 1, failures=state.failures + 1)
            pause = min(FIRST_REFUSAL * 2 ** min(state.refusals - 1, 16), LONGEST_REFUSAL)
        else:
            state = replace(state, failures=state.failures + 1)
            pause = min(TICK / 2 ** max(4 - state.failures, 0), TICK)
        # Jitter only shortens the pause: a tick that comes just in time must not be missed.
        pause *= random.uniform(0.8, 0.95)  # noqa: S311 - no secret
        if error.retry_after is not None:
            wanted = min(error.retry_after, LONGEST_PAUSE.total_seconds())
            pause = max(pause, timedelta(seconds=wanted))
        await self._remember(host, replace(state, retry_at=self.clock() + pause))

    def state(self, host: str) -> HostState:
        """Return how a host has treated us lately."""
        return self.states.get(host, HostState())

    @property
    def hosts(self) -> Mapping[str, HostState]:
        """Return how all hosts are that were asked lately, or have ever failed."""
        names = self._requests.keys() | self._background.keys() | self.states.keys()
        return {host: self.state(host) for host in names}

    async def _remember(self, host: str, state: HostState) -> None:
        if state != self.state(host):
            self.states[host] = state
            await self.ledger.save_host(host, state)
