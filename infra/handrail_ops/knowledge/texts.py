"""Writes a language's texts in few bytes: what is said often has a code of two."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from handrail.adapters.knowledge.texts import CODES_MAX, escaped

_CHARACTERS_MAX: Final = 20_000
"""Characters with a code of their own; a language with more (Chinese) has the others escaped."""
# Spaced words with the space before them, letters without spaces by threes, ideas by twos, and
# whatever else stands between them alone. Marks belong to words: `\w` would part them.
_TOKENS: Final = re.compile(
    " ?[^\\s!-/:-@\\[-`{-~\u00a0-\u00bf\u0964\u0965\u2000-\u206f\u0e00-\u0fff\u1000-\u109f"
    "\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]{1,24}"
    "|[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff]{1,3}"
    "|[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]{1,2}"
    "|[\\s\\S]"
)


@dataclass(frozen=True, slots=True)
class CodedTexts:
    """Texts as the index has them."""

    codes: array[int]
    ends: array[int]
    tokens: bytes
    token_ends: array[int]


def code_texts(texts: Sequence[str]) -> CodedTexts:
    """Return the texts in codes; the same texts always have the same ones."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(_TOKENS.findall(text))
    tokens = _coded_tokens(counted)
    code_of = {token: (code,) for code, token in enumerate(tokens) if token}
    codes, ends = array("H"), array("I")
    for text in texts:
        for token in _TOKENS.findall(text):
            known = code_of.get(token)
            if known:
                codes.extend(known)
            else:
                for character in token:
                    codes.extend(code_of.get(character) or escaped(character))
        ends.append(len(codes))
    encoded = [token.encode("utf-8", "surrogatepass") for token in tokens]
    return CodedTexts(codes, ends, b"".join(encoded), array("I", accumulate(map(len, encoded))))


def _coded_tokens(counted: Counter[str]) -> list[str]:
    """Return what each code stands for: characters first, then what saves most; 0 escapes."""
    characters: Counter[str] = Counter()
    for token, count in counted.items():
        for character in token:
            characters[character] += count
    alone = sorted(characters, key=lambda one: (-characters[one], one))[:_CHARACTERS_MAX]
    saved = {
        token: 2 * count * (len(token) - 1) - len(token.encode("utf-8", "surrogatepass")) - 4
        for token, count in counted.items()
        if len(token) > 1 and count > 1
    }
    worth = sorted((token for token in saved if saved[token] > 0), key=lambda t: (-saved[t], t))
    return ["", *alone, *worth[: CODES_MAX - 1 - len(alone)]]
