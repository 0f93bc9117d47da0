"""What Handrail says itself is one message on every messenger, in every language and number."""

from collections.abc import Iterator, Mapping

import pytest

from handrail.adapters.channels import line, slack, telegram, twilio, viber, whatsapp_cloud
from handrail.adapters.channels.instagram import Instagram
from handrail.adapters.channels.kit.measures import (
    Measure,
    code_points,
    sms_segments,
    utf8_bytes,
    utf16_units,
)
from handrail.adapters.channels.messenger import FacebookMessenger
from handrail.adapters.channels.meta_messaging import TITLE_UNITS_MAX
from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.domain.phrases import Phrases
from handrail_ops.languages.check import LABELS, fields
from handrail_ops.languages.source import read_phrases

CATALOGUE = PackagedCatalogue()
LANGUAGES = [one.code for one in CATALOGUE.languages]
REFERENCE = read_phrases("en")
COUNTS = (0, 1, 2, 3, 5, 11, 100)
LONG = {
    "link": "https://help.example.com/en/articles/some-long-name#part",
    "reference": "ABCD-EFGH",
    "name": "Maximiliane Wolkenstein",
    "size": "25 MB",
}
SENTENCE = "x" * 90
"""What fills a field of which nothing is known: a moment, a duration, a sentence."""

ROOM: Mapping[str, tuple[Measure, int]] = {
    "whatsapp_cloud": (utf16_units, whatsapp_cloud.BUTTONS_TEXT_UNITS_MAX),
    "twilio, WhatsApp": (utf16_units, twilio.WHATSAPP_BUTTONS_TEXT_UNITS_MAX),
    "twilio, SMS": (sms_segments, twilio.SEGMENTS_MAX),
    "messenger": (FacebookMessenger.limits.measure, FacebookMessenger.limits.most),
    "line": (utf16_units, line.TEXT_UNITS_MAX),
    "telegram": (utf16_units, telegram.TEXT_UNITS_MAX),
    "viber": (utf16_units, viber.TEXT_UNITS_MAX),
    "slack": (utf16_units, slack.TEXT_UNITS_MAX),
}
INSTAGRAM_PARTS_MAX = 2
"""It counts bytes, of which a letter of many scripts takes three: there it may be two messages."""


def _said(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """Yield each phrase in each number, with all that may stand around it in one message."""
    word = phrases.say("offer.word")
    hint = phrases.say("offer.hint", word=word)
    before, kept = phrases.say("disclosure"), phrases.say("waiting.kept", reference="ABCD-EFGH")
    for phrase in sorted({name.partition("#")[0] for name in REFERENCE}):
        english = REFERENCE.get(phrase) or REFERENCE[f"{phrase}#other"]
        values = {name: LONG.get(name, SENTENCE) for name in fields(english) - {"count"}}
        counts = COUNTS if f"{phrase}#other" in REFERENCE else COUNTS[:1]
        for count in counts:
            words = phrases.say(phrase, count=count, **values)
            yield phrase, f"{before}\n\n{words}\n\n{kept}\n\n{hint}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_in_every_number_is_one_message(language: str) -> None:
    phrases = CATALOGUE.phrases(language)
    for phrase, text in _said(phrases):
        for channel, (measure, most) in ROOM.items():
            assert measure(text) <= most, (phrase, channel)
        assert utf8_bytes(text) <= INSTAGRAM_PARTS_MAX * Instagram.limits.most, phrase


@pytest.mark.parametrize("label", sorted({label for beside in LABELS for label in beside}))
def test_no_label_is_cut(label: str) -> None:
    for language in LANGUAGES:
        said = CATALOGUE.phrases(language).say(label)
        assert utf16_units(said) <= TITLE_UNITS_MAX, language
        assert code_points(said) <= line.LABEL_CHARS_MAX, language
