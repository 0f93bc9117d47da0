"""The whole way on one machine: an answer, or a person and back."""

import re

from handrail.domain.conversation import Holder
from support.stack import World, eventually

REFERENCE = re.compile(r"[A-Z2-7]{4}-[A-Z2-7]{4}")


def test_a_question_gets_a_cited_answer_and_a_way_to_a_person(world: World) -> None:
    customer = world.customer()
    customer.writes("How long does a refund take?", language="en")

    answer = world.callbacks.wait(customer.name, lambda m: m.speaker == "bot")

    assert "https://" in answer.text
    assert answer.actions == ("person:v1",)
    assert answer.sequence == 1
    conversation = customer.conversation
    assert conversation is not None
    assert conversation.holder is Holder.BOT
    assert conversation.due is None


def test_a_request_reaches_a_person_who_answers_and_resolves(world: World) -> None:
    customer = world.customer()
    customer.writes("I want to talk to a human", language="en")

    told = world.callbacks.wait(customer.name, lambda m: m.waiting)
    reference = REFERENCE.search(told.text)
    assert reference is not None
    request = world.waiting.wait(customer)
    assert request["reference"] == reference[0]
    assert request["reason"] == "asked"

    chat = world.claim(request["escalation"])
    world.callbacks.wait(customer.name, lambda m: m.speaker == "status", after=told.sequence)
    chat.sees_everything()
    assert chat.says("Good morning, how can I help?").done
    said = world.callbacks.wait(customer.name, lambda m: m.speaker == "agent")
    assert said.text == "Good morning, how can I help?"
    assert said.actions == ()
    assert chat.ends("resolve").done

    closed = world.callbacks.wait(customer.name, lambda _: True, after=said.sequence)
    assert closed.actions == ("person:v1",)
    before = eventually(lambda: customer.conversation, "the conversation is there")
    assert before.holder is Holder.CLOSED
    assert before.due is None

    customer.writes("How long does a refund take?")
    again = world.callbacks.wait(customer.name, lambda m: m.speaker == "bot")
    assert again.sequence > closed.sequence
    after = eventually(lambda: customer.conversation, "the conversation is there")
    assert after.holder is Holder.BOT
    assert after.epoch == before.epoch + 1


def test_whoever_names_a_department_of_the_companys_own_gets_a_person(world: World) -> None:
    customer = world.customer()
    customer.writes("ist das Atelier zu sprechen", language="de")

    told = world.callbacks.wait(customer.name, lambda m: m.waiting)
    request = world.waiting.wait(customer)

    assert request["reference"] in told.text
    assert request["reason"] == "asked"
    chat = world.claim(request["escalation"])
    chat.sees_everything()
    assert chat.says("Das Atelier, guten Tag!").done
    assert chat.ends("resolve").done


def test_the_button_and_a_change_of_mind(world: World) -> None:
    customer = world.customer()
    customer.presses("person:v1")
    told = world.callbacks.wait(customer.name, lambda m: m.waiting)
    request = world.waiting.wait(customer)

    customer.presses("withdraw:v1")

    back = world.callbacks.wait(
        customer.name, lambda m: m.actions == ("person:v1",), after=told.sequence
    )
    assert back.speaker == "status"
    refused = world.desk.post(
        f"/v1/desk/escalations/{request['escalation']}/claim", {"agent": "too-late"}
    )
    assert (refused.status, refused.body["error"]) == (409, "nothing_to_claim")


def test_a_message_while_one_waits_is_still_helped_with(world: World) -> None:
    customer = world.customer()
    customer.writes("I want to talk to a human", language="en")
    told = world.callbacks.wait(customer.name, lambda m: m.waiting)

    customer.writes("How long does a refund take?")

    answer = world.callbacks.wait(customer.name, lambda m: m.speaker == "bot", after=told.sequence)
    assert "withdraw:v1" in answer.actions
    assert world.waiting.wait(customer)["language"] == "en"


def test_every_callback_was_signed(world: World) -> None:
    customer = world.customer()
    customer.writes("How long does a refund take?")
    world.callbacks.wait(customer.name, lambda _: True)
    assert world.callbacks.forged == 0
