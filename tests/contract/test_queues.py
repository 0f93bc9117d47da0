"""The queues: what was taken comes out, in order within its group; what was not is given back."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from handrail.adapters.aws.queues import (
    BYTES_MAX,
    SqsAgentsQueue,
    SqsInboundQueue,
    SqsOutboundQueue,
)
from handrail.application.protocol_ports import AgentsQueue, InboundQueue, OutboundQueue
from handrail.domain.errors import UnavailableError
from handrail.domain.message import InboundMessage
from handrail_ops.memory.clock import ManualClock
from handrail_ops.memory.queues import (
    MemoryAgentsQueue,
    MemoryInboundQueue,
    MemoryOutboundQueue,
)
from support.aws import Aws, calls, client, fault, refusal
from support.stores import NOW, message


@dataclass(frozen=True)
class Queues:
    """The three queues, and what a consumer gets from each: (group, body)."""

    inbound: InboundQueue
    outbound: OutboundQueue
    agents: AgentsQueue
    came_in: Callable[[], list[tuple[str, InboundMessage]]]
    to_deliver: Callable[[], list[tuple[str, str]]]
    for_agents: Callable[[], list[dict[str, Any]]]


def memory_queues() -> Queues:
    clock = ManualClock(NOW)
    inbound, outbound = MemoryInboundQueue(clock), MemoryOutboundQueue(clock)
    agents = MemoryAgentsQueue()

    def taken(fifo: Any) -> list[tuple[str, Any]]:
        out = []
        while batch := fifo.receive():
            out += [(one.group, one.body) for one in batch]
            fifo.done(batch)
        return out

    return Queues(
        inbound,
        outbound,
        agents,
        lambda: taken(inbound.fifo),
        lambda: taken(outbound.fifo),
        lambda: [dict(one) for one in agents.waiting],
    )


def sqs_queues(aws: Aws) -> Queues:
    urls = [aws.fifo(), aws.fifo(), aws.queue()]

    def taken(url: str) -> list[tuple[str, Any]]:
        out = []
        while batch := aws.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], WaitTimeSeconds=0
        ).get("Messages"):
            for one in batch:
                out.append((one["Attributes"].get("MessageGroupId", ""), json.loads(one["Body"])))
                aws.sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return out

    return Queues(
        SqsInboundQueue(aws.sqs, urls[0]),
        SqsOutboundQueue(aws.sqs, urls[1]),
        SqsAgentsQueue(aws.sqs, urls[2]),
        lambda: [(g, InboundMessage.from_dict(b)) for g, b in taken(urls[0])],
        lambda: [(g, b["conversation"]) for g, b in taken(urls[1])],
        lambda: [b for _, b in taken(urls[2])],
    )


@pytest.fixture(params=["memory", "sqs"])
def queues(request: pytest.FixtureRequest) -> Queues:
    if request.param == "memory":
        return memory_queues()
    return sqs_queues(request.getfixturevalue("aws"))


@pytest.fixture
def sqs(aws: Aws) -> Queues:
    return sqs_queues(aws)


def messages(count: int, text: str = "hi") -> list[InboundMessage]:
    return [message(f"e{n}", n, text) for n in range(count)]


def _event(pair: tuple[str, InboundMessage]) -> str:
    return pair[1].event_id


class TestInbound:
    def test_messages_come_out_in_order_and_as_they_came_in(self, queues: Queues) -> None:
        strange = message("ü/#1", 1, 'Zürich \x00 \x08 \ud83d "\U0001f600"\n')
        batch = [strange, *messages(2)]
        assert not queues.inbound.send("g1", batch)
        assert queues.came_in() == [("g1", one) for one in batch]

    def test_a_group_of_any_size_is_taken(self, queues: Queues) -> None:
        batch = messages(23)
        assert not queues.inbound.send("g1", batch)
        assert [one.event_id for _, one in queues.came_in()] == [m.event_id for m in batch]
        assert not queues.inbound.send("g1", [])

    def test_the_same_reception_sent_again_is_taken_once(self, queues: Queues) -> None:
        for _ in range(2):
            assert not queues.inbound.send("g1", [message()])
        assert len(queues.came_in()) == 1

    def test_a_providers_retry_is_another_reception_and_passes(self, queues: Queues) -> None:
        again = replace(message(), received_at=NOW + 20)
        queues.inbound.send("g1", [message()])
        queues.inbound.send("g1", [again])
        queues.inbound.send("g1/person", [again])
        assert sorted(g for g, _ in queues.came_in()) == ["g1", "g1", "g1/person"]

    def test_a_webhook_of_many_customers_is_taken_in_few_calls(
        self, sqs: Queues, aws: Aws
    ) -> None:
        batch = [(f"g{n % 50}", one) for n, one in enumerate(messages(100))]
        with calls(aws.sqs) as made:
            assert not sqs.inbound.send_all(sorted(batch, key=lambda one: one[0]))
        assert len(made) == 10
        came_in = sqs.came_in()
        assert sorted(came_in, key=_event) == sorted(batch, key=_event)
        for group in {group for group, _ in batch}:
            of_group = [one.event_id for name, one in came_in if name == group]
            assert of_group == [one.event_id for name, one in batch if name == group]

    def test_many_groups_are_taken_by_each_queue(self, queues: Queues) -> None:
        batch = [("a", message("e1", 1)), ("a", message("e2", 2)), ("b", message("e3", 3))]
        assert not queues.inbound.send_all(batch)
        assert sorted(queues.came_in(), key=_event) == batch
        assert not queues.inbound.send_all([])

    def test_one_failing_call_costs_its_groups_and_two_cost_the_rest(
        self, sqs: Queues, aws: Aws
    ) -> None:
        batch = [(f"g{n // 15}", one) for n, one in enumerate(messages(60))]
        seen: list[int] = []

        def some_fail(**_: Any) -> None:
            seen.append(len(seen))
            if seen[-1] in failing:
                raise ReadTimeoutError(endpoint_url="https://sqs.example")

        aws.sqs.meta.events.register("before-call.sqs", some_fail)
        try:
            failing = {1}
            left = sqs.inbound.send_all(batch)
            # The second call held the end of g0 and the beginning of g1.
            assert left == batch[10:30]
            seen.clear()
            failing = {0, 1}
            assert sqs.inbound.send_all(batch) == batch
            assert len(seen) == 2
        finally:
            aws.sqs.meta.events.unregister("before-call.sqs", some_fail)

    def test_large_messages_are_spread_over_batches(self, sqs: Queues, aws: Aws) -> None:
        batch = messages(12, "\U0001f600" * 16_000)
        with calls(aws.sqs) as made:
            assert not sqs.inbound.send("g1", batch)
        assert [len(arguments["Entries"]) for _, arguments in made] == [5, 5, 2]
        assert [one.event_id for _, one in sqs.came_in()] == [m.event_id for m in batch]

    def test_entries_that_failed_are_given_back(self) -> None:
        sender = client("sqs")
        failed = {"Id": "1", "Code": "InternalError", "SenderFault": False}
        taken = {"Id": "0", "MessageId": "m0", "MD5OfMessageBody": "x"}
        with Stubber(sender) as stub:
            stub.add_response("send_message_batch", {"Successful": [taken], "Failed": [failed]})
            batch = messages(3)
            given_back = SqsInboundQueue(sender, "https://sqs.example/q").send("g", batch)
        # The second failed; of the third nothing was said at all.
        assert given_back == batch[1:]

    def test_when_nothing_is_known_to_be_taken_that_is_said(self, sqs: Queues, aws: Aws) -> None:
        timeout = ReadTimeoutError(endpoint_url="https://sqs.example")
        for moment in ("before-call", "after-call"):
            with fault(aws.sqs, moment, timeout), pytest.raises(UnavailableError):
                sqs.inbound.send("g1", messages(12))

    def test_what_follows_a_batch_that_was_taken_is_given_back(
        self, sqs: Queues, aws: Aws
    ) -> None:
        batch = messages(23)
        seen = 0

        def second_fails(**_: Any) -> None:
            nonlocal seen
            seen += 1
            if seen == 2:
                raise ReadTimeoutError(endpoint_url="https://sqs.example")

        event = "before-call.sqs"
        aws.sqs.meta.events.register(event, second_fails)
        try:
            assert sqs.inbound.send("g1", batch) == batch[10:]
        finally:
            aws.sqs.meta.events.unregister(event, second_fails)
        assert [one.event_id for _, one in sqs.came_in()] == [m.event_id for m in batch[:10]]

    def test_a_refused_message_is_given_back_by_the_queue_in_memory(self) -> None:
        queue = MemoryInboundQueue(ManualClock(NOW))
        queue.refused.add("e1")
        batch = messages(3)
        assert queue.send("g", batch) == [batch[1]]


class TestOutbound:
    def test_every_hint_arrives_in_its_conversations_group(self, queues: Queues) -> None:
        for conversation in ("c1", "c1", "c2"):
            queues.outbound.kick(conversation)
        assert sorted(queues.to_deliver()) == [("c1", "c1"), ("c1", "c1"), ("c2", "c2")]


class TestAgents:
    def test_a_message_arrives_with_a_receipt_of_its_own(self, queues: Queues) -> None:
        given = {"escalation": "c1-1", "transcript": [{"text": "ni\u00f1o \U0001f600"}]}
        receipts = [queues.agents.push(given, "c1") for _ in range(2)]
        assert all(receipts)
        assert len(set(receipts)) == 2
        assert queues.for_agents() == [given, given]

    def test_a_message_that_is_too_large_loses_the_oldest_of_its_transcript(
        self, sqs: Queues
    ) -> None:
        lines = [{"n": n, "text": "\U0001f600" * 16_000} for n in range(50)]
        sqs.agents.push({"escalation": "c1-1", "summary": "s", "transcript": lines}, "c1")
        (arrived,) = sqs.for_agents()
        assert arrived["escalation"] == "c1-1"
        assert arrived["transcript"] == lines[-len(arrived["transcript"]) :]
        assert len(arrived["transcript"]) == 5
        assert len(json.dumps(arrived)) <= BYTES_MAX

    def test_without_a_receipt_nobody_was_asked(self) -> None:
        sender = client("sqs")
        for answer in ({}, {"MessageId": ""}):
            with Stubber(sender) as stub:
                stub.add_response("send_message", answer)
                with pytest.raises(UnavailableError):
                    SqsAgentsQueue(sender, "https://sqs.example/q").push({}, "c1")


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
def test_a_queue_that_does_not_answer_is_unavailable(sqs: Queues, aws: Aws, moment: str) -> None:
    timeout = ReadTimeoutError(endpoint_url="https://sqs.example")
    with fault(aws.sqs, moment, timeout):
        with pytest.raises(UnavailableError):
            sqs.outbound.kick("c1")
        with pytest.raises(UnavailableError):
            sqs.agents.push({"summary": "a secret"}, "c1")


def test_a_refusal_is_unavailable_and_quotes_nothing(sqs: Queues, aws: Aws) -> None:
    with (
        refusal(aws.sqs, "AWS.SimpleQueueService.OverLimit", 403),
        pytest.raises(UnavailableError) as caught,
    ):
        sqs.agents.push({"summary": "a secret"}, "c1")
    assert "OverLimit" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None
