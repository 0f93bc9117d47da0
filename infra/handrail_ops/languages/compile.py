"""Compiling the languages' folders into the JSON that functions load.

CLDR (through Babel) gives the plural rule, the patterns of dates, times and durations, and the
names of languages. It is read here, when a language changes, and never at run time: a function
would pay for it at every cold start.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from babel.units import format_unit

from handrail.adapters.language.identify import NGRAMS_FILE
from handrail.adapters.language.ngrams import origin_of
from handrail.domain.plurals import CATEGORIES, PLURAL_RULES
from handrail.domain.recognising.packing import PackedLists, pack
from handrail.domain.recognising.requests import RequestList
from handrail_ops.languages.ngrams import compile_ngrams, origin
from handrail_ops.languages.requests import compile_requests, lexicon_json, rules_json
from handrail_ops.languages.sensitive import COMPILED, compile_sensitive
from handrail_ops.languages.source import (
    LANGUAGES_FOLDER,
    PLURAL_MARK,
    Facts,
    LanguageSource,
    LanguageSourceError,
    codes,
    read_language,
)

UNITS = ("minute", "hour", "day")
_PLURAL_SAMPLES = (*range(1_001), 10_000, 100_000, 1_000_000, 2_000_000, 1_000_001)
# The year goes, with whatever ties it to the rest.
_YEAR = re.compile(r"y\u5e74|[,\u060c]?\s*(?:'[^']*'\s*)?y+\.?(?:\s*'[^']*')?")
# Chat channels count and break lines by plain spaces; CLDR's are narrow or do not break.
_SPACES = str.maketrans({"\u202f": " ", "\u00a0": " "})


def plural_rule(locale: Locale) -> str:
    """Return the id of the rule that gives whole numbers CLDR's categories.

    Raises:
        LanguageSourceError: no rule of `handrail.domain.plurals` does.

    """
    wanted = [locale.plural_form(number) for number in _PLURAL_SAMPLES]
    for name, rule in PLURAL_RULES.items():
        if [rule(number) for number in _PLURAL_SAMPLES] == wanted:
            return name
    message = f"no rule in handrail.domain.plurals counts like CLDR's {locale}; add one there"
    raise LanguageSourceError(message)


def plural_categories(rule: str) -> Sequence[str]:
    """Return the categories that whole numbers have under a rule, in CLDR's order."""
    used = {PLURAL_RULES[rule](number) for number in _PLURAL_SAMPLES} | {"other"}
    return [category for category in CATEGORIES if category in used]


def _units(facts: Facts, locale: Locale, categories: Sequence[str]) -> dict[str, dict[str, str]]:
    patterns: dict[str, dict[str, str]] = {}
    for unit in UNITS:
        own = facts.units.get(unit, {})
        patterns[unit] = {
            category: own.get(category) or _unit_pattern(locale, unit, category)
            for category in categories
        }
    return patterns


def _unit_pattern(locale: Locale, unit: str, category: str) -> str:
    """Return CLDR's pattern of a unit, with `{0}` where the number stands if it is said."""
    sample = next(
        (number for number in _PLURAL_SAMPLES if locale.plural_form(number) == category), 1_000_001
    )
    said = format_unit(sample, f"duration-{unit}", "long", locale=locale)
    if f"duration-{unit}" in said:
        # CLDR leaves out a long form that is like the short one, and Babel does not look there.
        said = format_unit(sample, f"duration-{unit}", "short", locale=locale)
    return said.replace(format_decimal(sample, locale=locale), "{0}").translate(_SPACES)


def _times(facts: Facts, locale: Locale) -> dict[str, str]:
    days, months = locale.days["format"]["wide"], locale.months["format"]["wide"]
    periods = locale.day_periods["format"]["abbreviated"]
    times = {
        "time": locale.time_formats["short"].pattern,
        "date": _YEAR.sub("", locale.date_formats["full"].pattern).strip(),
        "am": periods["am"],
        "pm": periods["pm"],
        **{f"weekday.{number}": days[number] for number in range(7)},
        **{f"month.{number}": months[number] for number in range(1, 13)},
        **facts.times,
    }
    return {name: text.translate(_SPACES) for name, text in times.items()}


_ZEROS = {
    "arab": 0x0660,
    "arabext": 0x06F0,
    "deva": 0x0966,
    "beng": 0x09E6,
    "guru": 0x0A66,
    "gujr": 0x0AE6,
    "orya": 0x0B66,
    "telu": 0x0C66,
    "knda": 0x0CE6,
    "mlym": 0x0D66,
    "thai": 0x0E50,
    "laoo": 0x0ED0,
    "mymr": 0x1040,
    "khmr": 0x17E0,
    "latn": 0x30,
}
"""CLDR's numbering systems by their zero."""


def _digits(facts: Facts, locale: Locale) -> str:
    """Return the digits that numbers are written in.

    Raises:
        LanguageSourceError: the digits of CLDR's numbering system are not known here.

    """
    zero = _ZEROS.get(locale.default_numbering_system)
    if zero is None:
        message = (
            f"{facts.code}: CLDR writes numbers as {locale.default_numbering_system!r}; "
            "add its zero to _ZEROS in handrail_ops/languages/compile.py"
        )
        raise LanguageSourceError(message)
    return "".join(chr(zero + value) for value in range(10))


def _texts(phrases: Mapping[str, str]) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    for phrase in sorted(phrases):
        name, mark, category = phrase.partition(PLURAL_MARK)
        if mark:
            texts.setdefault(name, {})[category] = phrases[phrase]
        else:
            texts[name] = phrases[phrase]
    return texts


def compile_catalogue(facts: Facts, phrases: Mapping[str, str]) -> dict[str, Any]:
    """Return one language's phrases, with what CLDR adds, as JSON data."""
    locale = facts.locale
    rule = plural_rule(locale)
    return {
        "language": facts.code,
        "name": facts.name,
        "english_name": facts.english_name,
        "script": facts.script,
        "direction": facts.direction,
        "plural": rule,
        "digits": _digits(facts, locale),
        "units": _units(facts, locale, plural_categories(rule)),
        "times": _times(facts, locale),
        "texts": _texts(phrases),
    }


def _entry(facts: Facts) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": facts.name,
        "script": facts.script,
        "review": facts.review,
    }
    if facts.also_scripts:
        entry["also_scripts"] = facts.also_scripts
    return entry


def compile_index(languages: Sequence[Facts]) -> dict[str, Any]:
    """Return which languages there are and which tags mean them.

    Raises:
        LanguageSourceError: two languages claim one tag.

    """
    tags = {facts.code.lower(): facts.code for facts in languages}
    for facts in languages:
        for tag in facts.also:
            if tags.setdefault(tag.lower(), facts.code) != facts.code:
                message = f"{facts.code}/language.toml: {tag!r} belongs to {tags[tag.lower()]!r}"
                raise LanguageSourceError(message)
    return {
        "languages": {facts.code: _entry(facts) for facts in languages},
        "tags": dict(sorted(tags.items())),
    }


def to_json(data: Mapping[str, Any]) -> bytes:
    """Return JSON whose bytes depend on the data alone."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


class Build:
    """Every language's sources, read once, and what they compile to."""

    def __init__(self, folder: Path = LANGUAGES_FOLDER) -> None:
        """Read every folder.

        Raises:
            LanguageSourceError: a folder cannot be used; the message names the file.

        """
        self.folder = folder
        self.sources = [read_language(code, folder) for code in codes(folder)]
        self.facts = [source.facts for source in self.sources]
        self._lists: dict[str, RequestList] = {}

    def requests(self, source: LanguageSource) -> RequestList:
        """Return one language's request list.

        Raises:
            LanguageSourceError: the lists say something that means nothing.

        """
        code = source.facts.code
        if code not in self._lists:
            self._lists[code] = compile_requests(source, self.facts)
        return self._lists[code]

    @cached_property
    def packed(self) -> PackedLists:
        """The lists of every language, packed.

        Raises:
            LanguageSourceError: a list cannot be used; the message names the file.

        """
        lists = [self.requests(source) for source in self.sources]
        try:
            return pack(lists)
        except ValueError as error:
            message = f"a request list cannot be used: {error}"
            raise LanguageSourceError(message) from error

    @cached_property
    def files(self) -> Mapping[Path, bytes]:
        """What each compiled file should hold, but for the table that languages are told by.

        Raises:
            LanguageSourceError: a folder cannot be used; the message names the file.

        """
        folder, packed = self.folder, self.packed
        files = {
            folder / "index.json": to_json(compile_index(self.facts)),
            folder / "lexicon.json": to_json(lexicon_json(packed.languages, packed.lexicon)),
            folder / COMPILED: to_json(compile_sensitive(packed.languages, folder)),
        }
        for source in self.sources:
            home = folder / source.facts.code
            catalogue = compile_catalogue(source.facts, source.phrases)
            files[home / "catalogue.json"] = to_json(catalogue)
            files[home / "requests.json"] = to_json(rules_json(packed.rules_of(home.name)))
        return files

    def stale(self) -> Sequence[Path]:
        """Return which compiled files are not what they should be.

        Raises:
            LanguageSourceError: a folder cannot be used; the message names the file.

        """
        stale = [
            path
            for path, data in self.files.items()
            if not path.exists() or path.read_bytes() != data
        ]
        table = self.folder / NGRAMS_FILE
        # Making the table takes half a minute; what it was made from is enough to tell its age.
        return stale if origin_of(table) == origin(self.sources) else [*stale, table]

    def write(self) -> Sequence[Path]:
        """Write every compiled file that is not what it should be; return which.

        Raises:
            LanguageSourceError: a folder cannot be used; the message names the file.

        """
        stale = self.stale()
        for path in stale:
            path.write_bytes(self.files.get(path) or compile_ngrams(self.sources))
        return stale
