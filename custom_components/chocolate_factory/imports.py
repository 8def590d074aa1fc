"""Bringing years of weather into the store, and telling how it goes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from homeassistant.core import ServiceResponse, callback
from homeassistant.util.json import JsonObjectType, JsonValueType

from .calls import finished, invalid, store_failed
from .clients.datosclima import FileError, Problem, UnknownStationError
from .data_coordinator import DataCoordinator
from .history.climate_import import ImportReport, Progress, UnreadableFilesError
from .history.errors import StoreError
from .notices import DataEvent, Matter, Notices

# Who hears of as many problems knows enough.
_PROBLEMS_TOLD: Final = 100


class ImportSource(StrEnum):
    """Where years of weather may come from."""

    AEMET = "aemet"
    OPEN_METEO = "open_meteo"
    FILES = "files"


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What shall come in."""

    source: ImportSource
    first: date
    last: date
    path: Path | None = None
    """The file or folder, if it shall come from files."""
    station: str | None = None
    """AEMET's code, or the name that the files have for it; that of the factory unless given."""
    skip_unreadable: bool = False


type _Import = Callable[[Progress | None], Awaitable[ImportReport]]


async def async_preview(data: DataCoordinator, request: ImportRequest) -> ServiceResponse:
    """Tell what would come in."""
    return _told(await _async_checked(_work(data, request, dry_run=True)(None)))


async def async_import(
    data: DataCoordinator, request: ImportRequest, *, wait: bool
) -> ServiceResponse:
    """Import in the background; whoever waits is told what came in, or why nothing did."""
    if data.import_task and not data.import_task.done():
        raise invalid("import_running")
    work = _async_work(data, _work(data, request, dry_run=False))
    task = data.import_task = data.async_create_task(work, "import")
    task.add_done_callback(partial(_tell_end, data.notices))
    if not wait:
        return None
    return _told(await finished(task, "import_stopped"))


def _work(data: DataCoordinator, request: ImportRequest, *, dry_run: bool) -> _Import:
    """Return what has to be done, or say why it cannot be."""
    site, clients, climate = data.site, data.clients, data.climate
    days = request.first, request.last
    match request.source:
        case ImportSource.AEMET:
            station = request.station or (site.climate_station and site.climate_station.code)
            if not (clients.aemet and station):
                raise invalid("no_aemet")
            aemet = partial(climate.from_aemet, clients.aemet, station, *days, dry_run=dry_run)
            return lambda progress: aemet(on_progress=progress)
        case ImportSource.OPEN_METEO:
            if not clients.open_meteo:
                raise invalid("no_open_meteo")
            archive = partial(climate.from_open_meteo, clients.open_meteo, *days, dry_run=dry_run)
            return lambda progress: archive(on_progress=progress)
        case ImportSource.FILES:
            name = request.station or (site.climate_station and site.climate_station.name)
            if request.path is None:
                raise invalid("no_path")
            if not name:
                raise invalid("no_station")
            files = partial(
                climate.from_files,
                request.path,
                name,
                dry_run=dry_run,
                skip_unreadable=request.skip_unreadable,
            )
            return lambda _: files()


async def _async_work(data: DataCoordinator, work: _Import) -> ImportReport:
    """Import, tell how far it is, and look what is there now."""

    @callback
    def progress(done: int, total: int) -> None:
        data.notices.async_notify(Matter.IMPORT, "progress", percent=100 * done // total)

    progress(0, 1)
    report = await _async_checked(work(progress))
    await data.async_refresh()
    return report


@callback
def _tell_end(notices: Notices, task: asyncio.Task[ImportReport]) -> None:
    """Tell how an import went, whether or not anybody waits for it."""
    if error := notices.async_tell_failure(Matter.IMPORT, task):
        notices.async_fire(DataEvent.IMPORT_FAILED, {"error": error})
    else:
        report = task.result()
        # Many problems would be too much for the attributes of a state.
        notices.async_fire(
            DataEvent.IMPORT_FINISHED if report.error is None else DataEvent.IMPORT_FAILED,
            {**_told(report), "problems": len(report.problems)},
        )
        notices.async_notify(
            Matter.IMPORT,
            "finished" if report.error is None else "unfinished",
            days=report.days,
            new_days=report.new_days,
            error=report.error,
        )


async def _async_checked(report: Awaitable[ImportReport]) -> ImportReport:
    """Return a report, or raise in Home Assistant's words what went wrong."""
    try:
        return await report
    except UnknownStationError as error:
        raise invalid(
            "unknown_station", station=error.station, nearest=", ".join(error.nearest) or "?"
        ) from error
    except UnreadableFilesError as error:
        raise invalid("unreadable_files", problems="; ".join(_lines(error.problems))) from error
    except FileError as error:
        raise invalid("file_failed", error=error) from error
    except StoreError as error:
        raise store_failed(error) from error


def _lines(problems: Sequence[Problem]) -> list[str]:
    return [
        f"{one.file}{f':{one.line}' if one.line else ''}: {one.reason}"
        for one in problems[:_PROBLEMS_TOLD]
    ]


def _told(report: ImportReport) -> JsonObjectType:
    """Return a report in the words of an action's answer."""
    problems: list[JsonValueType] = [
        {"file": problem.file, "line": problem.line, "reason": problem.reason}
        for problem in report.problems[:_PROBLEMS_TOLD]
    ]
    return {
        "source": str(report.source),
        "station": report.station,
        "first": report.first.isoformat() if report.first else None,
        "last": report.last.isoformat() if report.last else None,
        "days": report.days,
        "new_days": report.new_days,
        "unknown_days": report.unknown_days,
        "measures": [str(measure) for measure in report.measures],
        "changed": report.changed,
        "dropped": report.dropped,
        "requests": report.requests,
        "problems": problems,
        "error": report.error,
        "dry_run": report.dry_run,
    }
