"""What deep_translator does its requests with: bounded in time and size, secrets out of addresses.

deep_translator calls `requests.get` and `requests.post` without a timeout, reads answers of any
size, and puts keys and texts into addresses, which proxies and servers log. Its modules are given
this in place of `requests`; nothing else of it is touched.
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests

from handrail.domain.errors import UnavailableError

REPLY_BYTES_MAX: Final = 1_048_576
_CHUNK_BYTES: Final = 16_384
_CONNECT_SECONDS_MAX: Final = 3.05
_SECONDS_MIN: Final = 0.05
_AUTOMATIC: Final = frozenset({"from", "source_lang"})
"""Parameters that some services refuse as `auto`: they detect a language that is not named."""

_patience: Final = threading.local()


def allow(seconds: float) -> None:
    """Give this thread's requests so much time from now, all together."""
    _patience.until = time.monotonic() + seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """As much of a response as deep_translator looks at."""

    status_code: int
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as UTF-8, which all the services speak."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    def close(self) -> None:
        """Do nothing: everything was read and released already."""


class BoundedRequests:
    """Stands for the module `requests` within a module of deep_translator."""

    exceptions: Final = requests.exceptions

    def __init__(self, *, in_body: bool) -> None:
        """`in_body`: send parameters as a form, for services that take them so."""
        self._in_body: Final = in_body

    def get(self, url: str, params: Mapping[str, str] | None = None, **options: Any) -> Reply:
        """Do a GET, or a POST when parameters belong into the body."""
        if self._in_body and params:
            return _send("POST", url, params, in_body=True, **options)
        return _send("GET", url, params or {}, in_body=False, **options)

    def post(self, url: str, params: Mapping[str, str] | None = None, **options: Any) -> Reply:
        """Do a POST."""
        return _send("POST", url, params or {}, in_body=self._in_body, **options)


def _send(
    method: str,
    url: str,
    params: Mapping[str, str],
    *,
    in_body: bool,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    proxies: object = None,  # noqa: ARG001 - deep_translator always names it; the environment's apply
) -> Reply:
    sent = {k: v for k, v in params.items() if not (k in _AUTOMATIC and v == "auto")}
    all_headers = dict(headers or {})
    # DeepL has refused keys anywhere but in a header since January 2026.
    key = sent.pop("auth_key", None)
    if key is not None:
        all_headers["Authorization"] = f"DeepL-Auth-Key {key}"
    seconds = _seconds_left()
    with (
        requests.Session() as session,
        session.request(
            method,
            url,
            params=None if in_body else sent,
            data=sent if in_body else None,
            json=json,
            headers=all_headers,
            timeout=(min(seconds, _CONNECT_SECONDS_MAX), seconds),
            allow_redirects=False,
            stream=True,
        ) as response,
    ):
        if not response.ok or response.is_redirect:
            # Not every client looks: Microsoft's takes what an error says for a translation.
            message = f"the translator answered with status {response.status_code}"
            raise UnavailableError(message)
        return Reply(response.status_code, _read(response))


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        body += chunk
        _seconds_left()
        if len(body) > REPLY_BYTES_MAX:
            message = "the translator's reply is too long"
            raise UnavailableError(message)
    return bytes(body)


def _seconds_left() -> float:
    seconds: float = _patience.until - time.monotonic()
    if seconds < _SECONDS_MIN:
        message = "the translator took too long"
        raise UnavailableError(message)
    return seconds
