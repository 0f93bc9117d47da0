"""Signature vectors: a request with its secret, and whether a door has to let it in.

A vector is JSON: `secret`, the one before it as `previous_secret`, `headers`, and of the request
what the scheme signs: the body (as `body_base64`, `body_file` or `body_utf8`), the `url`, the form
(`params`, or `params_multi` where names repeat), the `query`. `now` is the moment at which it
comes; without it, the moment at which it was signed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from handrail.adapters.channels import CHANNELS, Entry
from handrail.adapters.channels.direct import CallbackAnswer, CallbackNotSentError
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.messenger_base import Messenger, Tools
from handrail.adapters.channels.registry import messenger
from handrail.adapters.clock import SystemClock
from handrail.application.ports import Request
from handrail.domain.errors import ForgedRequestError
from handrail_ops.channels.payloads import ACCOUNT, FORM, JSON, body_of

_TIMESTAMPS: Final = (
    "x-slack-request-timestamp",
    "x-timestamp",
    "handrail-timestamp",
)


class NoHttp:
    """No way out: here nothing is sent."""

    def request(
        self, _method: str, _url: str, _headers: Mapping[str, str], _body: bytes
    ) -> CallbackAnswer:
        """Refuse."""
        message = "nothing is sent from here"
        raise CallbackNotSentError(message)


def bench(channel: str, secrets: Mapping[str, str] | None = None) -> Messenger:
    """Return a messenger with one account, which has these secrets, or none at all."""

    def look_up(name: str, account: str, /) -> Account | None:
        known = secrets is not None and name == channel and account == ACCOUNT
        return Account(account, dict(secrets or {})) if known else None

    return messenger(channel, CHANNELS[channel], Tools(look_up, NoHttp(), SystemClock()))


def is_valid(channel: str, vector: Mapping[str, Any], path: Path) -> bool:
    """Tell whether the channel's door lets a vector's request in."""
    names = secret_names(CHANNELS[channel])
    secrets = dict.fromkeys(names, str(vector.get("secret") or ""))
    before = str(vector.get("previous_secret") or "")
    secrets |= dict.fromkeys((f"{name}_previous" for name in names), before)
    door = bench(channel, secrets)
    request = request_of(channel, vector, path)
    try:
        door.verify(request, moment(vector, request))
    except ForgedRequestError:
        return False
    return True


def secret_names(entry: Entry) -> list[str]:
    """Return the names of everything a door may verify with; a vector has one secret for all."""
    return [need.name for need in entry.needs if need.name.endswith(("secret", "token"))]


def request_of(channel: str, vector: Mapping[str, Any], path: Path) -> Request:
    """Return a vector's request."""
    headers: dict[str, str] = {}
    for name, value in (vector.get("headers") or {}).items():
        # A name that comes twice arrives as one, as the door joins it.
        before = headers.get(str(name).lower())
        headers[str(name).lower()] = str(value) if before is None else f"{before},{value}"
    is_form = "params" in vector or "params_multi" in vector
    headers.setdefault("content-type", FORM if is_form else JSON)
    url = str(vector.get("url") or f"https://handrail.example/v1/channels/{channel}/{ACCOUNT}")
    return Request(
        method=str(vector.get("method", "POST")).upper(),
        path=f"/v1/channels/{channel}/{ACCOUNT}",
        headers=headers,
        query={str(k): str(v) for k, v in (vector.get("query") or {}).items()},
        body=body_of(vector, path),
        url=url,
    )


def moment(vector: Mapping[str, Any], request: Request) -> float:
    """Return when a vector's request comes in."""
    headers = (request.headers.get(name) for name in _TIMESTAMPS)
    for value in (vector.get("now"), *headers, vector.get("timestamp")):
        try:
            return float(str(value))
        except ValueError:
            continue
    return 0.0
