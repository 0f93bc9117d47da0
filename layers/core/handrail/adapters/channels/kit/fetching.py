"""Fetching a customer's file from where its provider keeps it, a piece at a time.

What opens an account goes to its provider's own hosts alone: the address of a file comes in a
message, and may lead elsewhere, or be led elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackNotSentError,
    CallbackRefusedError,
    CallbackUnansweredError,
)
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.sending import Http
from handrail.application.ports import Piece
from handrail.domain.errors import FileGoneError, FileRefusedError, UnavailableError
from handrail.domain.media import FILE_BYTES_MAX

_REDIRECTS_MAX: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_RANGE: Final = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12}|\*)")
_OK, _PARTIAL, _BEYOND, _UNAUTHORISED, _FORBIDDEN = 200, 206, 416, 401, 403
_PASSING: Final = frozenset({202, 408, 425, 429})
"""Not now; 202 is LINE's, which is still preparing a film."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where a file is, and what its provider wants to hear from who fetches it."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hosts: tuple[str, ...] = ()
    """Who may hear it: hosts, and with a dot in front all within."""


def hosts_of(account: Account, *hosts: str) -> tuple[str, ...]:
    """Return a provider's hosts, and that of its other address for tests."""
    other = urlsplit(account.get("api_url")).hostname
    return (*hosts, other) if other else hosts


def fetch(http: Http, located: Located, start: int, most: int) -> Piece:
    """Return a piece of a file; a provider that gives no pieces gives all of it each time.

    Raises:
        FileGoneError, FileRefusedError, UnavailableError: why it cannot be had.

    """
    url = located.url
    for _ in range(_REDIRECTS_MAX + 1):
        answer = _ask(http, located, url, start, most)
        if answer.status not in _REDIRECTS:
            return _piece(answer, start, most, told=bool(located.headers))
        url = urljoin(url, answer.headers.get("location", ""))
    message = "the file's address leads from one to the next"
    raise FileGoneError(message)


def _ask(http: Http, located: Located, url: str, start: int, most: int) -> CallbackAnswer:
    headers = {"Range": f"bytes={start}-{start + most - 1}", "Accept-Encoding": "identity"}
    if _may_hear(located.hosts, url):
        headers |= located.headers
    try:
        return http.request("GET", url, headers, b"")
    except CallbackRefusedError as error:
        message = "the file's address is none that may be called"
        raise FileRefusedError(message) from error
    except (CallbackNotSentError, CallbackUnansweredError) as error:
        message = "the file's provider did not answer; try again"
        raise UnavailableError(message) from error


def _may_hear(hosts: tuple[str, ...], url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return any(host.endswith(one) if one.startswith(".") else host == one for one in hosts)


def _piece(answer: CallbackAnswer, start: int, most: int, *, told: bool) -> Piece:
    match answer.status:
        case status if status == _OK:
            whole = _whole(answer)
            return Piece(whole[start : start + most], len(whole))
        case status if status == _PARTIAL:
            return _partial(answer, start, most)
        case status if status == _BEYOND:
            return Piece(b"", start)
        case status if status in (_UNAUTHORISED, _FORBIDDEN) and told:
            message = "the provider does not let the account read this file: look at its token"
            raise UnavailableError(message)
        case status if status in _PASSING or status >= 500:  # noqa: PLR2004
            message = f"the file's provider answered {status}; try again"
            raise UnavailableError(message)
        case status:
            message = f"the provider keeps this file no longer (it answered {status})"
            raise FileGoneError(message)


def _whole(answer: CallbackAnswer) -> bytes:
    told = answer.headers.get("content-length", "")
    if len(answer.body) > FILE_BYTES_MAX or (told.isdigit() and int(told) > FILE_BYTES_MAX):
        raise FileRefusedError(_TOO_LARGE)
    if not answer.body or (told.isdigit() and int(told) != len(answer.body)):
        raise UnavailableError(_BROKEN_OFF)
    if answer.headers.get("content-type", "").lower().startswith("text/html"):
        # A page to sign in at: no provider keeps pages as files, and we let none through.
        message = "the provider answered with a page: the account may lack a permission for files"
        raise UnavailableError(message)
    return answer.body


def _partial(answer: CallbackAnswer, start: int, most: int) -> Piece:
    found = _RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    if found is None or int(found[1]) != start or len(answer.body) > most:
        message = "the file's provider answered with another part of it than was asked for"
        raise UnavailableError(message)
    total = int(found[3]) if found[3] != "*" else None
    if total is not None and total > FILE_BYTES_MAX:
        raise FileRefusedError(_TOO_LARGE)
    if len(answer.body) != int(found[2]) - start + 1:
        raise UnavailableError(_BROKEN_OFF)
    return Piece(answer.body, total)


_TOO_LARGE: Final = f"the file has more than {FILE_BYTES_MAX // 1_000_000} MB"
_BROKEN_OFF: Final = "the file broke off on its way; try again"
