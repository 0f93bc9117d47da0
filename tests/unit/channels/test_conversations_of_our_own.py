"""Thirty messages each way through a company's own application and the chat page, on bad days.

Both can tell a repetition: nothing is lost, nothing is shown twice, and the order is kept.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackNotSentError,
    CallbackUnansweredError,
    DirectChannel,
)
from handrail.adapters.channels.signing import SharedSecret
from handrail.adapters.channels.web import WebChannel
from handrail.adapters.channels.web_session import SessionTokens
from handrail.application.ports import Channel
from handrail.application.web_chat import WebChat
from handrail.application.web_ports import Letter
from handrail.domain.errors import UnavailableError
from handrail.domain.message import conversation_id
from handrail.domain.outbox import State
from handrail.domain.turn import Answered
from handrail_ops.channels.peers.base import Weather
from support.channel_samples import SECRET, direct_request, web_request
from support.fakes_web import FakeConnections, FakeMailbox, FakePush
from support.world import CITATION, World

BAD = Weather(busy=0.15, failing=0.1, unreachable=0.1, silent=0.1, deaf=0.1, repeated=0.3)
REALLY_BAD = Weather(busy=0.3, failing=0.2, unreachable=0.15, silent=0.2, deaf=0.1, repeated=0.6)


class OwnWorld(World):
    """A deployment with one customer at the other end of a channel of ours."""

    def __init__(self, weather: Weather, seed: int) -> None:
        super().__init__()
        self.weather = weather
        self.rng = random.Random(seed)  # noqa: S311 - weather

    def have(self, channel: Channel, customer: str, account: str) -> None:
        """Deliver over this channel, to this customer."""
        self.channel = channel
        self.customer = customer
        self.account = account
        self.deliver_ = replace(self.deliver_, channels={channel.name: channel})

    @property
    def id(self) -> str:
        return conversation_id(self.channel.name, self.account, self.customer)

    def until_done(self, post: Callable[[], bool]) -> None:
        """Post as a client does: again until it is acknowledged, at times once more."""
        while not post():
            self.clock.advance(1)
        while self.rng.random() < self.weather.repeated:
            post()
        self.receive_all()

    def settle(self) -> None:
        """Let the sweep do whatever is left; between two tries lie up to fifteen minutes."""
        for _ in range(240):
            self.later(240)

    def writes(self, number: int) -> None:
        raise NotImplementedError

    @property
    def shown(self) -> list[str]:
        """What the customer has seen, as their client shows it."""
        raise NotImplementedError


class DirectWorld(OwnWorld):
    """An application that shows a message once, however often it comes."""

    def __init__(self, weather: Weather, seed: int) -> None:
        super().__init__(weather, seed)
        self.by_id: dict[str, str] = {}
        channel = DirectChannel(
            secrets=lambda account: SECRET if account == "shop" else None,
            callback_url=lambda _account: "https://a.example/in",
            callbacks=self,
            clock=self.clock,
        )
        self.have(channel, "c-77", "shop")

    def post(self, _url: str, headers: Mapping[str, str], body: bytes) -> CallbackAnswer:
        weather, rng = self.weather, self.rng
        if rng.random() < weather.unreachable:
            message = "no connection"
            raise CallbackNotSentError(message)
        if rng.random() < weather.deaf:
            raise CallbackUnansweredError
        if rng.random() < weather.busy:
            return CallbackAnswer(429, {"retry-after": "3"}, b"")
        if rng.random() < weather.failing:
            return CallbackAnswer(rng.choice((500, 503, 408)), {}, b"")
        data = json.loads(body)
        assert headers["Idempotency-Key"] == data["id"]
        self.by_id.setdefault(data["id"], data["text"])
        if rng.random() < weather.silent:
            raise CallbackUnansweredError
        return CallbackAnswer(200, {}, b"{}")

    def writes(self, number: int) -> None:
        message = {"id": f"m-{number}", "customer": "c-77", "text": f"Where is parcel {number}?"}

        def post() -> bool:
            request = direct_request(message, at=self.clock.now())
            return self.receive.handle(self.channel, request).status == 200

        self.until_done(post)

    @property
    def shown(self) -> list[str]:
        return list(self.by_id.values())


class ShakyMailbox(FakeMailbox):
    """A mailbox whose table does not always answer, before or after it has stored."""

    def __init__(self, world: OwnWorld) -> None:
        super().__init__()
        self._world = world

    def put(self, session_id: str, letter: Letter) -> None:
        weather, rng = self._world.weather, self._world.rng
        if rng.random() < weather.failing:
            message = "throttled"
            raise UnavailableError(message)
        super().put(session_id, letter)
        if rng.random() < weather.silent:
            message = "no answer"
            raise UnavailableError(message)

    def letters(self, session_id: str, after: int, limit: int) -> Sequence[Letter]:
        if self._world.rng.random() < self._world.weather.busy:
            message = "throttled"
            raise UnavailableError(message)
        return super().letters(session_id, after, limit)


class WebWorld(OwnWorld):
    """A page that sleeps and wakes; what is pushed meanwhile is lost."""

    def __init__(self, weather: Weather, seed: int) -> None:
        super().__init__(weather, seed)
        sessions = SessionTokens(lambda: SharedSecret("the session secret"))
        connections, push = FakeConnections(), FakePush()
        mailbox = ShakyMailbox(self)
        channel = WebChannel(sessions, mailbox, connections, push)
        self.chat = WebChat(
            sessions=sessions,
            channel=channel,
            mailbox=mailbox,
            connections=connections,
            push=push,
            accept=self.receive.accept,
        )
        session = sessions.issue(self.clock.now())
        self.token = session.token
        self.have(channel, session.id, session.account)
        self.push = push
        self.seen: dict[int, str] = {}
        self.connection = 0

    def writes(self, number: int) -> None:
        message = {"id": f"m-{number}", "text": f"Where is parcel {number}?"}
        rng, weather = self.rng, self.weather

        def post() -> bool:
            if rng.random() < weather.unreachable:
                return False
            self.chat.post_message(web_request(self.token, message), self.clock.now())
            return rng.random() >= weather.silent

        self.until_done(post)
        self._look()

    def _look(self) -> None:
        """Take what was pushed, if the page was awake, and ask for what a jump shows missing."""
        pushed, self.push.pushed = self.push.pushed, []
        if self.rng.random() < self.weather.repeated:
            for _, data in pushed:
                self._show(json.loads(data).get("messages", ()))
        after = max((n for n in self.seen if set(range(1, n + 1)) <= set(self.seen)), default=0)
        try:
            reading = self.chat.read_messages(
                web_request(self.token, after=str(after)), self.clock.now()
            )
        except UnavailableError:
            return
        self._show([letter.content for letter in reading.letters])

    def _show(self, messages: Sequence[Mapping[str, Any]]) -> None:
        for message in messages:
            self.seen.setdefault(int(message["sequence"]), str(message["text"]))

    def settle(self) -> None:
        super().settle()
        for _ in range(10):
            self._look()

    @property
    def shown(self) -> list[str]:
        return [self.seen[sequence] for sequence in sorted(self.seen)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("weather", [BAD, REALLY_BAD])
@pytest.mark.parametrize("kind", [DirectWorld, WebWorld])
def test_nothing_is_lost_or_doubled_and_the_order_is_kept(
    kind: type[OwnWorld], weather: Weather, seed: int
) -> None:
    world = kind(weather, seed)
    for number in range(30):
        world.turns.outcome = Answered(f"Answer {number:02}.", (CITATION,), "en")
        world.writes(number)
        world.clock.advance(random.Random(number).choice((1, 20, 200)))  # noqa: S311
    world.settle()
    rows = world.table.rows(world.id)
    assert [row.row.state for row in rows] == [State.DELIVERED] * 30
    assert [text.partition("Answer ")[2][:2] for text in world.shown] == [
        f"{number:02}" for number in range(30)
    ]
    assert len(world.table.entries(world.id)) == 30
