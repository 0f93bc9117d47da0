"""What no draft may say, in its own words: that a human writes, or that something will be done.

Nor what the model was told, and nothing that binds the company beyond its own words.

Lists, not understanding: they catch what models usually say. The rest of the promise does not hang
on them, since who speaks and what is done is said by Handrail's own phrases from committed state.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from handrail.domain.commitment_words import COMMITMENTS
from handrail.domain.human_words import HUMAN
from handrail.domain.reading import fold

_OTHER_LETTERS: Final = re.compile(r"[^\x00-\x7f]+")

_UNSPACED_FROM: Final = "\u0e00"
_RUN_WORDS: Final = 7
"""So many words of its instructions in a row are no chance."""
_PROMPT: Final = re.compile(
    r"system[ _-]?prompt|systemprompt|answer_language|customer_question|earlier_messages"
    r"|wants_person|prompt (?:du )?syst[eè]me|prompt "
    r"(?:del |de(?:l)? )?sistema|instruc\w+ del sistema"
    r"|systemanweisung|системн\w+ (?:промпт"
    r"|подсказк|инструкц)|系统提示|系統提示|システムプロンプト"
    r"|시스템 프롬프트|system instructions?|my instructions (?:are|say)|i was instructed to"
    r"|ignore (?:all )?(?:previous|prior) instructions|developer mode|\bdan mode\b"
)
"""What only somebody says who tells what it was told."""

# Patterns are matched on folded text: lower case, no accents, no punctuation, single spaces.
_HUMAN: Final = {
    "en": (
        r"\b(?:i am|i m|as) (?:a |an )?(?:real |actual |live )?(?:human|person|woman|man)\b",
        r"\bi (?:am|m) not (?:a |an )?(?:bot|robot|machine|ai)\b",
    ),
    "es": (
        r"\b(?:soy|como) (?:un |una )?(?:ser )?(?:persona|humano|humana)\b",
        r"\bno soy (?:un |una )?(?:bot|robot|maquina)\b",
    ),
    "fr": (
        r"\bje suis (?:un |une )?(?:vrai |vraie )?(?:humain|humaine|personne|etre humain)\b",
        r"\bje ne suis pas (?:un |une )?(?:bot|robot|machine)\b",
    ),
    "de": (
        r"\bich bin (?:ein |eine )?(?:echter |echte )?(?:mensch|person)\b",
        r"\bich bin keine? (?:bot|roboter|maschine|computer)\b",
    ),
    "pt-BR": (
        r"\bsou (?:um |uma )?(?:ser )?(?:humano|humana|pessoa)\b",
        r"\bnao sou (?:um |uma )?(?:bot|robo|maquina)\b",
    ),
    "ar": (r"انا (?:انسان|شخص|بشر)|(?:انا )?لست (?:روبوت|اله|بوت)",),
    "hi": (r"मैं (?:एक )?(?:इंसान|मानव|मनुष्य|असली)", r"मैं (?:कोई )?(?:रोबोट|बॉट|मशीन) नह"),
    "zh-Hans": (r"我(?:就)?是(?:一个|一名)?(?:真人|人类|活人)", r"我不是(?:机器|ai|人工智能)"),
    "ja": (r"私は(?:本物の)?(?:人間|人)(?:です|だ)", r"私は(?:ボット|ロボット|ai|機械)ではあり"),
    "sw": (r"\bmimi ni (?:mtu|binadamu)\b|\bmimi si (?:roboti|mashine|bot)\b",),
}
_PROMISE: Final = {
    "en": (
        (
            r"\bi (?:have|ve|will|ll|am going to|m going to|am|m) (?:now |already |just )?"
            r"(?:transfer|connect|forward|escalat|notif|inform|refund|cancel|call|email|contact|"
            r"arrang|process|chang|updat|waiv|credit|extend|book)"
        ),
        (
            r"\b(?:agent|colleague|representative|specialist|human|person|someone)"
            r"(?: from our team)? (?:will|has been|is going to|is on)\b"
        ),
    ),
    "es": (
        r"\b(?:he|hemos) (?:transferido|reenviado|avisado|cancelado|reembolsado|tramitado)\b",
        (
            r"\b(?:un agente|una persona|alguien) (?:le |te |se )?(?:atendera|contactara|llamara|"
            r"respondera|pondra)\b"
        ),
    ),
    "fr": (
        r"\bj ai (?:transfere|transmis|prevenu|annule|rembourse)\b",
        r"\b(?:un conseiller|un agent|une personne|quelqu un) (?:va|vous)\b",
    ),
    "de": (
        (
            r"\bich (?:habe|werde|verbinde|leite) .{0,40}(?:weiter|verbunden|verbinden|stornier|"
            r"erstatt|informier)"
        ),
        r"\b(?:mitarbeiter|mitarbeiterin|kollege|kollegin|jemand) (?:wird|meldet|hat)\b",
    ),
    "pt-BR": (
        r"\b(?:transferi|encaminhei|avisei|cancelei|reembolsei)\b",
        r"\bvou (?:transferir|encaminhar|cancelar|reembolsar|avisar)\b",
        r"\b(?:um atendente|uma pessoa|um colega|alguem) (?:vai|ira|entrara)\b",
    ),
    "ar": (
        r"(?:قمت|لقد) .{0,20}(?:تحويل|الغاء|استرداد|حولت|الغيت)|سا(?:حول|قوم|لغي)|سيتواصل معك",
    ),
    "hi": (
        r"मैंने .{0,40}(?:भेज दिया|रद्द कर|ट्रांसफर कर|जोड़ दिया)",
        r"मैं .{0,40}(?:दूंगा|दूंगी|दूँगा|दूँगी)",
    ),
    "zh-Hans": (
        r"我(?:已经|已|会|将|这就)(?:为您|帮您|给您)?(?:转接|转到|联系|通知|取消|退款|安排|办理)",
        r"(?:客服|同事|专员|人工).{0,6}(?:会|将)(?:与您|和您|尽快)?联系",
    ),
    "ja": (
        r"(?:担当者|スタッフ|オペレーター)(?:が|から).{0,12}(?:ご連絡|対応|お電話)",
        r"(?:転送|手配|キャンセル|返金)(?:し|いたし)ました",
    ),
    "sw": (
        r"\b(?:nime|nita)(?:ku)?(?:hamisha|unganisha|ghairi|rudisha|wasiliana|julisha)",
        r"\b(?:mhudumu|wakala|mtu|mwenzangu) ata\w+",
    ),
}


def claims_to_be_human(text: str) -> bool:
    """Say whether a text says that a human is writing."""
    read = f" {_read(text)} "
    return _human_claim().search(read) is not None


def promises(text: str) -> bool:
    """Say whether a text says that something was done, or that somebody will do it."""
    return _ANY_PROMISE.search(_read(text)) is not None


def commits(text: str) -> bool:
    """Say whether a text binds the company: to pay, to be liable, to guarantee."""
    return _any_commitment().search(_read(text)) is not None


def leaks(text: str, instructions: str = "") -> bool:
    """Say whether a text tells what the model was told: its names, or a long run of its words."""
    if _PROMPT.search(text.casefold()):
        return True
    told, said = _read(instructions).split(), _read(text).split()
    runs = {tuple(told[at : at + _RUN_WORDS]) for at in range(len(told) - _RUN_WORDS + 1)}
    return any(
        tuple(said[at : at + _RUN_WORDS]) in runs for at in range(len(said) - _RUN_WORDS + 1)
    )


def _read(text: str) -> str:
    return " ".join(fold(text).split())


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for all, its letters folded as those of the texts are."""
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(_OTHER_LETTERS.sub(lambda letters: fold(letters.group()), joined))


@cache
def _human_claim() -> re.Pattern[str]:
    pieces = {_read(piece) for pieces in HUMAN.values() for piece in pieces.split("|")}
    whole = (
        re.escape(piece) if piece[0] >= _UNSPACED_FROM else rf"(?<!\S){re.escape(piece)}(?!\w)"
        for piece in sorted(pieces)
    )
    return re.compile("|".join((*whole, _any(p for own in _HUMAN.values() for p in own).pattern)))


@cache
def _any_commitment() -> re.Pattern[str]:
    return _any(COMMITMENTS.values())


_ANY_PROMISE: Final = _any(pattern for own in _PROMISE.values() for pattern in own)
