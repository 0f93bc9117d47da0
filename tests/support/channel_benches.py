"""Every channel on the bench."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackUnansweredError,
    DirectChannel,
)
from handrail.adapters.channels.signing import SharedSecret
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.application.ports import Address, Request
from support.channel_bench import Arrived, Case, FixedClock
from support.channel_samples import NOW, SECRET, direct_request, web_request
from support.fakes_web import FakeConnections, FakeMailbox, FakePush
from support.line_bench import line
from support.meta_bench import facebook_messenger, instagram, whatsapp_cloud
from support.slack_bench import slack
from support.telegram_bench import telegram
from support.twilio_bench import twilio_sms, twilio_whatsapp
from support.viber_bench import viber


class Application:
    def __init__(self, arrived: list[Any]) -> None:
        self.arrived = arrived
        self.broken = False

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> CallbackAnswer:
        assert url
        assert headers
        if self.broken:
            raise CallbackUnansweredError
        self.arrived.append(json.loads(body))
        return CallbackAnswer(200, {}, b"")


def _own(content: Mapping[str, Any]) -> Arrived:
    return Arrived(content["text"], tuple(one["id"] for one in content["actions"]), content)


def direct() -> Case:
    arrived: list[Any] = []
    application = Application(arrived)

    def forged(request: Request) -> list[Request]:
        signature = request.headers["handrail-signature"]
        return [
            replace(request, headers={}),
            replace(request, body=request.body + b" "),
            replace(request, path="/v1/channels/direct/other"),
            replace(request, headers={**request.headers, "handrail-signature": "v1=" + "0" * 64}),
            replace(request, headers={**request.headers, "handrail-timestamp": str(int(NOW - 1))}),
            replace(request, headers={**request.headers, "handrail-signature": signature[3:]}),
        ]

    return Case(
        channel=DirectChannel(
            lambda account: SECRET if account == "shop" else None,
            lambda _account: "https://a.example/",
            application,
            FixedClock(),
        ),
        text=lambda i, text: direct_request({"id": i, "customer": "c1", "text": text}),
        action=lambda i, action: direct_request({"id": i, "customer": "c1", "action": action}),
        forged=forged,
        raw=direct_request,
        address=Address("direct", "shop", ("c1",)),
        arrived=lambda: [_own(each) for each in arrived],
        break_down=lambda: setattr(application, "broken", True),
    )


def web() -> Case:
    sessions = SessionTokens(lambda: SharedSecret("s"))
    others = SessionTokens(lambda: SharedSecret("another"))
    mailbox, connections, push = FakeMailbox(), FakeConnections(), FakePush()
    session = sessions.issue(NOW)
    connections.add(session.id, "c1")
    return Case(
        channel=WebChannel(sessions, mailbox, connections, push),
        text=lambda i, text: web_request(session.token, {"id": i, "text": text}),
        action=lambda i, action: web_request(session.token, {"id": i, "action": action}),
        forged=lambda request: [
            replace(request, headers={}),
            replace(request, headers={"authorization": "Bearer x"}),
            replace(request, headers={"authorization": f"Bearer {others.issue(NOW).token}"}),
            replace(request, headers={"authorization": f"Bearer {session.token}x"}),
        ],
        raw=lambda body: web_request(session.token, body),
        address=Address("web", "site", (session.id,)),
        arrived=lambda: [_own(each.content) for each in mailbox.letters(session.id, 0, 100)],
        break_down=lambda: setattr(mailbox, "broken", True),
    )


BENCHES: dict[str, Callable[[], Case]] = {
    "direct": direct,
    "web": web,
    "whatsapp_cloud": whatsapp_cloud,
    "messenger": facebook_messenger,
    "instagram": instagram,
    "twilio_sms": twilio_sms,
    "twilio_whatsapp": twilio_whatsapp,
    "telegram": telegram,
    "line": line,
    "viber": viber,
    "slack": slack,
}
