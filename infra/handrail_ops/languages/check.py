"""What a translator is told: what is missing in a language, and what is wrong.

Every check has a reason a customer would feel: a placeholder left out is a promise without its
time, a label too long is cut by the messenger, a word we tell customers to write must be one we
recognise.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from handrail.adapters.language.identify import NGRAMS_FILE, PackagedIdentifier
from handrail.domain.recognition import Intent, Recogniser
from handrail_ops.evaluate.rows import group
from handrail_ops.languages.compile import Build, plural_categories, plural_rule
from handrail_ops.languages.source import (
    PLURAL_MARK,
    REFERENCE,
    Facts,
    LanguageSource,
    LanguageSourceError,
)

LABELS = (
    ("offer.label", "language.label", "withdraw.label", "followup.label", "ask.yes", "ask.no"),
    ("offer.label", "language.label", "survey.yes", "survey.no"),
)
"""What stands on buttons, with what stands beside it."""
LABEL_LENGTH_MAX = 20
"""WhatsApp cuts a button's title here, counted in either way."""

IDENTIFIED_WORDS_MIN = 5
IDENTIFIED_CONFIDENCE = 0.9
"""Shorter phrases, and doubtful ones, are nobody's."""

COUNTLESS = {"zero", "one", "two"}
"""Categories whose text may say the number in words."""

MEANT = {
    "offer.word": Intent.PERSON,
    "offer.label": Intent.PERSON,
    "withdraw.word": Intent.WITHDRAW,
    "withdraw.label": Intent.WITHDRAW,
    "followup.word": Intent.FOLLOW_UP,
    "followup.label": Intent.FOLLOW_UP,
    "ask.yes": Intent.YES,
    "ask.no": Intent.NO,
}
"""What customers are told to write, or see on a button, and what we must take it for."""

_SCRIPT_NAMES = {
    "Latn": ("LATIN",),
    "Arab": ("ARABIC",),
    "Deva": ("DEVANAGARI",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL", "CJK"),
    "Cyrl": ("CYRILLIC",),
    "Grek": ("GREEK",),
    "Hebr": ("HEBREW",),
    "Thai": ("THAI",),
    "Beng": ("BENGALI",),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Knda": ("KANNADA",),
    "Mlym": ("MALAYALAM",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Sinh": ("SINHALA",),
    "Mymr": ("MYANMAR",),
    "Khmr": ("KHMER",),
    "Laoo": ("LAO",),
    "Geor": ("GEORGIAN",),
    "Armn": ("ARMENIAN",),
    "Ethi": ("ETHIOPIC",),
}
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_ENGLISH = frozenset(
    ("the", "your", "you", "we", "is", "are", "has", "been", "with", "this", "that", "for", "our")
)
_ENGLISH_WORDS_MAX = 2
_FIELD = re.compile(r"\{[^{}]*\}")
_ACRONYM = re.compile(r"(?<![A-Za-z])[A-Z]{2,5}(?![A-Za-z])")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where."""

    language: str
    where: str
    what: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        return f"{self.language} · {self.where}: {self.what}"


def fields(text: str) -> frozenset[str]:
    """Return the names of a phrase's fields.

    Raises:
        ValueError: the braces of the text do not match.

    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def graphemes(text: str) -> int:
    """Count what a reader sees as letters: marks belong to the letter before them."""
    return sum(1 for letter in text if unicodedata.category(letter) not in {"Mn", "Me", "Cf"})


def utf16_units(text: str) -> int:
    """Count as messengers do that were written in Java or JavaScript."""
    return len(text.encode("utf-16-le")) // 2


def needed_phrases(facts: Facts, reference: Mapping[str, str]) -> Mapping[str, str]:
    """Return every phrase id that a language must have, with the English text it comes from."""
    categories = plural_categories(plural_rule(facts.locale))
    needed: dict[str, str] = {}
    for phrase, text in reference.items():
        name, mark, _ = phrase.partition(PLURAL_MARK)
        if mark:
            other = reference[f"{name}{PLURAL_MARK}other"]
            needed |= {f"{name}{PLURAL_MARK}{category}": other for category in categories}
        else:
            needed[phrase] = text
    return needed


def check_phrases(source: LanguageSource, reference: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is missing or wrong in a language's phrases."""
    code = source.facts.code
    needed = needed_phrases(source.facts, reference)
    for phrase in sorted(needed.keys() - source.phrases.keys()):
        yield Finding(code, phrase, f"missing; in English: {needed[phrase]}")
    for phrase in sorted(source.phrases.keys() - needed.keys()):
        yield Finding(code, phrase, "is no phrase of Handrail, or no plural form of this language")
    for phrase in sorted(needed.keys() & source.phrases.keys()):
        for what in _wrong_in(phrase, source.phrases[phrase], needed[phrase], source.facts):
            yield Finding(code, phrase, what)


def _wrong_in(phrase: str, text: str, english: str, facts: Facts) -> Iterator[str]:
    try:
        has, wants = fields(text), fields(english)
    except ValueError as error:
        yield f"braces do not match: {error}"
        return
    if phrase.partition(PLURAL_MARK)[2] in COUNTLESS:
        has |= {"count"}
    if missing := wants - has:
        yield f"lacks {', '.join(f'{{{name}}}' for name in sorted(missing))}"
    if unknown := has - wants:
        yield f"has {', '.join(f'{{{name}}}' for name in sorted(unknown))}, never filled in"
    if _DIRECTION_MARKS.search(text):
        yield "has invisible direction marks; fields are isolated when they are filled in"
    if text != text.strip() or "  " in text:
        yield "has spaces at an end, or two in a row"
    yield from _wrong_script(_ACRONYM.sub("", _FIELD.sub("", text)), facts)
    if facts.code != REFERENCE:
        words = [word for word in _WORD.findall(text.casefold()) if word in _ENGLISH]
        untouched = text == english and " " in _FIELD.sub("", text).strip()
        if untouched or len(words) > _ENGLISH_WORDS_MAX:
            yield "looks like English that was left as it was"


def _wrong_script(text: str, facts: Facts) -> Iterator[str]:
    names = tuple(
        name
        for script in (facts.script, *facts.also_scripts)
        for name in _SCRIPT_NAMES.get(script, ())
    )
    strange = {
        letter
        for letter in text
        if letter.isalpha() and not unicodedata.name(letter, "").startswith(names)
    }
    if names and strange:
        yield f"has letters of another script: {' '.join(sorted(strange))}"


def check_labels(source: LanguageSource) -> Iterator[Finding]:
    """Yield labels that a messenger would cut, or that cannot be told from their neighbours."""
    code = source.facts.code
    for phrase in sorted({label for neighbours in LABELS for label in neighbours}):
        label = source.phrases.get(phrase, "")
        length = max(graphemes(label), utf16_units(label))
        if length > LABEL_LENGTH_MAX:
            yield Finding(code, phrase, f"is {length} long; buttons hold {LABEL_LENGTH_MAX}")
    for neighbours in LABELS:
        seen: dict[str, str] = {}
        for phrase in neighbours:
            label = source.phrases.get(phrase, "")
            if label and (other := seen.setdefault(label.casefold(), phrase)) != phrase:
                yield Finding(code, phrase, f"reads like {other}")


def check_words(source: LanguageSource, recogniser: Recogniser) -> Iterator[Finding]:
    """Yield what customers are told to write and would not be understood."""
    code = source.facts.code
    for phrase, intent in MEANT.items():
        text = source.phrases.get(phrase)
        if text is None:
            continue
        found = recogniser.recognise(text, code, answering=True)
        if found.intent is not intent:
            what = f"{text!r} is taken for {found.intent} and not for {intent}; see requests.toml"
            yield Finding(code, phrase, what)


def check_identified(source: LanguageSource, identifier: PackagedIdentifier) -> Iterator[Finding]:
    """Yield phrases that read like another language, to fastText and to our own table of letters.

    The table was made from these very phrases, so it alone would not notice; close relatives write
    short phrases alike, so the model alone would cry wolf.
    """
    code = source.facts.code
    for phrase, text in source.phrases.items():
        bare = _FIELD.sub(" ", text)
        if len(bare.split()) < IDENTIFIED_WORDS_MIN:
            continue
        other = identifier.only_by_model(bare)
        if (
            other is not None
            and group(other.language) != group(code)
            and other.confidence >= IDENTIFIED_CONFIDENCE
            and (found := identifier.identify(bare)) is not None
            and group(found.language) == group(other.language)
        ):
            yield Finding(code, phrase, f"reads like {found.language}: {text!r}")


def check_languages(build: Build, wanted: Sequence[str] = ()) -> Sequence[Finding]:
    """Check languages (all of them unless some are named); return what was found.

    Raises:
        LanguageSourceError: a language is wanted that there is none of, or cannot be read at all.

    """
    by_code = {source.facts.code: source for source in build.sources}
    if unknown := set(wanted) - by_code.keys():
        message = f"there is no language {sorted(unknown)}; there are {sorted(by_code)}"
        raise LanguageSourceError(message)
    findings: list[Finding] = []
    lists = []
    for source in build.sources:
        try:
            lists.append(build.requests(source))
        except LanguageSourceError as error:
            findings.append(Finding(source.facts.code, "requests.toml", str(error)))
    try:
        recogniser = Recogniser.of(lists) if findings else Recogniser(build.packed)
    except ValueError as error:
        message = f"a request list has a pattern that cannot be read: {error}"
        raise LanguageSourceError(message) from error
    reference = by_code[REFERENCE].phrases
    # A folder that was never compiled has no table to tell languages by.
    compiled = (build.folder / NGRAMS_FILE).exists()
    identifier = PackagedIdentifier(build.folder) if compiled else None
    for source in build.sources:
        if not wanted or source.facts.code in wanted:
            findings += check_phrases(source, reference)
            findings += check_labels(source)
            findings += check_words(source, recogniser)
            if identifier is not None:
                findings += check_identified(source, identifier)
    return findings


def completeness(source: LanguageSource, reference: Mapping[str, str]) -> float:
    """Return which part of its phrases a language has, 0 to 1."""
    needed = needed_phrases(source.facts, reference)
    return len(needed.keys() & source.phrases.keys()) / len(needed)
