"""Comma-separated values come back as they were, and whatever else is in a file is told."""

import csv
import os
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.chocolate_factory.history.csv_file import BadRow, CsvSheet, read_csv
from custom_components.chocolate_factory.history.harmless import harmless, original
from custom_components.chocolate_factory.history.rows import COLUMNS, Kind, Row

GOOD = "slot,pvpc,redata,2026-08-01T00:00:00Z,3600,0.1,,,"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,3600,0.1,,", "8 columns"),
        ("slice,pvpc,redata,2026-08-01T00:00:00Z,3600,0.1,,,", "slice"),
        ("slot,gold,redata,2026-08-01T00:00:00Z,3600,0.1,,,", "gold is no series"),
        ("slot,pvpc,oracle,2026-08-01T00:00:00Z,3600,0.1,,,", "oracle"),
        ("slot,pvpc,aemet,2026-08-01T00:00:00Z,3600,0.1,,,", "tells no prices"),
        ("slot,pvpc,redata,2026-08-01T00:00:00,3600,0.1,,,", "no instant"),
        ("slot,pvpc,redata,yesterday,3600,0.1,,,", "yesterday"),
        ("slot,pvpc,redata,,3600,0.1,,,", "has a start"),
        ("slot,pvpc,redata,1849-12-31T23:00:00Z,3600,0.1,,,", "from 1850 to 2099"),
        ("slot,pvpc,redata,2100-01-01T00:00:00Z,3600,0.1,,,", "from 1850 to 2099"),
        ("slot,pvpc,redata,2026-08-01T00:10:00Z,3600,0.1,,,", "odd times"),
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,0,0.1,,,", "odd times"),
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,3600,nan,,,", "cannot be"),
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,3600,450,,,", "cannot be"),
        ('slot,"temperature@91,0/aemet",aemet,2026-08-01T00:00:00Z,3600,20,,,', "no series"),
        ('slot,"temperature@40,0/aemet",omie,2026-08-01T00:00:00Z,3600,20,,,', "no series"),
        ('slot,"temperature@40,0/aemet",aemet,2026-08-01T00:00:00Z,3600,200,,,', "cannot be"),
        ("outcome,,,2026-08-01T00:00:00Z,3600,,perfect,,2026-08-01T09:00:00Z", "perfect"),
        ("outcome,,,2026-08-01T00:00:00Z,0,,good,,2026-08-01T09:00:00Z", "some time"),
        ("outcome,,,2026-08-01T00:00:00Z,3600,,good,,", "time is missing"),
        ("recommendation,,rule,2026-08-01T00:00:00Z,900,101,halt,,", "0 to 100"),
        ("recommendation,,rule,2026-08-01T00:00:00Z,,1,halt,,", "odd times"),
        (f"recommendation,,rule,2026-08-01T00:00:00Z,{10**21},1,halt,,", "odd times"),
        (f"recommendation,,rule,2026-08-01T08:07:13Z,{10**18},1,halt,,", "odd times"),
        ("recommendation,,rule,2026-08-01T08:07:00Z,900,1,halt,,", "odd times"),
        ("recommendation,,oracle,2026-08-01T00:00:00Z,900,1,halt,,", "oracle"),
        ("slot,pvpc,redata,2026-08-01T00:00:00Z,3600,0.1,good,,", "slot has no word"),
        ("outcome,,,2026-08-01T00:00:00Z,3600,0,good,,2026-08-01T09:00:00Z", "has no value"),
        ("recommendation,pvpc,rule,2026-08-01T00:00:00Z,900,1,halt,,", "has no series"),
        (f'weather_forecast,"40,0",aemet,,{10**30},,,{{}},2026-08-01T00:00:00Z', "no seconds"),
        ("price_forecast,pvpc,redata,,,,2026-08-02T00:00:00Z,{},2026-08-01T00:00:00Z", "no source"),
        ('weather_forecast,"40,0",aemet,,,,,{},2026-08-01T00:00:00Z', "start"),
        ('weather_forecast,"40,0",aemet,,,,,"[",2026-08-01T00:00:00Z', "Expecting"),
        ("weather_forecast,here,aemet,,,,,{},2026-08-01T00:00:00Z", "here"),
        (f"outcome,,,2026-08-01T00:00:00Z,3600,,good,{'x' * 100_001},", "100000 characters"),
        ("price_forecast,pvpc,,,,,2026-08-02T00:00:00,{},2026-08-01T00:00:00Z", "no instant"),
        ("price_forecast,pvpc,,,,,tomorrow,{},2026-08-01T00:00:00Z", "tomorrow"),
        ("price_forecast,pvpc,,,,,2026-08-02T00:00:00Z,{},2026-08-01T00:00:00Z", "low"),
    ],
)
def test_rows_that_cannot_be_are_told_with_their_lines(
    tmp_path: Path, line: str, reason: str
) -> None:
    file = tmp_path / "history.csv"
    file.write_text("\n".join(["\ufeff" + ",".join(COLUMNS), GOOD, "", line, GOOD]), "utf-8")
    good, bad, also_good = read_csv(file)
    assert isinstance(bad, BadRow)
    assert bad.line == 4
    assert reason in bad.reason
    assert good == also_good


@pytest.mark.parametrize(
    "content",
    [b"", b"start,price\n2026,1\n", b"\xff\xfe\x00", b'kind,"', b"\x00" * 100],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "history.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        list(read_csv(file))


@pytest.mark.parametrize(
    "content", ['outcome,,,,,,,"' + 200_000 * "never closed\n", 3_000_000 * "x"]
)
def test_a_row_without_an_end_is_not_read_to_the_end(
    tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where another integration wants to read whatever comes, in the same process."""
    limit = csv.field_size_limit(2**31 - 1)
    try:
        file = tmp_path / "history.csv"
        file.write_text("\n".join([",".join(COLUMNS), GOOD, content]), "utf-8")
        read = read_csv(file)
        assert isinstance(next(read), Row)
        with pytest.raises(ValueError, match="a row is too long"):
            next(read)
    finally:
        assert csv.field_size_limit(limit) == 2**31 - 1


def test_many_long_rows_are_no_long_row(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    note = "x" * 499 + '"'
    line = f'outcome,,,2026-08-01T00:00:00Z,3600,,good,"{note}"",2026-08-01T09:00:00Z'
    file.write_text("\n".join([",".join(COLUMNS), *[line] * 1000]), "utf-8")
    assert [row.text for row in read_csv(file) if isinstance(row, Row)] == [note] * 1000


@pytest.mark.parametrize("more", ["", GOOD + "\n", GOOD.replace("0.1", "0.3")])
def test_a_file_that_somebody_writes_meanwhile_is_refused(tmp_path: Path, more: str) -> None:
    file = tmp_path / "history.csv"
    whole = "\n".join([",".join(COLUMNS), *[GOOD] * 2000, ""])
    file.write_text(whole, "utf-8")
    os.utime(file, (0, 0))
    read = read_csv(file)
    next(read)
    file.write_text(more + whole[len(more) :] if more else whole + GOOD, "utf-8")
    with pytest.raises(ValueError, match="changed while it was read"):
        list(read)


def told(note: str) -> Row:
    return Row(
        kind=Kind.OUTCOME,
        start=1_785_542_400,
        seconds=3600,
        word="good",
        text=note,
        at=1_785_542_400,
    )


def cells(line: str) -> list[str]:
    """Return what a spreadsheet may take for the cells of a line."""
    return [cell for separator in ",;\t" for cell in next(csv.reader([line], delimiter=separator))]


@pytest.mark.parametrize(
    "note",
    [
        "=1+1",
        "+34 600 000 000",
        "-2 °C at night",
        "@maria",
        "\t=1+1",
        "\r=1+1",
        " =1+1",
        "\uff1d1+1",
        "'=1+1",
        "''=1+1",
        'dull;=HYPERLINK("http://example.com")',
        'dull; "=1+1"',
        '"=1+1"',
        "dull\n=1+1",
        "- dull\n- grey",
    ],
)
def test_no_spreadsheet_calculates_a_note(tmp_path: Path, note: str) -> None:
    content = CsvSheet().rows([told(note)])
    for line in content.decode().splitlines():
        for cell in cells(line):
            assert not cell.lstrip(' "').startswith(("=", "+", "-", "@", "\uff1d")), cell
    file = tmp_path / "history.csv"
    file.write_bytes(content)
    assert list(read_csv(file)) == [told(note)]


@pytest.mark.parametrize("note", ["", "'dull' and 'grey'", "5 - 3 = 2", "a=1", "2 °C; 4 °C, -2 °C"])
def test_harmless_notes_stay_as_they_are(note: str) -> None:
    line = CsvSheet().rows([told(note)]).decode().splitlines()[1]
    assert next(csv.reader([line]))[7] == note


def test_numbers_below_zero_stay_numbers() -> None:
    row = Row(kind=Kind.SLOT, series="spot", source="omie", start=0, seconds=3600, value=-0.25)
    assert CsvSheet().rows([row]).decode().splitlines()[1].split(",")[5] == "-0.25"


@given(note=st.text(st.sampled_from("=+-@\uff1d;\t\r\n'\" ,ax"), max_size=12) | st.text())
def test_every_text_comes_back_as_it_was(note: str) -> None:
    assert original(harmless(note)) == note
