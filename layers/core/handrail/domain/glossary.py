"""A company's own terms: what they are called in each language, and which are never translated.

A translator is shown a placeholder where a term stands, and the term's form in the other language
is put in its place afterwards; so no service has to know of glossaries. The placeholders look like
those of redacted data, which every translator here keeps and checks one by one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from handrail.domain.privacy import PersonalData, placeholder, placeholders_in
from handrail.domain.recognising.words import is_unspaced

TERMS_MAX: Final = 2_000
TERM_CHARS_MAX: Final = 100
_KEY: Final = b"glossary"
"""No secret: a term is no personal data, its placeholder only has to be the same every time."""
_LETTERS: Final = 8
"""Two more than redacted data's, so that the two are never taken for each other."""

Forms = Mapping[str, Sequence[str]]
"""By language, the forms of one term, the first of them the one to write."""


@dataclass(frozen=True, slots=True)
class Protected:
    """A text whose terms are placeholders, and what stands for each in the other language."""

    text: str
    forms: Mapping[str, str] = field(default_factory=dict)

    def restore(self, translated: str) -> str:
        """Put the terms into a translation."""
        for name, form in self.forms.items():
            translated = translated.replace(name, form)
        return translated


@dataclass(frozen=True)
class Glossary:
    """Terms with their forms; `keep` are written alike in every language."""

    keep: tuple[str, ...] = ()
    terms: tuple[Forms, ...] = ()

    def protect(self, text: str, source: str, target: str) -> Protected:
        """Replace the terms of a text that is to be translated by placeholders.

        A term without a form in the other language is left to the translator.
        """
        known = self._known(source, target)
        if not known:
            return Protected(text)
        forms: dict[str, str] = {}

        def hide(found: re.Match[str]) -> str:
            name, form = known[found.group().casefold()]
            forms[name] = form
            return name

        hidden = _pattern(tuple(known)).sub(hide, text)
        # A text that has such a word of its own is not to be turned into a term.
        return (
            Protected(text) if placeholders_in(text) & forms.keys() else Protected(hidden, forms)
        )

    def used_in(self, text: str, language: str) -> list[str]:
        """Return how the terms that a text mentions, in any language, are written in another."""
        folded = text.casefold()
        used = [term for term in self.keep if term.casefold() in folded]
        for forms in self.terms:
            mentioned = any(
                form.casefold() in folded for names in forms.values() for form in names
            )
            if mentioned and forms.get(language):
                used.append(forms[language][0])
        return list(dict.fromkeys(used))

    def _known(self, source: str, target: str) -> dict[str, tuple[str, str]]:
        pairs = [(term, term) for term in self.keep]
        for forms in self.terms:
            if forms.get(target):
                pairs += [(form, forms[target][0]) for form in forms.get(source, ())]
        return {
            term.casefold(): (placeholder(PersonalData.ID, term.casefold(), _KEY, _LETTERS), form)
            for term, form in pairs
        }


@lru_cache(maxsize=64)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds whole terms, the longest first; without spaces a term stands anywhere."""
    longest_first = sorted(terms, key=lambda term: (-len(term), term))
    ways = (
        re.escape(term) if is_unspaced(term[0]) else rf"(?<!\w){re.escape(term)}(?!\w)"
        for term in longest_first
    )
    return re.compile("|".join(ways), re.IGNORECASE)
