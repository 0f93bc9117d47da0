"""Whether the links that customers are shown lead somewhere."""

import re
import socket
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

from handrail_ops.knowledge.articles import Article

_LINK: Final = re.compile(r"https?://[^\s<>\"']+")
_AFTER: Final = re.compile(r"[).,;:!?。，、]+$")  # noqa: RUF001 - marks of other scripts are meant
_AGENT: Final = "Handrail-link-check"
_AT_ONCE: Final = 8
_UNDECIDED: Final = frozenset({401, 403, 407, 429, 451, 503, 999})
"""Answers of sites that keep programs out: they say nothing about the page."""


def links_of(article: Article) -> frozenset[str]:
    """Return the links in an article's text, without what they do within their page."""
    texts = (block.text for section in article.sections for block in section.blocks)
    return frozenset(
        page_of(_without_closing(found)) for text in texts for found in _LINK.findall(text)
    )


def page_of(link: str) -> str:
    """Return a link's page: the same whatever part of it is linked to."""
    parts = urlsplit(link)
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def folder_of(page: str) -> str:
    """Return where a page lies among its site's."""
    return page.partition("?")[0].rpartition("/")[0]


def unreachable(links: Iterable[str], timeout_seconds: float) -> Mapping[str, tuple[str, bool]]:
    """Ask for every page; return what is wrong with those that do not come, and whether surely."""
    asked = sorted(set(links))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(lambda link: _ask(link, timeout_seconds), asked)
        return {
            link: answer for link, answer in zip(asked, answers, strict=True) if answer is not None
        }


def _ask(link: str, timeout_seconds: float) -> tuple[str, bool] | None:
    wrong = _answer(link, "HEAD", timeout_seconds)
    # Some servers know no HEAD, and say so in many ways.
    return wrong and _answer(link, "GET", timeout_seconds)


def _answer(link: str, method: str, timeout_seconds: float) -> tuple[str, bool] | None:
    request = Request(link, method=method, headers={"User-Agent": _AGENT})  # noqa: S310 - http(s)
    try:
        with urlopen(request, timeout=timeout_seconds):  # noqa: S310 - only such links are found
            return None
    except HTTPError as error:
        error.close()
        return f"answers {error.code}", error.code not in _UNDECIDED
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, (TimeoutError, socket.timeout)):
            return f"does not answer within {timeout_seconds:g} seconds", False
        return f"cannot be reached: {reason}", True


def _without_closing(link: str) -> str:
    """Return a link without the mark that ends its sentence, or the bracket it stands in."""
    found = _AFTER.search(link)
    if not found:
        return link
    inner = link[: found.start()]
    return f"{inner})" if inner.count("(") > inner.count(")") else inner
