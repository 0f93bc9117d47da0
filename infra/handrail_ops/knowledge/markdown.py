"""Markdown to plain text: what a customer reads in a chat, which shows no markup.

Raw HTML is refused rather than cleaned: an answer quotes an article word for word, and nothing
that a browser could run may come along.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_LINK_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_NESTING_MAX = 10


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or one item of a list with its bullet or number."""

    text: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; the text before the first heading has an empty one."""

    heading: str
    blocks: tuple[Block, ...]


def read_sections(
    source: str, first_line: int
) -> tuple[tuple[Section, ...], Sequence[tuple[int, str]]]:
    """Return the sections of a Markdown text, and what is wrong with it by line."""
    reader = _Reader(first_line)
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING_MAX}).enable("table")
    reader.read(parser.parse(source))
    return reader.sections(), reader.problems


class _Reader:
    """Walks the parser's flat list of tokens."""

    def __init__(self, first_line: int) -> None:
        self.problems: list[tuple[int, str]] = []
        self._first_line = first_line
        self._sections: list[tuple[str, list[Block]]] = [("", [])]
        self._counters: list[int | None] = []
        self._item = ""
        self._line = first_line
        self._row: list[str] | None = None
        self._in_heading = False

    def sections(self) -> tuple[Section, ...]:
        return tuple(Section(heading, tuple(blocks)) for heading, blocks in self._sections)

    def read(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.map:
                self._line = self._first_line + token.map[0]
            match token.type:
                case "inline":
                    self._inline(token)
                case "heading_open" | "heading_close":
                    self._in_heading = token.type == "heading_open"
                case "html_block":
                    self._problem("HTML is not read here; write it as Markdown")
                case "fence" | "code_block":
                    self._add(token.content.strip())
                case _:
                    self._structure(token)

    def _structure(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._counters.append(None)
            case "ordered_list_open":
                self._counters.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._counters.pop()
            case "list_item_open":
                self._begin_item()
            case "tr_open":
                self._row = []
            case "tr_close":
                self._end_row()
            case _:
                pass

    def _begin_item(self) -> None:
        counter = self._counters[-1]
        if counter is None:
            self._item = "- "
        else:
            self._item = f"{counter}. "
            self._counters[-1] = counter + 1

    def _end_row(self) -> None:
        row, self._row = self._row, None
        if row:
            self._item = "- "
            self._add(": ".join((row[0], ", ".join(row[1:]))) if row[1:] else row[0])

    def _inline(self, token: Token) -> None:
        text = " ".join(self._plain(token.children or ()).split())
        if self._in_heading:
            self._sections.append((text, []))
        elif self._row is not None:
            self._row.append(text)
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        if text:
            listed = bool(self._item or self._counters)
            self._sections[-1][1].append(Block(self._item + text, listed))
        self._item = ""

    def _plain(self, tokens: Sequence[Token]) -> str:
        parts: list[str] = []
        target = ""
        for token in tokens:
            match token.type:
                case "text" | "code_inline":
                    if "](" in token.content:
                        self._problem("a link that leads nowhere; expected [words](https://...)")
                    parts.append(token.content)
                case "softbreak" | "hardbreak":
                    parts.append(" ")
                case "link_open":
                    target = str(token.attrGet("href") or "")
                    self._check_link(target)
                case "link_close":
                    # A chat shows no hidden targets: the address follows its words.
                    if not parts or target.removeprefix("mailto:") not in parts[-1]:
                        parts.append(f" ({target})")
                case "image":
                    self._problem("pictures cannot be quoted in a chat; say it in words")
                case "html_inline":
                    self._problem("HTML is not read here; write it as Markdown")
                case _:
                    pass
        return "".join(parts)

    def _check_link(self, target: str) -> None:
        if not target.lower().startswith(_LINK_SCHEMES):
            self._problem(f"a link to {target!r}; expected one of {', '.join(_LINK_SCHEMES)}")

    def _problem(self, what: str) -> None:
        if (self._line, what) not in self.problems[-1:]:
            self.problems.append((self._line, what))
