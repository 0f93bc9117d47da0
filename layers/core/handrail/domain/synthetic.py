"""Which conversations are nobody's: those of the canary, a customer who is a program.

What is synthetic may be passed over by agents, by whoever is paged and by reports, so being it
must be proven, never claimed. The proof is the account, which is part of a conversation's identity
and is held by a secret that only Handrail's own functions can read: on the direct channel the
canary's account verifies against the canary's secret and no other, on the web the account stands
in the signed session. A customer's words, ids and names have no part in it. A channel that does
not hold the account that way is not named here, and nobody on it is ever synthetic.
"""

from typing import Final

CANARY_ACCOUNT: Final = "canary"
"""The account of synthetic customers. It is reserved: no application's secret opens it."""

_PROVING_CHANNELS: Final = frozenset({"direct", "web"})


def is_synthetic(channel: str, account: str) -> bool:
    """Tell whether a stored conversation of this channel and account is the canary's."""
    return account == CANARY_ACCOUNT and channel in _PROVING_CHANNELS
