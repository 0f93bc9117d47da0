"""The accounts of the messengers: what opens them, as one secret holds it.

The secret is a JSON object, by channel and account, of short texts:

    {"whatsapp_cloud": {"106540352242922": {"app_secret": "…", "verify_token": "…", …}}}

One secret and not one per account, because an account has half a dozen values that change
together, and a company may have dozens of numbers. Rotating a value keeps the one before it good
in two ways: the secret's own previous version counts, and so does `<name>_previous` beside it,
for whoever changes the secret twice in a row.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from handrail.adapters.channels.signing import SharedSecret


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a channel. Nothing of it shows when it is printed."""

    id: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    previous: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the values were before the last rotation."""

    def get(self, name: str, default: str = "") -> str:
        """Return a value, or the default where it is missing or empty."""
        return self.values.get(name, "").strip() or default

    def keys(self, name: str) -> tuple[bytes, ...]:
        """Return a secret's usable values as bytes, the current one first; none when not set."""
        offered = (
            self.values.get(name, ""),
            self.values.get(f"{name}_previous", ""),
            self.previous.get(name, ""),
        )
        usable = (one.strip() for one in offered)
        return tuple(dict.fromkeys(one.encode() for one in usable if one))


class Accounts(Protocol):
    """Looks up a channel's account, whenever it is needed, so that it may change."""

    def __call__(self, channel: str, account: str, /) -> Account | None:
        """Return the account, or None when it is not configured.

        Raises:
            UnavailableError: the accounts cannot be read now.

        """
        ...


class AccountBook:
    """Reads accounts out of one secret, again only when the secret has changed."""

    def __init__(
        self,
        secret: Callable[[], SharedSecret | None],
        renewed: Callable[[], SharedSecret | None] | None = None,
    ) -> None:
        """Take the secret by look-up, and a look-up that reads it anew for what is not in it."""
        self._secret = secret
        self._renewed = renewed
        # Replaced as a whole: several threads read accounts at the same moment.
        self._read: tuple[SharedSecret | None, _Book, _Book] = (None, {}, {})

    def __call__(self, channel: str, account: str, /) -> Account | None:
        """Return one account; one that is not known may have been put there a moment ago."""
        found = self.of(channel).get(account)
        if found is None and self._renewed is not None:
            self._keep(self._renewed())
            found = self._accounts(channel).get(account)
        return found

    def of(self, channel: str) -> Mapping[str, Account]:
        """Return every account of a channel."""
        self._keep(self._secret())
        return self._accounts(channel)

    def _keep(self, secret: SharedSecret | None) -> None:
        if secret != self._read[0]:
            current = read_book(secret.current if secret else "")
            previous = read_book(secret.previous or "" if secret else "")
            self._read = (secret, current, previous)

    def _accounts(self, channel: str) -> Mapping[str, Account]:
        _, current, previous = self._read
        before = previous.get(channel, {})
        return {
            name: Account(name, values, before.get(name, {}))
            for name, values in current.get(channel, {}).items()
        }


_Book = Mapping[str, Mapping[str, Mapping[str, str]]]


def read_book(text: str) -> _Book:
    """Return the accounts of a secret's text.

    What is not an object of objects of texts is left out: a slip in one account must not close
    the doors of all others. `handrail channels` says what is missing.
    """
    try:
        data: Any = json.loads(text or "{}")
    except ValueError:
        return {}
    return {
        channel: {
            account: {
                str(name): str(value)
                for name, value in values.items()
                if isinstance(value, str | int) and not isinstance(value, bool)
            }
            for account, values in accounts.items()
            if isinstance(values, dict)
        }
        for channel, accounts in (data.items() if isinstance(data, dict) else ())
        if isinstance(accounts, dict)
    }
