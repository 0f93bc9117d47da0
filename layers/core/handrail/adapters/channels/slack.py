"""Slack, by its Events and Web APIs: what leaves, and how it is sent.

A direct conversation with the app is a customer's; in a channel each thread is one, and is
answered in the thread.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.fetching import Located, hosts_of
from handrail.adapters.channels.kit.hmac_signature import check, check_fresh
from handrail.adapters.channels.kit.measures import utf16_units
from handrail.adapters.channels.kit.messenger_base import Messenger, account_named
from handrail.adapters.channels.kit.pacing import Pace, Rate
from handrail.adapters.channels.kit.plain import directed, unformatted
from handrail.adapters.channels.kit.reading import an_id, an_object, json_object
from handrail.adapters.channels.kit.sending import (
    Answer,
    answered_json,
    judge,
    post_json,
    verdicts,
)
from handrail.adapters.channels.kit.splitting import shorten, split
from handrail.adapters.channels.slack_events import FORM, read_request
from handrail.application.ports import Address, Request, Response
from handrail.domain.delivery import Delivered, Delivery, OutboundMessage, Unknown
from handrail.domain.media import File
from handrail.domain.message import InboundMessage

API_URL: Final = "https://slack.com"
PACE: Final = Pace(pair=Rate(1.0, burst=3))
"""About one a second to one channel; a short burst is let through."""
SIGNATURE_HEADER: Final = "X-Slack-Signature"
TIMESTAMP_HEADER: Final = "X-Slack-Request-Timestamp"
WINDOW_SECONDS: Final = 300
TEXT_UNITS_MAX: Final = 3_000
"""What a section holds, its three escaped signs counted as they are sent."""
BUTTONS_MAX: Final = 25
LABEL_UNITS_MAX: Final = 75
_VERIFICATION: Final = "url_verification"
_QUOTE: Final = re.compile(r"(?m)^(\s*)>")
_OK: Final = range(200, 300)
_PLAIN: Final = {"content-type": "text/plain; charset=utf-8"}

ERRORS: Final = verdicts(
    retry={
        "ratelimited": 1.0,
        "rate_limited": 1.0,
        "request_timeout": 5.0,
        "service_unavailable": 5.0,
        "team_added_to_org": 60.0,
    },
    # Slack says of these that some of it may have been done.
    unknown=["internal_error", "fatal_error"],
    misconfigured=[
        *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
        *("missing_scope", "no_permission", "not_allowed_token_type", "access_denied"),
        *("not_in_channel", "messages_tab_disabled", "restricted_action", "ekm_access_denied"),
        *("org_login_required", "message_limit_exceeded", "team_access_not_granted"),
    ],
    permanent=[
        *(
            "channel_not_found",
            "is_archived",
            "user_not_found",
            "user_disabled",
            "user_not_visible",
        ),
        *("msg_too_long", "no_text", "invalid_blocks", "invalid_arguments", "cannot_dm_bot"),
        "user_not_visible",
    ],
)
"""What the `error` of an answer means."""


class Slack(Messenger):
    """An app in a workspace. An account is that, by any name."""

    name = "slack"
    pace = PACE

    def handshake(self, request: Request) -> Response | None:
        """Answer the question by which Slack learns that the address is ours; it is signed."""
        if _VERIFICATION.encode() not in request.body:
            return None
        self.verify(request, self.tools.clock.now())
        if request.headers.get("content-type", "").startswith(FORM):
            return None
        data = json_object(request.body)
        challenge = data.get("challenge")
        if data.get("type") != _VERIFICATION or not isinstance(challenge, str):
            return None
        return Response(200, challenge, _PLAIN)

    def check(self, account: Account, request: Request, now: float) -> None:
        """Check the signature over the time and the raw body, and that the time is about now."""
        timestamp = request.headers.get(TIMESTAMP_HEADER.lower())
        keys = account.keys("signing_secret")
        signed = b"v0:" + (timestamp or "").encode("utf-8", "replace") + b":" + request.body
        offered = request.headers.get(SIGNATURE_HEADER.lower())
        check(keys, [signed], offered, encode=as_v0, header=SIGNATURE_HEADER)
        check_fresh(timestamp, now, window_seconds=WINDOW_SECONDS, header=TIMESTAMP_HEADER)

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read an event, a pressed button or a command."""
        account = account_named(request) or ""
        return read_request(request, self.name, account, received_at)

    def where(self, account: Account, file: File) -> Located:
        """Return where a file is; the token is for Slack's own hosts, whatever is linked."""
        token = {"Authorization": f"Bearer {account.get('bot_token')}"}
        return Located(file.url, token, hosts_of(account, ".slack.com"))

    def reply(self, request: Request, accepted: int) -> Response | None:
        """Answer with nothing: whatever stands there a command would show."""
        del request, accepted
        return Response(200)

    def deliver(self, account: Account, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message, in as many parts as it takes."""
        to = recipient(address.sender_ids)

        def send_one(_index: int, part: Mapping[str, Any]) -> Delivery:
            return self._post(account, {**to, **part})

        return self.send_parts(address, message, render(message), send_one)

    def _post(self, account: Account, payload: Mapping[str, Any]) -> Delivery:
        url = f"{account.get('api_url', API_URL)}/api/chat.postMessage"
        headers = {"Authorization": f"Bearer {account.get('bot_token')}"}
        answer = post_json(self.tools.http, url, payload, headers)
        if not isinstance(answer, Answer):
            return answer
        told = an_object(answered_json(answer))
        if told.get("ok") is True:
            ts = an_id(told.get("ts"))
            return Delivered((ts,) if ts else ())
        error = an_id(told.get("error"))
        if error is None and answer.status in _OK:
            return Unknown()
        return judge(answer, [error], ERRORS, self.tools.clock.now())


def as_v0(digest: bytes) -> str:
    """Write a digest as it stands in Slack's header."""
    return f"v0={digest.hex()}"


def recipient(sender_ids: Sequence[str]) -> Mapping[str, str]:
    """Return where to post: to a person directly, or into a thread."""
    channel, _, thread = sender_ids[0].partition(":")
    return {"channel": channel, "thread_ts": thread} if thread else {"channel": channel}


def render(message: OutboundMessage) -> tuple[Mapping[str, Any], ...]:
    """Return the payloads of a message: texts, and the last one with the buttons under it."""
    text = unformatted(_QUOTE.sub("\\1\u2060>", message.text))
    directed_text = directed(text, message.direction)
    parts: list[dict[str, Any]] = [
        {
            "text": escaped(part),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        for part in split(directed_text, _measure, TEXT_UNITS_MAX)
    ]
    buttons = message.buttons[:BUTTONS_MAX]
    if buttons:
        elements = [
            {
                "type": "button",
                "action_id": str(button.action),
                "value": str(button.action),
                "text": {
                    "type": "plain_text",
                    "text": shorten(button.label, utf16_units, LABEL_UNITS_MAX),
                },
            }
            for button in buttons
        ]
        section = {"type": "section", "text": {"type": "mrkdwn", "text": parts[-1]["text"]}}
        parts[-1]["blocks"] = [section, {"type": "actions", "elements": elements}]
    return tuple(parts)


def escaped(text: str) -> str:
    """Return a text with the three signs written out that would begin a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _measure(text: str) -> int:
    return utf16_units(escaped(text))
