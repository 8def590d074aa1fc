"""The public archive of ESIOS, REE's information system: PVPC as published, without a key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from io import BytesIO
from typing import Any, ClassVar, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
import zlib

from yarl import URL

from ..factory.prices import PriceCurve
from ..factory.series import Series, Source
from .errors import SourceError
from .gatekeeper import Urgency
from .parsing import missing, numbered_slots
from .transport import MAX_BODY, Reply, Transport

_COLUMNS: Final = {Series.PVPC: "PCB", Series.PVPC_CEUTA_MELILLA: "CYM"}


@dataclass(frozen=True, kw_only=True)
class EsiosClient:
    """Read the PVPC of a day from the archive of ESIOS."""

    host: ClassVar[str] = "api.esios.ree.es"
    source: ClassVar[Source] = Source.ESIOS
    offers: ClassVar[frozenset[Series]] = frozenset({Series.PVPC, Series.PVPC_CEUTA_MELILLA})
    transport: Transport

    async def prices(
        self, day: date, *, future: bool = False, urgency: Urgency = Urgency.USUAL
    ) -> Mapping[Series, PriceCurve]:
        """Return the PVPC of a market day in €/kWh, for both parts of the country."""
        url = URL.build(
            scheme="https",
            host=self.host,
            path="/archives/70/download_json",
            query={"locale": "es", "date": day.isoformat()},
        )
        return await self.transport.get(
            url, partial(parse_prices, day=day, future=future), urgency=urgency
        )


def parse_prices(reply: Reply, *, day: date, future: bool) -> Mapping[Series, PriceCurve]:
    """Return the series of a day from the archive's answer."""
    answer = _json(reply.checked())
    if isinstance(answer, dict) and "PVPC" not in answer and "message" in answer:
        raise missing(day, future=future)
    try:
        rows = answer["PVPC"]
        if any(datetime.strptime(row["Dia"], "%d/%m/%Y").date() != day for row in rows):  # noqa: DTZ007 - a date only
            raise SourceError("the archive answered with another day")
        return {
            series: numbered_slots(day, [_decimal(row[column]) for row in rows], Source.ESIOS)
            for series, column in _COLUMNS.items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError("the archive's answer has an unknown shape") from error


def _json(reply: Reply) -> Any:  # noqa: ANN401 - JSON is what it is
    """Return the JSON, which sometimes comes in a ZIP whatever the content type says."""
    if not reply.body.startswith(b"PK\x03\x04"):
        return reply.json()
    try:
        with ZipFile(BytesIO(reply.body)) as archive:
            member = archive.infolist()[0]
            if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise SourceError("the archive's ZIP is packed in an unknown way")
            with archive.open(member) as file:
                # What the ZIP says of the size of its content need not be true.
                body = file.read(MAX_BODY + 1)
    except (
        BadZipFile,
        EOFError,
        IndexError,
        OSError,
        RuntimeError,
        ValueError,
        zlib.error,
    ) as error:
        raise SourceError("the archive's ZIP cannot be read") from error
    if len(body) > MAX_BODY:
        raise SourceError("the archive's ZIP is too large")
    return replace(reply, body=body).json()


def _decimal(text: str) -> float:
    """Return a number written with a decimal comma."""
    return float(text.replace(".", "").replace(",", "."))
