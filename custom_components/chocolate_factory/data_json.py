"""Jobs, history and health as plain JSON."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
import math
from typing import Final
from zoneinfo import ZoneInfo

from homeassistant.util.json import JsonObjectType, JsonValueType

from .clients.gatekeeper import HostState, shown
from .health import OLD_NEWS, Health
from .history.completeness import daily_completeness
from .history.gaps import Coverage, Reason
from .jobs import Job

# The days of a strip: as many as are looked at, and today.
DAYS: Final = 30
_DAY: Final = timedelta(days=1)


def job_json(job: Job) -> JsonObjectType:
    """Return what is done by itself, how it went last, and when it is done next."""
    run = job.state.run if job.state else None
    return {
        "name": job.name,
        "schedule": str(job.schedule),
        "running": job.is_running,
        "last_run": run.started.isoformat() if run else None,
        "duration_seconds": run.seconds if run else None,
        "last_result": str(run.outcome) if run else None,
        "detail": run.detail if run else None,
        "failures": job.failures,
        "next_run": job.due.isoformat(),
    }


def health_json(
    health: Health | None, hosts: Mapping[str, HostState], now: datetime
) -> JsonObjectType:
    """Return how the factory is, and how those are that it asks."""
    return {
        "status": str(health.status) if health else None,
        "reasons": list(health.reasons) if health else [],
        "sources": [_host(host, state, now) for host, state in sorted(hosts.items())],
    }


def history_json(
    coverages: Mapping[str, Coverage], today: date, zone: ZoneInfo, *, is_filling: bool
) -> JsonObjectType:
    """Return how complete the last days are, series by series, and what may still be had."""
    first = today - (DAYS - 1) * _DAY
    shares = [coverage.completeness for coverage in coverages.values()]
    return {
        "completeness": share(sum(shares) / len(shares) if shares else 100.0),
        "first_day": first.isoformat(),
        "series": [
            {
                "series": name,
                "completeness": share(coverage.completeness),
                "missing_slots": coverage.slots,
                "days": _days(daily_completeness(coverage, zone), first),
            }
            for name, coverage in coverages.items()
        ],
        "backlog": sum(
            gap.slots
            for coverage in coverages.values()
            for gap in coverage.gaps
            if gap.reason is not Reason.NO_SOURCE
        ),
        "is_filling": is_filling,
    }


def share(percent: float) -> float:
    """Return a share in percent as it is told: what lacks anything is not complete."""
    return math.floor(percent * 100) / 100


def _days(shares: Mapping[date, float], first: date) -> list[JsonValueType]:
    """Return the shares of the days of a strip; None where nothing is due yet."""
    days = (shares.get(first + number * _DAY) for number in range(DAYS))
    return [None if one is None else share(one) for one in days]


def _host(host: str, state: HostState, now: datetime) -> JsonObjectType:
    at = state.retry_at
    is_known = at is not None and now - at <= OLD_NEWS
    failing = "failing" if is_known and state.failures else "ok"
    return {
        "host": shown(host),
        "state": "refusing" if is_known and state.refusals else failing,
        "retry_at": at.isoformat() if at and at > now else None,
    }
