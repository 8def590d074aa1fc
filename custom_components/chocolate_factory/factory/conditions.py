"""What is known of the slots around now: what each costs, how that is known, and the air."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .blend import Blend
from .contract import Contract
from .features import Air
from .outlook import PriceOrigin
from .price_issue import PriceIssue
from .weather import Measure

_HOUR: Final = 3600


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MarketPrices:
    """Prices of n slots of a market, oldest first, in €/kWh; there may be holes."""

    starts: NDArray[np.int64]
    """Unix seconds."""
    seconds: NDArray[np.int64]
    values: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    """Whether a price waits for the real one."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class HourlyAir:
    """The air outdoors in consecutive hours, as measured and then as forecast."""

    start: int
    """Unix seconds of the first hour."""
    air: Air

    @classmethod
    def measured(cls, hours: Blend) -> HourlyAir:
        """Return what was measured."""
        return cls.of(hours, hours)

    @classmethod
    def of(cls, measured: Blend, forecast: Blend) -> HourlyAir:
        """Return what was measured, and from then on what is forecast."""
        start = int(measured.start.timestamp())
        skipped = (int(forecast.start.timestamp()) - start) // _HOUR
        count = max(len(measured), skipped + len(forecast))

        def column(measure: Measure) -> NDArray[np.float64]:
            values = np.full(count, np.nan)
            values[: len(measured)] = measured.values[measure]
            ahead = values[skipped : skipped + len(forecast)]
            np.copyto(ahead, forecast.values[measure], where=np.isnan(ahead))
            return values

        return cls(
            start=start,
            air=Air(
                temperature=column(Measure.TEMPERATURE),
                humidity=column(Measure.HUMIDITY),
                pressure=column(Measure.PRESSURE),
            ),
        )

    def at(self, starts: NDArray[np.int64]) -> Air:
        """Return the air in the hours that slots are in, told by their Unix seconds."""
        hours = (starts - self.start) // _HOUR
        inside = (hours >= 0) & (hours < len(self.air.temperature))

        def column(hourly: NDArray[np.float64]) -> NDArray[np.float64]:
            values = np.full(len(starts), np.nan)
            values[inside] = hourly[hours[inside]]
            return values

        return Air(
            temperature=column(self.air.temperature),
            humidity=column(self.air.humidity),
            pressure=column(self.air.pressure),
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Conditions:
    """What is known of n slots under a contract, oldest first; slots may be missing."""

    starts: NDArray[np.int64]
    """Unix seconds."""
    seconds: NDArray[np.int64]
    price: NDArray[np.float64]
    """All-in, €/kWh; NaN where nobody knows."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """The 10 % and the 90 % quantile; the price itself where it is no forecast."""
    origin: NDArray[np.int8]
    """Positions in `PriceOrigin`."""
    air: Air
    """Outdoors."""

    @property
    def published(self) -> NDArray[np.float64]:
        """Return the prices that are no forecasts, NaN for the others."""
        return np.where(self.origin == PriceOrigin.FORECAST.position, np.nan, self.price)


def conditions(
    contract: Contract,
    market: MarketPrices | None,
    issue: PriceIssue | None,
    weather: HourlyAir,
    start: datetime,
    end: datetime,
) -> Conditions:
    """Return what is known of the slots that begin in [start, end).

    Published prices come first, then estimates, then the forecast. Hours of which nobody knows
    anything are there as well, so that the air in them can be told.
    """
    first, last = int(start.timestamp()), int(end.timestamp())
    starts = np.empty(0, dtype=np.int64)
    seconds = np.empty(0, dtype=np.int64)
    middle, low, high = (np.empty(0) for _ in range(3))
    origin = np.empty(0, dtype=np.int8)
    for part in _parts(contract, market, issue, first, last):
        is_new = ~_covered(part.starts, starts, seconds)
        starts = np.append(starts, part.starts[is_new])
        seconds = np.append(seconds, part.seconds[is_new])
        middle, low, high = (
            np.append(before, more[is_new])
            for before, more in ((middle, part.middle), (low, part.low), (high, part.high))
        )
        origin = np.append(origin, part.origin[is_new])
        order = np.argsort(starts)
        starts, seconds, origin = starts[order], seconds[order], origin[order]
        middle, low, high = middle[order], low[order], high[order]
    return Conditions(
        starts=starts,
        seconds=seconds,
        price=contract.all_in(starts, middle),
        low=contract.all_in(starts, low),
        high=contract.all_in(starts, high),
        origin=origin,
        air=weather.at(starts),
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Part:
    """Slots whose prices are known in one way; the market's, when they hold for us."""

    starts: NDArray[np.int64]
    seconds: NDArray[np.int64]
    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]
    origin: NDArray[np.int8]


def _parts(
    contract: Contract,
    market: MarketPrices | None,
    issue: PriceIssue | None,
    first: int,
    last: int,
) -> Iterator[_Part]:
    """Yield what is known within a time, the surest first; then the hours, known or not."""
    delay = int(contract.delay.total_seconds())
    if market is not None:
        starts = market.starts + delay
        inside = (starts >= first) & (starts < last)
        values = market.values[inside]
        yield _Part(
            starts=starts[inside],
            seconds=market.seconds[inside],
            low=values,
            middle=values,
            high=values,
            origin=np.where(
                market.estimated[inside],
                PriceOrigin.ESTIMATED.position,
                PriceOrigin.PUBLISHED.position,
            ).astype(np.int8),
        )
    if issue is not None and contract.market is issue.series:
        starts = issue.starts + delay
        inside = (starts >= first) & (starts < last)
        yield _part(
            starts[inside],
            issue.seconds,
            PriceOrigin.FORECAST,
            issue.low[inside],
            issue.middle[inside],
            issue.high[inside],
        )
    hours = np.arange(-(-first // _HOUR) * _HOUR, last, _HOUR, dtype=np.int64)
    nothing = np.full(len(hours), np.nan)
    known = PriceOrigin.FORECAST if contract.market else PriceOrigin.CONTRACT
    yield _part(hours, _HOUR, known, nothing, nothing, nothing)


def _part(
    starts: NDArray[np.int64],
    seconds: int,
    origin: PriceOrigin,
    low: NDArray[np.float64],
    middle: NDArray[np.float64],
    high: NDArray[np.float64],
) -> _Part:
    return _Part(
        starts=starts,
        seconds=np.full(len(starts), seconds, dtype=np.int64),
        low=low,
        middle=middle,
        high=high,
        origin=np.full(len(starts), origin.position, dtype=np.int8),
    )


def _covered(
    wanted: NDArray[np.int64], starts: NDArray[np.int64], seconds: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which slots begin within others, or in the hour that those begin in."""
    if not len(starts):
        return np.zeros(len(wanted), dtype=np.bool_)
    before = np.maximum(np.searchsorted(starts, wanted, side="right") - 1, 0)
    covered: NDArray[np.bool_] = starts[before] <= wanted
    covered &= wanted < starts[before] + seconds[before]
    return covered | np.isin(wanted // _HOUR, starts // _HOUR)
