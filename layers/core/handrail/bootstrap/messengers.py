"""The messengers' accounts and their way out, the same for what comes in and what leaves."""

from collections.abc import Mapping

from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.callbacks import (
    ANSWER_BYTES_MAX,
    ANSWER_TIMEOUT_SECONDS,
    CallbackPolicy,
    HttpCallbacks,
)
from handrail.adapters.channels.direct import CallbackAnswer
from handrail.adapters.channels.kit.accounts import AccountBook
from handrail.adapters.channels.kit.messenger_base import Tools
from handrail.adapters.channels.kit.pacing import Pacer
from handrail.application.ports import Clock
from handrail.domain.media import FILE_BYTES_MAX

LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


_FILE_TIMEOUT_SECONDS = 10.0
"""For all of a file: where it is may have to be asked first, and the gateway waits 30 seconds."""


def tools(
    secrets: SecretValues, accounts_secret_arn: str, clock: Clock, *, whole_files: bool = False
) -> Tools:
    """Return what messengers work with; `whole_files` is for who fetches what customers sent."""
    book = AccountBook(
        lambda: secrets.shared(accounts_secret_arn), lambda: secrets.renewed(accounts_secret_arn)
    )
    http = (
        MessengerHttp(book, FILE_BYTES_MAX + 1, _FILE_TIMEOUT_SECONDS)
        if whole_files
        else MessengerHttp(book)
    )
    return Tools(book, http, clock, Pacer())


class MessengerHttp:
    """Requests to providers: to public addresses over https alone.

    Where an account's own `api_url` is an address of this machine, as in the local stack and in
    tests, that address is spoken to as well; an address that a provider names never is.
    """

    def __init__(
        self,
        book: AccountBook,
        answer_bytes_max: int = ANSWER_BYTES_MAX,
        answer_timeout_seconds: float = ANSWER_TIMEOUT_SECONDS,
    ) -> None:
        """Connect to nothing yet."""
        self._book = book
        self._public, self._local = (
            HttpCallbacks(
                CallbackPolicy(allow_loopback=local),
                answer_bytes_max=answer_bytes_max,
                answer_timeout_seconds=answer_timeout_seconds,
            )
            for local in (False, True)
        )

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> CallbackAnswer:
        """Ask once, by the client that may."""
        is_own = url.startswith(LOOPBACK) and self._is_configured(url)
        client = self._local if is_own else self._public
        return client.request(method, url, headers, body)

    def _is_configured(self, url: str) -> bool:
        addresses = (
            account.get("api_url").rstrip("/")
            for channel in CHANNELS
            for account in self._book.of(channel).values()
        )
        return any(address and url.startswith(f"{address}/") for address in addresses)
