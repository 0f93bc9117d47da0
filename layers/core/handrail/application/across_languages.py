"""Finding articles in languages that the customer does not write, by translating the question.

Words find words of their own language only. When nothing in the customer's language fits, the
question is asked again in the languages that articles are in; whatever fails on that way, the
customer has what was found without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handrail.application.ports import Clock, Retriever, Translator
from handrail.domain.errors import UnavailableError
from handrail.domain.glossary import Glossary
from handrail.domain.knowledge import CONFIDENCE_MIN, Found, Passage

LANGUAGES_MAX = 2
"""Languages that a question is translated into: articles mostly come in one language whole."""

QUESTION_CHARS_MAX = 500
"""What is translated of a question; the rest of a long message seldom asks."""


@dataclass(frozen=True, slots=True)
class GlossaryTranslator:
    """A `Translator` that leaves a company's terms to its glossary."""

    translator: Translator
    glossary: Glossary

    def translate(self, text: str, source: str | None, target: str, deadline: float) -> str:
        """Return the text in the target language, its terms as the company writes them there.

        Raises:
            UnavailableError: no translation by the deadline, or none that can be trusted.

        """
        if source is None:
            return self.translator.translate(text, source, target, deadline)
        protected = self.glossary.protect(text, source, target)
        translated = self.translator.translate(protected.text, source, target, deadline)
        if any(translated.count(name) != protected.text.count(name) for name in protected.forms):
            message = "the translation lost a term of the glossary"
            raise UnavailableError(message)
        return protected.restore(translated)


@dataclass(frozen=True, slots=True)
class AcrossLanguages:
    """A `Retriever` that asks again in other languages when the customer's has no answer."""

    retriever: Retriever
    translator: Translator
    languages: Callable[[], Sequence[str]]
    """Those that have articles, the one with most first."""
    clock: Clock
    seconds: float
    """How long all the translating may take."""

    def search(self, question: str, language: str, limit: int, now: float) -> Sequence[Found]:
        """Return the passages that fit best, best first; only articles valid at `now`."""
        found = self.retriever.search(question, language, limit, now)
        if _surety(found) >= CONFIDENCE_MIN:
            return found
        deadline = self.clock.now() + self.seconds
        others = [other for other in self.languages() if other != language][:LANGUAGES_MAX]
        elsewhere: list[Sequence[Found]] = []
        for other in others:
            elsewhere.append(self._search_in(other, question, language, limit, now, deadline))
            if _surety(elsewhere[-1]) >= CONFIDENCE_MIN:
                break
        return _together(language, found, elsewhere)[:limit]

    def passage(self, passage_id: str) -> Passage | None:
        """Return one passage of the index, or None."""
        return self.retriever.passage(passage_id)

    def _search_in(
        self, other: str, question: str, language: str, limit: int, now: float, deadline: float
    ) -> Sequence[Found]:
        asked = question[:QUESTION_CHARS_MAX]
        try:
            translated = self.translator.translate(asked, language, other, deadline)
        except UnavailableError:
            return ()
        found = self.retriever.search(translated, other, limit, now)
        return [
            replace(one, asked=translated) if one.passage.language == other else one
            for one in found
        ]


def _surety(found: Sequence[Found]) -> float:
    return found[0].confidence if found else 0.0


def _together(
    language: str, found: Sequence[Found], elsewhere: Sequence[Sequence[Found]]
) -> Sequence[Found]:
    """Put the surest search first, of the customer's own language and of translated questions.

    Each keeps its order: how sure one is compares searches, not what one of them found. What the
    untranslated question hit upon in other languages, names mostly, comes last.
    """
    own = [one for one in found if one.passage.language == language]
    strange = [one for one in found if one.passage.language != language]
    searches = [*sorted([own, *elsewhere], key=_surety, reverse=True), strange]
    unique: dict[str, Found] = {}
    for search in searches:
        for one in search:
            unique.setdefault(one.passage.id, one)
    return list(unique.values())
