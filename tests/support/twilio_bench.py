"""Twilio's SMS and WhatsApp on the bench."""

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.twilio_signature import signature as twilio_signature
from handrail.application.ports import Address, Request
from support.channel_bench import Arrived, Case, Provider, answered, built

TWILIO_TOKEN = "a token"
TWILIO_URL = "https://shop.example/v1/channels/{}/15550001111"


def twilio_account(**values: str) -> Account:
    return Account("15550001111", {"account_sid": "AC1", "auth_token": TWILIO_TOKEN, **values})


def twilio_request(
    channel: str, form: Mapping[str, str] | bytes, token: str = TWILIO_TOKEN
) -> Request:
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    url = TWILIO_URL.format(channel)
    fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return Request(
        method="POST",
        path=url.removeprefix("https://shop.example"),
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": twilio_signature(token.encode(), url, fields),
        },
        body=body,
        url=url,
    )


def _twilio(name: str, prefix: str, **values: str) -> Case:
    provider = Provider(answered(201, {"sid": "SM9", "status": "queued"}))

    def written(event_id: str, **form: str) -> Request:
        whole = {"MessageSid": event_id, "SmsStatus": "received", "NumMedia": "0"}
        parties = {"From": f"{prefix}+15557770001", "To": f"{prefix}+15550001111"}
        return twilio_request(name, {**whole, **parties, **form})

    def arrived(form: str) -> Arrived:
        sent = dict(parse_qsl(form))
        if "Body" in sent:
            return Arrived(sent["Body"], (), sent)
        variables = json.loads(sent["ContentVariables"])
        actions = tuple(variables[number] for number in ("3", "5") if number in variables)
        return Arrived(variables["1"], actions, sent)

    def forged(request: Request) -> list[Request]:
        other = {**request.headers, "x-twilio-signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
        return [
            replace(request, headers={}),
            replace(request, body=request.body + b"&Body=x"),
            replace(request, url=request.url + "?a=1"),
            replace(request, path=request.path + "2"),
            replace(request, headers=other),
            replace(request, headers={**request.headers, "x-twilio-signature": "\u00e9"}),
        ]

    return Case(
        channel=built(name, provider, twilio_account(**values)),
        text=lambda i, text: written(i, Body=text.encode("utf-8", "replace").decode()),
        action=(lambda i, action: written(i, Body="x", ButtonText="x", ButtonPayload=action))
        if prefix
        else None,
        forged=forged,
        raw=lambda body: twilio_request(name, body),
        address=Address(name, "15550001111", ("+15557770001",)),
        arrived=lambda: [arrived(body) for body in provider.bodies],
        break_down=lambda: setattr(provider, "broken", True),
    )


def twilio_sms() -> Case:
    return _twilio("twilio_sms", "")


def twilio_whatsapp() -> Case:
    return _twilio("twilio_whatsapp", "whatsapp:", content_sid_1="HX1", content_sid_2="HX2")
