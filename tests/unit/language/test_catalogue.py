import json
import subprocess
import sys

import pytest

from handrail.adapters.language.catalogue import LANGUAGES_FOLDER, PackagedCatalogue
from handrail.domain.phrases import Direction
from handrail_ops.languages.check import fields, needed_phrases
from handrail_ops.languages.source import read_language, read_phrases

CATALOGUE = PackagedCatalogue()
LANGUAGES = [language.code for language in CATALOGUE.languages]
REFERENCE = read_phrases("en")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-PT"),
        ("pt-AO", "pt-PT"),
        ("pt-BR", "pt-BR"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-CN", "zh-Hans"),
        ("de-CH-1996", "de"),
        ("sw-KE", "sw"),
        ("xx", None),
        ("english", None),
        ("", None),
        (None, None),
        ("-", None),
        ("x" * 10_000, None),
    ],
)
def test_tags_mean_languages(tag: str | None, language: str) -> None:
    assert CATALOGUE.supported(tag) == language


def test_an_unsupported_language_has_no_phrases() -> None:
    for language in ("xx", "pt", "../en"):
        with pytest.raises(KeyError):
            CATALOGUE.phrases(language)


def test_phrases_are_read_once() -> None:
    assert CATALOGUE.phrases("en") is CATALOGUE.phrases("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_and_plural_form_can_be_said(language: str) -> None:
    phrases = CATALOGUE.phrases(language)
    needed = needed_phrases(read_language(language).facts, REFERENCE)
    for phrase in {name.partition("#")[0] for name in needed}:
        english = REFERENCE.get(phrase) or REFERENCE[f"{phrase}#other"]
        values = {name: f"<{name}>" for name in fields(english) - {"count"}}
        for count in (0, 1, 2, 3, 11, 100, 1_000_000):
            said = phrases.say(phrase, count=count, **values)
            assert "{" not in said
            assert all(value in said for value in values.values())


def test_direction_follows_the_script() -> None:
    for one in CATALOGUE.languages:
        rtl = one.script in {"Arab", "Hebr"}
        assert (CATALOGUE.phrases(one.code).direction is Direction.RIGHT_TO_LEFT) is rtl


def test_a_function_loads_json_and_nothing_heavier() -> None:
    code = (
        "import sys; from handrail.adapters.language.catalogue import *; "
        "PackagedCatalogue().phrases('ar'); packaged_recogniser().recognise('human'); "
        "print(sorted({'babel','gettext','tomllib','fasttext'} & sys.modules.keys()))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_languages_are_offered_in_their_own_name() -> None:
    for one in CATALOGUE.languages:
        data = json.loads((LANGUAGES_FOLDER / one.code / "catalogue.json").read_bytes())
        assert one.name == data["name"]
