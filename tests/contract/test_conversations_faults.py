"""The table under faults: refused, lost and ambiguous calls, and what each of them means."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)
from botocore.stub import Stubber

from handrail.application.delivery_ports import Progress
from handrail.application.ports import Address
from handrail.application.protocol_ports import Draft, Kept, Reveal, Vaulted
from handrail.domain.decision import Decision
from handrail.domain.errors import ConflictError, DuplicateError, UnavailableError
from handrail.domain.escalation import beat
from handrail.domain.outbox import State
from support.aws import Aws, client, fault, refusal
from support.stores import (
    ID,
    NOW,
    PROMISES,
    Stores,
    answer,
    answered,
    ask,
    asked,
    body_of,
    claimed,
    commit,
    current,
    dynamo_stores,
    fresh,
    keep,
    message,
    says,
)

SECRET = "my card is 4111 1111"
URL = "https://dynamodb.example"
VAULTED = Vaulted(SECRET, {"[card-1]": "4111 1111"})
ADDRESS = Address("direct", "shop", ("customer-1",))
REVEAL = Reveal(ID, 2, "agent-1", "e1", "the refund", NOW)
CALLS: Mapping[str, Callable[[Stores], object]] = {
    "load": lambda s: s.conversations.load(ID),
    "commit": lambda s: s.conversations.commit(answered(fresh(), [message(text=SECRET)])),
    "keep": lambda s: s.conversations.keep(ID, body_of(message(text=SECRET)), None),
    "keep with original": lambda s: s.conversations.keep(ID, body_of(message()), VAULTED),
    "entries": lambda s: s.conversations.entries(ID),
    "bodies": lambda s: s.conversations.bodies(ID, ["e1"]),
    "rows": lambda s: s.conversations.rows(ID),
    "resolve": lambda s: s.conversations.resolve(ADDRESS),
    "link": lambda s: s.conversations.link(ADDRESS, ID),
    "original": lambda s: s.vault.original(ID, "e1"),
    "placeholders": lambda s: s.vault.placeholders(ID),
    "audit": lambda s: s.vault.audit(REVEAL),
    "progress": lambda s: s.deliveries.progress(ID),
    "delivered": lambda s: s.deliveries.delivered(ID, 1, ["r"]),
    "put off": lambda s: s.deliveries.put_off(ID, 1, NOW),
    "hold": lambda s: s.deliveries.hold(ID, [1], NOW),
    "passed": lambda s: s.deliveries.passed(ID, 1),
    "tried": lambda s: s.deliveries.tried(ID, 1, NOW),
    "lived": lambda s: s.deliveries.lived(ID, 1),
    "get draft": lambda s: s.drafts.get("t"),
    "put draft": lambda s: s.drafts.put(Draft("t", ID, ("e1",), SECRET)),
    "due": lambda s: s.agenda.due(NOW, 10),
    "park": lambda s: s.inbox.park("g", message(text=SECRET), NOW),
    "parked": lambda s: s.inbox.parked(["k"]),
    "remove": lambda s: s.inbox.remove("k"),
    "ending": lambda s: s.escalations.ending(f"{ID}-1"),
}
REFUSALS = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "AccessDeniedException",
    "ResourceNotFoundException",
    "InternalServerError",
    "TransactionInProgressException",
    "ValidationException",
]


@pytest.fixture(scope="module")
def anywhere() -> Stores:
    """Stores whose service is never reached."""
    return dynamo_stores(client("dynamodb"), "handrail")


def client_of(stores: Stores) -> Any:
    conversations: Any = stores.conversations
    return conversations._table.client


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
class TestEveryCall:
    @pytest.mark.parametrize(
        "error",
        [
            ReadTimeoutError(endpoint_url=URL),
            ConnectTimeoutError(endpoint_url=URL),
            EndpointConnectionError(endpoint_url=URL),
            ParamValidationError(report=SECRET),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_no_answer_is_unavailable_and_quotes_nothing(
        self, anywhere: Stores, call: Callable[[Stores], object], error: Exception
    ) -> None:
        with (
            fault(client_of(anywhere), "before-call", error),
            pytest.raises(UnavailableError) as caught,
        ):
            call(anywhere)
        assert type(error).__name__ in str(caught.value)
        assert SECRET not in str(caught.value)
        assert caught.value.__suppress_context__
        assert caught.value.__cause__ is None

    def test_a_refusal_is_unavailable_and_named(
        self, anywhere: Stores, call: Callable[[Stores], object]
    ) -> None:
        for code in REFUSALS:
            with (
                refusal(client_of(anywhere), code),
                pytest.raises(UnavailableError) as caught,
            ):
                call(anywhere)
            assert code in str(caught.value)
            assert "request-1" in str(caught.value)
            assert caught.value.__suppress_context__
            assert caught.value.__cause__ is None


def cancelled(*reasons: str | None) -> dict[str, Any]:
    return {
        "code": "TransactionCanceledException",
        "CancellationReasons": [{"Code": reason or "None"} for reason in reasons],
    }


class TestCancellations:
    """A first answered turn is three writes: the conversation, the message, the row."""

    def commit_under(self, stores: Stores, **answer: Any) -> None:
        with refusal(client_of(stores), **answer):
            stores.conversations.commit(answered(fresh(), [message()]))

    @pytest.mark.parametrize(
        "reasons",
        [
            ("TransactionConflict", None, None),
            (None, "TransactionConflict", None),
            ("ConditionalCheckFailed", None, None),
            ("ConditionalCheckFailed", "TransactionConflict", None),
            ("TransactionConflict", "ThrottlingError", None),
        ],
    )
    def test_a_lost_race_is_a_conflict(
        self, anywhere: Stores, reasons: tuple[str | None, ...]
    ) -> None:
        with pytest.raises(ConflictError) as caught:
            self.commit_under(anywhere, **cancelled(*reasons))
        assert not isinstance(caught.value, DuplicateError)

    @pytest.mark.parametrize(
        "reasons",
        [
            ("ThrottlingError", None, None),
            (None, "ProvisionedThroughputExceeded", None),
            (None, None, "ItemCollectionSizeLimitExceeded"),
            ("ValidationError", None, None),
            (),
        ],
    )
    def test_any_other_cancellation_is_unavailable(
        self, anywhere: Stores, reasons: tuple[str | None, ...]
    ) -> None:
        with pytest.raises(UnavailableError):
            self.commit_under(anywhere, **cancelled(*reasons))

    def test_reasons_are_read_in_the_order_of_the_writes(self, anywhere: Stores) -> None:
        there = {"Code": "ConditionalCheckFailed", "Item": {"entry": {"N": "4"}}}
        burst = [message("e1", 1), message("e2", 2), message("e3", 3)]
        head, none = {"Code": "ConditionalCheckFailed"}, {"Code": "None"}
        answer: dict[str, Any] = {
            "code": "TransactionCanceledException",
            "CancellationReasons": [head, none, there, there, none],
        }
        with (
            refusal(client_of(anywhere), **answer),
            pytest.raises(DuplicateError) as caught,
        ):
            anywhere.conversations.commit(answered(fresh(), burst))
        assert caught.value.event_ids == {"e2", "e3"}

    def test_a_heartbeat_that_meets_a_transaction_is_a_conflict(
        self, aws: Aws, dynamo: Stores
    ) -> None:
        ask(dynamo, message())
        commit(dynamo, claimed)
        heartbeat = beat(current(dynamo), "agent-1", 2, NOW, PROMISES)
        with (
            refusal(aws.dynamodb, "TransactionConflictException"),
            pytest.raises(ConflictError),
        ):
            dynamo.conversations.commit(heartbeat)

    def test_a_reveal_that_meets_a_transaction_may_be_tried_again(self, anywhere: Stores) -> None:
        with (
            refusal(client_of(anywhere), **cancelled("ThrottlingError", None)),
            pytest.raises(UnavailableError),
        ):
            anywhere.vault.audit(REVEAL)


class TestAmbiguousCommits:
    """The answer is lost and the write is there: deciding again finds out."""

    @pytest.fixture
    def lost(self, aws: Aws, dynamo: Stores) -> Callable[[Decision], None]:
        def commit_and_lose(decision: Decision) -> None:
            timeout = ReadTimeoutError(endpoint_url=URL)
            with fault(aws.dynamodb, "after-call", timeout), pytest.raises(UnavailableError):
                dynamo.conversations.commit(decision)

        return commit_and_lose

    def test_a_turn_is_found_to_be_committed(
        self, dynamo: Stores, lost: Callable[[Decision], None]
    ) -> None:
        burst = [message("e1", 1), message("e2", 2)]
        keep(dynamo, *burst)
        decision = asked(fresh(), burst)
        lost(decision)
        assert dynamo.conversations.load(ID) == decision.after
        for again in (decision, asked(current(dynamo), burst)):
            with pytest.raises(DuplicateError) as caught:
                dynamo.conversations.commit(again)
            assert caught.value.event_ids == {"e1", "e2"}
        assert len(dynamo.conversations.rows(ID)) == 1

    def test_an_agents_message_is_found_to_be_committed(
        self, dynamo: Stores, lost: Callable[[Decision], None]
    ) -> None:
        ask(dynamo, message())
        commit(dynamo, claimed)
        lost(says(current(dynamo)))
        with pytest.raises(DuplicateError) as caught:
            dynamo.conversations.commit(says(current(dynamo)))
        assert caught.value.event_ids == frozenset()
        texts = [sent.row.text for sent in dynamo.conversations.rows(ID)]
        assert texts.count("Hi!") == 1

    def test_a_heartbeat_is_found_to_be_committed(
        self, dynamo: Stores, lost: Callable[[Decision], None]
    ) -> None:
        ask(dynamo, message())
        commit(dynamo, claimed)
        heartbeat = beat(current(dynamo), "agent-1", 2, NOW + 9, PROMISES)
        lost(heartbeat)
        with pytest.raises(ConflictError):
            dynamo.conversations.commit(heartbeat)
        assert current(dynamo) == heartbeat.after

    def test_a_commit_that_never_arrived_is_committed_again(
        self, aws: Aws, dynamo: Stores
    ) -> None:
        keep(dynamo, message())
        decision = answered(fresh(), [message()])
        timeout = ReadTimeoutError(endpoint_url=URL)
        with fault(aws.dynamodb, "before-call", timeout), pytest.raises(UnavailableError):
            dynamo.conversations.commit(decision)
        assert dynamo.conversations.load(ID) is None
        dynamo.conversations.commit(decision)
        assert dynamo.conversations.load(ID) == decision.after


class TestHalfDone:
    @pytest.fixture
    def timeout(self) -> ReadTimeoutError:
        return ReadTimeoutError(endpoint_url=URL)

    @pytest.mark.parametrize("moment", ["before-call", "after-call"])
    @pytest.mark.parametrize("write", [1, 2])
    def test_a_body_that_may_be_kept_is_kept_again(
        self, aws: Aws, dynamo: Stores, timeout: ReadTimeoutError, moment: str, write: int
    ) -> None:
        body = body_of(message())
        with fault(aws.dynamodb, moment, timeout, skip=write - 1), pytest.raises(UnavailableError):
            dynamo.conversations.keep(ID, body, VAULTED)
        if dynamo.conversations.bodies(ID, ["e1"]):
            assert dynamo.vault.original(ID, "e1") == VAULTED
        assert dynamo.conversations.keep(ID, body, VAULTED) is Kept.NEW
        assert dynamo.conversations.bodies(ID, ["e1"]) == [body]
        assert dynamo.vault.original(ID, "e1") == VAULTED

    @pytest.mark.parametrize("moment", ["before-call", "after-call"])
    @pytest.mark.parametrize("write", [1, 2])
    def test_a_delivery_that_may_be_recorded_is_recorded_again(
        self, aws: Aws, dynamo: Stores, timeout: ReadTimeoutError, moment: str, write: int
    ) -> None:
        answer(dynamo, message())
        with fault(aws.dynamodb, moment, timeout, skip=write - 1), pytest.raises(UnavailableError):
            dynamo.deliveries.delivered(ID, 1, ["r1"])
        dynamo.deliveries.delivered(ID, 1, ["r1"])
        (sent,) = dynamo.conversations.rows(ID)
        assert (sent.row.state, sent.receipts) == (State.DELIVERED, ("r1",))
        assert dynamo.deliveries.progress(ID) == Progress(sent=1)

    def test_keys_that_a_read_left_over_are_read_again(self) -> None:
        dynamodb = client("dynamodb")
        keys = [{"pk": {"S": f"C#{ID}"}, "sk": {"S": f"IN#e{n}"}} for n in (1, 2)]
        items = [
            {
                **key,
                "event_id": {"S": f"e{n}"},
                "position": {"N": "1"},
                "kind": {"S": "text"},
                "text": {"S": "hi"},
                "received_at": {"N": "1.0"},
            }
            for n, key in enumerate(keys, 1)
        ]
        left = {"handrail": {"Keys": keys[1:], "ConsistentRead": True}}
        with Stubber(dynamodb) as stub:
            stub.add_response(
                "batch_get_item",
                {"Responses": {"handrail": items[:1]}, "UnprocessedKeys": left},
            )
            stub.add_response(
                "batch_get_item",
                {"Responses": {"handrail": items[1:]}},
                {"RequestItems": left},
            )
            stores = dynamo_stores(dynamodb, "handrail")
            bodies = stores.conversations.bodies(ID, ["e2", "e1"])
            assert [body.event_id for body in bodies] == ["e2", "e1"]
            for _ in range(5):
                stub.add_response("batch_get_item", {"UnprocessedKeys": left})
            with pytest.raises(UnavailableError):
                stores.conversations.bodies(ID, ["e2"])
