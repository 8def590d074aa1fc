from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.chocolate_factory.clients.errors import (
    NoDataError,
    NotPublishedError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.clients.omie import parse_prices
from custom_components.chocolate_factory.clients.transport import Reply
from custom_components.chocolate_factory.factory.prices import PriceCurve
from custom_components.chocolate_factory.factory.series import Series, Source
from tests.clients.far_side import CLOCK_CHANGES, HOUR, QUARTER, TODAY, check, prices

MIDNIGHT = datetime.fromisoformat("2026-08-04T22:00Z")


def parse(
    text: str | bytes, *, day: date = TODAY, status: int = 200, future: bool = False
) -> Mapping[Series, PriceCurve]:
    body = text if isinstance(text, bytes) else text.encode("latin-1")
    return parse_prices(Reply(status=status, body=body), day=day, future=future)


def rows(count: int = 96, *, day: date = TODAY) -> list[str]:
    """Return the periods of a day: Portugal pays 500, Spain counts."""
    return [f"{day:%Y;%m;%d};{n};500;{n}.5;" for n in range(1, count + 1)]


def file(rows: list[str]) -> str:
    return "\r\n".join(["MARGINALPDBC;", *rows, "*", ""])


@pytest.mark.parametrize(
    ("day", "midnight", "length"),
    [
        (date(2022, 1, 3), "2022-01-02T23:00Z", HOUR),
        (date(2025, 9, 15), "2025-09-14T22:00Z", HOUR),
        (date(2026, 4, 15), "2026-04-14T22:00Z", QUARTER),
    ],
    ids=str,
)
def test_every_recorded_value_is_read(
    recordings: Path, day: date, midnight: str, length: timedelta
) -> None:
    body = (recordings / f"omie/marginalpdbc_{day:%Y%m%d}.1.txt").read_bytes()
    recorded = body.decode("ascii").split("\r\n")[1:-2]
    start = datetime.fromisoformat(midnight)

    curves = parse(body, day=day)

    assert len(recorded) == 24 * HOUR // length
    assert set(curves) == {Series.SPOT}
    assert prices(curves[Series.SPOT]) == [
        (start + number * length, float(row.split(";")[5]) / 1000)
        for number, row in enumerate(recorded)
    ]
    check(curves, start, 24, Source.OMIE)


def test_spain_is_the_second_price() -> None:
    curve = parse(file(rows()))[Series.SPOT]

    assert prices(curve) == [(MIDNIGHT + n * QUARTER, (n + 1.5) / 1000) for n in range(96)]


@pytest.mark.parametrize("length", [HOUR, QUARTER], ids=["hours", "quarters"])
@pytest.mark.parametrize("day", CLOCK_CHANGES, ids=str)
def test_periods_are_consecutive_in_real_time_when_the_clocks_change(
    day: date, length: timedelta
) -> None:
    text, hours = CLOCK_CHANGES[day]
    start, count = datetime.fromisoformat(text), hours * HOUR // length

    curve = parse(file(rows(count, day=day)), day=day)[Series.SPOT]

    assert prices(curve) == [(start + n * length, (n + 1.5) / 1000) for n in range(count)]
    assert curve.covers(start, start + hours * HOUR)


def test_zero_negative_and_short_numbers_are_prices() -> None:
    day = rows()
    for number, price in enumerate(("0", "-1.05", "90", ".5", "-500", "4000.00")):
        day[number] = f"2026;08;05;{number + 1};1;{price};"

    curve = parse(file(day))[Series.SPOT]

    assert [slot.price for slot in curve][:6] == pytest.approx([0, -0.00105, 0.09, 0.0005, -0.5, 4])


def test_the_order_of_rows_their_ends_and_a_missing_last_line_end_do_not_matter() -> None:
    expected = parse(file(rows()))

    assert parse(file(rows()[::-1])) == expected
    assert parse(file(rows()).replace("\r\n", "\n")) == expected
    assert parse(file(rows()).rstrip()) == expected
    assert parse(file([row.replace(";08;05;", ";8;5;") for row in rows()])) == expected


def test_absurd_prices_are_holes() -> None:
    day = rows()
    for number, price in enumerate(("nan", "inf", "-inf", "1e9", "-99999")):
        day[number] = f"2026;08;05;{number + 1};1;{price};"

    curve = parse(file(day))[Series.SPOT]

    assert len(curve) == 91
    assert curve.slots[0].start == MIDNIGHT + 5 * QUARTER


@pytest.mark.parametrize("body", ["", "Not Found", "<html></html>"])
def test_a_file_that_is_not_there_means_not_yet_only_for_the_future(body: str) -> None:
    with pytest.raises(NotPublishedError):
        parse(body, status=404, future=True)
    with pytest.raises(SourceError) as raised:
        parse(body, status=404, future=False)
    assert type(raised.value) is NoDataError


@pytest.mark.parametrize("status", [400, 401, 500, 502, 503])
def test_no_other_status_means_not_yet(status: int) -> None:
    with pytest.raises(SourceError) as raised:
        parse("", status=status, future=True)
    assert type(raised.value) is SourceError


@pytest.mark.parametrize("status", [403, 429])
def test_being_turned_away_is_a_refusal(status: int) -> None:
    with pytest.raises(RefusedError):
        parse("<html>Incapsula</html>", status=status, future=True)


def broken(row: str, number: int = 5) -> str:
    """Return a whole day of which one row is not as it should be."""
    day = rows()
    day[number - 1] = row
    return file(day)


@pytest.mark.parametrize(
    "text",
    [
        file(rows(day=date(2026, 8, 4))),
        broken("2026;08;06;5;1;2;"),
        broken("2026;08;05;5;1;"),
        broken("2026;08;05;5;1;;"),
        broken("2026;08;05;5;1;cheap;"),
        broken("2026;08;05;5;1;1,5;"),
        broken("2026;08;05;4;1;2;"),
        broken("2026;08;05;97;1;2;"),
        broken("2026;08;05;0;1;2;"),
        broken("2026;08;05;five;1;2;"),
        broken("2026;13;05;5;1;2;"),
        broken("2026;02;30;5;1;2;"),
        broken(f"{10**20};08;05;5;1;2;"),
        broken("9" * 5000 + ";08;05;5;1;2;"),
        broken(";;;;;;"),
        broken("*"),
        file(rows()[:-1]),
        file(rows()[1:]),
        file([*rows()[:7], *rows()[8:]]),
        file(rows(25)),
        file(rows(23)),
        file(rows(1)),
        file(rows(100)),
        file([]),
        file(rows())[: len(file(rows())) // 2],
        file(rows()).replace("*", ""),
        file(rows()).replace("*", "<html>"),
        file(rows()).replace("MARGINALPDBC;", ""),
        file(rows()).replace("MARGINALPDBC;", "MARGINALPIBC;"),
        "MARGINALPDBC;\r\n*\r\n",
        "MARGINALPDBC;",
        "*",
        "",
        "\r\n\r\n",
        "{}",
        "<html><body>Request unsuccessful. Incapsula incident ID: 0</body></html>",
        b"\xff\xfe\x00" * 500,
        b"PK\x03\x04",
    ],
)
def test_a_file_that_is_not_whole_or_of_another_day_is_a_failure(text: str | bytes) -> None:
    for future in (True, False):
        with pytest.raises(SourceError) as raised:
            parse(text, future=future)
        assert type(raised.value) is SourceError


cells = st.one_of(
    st.sampled_from(["2026", "08", "05", "1", "", "nan", "1e400", str(10**30), "-1", "*"]),
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=5),
)
lines = st.lists(cells, max_size=8).map(";".join)


@settings(max_examples=120)
@given(
    changes=st.dictionaries(st.integers(0, 95), lines, max_size=3),
    price=st.dictionaries(st.integers(0, 95), cells, max_size=3),
    cut=st.one_of(st.none(), st.integers(0, 2000)),
    future=st.booleans(),
)
def test_any_file_is_prices_or_a_failure(
    changes: dict[int, str], price: dict[int, str], cut: int | None, future: bool
) -> None:
    day = rows()
    for number, text in price.items():
        day[number] = f"2026;08;05;{number + 1};1;{text};"
    for number, line in changes.items():
        day[number] = line
    body = file(day).encode("utf-8", "replace")[:cut]
    try:
        curves = parse(body, future=future)
    except NotPublishedError:
        pytest.fail("a file that is there has been published")
    except SourceError:
        pass
    else:
        check(curves, MIDNIGHT, 24, Source.OMIE)


@given(
    text=st.one_of(st.binary(max_size=200), lines.map(lambda line: line.encode("utf-8", "replace")))
)
def test_no_bytes_are_prices(text: bytes) -> None:
    for body in (text, b"MARGINALPDBC;\r\n" + text + b"\r\n*\r\n"):
        with pytest.raises(SourceError):
            parse(body)
