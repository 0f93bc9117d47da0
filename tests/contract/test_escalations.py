"""The record of requests: every one has a record from its first moment, and one ending."""

from handrail.domain.decision import Ending
from handrail.domain.escalation import withdraw
from support.aws import Aws
from support.stores import (
    ID,
    NOW,
    PROMISES,
    Stores,
    ask,
    claimed,
    commit,
    current,
    gave_up,
    keep,
    message,
    resolved,
    says,
    seen,
)


def serve(stores: Stores) -> None:
    """Claim, answer and resolve the open request."""
    for decide in (claimed, seen, says, resolved):
        commit(stores, decide)


def test_a_request_has_no_ending_while_it_is_open_or_unknown(stores: Stores) -> None:
    ask(stores, message())
    for escalation in (f"{ID}-1", f"{ID}-2", "nobody-1", "nonsense", ""):
        assert stores.escalations.ending(escalation) is None


def test_an_answered_request_is_unreachable_if_the_answer_never_arrived(stores: Stores) -> None:
    ask(stores, message())
    serve(stores)
    assert stores.escalations.ending(f"{ID}-1") is Ending.ANSWERED
    sent = stores.conversations.rows(ID)[2]
    decision = commit(stores, gave_up, sent)
    assert decision.unreachable == 1
    assert stores.escalations.ending(f"{ID}-1") is Ending.UNREACHABLE


def test_each_request_has_its_own_ending(stores: Stores) -> None:
    ask(stores, message("e1", 1))
    keep(stores, message("e2", 2))
    commit(stores, withdraw, message("e2", 2), NOW, PROMISES)
    ask(stores, message("e3", 3))
    assert current(stores).open_escalation.number == 2
    assert stores.escalations.ending(f"{ID}-1") is Ending.WITHDRAWN
    assert stores.escalations.ending(f"{ID}-2") is None


def test_a_record_says_when_and_why(aws: Aws, dynamo: Stores, table_name: str) -> None:
    key = {"pk": {"S": f"C#{ID}"}, "sk": {"S": "ESC#000001"}}
    ask(dynamo, message())
    reference = current(dynamo).open_escalation.reference
    opened = aws.dynamodb.get_item(TableName=table_name, Key=key)["Item"]
    expected = {
        **key,
        "opened_at": {"N": repr(NOW)},
        "asked_at": {"N": repr(NOW)},
        "reason": {"S": "asked"},
        "reference": {"S": reference},
        "language": {"S": "en"},
        "channel": {"S": "direct"},
    }
    assert opened == expected
    serve(dynamo)
    ended = aws.dynamodb.get_item(TableName=table_name, Key=key)["Item"]
    assert ended == {
        **expected,
        "claimed_at": {"N": repr(NOW)},
        "ending": {"S": "answered"},
        "ended_at": {"N": repr(NOW + 60)},
    }
