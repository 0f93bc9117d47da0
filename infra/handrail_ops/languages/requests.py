"""Request lists as their keepers write them, turned into what the recogniser reads.

A keeper writes patterns with words in between (`do_not|don't {contact} .. {person}`), choices,
words that may be missing (`me?`) and stems (`agent*`). Compiled, every plain word or choice of
words is a class of its own (`{#3}`) and everything is folded, so that a Lambda function that
starts has nothing to parse but JSON.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from babel import Locale

from handrail.domain.recognising.lexicon import Lexicon
from handrail.domain.recognising.requests import (
    CLASSES,
    NAME_OF,
    UNIVERSAL,
    Intent,
    RequestList,
    Rule,
)
from handrail.domain.recognising.rules import PackedRules
from handrail.domain.recognising.words import HARD, SOFT, STEM_MARK, split
from handrail_ops.languages.source import Facts, LanguageSource, LanguageSourceError

NOTHING = "nothing"
"""The table of patterns that look like a request and are none."""

_ENGLISH = Locale("en")
_FIELD = re.compile(r"\{[^{}]*\}")
_INTENTS = [str(intent) for intent in Intent if intent is not Intent.NONE]
_WHOLE_MESSAGE = {"yes", "no", "follow_up"}
_WORD_LISTS = ("proclitics", "not_typos", "not_names", "abbreviations")
_HABITS = {"gap_words": 4, "person_first": False, **{name: [] for name in _WORD_LISTS}}
_TABLES = {*_INTENTS, NOTHING, "words", "sets", "names", *_HABITS}


def _is_part(piece: str) -> bool:
    return piece.startswith(("{", "..")) or piece in {"~", "^", "$"}


@cache
def _fold_word(word: str) -> Sequence[str]:
    """Fold one written word; it may turn out to be several (`don't`, a run of Han characters)."""
    folded = split(word.rstrip(STEM_MARK))
    if not folded or HARD in folded or SOFT in folded:
        message = f"{word!r} has no letters to compare, or punctuation between them"
        raise ValueError(message)
    if word.endswith(STEM_MARK):
        folded[-1] += STEM_MARK
    return folded


@cache
def expand(text: str) -> Sequence[str]:
    """Write out a choice: `talk_to|chat_with` stands for two terms, folded.

    Raises:
        ValueError: one of them has no letters to compare.

    """
    return [
        " ".join(folded for word in way.split("_") for folded in _fold_word(word))
        for way in text.split("|")
    ]


class _Patterns:
    """Compiles patterns, and collects the classes made of their plain words."""

    def __init__(self, sets: Mapping[str, Sequence[str]]) -> None:
        self.words: dict[str, Sequence[str]] = {}
        self._names: dict[tuple[str, ...], str] = {}
        self._sets = {name: self._class_of("|".join(texts)) for name, texts in sets.items()}

    def _class_of(self, word: str) -> str:
        terms = sorted(expand(word))
        name = self._names.setdefault(tuple(terms), f"#{len(self._names)}")
        self.words[name] = terms
        return name

    def _named(self, piece: str) -> str:
        """Return a part that names classes with the language's own sets by their numbers."""
        names, optional = piece.removesuffix("?").strip("{}").split("|"), piece.endswith("?")
        if unknown := set(names) - set(CLASSES) - self._sets.keys():
            message = (
                f"{piece!r} names {sorted(unknown)}; the classes are {CLASSES}, "
                f"the language's own sets {sorted(self._sets)}"
            )
            raise ValueError(message)
        classes = "|".join(self._sets.get(name, name) for name in names)
        return f"{{{classes}}}{'?' if optional else ''}"

    def compile(self, text: str) -> str:
        """Return a pattern of parts alone."""
        parts: list[str] = []
        for piece in text.split():
            if piece.startswith("{"):
                parts.append(self._named(piece))
            elif _is_part(piece):
                parts.append(piece)
            else:
                optional = "?" if piece.endswith("?") else ""
                parts.append(f"{{{self._class_of(piece.removesuffix('?'))}}}{optional}")
        return " ".join(parts)


def _words(
    tables: Mapping[str, Sequence[str]], patterns: _Patterns
) -> tuple[dict[str, Sequence[str]], list[tuple[str, str]]]:
    """Return the plain terms of each class, and the patterns that stand for terms of several."""
    words: dict[str, Sequence[str]] = {}
    compounds: list[tuple[str, str]] = []
    for name, texts in tables.items():
        terms: set[str] = set()
        for text in texts:
            if len(text.split()) == 1:
                terms.update(expand(text))
            else:
                compounds.append((name, patterns.compile(text)))
        words[name] = sorted(terms)
    return words, compounds


def _rules(requests: Mapping[str, Any], patterns: _Patterns) -> Iterator[Rule]:
    for table in (*_INTENTS, NOTHING):
        for name, texts in requests.get(table, {}).items():
            for text in texts:
                whole = f"^ {text} $" if table in _WHOLE_MESSAGE else text
                intent = None if table == NOTHING else Intent(table)
                yield Rule(intent, name, patterns.compile(whole))


def _fold_name(name: str) -> str:
    """Fold a language's name, which may be a stem; nothing where it has a bracket or a comma."""
    words = split(name)
    if not words or HARD in words or SOFT in words:
        return ""
    return " ".join(words) + (STEM_MARK if name.endswith(STEM_MARK) else "")


def language_names(
    facts: Facts, targets: Iterable[Facts], own: Mapping[str, Any]
) -> dict[str, Sequence[str]]:
    """Return what each language is called here: by CLDR, by itself, in English, and more."""
    locale = facts.locale
    names: dict[str, Sequence[str]] = {}
    for target in targets:
        cldr = Locale.parse(target.cldr)
        called = [
            target.name,
            target.english_name,
            _ENGLISH.languages.get(cldr.language),
            locale.languages.get(target.cldr),
            locale.languages.get(cldr.language),
            cldr.languages.get(cldr.language),
            *own.get(target.code, []),
        ]
        folded = {_fold_name(name) for name in called if name}
        names[f"{NAME_OF}{target.code}"] = sorted(name for name in folded if name)
    return names


def _own_sets(requests: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """Return a language's own sets of words.

    Raises:
        ValueError: a set has the name of a class.

    """
    sets: Mapping[str, Sequence[str]] = requests.get("sets", {})
    if taken := sets.keys() & set(CLASSES):
        message = f"[sets] names {sorted(taken)}, which are classes; choose other names"
        raise ValueError(message)
    return sets


def compile_requests(source: LanguageSource, targets: Sequence[Facts]) -> RequestList:
    """Return one language's request list, folded, its patterns made of parts alone.

    Raises:
        LanguageSourceError: the lists say something that means nothing.

    """
    requests = source.requests
    file = f"{source.facts.code}/requests.toml"
    if unknown := requests.keys() - _TABLES:
        message = f"{file}: {sorted(unknown)} means nothing here; known are {sorted(_TABLES)}"
        raise LanguageSourceError(message)
    if unknown := requests.get("words", {}).keys() - set(CLASSES):
        message = f"{file}: no class {sorted(unknown)}; the classes are {list(CLASSES)}"
        raise LanguageSourceError(message)
    try:
        patterns = _Patterns(_own_sets(requests))
        words, compounds = _words(requests.get("words", {}), patterns)
        rules = list(_rules(requests, patterns))
        habits = {name: requests.get(name, default) for name, default in _HABITS.items()}
        for name in _WORD_LISTS:
            habits[name] = sorted({term for text in habits[name] for term in expand(text)})
    except ValueError as error:
        message = f"{file}: {error}"
        raise LanguageSourceError(message) from error
    words |= language_names(source.facts, targets, requests.get("names", {}))
    words |= patterns.words
    return RequestList(
        language=source.facts.code,
        words=words,
        compounds=compounds,
        rules=rules,
        gap_words=habits["gap_words"],
        person_first=habits["person_first"],
        proclitics=habits["proclitics"],
        not_typos=habits["not_typos"],
        not_names=habits["not_names"],
        abbreviations=habits["abbreviations"],
        everyday=everyday_words(source),
    )


def everyday_words(source: LanguageSource) -> Sequence[str]:
    """Return a language's common words and those of its own phrases, folded.

    What asks for a person in every language is no language's own, wherever its phrases have it.
    """
    shared = {word for words in UNIVERSAL.values() for word in words}
    return sorted(
        {
            word
            for text in (*source.everyday, *source.phrases.values())
            for word in split(_FIELD.sub(" ", text))
            if word not in {HARD, SOFT, *shared} and not word.isdigit()
        }
    )


def rules_json(packed: PackedRules) -> dict[str, Any]:
    """Return a language's rules as JSON data."""
    return {
        "language": packed.language,
        "gap_words": packed.gap_words,
        "spelt": " ".join(packed.spelt),
        "not_typos": " ".join(packed.not_typos),
        "rules": [
            [one.rule.intent, one.rule.name, one.rule.pattern, one.triggers]
            for one in packed.rules
        ],
        "compounds": packed.compounds,
    }


def lexicon_json(languages: Sequence[str], lexicon: Lexicon) -> dict[str, Any]:
    """Return the terms of every language as JSON data."""
    return {
        "languages": languages,
        "abbreviations": sorted(lexicon.abbreviations),
        "people": " ".join(lexicon.people),
        "proclitics": {word: f"{bits:x}" for word, bits in lexicon.proclitics.items()},
        "not_names": {word: f"{bits:x}" for word, bits in lexicon.not_names.items()},
        "stems": lexicon.stems,
        "buckets": lexicon.buckets,
    }
