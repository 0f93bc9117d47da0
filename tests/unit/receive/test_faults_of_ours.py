"""Nothing that fails on our side keeps a customer's message out."""

from unittest.mock import Mock

from handrail.application.ports import Request
from handrail.application.receive import Receive
from handrail.domain.errors import UnavailableError
from handrail.domain.recognition import Recogniser
from support.world import World


def test_a_message_is_taken_though_reading_it_fails() -> None:
    world = World()
    broken = Mock(spec=Recogniser)
    broken.recognise.side_effect = ValueError("a fault in the lists")
    told: list[Exception] = []
    receive = Receive(broken, world.inbound, world.table, world.clock, failed=told.append)

    assert receive.accept([world.message("What is this?")]) == 1

    (taken,) = world.inbound.fifo.receive()
    assert taken.group == f"{world.id}/person"
    assert taken.body.text == "What is this?"
    assert [type(error) for error in told] == [ValueError]


def test_who_cannot_be_verified_right_now_is_asked_to_come_again() -> None:
    world = World()
    channel = Mock()
    channel.handshake.return_value = None
    channel.verify.side_effect = UnavailableError("the secrets are away")
    answer = world.receive.handle(channel, Request("POST", "/v1/channels/x/y", body=b"{}"))
    assert answer.status == 503
    channel.to_messages.assert_not_called()
