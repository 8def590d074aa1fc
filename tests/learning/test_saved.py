from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
import json
import math
import os
from pathlib import Path
import pickle
import struct
import sys
from typing import Any
import zipfile

from hypothesis import given, settings, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from custom_components.chocolate_factory.learning import bundle as bundles
from custom_components.chocolate_factory.learning.bundle import (
    Bundle,
    ModelFileError,
    pack,
    sealed,
    unpack,
)
from custom_components.chocolate_factory.learning.card import Card
from custom_components.chocolate_factory.learning.forest import Forest
from custom_components.chocolate_factory.learning.forest_trainer import ForestSettings
from custom_components.chocolate_factory.learning.numpy_trainer import NumpyTrainer
from custom_components.chocolate_factory.learning.saved import load, read, save
from custom_components.chocolate_factory.learning.trainers import TrainerChoice, trainer

type Arrays = dict[str, NDArray[Any]]

NAMES = ("price", "damp", "hour")
CREATED = datetime(2026, 8, 5, 12, tzinfo=UTC)
CARD = Card(
    task="energy_score",
    features=NAMES,
    first=CREATED - timedelta(days=1000),
    last=CREATED - timedelta(days=4),
    rows=23_904,
    trainer="numpy",
    versions={"python": "3.14.2", "numpy": "2.3.2"},
    scores={"r2": 0.95, "mae": 5},
    baselines={"rule": {"r2": 0.93}, "naive": {"r2": 0.81}},
    seed=7,
    created=CREATED,
)


def grown() -> Forest:
    generator = np.random.default_rng(1)
    inputs = generator.random((200, 3))
    return NumpyTrainer().classification(
        inputs,
        (inputs[:, 0] * 4).astype(np.int64),
        np.ones(200),
        count=4,
        names=NAMES,
        settings=ForestSettings(trees=3, leaf=5, features=2),
        check=lambda _done: None,
    )


FOREST = grown()
SOUND = pack(Bundle(arrays=FOREST.to_arrays(), card=CARD))


def forest_of(bundle: Bundle) -> Forest:
    if bundle.card.features != NAMES:
        raise ValueError("other features")
    return Forest.from_arrays(bundle.card.features, bundle.arrays)


def is_refused_or_the_same(content: bytes) -> bool:
    try:
        bundle = unpack(content)
        forest = forest_of(bundle)
    except ModelFileError, ValueError:
        return True
    return bundle.card == CARD and all(
        np.array_equal(array, forest.to_arrays()[name])
        for name, array in FOREST.to_arrays().items()
    )


def test_a_model_comes_back_as_it_went(tmp_path: Path) -> None:
    path = save(tmp_path / "models", "production", FOREST.to_arrays(), CARD)

    loaded = load(tmp_path / "models", "production", forest_of)

    assert path.name == "production-000001.npz"
    assert loaded.card == CARD
    assert not loaded.refused
    assert loaded.model
    inputs = np.random.default_rng(2).normal(0, 1, (50, 3))
    np.testing.assert_array_equal(loaded.model.predict(inputs), FOREST.predict(inputs))


def test_what_scikit_learn_grew_predicts_the_same_where_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = np.random.default_rng(3).normal(0, 1, (300, 3))
    inputs[::9, 1] = np.nan
    forest = trainer(TrainerChoice.SCIKIT_LEARN).regression(
        inputs,
        np.nansum(inputs, axis=1),
        np.ones(300),
        names=NAMES,
        settings=ForestSettings(trees=5, leaf=3, features=2),
        check=lambda _done: None,
    )
    save(tmp_path, "score", forest.to_arrays(), CARD)
    for module in [name for name in sys.modules if name.partition(".")[0] == "sklearn"]:
        monkeypatch.setitem(sys.modules, module, None)

    loaded = load(tmp_path, "score", forest_of).model

    assert loaded
    np.testing.assert_array_equal(loaded.predict(inputs), forest.predict(inputs))


def test_any_numbers_can_be_saved(tmp_path: Path) -> None:
    arrays: Arrays = {
        "one": np.array(7, dtype=np.int64),
        "none": np.zeros((0, 3)),
        "score.nested": np.array([[np.nan, np.inf], [-0.0, 1e-320]]),
        "turned": np.arange(6, dtype=np.int16).reshape(2, 3).T,
        "every other": np.arange(10.0)[::2],
        "yes": np.array([True, False]),
    }

    found = read(save(tmp_path, "anything", arrays, CARD)).arrays

    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)


def test_the_file_is_one_that_numpy_and_people_can_read(tmp_path: Path) -> None:
    path = save(tmp_path, "production", FOREST.to_arrays(), CARD)

    with np.load(path, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["value"], FOREST.value)
    with zipfile.ZipFile(path) as archive:
        card = json.loads(archive.read("card.json"))
    assert card["format"] == 1
    assert card["features"] == list(NAMES)
    assert card["baselines"]["rule"]["r2"] == 0.93


def test_the_same_model_is_the_same_file() -> None:
    assert pack(Bundle(arrays=FOREST.to_arrays(), card=CARD)) == SOUND


def test_the_last_three_are_kept(tmp_path: Path) -> None:
    for seed in range(5):
        save(tmp_path, "score", {"a": np.arange(seed)}, replace(CARD, seed=seed))
    save(tmp_path, "score-2", {}, CARD)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "score-000003.npz", "score-000004.npz", "score-000005.npz", "score-2-000001.npz"
    ]  # fmt: skip
    newest = load(tmp_path, "score", lambda bundle: len(bundle.arrays["a"]))
    assert newest.card
    assert (newest.model, newest.card.seed) == (4, 4)


def test_a_damaged_model_is_left_out_and_told_of(tmp_path: Path) -> None:
    good = save(tmp_path, "score", FOREST.to_arrays(), CARD)
    foreign = save(tmp_path, "score", FOREST.to_arrays(), replace(CARD, features=("a", "b", "c")))
    damaged = save(tmp_path, "score", FOREST.to_arrays(), CARD)
    damaged.write_bytes(damaged.read_bytes()[:-100])

    loaded = load(tmp_path, "score", forest_of)

    assert loaded.model
    assert loaded.card == read(good).card
    assert loaded.refused.keys() == {damaged.name, foreign.name}
    assert loaded.refused[damaged.name].startswith("it is damaged")
    assert loaded.refused[foreign.name] == "other features"


def test_without_a_sound_model_there_is_none(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere", "score", forest_of).model is None
    (tmp_path / "score-000001.npz").write_bytes(b"")
    (tmp_path / "score-000002.npz").mkdir()

    loaded = load(tmp_path, "score", forest_of)

    assert (loaded.model, loaded.card) == (None, None)
    assert len(loaded.refused) == 2


def test_what_is_left_of_a_crash_is_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, "score", FOREST.to_arrays(), CARD)

    def fail(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ModelFileError, match="No space left"):
        save(tmp_path, "score", FOREST.to_arrays(), CARD)

    assert [path.name for path in tmp_path.iterdir()] == ["score-000001.npz"]
    # As after the power went, when nobody could tidy up.
    (tmp_path / "score-000002.npz.partial").write_bytes(SOUND[:50])
    assert not load(tmp_path, "score", forest_of).refused


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    save(tmp_path, "score", FOREST.to_arrays(), CARD)

    for bad in (np.array(["text"]), np.array([1.0], dtype=">f8"), np.array([1j])):
        with pytest.raises(ModelFileError):
            save(tmp_path, "score", {"bad": bad}, CARD)
    with pytest.raises(ValueError, match="Object arrays"):
        save(tmp_path, "score", {"bad": np.array([{}])}, CARD)

    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_none_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ModelFileError, match="cannot be read"):
        load(tmp_path / "file", "score", forest_of)
    with pytest.raises(ModelFileError, match="cannot be"):
        save(tmp_path / "file", "score", {}, CARD)


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_a_file_with_flipped_bytes_is_refused(data: st.DataObject) -> None:
    content = bytearray(SOUND)
    places = st.integers(0, len(SOUND) - 1)
    for place in data.draw(st.sets(places, min_size=1, max_size=3)):
        content[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(ModelFileError, match="it is damaged"):
        unpack(bytes(content))


@settings(deadline=None, max_examples=300)
@given(place=st.integers(0, len(SOUND) - 1), bits=st.integers(1, 255))
def test_even_with_the_right_digest_a_flipped_byte_is_refused_or_changes_nothing(
    place: int, bits: int
) -> None:
    content = bytearray(SOUND)
    content[place] ^= bits

    assert is_refused_or_the_same(sealed(bytes(content)))


@settings(deadline=None)
@given(length=st.integers(0, len(SOUND) - 1), tail=st.binary(max_size=30))
def test_a_file_that_was_cut_off_is_refused(length: int, tail: bytes) -> None:
    with pytest.raises(ModelFileError):
        unpack(SOUND[:length])
    assert is_refused_or_the_same(SOUND[:length] + tail)


@settings(deadline=None)
@given(content=st.binary(max_size=300))
def test_a_foreign_file_is_refused(content: bytes) -> None:
    with pytest.raises(ModelFileError):
        unpack(content)
    with pytest.raises(ModelFileError):
        unpack(sealed(content))
    with pytest.raises(ModelFileError):
        unpack(zipped({"card.json": content}))
    with pytest.raises(ModelFileError):
        unpack(zipped({"card.json": CARD.to_json().encode(), "a.npy": content}))


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
        archive.comment = bytes(32)
    return sealed(content.getvalue())


def array(header: str, numbers: bytes = b"", magic: bytes = b"\x93NUMPY\x01\x00") -> bytes:
    padded = header.ljust(117) + "\n"
    return magic + struct.pack("<H", len(padded)) + padded.encode() + numbers


def described(descr: str, shape: str, order: str = "False") -> str:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"


JSON_CARD = CARD.to_json().encode()
FLOATS = described("'<f8'", "(1,)")


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (array(described("'|O'", "(1,)"), pickle.dumps([len])), "of object"),
        (array(described("'<U4'", "(1,)"), b"a" * 16), "an array is of <U4"),
        (array(described("'>f8'", "(1,)"), bytes(8)), "an array is of >f8"),
        (array(described("[('a', '<f8')]", "(1,)"), bytes(8)), "an array is of"),
        (array(described("'<f8'", "(1000000000000,)"), bytes(8)), "another size"),
        (array(described("'<f8'", "(-1,)"), bytes(8)), "another size"),
        (array(described("'<f8'", "(-1, -1)"), bytes(8)), "another size"),
        (array(described("'<f8'", f"({2**64}, {2**64})"), bytes(8)), "another size"),
        (array(described("'<f8'", "(1.5,)"), bytes(8)), "it is no model"),
        (array(described("'<f8'", "(1,)", "7"), bytes(8)), "it is no model"),
        (array(FLOATS, bytes(7)), "another size"),
        (array(FLOATS, bytes(9)), "another size"),
        (array(FLOATS, bytes(8), b"\x93NUMPY\x02\x00"), "another version"),
        (array("__import__('os').abort()"), "it is no model"),
        (array("{" * 90), "it is no model"),
        (array(described("'|b1'", "(2,)"), b"\x01\x02"), "yes and no"),
        (b"", "another version"),
    ],
)
def test_a_hostile_array_is_refused(member: bytes, reason: str) -> None:
    with pytest.raises(ModelFileError, match=reason):
        unpack(zipped({"card.json": JSON_CARD, "a.npy": member}))


def test_the_arrays_that_are_refused_differ_from_sound_ones_only_there() -> None:
    sound = unpack(zipped({"card.json": JSON_CARD, "a.npy": array(FLOATS, bytes(8))}))

    assert sound.arrays["a"].tolist() == [0]


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "no card"),
        ({"a.npy": array(FLOATS, bytes(8))}, "no card"),
        ({"card.json": JSON_CARD, "run.py": b"import os"}, "something else than arrays"),
        ({"card.json": JSON_CARD} | {f"{n}.npy": b"" for n in range(1100)}, "more than any model"),
    ],
)
def test_a_file_with_other_things_in_it_is_refused(members: dict[str, bytes], reason: str) -> None:
    with pytest.raises(ModelFileError, match=reason):
        unpack(zipped(members))


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    member = array(described("'<f8'", f"({2**17},)"), bytes(2**20))
    bomb = zipped({"card.json": JSON_CARD} | {f"{number}.npy": member for number in range(5)})
    monkeypatch.setattr(bundles, "_MOST_UNPACKED", 2**22)
    monkeypatch.setattr(zipfile.ZipFile, "read", None)

    with pytest.raises(ModelFileError, match="more than any model"):
        unpack(bomb)


def test_a_file_that_says_less_than_it_unpacks_to_is_refused() -> None:
    content = bytearray(zipped({"card.json": JSON_CARD, "a.npy": array(FLOATS, bytes(10**6))}))
    size = struct.pack("<I", 128 + 10**6)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack("<I", 136)

    with pytest.raises(ModelFileError, match="BadZipFile: Bad CRC"):
        unpack(sealed(bytes(content)))


def test_a_member_that_is_there_twice_is_refused() -> None:
    content = zipped({"card.json": JSON_CARD, "card.jso_": JSON_CARD})
    content = sealed(content.replace(b"card.jso_", b"card.json"))

    with pytest.raises(ModelFileError, match="two of something"):
        unpack(content)


def test_other_ways_of_packing_are_refused() -> None:
    with pytest.raises(ModelFileError, match="packed in another way"):
        unpack(zipped({"card.json": JSON_CARD}, zipfile.ZIP_LZMA))


def test_a_huge_file_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "score-000001.npz"
    with path.open("wb") as file:
        file.truncate(bundles.MOST_BYTES + 1)

    with pytest.raises(ModelFileError, match="too large"):
        read(path)


def test_a_score_that_cannot_be_told_stays_so() -> None:
    card = Card.from_json(replace(CARD, scores={"spearman": math.nan}).to_json())

    assert math.isnan(card.scores["spearman"])


def without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda card: card.pop(name)


def having(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda card: card.update({name: value})


@pytest.mark.parametrize(
    "change",
    [
        *(without(name) for name in json.loads(JSON_CARD)),
        having("code", "print()"),
        having("format", 2),
        having("format", "1"),
        having("task", 1),
        having("features", "price"),
        having("features", [1]),
        having("first", "2026-08-05T12:00:00"),
        having("last", "yesterday"),
        having("rows", 1.5),
        having("rows", True),
        having("versions", ["numpy"]),
        having("versions", {"numpy": 2}),
        having("scores", {"r2": "0.95"}),
        having("scores", {"r2": True}),
        having("scores", {"r2": math.inf}),
        having("baselines", {"rule": 0.9}),
        having("seed", None),
        having("created", 0),
    ],
)
def test_a_card_with_anything_else_in_it_is_refused(
    change: Callable[[dict[str, Any]], object],
) -> None:
    card = json.loads(JSON_CARD)
    change(card)

    with pytest.raises(ValueError, match=r"."):
        Card.from_json(json.dumps(card))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"format": 1}', "[" * 100_000])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(ModelFileError):
        unpack(zipped({"card.json": text.encode()}))
