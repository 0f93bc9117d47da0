"""Compiling the languages' `sensitive.toml`: what makes a message a person's at once, by topic.

A term is written as a customer says it, with choices `my husband|wife died`, words of one choice
joined by `_`, words that may be missing `any?`, and stems `suicid*`. Each is written out here, so
that a function only looks words up.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from handrail.domain.sensitive import TOPICS, index_terms
from handrail.domain.turn import Reason
from handrail_ops.languages.source import LanguageSourceError

SOURCE = "sensitive.toml"
COMPILED = "sensitive.json"
WAYS_MAX = 200
"""More ways to say one line would be a list that nobody has read."""

_WRITTEN = TOPICS[:-1]
"""The last is an operator's own, which no language has."""


def read_sensitive(code: str, folder: Path) -> Sequence[tuple[Reason, str]]:
    """Return a language's terms with their topics; it may have none.

    Raises:
        LanguageSourceError: the file is broken, or says something that means nothing.

    """
    path = folder / code / SOURCE
    if not path.exists():
        return ()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{code}/{SOURCE} is not TOML in UTF-8: {error}"
        raise LanguageSourceError(message) from error
    if unknown := data.keys() - set(_WRITTEN):
        message = f"{code}/{SOURCE}: {sorted(unknown)} is no topic; topics are {_names()}"
        raise LanguageSourceError(message)
    terms = []
    for topic in _WRITTEN:
        lines = data.get(topic, [])
        if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
            message = f"{code}/{SOURCE}: {topic} must be a list of lines"
            raise LanguageSourceError(message)
        for line in lines:
            try:
                ways = expand(line)
                index_terms((topic, way) for way in ways)
            except ValueError as error:
                message = f"{code}/{SOURCE}: {topic}: {line!r}: {error}"
                raise LanguageSourceError(message) from error
            terms += [(topic, way) for way in ways]
    return terms


def compile_sensitive(codes: Sequence[str], folder: Path) -> Mapping[str, Sequence[str]]:
    """Return every language's terms, ready to be looked up.

    Raises:
        LanguageSourceError: a file is broken; the message names it.

    """
    return index_terms(term for code in codes for term in read_sensitive(code, folder))


def expand(line: str) -> Sequence[str]:
    """Write out every way to say a line.

    Raises:
        ValueError: a choice is empty, or there are too many ways.

    """
    ways = [" ".join(filter(None, way)) for way in product(*_choices(line))]
    if not 0 < len(ways) <= WAYS_MAX:
        message = f"it stands for {len(ways)} terms; write lines of 1 to {WAYS_MAX}"
        raise ValueError(message)
    return ways


def _choices(line: str) -> Iterator[Sequence[str]]:
    for part in line.split():
        choices = part.removesuffix("?").split("|")
        if not all(choices) or any("?" in choice for choice in choices):
            message = f"{part!r} has an empty choice, or a question mark before its end"
            raise ValueError(message)
        yield [
            *(choice.replace("_", " ") for choice in choices),
            *([""] if part.endswith("?") else []),
        ]


def _names() -> str:
    return ", ".join(_WRITTEN)
