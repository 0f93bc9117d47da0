"""The authority: what is committed is whole, once, and on the version that was read."""

from dataclasses import replace

import pytest

from handrail.application.ports import Address
from handrail.application.protocol_ports import Body, Kept, SentRow, Vaulted
from handrail.domain.conversation import Holder
from handrail.domain.errors import ConflictError, DuplicateError
from handrail.domain.escalation import agents_asked, beat, keep_promise
from handrail.domain.ledger import Handling
from handrail.domain.message import Kind
from handrail.domain.outbox import State
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
    fresh,
    gave_up,
    keep,
    message,
    resolved,
    says,
    seen,
)

DAY_SECONDS = 24 * 3600


def state_of(stores: Stores) -> tuple[object, ...]:
    """Everything a decision may change."""
    return (
        stores.conversations.load(ID),
        stores.conversations.entries(ID),
        stores.conversations.rows(ID),
        stores.agenda.due(NOW + 10 * DAY_SECONDS, 100),
        stores.escalations.ending(f"{ID}-1"),
    )


class TestCommit:
    def test_what_was_never_committed_is_not_there(self, stores: Stores) -> None:
        assert stores.conversations.load(ID) is None
        assert not stores.conversations.entries(ID)
        assert not stores.conversations.rows(ID)

    def test_a_body_alone_makes_no_conversation(self, stores: Stores) -> None:
        keep(stores, message())
        assert stores.conversations.load(ID) is None
        assert not stores.conversations.entries(ID)

    def test_a_conversation_is_read_as_it_was_committed_in_every_state_of_its_life(
        self, stores: Stores
    ) -> None:
        steps = [answer(stores, message("e1", 1)), ask(stores, message("e2", 2))]
        assert current(stores) == steps[-1].after
        request = current(stores).open_escalation
        for decide, arguments in [
            (agents_asked, (request.id, request.stage, NOW, PROMISES)),
            (keep_promise, (NOW + 61, PROMISES)),
            (claimed, ()),
            (seen, ()),
            (says, ("m1",)),
            (beat, ("agent-1", 2, NOW + 9, PROMISES)),
            (resolved, ()),
        ]:
            decision = commit(stores, decide, *arguments)  # type: ignore[arg-type]
            assert current(stores) == decision.after
            steps.append(decision)
        assert current(stores).version == len(steps)
        assert current(stores).holder is Holder.CLOSED
        committed = [row for step in steps for row in step.outbox]
        assert [sent.row for sent in stores.conversations.rows(ID)] == committed
        rows = [row for step in steps for row in step.ledger]
        entries = stores.conversations.entries(ID)
        assert [(e.entry, e.body.event_id, e.handling) for e in entries] == [
            (row.entry, row.event_id, row.handling) for row in rows
        ]

    def test_a_conversation_keeps_whatever_its_fields_hold(self, stores: Stores) -> None:
        keep(stores, message())
        strange = replace(
            fresh(),
            sender_ids=("#1", "ключ", ""),
            zone="Africa/Nairobi",
            language="zh-Hans",
            language_chosen=True,
            opened_at=0.1 + 0.2,
        )
        stores.conversations.commit(answered(strange, [message()], NOW + 1e-6))
        loaded = current(stores)
        assert loaded == replace(
            strange, version=1, entries=1, outbound=1, disclosed=True, customer_wrote_at=NOW
        )

    def test_the_second_decision_on_one_version_is_refused_and_changes_nothing(
        self, stores: Stores
    ) -> None:
        answer(stores, message("e1", 1))
        read = current(stores)
        ask(stores, message("e2", 2))
        before = state_of(stores)
        keep(stores, message("e3", 3))
        with pytest.raises(ConflictError) as caught:
            stores.conversations.commit(asked(read, [message("e3", 3)]))
        assert not isinstance(caught.value, DuplicateError)
        assert state_of(stores) == before

    def test_the_second_first_decision_is_refused(self, stores: Stores) -> None:
        keep(stores, message("e1", 1), message("e2", 2))
        stores.conversations.commit(answered(fresh(), [message("e1", 1)]))
        before = state_of(stores)
        with pytest.raises(ConflictError):
            stores.conversations.commit(asked(fresh(), [message("e2", 2)]))
        assert state_of(stores) == before

    def test_a_decision_on_a_conversation_that_is_gone_is_refused(self, stores: Stores) -> None:
        keep(stores, message())
        with pytest.raises(ConflictError):
            stores.conversations.commit(answered(replace(fresh(), version=3), [message()]))
        assert stores.conversations.load(ID) is None

    def test_a_heartbeat_too_is_refused_on_an_old_version(self, stores: Stores) -> None:
        ask(stores, message())
        commit(stores, claimed)
        read = current(stores)
        commit(stores, seen)
        before = state_of(stores)
        with pytest.raises(ConflictError):
            stores.conversations.commit(beat(read, "agent-1", read.epoch, NOW + 5, PROMISES))
        assert state_of(stores) == before

    def test_two_agents_cannot_both_claim(self, stores: Stores) -> None:
        ask(stores, message())
        read = current(stores)
        stores.conversations.commit(claimed(read, "agent-1"))
        with pytest.raises(ConflictError):
            stores.conversations.commit(claimed(read, "agent-2"))
        assert current(stores).held_lease.agent == "agent-1"


class TestDuplicates:
    def test_a_message_in_the_ledger_is_named_and_the_whole_decision_is_refused(
        self, stores: Stores
    ) -> None:
        answer(stores, message("e2", 2))
        before = state_of(stores)
        burst = [message("e1", 1), message("e2", 2), message("e3", 3)]
        keep(stores, *burst)
        with pytest.raises(DuplicateError) as caught:
            stores.conversations.commit(asked(current(stores), burst))
        assert caught.value.event_ids == {"e2"}
        assert state_of(stores) == before
        commit(stores, asked, [burst[0], burst[2]])
        assert [e.body.event_id for e in stores.conversations.entries(ID)] == ["e2", "e1", "e3"]

    def test_every_message_of_a_burst_that_others_decided_is_named(self, stores: Stores) -> None:
        burst = [message("e1", 1), message("e2", 2)]
        answer(stores, *burst)
        with pytest.raises(DuplicateError) as caught:
            stores.conversations.commit(asked(current(stores), burst))
        assert caught.value.event_ids == {"e1", "e2"}

    def test_a_duplicate_on_an_old_version_is_a_duplicate(self, stores: Stores) -> None:
        read = fresh()
        keep(stores, message())
        stores.conversations.commit(answered(read, [message()]))
        with pytest.raises(DuplicateError) as caught:
            stores.conversations.commit(answered(read, [message()]))
        assert caught.value.event_ids == {"e1"}

    def test_a_message_without_a_body_is_no_duplicate(self, stores: Stores) -> None:
        answer(stores, message("e1", 1))
        before = state_of(stores)
        with pytest.raises(ConflictError) as caught:
            stores.conversations.commit(asked(current(stores), [message("e2", 2)]))
        assert not isinstance(caught.value, DuplicateError)
        assert state_of(stores) == before

    def test_a_message_cannot_be_decided_twice_at_once(self, stores: Stores) -> None:
        keep(stores, message())
        with pytest.raises(ValueError, match="twice"):
            stores.conversations.commit(answered(fresh(), [message(), message()]))
        assert stores.conversations.load(ID) is None

    def test_a_used_key_refuses_the_decision_without_naming_messages(self, stores: Stores) -> None:
        ask(stores, message())
        commit(stores, claimed)
        read = current(stores)
        stores.conversations.commit(says(read, "m1"))
        before = state_of(stores)
        for repeated in (says(current(stores), "m1"), says(read, "m1")):
            with pytest.raises(DuplicateError) as caught:
                stores.conversations.commit(repeated)
            assert caught.value.event_ids == frozenset()
        assert state_of(stores) == before
        commit(stores, says, "m2")

    def test_a_key_is_used_in_its_own_conversation_only(self, stores: Stores) -> None:
        for conversation in ("a" * 26, "b" * 26):
            ask(stores, message(), of=conversation)
            commit(stores, claimed, of=conversation)
            commit(stores, says, "m1", of=conversation)
            assert current(stores, conversation).outbound == 3


class TestLedger:
    def test_a_message_is_new_until_it_is_decided(self, stores: Stores) -> None:
        body = body_of(message())
        assert stores.conversations.keep(ID, body, None) is Kept.NEW
        assert stores.conversations.keep(ID, body, None) is Kept.NEW
        commit(stores, answered, [message()])
        assert stores.conversations.keep(ID, body, None) is Kept.KNOWN

    def test_the_first_body_and_its_original_stay(self, stores: Stores) -> None:
        first = replace(body_of(message()), text="my card is [card-1]")
        stores.conversations.keep(ID, first, Vaulted("my card is 4111", {"[card-1]": "4111"}))
        stores.conversations.keep(ID, replace(first, text="x"), Vaulted("x", {"[card-1]": "x"}))
        assert stores.conversations.bodies(ID, ["e1"]) == [first]
        original = stores.vault.original(ID, "e1")
        assert original == Vaulted("my card is 4111", {"[card-1]": "4111"})

    def test_entries_come_in_commit_order_whatever_their_ids_and_positions(
        self, stores: Stores
    ) -> None:
        for event_id, position in [("z", 9), ("a", 5), ("m", 7)]:
            answer(stores, message(event_id, position))
        keep(stores, message("undecided", 1))
        entries = stores.conversations.entries(ID)
        assert [(e.entry, e.body.event_id) for e in entries] == [(1, "z"), (2, "a"), (3, "m")]
        assert [e.entry for e in stores.conversations.entries(ID, 1)] == [2, 3]
        assert not stores.conversations.entries(ID, 3)

    def test_the_ledger_says_where_a_message_stands(self, stores: Stores) -> None:
        keep(stores, message("e1", 7))
        commit(stores, answered, [message("e1", 5)])
        assert [e.body.position for e in stores.conversations.entries(ID)] == [5]
        assert [b.position for b in stores.conversations.bodies(ID, ["e1"])] == [5]

    def test_bodies_keep_what_their_message_brought(self, stores: Stores) -> None:
        full = Body(
            event_id="e#1/ü\u200d",
            position=1_800_000_000_123,
            kind=Kind.MEDIA,
            text="",
            received_at=NOW + 0.001,
            action="person:v1",
            details={"type": "image/png", "caption": "", "size": "12"},
            locale="pt-BR",
        )
        stores.conversations.keep(ID, full, None)
        assert stores.conversations.bodies(ID, [full.event_id]) == [full]

    def test_bodies_come_in_the_order_asked(self, stores: Stores) -> None:
        keep(stores, message("e1", 1), message("e2", 2))
        asked_for = ["e2", "nobody", "e1", "e2"]
        bodies = stores.conversations.bodies(ID, asked_for)
        assert [body.event_id for body in bodies] == ["e2", "e1", "e2"]
        assert not stores.conversations.bodies(ID, [])
        crowd = [message(f"m{number}", number) for number in range(120)]
        keep(stores, *crowd)
        many = stores.conversations.bodies(ID, [one.event_id for one in crowd])
        assert [body.position for body in many] == list(range(120))
        assert not stores.conversations.bodies("nobody", ["e1"])

    def test_ids_of_any_length_are_told_apart(self, stores: Stores) -> None:
        ids = ["x" * 2_000 + end for end in "ab"]
        for event_id in ids:
            answer(stores, message(event_id, 1))
        assert [e.body.event_id for e in stores.conversations.entries(ID)] == ids
        with pytest.raises(DuplicateError) as caught:
            stores.conversations.commit(answered(current(stores), [message(ids[1], 1)]))
        assert caught.value.event_ids == {ids[1]}


class TestOutbox:
    def test_rows_come_in_order_after_a_sequence(self, stores: Stores) -> None:
        for number in range(1, 13):
            answer(stores, message(f"e{number}", number))
        assert [s.row.sequence for s in stores.conversations.rows(ID)] == list(range(1, 13))
        assert [s.row.sequence for s in stores.conversations.rows(ID, 9)] == [10, 11, 12]
        assert not stores.conversations.rows(ID, 12)

    def test_a_row_is_pending_and_due_when_its_hint_must_have_come(self, stores: Stores) -> None:
        decision = answer(stores, message())
        due = NOW + PROMISES.deliver_seconds
        assert stores.conversations.rows(ID) == [SentRow(decision.outbox[0], due=due)]

    def test_a_row_that_is_given_up_is_at_rest_with_its_reason(self, stores: Stores) -> None:
        answer(stores, message())
        sent = stores.conversations.rows(ID)[0]
        stores.deliveries.put_off(ID, 1, NOW + 60)
        commit(stores, gave_up, sent)
        (after,) = stores.conversations.rows(ID)
        assert after == SentRow(replace(sent.row, state=State.UNDELIVERABLE), reason="blocked")
        assert not stores.agenda.due(NOW + DAY_SECONDS, 10)

    def test_giving_up_happens_once(self, stores: Stores) -> None:
        ask(stores, message())
        commit(stores, claimed)
        commit(stores, says, "m1")
        sent = stores.conversations.rows(ID)[2]
        commit(stores, gave_up, sent)
        before = state_of(stores)
        with pytest.raises(DuplicateError) as caught:
            stores.conversations.commit(gave_up(current(stores), sent))
        assert caught.value.event_ids == frozenset()
        assert state_of(stores) == before

    def test_a_row_that_was_delivered_meanwhile_is_not_given_up(self, stores: Stores) -> None:
        answer(stores, message())
        sent = stores.conversations.rows(ID)[0]
        stores.deliveries.delivered(ID, 1, ["r1"])
        with pytest.raises(DuplicateError):
            stores.conversations.commit(gave_up(current(stores), sent))
        assert stores.conversations.rows(ID)[0].row.state is State.DELIVERED

    def test_a_delivered_row_that_is_reported_lost_is_given_up_once(self, stores: Stores) -> None:
        answer(stores, message())
        stores.deliveries.delivered(ID, 1, ["r1"])
        sent = stores.conversations.rows(ID)[0]
        commit(stores, gave_up, sent)
        after = stores.conversations.rows(ID)[0]
        assert (after.row.state, after.receipts) == (State.UNDELIVERABLE, ("r1",))
        assert after.reason == "blocked"
        with pytest.raises(DuplicateError):
            stores.conversations.commit(gave_up(current(stores), sent))

    def test_a_notice_stands_in_the_ledger_beside_any_id_a_customer_may_choose(
        self, stores: Stores
    ) -> None:
        ask(stores, message("undeliverable/3", 1))
        commit(stores, claimed)
        commit(stores, says, "m1")
        commit(stores, gave_up, stores.conversations.rows(ID)[2])
        entries = stores.conversations.entries(ID)
        assert [(e.entry, e.body.event_id, e.handling) for e in entries] == [
            (1, "undeliverable/3", Handling.FOR_PERSON),
            (2, "undeliverable/3", Handling.NOTICE),
        ]
        notice = entries[1].body
        assert notice == Body("undeliverable/3", int(NOW * 1000), Kind.LIFECYCLE, "", NOW)


class TestAliases:
    def test_every_id_of_a_sender_leads_to_the_conversation(self, stores: Stores) -> None:
        assert stores.conversations.resolve(Address("sms", "shop", ("phone", "user"))) is None
        stores.conversations.link(Address("sms", "shop", ("phone", "user")), ID)
        for ids in [("phone",), ("user",), ("new", "user")]:
            assert stores.conversations.resolve(Address("sms", "shop", ids)) == ID

    def test_links_stay_and_the_first_id_leads(self, stores: Stores) -> None:
        stores.conversations.link(Address("sms", "shop", ("a",)), "first")
        stores.conversations.link(Address("sms", "shop", ("b", "a")), "second")
        assert stores.conversations.resolve(Address("sms", "shop", ("a", "b"))) == "first"
        assert stores.conversations.resolve(Address("sms", "shop", ("b", "a"))) == "second"

    def test_ids_belong_to_a_channel_and_an_account(self, stores: Stores) -> None:
        stores.conversations.link(Address("sms", "shop", ("a",)), ID)
        assert stores.conversations.resolve(Address("web", "shop", ("a",))) is None
        assert stores.conversations.resolve(Address("sms", "other", ("a",))) is None
