"""The catalogues and request lists that ship with the package, read from compiled JSON.

Each language's phrases and rules are read when they are first wanted, and the terms of all stay
packed: a function pays for what is read here at a cold start.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handrail.domain.phrases import Direction, Phrases
from handrail.domain.plurals import PLURAL_RULES
from handrail.domain.recognising.lexicon import Lexicon
from handrail.domain.recognising.packing import PackedLists
from handrail.domain.recognising.requests import Rule
from handrail.domain.recognising.rules import PackedRule, PackedRules
from handrail.domain.recognition import Intent, Recogniser
from handrail.domain.sensitive import TOPICS, SensitiveWords, index_terms
from handrail.domain.turn import Reason

LANGUAGES_FOLDER = Path(__file__).parents[2] / "languages"


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """A language as it is offered to customers and shown to agents."""

    code: str
    name: str
    """In the language itself."""
    script: str
    review: str
    """`reviewed` by a native speaker, or `beta`."""


def _read(path: Path) -> Any:
    return json.loads(path.read_bytes())


class PackagedCatalogue:
    """Every language's phrases, from the folders of the package."""

    def __init__(self, folder: Path = LANGUAGES_FOLDER) -> None:
        """Read which languages there are; their phrases wait until they are wanted."""
        self._folder = folder
        index = _read(folder / "index.json")
        self._tags: Mapping[str, str] = index["tags"]
        self._languages = tuple(
            SpokenLanguage(code, facts["name"], facts["script"], facts["review"])
            for code, facts in index["languages"].items()
        )
        self._phrases: dict[str, Phrases] = {}

    @property
    def languages(self) -> Sequence[SpokenLanguage]:
        """Every supported language, ordered by code."""
        return self._languages

    def phrases(self, language: str) -> Phrases:
        """Return the phrases of a supported language.

        Raises:
            KeyError: the language is not supported.

        """
        if language not in self._phrases:
            if self._tags.get(language.lower()) != language:
                raise KeyError(language)
            self._phrases[language] = _phrases(_read(self._folder / language / "catalogue.json"))
        return self._phrases[language]

    def supported(self, tag: str | None) -> str | None:
        """Return the supported language a BCP 47 tag means (`pt-PT` -> `pt-BR`), or None.

        The tag is shortened from its end until it is known, as RFC 4647 looks tags up.
        """
        subtags = (tag or "").replace("_", "-").lower().split("-")
        while subtags:
            if (language := self._tags.get("-".join(subtags))) is not None:
                return language
            subtags.pop()
        return None


def _phrases(data: Mapping[str, Any]) -> Phrases:
    return Phrases(
        language=data["language"],
        name=data["name"],
        english_name=data["english_name"],
        direction=Direction(data["direction"]),
        texts=data["texts"],
        plural=PLURAL_RULES[data["plural"]],
        units=data["units"],
        times=data["times"],
        digits=data["digits"],
    )


def packaged_lists(folder: Path = LANGUAGES_FOLDER) -> PackedLists:
    """Return the request lists of every language: what `Recogniser` runs on each message."""
    data = _read(folder / "lexicon.json")
    proclitics, not_names = (
        {word: int(languages, 16) for word, languages in data[name].items()}
        for name in ("proclitics", "not_names")
    )
    return PackedLists(
        data["languages"],
        Lexicon(
            data["buckets"],
            data["stems"],
            proclitics,
            frozenset(data["abbreviations"]),
            not_names,
            data["people"].split(),
        ),
        lambda language: packed_rules(_read(folder / language / "requests.json")),
    )


def packaged_recogniser(extra_words: Mapping[str, Sequence[str]] | None = None) -> Recogniser:
    """Return the recogniser over every packaged language, with an operator's own words."""
    return Recogniser(packaged_lists(), extra_words)


def packaged_sensitive(
    topics: Iterable[Reason] = TOPICS, words: Iterable[str] = ()
) -> SensitiveWords:
    """Return every language's words for what is a person's, with an operator's own.

    Raises:
        ValueError: a word of the operator's means nothing; the message names it.

    """
    own = index_terms((Reason.SENSITIVE, word) for word in words)
    packed = _read(LANGUAGES_FOLDER / "sensitive.json")
    index = {**packed, **{key: [*packed.get(key, ()), *terms] for key, terms in own.items()}}
    return SensitiveWords(index, frozenset((*topics, Reason.EMERGENCY, Reason.SENSITIVE)))


def packed_rules(data: Mapping[str, Any]) -> PackedRules:
    """Return a language's rules from their compiled JSON."""
    return PackedRules(
        language=data["language"],
        gap_words=data["gap_words"],
        rules=[
            PackedRule(Rule(Intent(intent) if intent else None, name, pattern), triggers)
            for intent, name, pattern, triggers in data["rules"]
        ],
        compounds=[
            (class_id, pattern, triggers) for class_id, pattern, triggers in data["compounds"]
        ],
        spelt=data["spelt"].split(),
        not_typos=data["not_typos"].split(),
    )
