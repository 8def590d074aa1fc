"""Is all well with a factory? What is looked at, and what is found."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from pathlib import Path
import shutil
from typing import Final

from .clients.gatekeeper import shown
from .factory.contract_prices import ContractPrices
from .factory.local_weather import LocalWeather
from .shared import Shared

# Prices change at the quarter: a clock this wrong shows the price of another slot.
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
MEGABYTE: Final = 1_000_000
LITTLE_SPACE: Final = 500 * MEGABYTE
NO_SPACE: Final = 100 * MEGABYTE
# A host that fails once or twice, and a job that fails once, are nothing to speak of.
_HOST_FAILURES: Final = 3
_JOB_FAILURES: Final = 2
# Nobody knows how a host is that might have been asked again for so long, and was not.
OLD_NEWS: Final = timedelta(hours=1)


class Severity(IntEnum):
    """How much a finding matters."""

    DEGRADED = 1
    """What is shown is right, but something behind it is not."""
    FAILING = 2
    """What is shown is missing or wrong, or soon will be."""


class Status(StrEnum):
    """How a factory is."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not well."""

    severity: Severity
    key: str
    subject: str | None = None
    """What it is about, where there may be several of its kind."""
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """What its repair issue says; it may change while the finding stays the same."""

    @property
    def reason(self) -> str:
        """Return it in a word or two, like "host_failing: www.omie.es"."""
        return f"{self.key}: {self.subject}" if self.subject else self.key


@dataclass(frozen=True, slots=True)
class Health:
    """All that is not well with a factory."""

    findings: tuple[Finding, ...] = ()

    @property
    def status(self) -> Status:
        """Return how the factory is, which is as bad as the worst of what was found."""
        match max((finding.severity for finding in self.findings), default=None):
            case None:
                return Status.OK
            case Severity.DEGRADED:
                return Status.DEGRADED
            case Severity.FAILING:
                return Status.FAILING

    @property
    def reasons(self) -> list[str]:
        """Return what was found, the worst first."""
        worst_first = sorted(self.findings, key=lambda finding: -finding.severity)
        return [finding.reason for finding in worst_first]


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """What there is to look at."""

    now: datetime
    shared: Shared
    prices: ContractPrices
    weather: LocalWeather | None
    """None before anybody was asked."""
    free: int | None
    """Bytes on the disk of the store; None if that cannot be known."""
    is_damage_unread: bool
    """Whether a damaged store was set aside, and the user has not said to know of it."""


type Check = Callable[[Vitals], Iterable[Finding]]


def check_prices(vitals: Vitals) -> Iterator[Finding]:
    """Find that there is no price, now or for the rest of today."""
    if not vitals.prices.is_today_known(vitals.now):
        known_now = vitals.prices.now(vitals.now) is not None
        yield Finding(
            severity=Severity.DEGRADED if known_now else Severity.FAILING, key="no_prices"
        )


def check_weather(vitals: Vitals) -> Iterator[Finding]:
    """Find that nobody says what the weather is, or only what it was hours ago."""
    if vitals.weather is None:
        return
    reading = vitals.weather.now(vitals.now)
    if not reading.observations:
        yield Finding(severity=Severity.FAILING, key="no_weather")
    elif any(observation.stale for observation in reading.observations.values()):
        yield Finding(severity=Severity.DEGRADED, key="weather_stale")


def check_hosts(vitals: Vitals) -> Iterator[Finding]:
    """Find hosts that go on failing, or turn us away."""
    for host, state in sorted(vitals.shared.transport.gatekeeper.states.items()):
        if state.retry_at is None or vitals.now - state.retry_at > OLD_NEWS:
            continue
        if state.refusals:
            yield Finding(severity=Severity.DEGRADED, key="host_refusing", subject=shown(host))
        elif state.failures >= _HOST_FAILURES:
            yield Finding(severity=Severity.DEGRADED, key="host_failing", subject=shown(host))


def check_store(vitals: Vitals) -> Iterator[Finding]:
    """Find that the history cannot be written, or was damaged."""
    if vitals.shared.jobs.store_error:
        yield Finding(severity=Severity.FAILING, key="store_failed")
    if vitals.is_damage_unread:
        yield Finding(severity=Severity.DEGRADED, key="store_damaged")


def check_disk(vitals: Vitals) -> Iterator[Finding]:
    """Find that the disk is nearly full: Home Assistant itself stops when it is."""
    if vitals.free is not None and vitals.free < LITTLE_SPACE:
        yield Finding(
            severity=Severity.FAILING if vitals.free < NO_SPACE else Severity.DEGRADED,
            key="disk_low",
            placeholders={"megabytes": str(vitals.free // MEGABYTE)},
        )


def check_clock(vitals: Vitals) -> Iterator[Finding]:
    """Find that our clock differs from that of the sources."""
    offset = vitals.shared.transport.clock_offset
    if offset is not None and abs(offset) > CLOCK_TOLERANCE:
        yield Finding(
            severity=Severity.DEGRADED,
            key="clock_off",
            placeholders={"minutes": str(round(abs(offset) / timedelta(minutes=1)))},
        )


def check_jobs(vitals: Vitals) -> Iterator[Finding]:
    """Find jobs that fail again and again."""
    for name, job in sorted(vitals.shared.jobs.all.items()):
        if job.failures >= _JOB_FAILURES:
            yield Finding(severity=Severity.DEGRADED, key="job_failing", subject=name)


CHECKS: Final[tuple[Check, ...]] = (
    check_prices,
    check_weather,
    check_hosts,
    check_store,
    check_disk,
    check_clock,
    check_jobs,
)


def examine(vitals: Vitals, checks: Iterable[Check]) -> Health:
    """Return all that some checks find."""
    return Health(tuple(finding for check in checks for finding in check(vitals)))


def free_space(path: Path) -> int | None:
    """Return the bytes that are free where a file is; blocks, if only for a moment."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None
