from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.clients.errors import (
    NoDataError,
    NotPublishedError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.clients.redata import parse_prices
from custom_components.chocolate_factory.clients.transport import Reply
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Series, Source
from tests.clients.far_side import (
    CLOCK_CHANGES,
    HOUR,
    QUARTER,
    TODAY,
    check,
    hourly,
    prices,
    reply,
)

MADRID = ZoneInfo("Europe/Madrid")
MIDNIGHT = datetime.fromisoformat("2026-08-04T22:00Z")

UNAVAILABLE = {
    "errors": [
        {
            "status": "502",
            "title": "Error Interno",
            "detail": "Los datos solicitados no están disponibles en este momento. "
            "Inténtelo de nuevo más tarde.",
        }
    ]
}

FIREWALL = (
    b"<html><head></head><body>Request unsuccessful. Incapsula incident ID: 0-0</body></html>"
)

type Rows = list[dict[str, Any]]


def rows(values: list[Any], *, start: datetime = MIDNIGHT, length: timedelta = HOUR) -> Rows:
    """Return values as the service writes them, with Madrid's offset from UTC."""
    starts = [(start + number * length).astimezone(MADRID) for number in range(len(values))]
    return [
        {"value": value, "percentage": 1, "datetime": at.isoformat(timespec="milliseconds")}
        for at, value in zip(starts, values, strict=True)
    ]


def answer(**series: Rows) -> dict[str, Any]:
    """Return the body with series by their number, as id1001."""
    included = [
        {"type": "PVPC", "id": name.removeprefix("id"), "attributes": {"values": values}}
        for name, values in series.items()
    ]
    return {"data": {"id": "mer13"}, "included": included}


def parse(
    body: object, *, day: date = TODAY, status: int = 200, future: bool = False
) -> Mapping[Series, PriceCurve]:
    return parse_prices(reply(body, status), day=day, future=future)


def whole_day(hours: int = 24) -> list[Any]:
    return [50 + number for number in range(hours)]


@pytest.mark.parametrize(
    ("day", "midnight"),
    [(date(2021, 6, 1), "2021-05-31T22:00Z"), (date(2021, 10, 30), "2021-10-29T22:00Z")],
    ids=str,
)
def test_every_recorded_value_is_read(recordings: Path, day: date, midnight: str) -> None:
    body = (recordings / f"apidatos/pvpc-spot_{day}_peninsular_24h.json").read_bytes()
    recorded = {
        item["id"]: [row["value"] for row in item["attributes"]["values"]]
        for item in json.loads(body)["included"]
    }

    curves = parse(body, day=day)

    assert set(curves) == {Series.PVPC, Series.SPOT}
    start = datetime.fromisoformat(midnight)
    for number, series in (("1001", Series.PVPC), ("600", Series.SPOT)):
        assert len(recorded[number]) == 24
        assert prices(curves[series]) == hourly(start, recorded[number])
    check(curves, start, 24, Source.REDATA)


def test_the_recorded_price_of_an_evening_is_what_people_paid(recordings: Path) -> None:
    body = (recordings / "apidatos/pvpc-spot_2021-06-01_peninsular_24h.json").read_bytes()

    curves = parse(body, day=date(2021, 6, 1))

    assert curves[Series.PVPC].slots[0].price == 0.11633
    assert curves[Series.PVPC].slots[0].start == datetime.fromisoformat("2021-06-01T00:00+02:00")
    assert curves[Series.SPOT].slots[0].price < 0.11633


@pytest.mark.parametrize(
    "file",
    ["http400_generic.json", "http502_tomorrow-not-published_status-field-unverified.json"],
)
def test_a_recorded_error_means_not_yet_only_for_the_future(recordings: Path, file: str) -> None:
    body = (recordings / "apidatos/errors" / file).read_bytes()
    status = int(file[4:7])

    with pytest.raises(NotPublishedError):
        parse(body, status=status, future=True)
    with pytest.raises(SourceError) as raised:
        parse(body, status=status, future=False)
    assert type(raised.value) is NoDataError


@pytest.mark.parametrize("future", [True, False])
def test_the_recorded_page_of_the_firewall_is_a_refusal(recordings: Path, future: bool) -> None:
    body = (recordings / "apidatos/errors/http403_incapsula_excerpt.html").read_bytes()

    with pytest.raises(RefusedError):
        parse(body, status=403, future=future)


@pytest.mark.parametrize("status", [400, 502])
def test_unavailable_means_not_yet_only_for_the_future(status: int) -> None:
    with pytest.raises(NotPublishedError):
        parse(UNAVAILABLE, status=status, future=True)
    with pytest.raises(SourceError) as raised:
        parse(UNAVAILABLE, status=status, future=False)
    assert type(raised.value) is NoDataError


@pytest.mark.parametrize(
    "body", [UNAVAILABLE, {}, {"included": []}, answer(id1001=[]), answer(id1001=[], id600=[])]
)
def test_an_answer_without_prices_means_not_yet_only_for_the_future(body: object) -> None:
    with pytest.raises(NotPublishedError):
        parse(body, future=True)
    with pytest.raises(SourceError, match="no prices") as raised:
        parse(body, future=False)
    assert type(raised.value) is NoDataError


@pytest.mark.parametrize(
    "body",
    [
        FIREWALL,
        b"",
        b"Bad Gateway",
        b"{",
        [],
        {},
        {"errors": []},
        {"errors": {}},
        {"errors": [{}]},
        {"errors": [{"detail": ""}]},
        {"errors": "down"},
        b"[" * 200_000,
    ],
)
@pytest.mark.parametrize("status", [400, 502])
def test_an_error_of_the_servers_is_a_failure_for_the_future_too(body: object, status: int) -> None:
    with pytest.raises(SourceError, match=str(status)) as raised:
        parse(body, status=status, future=True)
    assert type(raised.value) is SourceError


@pytest.mark.parametrize("status", [401, 404, 500, 503, 504])
def test_no_other_status_means_not_yet(status: int) -> None:
    with pytest.raises(SourceError) as raised:
        parse(UNAVAILABLE, status=status, future=True)
    assert type(raised.value) is SourceError


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("body", [FIREWALL, UNAVAILABLE])
def test_being_turned_away_is_a_refusal(status: int, body: object) -> None:
    with pytest.raises(RefusedError):
        parse(body, status=status, future=True)


def test_series_are_known_by_their_number_whatever_they_are_called() -> None:
    body = answer(id1001=rows(whole_day()), id600=rows(whole_day()), id1739=rows(whole_day()))
    for item in body["included"]:
        item["type"] = item["attributes"]["title"] = "Precio mercado spot (€/MWh)"

    curves = parse(body)

    assert set(curves) == {Series.PVPC, Series.SPOT}
    assert prices(curves[Series.PVPC]) == hourly(MIDNIGHT, whole_day())


@pytest.mark.parametrize(("number", "series"), [("id1001", Series.PVPC), ("id600", Series.SPOT)])
def test_what_is_published_comes_without_what_is_not(number: str, series: Series) -> None:
    other = "id1001" if number == "id600" else "id600"
    alone = answer(**{number: rows(whole_day())})

    for body in (alone, answer(**{number: rows(whole_day()), other: []})):
        assert set(parse(body, future=True)) == {series}


@pytest.mark.parametrize("length", [HOUR, QUARTER], ids=["hours", "quarters"])
@pytest.mark.parametrize("day", CLOCK_CHANGES, ids=str)
def test_every_slot_is_there_when_the_clocks_change(day: date, length: timedelta) -> None:
    text, hours = CLOCK_CHANGES[day]
    start, count = datetime.fromisoformat(text), hours * HOUR // length
    body = answer(
        id1001=rows(whole_day(hours), start=start),
        id600=rows(whole_day(count), start=start, length=length),
    )

    curves = parse(body, day=day)

    assert prices(curves[Series.PVPC]) == hourly(start, whole_day(hours))
    assert [slot.start for slot in curves[Series.SPOT]] == [
        start + n * length for n in range(count)
    ]
    assert curves[Series.SPOT].covers(start, start + hours * HOUR)


def test_integers_floats_zero_negative_and_quoted_numbers_are_prices() -> None:
    values = [0, -1, -0.5, 12, "88.5", 3.25, *(18 * [1])]

    curve = parse(answer(id600=rows(values)))[Series.SPOT]

    assert [slot.price for slot in curve][:6] == [0, -0.001, -0.0005, 0.012, 0.0885, 0.00325]


def test_a_missing_value_is_a_hole() -> None:
    values = [*whole_day(10), None, *whole_day(13)]
    short = rows(whole_day())
    del short[10]

    for body in (answer(id1001=rows(values)), answer(id1001=short)):
        curve = parse(body)[Series.PVPC]
        assert len(curve) == 23
        assert curve.at(MIDNIGHT + 10 * HOUR) is None
        assert {slot.duration for slot in curve} == {HOUR}


def test_absurd_prices_are_holes() -> None:
    text = json.dumps(answer(id1001=rows([*whole_day(20), "@", "@", 1e9, -1e9])))
    body = text.replace('"@"', "NaN", 1).replace('"@"', "Infinity", 1).encode()

    curve = parse(body)[Series.PVPC]

    assert prices(curve) == hourly(MIDNIGHT, whole_day(20))


def test_slots_of_other_days_do_not_come_in() -> None:
    around = rows(whole_day(72), start=MIDNIGHT - 24 * HOUR)

    curve = parse(answer(id1001=around))[Series.PVPC]

    assert prices(curve) == hourly(MIDNIGHT, whole_day(72)[24:48])


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert parse(answer(id1001=rows(whole_day())[::-1])) == parse(answer(id1001=rows(whole_day())))


def broken(**changes: Any) -> dict[str, Any]:
    """Return a whole day of which one row is not as it should be."""
    body = answer(id1001=rows(whole_day()))
    body["included"][0]["attributes"]["values"][5].update(changes)
    return body


@pytest.mark.parametrize(
    "body",
    [
        answer(id1001=rows(whole_day(), start=MIDNIGHT - 24 * HOUR)),
        answer(id1001=rows(whole_day(), start=MIDNIGHT + 10 * HOUR / 60)),
        answer(id1001=rows(whole_day()[:1])),
        answer(id1001=rows(whole_day(12), length=2 * HOUR)),
        answer(id1001=rows(whole_day(48), length=HOUR / 2)),
        answer(id1001=rows(24 * [None])),
        answer(id1001=rows(24 * ["NaN"])),
        broken(datetime="2026-08-05T05:00:00"),
        broken(datetime="2026-08-05 05:07:00+02:00"),
        broken(datetime="five o'clock"),
        broken(datetime="0001-01-01T00:00:00+02:00"),
        broken(datetime="9999-12-31T23:59:59-02:00"),
        broken(datetime=5),
        broken(datetime=None),
        broken(value="cheap"),
        broken(value=""),
        broken(value="12,5"),
        broken(value=[]),
        broken(value={}),
        broken(value=10**400),
        answer(id1001=[{"value": 1}]),
        answer(id1001=[{"datetime": "2026-08-05T05:00:00+02:00"}]),
        {"included": None},
        {"included": 5},
        {"included": "1001"},
        {"included": [None]},
        {"included": [{"id": "1001"}]},
        {"included": [{"id": ["1001"]}]},
        {"included": [{"id": "1001", "attributes": None}]},
        {"included": [{"id": "1001", "attributes": {"values": 7}}]},
        {"included": [{"id": "1001", "attributes": {"values": [7]}}]},
        {"included": [{"id": "1001", "attributes": {"values": {"a": 1}}}]},
        [],
        None,
        5,
        "prices",
        b"",
        b"[" * 200_000,
        FIREWALL,
        b'{"data": {"type": "Precios mercado',
        json.dumps(answer(id1001=rows(whole_day()))).encode()[:-9],
        b"\x00\xff" * 300,
    ],
)
def test_a_shape_that_is_not_known_is_a_failure(body: object) -> None:
    for future in (True, False):
        with pytest.raises(SourceError) as raised:
            parse(body, future=future)
        assert type(raised.value) is SourceError


def test_a_time_that_could_be_two_in_autumn_is_refused() -> None:
    start = datetime.fromisoformat("2026-10-24T22:00Z")
    naive = rows(whole_day(25), start=start)
    for row in naive:
        row["datetime"] = row["datetime"][:19]

    with pytest.raises(SourceError, match="unknown shape"):
        parse(answer(id1001=naive), day=date(2026, 10, 25))


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just(10**400)
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["included", "id", "attributes", "values", "value", "datetime", "x"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
times = st.one_of(
    anything,
    st.sampled_from(["0001-01-01T00:00+02:00", "2026-08-05T00:00", "2026-08-05T00:07+02:00"]),
    st.integers(0, 95).map(lambda n: (MIDNIGHT + n * QUARTER).isoformat()),
    st.datetimes().map(lambda at: at.isoformat() + "+02:00"),
)
row = st.one_of(
    anything,
    st.fixed_dictionaries({"value": st.one_of(scalars, st.integers(-100, 500)), "datetime": times}),
)
item = st.fixed_dictionaries(
    {
        "id": st.one_of(st.sampled_from(["1001", "600"]), anything),
        "attributes": st.one_of(
            st.fixed_dictionaries({"values": st.one_of(st.lists(row, max_size=8), anything)}),
            anything,
        ),
    }
)
answers = st.one_of(
    anything,
    st.fixed_dictionaries({"included": st.one_of(st.lists(item, max_size=3), anything)}),
)


@settings(max_examples=200)
@given(body=answers, status=st.sampled_from([200, 200, 200, 400, 502]), future=st.booleans())
def test_any_json_is_prices_or_a_failure(body: object, status: int, future: bool) -> None:
    try:
        curves = parse(body, status=status, future=future)
    except NotPublishedError:
        assert future
    except SourceError:
        pass
    else:
        assert status == 200
        check(curves, MIDNIGHT, 24, Source.REDATA)


@settings(max_examples=150)
@given(
    places=st.lists(st.tuples(st.integers(0, 95), st.integers(-900, 9000)), max_size=12),
)
def test_any_quarters_of_the_day_are_kept_where_they_are(places: list[tuple[int, int]]) -> None:
    known = dict(places)
    body = answer(
        id600=[
            row for n, value in known.items() for row in rows([value], start=MIDNIGHT + n * QUARTER)
        ]
    )
    try:
        curve = parse(body)[Series.SPOT]
    except SourceError:
        # Too few to tell hours from quarters.
        ordered = sorted(known)
        steps = {b - a for a, b in pairwise(ordered)}
        assert min(steps, default=0) not in (1, 4) or any(n % 4 for n in known)
    else:
        assert prices(curve) == [
            (MIDNIGHT + n * QUARTER, value / 1000) for n, value in sorted(known.items())
        ]


@given(body=st.binary(max_size=200), status=st.integers(100, 599), future=st.booleans())
def test_no_bytes_are_prices(body: bytes, status: int, future: bool) -> None:
    with pytest.raises(SourceError):
        parse_prices(Reply(status=status, body=body), day=TODAY, future=future)
