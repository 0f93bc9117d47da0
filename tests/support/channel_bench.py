"""What a channel on the bench is made of: the channel, and what is known of its other end."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.direct import CallbackAnswer, CallbackUnansweredError
from handrail.adapters.channels.kit.accounts import Account
from handrail.adapters.channels.kit.messenger_base import Messenger, Tools
from handrail.adapters.channels.registry import messenger
from handrail.application.ports import Address, Channel, Request
from support.channel_samples import NOW


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it reached the customer's side."""

    text: str
    actions: tuple[str, ...]
    """The ids of the buttons that can be pressed."""
    whole: Any
    """Everything that was sent, to be compared."""


@dataclass
class Case:
    """A channel on the bench, with what the suite needs to know about its other end."""

    channel: Channel
    text: Callable[[str, str], Request]
    """Makes the genuine request of a text message: id, text."""
    action: Callable[[str, str], Request] | None
    """Makes the genuine request of a pressed button: id, action. None where nothing is pressed."""
    forged: Callable[[Request], list[Request]]
    """Makes requests that must not verify of one that does."""
    raw: Callable[[bytes], Request]
    """Makes a genuine request with any body."""
    address: Address
    arrived: Callable[[], list[Arrived]]
    """Returns what reached the customer's side."""
    break_down: Callable[[], None]
    """Has the customer's side fail from now on."""
    any_body_is_one: bool = False
    """Whether every body can be read: a form."""


class FixedClock:
    """It is always now."""

    def now(self) -> float:
        return NOW


@dataclass
class Provider:
    """The interface of a provider: keeps what was asked of it and answers by a script.

    `answers` are given in their order, then `usual` for ever.
    """

    usual: CallbackAnswer
    answers: list[CallbackAnswer | Exception] = field(default_factory=list)
    asked: list[tuple[str, str, Mapping[str, str], Any]] = field(default_factory=list)
    broken: bool = False

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        if self.broken:
            raise CallbackUnansweredError
        self.asked.append((method, url, headers, _read(body)))
        answer = self.answers.pop(0) if self.answers else self.usual
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def bodies(self) -> list[Any]:
        return [body for _, _, _, body in self.asked]


def _read(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode("utf-8", "replace")


def answered(status: int, data: object, **headers: str) -> CallbackAnswer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return CallbackAnswer(status, named, json.dumps(data).encode())


def built(name: str, provider: Provider, *accounts: Account) -> Messenger:
    """Return a messenger of the table with its accounts and a provider of ours."""
    known = {account.id: account for account in accounts}

    def look_up(channel: str, account: str, /) -> Account | None:
        return known.get(account) if channel == name else None

    return messenger(name, CHANNELS[name], Tools(look_up, provider, FixedClock()))
