"""A message as each language reads it that may be the message's own.

Words mean other things elsewhere: "man" is anybody in German and "bot" a stick in Hungarian. So a
language is heard only in those sentences of whose words it knows at least half of what the best
language knows, and where they disagree the one that knows more has the say. A sentence of another
language in a long message is thus heard for itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from handrail.domain.recognising.evidence import (
    WORDS_COUNTED_MAX,
    at_least,
    by_letters,
    counts,
)
from handrail.domain.recognising.patterns import Hit, Places
from handrail.domain.recognising.requests import CLASSES, NAMES_FROM, UNIVERSAL
from handrail.domain.recognising.rules import LanguageRules
from handrail.domain.recognising.spelling import SWAPPED_LETTERS_MIN, Spelling
from handrail.domain.recognising.vocabulary import Found, Said, Vocabulary, hits
from handrail.domain.recognising.words import HARD, SOFT, inside_letters, split

READINGS_MAX = 12
"""How many languages are heard about one message."""
LONG_MESSAGE_WORDS = 200
LONG_MESSAGE_READINGS_MAX = 4
"""How many are heard about a long one, which leaves less doubt whose it is."""

SENTENCE_WORDS_MAX = 40
"""A longer sentence is weighed in pieces, since people write without full stops."""

CORRECTED_WORDS_MAX = 12
"""How many words of one message are given a second chance."""

PERSON_BYTES_MIN = 5
"""A shorter word for a person may mean anything in another language; letters of larger alphabets
say more, and take more."""

TERM_WORDS_MAX = 40
"""So far before a corrected word a term may begin that has it; the longest has 31 characters."""

WORDS_LOOKED_UP_MAX = 80
"""How many words of one message are compared with words they may be misspelt from."""

ALONE_WORDS_MAX = 4
"""In messages of so few words a word that no language knows is compared with all languages'."""

SPELLERS_MAX = 4
"""How many languages are asked what a word may be misspelt from."""

_SMALL_WORDS = sum(1 << CLASSES.index(name) for name in ("filler", "polite", "greeting"))
_PERSON = 1 << CLASSES.index("person")
_UNIVERSAL_WORDS = frozenset(
    (*(word for words in UNIVERSAL.values() for word in words), HARD, SOFT)
)


@dataclass(slots=True)
class Reading:
    """A message as one language reads it."""

    number: int
    heard: int
    """The words on which it is heard, as bits."""
    rules: LanguageRules
    places: Places
    """What is left when a rule has taken out what it matched."""
    whole: Places
    leading: int
    """The bits of the languages that know most of the message, and of the conversation's."""
    weight: int
    """How much the language knows of the message."""
    hinted: bool
    """Whether it is the conversation's language, which wins where others know as much."""
    language: str | None = None
    """The language to name in the verdict; None where another knows as much."""


@dataclass(frozen=True, slots=True)
class Message:
    """The words of a message, and what the vocabulary has for them."""

    words: Sequence[str]
    said: Said
    hint: int | None
    """The number of the conversation's language."""
    inside: int
    """The places between words at which no term begins or ends."""


class Reader:
    """Reads messages in every language."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        languages: Sequence[str],
        rules_of: Callable[[int], LanguageRules],
        people: Sequence[str],
    ) -> None:
        """Read with a vocabulary; a language's rules are asked for when it is heard."""
        self._vocabulary = vocabulary
        self._languages = languages
        self._shared = len(languages)
        self._spoken = (1 << self._shared) - 1
        self._rules_of = rules_of
        self._people = people
        self._people_spelling: Spelling | None = None
        self._numbers = {language: number for number, language in enumerate(languages)}

    def message(self, text: str, hint: str | None) -> Message:
        """Fold and split a text, and look its words up."""
        words = self._vocabulary.without_abbreviations(split(text))
        said = self._vocabulary.find(words)
        inside = inside_letters(words)
        return Message(words, said, self._numbers.get(hint or ""), inside)

    def read(self, message: Message) -> Sequence[Reading]:
        """Return the readings worth hearing: the conversation's language first, then by weight."""
        heard, total = self._heard(message)
        hinted = message.hint
        every = (1 << len(message.words)) - 1
        if hinted is not None:
            heard[hinted] = every
        shared = hits(message.said, self._shared, every, message.inside)
        if not heard and shared:
            heard[0] = every
        weights = {number: total[number] for number in heard}
        most = max(weights.values(), default=0)
        leading = sum(1 << one for one, known in weights.items() if known == most)
        if hinted is not None:
            leading |= 1 << hinted
        chosen = sorted(heard, key=lambda one: (one != hinted, -weights[one], one))
        readings = [
            self._reading(message, number, heard[number], shared, weights[number], leading)
            for number in chosen[: _readings_max(message.words)]
        ]
        self._name(readings, hinted, nameless=_UNIVERSAL_WORDS.issuperset(message.words))
        return readings

    def _heard(self, message: Message) -> tuple[dict[int, int], Sequence[int]]:
        """Return which languages are heard on which words (bits), and what each knows in all."""
        total = 0
        heard: dict[int, int] = {}
        for begin, end in _sentences(len(message.words), message.said.hard):
            # Words in another alphabet are another language's: each is compared with its like.
            said = sum([one.evidence for one in message.said.found[begin:end]])
            latin, other = by_letters(said, self._shared)
            if begin < WORDS_COUNTED_MAX:
                total += latin + other
            words = (1 << end) - (1 << begin)
            for evidence in filter(None, (latin, other)):
                least = (2 * max(counts(evidence, self._shared)) + 2) // 3
                for number in at_least(evidence, least, self._shared):
                    heard[number] = heard.get(number, 0) | words
        return heard, counts(total, self._shared)

    def names(self, message: Message, reading: Reading) -> Iterator[tuple[int, int]]:
        """Yield the languages (their numbers) that a message names, with the words (bits).

        Words that mean something else in a leading language are no names.
        """
        not_names = self._vocabulary.not_names
        others = 0
        for index, word in enumerate(message.words):
            if not_names.get(word, 0) & reading.leading:
                others |= 1 << index
        named = reading.whole.without(others)
        for number in range(len(self._languages)):
            if words := named.words(1 << NAMES_FROM + number):
                yield number, words

    def _reading(
        self,
        message: Message,
        number: int,
        allowed: int,
        shared: Sequence[Hit],
        knows: int,
        leading: int,
    ) -> Reading:
        own = [*hits(message.said, number, allowed, message.inside), *shared]
        hard, soft = message.said.hard, message.said.soft
        places = Places(len(message.words), own, hard, hard | soft, _SMALL_WORDS)
        rules = self._rules_of(number)
        rules.add_compounds(places)
        return Reading(
            number, allowed, rules, places, places, leading, knows, number == message.hint
        )

    def _name(self, readings: Sequence[Reading], hint: int | None, *, nameless: bool) -> None:
        """Say in whose name a language may speak: its own only if no other knows as much."""
        most = _most_known(readings)
        alone = sum(one.weight == most for one in readings) == 1
        for one in readings:
            if one.number == hint or (not nameless and (alone or one.weight < most)):
                one.language = one.rules.language

    def corrected(
        self, message: Message, readings: Sequence[Reading]
    ) -> Iterator[tuple[Reading, Message, Iterator[Message]]]:
        """Yield who may know better, the message with every word corrected, and with each alone.

        Only the languages that know most of the message are asked: a word unknown to a language
        that knows little else of it is not misspelt.
        """
        most = _most_known(readings)
        asked = [one for one in readings if one.weight == most or one.number == message.hint]
        for reading in asked[:SPELLERS_MAX]:
            corrections = dict(self._corrections(message, reading))
            if not corrections:
                continue
            whole = self._with(message, corrections)
            if self._says_else(message, whole, reading, corrections):
                each = corrections.items()
                yield reading, whole, (self._with(message, {one: forms}) for one, forms in each)

    def _says_else(
        self, message: Message, corrected: Message, reading: Reading, places: Iterable[int]
    ) -> bool:
        """Say whether terms of a language stand in a corrected message that stood not there.

        Most words that are one edit away from another one's mean what they are: terms are looked
        for around them before all is read once more.
        """
        if reading.heard != (1 << len(message.words)) - 1:
            return True
        around = 0
        for place in places:
            around |= (1 << place + 1) - (1 << max(0, place + 1 - TERM_WORDS_MAX))
        return any(
            set(hits(message.said, number, around, message.inside))
            != set(hits(corrected.said, number, around, message.inside))
            for number in (reading.number, self._shared)
        )

    def _corrections(
        self, message: Message, reading: Reading
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the index of each misspelt word with what it may stand for."""
        bit = 1 << reading.number
        corrected = 0
        for index, word in enumerate(message.words[:WORDS_LOOKED_UP_MAX]):
            if len(word) < SWAPPED_LETTERS_MIN or message.said.found[index].native & bit:
                continue
            if near := reading.rules.spelling.near(word):
                yield index, near
                corrected += 1
                if corrected == CORRECTED_WORDS_MAX:
                    return

    def people_of_others(
        self, message: Message, readings: Sequence[Reading]
    ) -> Iterator[tuple[Reading, Message]]:
        """Yield a message in which another language's words for a person are read as one.

        "can I talk to en medarbejder": the verb is of one language and the person of another,
        which knows too little of the message to be heard.
        """
        people = [
            index
            for index, one in enumerate(message.said.found[:WORDS_LOOKED_UP_MAX])
            if one.alone() & _PERSON
            and len(message.words[index].encode(errors="replace")) >= PERSON_BYTES_MIN
        ]
        most = _most_known(readings)
        leading = [one for one in readings if one.weight == most]
        for reading in leading[:SPELLERS_MAX] if people else ():
            bit = 1 << reading.number
            foreign = [
                index
                for index in people
                if not (message.said.found[index].native | message.said.found[index].listed) & bit
            ]
            if foreign:
                yield reading, self._with(message, dict.fromkeys(foreign, UNIVERSAL["person"]))

    def people_misspelt(self, message: Message) -> Iterator[Message]:
        """Yield a short message with one word that nobody knows read as somebody to ask for.

        "oprator", "kundtjanstmedarbetre": where one word is all there is, no other words tell its
        language, and every language is asked.
        """
        if len(message.words) > ALONE_WORDS_MAX:
            return
        for index, word in enumerate(message.words):
            found = message.said.found[index]
            if found.native or found.listed or word in (HARD, SOFT):
                continue
            if self._people_spelling is None:
                self._people_spelling = Spelling(self._people, ())
            if near := self._people_spelling.near(word):
                yield self._with(message, {index: near})

    def _with(self, message: Message, corrections: Mapping[int, tuple[str, ...]]) -> Message:
        """Return a message some of whose words may also be read as others."""
        read: dict[int, Found] = {}
        for index, words in corrections.items():
            one = message.said.found[index]
            others = self._vocabulary.find(words).found
            native, listed = one.native, one.listed
            if not native and not listed:
                for other in others:
                    native |= other.native
                    listed |= other.listed
            read[index] = Found.of(
                one.is_latin,
                native,
                listed,
                (*one.forms, *words),
                (*one.nodes, *(node for other in others for node in other.nodes)),
                self._spoken,
            )
        return replace(message, said=message.said.with_others(read))

    def again(self, message: Message, reading: Reading) -> Reading:
        """Read a corrected message once more in one language."""
        every = (1 << len(message.words)) - 1
        shared = hits(message.said, self._shared, every, message.inside)
        leading = 1 << reading.number
        again = self._reading(message, reading.number, every, shared, reading.weight, leading)
        again.language = reading.language
        return again


def _most_known(readings: Sequence[Reading]) -> int:
    return max((one.weight for one in readings), default=0)


def _readings_max(words: Sequence[str]) -> int:
    return READINGS_MAX if len(words) <= LONG_MESSAGE_WORDS else LONG_MESSAGE_READINGS_MAX


def _sentences(count: int, hard: int) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of so many words begins and ends; a very long one in pieces.

    `hard` has the places of full stops, each of which belongs to what comes behind it.
    """
    begin = 0
    while begin < count:
        stops = hard >> begin + 1
        end = begin + (stops & -stops).bit_length() if stops else count
        end = min(end, begin + SENTENCE_WORDS_MAX)
        yield begin, end
        begin = end
