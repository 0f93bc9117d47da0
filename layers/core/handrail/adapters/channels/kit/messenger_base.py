"""What every messenger has in common as a channel: its account, its tools, and its envelope."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from handrail.adapters.channels.kit.accounts import Account, Accounts
from handrail.adapters.channels.kit.fetching import Located
from handrail.adapters.channels.kit.pacing import Pace, Pacer
from handrail.adapters.channels.kit.sending import (
    MISCONFIGURED_RETRY_SECONDS,
    RETRY_SECONDS,
    Http,
    send_parts,
)
from handrail.application.ports import Address, Clock, Request, Response
from handrail.domain.delivery import Delivery, OutboundMessage, Retry
from handrail.domain.errors import ForgedRequestError, UnavailableError
from handrail.domain.media import File
from handrail.domain.message import InboundMessage

P = TypeVar("P")

# Account ids of providers: digits, +, letters, and what stands between them.
_PATH = re.compile(r"/v1/channels/([a-z_]{1,32})/([A-Za-z0-9+][A-Za-z0-9+:@._-]{0,127})")


@dataclass(frozen=True, slots=True)
class Tools:
    """What a messenger works with."""

    accounts: Accounts
    http: Http
    clock: Clock
    pacer: Pacer | None = None
    """None where nothing is sent, or nobody would refuse it."""


class Messenger:
    """A channel whose accounts stand in the accounts' secret.

    A messenger overrides `name` and the methods that raise `NotImplementedError`; `verify` and
    `deliver` are given the account.
    """

    name: str = ""
    pace: Pace = Pace()
    """How fast its provider takes messages."""

    def __init__(self, tools: Tools) -> None:
        """Take the tools; nothing is looked up before it is needed."""
        self.tools = tools

    # ------------------------------------------------------------- in

    def handshake(self, request: Request) -> Response | None:
        """Return the answer to a provider's set-up request, or None when it is not one."""
        del request
        return None

    def reply(self, request: Request, accepted: int) -> Response | None:
        """Return what this provider wants as the answer to an accepted request.

        None means the usual JSON.
        """
        del request, accepted
        return None

    def verify(self, request: Request, now: float) -> None:
        """Check that the request is its provider's, for the account that its path names."""
        account = self.account(request)
        if account is None:
            message = "this account accepts no requests: it does not exist or has no secret"
            raise ForgedRequestError(message)
        self.check(account, request, now)

    def check(self, account: Account, request: Request, now: float) -> None:
        """Check a request for an account that exists.

        Raises:
            ForgedRequestError: it does not verify.

        """
        raise NotImplementedError

    def to_messages(self, request: Request, received_at: float) -> Sequence[InboundMessage]:
        """Read a verified request."""
        raise NotImplementedError

    def account(self, request: Request) -> Account | None:
        """Return the account that the path names, None when it names none that is configured."""
        named = account_named(request)
        return self.tools.accounts(self.name, named) if named else None

    # ------------------------------------------------------------- out

    def send(self, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message by the account it belongs to."""
        try:
            account = self.tools.accounts(self.name, address.account)
        except UnavailableError:
            return Retry(RETRY_SECONDS)
        if account is None:
            # It was there when the customer wrote; somebody may be mending it.
            return Retry(MISCONFIGURED_RETRY_SECONDS)
        return self.deliver(account, address, message)

    def deliver(self, account: Account, address: Address, message: OutboundMessage) -> Delivery:
        """Send one message; never raises for anything the provider answers."""
        raise NotImplementedError

    def send_parts(
        self,
        address: Address,
        message: OutboundMessage,
        parts: Sequence[P],
        send_one: Callable[[int, P], Delivery],
    ) -> Delivery:
        """Send what is left of a message's parts, in order, and no faster than they are taken.

        A part whose provider asks for a moment gets it, once: the sweep would be a minute later.
        """
        pacer = self.tools.pacer
        account, customer = (self.name, address.account), address.sender_ids[0]
        if pacer is None:
            return send_parts(message, parts, send_one)

        def once(index: int, part: P) -> Delivery:
            wait = pacer.wait(self.pace, account, customer)
            return Retry(wait) if wait > 0 else send_one(index, part)

        def paced(index: int, part: P) -> Delivery:
            outcome = once(index, part)
            match outcome:
                case Retry(after_seconds=asked) if pacer.obey(account, customer, asked):
                    return once(index, part)
                case _:
                    return outcome

        return send_parts(message, parts, paced)

    # ------------------------------------------------------------- files

    def locate(self, address: Address, file: File) -> Located:
        """Return where a file of a customer's is, and what opens it.

        Raises:
            FileGoneError, FileRefusedError, UnavailableError: why that cannot be told.

        """
        account = self.tools.accounts(self.name, address.account)
        if account is None:
            message = "the account that this file came to is not configured"
            raise UnavailableError(message)
        return self.where(account, file)

    def where(self, account: Account, file: File) -> Located:
        """Return where a file is; without more, at the address that came with it, for anybody."""
        del account
        return Located(file.url)

    # ------------------------------------------------------------- signs

    def typing(self, address: Address, event_id: str) -> None:
        """Show the customer that an answer is being written, where the provider can.

        Best effort: nothing waits for it, and it never raises. `event_id` is the message that is
        being answered.
        """
        del address, event_id


def account_named(request: Request) -> str | None:
    """Return the account in a request's path, or None."""
    found = _PATH.fullmatch(request.path)
    return found.group(2) if found else None
