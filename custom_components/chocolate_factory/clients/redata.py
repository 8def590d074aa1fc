"""REData, the open data of the Spanish grid operator REE: PVPC and spot prices without a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar, Final

from yarl import URL

from ..factory.prices import PriceCurve
from ..factory.series import Series, Source
from .errors import SourceError
from .gatekeeper import Urgency
from .parsing import market_day, missing, plausible
from .transport import Reply, Transport

# Titles change with year and language; the numbers do not.
_IDS: Final = {"1001": Series.PVPC, "600": Series.SPOT}
_LENGTHS: Final = (timedelta(minutes=15), timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class RedataClient:
    """Read the prices of a day from REData."""

    host: ClassVar[str] = "apidatos.ree.es"
    source: ClassVar[Source] = Source.REDATA
    offers: ClassVar[frozenset[Series]] = frozenset({Series.PVPC, Series.SPOT})
    transport: Transport

    async def prices(
        self, day: date, *, future: bool = False, urgency: Urgency = Urgency.USUAL
    ) -> Mapping[Series, PriceCurve]:
        """Return the series that are published for a market day, in €/kWh.

        What has not been published is answered with an error, which means NotPublishedError for a
        day in the future only.
        """
        url = URL.build(
            scheme="https",
            host=self.host,
            path="/es/datos/mercados/precios-mercados-tiempo-real",
            query={
                "start_date": f"{day}T00:00",
                "end_date": f"{day}T23:59",
                "time_trunc": "hour",
            },
        )
        return await self.transport.get(
            url, partial(parse_prices, day=day, future=future), urgency=urgency
        )


def parse_prices(reply: Reply, *, day: date, future: bool) -> Mapping[Series, PriceCurve]:
    """Return the series of a day from REData's answer."""
    if reply.status in (400, 502) and _says_unavailable(reply):
        raise missing(day, future=future)
    answer = reply.checked().json()
    try:
        values = {
            _IDS[item["id"]]: item["attributes"]["values"]
            for item in answer.get("included", ())
            if item["id"] in _IDS
        }
        curves = {series: _curve(rows, day) for series, rows in values.items() if rows}
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise SourceError("REData's answer has an unknown shape") from error
    if not curves:
        raise missing(day, future=future)
    return curves


def _says_unavailable(reply: Reply) -> bool:
    """Tell REData's own "not available at this moment" from an error of its servers."""
    try:
        answer = reply.json()
        return bool(answer["errors"][0]["detail"])
    except SourceError, KeyError, IndexError, TypeError:
        return False


def _curve(rows: list[Mapping[str, Any]], day: date) -> PriceCurve:
    """Return the slots of a series; their length is the shortest step between them."""
    start, end = market_day(day)
    prices = {
        _instant(row["datetime"]): float(row["value"]) for row in rows if row["value"] is not None
    }
    starts = sorted(at for at in prices if start <= at < end)
    length = min((b - a for a, b in pairwise(starts)), default=None)
    if length not in _LENGTHS or any((at - start) % length for at in starts):
        raise ValueError("the slots are neither hours nor quarter-hours")
    return plausible(((at, at + length, prices[at]) for at in starts), Source.REDATA)


def _instant(text: str) -> datetime:
    """Return an instant in UTC; without an offset it could mean two in autumn."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("a time without an offset")
    return instant.astimezone(UTC)
