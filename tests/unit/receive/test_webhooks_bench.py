"""What is measured of `receive` is what it does: signed requests of every messenger, all taken."""

from pathlib import Path

import pytest

from handrail_ops.bench import webhooks
from handrail_ops.bench.webhooks import USUAL_TEXT_BYTES, WEBHOOK_BYTES, Bench
from handrail_ops.channels.peers.table import PEERS

ROOT = Path(__file__).parents[3]


def test_every_messenger_brings_a_webhook_of_the_size() -> None:
    took = Bench(ROOT).webhooks(warm=0, runs=1)
    assert [one.channel for one in took] == list(PEERS)
    for one in took:
        assert one.messages == 1, one.channel
        assert 0.85 * WEBHOOK_BYTES < one.bytes <= WEBHOOK_BYTES, one.channel


def test_a_usual_message_is_two_or_three_sentences() -> None:
    took = Bench(ROOT).usual(warm=0, runs=1)
    assert [one.channel for one in took] == list(PEERS)
    for one in took:
        assert (one.messages, USUAL_TEXT_BYTES < one.bytes < WEBHOOK_BYTES) == (1, True), one


def test_a_batch_has_as_many_messages_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "BATCH_MESSAGES", 40)
    monkeypatch.setattr(webhooks, "BATCH_BYTES", 40_000)
    took = Bench(ROOT).batches(warm=0, runs=1)
    assert {one.channel for one in took} == {"whatsapp_cloud", "messenger", "instagram", "line"}
    for one in took:
        assert (one.messages, 36_000 < one.bytes <= 42_000) == (40, True), one
