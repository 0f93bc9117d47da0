"""Which script a text is written in, and which languages are written so."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_LETTERS: Final = {
    "Latn": "a-z\u00aa\u00ba\u00df-\u00f6\u00f8-\u024f\u0250-\u02af\u1e00-\u1eff",
    "Arab": "\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f",
    "Deva": "\u0900-\u0963\u0970-\u097f",
    "Kana": "\u3040-\u30fa\u30fd-\u30ff\u31f0-\u31ff",
    "Hani": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005-\u3007",
    "Cyrl": "\u0400-\u052f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Hebr": "\u05d0-\u05ea",
    "Thai": "\u0e01-\u0e4e",
    "Hang": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7af",
    "Beng": "\u0980-\u09fe",
    "Guru": "\u0a01-\u0a76",
    "Gujr": "\u0a81-\u0aff",
    "Orya": "\u0b01-\u0b77",
    "Taml": "\u0b82-\u0bfa",
    "Telu": "\u0c00-\u0c7f",
    "Knda": "\u0c80-\u0cf3",
    "Mlym": "\u0d00-\u0d7f",
    "Sinh": "\u0d81-\u0df3",
    "Laoo": "\u0e81-\u0edf",
    "Mymr": "\u1000-\u109f",
    "Khmr": "\u1780-\u17d3",
    "Geor": "\u10a0-\u10ff\u1c90-\u1cbf",
    "Armn": "\u0531-\u0587",
    "Ethi": "\u1200-\u135a\u1380-\u139f",
}
_LETTER: Final = re.compile("|".join(f"(?P<{name}>[{chars}])" for name, chars in _LETTERS.items()))

# The scripts that ISO 15924's names for ways of writing are made of.
_MADE_OF: Final = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Kana", "Hani"),
    "Kore": ("Hang",),
}


def scripts_of(text: str) -> Counter[str]:
    """Count the letters of a text, in lower case, by script."""
    return Counter(match.lastgroup or "" for match in _LETTER.finditer(text))


def languages_by_script(languages: Iterable[Mapping[str, object]]) -> dict[str, list[int]]:
    """Return the numbers of the languages written in each script, from their facts."""
    written: dict[str, list[int]] = {}
    for number, facts in enumerate(languages):
        more = facts.get("also_scripts", ())
        names = (facts["script"], *(more if isinstance(more, list) else ()))
        for name in names:
            for script in _MADE_OF.get(str(name), (str(name),)):
                written.setdefault(script, []).append(number)
    return written


def letters_of(script: str) -> Iterator[str]:
    """Yield the letters of a script that are told from those of others."""
    letters = re.compile(f"[{_LETTERS[script]}]")
    return (letter for letter in map(chr, range(0x10000)) if letters.match(letter))
