"""Files that people keep are read as they are, and what cannot be read is told by file and line."""

from datetime import date, time
from pathlib import Path
import zipfile

from hypothesis import example, given, settings, strategies as st
import pytest
import xlwt

from custom_components.chocolate_factory.clients import datosclima
from custom_components.chocolate_factory.clients.datosclima import (
    FileError,
    Problem,
    UnknownStationError,
    normal,
    read_station,
)
from custom_components.chocolate_factory.factory.daily import Extremes
from custom_components.chocolate_factory.factory.weather import Measure

ROW = "Madrid, Retiro;Madrid;22.2 ;15:50;12.3 ;7:20;0\n"
RETIRO = Extremes(lowest=12.3, highest=22.2, lowest_at=time(7, 20), highest_at=time(15, 50))
CELLS = ("Madrid, Retiro", "Madrid", "22.2 (15:50)", "12.3 (07:20)", "17.3", "30 (12:00)")
HEADER = (
    "Estación", "Provincia", "Temperatura máxima (ºC)", "Temperatura mínima (ºC)",
    "Temperatura media (ºC)", "Racha (km/h)",
)  # fmt: skip


def write_xls(path: Path, *rows: tuple[str | float, ...], header: int = 4) -> None:
    """Write an old Excel file as the site has them."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Hoja1")
    sheet.write(0, 0, "Resumen diario")
    for number, row in enumerate((HEADER, *rows), start=header):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(str(path))


def extremes(path: Path, station: str = "Madrid, Retiro") -> dict[date, Extremes]:
    """Return what the files say of a station, provided that all can be read."""
    found = read_station(path, station)
    assert found.problems == ()
    return {day: told.extremes[Measure.TEMPERATURE] for day, told in found.days.items()}


@pytest.mark.parametrize(
    ("file", "day", "highest", "lowest", "at"),
    [
        ("Aemet20171029.iso-8859-1.csv", date(2017, 10, 29), 22.2, 12.3, time(15, 50)),
        ("newAemet20171030.utf8.csv", date(2017, 10, 30), 22.1, 10.2, time(16, 10)),
    ],
)
def test_a_recorded_day_is_read_in_either_encoding(
    recordings: Path, file: str, day: date, highest: float, lowest: float, at: time
) -> None:
    path = recordings / "datosclima" / file

    # Both columns hold the time of the highest value.
    told = Extremes(lowest=lowest, highest=highest, highest_at=at)
    assert extremes(path) == {day: told}
    assert set(extremes(path, "a coruna aeropuerto")) == {day}


def test_a_recorded_folder_is_read_as_a_whole(recordings: Path) -> None:
    found = read_station(recordings / "datosclima", "MADRID RETIRO")

    assert sorted(found.days) == [date(2017, 10, 29), date(2017, 10, 30)]
    assert (found.station.full, found.files, found.problems) == ("Madrid, Retiro (Madrid)", 2, ())


def test_every_station_of_the_recordings_can_be_chosen_by_its_name(recordings: Path) -> None:
    path = recordings / "datosclima" / "newAemet20171030.utf8.csv"
    lines = path.read_text().splitlines()
    for line in lines[:: len(lines) // 20]:
        name, province = line.split(";")[:2]
        assert read_station(path, f"{name.upper()} ({province})").station.name == name.strip()


@pytest.mark.parametrize(
    "name", ["Aemet20171029.csv", "newAemet20171029.CSV", "Aemet2017-10-29.csv", "2017-10-29.csv"]
)
def test_the_name_says_which_day_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(ROW)

    assert extremes(tmp_path / name) == {date(2017, 10, 29): RETIRO}


def test_an_excel_file_says_the_same_as_a_csv(tmp_path: Path) -> None:
    write_xls(tmp_path / "Aemet2017-10-29.xls", CELLS, ("Rota", "Cádiz", "", "", "", ""))
    (tmp_path / "Aemet20171030.csv").write_text(ROW)

    assert extremes(tmp_path) == {date(2017, 10, 29): RETIRO, date(2017, 10, 30): RETIRO}
    assert extremes(tmp_path, "Rota") == {}


def test_cells_may_be_numbers_and_have_commas_or_no_times(tmp_path: Path) -> None:
    write_xls(tmp_path / "Aemet2017-10-29.xls", ("Rota", "Cádiz", 22.5, "12,25"), header=7)

    assert extremes(tmp_path, "rota") == {date(2017, 10, 29): Extremes(lowest=12.25, highest=22.5)}


def test_a_zip_of_both_is_read_whatever_folders_are_in_it(tmp_path: Path) -> None:
    write_xls(tmp_path / "Aemet2017-10-29.xls", CELLS)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "Aemet2017-10-29.xls", "2017/10/Aemet2017-10-29.xls")
        archive.writestr("../../Aemet20171030.csv", ROW)
        archive.writestr("README.txt", "nothing")
    (tmp_path / "Aemet2017-10-29.xls").unlink()

    assert sorted(extremes(tmp_path / "all.zip")) == [date(2017, 10, 29), date(2017, 10, 30)]
    assert [one.name for one in tmp_path.iterdir()] == ["all.zip"], "nothing is unpacked"


@pytest.mark.parametrize("station", ["MADRID, RETIRO", "Madrid Retiro", " madrid - retiro "])
def test_a_station_is_found_without_case_accents_and_punctuation(
    tmp_path: Path, station: str
) -> None:
    (tmp_path / "Aemet20171029.csv").write_text("Mádrid,Retiro;Madrid;20;1:00;10;2:00;0\n")

    assert len(extremes(tmp_path, station)) == 1


def test_an_unknown_station_is_answered_with_the_nearest_names(recordings: Path) -> None:
    with pytest.raises(UnknownStationError) as caught:
        read_station(recordings / "datosclima", "Madrid Retriro")

    assert caught.value.nearest[0] == "Madrid, Retiro (Madrid)"
    assert len(caught.value.nearest) <= 5


def test_of_two_stations_of_one_name_the_province_tells_which(recordings: Path) -> None:
    path = recordings / "datosclima" / "Aemet20171029.iso-8859-1.csv"
    with pytest.raises(UnknownStationError) as caught:
        read_station(path, "Fuencaliente")

    first, second = caught.value.nearest[:2]
    assert {one.split(" (")[0] for one in (first, second)} == {"Fuencaliente"}
    assert extremes(path, first) != extremes(path, second)


def test_what_cannot_be_read_is_told_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "Aemet20171029.csv").write_text(f"{ROW}\nhalf a row\nMadrid, Retiro;Madrid;x;;1;\n")
    (tmp_path / "Aemet20171030.csv").write_text("Madrid, Retiro;Madrid;10;;20;;\n")
    (tmp_path / "Aemet20171099.csv").write_text(ROW)
    (tmp_path / "Aemet20171031.xls").write_bytes(b"<html>")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04")

    found = read_station(tmp_path, "Madrid Retiro")

    assert list(found.days) == [date(2017, 10, 29)]
    told = {(one.file, one.line): one.reason for one in found.problems}
    assert told["Aemet20171029.csv", 3] == "not station;province;highest;time;lowest;time"
    assert told["Aemet20171029.csv", 4] == "no temperature: x"
    assert told["Aemet20171030.csv", 1] == "20 to 10 °C cannot be"
    assert told["Aemet20171099.csv", None].startswith("its name has no date")
    assert told["Aemet20171031.xls", None].startswith("no old Excel file")
    assert told["broken.zip", None].startswith("no zip that can be read")
    assert len(told) == 6


def test_files_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    (tmp_path / "Aemet20171029.csv").write_text(ROW)
    (tmp_path / "Aemet2017-10-29.csv").write_text(ROW)
    assert len(extremes(tmp_path)) == 1

    (tmp_path / "Copy of 20171029.csv").write_text(ROW.replace("22.2", "23.2"))

    [problem] = read_station(tmp_path, "Madrid Retiro").problems
    assert problem == Problem(
        "Copy of 20171029.csv", 1, "another file says something else of 2017-10-29"
    )


def test_an_excel_file_without_its_header_is_told(tmp_path: Path) -> None:
    write_xls(tmp_path / "Aemet2017-10-29.xls", CELLS, header=30)
    (tmp_path / "Aemet2017-10-30.csv").write_text(ROW)

    [problem] = read_station(tmp_path, "Madrid Retiro").problems
    assert "Temperatura máxima" in problem.reason


@pytest.mark.parametrize("name", ["nothing.csv", "folder", "notes.txt"])
def test_where_there_is_nothing_to_read_that_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes.txt").write_text(ROW)

    with pytest.raises(FileError):
        read_station(tmp_path / name, "Madrid Retiro")


def test_a_file_that_is_gone_does_not_tell_where_it_was(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_station(tmp_path / "Aemet20171029.csv", "Madrid Retiro")

    assert "No such file" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datosclima, "LARGEST_FILE", 100)
    (tmp_path / "Aemet20171029.csv").write_text(ROW)
    (tmp_path / "Aemet20171030.csv").write_text(ROW * 3)

    found = read_station(tmp_path, "Madrid Retiro")

    assert list(found.days) == [date(2017, 10, 29)]
    assert found.problems == (Problem("Aemet20171030.csv", None, "it is too large"),)


def test_a_zip_that_unpacks_to_too_much_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Aemet20171029.csv", ROW)
        archive.writestr("Aemet20171030.csv", b" " * 100_000_000)
        archive.writestr("Aemet20171031.csv", ROW)
    assert (tmp_path / "bomb.zip").stat().st_size < 200_000

    found = read_station(tmp_path, "Madrid Retiro")
    assert sorted(found.days) == [date(2017, 10, 29), date(2017, 10, 31)]
    assert found.problems == (Problem("bomb.zip/Aemet20171030.csv", None, "it is too large"),)

    monkeypatch.setattr(datosclima, "LARGEST_SUM", 1_000_000)
    found = read_station(tmp_path, "Madrid Retiro")
    assert list(found.days) == [date(2017, 10, 29)]
    assert found.problems == (Problem("bomb.zip", None, "it unpacks to too much"),)


def test_a_zip_of_too_many_files_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datosclima, "MOST_FILES", 2)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for day in (1, 2, 3):
            archive.writestr(f"Aemet2017100{day}.csv", ROW)

    with pytest.raises(FileError, match=r"many\.zip: it holds more than 2 files"):
        read_station(tmp_path, "Madrid Retiro")


def test_only_so_many_problems_are_told(tmp_path: Path) -> None:
    (tmp_path / "Aemet20171029.csv").write_text(ROW + "bad\n" * 1000)

    assert len(read_station(tmp_path, "Madrid Retiro").problems) == datosclima.MOST_PROBLEMS


@given(name=st.text(max_size=40))
@example(name="\N{MATHEMATICAL SANS-SERIF CAPITAL A}")
def test_a_normal_name_stays_as_it_is(name: str) -> None:
    assert normal(normal(name)) == normal(name)


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_csv_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "csv"
    folder.mkdir(exist_ok=True)
    (folder / "Aemet20171029.csv").write_bytes(ROW.encode() + content)

    for day in read_station(folder, "Madrid Retiro").days.values():
        told = day.extremes[Measure.TEMPERATURE]
        assert -30 <= told.lowest <= told.highest <= 55


@settings(max_examples=150, deadline=None)
@given(
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 255)), max_size=20),
    length=st.integers(0, 10_000),
)
@pytest.mark.parametrize("name", ["Aemet2017-10-29.xls", "Aemet20171029.zip"])
def test_no_damage_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, name: str, flips: list[tuple[int, int]], length: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    if not folder.exists():
        folder.mkdir()
        write_xls(folder / "whole.xls", CELLS)
        with zipfile.ZipFile(folder / "whole.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("Aemet20171029.csv", ROW * 20)
    content = bytearray((folder / f"whole{name[-4:]}").read_bytes())
    for position, change in flips:
        content[position % len(content)] ^= change
    (folder / name).write_bytes(content[: max(length, len(content) - 100)])

    try:
        found = read_station(folder / name, "Madrid Retiro")
    except FileError, UnknownStationError:
        return
    assert set(found.days) <= {date(2017, 10, 29)}
