"""A web chat with everything around it in memory."""

import json
from typing import Any

from handrail.adapters.channels.signing import SharedSecret
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.application.web_chat import WebChat
from handrail.application.web_ports import Letter
from handrail.domain.errors import UnavailableError
from handrail.domain.message import InboundMessage
from support.channel_samples import NOW
from support.fakes_web import FakeConnections, FakeMailbox, FakePush, FakeSurveys


class World:
    """A web chat with everything around it in memory."""

    def __init__(self) -> None:
        self.sessions = SessionTokens(lambda: SharedSecret("the session secret"))
        self.mailbox = FakeMailbox()
        self.connections = FakeConnections()
        self.push = FakePush()
        self.surveys = FakeSurveys()
        self.surveyed: list[bool] = []
        self.accepted: list[InboundMessage] = []
        self.refusing = False
        self.chat = WebChat(
            sessions=self.sessions,
            channel=WebChannel(self.sessions, self.mailbox, self.connections, self.push),
            mailbox=self.mailbox,
            connections=self.connections,
            push=self.push,
            accept=self._accept,
            surveys=self.surveys,
            surveyed=self.surveyed.append,
        )
        self.session = self.sessions.issue(NOW)
        self.token = self.session.token

    def _accept(self, messages: Any) -> None:
        if self.refusing:
            message = "neither queue nor inbox"
            raise UnavailableError(message)
        self.accepted += messages

    def put(self, *sequences: int, text: str = "x", session: str | None = None) -> None:
        for sequence in sequences:
            letter = Letter(sequence, {"sequence": sequence, "text": text})
            self.mailbox.put(session or self.session.id, letter)

    def frame(self, data: object, connection: str = "c1") -> list[Any]:
        self.push.pushed.clear()
        raw = data if isinstance(data, str) else json.dumps(data)
        self.chat.receive_frame(connection, raw, NOW)
        assert all(to == connection for to, _ in self.push.pushed)
        return [json.loads(answer) for _, answer in self.push.pushed]
