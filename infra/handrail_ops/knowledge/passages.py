"""Cuts articles into passages: small enough to quote, large enough to be found and understood."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handrail.domain.knowledge import Passage
from handrail.domain.reading import sentences, words
from handrail_ops.knowledge.articles import Article
from handrail_ops.knowledge.markdown import Block, Section

WORDS_MAX: Final = 120
"""Up to here sections share a passage: more would blur what was found."""
SECTION_WORDS_MAX: Final = 240
"""Beyond this even one section is cut, evenly: a whole page is no passage. Cutting sooner parts
questions from their answers, and is found worse (`docs/decisions/0006-retrieval.md`)."""
WORDS_ENOUGH: Final = 60
"""A section shorter than this stands with the next one, since it says little alone."""


@dataclass(slots=True)
class _Piece:
    lines: list[str]
    size: int = 0


def passages_of(article: Article) -> tuple[Passage, ...]:
    """Return an article's passages in order."""
    return tuple(
        Passage(
            id=f"{article.id}/{article.language}#{number}",
            article=article.id,
            title=article.title,
            language=article.language,
            text="\n".join(piece.lines),
            link=article.source,
            sensitive=article.sensitive,
        )
        for number, piece in enumerate(_pieces(article.sections, article.language), 1)
    )


def _pieces(sections: Iterable[Section], language: str) -> Iterator[_Piece]:
    """Gather whole sections up to a passage's size; one that is cut repeats its heading."""
    piece = _Piece([])
    for section in sections:
        if not section.blocks:
            continue
        heading = [section.heading] if section.heading else []
        size = sum(_size(block.text) for block in section.blocks)
        if piece.lines and (piece.size >= WORDS_ENOUGH or piece.size + size > WORDS_MAX):
            yield piece
            piece = _Piece([])
        piece.lines += heading
        for line in _lines(section.blocks, language):
            added = _size(line)
            if piece.size and piece.size + added > SECTION_WORDS_MAX:
                yield piece
                piece = _Piece([*heading])
            piece.lines.append(line)
            piece.size += added
    if piece.lines:
        yield piece


def _lines(blocks: Sequence[Block], language: str) -> Iterator[str]:
    """Yield the blocks' texts, those of more than a passage's length cut between sentences."""
    for block in blocks:
        size = _size(block.text)
        if size <= SECTION_WORDS_MAX:
            yield block.text
            continue
        enough = size / math.ceil(size / SECTION_WORDS_MAX)
        start = end = 0
        gathered = 0.0
        for sentence in sentences(block.text, language):
            added = _size(sentence)
            begins = block.text.index(sentence, end)
            if gathered and gathered + added / 2 > enough:
                yield block.text[start:end]
                start, gathered = begins, 0.0
            end = begins + len(sentence)
            gathered += added
        yield block.text[start:end]


def _size(text: str) -> int:
    """Count words; of a script without spaces, two characters as one."""
    return sum(2 if not _unspaced(word) else 1 for word in words(text)) // 2


def _unspaced(word: str) -> bool:
    return len(word) <= 2 and not word.isascii()  # noqa: PLR2004 - words() cuts those into pairs
