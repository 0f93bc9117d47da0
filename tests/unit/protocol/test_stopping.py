"""STOP ends all sending at once, START resumes it, and nobody is lost in between."""

from collections.abc import Mapping

import pytest

from handrail.domain.conversation import Holder
from handrail.domain.decision import Ending
from handrail.domain.delivery import Retry
from handrail.domain.ledger import Handling
from handrail.domain.message import Kind
from handrail.domain.outbox import State
from handrail.domain.stopping import OPT_OUT, Consent, consent_of
from support.world import CATALOGUE, World


@pytest.mark.parametrize(
    ("text", "channel", "stopped", "consent"),
    [
        ("STOP", "whatsapp_cloud", False, Consent.STOPPED),
        (" stop. ", "messenger", False, Consent.STOPPED),
        ("“Stop”!", "instagram", False, Consent.STOPPED),
        ("/stop", "telegram", False, Consent.STOPPED),
        ("Stop  all", "viber", False, Consent.STOPPED),
        ("Opt-out", "line", False, Consent.STOPPED),
        ("CANCEL", "twilio_sms", False, Consent.STOPPED),
        ("Arrêt", "twilio_sms", False, Consent.STOPPED),
        ("cancel", "whatsapp_cloud", False, None),
        ("end", "messenger", False, None),
        ("please stop", "twilio_sms", False, None),
        ("stop the delivery", "twilio_sms", False, None),
        ("stop", "web", False, None),
        ("stop", "direct", False, None),
        ("START", "twilio_sms", True, Consent.RESUMED),
        ("yes", "twilio_sms", True, Consent.RESUMED),
        ("START", "twilio_sms", False, None),
        ("/start", "telegram", False, None),
        ("", "twilio_sms", False, None),
        ("x" * 5_000, "twilio_sms", False, None),
    ],
)
def test_the_words_are_those_of_carriers_and_regulators(
    text: str, channel: str, stopped: bool, consent: Consent | None
) -> None:
    assert consent_of(text, channel, {}, stopped=stopped) is consent


@pytest.mark.parametrize(
    ("details", "consent"),
    [
        ({OPT_OUT: "stop"}, Consent.STOPPED),
        ({OPT_OUT: "start"}, Consent.RESUMED),
        ({OPT_OUT: "help"}, None),
    ],
)
def test_a_provider_that_read_the_word_already_is_believed(
    details: Mapping[str, str], consent: Consent | None
) -> None:
    assert consent_of("BAJA", "twilio_sms", details, stopped=False) is consent


def test_no_word_of_ours_would_stop_an_sms() -> None:
    taken = {
        (spoken.code, phrase, word)
        for spoken in CATALOGUE.languages
        for phrase in ("offer.word", "withdraw.word", "followup.word")
        if consent_of(
            word := CATALOGUE.phrases(spoken.code).say(phrase), "twilio_sms", {}, stopped=False
        )
    }
    assert not taken


def test_nothing_is_sent_after_stop_and_what_waits_is_given_up() -> None:
    world = World()
    world.wire.answers = [Retry(600.0)]
    world.say("Where is my order?")
    world.take(world.message("STOP"))
    assert world.now.stopped
    world.later(700)
    assert world.wire.got == []
    (row,) = world.table.rows(world.id)
    assert (row.row.state, row.reason) == (State.UNDELIVERABLE, "the customer has told us to stop")


def test_stop_is_silent_and_start_says_that_messages_come_again() -> None:
    world = World()
    world.say("Where is my order?")
    before = len(world.wire.got)
    world.say("STOP")
    world.say("stop")
    assert len(world.wire.got) == before
    world.say("START")
    assert not world.now.stopped
    assert world.wire.got[-1].text.endswith("You'll receive our messages again.")
    assert world.wire.got[-1].buttons
    world.say("Where is my order?")
    assert len(world.wire.got) == before + 2


def test_who_has_stopped_us_and_writes_gets_a_person_and_no_message() -> None:
    world = World()
    world.say("STOP")
    world.say("Where is my order?")
    assert world.now.holder is Holder.WAITING
    assert world.wire.got == []
    assert world.table.entries(world.id)[-1].handling is Handling.FOR_PERSON


def test_a_request_that_waits_stays_and_its_agent_is_told_what_does_not_arrive() -> None:
    world = World()
    world.ask_person()
    world.say("STOP")
    assert world.now.holder is Holder.WAITING
    epoch = world.claim()
    got = len(world.wire.got)
    world.answer(epoch)
    assert len(world.wire.got) == got
    notice = world.table.entries(world.id)[-1]
    assert notice.handling is Handling.NOTICE
    world.desk.seen(world.escalation, "ana", epoch, notice.entry)
    world.desk.resolve(world.escalation, "ana", epoch)
    assert world.record.endings[1] is Ending.UNREACHABLE


def test_stop_in_one_burst_with_a_request_counts_as_both() -> None:
    world = World()
    world.take(world.message("STOP"), world.message("I want to talk to a person"))
    assert world.now.holder is Holder.WAITING
    assert world.now.stopped


def test_start_after_stop_in_one_burst_wins() -> None:
    world = World()
    world.take(world.message("STOP"), world.message("START"), world.message("Hello"))
    assert not world.now.stopped


def test_stop_does_not_wait_behind_a_turn() -> None:
    world = World()
    quick = {f"{world.id}/person"}
    assert {world.receive.group(world.message(word)) for word in ("STOP", "opt-out")} == quick
    told = world.message("BAJA", details={OPT_OUT: "stop"})
    assert world.receive.group(told) in quick
    assert world.receive.group(world.message("Where is my order?")) == world.id


def test_a_picture_with_the_word_under_it_stops_us_too() -> None:
    world = World()
    world.take(world.message("STOP", kind=Kind.MEDIA))
    assert world.now.stopped


def test_stop_after_an_ending_opens_nothing() -> None:
    world = World()
    world.ask_person()
    epoch = world.claim()
    world.answer(epoch)
    world.desk.resolve(world.escalation, "ana", epoch)
    holders = []
    for word in ("STOP", "START"):
        world.say(word)
        holders.append(world.now.holder)
    assert holders == [Holder.CLOSED, Holder.BOT]


def test_the_newer_word_counts_whichever_comes_first() -> None:
    world = World()
    start = world.message("START", position=10)
    stop = world.message("STOP", position=11)
    world.take(stop)
    world.take(start)
    assert world.now.stopped
    world.take(world.message("START", position=13))
    world.take(world.message("STOP", position=12))
    assert not world.now.stopped


def test_of_two_words_with_one_position_stop_counts() -> None:
    for words in (("STOP", "START"), ("START", "STOP")):
        world = World()
        world.say("STOP", position=1)
        for word in words:
            world.say(word, position=7)
        assert world.now.stopped, words


def test_a_stop_that_could_not_be_handled_twice_stops_us_all_the_same() -> None:
    world = World()
    world.ask_person()
    letter = world.message("STOP")
    world.inbound_dead.take(letter.to_dict(), world.id, "letter-1")
    got = len(world.wire.got)
    world.later(61)
    world.deliver()
    assert world.now.stopped
    assert len(world.wire.got) == got
    assert world.now.holder is Holder.WAITING, "people see it, and may know another way"
