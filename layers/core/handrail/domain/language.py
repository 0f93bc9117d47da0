"""Which language a conversation is answered in: sticky, since one odd message proves nothing."""

from collections.abc import Sequence

DEFAULT_LANGUAGE = "en"
"""What a customer is answered in when nothing at all is known."""

SWITCH_WORDS_MIN = 2
"""A message of fewer words never changes the language: "ok" and names are in every language."""

CONFIDENCE_MIN = 0.5
"""Below this an identification says nothing about a conversation that has a language."""

FIRST_CONFIDENCE_MIN = 0.35
"""What identification must reach to give a conversation its first language without any hint."""

SURE_CONFIDENCE = 0.9
"""From here on one message is enough to leave a language that was only hinted at."""

DECAY = 0.6
"""What a message weighs beside the one after it."""

HINT_WEIGHT = 0.5
"""What the device's or profile's language weighs: less than one clear message."""

STAY_WEIGHT = 0.8
"""What the current language weighs: about one clear message, so that it takes two to leave."""


def choose_language(
    current: str | None,
    identified: Sequence[tuple[str, float]],
    hint: str | None,
    explicit: str | None,
    words: int,
) -> str:
    """Return the language to answer in.

    Args:
        current: the language the conversation is held in, if it has one.
        identified: language and confidence (0 to 1) of the customer's recent messages, the newest
            last; messages that said nothing are left out.
        hint: the language of the customer's device, page or profile, if supported.
        explicit: the language the customer asked for ("in English please"); it wins.
        words: how many words the newest message has.

    """
    if explicit is not None:
        return explicit
    known = [one for one in (current, hint) if one is not None]
    identified = [(_variant(language, known), confidence) for language, confidence in identified]
    if current is not None and (words < SWITCH_WORDS_MIN or not _is_clear(identified)):
        return current
    weights: dict[str, float] = {}
    weight = 1.0
    for language, confidence in reversed(identified):
        if current is not None and confidence < CONFIDENCE_MIN:
            confidence = 0.0  # noqa: PLW2901 - a doubtful message still ages those before it
        weights[language] = weights.get(language, 0.0) + weight * confidence
        weight *= DECAY
    if hint is not None:
        weights[hint] = weights.get(hint, 0.0) + HINT_WEIGHT
    if current is not None:
        weights[current] = weights.get(current, 0.0) + STAY_WEIGHT
    if not weights:
        return DEFAULT_LANGUAGE
    best = max(weights, key=lambda language: (weights[language], language == current))
    if current is None and hint is None and weights[best] < FIRST_CONFIDENCE_MIN:
        return DEFAULT_LANGUAGE
    return best


def _variant(language: str, known: Sequence[str]) -> str:
    """Return the regional variant ("pt-PT") that is known already, where one of it was found.

    Regions write so much alike that a message hardly tells them apart; scripts it does.
    """
    name, _, region = language.partition("-")
    if not _is_region(region):
        return language
    return next(
        (one for one in known if one.startswith(f"{name}-") and _is_region(one[len(name) + 1 :])),
        language,
    )


def _is_region(subtag: str) -> bool:
    """Say whether a subtag of BCP 47 is a region: two letters; a script has four."""
    return len(subtag) == 2  # noqa: PLR2004


def _is_clear(identified: Sequence[tuple[str, float]]) -> bool:
    """Say whether the newest message is sure enough of its language to change anything."""
    return bool(identified) and identified[-1][1] >= CONFIDENCE_MIN
