"""Turns pages, documents and plain text into the Markdown that articles are written in.

What a customer may be quoted is text, lists, tables and links. Scripts, forms, frames and pictures
are none of it: active content is refused, unless whoever imports says that it may be left out.
"""

import io
import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urljoin

from handrail.domain.errors import InvalidInputError
from handrail_ops.knowledge.articles import Fault
from handrail_ops.knowledge.sources import SourceFile, check_archive

PDF_PAGES_MAX: Final = 200
_INSTALL: Final = "reading this kind of file needs more: `uv sync --group documents`"
_ACTIVE: Final = ("script", "iframe", "object", "embed", "applet", "frame", "form")
_AROUND: Final = (
    *(*_ACTIVE, "style", "noscript", "template", "svg", "math", "canvas", "audio", "video"),
    *("nav", "header", "footer", "aside", "button", "input", "select", "textarea", "dialog"),
    *("img", "picture", "map", "head", "title", "link", "meta", "base"),
)
"""What stands around and in a page's text, and is none of it."""
_CONTENT: Final = ("main", "article", "[role=main]", "body")
_NEVER_WITHIN_THEMSELVES: Final = (("li",), ("p",), ("tr",), ("td", "th"), ("dt", "dd"))
_LINKS: Final = ("http://", "https://", "mailto:", "tel:")
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>&|~])")
_LINE_MARKUP: Final = re.compile(r"^(\s*)(#+|>|=+|-{2,}|\+(?=\s))", re.MULTILINE)
_LIST_ITEM: Final = re.compile(r"\s*(?:[-*•·\u2013]|\d{1,3}[.)])\s+\S")
_LIST_MARK: Final = re.compile(r"^\s*[*•·\u2013]\s+")
_BREAKS_WORD: Final = re.compile(r"(?<=[^\W\d_])[-\u2010]\n(?=[^\W\d_])")


class DocumentError(InvalidInputError):
    """A file cannot be turned into articles; every fault names its file and line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass(frozen=True, slots=True)
class Page:
    """What a file says, in Markdown."""

    title: str
    body: str
    language: str | None = None
    """What the file says of itself."""


def page_of(file: SourceFile, *, leave_out_active: bool, link: str) -> Page:
    """Read one page, document or plain text; `link` is where its relative links start.

    Raises:
        DocumentError: it cannot be read, or holds nothing to quote, or more than text.

    """
    match file.kind:
        case ".html" | ".htm":
            return _html(file, decoded(file, is_html=True), link, leave_out_active)
        case ".docx":
            return _docx(file, link)
        case ".pdf":
            return _pdf(file)
        case _:
            return _text(file)


def decoded(file: SourceFile, *, is_html: bool = False) -> str:
    """Return a file's text.

    Raises:
        DocumentError: it is not in UTF-8, and does not say what else it is in.

    """
    encoding = "utf-8-sig"
    if is_html and (declared := _CHARSET.search(file.data, 0, 2_048)):
        encoding = declared.group(1).decode("ascii")
        encoding = "utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding
    try:
        text = file.data.decode(encoding)
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        raise _refused(
            file, line, f"not {encoding.removesuffix('-sig')} here; save it as UTF-8"
        ) from None
    except LookupError:
        raise _refused(file, 1, f"an unknown encoding {encoding!r}; save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def in_markdown(text: str) -> str:
    """Return plain text as Markdown that says the same: lists stay lists, all else is words."""
    lines: list[str] = []
    for raw in _INVISIBLE.sub("", text).splitlines():
        line = raw.rstrip()
        listed = bool(_LIST_ITEM.match(line))
        line = _LIST_MARK.sub("- ", line) if listed else line
        mark, rest = ("- ", line[2:]) if line.startswith("- ") else ("", line)
        line = mark + _LINE_MARKUP.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", rest))
        if lines and lines[-1].strip() and listed != bool(_LIST_ITEM.match(lines[-1])):
            lines.append("")
        lines.append(line)
    return "\n".join(lines).strip()


def _html(file: SourceFile, text: str, link: str, leave_out_active: bool) -> Page:
    try:
        from bs4 import BeautifulSoup  # noqa: PLC0415 - only who imports pages has it
    except ImportError:
        raise _refused(file, 1, _INSTALL) from None
    try:
        soup = BeautifulSoup(text, "html.parser")
        if not leave_out_active:
            _refuse_active(file, soup)
        title = _title_of(soup)
        language = soup.html.get("lang") if soup.html else None
        content = next((found for one in _CONTENT if (found := soup.select_one(one))), soup)
        for around in content.find_all(_AROUND):
            around.decompose()
        _close_where_browsers_do(content)
        body = _as_markdown(content, link)
    except RecursionError:
        raise _refused(file, 1, "nested too deeply to be a page") from None
    if title:
        body = re.sub(rf"\A#\s+{re.escape(title)}\s*\n", "", body)
    if not body.strip():
        raise _refused(file, 1, "no text in it; expected a page that says something")
    return Page(title, body, str(language) if language else None)


def _close_where_browsers_do(content: Any) -> None:
    """Set apart what was left open: the next item, paragraph or cell ends the one before it."""
    for kinds in _NEVER_WITHIN_THEMSELVES:
        for tag in content.find_all(kinds):
            while tag.parent is not None and tag.parent.name in kinds:
                tag.parent.insert_after(tag)


def _refuse_active(file: SourceFile, soup: Any) -> None:
    faults: list[Fault] = []
    for tag in soup.select("*"):
        handlers = sorted(name for name in tag.attrs if name.lower().startswith("on"))
        target = str(tag.get("href") or tag.get("src") or "").strip().lower()
        what = ""
        if tag.name in _ACTIVE:
            what = f"<{tag.name}>"
        elif handlers:
            what = f"{handlers[0]} of <{tag.name}>"
        elif target.startswith(("javascript:", "vbscript:", "data:text")):
            what = f"a link to {target.partition(':')[0]}:"
        if what:
            told = (
                f"{what} has no place in an article; remove it, or import with --leave-out-active"
            )
            faults.append(Fault(file.name, tag.sourceline or 1, told))
    if faults:
        raise DocumentError(faults[:10])


def _title_of(soup: Any) -> str:
    heading = soup.find("h1") or soup.find("title")
    return " ".join(_INVISIBLE.sub("", heading.get_text(" ")).split()) if heading else ""


def _as_markdown(content: Any, link: str) -> str:
    from markdownify import MarkdownConverter  # noqa: PLC0415 - only who imports pages has it

    for anchor in content.find_all("a"):
        said = str(anchor.get("href") or "#").strip()
        target = "" if said.startswith("#") else urljoin(link, said)
        if target.lower().startswith(_LINKS) and anchor.get_text(strip=True) and " " not in target:
            anchor["href"] = target
        else:
            anchor.unwrap()
    converter = MarkdownConverter(
        heading_style="atx", bullets="-", escape_misc=True, table_infer_header=True
    )
    markdown = _INVISIBLE.sub("", converter.convert_soup(content))
    return re.sub(r"\n{3,}", "\n\n", markdown).strip()


def _docx(file: SourceFile, link: str) -> Page:
    try:
        import mammoth  # noqa: PLC0415 - only who imports documents has it
    except ImportError:
        raise _refused(file, 1, _INSTALL) from None
    hostile = check_archive(file)
    if hostile:
        raise _refused(file, 1, hostile)
    try:
        read = mammoth.convert_to_html(
            io.BytesIO(file.data), convert_image=lambda _: [], ignore_empty_paragraphs=True
        )
    except Exception as error:  # noqa: BLE001 - whatever it stumbles over, the file is at fault
        raise _refused(file, 1, f"not a document: {error}") from None
    page = _html(file, f"<body>{read.value}</body>", link, leave_out_active=True)
    return Page(page.title or _first_line(page.body), page.body)


def _pdf(file: SourceFile) -> Page:
    try:
        import pypdf  # noqa: PLC0415 - only who imports documents has it
    except ImportError:
        raise _refused(file, 1, _INSTALL) from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends is nobody's to read
    try:
        reader = pypdf.PdfReader(io.BytesIO(file.data))
        unusable = _unusable(reader)
        pages = [] if unusable else [page.extract_text() for page in reader.pages]
        told = reader.metadata.title if pages and reader.metadata else None
    except Exception as error:  # noqa: BLE001 - whatever it stumbles over, the file is at fault
        raise _refused(file, 1, f"not a PDF that can be read: {error}") from None
    if unusable:
        raise _refused(file, 1, unusable)
    text = "\n\n".join(pages)
    paragraphs = _paragraphs(unicodedata.normalize("NFKC", text))
    if not paragraphs:
        raise _refused(file, 1, "no text in it; a scanned page must be read by OCR first")
    title = " ".join(str(told).split()) if told and str(told).strip() else ""
    return Page(title or _first_line(paragraphs[0]), in_markdown("\n\n".join(paragraphs)))


def _unusable(reader: Any) -> str | None:
    if reader.is_encrypted:
        return "is encrypted; save it without a password"
    if len(reader.pages) > PDF_PAGES_MAX:
        return f"more than {PDF_PAGES_MAX} pages: split it"
    return None


def _paragraphs(text: str) -> list[str]:
    """Join the lines of a printed page; a short line or a list's item ends its paragraph."""
    lines = [line.strip() for line in _BREAKS_WORD.sub("", text).splitlines()]
    width = max((len(line) for line in lines), default=0)
    paragraphs: list[str] = []
    goes_on = False
    for line in lines:
        if not line:
            goes_on = False
        elif goes_on and not _LIST_ITEM.match(line):
            paragraphs[-1] += f" {line}"
        else:
            paragraphs.append(line)
        goes_on = bool(line) and len(line) > 0.6 * width
    return paragraphs


def _text(file: SourceFile) -> Page:
    text = decoded(file)
    if file.kind == ".txt":
        body = in_markdown(text)
        title = _first_line(text)
    else:
        body = text.strip()
        heading = re.match(r"#\s+(.+?)\s*#*\n", body + "\n")
        title = heading.group(1) if heading else _first_line(body)
        body = body[heading.end() :] if heading else body
    if not body.strip():
        raise _refused(file, 1, "no text in it; expected an article")
    return Page(title or PurePosixPath(file.name).stem, body)


def _first_line(text: str) -> str:
    return next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")[:200]


def _refused(file: SourceFile, line: int, what: str) -> DocumentError:
    return DocumentError([Fault(file.name, line, what)])
