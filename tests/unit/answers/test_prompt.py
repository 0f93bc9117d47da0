"""What a model is told of a conversation: bounded, the newest whole, the oldest as questions."""

import json
from typing import Any

import pytest

from handrail.adapters.model.prompt import (
    EXCHANGE_CHARS_MAX,
    HISTORY_TOKENS_MAX,
    INPUT_TOKENS_MAX,
    OLDER_QUESTION_CHARS_MAX,
    OLDER_QUESTIONS_MAX,
    QUESTION_CHARS_MAX,
    document,
    fitting,
    shortened,
    tokens_in,
)
from handrail.application.ports import Exchange
from handrail.domain.glossary import Glossary
from handrail.domain.knowledge import Found, Passage
from handrail.domain.limits import HISTORY_LOOKED_MAX, HISTORY_MESSAGES_MAX, PASSAGES_MAX


def found(text: str = "A refund takes 5 days.") -> Found:
    return Found(Passage("refunds/en#1", "refunds", "Refunds", "en", text, ""), 9.0, 0.9)


def told(
    history: list[Exchange],
    question: str = "And now?",
    glossary: Glossary | None = None,
    passages: tuple[Found, ...] = (found(),),
) -> dict[str, Any]:
    given = {f"p{number}": one for number, one in enumerate(fitting(passages), 1)}
    data = json.loads(document(question, "en", given, history, glossary or Glossary()))
    assert isinstance(data, dict)
    return data


def talk(messages: int) -> list[Exchange]:
    return [
        Exchange("customer" if number % 2 == 0 else "bot", f"message {number}")
        for number in range(messages)
    ]


def test_a_short_conversation_is_told_whole() -> None:
    data = told(talk(5))
    assert [one["text"] for one in data["earlier_messages"]] == [f"message {n}" for n in range(5)]
    assert "questions_asked_before" not in data
    assert "company_terms" not in data


def test_of_a_long_one_the_older_part_is_what_the_customer_asked() -> None:
    data = told(talk(HISTORY_LOOKED_MAX))
    recent = [one["text"] for one in data["earlier_messages"]]
    assert recent == [f"message {n}" for n in range(60 - HISTORY_MESSAGES_MAX, 60)]
    older = data["questions_asked_before"]
    assert older == [f"message {n}" for n in range(32, 48, 2)]
    assert len(older) == OLDER_QUESTIONS_MAX


@pytest.mark.parametrize("letter", ["x", "é", "返", "क", "🙂"])
def test_whatever_is_written_there_is_an_end_to_it(letter: str) -> None:
    long = letter * 16_000
    history = [Exchange("customer", long)] * HISTORY_LOOKED_MAX
    data = told(history, long, passages=(found(long[:3_000]),) * PASSAGES_MAX)
    assert len(data["customer_question"]) == QUESTION_CHARS_MAX
    said = data["earlier_messages"]
    assert all(len(one["text"]) <= EXCHANGE_CHARS_MAX for one in said)
    assert sum(tokens_in(one["text"]) for one in said) <= HISTORY_TOKENS_MAX
    assert 1 <= len(data["passages"]) <= PASSAGES_MAX
    if len(letter.encode()) <= 3:
        assert tokens_in(json.dumps(data, ensure_ascii=False)) <= 1.2 * INPUT_TOKENS_MAX


def test_passages_are_told_whole_or_not_at_all() -> None:
    passages = [found("返" * 1_900)] * PASSAGES_MAX
    kept = fitting(passages)
    assert 1 <= len(kept) < PASSAGES_MAX
    assert kept[0].passage.text == "返" * 1_900
    assert len(fitting([found("返" * 50_000)])) == 1


def test_tokens_are_counted_rather_too_many() -> None:
    english = "How long does it take until my refund arrives on my card?"
    assert 13 <= tokens_in(english) <= 26, "a model makes 13 of it"
    assert tokens_in("返金はいつ届きますか") >= 7, "a model makes 7 of it"
    assert tokens_in("") == 0


def test_terms_of_the_company_are_told_where_they_are_spoken_of() -> None:
    glossary = Glossary(("Pay in 3",), ({"de": ("Mahngebühr",), "en": ("late fee",)},))
    data = told([], "Wie hoch ist die Mahngebühr?", glossary)
    assert data["company_terms"] == ["late fee"]
    assert "company_terms" not in told([], "Wo ist mein Paket?", glossary)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Where is\n my   order?", "Where is my order?"),
        ("word " * 100, f"{('word ' * 31).strip()}…"),
        ("返" * 500, f"{'返' * 159}…"),
    ],
)
def test_an_older_question_is_cut_between_words(text: str, short: str) -> None:
    assert shortened(text) == short
    assert len(shortened(text)) <= OLDER_QUESTION_CHARS_MAX
