"""Puts together what reads messages, with a company's own words where it has given some."""

from handrail.adapters.language.catalogue import packaged_recogniser, packaged_sensitive
from handrail.domain.errors import SettingsError
from handrail.domain.recognition import Recogniser
from handrail.domain.sensitive import SensitiveWords
from handrail.observability import logger, measured
from handrail.settings import read_own_words, read_topics


def recogniser(own_words: str) -> Recogniser:
    """Return the recogniser over every language and `OWN_WORDS`.

    Words that cannot be read are left out, counted and named in the log. A door that did not open
    for the sake of a comma would lose messages; without the words a customer still gets a person
    by any other word for one.
    """
    try:
        return packaged_recogniser(read_own_words(own_words))
    except (SettingsError, ValueError) as error:
        measured("own_words_refused", 1)
        logger.error("OWN_WORDS are left out", why=str(error))
        return packaged_recogniser()


def sensitive_words(topics: str = "", own_words: str = "") -> SensitiveWords:
    """Return what makes a message a person's: `SENSITIVE_TOPICS`, `SENSITIVE_WORDS`, emergencies.

    What cannot be read is left out, counted and named in the log, like words for the recogniser.
    """
    words = [word.strip() for word in own_words.split(",") if word.strip()]
    try:
        return packaged_sensitive(read_topics(topics), words)
    except (SettingsError, ValueError) as error:
        measured("own_words_refused", 1)
        logger.error("SENSITIVE_TOPICS and SENSITIVE_WORDS are left out", why=str(error))
        return packaged_sensitive()
