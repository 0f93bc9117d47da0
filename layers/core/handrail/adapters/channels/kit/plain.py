"""Text as it is meant: in its direction, and with no formatting that nobody asked for."""

import re
import unicodedata

from handrail.domain.phrases import Direction

_MARKS = {Direction.RIGHT_TO_LEFT: "\u200f", Direction.LEFT_TO_RIGHT: "\u200e"}
_WORD_JOINER = "\u2060"
# A marker that hugs a word, and one of its kind on the same line that closes it: what WhatsApp
# and its like would take for bold, italic, struck out or code, and leave out of the text.
_FORMATTING = re.compile(r"(?<![\w*_~`])([*_~`]{1,3})(?=\S)([^\n]*?\S)\1(?![\w*_~`])")
_ADDRESS = re.compile(r"(https?://\S+)")
_LEFT_TO_RIGHT, _END = "\u2066", "\u2069"
# What reads from left to right in any sentence, and falls apart in one from right to left: the
# number of an order, a date, a telephone number, a card's. Their hyphens and spaces have no
# direction of their own.
_NUMBER = re.compile(
    r"(?<![\w\u2066-\u2069@+#/.:-])"
    r"(?:\+[0-9][0-9() ./-]{2,30}[0-9]"
    r"|0[0-9]+(?: [0-9]{2,}){1,6}"
    r"|[0-9]{4}(?: [0-9]{3,4}){2,6}"
    r"|(?=[^\s]{0,60}[0-9])#?[A-Za-z0-9]+(?:[-/_+#.:][A-Za-z0-9]+)+)"
    r"(?![\w\u2069@])",
    re.ASCII,
)
_RANGE = re.compile(r"[0-9]{1,4}[-/][0-9]{1,4}|[0-9.:]+|[A-Za-z.:][A-Za-z0-9.:]*", re.ASCII)
"""Of these nothing is to be kept together: "5-7" is read as the sentence is, "10:30" holds."""


def unformatted(text: str) -> str:
    """Return the text so that markers in it are shown as they stand.

    WhatsApp knows no escaping, so an invisible joiner keeps an opening marker from its word. Web
    addresses are left alone: they must still work.
    """
    pieces = _ADDRESS.split(text)
    return "".join(
        piece if index % 2 else _FORMATTING.sub(rf"\1{_WORD_JOINER}\2\1", piece)
        for index, piece in enumerate(pieces)
    )


def isolated(text: str, direction: Direction) -> str:
    """Return a text from right to left in which numbers keep their own order.

    Invisible marks stand around each. Web addresses are left alone: they must still work.
    """
    if direction is Direction.LEFT_TO_RIGHT:
        return text
    pieces = _ADDRESS.split(text)
    return "".join(
        piece if index % 2 else _NUMBER.sub(_kept_together, piece)
        for index, piece in enumerate(pieces)
    )


def _kept_together(found: re.Match[str]) -> str:
    number = found.group()
    return number if _RANGE.fullmatch(number) else f"{_LEFT_TO_RIGHT}{number}{_END}"


def directed(text: str, direction: Direction) -> str:
    """Return the text with its numbers in order, and a mark where a line would run the wrong way.

    A messenger takes a line's direction from its first letter. Where that is a letter of the
    other direction (an order's number, a product's name), an invisible mark is put before it.
    """
    lines = isolated(text, direction).split("\n")
    return "\n".join(_directed_line(line, direction) for line in lines)


def _directed_line(line: str, direction: Direction) -> str:
    for character in line:
        match unicodedata.bidirectional(character):
            case "L":
                wrong = direction is Direction.RIGHT_TO_LEFT
            case "R" | "AL":
                wrong = direction is Direction.LEFT_TO_RIGHT
            case "FSI" | "LRI" | "RLI":
                wrong = direction is Direction.RIGHT_TO_LEFT
            case _:
                continue
        return f"{_MARKS[direction]}{line}" if wrong else line
    return line
