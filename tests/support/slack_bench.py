"""Slack on the bench."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.hmac_signature import sign
from handrail.adapters.channels.slack import as_v0
from handrail.application.ports import Address, Request
from support.channel_bench import Arrived, Case, Provider, answered, built
from support.channel_samples import NOW

SLACK_SECRET = "the signing secret"
CUSTOMER = "U7001"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def slack_account(**values: str) -> Account:
    return Account("shop", {"signing_secret": SLACK_SECRET, "bot_token": "xoxb", **values})


def slack_request(
    body: object, content_type: str = JSON, at: float = NOW, secret: str = SLACK_SECRET
) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    timestamp = str(int(at))
    signed = b"v0:" + timestamp.encode() + b":" + raw
    return Request(
        method="POST",
        path="/v1/channels/slack/shop",
        headers={
            "content-type": content_type,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": sign(secret.encode(), signed, encode=as_v0),
        },
        body=raw,
    )


def slack_form(**fields: str) -> Request:
    return slack_request(urlencode(fields).encode(), FORM)


def slack_interaction(**payload: Any) -> Request:
    whole = {"type": "block_actions", "user": {"id": CUSTOMER}, "channel": {"id": "D1"}, **payload}
    return slack_form(payload=json.dumps(whole))


def slack_event(event_id: str = "Ev1", **event: Any) -> dict[str, Any]:
    ts = f"{int(NOW) - 2}.000200"
    whole = {"type": "message", "user": CUSTOMER, "channel": "D1", "ts": ts, "event_ts": ts}
    return {"type": "event_callback", "team_id": "T1", "event_id": event_id,
            "event": {**whole, **event}}  # fmt: skip


def slack() -> Case:
    provider = Provider(answered(200, {"ok": True, "ts": "1800000000.000100"}))

    def arrived(body: Any) -> Arrived:
        buttons = body["blocks"][-1]["elements"] if "blocks" in body else ()
        return Arrived(body["text"], tuple(one["value"] for one in buttons), body)

    def forged(request: Request) -> list[Request]:
        headers = request.headers
        later = {**headers, "x-slack-request-timestamp": str(int(NOW) + 1)}
        old = slack_request(request.body, at=NOW - 301)
        other = slack_request(request.body, secret="another secret")
        bare = {**headers, "x-slack-signature": headers["x-slack-signature"][3:]}
        return [
            replace(request, headers={}),
            replace(request, body=request.body + b" "),
            replace(request, path=request.path + "2"),
            replace(request, headers=later),
            replace(request, headers=bare),
            replace(request, headers={**headers, "x-slack-signature": "v0=\u00e9"}),
            old,
            other,
        ]

    return Case(
        channel=built("slack", provider, slack_account()),
        text=lambda i, text: slack_request(slack_event(text=text, ts=f"17999999{i[1:]}0.0")),
        action=lambda i, action: slack_interaction(
            trigger_id=i, actions=[{"action_id": "x", "value": action}]
        ),
        forged=forged,
        raw=slack_request,
        address=Address("slack", "shop", (CUSTOMER,)),
        arrived=lambda: [arrived(body) for body in provider.bodies],
        break_down=lambda: setattr(provider, "broken", True),
    )
