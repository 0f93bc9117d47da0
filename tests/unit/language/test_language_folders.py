"""The folders a translator keeps: compiled in step, whole, and refused when they are broken."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from handrail_ops.languages.check import Finding, check_languages, graphemes, utf16_units
from handrail_ops.languages.command import languages
from handrail_ops.languages.compile import Build
from handrail_ops.languages.requests import expand
from handrail_ops.languages.source import LANGUAGES_FOLDER, LanguageSourceError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of two languages to break."""
    for code in ("en", "de"):
        shutil.copytree(LANGUAGES_FOLDER / code, tmp_path / code)
    return tmp_path


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _found(folder: Path) -> list[tuple[str, str]]:
    return [(finding.where, finding.what) for finding in check_languages(Build(folder))]


def test_every_language_is_whole_and_compiled() -> None:
    build = Build()
    assert build.stale() == [], "run `handrail languages compile`"
    assert check_languages(build) == []


def _compiled(folder: Path) -> list[Path]:
    return [*folder.rglob("*.json"), *folder.glob("*.bin")]


def test_compiling_is_reproducible(folder: Path) -> None:
    assert Build(folder).write()
    first = {path: path.read_bytes() for path in _compiled(folder)}
    assert folder / "ngrams.bin" in first
    for path in first:
        path.unlink()
    Build(folder).write()
    assert {path: path.read_bytes() for path in _compiled(folder)} == first
    assert Build(folder).write() == []


def test_a_missing_phrase_is_named_with_its_english(folder: Path) -> None:
    _edit(folder / "de" / "phrases.po", 'msgid "resolved"', 'msgid "reslvd"')
    found = _found(folder)
    assert any(where == "resolved" and "missing; in English" in what for where, what in found)
    assert any(where == "reslvd" and "no phrase" in what for where, what in found)


def test_a_missing_plural_form_is_named(folder: Path) -> None:
    _edit(folder / "de" / "phrases.po", "ui.new_messages#one", "ui.new_messages#few")
    wheres = [where for where, _ in _found(folder)]
    assert wheres.count("ui.new_messages#one") == 1
    assert wheres.count("ui.new_messages#few") == 1


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("innerhalb von {duration}", "bald", "lacks {duration}"),
        ("innerhalb von {duration}", "{duration} {time}", "has {time}"),
        ("innerhalb von {duration}", "{duration", "braces do not match"),
        ("innerhalb von {duration}", "{duration}\u200f", "direction marks"),
        ("innerhalb von {duration}", "innerhalb  von {duration}", "two in a row"),
        ("innerhalb von {duration}", "в течение {duration}", "another script"),
        ("Sie hören innerhalb von", "You will hear from the team that is", "English"),
        ("Mit Mensch sprechen", "Mit einem Menschen sprechen", "is 27 long"),
        ("Später antworten", "Ja, bitte", "reads like"),
        ('msgstr "später"', 'msgstr "demnächst"', "is taken for none"),
    ],
)
def test_what_is_wrong_is_told(folder: Path, old: str, new: str, what: str) -> None:
    _edit(folder / "de" / "phrases.po", old, new)
    assert any(what in told for _, told in _found(folder)), _found(folder)


def test_a_phrase_of_another_language_is_told(folder: Path) -> None:
    Build(folder).write()
    assert _found(folder) == []
    _edit(
        folder / "de" / "phrases.po",
        "Jemand aus unserem Team ist jetzt im Chat.",
        "Somebody from our team is in this conversation now.",
    )
    assert any("reads like en" in what for _, what in _found(folder))


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("language.toml", 'direction = "ltr"', 'direction = "down"', "direction is ltr or rtl"),
        ("language.toml", 'cldr = "de"', 'cldr = "dx"', "no locale of CLDR"),
        ("language.toml", 'script = "Latn"', "", "missing ['script']"),
        ("language.toml", "script = ", "skript = ", "unknown ['skript']"),
        ("language.toml", 'script = "Latn"', "script = ", "not TOML"),
        ("language.toml", "also = [", 'also = ["en", ', "'en' belongs to 'en'"),
        ("requests.toml", "[words]", "[wrods]", "'wrods'] means nothing"),
        ("requests.toml", "desk = [", "dask = [", "no class ['dask']"),
        ("requests.toml", "{person}", "{persn}", "names ['persn']"),
        ("requests.toml", "desk = [", 'desk = ["x*", ', "'x*' is too short"),
    ],
)
def test_a_broken_folder_is_refused_by_name(
    folder: Path, file: str, old: str, new: str, what: str
) -> None:
    _edit(folder / "de" / file, old, new)
    with pytest.raises(LanguageSourceError) as refused:
        _ = Build(folder).files
    assert what in str(refused.value)
    assert "de/" in str(refused.value)


def test_phrases_that_are_not_utf_8_are_refused_by_name(folder: Path) -> None:
    (folder / "de" / "phrases.po").write_bytes('msgid "a"\nmsgstr "später"\n'.encode("latin-1"))
    with pytest.raises(LanguageSourceError, match=r"de/phrases\.po cannot be read"):
        _ = Build(folder).files


def test_a_missing_file_is_refused_by_name(folder: Path) -> None:
    (folder / "de" / "requests.toml").unlink()
    with pytest.raises(LanguageSourceError, match=r"de: requests\.toml is missing"):
        _ = Build(folder).files


def test_an_unknown_language_cannot_be_checked(folder: Path) -> None:
    with pytest.raises(LanguageSourceError, match="no language"):
        check_languages(Build(folder), ("xx",))


def test_choices_are_written_out_and_folded() -> None:
    assert expand("Möchte|don't|rendez_vous|转接|agent*") == [
        "mochte",
        "don t",
        "rendez vous",
        "转 接",
        "agent*",
    ]
    with pytest.raises(ValueError, match="no letters"):
        expand("a|?!")


def test_lengths_are_counted_as_messengers_count() -> None:
    assert graphemes("नमस्ते") < len("नमस्ते")
    assert utf16_units("🙂") == 2


def test_a_finding_reads_as_one_line() -> None:
    assert str(Finding("de", "ask.yes", "is 27 long")) == "de · ask.yes: is 27 long"


def test_the_commands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail_ops.languages.command.LANGUAGES_FOLDER", folder)
    for arguments, code, said in (
        (["check", "de"], 1, "ngrams.bin: not compiled"),
        (["compile"], 0, "written: ngrams.bin"),
        (["compile"], 0, "up to date"),
        (["check", "de"], 1, "byteruns.bin: not made; handrail languages unpack"),
        (["unpack"], 0, "written: byteruns.bin"),
        (["check", "de"], 0, "every language is whole"),
        (["check", "xx"], 1, "no language ['xx']"),
    ):
        result = CliRunner().invoke(languages, arguments)
        assert said in result.output, arguments
        assert result.exit_code == code, arguments


def test_the_table_of_languages() -> None:
    result = CliRunner().invoke(languages, [])
    assert result.exit_code == 0, result.output
    assert "Kiswahili" in result.output
