"""Simulations beside each other: each has a peer of its own, where an account expects it."""

import json
from typing import Any

import pytest

from handrail.adapters.clock import SystemClock
from handrail_ops.channels.accounts import AccountsError, Source
from handrail_ops.channels.peers.server import serving
from handrail_ops.channels.peers.table import PEERS
from handrail_ops.channels.simulating import _ACCOUNTS_MAX, _own_account, numbered


class Secrets:
    """One secret."""

    def __init__(self) -> None:
        self.text = '{"line": {"ours": {"channel_secret": "kept"}}}'

    def get_secret_value(self, **_named: str) -> dict[str, str]:
        return {"SecretString": self.text}

    def put_secret_value(self, **named: str) -> None:
        self.text = named["SecretString"]


def source() -> Source:
    secrets: Any = Secrets()
    return Source("{}", "http://127.0.0.1:1", "arn", secrets)


def peer(channel: str = "telegram") -> Any:
    return PEERS[channel].kind(SystemClock())


def ports(known: Source) -> dict[str, str]:
    accounts = json.loads(known.renewed().text)["telegram"]
    return {name: values["api_url"] for name, values in accounts.items()}


def test_the_port_that_was_free_at_first_is_taken_again() -> None:
    known = source()
    with _own_account(known, "telegram", peer()):
        first = ports(known)
    with _own_account(known, "telegram", peer()):
        assert ports(known) == first
    with _own_account(known, "slack", peer("slack")):
        assert ports(known) == first
    accounts = json.loads(known.renewed().text)
    assert set(accounts) == set(PEERS)
    assert accounts["line"]["ours"] == {"channel_secret": "kept"}


def test_two_at_once_have_an_account_each() -> None:
    known, one, other = source(), peer(), peer()
    with _own_account(known, "telegram", one), _own_account(known, "telegram", other):
        assert (one.account, other.account) == ("shop_bot", "shop_bot2")
        assert other.text_webhook("1", "Hi").path == "/v1/channels/telegram/shop_bot2"
    assert len(set(ports(known).values())) == 2


def test_a_port_that_somebody_else_has_by_now_is_left_to_them() -> None:
    known, again = source(), peer()
    with _own_account(known, "telegram", peer()):
        port = int(ports(known)["shop_bot"].rpartition(":")[2])
    with serving(peer("line"), port), _own_account(known, "telegram", again):
        assert again.account == "shop_bot2"


def test_there_is_an_end_to_it() -> None:
    known = source()

    def more(left: int) -> None:
        with _own_account(known, "telegram", peer()):
            if left:
                more(left - 1)

    with pytest.raises(AccountsError, match="simulations run"):
        more(_ACCOUNTS_MAX)
    more(_ACCOUNTS_MAX - 1)


def test_an_account_of_digits_stays_one() -> None:
    assert [numbered("1065", number) for number in (1, 2)] == ["1065", "10652"]
