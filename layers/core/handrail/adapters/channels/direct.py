"""The direct channel: a company's own application talks to us, and we call it back.

In: `POST /v1/channels/direct/{account}`, signed. Out: a signed callback to the account's URL. The
format is published in `docs/direct.schema.json` and `docs/channels.md`.
"""

import email.utils
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from handrail.adapters.channels.direct_messages import read_messages
from handrail.adapters.channels.signing import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    Secrets,
    signature_headers,
    verify_signature,
)
from handrail.application.ports import Address, Clock, Request
from handrail.domain.delivery import (
    Delivered,
    Delivery,
    OutboundMessage,
    Permanent,
    Retry,
    Unknown,
)
from handrail.domain.errors import MalformedRequestError, UnavailableError
from handrail.domain.message import InboundMessage

RETRY_SECONDS = 5.0
"""When to try again if the application does not say."""
RETRY_SECONDS_MAX = 3_600.0
MISCONFIGURED_RETRY_SECONDS = 60.0
"""When to try again what a setting on either side prevents: somebody may be mending it."""

_PATH = re.compile(r"/v1/channels/direct/([A-Za-z0-9][A-Za-z0-9._-]{0,63})")
_RECEIPT_ID_CHARS_MAX = 200
_STATUS_NAMES = {400: "bad_request", 403: "forbidden", 404: "not_found", 410: "gone"}


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the application answered a callback with."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """At most a few kilobytes of it."""


class CallbackNotSentError(Exception):
    """No byte of the callback left us: name, connection, TLS or policy failed; says which."""


class CallbackUnansweredError(Exception):
    """The callback left us, and no answer came back."""


class CallbackRefusedError(Exception):
    """The URL is one that Handrail never calls; says why."""


class Callbacks(Protocol):
    """Posts a callback; follows no redirect."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> CallbackAnswer:
        """Post once.

        Raises:
            CallbackNotSentError, CallbackUnansweredError, CallbackRefusedError: see there.

        """
        ...


class DirectChannel:
    """A company's own application, over signed webhooks both ways."""

    name = "direct"

    def __init__(
        self,
        secrets: Secrets,
        callback_url: Callable[[str], str | None],
        callbacks: Callbacks,
        clock: Clock,
    ) -> None:
        """Take the account's secret and callback URL by look-up, so that both may change.

        `callback_url` returns None for an account without one.
        """
        self._secrets = secrets
        self._callback_url = callback_url
        self._callbacks = callbacks
        self._clock = clock

    def handshake(self, request: Request) -> None:
        """Return None: the direct channel has no set-up request."""

    def verify(self, request: Request, now: float) -> None:
        """Check the signature over timestamp and raw body."""
        account = self.account(request)
        verify_signature(
            self._secrets(account) if account else None,
            request.headers.get(TIMESTAMP_HEADER.lower()),
            request.headers.get(SIGNATURE_HEADER.lower()),
            request.body,
            now,
        )

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read a verified request."""
        account = self.account(request)
        if account is None:
            message = f"no account in the path {request.path!r}: /v1/channels/direct/{{account}}"
            raise MalformedRequestError(message)
        return read_messages(
            request.body, channel=self.name, account=account, received_at=received_at
        )

    def send(self, address: Address, message: OutboundMessage) -> Delivery:
        """Call the application back with one message."""
        url = self._callback_url(address.account)
        if not url:
            return Permanent("no_callback_url")
        try:
            secret = self._secrets(address.account)
        except UnavailableError:
            return Retry(RETRY_SECONDS)
        if secret is None or not secret.usable_keys():
            # Unsigned, the application could not trust it; the secret may be on its way.
            return Retry(MISCONFIGURED_RETRY_SECONDS)
        body = json.dumps(render(address, message)).encode("ascii")
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.key,
            **signature_headers(secret, int(self._clock.now()), body),
        }
        return self._post(url, headers, body)

    @staticmethod
    def account(request: Request) -> str | None:
        """Return the account a request is for, or None when the path names none."""
        found = _PATH.fullmatch(request.path)
        return found.group(1) if found else None

    def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Delivery:
        try:
            answer = self._callbacks.post(url, headers, body)
        except CallbackNotSentError:
            return Retry(RETRY_SECONDS)
        except CallbackUnansweredError:
            return Unknown()
        except CallbackRefusedError:
            return Permanent("callback_url_refused")
        return _delivery(answer, self._clock.now())


def _delivery(answer: CallbackAnswer, now: float) -> Delivery:
    """Return what an answer means for the message."""
    delivery: Delivery
    match answer.status:
        case status if 200 <= status < 300:  # noqa: PLR2004
            delivery = Delivered(_receipt_ids(answer.body))
        case 429 | 503:
            delivery = Retry(_retry_after_seconds(answer.headers, now))
        case 502 | 504:
            # A gateway gave up waiting; the application behind it may have taken the message.
            delivery = Unknown()
        case 401:
            # Most likely a rotation in which one side is ahead.
            delivery = Retry(MISCONFIGURED_RETRY_SECONDS)
        case 408 | 409 | 425:
            delivery = Retry(RETRY_SECONDS)
        case status if status >= 500:  # noqa: PLR2004
            delivery = Retry(RETRY_SECONDS)
        case status:
            delivery = Permanent(_STATUS_NAMES.get(status, f"status_{status}"))
    return delivery


def render(address: Address, message: OutboundMessage) -> dict[str, Any]:
    """Return the callback's JSON; `docs/direct.schema.json` describes it."""
    return {
        "id": message.key,
        "sequence": message.sequence,
        "conversation": message.conversation,
        "account": address.account,
        "customer": address.sender_ids[0],
        "speaker": str(message.speaker),
        "agent": message.agent,
        "text": message.text,
        "language": message.language,
        "direction": str(message.direction),
        "actions": [{"id": str(b.action), "label": b.label} for b in message.buttons],
        "hint": message.hint,
        "sent_at": message.sent_at,
    }


def _receipt_ids(body: bytes) -> tuple[str, ...]:
    """Return the application's own id of the message, if it answered with one."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    receipt = data.get("id") if isinstance(data, dict) else None
    if isinstance(receipt, str) and 0 < len(receipt) <= _RECEIPT_ID_CHARS_MAX:
        return (receipt.encode("utf-8", "replace").decode(),)
    return ()


def _retry_after_seconds(headers: Mapping[str, str], now: float) -> float:
    """Return what Retry-After says, as seconds or as a date, within reason."""
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", said):
        seconds = float(said)
    else:
        try:
            seconds = email.utils.parsedate_to_datetime(said).timestamp() - now
        except (ValueError, TypeError, OverflowError):
            return RETRY_SECONDS
    return min(max(seconds, 1.0), RETRY_SECONDS_MAX)
