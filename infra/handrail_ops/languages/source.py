"""What a language's folder holds before it is compiled: facts, phrases and request lists."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po

from handrail.domain.errors import HandrailError

LANGUAGES_FOLDER = Path(__file__).parents[3] / "layers" / "core" / "handrail" / "languages"
REFERENCE = "en"
"""The language whose phrases say which phrases there are."""

PLURAL_MARK = "#"
"""Stands between a phrase and its CLDR plural category: `ui.new_messages#few`."""

_FACTS = {"name", "english_name", "script", "direction", "review", "also", "cldr"}
_OPTIONAL_FACTS = {"units", "times", "letters", "word_shape", "also_scripts"}


class LanguageSourceError(HandrailError):
    """A language's folder cannot be used; the message names the file and what it should say."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A language's `language.toml`."""

    code: str
    name: str
    english_name: str
    script: str
    """ISO 15924."""
    direction: str
    review: str
    """`reviewed` by a native speaker, or `beta`."""
    also: tuple[str, ...]
    """BCP 47 tags that this language stands for where nothing nearer is spoken."""
    cldr: str
    """The CLDR locale that dates, units and plurals come from."""
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Unit patterns in the grammatical case the phrases need, where CLDR's is another."""
    times: Mapping[str, str] = field(default_factory=dict)
    """`time` and `date` patterns, where CLDR's cannot be used as they are."""
    letters: str = ""
    """Letters, in lower case, that tell the language from others of its script."""
    also_scripts: tuple[str, ...] = ()
    """Other scripts the language is written in, ISO 15924: Serbian has two."""
    word_shape: str = ""
    """A regular expression that each of the language's words fits, if they share a shape."""

    @property
    def locale(self) -> Locale:
        """The language's CLDR data.

        Raises:
            LanguageSourceError: CLDR has no such locale.

        """
        try:
            return Locale.parse(self.cldr)
        except (UnknownLocaleError, ValueError) as error:
            message = f"{self.code}/language.toml: cldr = {self.cldr!r} is no locale of CLDR"
            raise LanguageSourceError(message) from error


@dataclass(frozen=True, slots=True)
class LanguageSource:
    """One language's folder."""

    facts: Facts
    phrases: Mapping[str, str]
    """By id, plural categories and all: `ui.new_messages#one`."""
    requests: Mapping[str, Any]
    everyday: Sequence[str] = ()
    """Common words of the language, from its `everyday.txt` if it has one."""


def codes(folder: Path = LANGUAGES_FOLDER) -> Sequence[str]:
    """Return the codes of every language that has a folder, in order."""
    return sorted(one.parent.name for one in folder.glob("*/language.toml"))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{path.parent.name}: {path.name} is missing"
        raise LanguageSourceError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.parent.name}/{path.name} is not TOML in UTF-8: {error}"
        raise LanguageSourceError(message) from error


def read_facts(code: str, folder: Path = LANGUAGES_FOLDER) -> Facts:
    """Read a language's `language.toml`.

    Raises:
        LanguageSourceError: the file is missing or does not say what it should.

    """
    data = _toml(folder / code / "language.toml")
    missing, unknown = _FACTS - data.keys(), data.keys() - _FACTS - _OPTIONAL_FACTS
    if missing or unknown:
        message = (
            f"{code}/language.toml: missing {sorted(missing)}, unknown {sorted(unknown)}; "
            f"it says {sorted(_FACTS)} and, where needed, {sorted(_OPTIONAL_FACTS)}"
        )
        raise LanguageSourceError(message)
    if data["direction"] not in {"ltr", "rtl"} or data["review"] not in {"beta", "reviewed"}:
        message = f"{code}/language.toml: direction is ltr or rtl, review is beta or reviewed"
        raise LanguageSourceError(message)
    return Facts(
        code=code,
        name=data["name"],
        english_name=data["english_name"],
        script=data["script"],
        direction=data["direction"],
        review=data["review"],
        also=tuple(data["also"]),
        cldr=data["cldr"],
        units=data.get("units", {}),
        times=data.get("times", {}),
        letters=data.get("letters", ""),
        also_scripts=tuple(data.get("also_scripts", ())),
        word_shape=data.get("word_shape", ""),
    )


def read_phrases(code: str, folder: Path = LANGUAGES_FOLDER) -> Mapping[str, str]:
    """Read a language's `phrases.po`.

    Raises:
        LanguageSourceError: the file is missing, broken, or says a phrase twice.

    """
    path = folder / code / "phrases.po"
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        message = f"{code}/phrases.po cannot be read: {error}"
        raise LanguageSourceError(message) from error
    return {
        str(entry.id): str(entry.string)
        for entry in catalogue
        if entry.id and entry.string and not entry.fuzzy
    }


def read_everyday(code: str, folder: Path = LANGUAGES_FOLDER) -> Sequence[str]:
    """Read a language's `everyday.txt`, words with spaces between them; it may be missing.

    Raises:
        LanguageSourceError: the file is not UTF-8.

    """
    path = folder / code / "everyday.txt"
    if not path.exists():
        return ()
    try:
        return path.read_text(encoding="utf-8").split()
    except UnicodeDecodeError as error:
        message = f"{code}/everyday.txt is not text in UTF-8: {error}"
        raise LanguageSourceError(message) from error


def read_language(code: str, folder: Path = LANGUAGES_FOLDER) -> LanguageSource:
    """Read one language's folder.

    Raises:
        LanguageSourceError: a file is missing or broken; the message names it.

    """
    return LanguageSource(
        read_facts(code, folder),
        read_phrases(code, folder),
        _toml(folder / code / "requests.toml"),
        read_everyday(code, folder),
    )
