"""One service after the other goes away: who asks for a person hears the truth and reaches one."""

import threading
from collections.abc import Iterator

import pytest

from handrail.domain.conversation import Holder
from support.openai_server import OpenAIServer, Reply, openai_server
from support.stack import World, eventually, running_world
from support.translator_server import TranslatorServer, translator_server


def _to_the_agents(world: World) -> bytes:
    return world.stack.physical("AgentsQueue").rpartition("/")[2].encode()


def test_step_functions_away(world: World) -> None:
    asking, questioning = world.customer(), world.customer()
    with world.gates["SFN"].away():
        asking.writes("I want to talk to a human", language="en")
        questioning.writes("How long does a refund take?", language="en")

        # The sweep asks the agents; no workflow is needed for that.
        world.callbacks.wait(asking.name, lambda m: m.waiting)
        assert world.waiting.wait(asking)["reason"] == "asked"
        # A turn that cannot run is a request for a person, and the customer is told so.
        world.callbacks.wait(questioning.name, lambda m: m.waiting)
        assert world.waiting.wait(questioning)["reason"] == "failed"
        assert world.gates["SFN"].refused

    world.claim(f"{asking.conversation_id}-1")
    back = world.customer()
    back.writes("How long does a refund take?", language="en")
    world.callbacks.wait(back.name, lambda m: m.speaker == "bot")


def test_the_agents_queue_away(world: World) -> None:
    customer = world.customer()
    queue, gate = _to_the_agents(world), world.gates["SQS"]
    refused = gate.refused
    with gate.away(lambda request: queue in request.body and b"MessageBody" in request.body):
        customer.writes("I want to talk to a human", language="en")
        told = world.callbacks.wait(customer.name, lambda m: m.waiting)
        eventually(lambda: gate.refused >= refused + 2, "the queue refuses more than once")
        conversation = customer.conversation
        assert conversation is not None
        # What was said is true: the request is open, and nobody counts as asked.
        assert conversation.holder is Holder.WAITING
        assert not conversation.open_escalation.agents_are_asked
        assert conversation.open_escalation.reference in told.text
        assert world.waiting.of(customer.conversation_id) == []

    request = world.waiting.wait(customer)
    assert request["escalation"] == f"{customer.conversation_id}-1"


def test_the_inbound_queue_away(world: World) -> None:
    customer = world.customer()
    queue = world.stack.physical("InboundQueue").rpartition("/")[2].encode()
    with world.gates["SQS"].away(lambda request: queue in request.body):
        # Acknowledged, because the table has it.
        customer.writes("I want to talk to a human", language="en")
        assert customer.conversation is None

    world.callbacks.wait(customer.name, lambda m: m.waiting)
    assert world.waiting.wait(customer)["reason"] == "asked"


def test_the_outbound_queue_away(world: World) -> None:
    customer = world.customer()
    queue = world.stack.physical("OutboundQueue").rpartition("/")[2].encode()
    with world.gates["SQS"].away(lambda request: queue in request.body):
        customer.writes("I want to talk to a human", language="en")
        assert world.waiting.wait(customer)["reason"] == "asked"
        assert world.callbacks.of(customer.name) == []

    world.callbacks.wait(customer.name, lambda m: m.waiting)


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAIServer]:
    with openai_server() as server:
        yield server


@pytest.fixture(scope="module")
def translator() -> Iterator[TranslatorServer]:
    with translator_server() as server:
        yield server


@pytest.fixture(scope="module")
def connected_world(model: OpenAIServer, translator: TranslatorServer) -> Iterator[World]:
    """A second stack, with a model and a translator that the tests can take away."""
    parameters = {
        "ModelKey": "test",
        "OpenAiBaseUrl": model.url,
        "Translator": "libre",
        "TranslatorUrl": f"{translator.url}/libre",
    }
    with running_world(parameters) as running:
        yield running


def test_the_model_away(connected_world: World, model: OpenAIServer) -> None:
    world = connected_world
    model.replies[:] = [Reply(status=500)]
    asking, questioning = world.customer(), world.customer()
    asking.writes("I want to talk to a human", language="en")
    questioning.writes("How long does a refund take?", language="en")

    world.callbacks.wait(asking.name, lambda m: m.waiting)
    world.callbacks.wait(questioning.name, lambda m: m.waiting)
    assert world.waiting.wait(asking)["reason"] == "asked"
    assert world.waiting.wait(questioning)["reason"] == "failed"
    assert model.requests


def test_human_during_a_slow_turn_is_committed_at_once(
    connected_world: World, model: OpenAIServer
) -> None:
    world = connected_world
    # Warm: what is measured is the way, not the start of processes.
    warm = world.customer()
    warm.writes("I want to talk to a human", language="en")
    world.callbacks.wait(warm.name, lambda m: m.waiting)
    customer = world.customer()
    asked = len(model.requests)
    model.replies[:] = [Reply(hang_until=threading.Event())]
    customer.writes("How long does a refund take?", language="en")
    eventually(lambda: len(model.requests) > asked, "the model is asked")

    acked_at = customer.writes("human!")
    told = world.callbacks.wait(customer.name, lambda m: m.waiting)

    committed_at = told.at
    conversation = customer.conversation
    assert conversation is not None
    # The turn still sleeps: its question is not decided yet.
    assert customer.ledger() == ["human!"]
    # How quick that is belongs to the bench; here it must not have waited for the turn's 11 s.
    assert committed_at - acked_at < 10.0
    assert world.waiting.wait(customer)["reason"] == "asked"
    # Its end loses its fence and is decided again: the question is in the ledger, not lost.
    eventually(lambda: len(customer.ledger()) == 2, "the question is decided", 60)
    conversation = customer.conversation
    assert conversation is not None
    assert (conversation.holder, conversation.escalations) == (Holder.WAITING, 1)


def test_the_translator_away(connected_world: World, translator: TranslatorServer) -> None:
    world = connected_world
    customer = world.customer()
    translator.status = 503
    customer.writes("Quiero hablar con una persona", language="es")
    told = world.callbacks.wait(customer.name, lambda m: m.waiting)
    assert told.language == "es"
    chat = world.claim(world.waiting.wait(customer)["escalation"])
    chat.sees_everything()

    refused = chat.says("Good morning.", language="en")
    assert (refused.status, refused.body["error"]) == (409, "translation_failed")
    assert chat.says("Good morning.", language="en", untranslated=True).done

    said = world.callbacks.wait(customer.name, lambda m: m.speaker == "agent")
    notice, _, original = said.text.partition("\n")
    assert original == "Good morning."
    assert notice
    assert notice != original
    assert chat.ends("resolve").done
