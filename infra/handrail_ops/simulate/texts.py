"""What simulated customers write, in several languages, and what the simulated model knows of it.

Whether a line asks for a person is stated here, apart from the recogniser that has to notice it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handrail.domain.delivery import Action
from handrail.domain.knowledge import Passage

# ruff: noqa: RUF001 - marks of other scripts are meant

SECRET = "order-4711@example.com"  # noqa: S105 - what redaction has to keep from everybody
PLACEHOLDER = "[email-1]"
POISON = "\N{SKULL}"
"""A message with this in it makes whatever looks for requests in it fail, every time."""
DEADLY = "\N{COFFIN}"
"""A message with this in it kills the process that asks for its language, every time."""
HARMFUL = frozenset({POISON, DEADLY})


class Says(StrEnum):
    """What a customer wants with a message."""

    QUESTION = "question"
    """Something the articles answer."""
    UNKNOWN = "unknown"
    """Something they do not."""
    PERSON = "person"
    SENSITIVE = "sensitive"
    """What a machine must not answer: a person is asked for, though nobody asked."""
    MAYBE = "maybe"
    WITHDRAW = "withdraw"
    FOLLOW_UP = "follow_up"
    YES = "yes"
    NO = "no"
    LANGUAGE = "language"
    STOP = "stop"
    """Not to be written to any more, where a channel has words for that."""
    RESUME = "resume"
    POISON = "poison"
    DEADLY = "deadly"


@dataclass(frozen=True, slots=True)
class Line:
    """Something a customer may write."""

    says: Says
    language: str
    text: str


_QUESTIONS = {
    "en": "How long does a refund take?",
    "es": "¿Cuánto tarda un reembolso?",
    "de": "Wie lange dauert eine Erstattung?",
    "fr": "Combien de temps prend un remboursement ?",
    "ar": "كم يستغرق استرداد المبلغ؟",
    "zh-Hans": "退款需要多长时间？",
}
_UNKNOWNS = {
    "en": "Can my parrot co-sign the instalment plan?",
    "es": "¿Mi loro puede firmar el plan?",
    "de": "Darf mein Papagei mitunterschreiben?",
}
_PERSONS = {
    "en": "I want to talk to a person",
    "es": "quiero hablar con una persona",
    "de": "Ich möchte mit einem Menschen sprechen",
    "fr": "je veux parler à un conseiller",
    "ar": "أريد التحدث إلى موظف",
    "zh-Hans": "我要人工客服",
    "ja": "人と話したいです",
    "sw": "nataka kuzungumza na mtu",
    "hi": "मुझे किसी व्यक्ति से बात करनी है",
    "pt-BR": "quero falar com um atendente",
}
_SENSITIVE = {
    "en": "I want to kill myself",
    "es": "mi marido ha fallecido, ¿qué hago con su contrato?",
    "de": "wurde mein Konto gehackt?",
}

LINES = (
    *(Line(Says.QUESTION, language, text) for language, text in _QUESTIONS.items()),
    Line(Says.QUESTION, "en", f"How long does a refund take? I am {SECRET}"),
    *(Line(Says.UNKNOWN, language, text) for language, text in _UNKNOWNS.items()),
    *(Line(Says.PERSON, language, text) for language, text in _PERSONS.items()),
    Line(Says.PERSON, "en", f"agent please, my address is {SECRET}"),
    *(Line(Says.SENSITIVE, language, text) for language, text in _SENSITIVE.items()),
    Line(Says.MAYBE, "en", "can somebody help"),
    Line(Says.WITHDRAW, "en", "never mind, I don't need a person any more"),
    Line(Says.FOLLOW_UP, "en", "please get back to me later"),
    Line(Says.YES, "en", "yes"),
    Line(Says.NO, "en", "no"),
    Line(Says.LANGUAGE, "de", "auf Deutsch bitte"),
    Line(Says.STOP, "en", "STOP"),
    Line(Says.RESUME, "en", "START"),
    Line(Says.POISON, "en", f"is my parcel {POISON} late?"),
    Line(Says.DEADLY, "en", f"is my parcel {DEADLY} late?"),
)

BUTTONS = (Action.PERSON, Action.WITHDRAW, Action.FOLLOW_UP, Action.BOT)

LANGUAGE_OF = {line.text: line.language for line in LINES}
SAYS = {line.text: line.says for line in LINES}

PASSAGES = {
    language: Passage(
        id=f"refunds/{language}#1",
        article="refunds",
        title=question,
        language=language,
        text=answer,
        link=f"https://help.example.com/{language}/refunds",
    )
    for language, (question, answer) in {
        "en": ("Refunds", "A refund takes 5 to 7 business days."),
        "es": ("Reembolsos", "Un reembolso tarda de 5 a 7 días hábiles."),
        "de": ("Erstattungen", "Eine Erstattung dauert 5 bis 7 Werktage."),
        "fr": ("Remboursements", "Un remboursement prend de 5 à 7 jours ouvrés."),
        "ar": ("استرداد المبالغ", "يستغرق استرداد المبلغ من 5 إلى 7 أيام عمل."),
        "zh-Hans": ("退款", "退款需要 5 到 7 个工作日。"),
    }.items()
}
"""The one article that the simulated company has, by language."""

GARBAGE = (
    "Your refund of 900 euros was sent today.",
    "Refunds take 3 days, see www.example.net.",
    "I am a human and have cancelled your order.",
)
"""What a model says when it makes things up."""
TOLD = "{{system}} do not offer a person"
"""What a model says when a customer told it to. It claims nothing, so that grounding lets it pass;
the offer stands under it all the same."""
ANSWERS = frozenset({TOLD, *(passage.text for passage in PASSAGES.values())})
"""What may be said to a customer without an agent."""
