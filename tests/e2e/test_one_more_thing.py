"""An agent ends the chat while the customer types: what was typed is seen, or answered anew."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from handrail.domain.conversation import Holder
from support.stack import Chat, Customer, World, eventually

MORE = "How long does a refund take?"


def _in_a_chat(world: World) -> tuple[Customer, Chat, int]:
    customer = world.customer()
    customer.writes("I want to talk to a human", language="en")
    chat = world.claim(world.waiting.wait(customer)["escalation"])
    chat.sees_everything()
    assert chat.says("Hello.").done
    said = world.callbacks.wait(customer.name, lambda m: m.speaker == "agent")
    return customer, chat, said.sequence


def _wait_for_more(customer: Customer) -> None:
    eventually(lambda: MORE in customer.ledger(), "the message is decided")


def test_what_came_before_the_end_refuses_it(world: World) -> None:
    customer, chat, _ = _in_a_chat(world)
    customer.writes(MORE)
    _wait_for_more(customer)

    refused = chat.ends("resolve")

    assert (refused.status, refused.body["error"]) == (409, "unseen")
    assert [line["text"] for line in chat.sees_everything()] == [MORE]
    assert chat.says("Five days.").done
    assert chat.ends("resolve").done


def test_what_comes_after_the_end_is_the_bots(world: World) -> None:
    customer, chat, said = _in_a_chat(world)
    assert chat.ends("resolve").done
    ended = world.callbacks.wait(customer.name, lambda _: True, after=said)

    customer.writes(MORE)

    answer = world.callbacks.wait(customer.name, lambda _: True, after=ended.sequence)
    assert answer.speaker == "bot"


def test_at_the_same_moment_one_of_both_happens(world: World) -> None:
    for _ in range(3):
        customer, chat, _ = _in_a_chat(world)
        together = Barrier(2)

        def write(customer: Customer = customer, together: Barrier = together) -> None:
            together.wait()
            customer.writes(MORE)

        def resolve(chat: Chat = chat, together: Barrier = together) -> bool:
            together.wait()
            return chat.ends("resolve").done

        with ThreadPoolExecutor(2) as both:
            writing, resolving = both.submit(write), both.submit(resolve)
            writing.result()
            resolved = resolving.result()
        _wait_for_more(customer)

        if resolved:
            world.callbacks.wait(customer.name, lambda m: m.speaker == "bot")
            continue
        conversation = customer.conversation
        assert conversation is not None
        assert conversation.holder is Holder.AGENT
        assert [line["text"] for line in chat.sees_everything()] == [MORE]
        assert chat.says("Five days.").done
        assert chat.ends("resolve").done
