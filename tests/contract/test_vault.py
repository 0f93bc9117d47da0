"""The vault: originals are read with an audit row or by the customer's own map, or not at all."""

import pytest

from handrail.application.protocol_ports import Reveal, Vaulted
from handrail.domain.errors import ConflictError
from handrail.domain.escalation import beat, check_lease
from handrail.domain.limits import LEDGER_DAYS
from support.aws import Aws
from support.stores import (
    ID,
    NOW,
    PROMISES,
    Stores,
    ask,
    claimed,
    commit,
    keep,
    message,
)

CARD = Vaulted("my card is 4111 1111", {"[card-a1]": "4111 1111"})
MAIL = Vaulted("write to a@b.example", {"[email-b2]": "a@b.example", "[card-a1]": "4111 1111"})


def reveal(agent: str = "agent-1", epoch: int = 2, at: float = NOW + 1) -> Reveal:
    return Reveal(ID, epoch, agent, "e1", "the refund", at)


def test_what_held_nothing_personal_has_no_original(stores: Stores) -> None:
    keep(stores, message())
    assert stores.vault.original(ID, "e1") is None
    assert stores.vault.original("nobody", "e1") is None
    assert stores.vault.placeholders(ID) == {}
    assert stores.vault.placeholders("nobody") == {}


def test_an_original_is_there_as_soon_as_its_message_is(stores: Stores) -> None:
    keep(stores, message("e1", 1), vaulted=CARD)
    assert stores.vault.original(ID, "e1") == CARD


def test_placeholders_are_those_of_this_conversation_alone(stores: Stores) -> None:
    keep(stores, message("e1", 1), vaulted=CARD)
    keep(stores, message("e2", 2), vaulted=MAIL)
    keep(stores, message("e1", 1), vaulted=Vaulted("x", {"[card-zz]": "secret"}), of="other")
    assert stores.vault.placeholders(ID) == {
        "[card-a1]": "4111 1111",
        "[email-b2]": "a@b.example",
    }


class TestAudit:
    @pytest.fixture
    def held(self, stores: Stores) -> Stores:
        ask(stores, message())
        commit(stores, claimed)
        return stores

    def test_the_agent_who_holds_may_reveal(self, held: Stores) -> None:
        held.vault.audit(reveal())
        held.vault.audit(reveal(at=NOW + 2))

    @pytest.mark.parametrize(
        "wrong",
        [reveal(agent="agent-2"), reveal(epoch=1), reveal(epoch=3), reveal(at=NOW + 90)],
        ids=["another agent", "an older epoch", "a newer epoch", "the lease is over"],
    )
    def test_nobody_else_may(self, held: Stores, wrong: Reveal) -> None:
        with pytest.raises(ConflictError):
            held.vault.audit(wrong)

    def test_a_renewed_lease_counts(self, held: Stores) -> None:
        commit(held, beat, "agent-1", 2, NOW + 80, PROMISES)
        held.vault.audit(reveal(at=NOW + 90))

    def test_an_agent_who_was_lost_may_not(self, held: Stores) -> None:
        commit(held, check_lease, NOW + 90, PROMISES)  # type: ignore[arg-type]
        with pytest.raises(ConflictError):
            held.vault.audit(reveal())

    def test_nobody_may_while_the_customer_waits_or_talks_to_the_bot(self, stores: Stores) -> None:
        with pytest.raises(ConflictError):
            stores.vault.audit(reveal())
        ask(stores, message())
        with pytest.raises(ConflictError):
            stores.vault.audit(reveal(epoch=1))


def test_an_original_past_its_time_is_gone_before_it_is_removed(dynamo: Stores) -> None:
    keep(dynamo, message(), vaulted=CARD)
    dynamo.clock.advance(LEDGER_DAYS * 24 * 3600 - 1)
    assert dynamo.vault.original(ID, "e1") == CARD
    dynamo.clock.advance(1)
    assert dynamo.vault.original(ID, "e1") is None
    assert dynamo.vault.placeholders(ID) == {}


def test_originals_lie_apart_and_every_reveal_leaves_its_row(
    aws: Aws, dynamo: Stores, table_name: str
) -> None:
    keep(dynamo, message(), vaulted=CARD)
    ask(dynamo, message())
    commit(dynamo, claimed)
    dynamo.vault.audit(reveal())
    items = aws.dynamodb.scan(TableName=table_name)["Items"]
    assert {i["pk"]["S"] for i in items if "4111" in str(i)} == {f"V#{ID}"}
    (audit,) = [i for i in items if i["sk"]["S"].startswith("AUDIT#")]
    assert {n: audit[n] for n in ("agent", "reason", "event_id", "epoch")} == {
        "agent": {"S": "agent-1"},
        "reason": {"S": "the refund"},
        "event_id": {"S": "e1"},
        "epoch": {"N": "2"},
    }
    assert "expires_at" not in audit
