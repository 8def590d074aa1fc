from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.clients import esios
from custom_components.chocolate_factory.clients.errors import (
    NoDataError,
    NotPublishedError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.clients.esios import parse_prices
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Series, Source
from tests.clients.far_side import CLOCK_CHANGES, HOUR, TODAY, check, hourly, prices, reply

MIDNIGHT = datetime.fromisoformat("2026-08-04T22:00Z")
MISSING = {"message": "No values for specified archive"}


def parse(
    body: object, *, day: date = TODAY, status: int = 200, future: bool = False
) -> Mapping[Series, PriceCurve]:
    return parse_prices(reply(body, status), day=day, future=future)


def rows(hours: int = 24, *, day: date = TODAY) -> list[dict[str, Any]]:
    """Return a day as the archive has it: hours are named, not numbered, in spring."""
    names = [hour for hour in range(hours + 1) if hour != 2] if hours == 23 else range(hours)
    return [
        {
            "Dia": f"{day:%d/%m/%Y}",
            "Hora": f"{hour:02}-{hour + 1:02}",
            "PCB": f"{100 + number},5",
            "CYM": f"{200 + number},25",
        }
        for number, hour in enumerate(names)
    ]


def zipped(body: object, method: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", method) as archive:
        archive.writestr("PVPC_CURV_DD_20260805", json.dumps(body))
    return file.getvalue()


@pytest.mark.parametrize(
    ("day", "midnight", "hours"),
    [
        (date(2021, 6, 1), "2021-05-31T22:00Z", 24),
        (date(2021, 10, 30), "2021-10-29T22:00Z", 24),
        (date(2021, 10, 31), "2021-10-30T22:00Z", 25),
    ],
    ids=str,
)
def test_every_recorded_value_is_read(
    recordings: Path, day: date, midnight: str, hours: int
) -> None:
    body = (recordings / f"esios/archive70_PVPC_CURV_DD_{day}.json").read_bytes()
    recorded = json.loads(body)["PVPC"]
    start = datetime.fromisoformat(midnight)

    curves = parse(body, day=day)

    assert len(recorded) == hours
    for series, column in ((Series.PVPC, "PCB"), (Series.PVPC_CEUTA_MELILLA, "CYM")):
        values = [float(row[column].replace(",", ".")) for row in recorded]
        assert prices(curves[series]) == hourly(start, values)
    check(curves, start, hours, Source.ESIOS)


@pytest.mark.parametrize("day", [date(2021, 6, 1), date(2021, 10, 30), date(2021, 10, 31)], ids=str)
@pytest.mark.parametrize(
    ("series", "place"), [(Series.PVPC, 8741), (Series.PVPC_CEUTA_MELILLA, 8744)]
)
def test_the_archive_says_what_the_indicator_says_with_its_offsets_from_utc(
    recordings: Path, day: date, series: Series, place: int
) -> None:
    archive = (recordings / f"esios/archive70_PVPC_CURV_DD_{day}.json").read_bytes()
    indicator = json.loads((recordings / f"esios/indicator-1001_{day}.json").read_text("utf-8"))

    curve = parse(archive, day=day)[series]

    # Not by its "datetime_utc", which is an hour off where an hour comes twice.
    assert prices(curve) == [
        (datetime.fromisoformat(value["datetime"]), value["value"] / 1000)
        for value in indicator["indicator"]["values"]
        if value["geo_id"] == place
    ]


def test_the_recorded_missing_day_means_not_yet_only_for_the_future(recordings: Path) -> None:
    body = (recordings / "esios/errors/http200_archive-missing-day.json").read_bytes()

    with pytest.raises(NotPublishedError):
        parse(body, future=True)
    with pytest.raises(SourceError, match="no prices") as raised:
        parse(body, future=False)
    assert type(raised.value) is NoDataError


def test_a_missing_day_means_not_yet_only_for_the_future() -> None:
    for body in (MISSING, zipped(MISSING)):
        with pytest.raises(NotPublishedError):
            parse(body, future=True)
        with pytest.raises(SourceError) as raised:
            parse(body, future=False)
        assert type(raised.value) is NoDataError


@pytest.mark.parametrize("status", [400, 401, 404, 500, 502, 503])
def test_no_status_but_success_means_not_yet(status: int) -> None:
    with pytest.raises(SourceError, match=str(status)) as raised:
        parse(MISSING, status=status, future=True)
    assert type(raised.value) is SourceError


@pytest.mark.parametrize("status", [403, 429])
def test_being_turned_away_is_a_refusal(status: int) -> None:
    with pytest.raises(RefusedError):
        parse(b"<html>Incapsula</html>", status=status, future=True)


@pytest.mark.parametrize("day", CLOCK_CHANGES, ids=str)
def test_rows_are_numbered_when_the_clocks_change(day: date) -> None:
    text, hours = CLOCK_CHANGES[day]
    start = datetime.fromisoformat(text)

    curves = parse({"PVPC": rows(hours, day=day)}, day=day)

    assert prices(curves[Series.PVPC]) == hourly(start, [100.5 + n for n in range(hours)])
    assert prices(curves[Series.PVPC_CEUTA_MELILLA]) == hourly(
        start, [200.25 + n for n in range(hours)]
    )
    assert curves[Series.PVPC].covers(start, start + hours * HOUR)


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED])
def test_a_zip_is_unpacked_whatever_it_calls_itself(method: int) -> None:
    body = {"PVPC": rows()}

    assert parse(zipped(body, method)) == parse(body)


def test_prices_of_other_lengths_are_understood() -> None:
    body = {"PVPC": rows()}
    for row, text in zip(body["PVPC"], ["0", "-3,4", "1.234,56", "0,00", "88"], strict=False):
        row["PCB"] = text

    curve = parse(body)[Series.PVPC]

    assert [slot.price for slot in curve][:5] == pytest.approx([0, -0.0034, 1.23456, 0, 0.088])


def test_absurd_prices_are_holes() -> None:
    body = {"PVPC": rows()}
    for row, text in zip(body["PVPC"], ["nan", "inf", "-inf", "1e9", "999999,9"], strict=False):
        row["PCB"] = text

    curves = parse(body)

    assert prices(curves[Series.PVPC]) == hourly(MIDNIGHT, [100.5 + n for n in range(24)])[5:]
    assert len(curves[Series.PVPC_CEUTA_MELILLA]) == 24


def broken(number: int = 5, **changes: Any) -> dict[str, Any]:
    """Return a whole day of which one row is not as it should be."""
    body = {"PVPC": rows()}
    body["PVPC"][number].update(changes)
    return body


def without(column: str) -> dict[str, Any]:
    return {"PVPC": [{key: row[key] for key in row if key != column} for row in rows()]}


WHOLE_ZIP = zipped({"PVPC": rows()})


@pytest.mark.parametrize(
    "body",
    [
        {"PVPC": rows(day=date(2026, 8, 4))},
        {"PVPC": rows(day=date(2025, 8, 5))},
        broken(Dia="06/08/2026"),
        broken(Dia="08/05/2026"),
        broken(Dia="2026-08-05"),
        broken(Dia=""),
        broken(Dia=None),
        broken(Dia=5),
        broken(PCB="cheap"),
        broken(PCB=""),
        broken(PCB=None),
        broken(PCB=116.33),
        broken(PCB=[]),
        broken(CYM=None),
        without("PCB"),
        without("CYM"),
        without("Dia"),
        {"PVPC": rows()[:-1]},
        {"PVPC": rows()[1:]},
        {"PVPC": rows(25)},
        {"PVPC": rows()[:1]},
        {"PVPC": []},
        {"PVPC": None},
        {"PVPC": 5},
        {"PVPC": {}},
        {"PVPC": [None]},
        {"PVPC": "24"},
        {"message": "No values", "PVPC": None},
        {"error": "?"},
        {},
        [],
        None,
        5,
        "PVPC",
        b"",
        b"[" * 200_000,
        b"<html><body>Incapsula</body></html>",
        json.dumps({"PVPC": rows()}).encode()[:-9],
        b"\x00\xff" * 300,
        b"PK\x03\x04",
        b"PK\x03\x04" + 500 * b"\x00",
        WHOLE_ZIP[: len(WHOLE_ZIP) // 2],
        WHOLE_ZIP[:-1],
        zipped([]),
        zipped({"PVPC": rows()[:-1]}),
        zipped({"PVPC": rows()}, ZIP_BZIP2),
        zipped({"PVPC": rows()}, ZIP_LZMA),
    ],
    # A zip holds the time at which it was made: not all who collect the tests would find the same.
    ids=lambda _: "shape",
)
def test_a_shape_that_is_not_known_is_a_failure(body: object) -> None:
    for future in (True, False):
        with pytest.raises(SourceError) as raised:
            parse(body, future=future)
        assert type(raised.value) is SourceError


def test_an_empty_zip_is_a_failure() -> None:
    file = BytesIO()
    with ZipFile(file, "w"):
        pass

    # An empty archive has another signature, so its own has to be put before it.
    with pytest.raises(SourceError):
        parse(b"PK\x03\x04" + file.getvalue())


def test_an_encrypted_zip_is_a_failure() -> None:
    locked = bytearray(WHOLE_ZIP)
    for header, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(header) + place] |= 1

    with pytest.raises(SourceError, match="cannot be read"):
        parse(bytes(locked))


def test_a_zip_that_unpacks_into_something_huge_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    huge = zipped({"PVPC": rows(), "padding": 100_000 * " "})
    assert len(parse(huge)[Series.PVPC]) == 24
    monkeypatch.setattr(esios, "MAX_BODY", 100_000)

    with pytest.raises(SourceError, match="too large"):
        parse(huge)


def test_a_zip_that_says_it_is_small_but_is_not_is_refused() -> None:
    huge = bytearray(zipped({"PVPC": rows(), "padding": 100_000 * " "}))
    for header, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = huge.index(header) + place
        huge[at : at + 4] = (100).to_bytes(4, "little")

    with pytest.raises(SourceError):
        parse(bytes(huge))


@settings(max_examples=200)
@given(place=st.integers(0, len(WHOLE_ZIP) - 1), byte=st.integers(0, 255))
def test_a_damaged_zip_is_prices_or_a_failure(place: int, byte: int) -> None:
    body = bytearray(WHOLE_ZIP)
    body[place] = byte
    try:
        curves = parse(bytes(body))
    except SourceError:
        assert body != WHOLE_ZIP
    else:
        assert curves == parse({"PVPC": rows()})


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just(10**400)
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["PVPC", "Dia", "PCB", "CYM", "message"]), inner),
    ),
    max_leaves=12,
)
numbers = st.one_of(
    scalars,
    st.floats().map(str),
    st.text("0123456789,.-+e_ nif", max_size=8),
    st.integers(-2000, 20_000).map(lambda n: f"{n / 10}".replace(".", ",")),
)
row = st.fixed_dictionaries(
    {"PCB": numbers, "CYM": numbers},
    optional={"Dia": st.one_of(st.just("05/08/2026"), scalars)},
)
good_row = st.fixed_dictionaries({"Dia": st.just("05/08/2026"), "PCB": numbers, "CYM": numbers})
answers = st.one_of(
    anything,
    st.fixed_dictionaries({"PVPC": st.one_of(st.lists(row, max_size=5), anything)}),
    st.fixed_dictionaries({"PVPC": st.lists(good_row, min_size=24, max_size=24)}),
    # Whole but for a few rows.
    st.dictionaries(st.integers(0, 23), row, max_size=3).map(
        lambda rows_: {"PVPC": [rows_.get(n, good) for n, good in enumerate(rows())]}
    ),
)


@settings(max_examples=200)
@given(body=answers, packed=st.booleans(), future=st.booleans())
def test_any_json_is_prices_or_a_failure(body: object, packed: bool, future: bool) -> None:
    try:
        curves = parse(zipped(body) if packed else body, future=future)
    except NotPublishedError:
        assert future
    except SourceError:
        pass
    else:
        check(curves, MIDNIGHT, 24, Source.ESIOS)


@given(body=st.binary(max_size=200), packed=st.booleans())
def test_no_bytes_are_prices(body: bytes, packed: bool) -> None:
    with pytest.raises(SourceError):
        parse(b"PK\x03\x04" + body if packed else body)
