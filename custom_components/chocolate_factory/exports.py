"""The history leaves the house as a file: into a folder, or through a link for a while."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from typing import Final, Protocol

from aiohttp import web
from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.components.http.auth import async_sign_path
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from yarl import URL

from .calls import within_reach
from .const import DOMAIN
from .coordinator import FactoryConfigEntry
from .factory.hybrid import RANKING
from .factory.reach import BEGINNING
from .factory.series import Series, Source
from .factory.weather import KEPT, weather_series
from .history.csv_file import CsvSheet
from .history.errors import StoreError
from .history.parquet_file import ParquetSheet, has_parquet
from .history.rows import Kind, Row
from .history.transfer import Strand

LINK_LASTS: Final = timedelta(hours=1)

_URL: Final = f"/api/{DOMAIN}/export/{{entry_id}}"


class Part(StrEnum):
    """What can be exported."""

    PRICES = "prices"
    WEATHER = "weather"
    OUTCOMES = "outcomes"
    RECOMMENDATIONS = "recommendations"
    FORECASTS = "forecasts"


class Format(StrEnum):
    """In which kind of file."""

    CSV = "csv"
    PARQUET = "parquet"


class Sheet(Protocol):
    """Turns rows into a file, bit by bit."""

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Return what comes next in the file."""

    def end(self) -> bytes:
        """Return what comes last."""


_SHEETS: Final[Mapping[Format, Callable[[], Sheet]]] = {
    Format.CSV: CsvSheet,
    Format.PARQUET: ParquetSheet,
}
_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True, kw_only=True)
class Export:
    """What of a factory's history shall leave the house."""

    hass: HomeAssistant
    entry: FactoryConfigEntry
    parts: Collection[Part]
    start: datetime
    end: datetime
    format: Format

    async def is_possible(self) -> bool:
        """Tell whether such a file can be written here."""
        if self.format is Format.CSV:
            return True
        # Where models are trained: scikit-learn stumbles over a pyarrow that is loaded by halves.
        return await self.entry.runtime_data.shared.workshop.do(lambda _: has_parquet())

    @property
    def link(self) -> str:
        """Return where it can be fetched for a while by whoever has the link."""
        url = URL(_URL.format(entry_id=self.entry.entry_id)).with_query(
            start=self.start.isoformat(),
            end=self.end.isoformat(),
            series=",".join(sorted(self.parts)),
            format=str(self.format),
        )
        return async_sign_path(self.hass, str(url), LINK_LASTS, use_content_user=True)

    @property
    def name(self) -> str:
        """Return what the file is called."""
        start, end = dt_util.as_local(self.start), dt_util.as_local(min(self.end, dt_util.utcnow()))
        days = f"{end:%Y%m%d}" if self.start == BEGINNING else f"{start:%Y%m%d}-{end:%Y%m%d}"
        return f"{DOMAIN}-{days}.{self.format}"

    async def write(self, path: Path) -> int:
        """Write a file, whole or not at all, and return its rows; raises StoreError and OSError."""
        run = self.hass.async_add_executor_job
        partial = path.with_name(f"{path.name}.{token_hex(4)}.partial")
        try:
            # Whoever could put a link there would have us write where we may not.
            file = await run(partial.open, "xb")
            try:
                count = 0
                async for rows, content in self.content():
                    count += rows
                    await run(file.write, content)
            finally:
                await run(file.close)
            await run(partial.replace, path)
        finally:
            await run(lambda: partial.unlink(missing_ok=True))
        return count

    async def content(self) -> AsyncIterator[tuple[int, bytes]]:
        """Yield the file bit by bit, each with the number of its rows; raises StoreError."""
        run = self.hass.async_add_executor_job
        store = self.entry.runtime_data.shared.store
        sheet = await run(_SHEETS[self.format])
        end = int(self.end.timestamp())
        for strand in self._strands():
            start = int(self.start.timestamp())
            while rows := await store.read_rows(strand, start, end):
                yield len(rows), await run(sheet.rows, rows)
                start = rows[-1].order + 1
        yield 0, await run(sheet.end)

    def _strands(self) -> list[Strand]:
        """Return what belongs to the factory."""
        data, factory = self.entry.runtime_data, self.entry.entry_id
        place = data.weather.sources.place
        prices = sorted(data.prices.series)
        strands = {
            Part.PRICES: [Strand(kind=Kind.SLOT, series=series) for series in prices],
            Part.WEATHER: [
                Strand(kind=Kind.SLOT, series=weather_series(measure, place, source))
                for measure in KEPT
                for source in RANKING
            ],
            Part.OUTCOMES: [Strand(kind=Kind.OUTCOME, factory=factory)],
            Part.RECOMMENDATIONS: [Strand(kind=Kind.RECOMMENDATION, factory=factory)],
            Part.FORECASTS: [
                *(
                    Strand(kind=Kind.WEATHER_FORECAST, series=place.name, source=source)
                    for source in Source
                ),
                *(Strand(kind=Kind.PRICE_FORECAST, series=series) for series in Series),
            ],
        }
        return [strand for part in Part if part in self.parts for strand in strands[part]]


class ExportView(HomeAssistantView):
    """Answers whoever has a link, or a token, with a file."""

    url = _URL
    name = f"api:{DOMAIN}:export"

    async def get(self, request: web.Request, entry_id: str) -> web.StreamResponse:
        """Send the file bit by bit, as it is read."""
        hass = request.app[KEY_HASS]
        entry: FactoryConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
            return self.json_message("no such factory", HTTPStatus.NOT_FOUND)
        try:
            export = await _async_asked(hass, entry, request.query)
        except (KeyError, ValueError) as error:
            return self.json_message(f"no such export: {error}", HTTPStatus.BAD_REQUEST)
        response = web.StreamResponse(
            headers={
                "Content-Type": _TYPES[export.format],
                "Content-Disposition": f'attachment; filename="{export.name}"',
            }
        )
        await response.prepare(request)
        try:
            async for _, content in export.content():
                await response.write(content)
        except StoreError:
            # Whoever gets half a file must see that it is half of one.
            if request.transport:
                request.transport.abort()
            return response
        await response.write_eof()
        return response


@callback
def async_setup_exports(hass: HomeAssistant) -> None:
    """Answer those who follow links."""
    hass.http.register_view(ExportView())


async def _async_asked(
    hass: HomeAssistant, entry: FactoryConfigEntry, query: Mapping[str, str]
) -> Export:
    """Return what a link asks for."""
    export = Export(
        hass=hass,
        entry=entry,
        parts={Part(name) for name in query["series"].split(",")},
        start=within_reach(datetime.fromisoformat(query["start"])),
        end=within_reach(datetime.fromisoformat(query["end"])),
        format=Format(query["format"]),
    )
    if not await export.is_possible():
        raise ValueError("there is no pyarrow")
    return export
