"""Messengers over the whole system: signed webhooks in, a provider's peer out."""

import pytest

from handrail_ops.channels.accounts import Source
from handrail_ops.channels.peers.base import Got
from handrail_ops.channels.simulating import simulate
from support.stack import World

TRIES_MAX = 4
"""How many customers ask until one is answered, where other tests leave little processor time."""


@pytest.fixture
def source(world: World) -> Source:
    client = world.stack.client("secretsmanager")
    secret = world.stack.physical("AccountsSecret")
    text = client.get_secret_value(SecretId=secret)["SecretString"]
    return Source(text, world.stack.url, secret, client)


@pytest.mark.parametrize("channel", ["whatsapp_cloud", "messenger", "twilio_sms"])
def test_a_customer_asks_and_is_answered_with_a_way_to_a_person(
    source: Source, channel: str
) -> None:
    for _ in range(TRIES_MAX):
        shown: list[Got] = []
        came = simulate(
            source,
            channel,
            text="How long does a refund take?",
            action=None,
            customer=None,
            account=None,
            wait_seconds=40.0,
            told=shown.append,
        )
        assert came.status == 200, came.answer
        (got,) = shown
        if "business days" in got.text:
            break
        # A starved machine: the turn took too long, and the customer has a person instead.
        assert got.buttons or "human" in got.text or "person" in got.text
    assert "business days" in got.text
    offered = {action for action, _ in got.buttons}
    # Who was handed to a person by an earlier try waits, and may withdraw.
    assert offered & {"person:v1", "withdraw:v1"} or "human" in got.text or "kept" in got.text
