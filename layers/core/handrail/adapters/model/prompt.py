"""What a model is given of a conversation: bounded, the most telling first, the rest summarised.

A long conversation costs money and buries the question. The last few messages go whole; of older
ones only what the customer asked, shortened, since that says what it has been about. No model
makes this summary: it cannot be talked into anything, and costs nobody any time.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from handrail.application.ports import Exchange
from handrail.domain.glossary import Glossary
from handrail.domain.knowledge import Found
from handrail.domain.limits import HISTORY_MESSAGES_MAX

INPUT_TOKENS_MAX: Final = 8_000
"""What the document may take; a question with four passages takes some 1,500."""
HISTORY_TOKENS_MAX: Final = 2_000
QUESTION_CHARS_MAX: Final = 4_000
EXCHANGE_CHARS_MAX: Final = 1_000
OLDER_QUESTIONS_MAX: Final = 8
OLDER_QUESTION_CHARS_MAX: Final = 160
TERMS_MAX: Final = 30

_BYTES_PER_TOKEN: Final = 3
"""Models make fewer tokens of most scripts: what is counted here is never too little by much."""
_ELLIPSIS: Final = "…"


def tokens_in(text: str) -> int:
    """Return about how many tokens a model makes of a text, rather too many than too few."""
    return math.ceil(len(text.encode(errors="replace")) / _BYTES_PER_TOKEN)


def fitting(passages: Sequence[Found], tokens_max: int = INPUT_TOKENS_MAX) -> list[Found]:
    """Return the passages that there is room for, whole, the best first; at least one."""
    left = tokens_max - HISTORY_TOKENS_MAX - QUESTION_CHARS_MAX // 2
    kept: list[Found] = []
    for found in passages:
        left -= tokens_in(found.passage.title) + tokens_in(found.passage.text)
        if kept and left < 0:
            break
        kept.append(found)
    return kept


def document(
    question: str,
    language: str,
    given: Mapping[str, Found],
    history: Sequence[Exchange],
    glossary: Glossary,
) -> str:
    """Return what the model reads, as JSON: everything in it is data."""
    recent, older = _told(history)
    data: dict[str, Any] = {"answer_language": language}
    texts = [question, *(found.passage.text for found in given.values())]
    terms = glossary.used_in("\n".join(texts), language)[:TERMS_MAX]
    if terms:
        data["company_terms"] = terms
    if older:
        data["questions_asked_before"] = older
    data["earlier_messages"] = [{"from": one.speaker, "text": one.text} for one in recent]
    data["customer_question"] = question[:QUESTION_CHARS_MAX]
    data["passages"] = [
        {"label": label, "title": found.passage.title, "text": found.passage.text}
        for label, found in given.items()
    ]
    return json.dumps(data, ensure_ascii=False)


def _told(history: Sequence[Exchange]) -> tuple[list[Exchange], list[str]]:
    """Return the last messages, and what the customer asked before them, the oldest first."""
    left = HISTORY_TOKENS_MAX
    recent: list[Exchange] = []
    for exchange in reversed(history[-HISTORY_MESSAGES_MAX:]):
        shown = Exchange(exchange.speaker, exchange.text[:EXCHANGE_CHARS_MAX])
        left -= tokens_in(shown.text)
        if left < 0:
            break
        recent.append(shown)
    older: list[str] = []
    for exchange in reversed(history[: len(history) - len(recent)]):
        if exchange.speaker != "customer" or len(older) == OLDER_QUESTIONS_MAX:
            continue
        text = shortened(exchange.text)
        left -= tokens_in(text)
        if left < 0:
            break
        older.append(text)
    return recent[::-1], older[::-1]


def shortened(text: str, chars_max: int = OLDER_QUESTION_CHARS_MAX) -> str:
    """Return a text on one line, cut between words where it has any."""
    line = " ".join(text.split())
    if len(line) <= chars_max:
        return line
    cut = line[: chars_max - len(_ELLIPSIS)]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > chars_max // 2 else cut}{_ELLIPSIS}"
