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


def directed(text: str, direction: Direction) -> str:
    """Return the text with a mark where a line would run the wrong way.

    A messenger takes a line's direction from its first letter. Where that is a letter of the
    other direction (an order's number, a product's name), an invisible mark is put before it.
    """
    return "\n".join(_directed_line(line, direction) for line in text.split("\n"))


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
