"""What a door says it acknowledged is durable then, and all that is acknowledged is said."""

import logging
from dataclasses import replace

import pytest

from handrail.application.receive import Receive
from handrail.domain.errors import UnavailableError
from handrail.domain.message import InboundMessage, Kind
from handrail.observability import ACKNOWLEDGED, acknowledged
from support.world import RECOGNISER, World


def test_it_is_said_when_it_is_durable() -> None:
    world = World()
    durable: list[int] = []
    said: list[InboundMessage] = []

    def told(messages: list[InboundMessage]) -> None:
        durable.append(len(world.inbound.fifo.receive()))
        said.extend(messages)

    receive = Receive(RECOGNISER, world.inbound, world.table, world.clock, told)  # type: ignore[arg-type]
    wanted = world.message("What is this?")
    receipt = replace(world.message("seen"), kind=Kind.RECEIPT)
    assert receive.accept([wanted, receipt]) == 1
    assert durable == [1]
    assert said == [wanted]


def test_what_is_parked_is_said_too() -> None:
    world = World()
    said: list[InboundMessage] = []

    def away(moment: str) -> None:
        if moment.startswith("before inbound"):
            message = "away"
            raise UnavailableError(message)

    world.fault = away
    receive = Receive(RECOGNISER, world.inbound, world.table, world.clock, said.extend)
    receive.accept([world.message("What is this?")])
    assert len(said) == len(world.table.inbox) == 1


def test_what_is_refused_is_not_said() -> None:
    world = World()
    said: list[InboundMessage] = []

    def away(_moment: str) -> None:
        message = "away"
        raise UnavailableError(message)

    world.fault = away
    receive = Receive(RECOGNISER, world.inbound, world.table, world.clock, said.extend)
    with pytest.raises(UnavailableError):
        receive.accept([world.message("What is this?")])
    assert said == []


def test_a_line_says_it_in_ids(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    message = replace(world.message("my card is 4111 1111 1111 1111"), event_id="e1")
    with caplog.at_level(logging.INFO):
        acknowledged([message])
        acknowledged([])
    (line,) = (vars(one) for one in caplog.records if one.msg == ACKNOWLEDGED)
    assert line["acknowledged"] == [(message.channel, message.account, world.id, "e1")]
    assert "4111" not in str(line)
