"""OMIE, the operator of the Iberian market: the day-ahead spot price from its daily files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import ClassVar

from yarl import URL

from ..factory.prices import PriceCurve
from ..factory.series import Series, Source
from .errors import SourceError
from .gatekeeper import Urgency
from .parsing import missing, numbered_slots
from .transport import Reply, Transport


@dataclass(frozen=True, kw_only=True)
class OmieClient:
    """Read the spot prices of a day from OMIE's files."""

    host: ClassVar[str] = "www.omie.es"
    source: ClassVar[Source] = Source.OMIE
    offers: ClassVar[frozenset[Series]] = frozenset({Series.SPOT})
    transport: Transport

    async def prices(
        self, day: date, *, future: bool = False, urgency: Urgency = Urgency.USUAL
    ) -> Mapping[Series, PriceCurve]:
        """Return the spot price of a market day in €/kWh."""
        url = URL.build(
            scheme="https",
            host=self.host,
            path="/es/file-download",
            query={"parents": "marginalpdbc", "filename": f"marginalpdbc_{day:%Y%m%d}.1"},
        )
        return await self.transport.get(
            url, partial(parse_prices, day=day, future=future), urgency=urgency
        )


def parse_prices(reply: Reply, *, day: date, future: bool) -> Mapping[Series, PriceCurve]:
    """Return the spot price of a day from a file of OMIE, in which Spain is the second price."""
    if reply.status == HTTPStatus.NOT_FOUND:
        raise missing(day, future=future)
    lines = reply.checked().body.decode("latin-1").split()
    if len(lines) < 2 or not lines[0].startswith("MARGINALPDBC") or lines[-1] != "*":
        raise SourceError("OMIE's file is not whole")
    try:
        rows = [line.split(";") for line in lines[1:-1]]
        prices = {int(row[3]): float(row[5]) for row in rows}
        days = {date(int(row[0]), int(row[1]), int(row[2])) for row in rows}
    except (IndexError, ValueError, OverflowError) as error:
        raise SourceError("OMIE's file has an unknown shape") from error
    if days != {day} or sorted(prices) != list(range(1, len(rows) + 1)):
        raise SourceError("OMIE's file is for another day, or has holes")
    return {Series.SPOT: numbered_slots(day, [prices[n] for n in sorted(prices)], Source.OMIE)}
