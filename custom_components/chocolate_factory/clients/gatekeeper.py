"""The one place that knows how often a host may be asked, and when to leave it alone."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
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

# Requests in any hour. A first start asks for nine days; a bad day for one a tick and series.
BUDGETS: Final[Mapping[str, int]] = {
    "apidatos.ree.es": 60,
    "api.esios.ree.es": 60,
    "www.omie.es": 60,
}


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
    budgets: Mapping[str, int] = field(default_factory=lambda: BUDGETS)
    states: dict[str, HostState] = field(default_factory=dict, init=False)
    _requests: dict[str, deque[datetime]] = field(default_factory=dict, init=False)

    async def load(self) -> None:
        """Remember what was before the restart."""
        states, requests = await self.ledger.load_hosts(self.clock() - BUDGET_WINDOW)
        self.states = dict(states)
        self._requests = {host: deque(times) for host, times in requests.items()}

    async def admit(self, host: str, *, insist: bool = False) -> None:
        """Count a request that is about to be sent, or raise HeldBackError.

        Insisting overrules the pause after a failure, but neither a refusal nor the budget.
        """
        now = self.clock()
        state = self.state(host)
        if (
            state.retry_at
            # A pause that ends later than any can is from before the clock was put back.
            and now < state.retry_at <= now + LONGEST_PAUSE
            and not (insist and not state.refusals)
        ):
            wait = (state.retry_at - now).total_seconds()
            raise HeldBackError(f"{host} is left alone after a failure", retry_after=wait)
        asked = self._requests.setdefault(host, deque())
        # Times of the future are from before the clock was put back: they would never leave.
        while asked and not now - BUDGET_WINDOW < asked[0] <= now:
            asked.popleft()
        if len(asked) >= self.budgets[host]:
            wait = (asked[0] + BUDGET_WINDOW - now).total_seconds()
            raise HeldBackError(f"the budget of {host} is spent", retry_after=wait)
        asked.append(now)
        # Written before the request is sent, so that not even a crash lets us ask too often.
        await self.ledger.save_request(host, now)

    async def succeeded(self, host: str) -> None:
        """Forget what went wrong before."""
        if self.state(host).failures:
            _LOGGER.info("%s answers again", host)
        await self._remember(host, HostState())

    async def failed(self, host: str, error: SourceError) -> None:
        """Leave a host alone for a while, the longer the more often it failed."""
        state = self.state(host)
        if not state.failures:
            _LOGGER.info("%s cannot be read: %s", host, error)
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

    async def _remember(self, host: str, state: HostState) -> None:
        if state != self.state(host):
            self.states[host] = state
            await self.ledger.save_host(host, state)
