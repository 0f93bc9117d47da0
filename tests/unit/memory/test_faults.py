"""Where faults enter the ports in memory, and the clock that only goes forward."""

import inspect
from typing import Any

import pytest

from handrail.application import delivery_ports, protocol_ports
from handrail.domain.errors import UnavailableError
from handrail_ops.memory.clock import ManualClock
from handrail_ops.memory.pager import MemoryPager
from handrail_ops.memory.queues import (
    MemoryAgentsQueue,
    MemoryInboundQueue,
    MemoryOutboundQueue,
)
from handrail_ops.memory.table import MemoryTable
from handrail_ops.memory.workflows import MemoryEscalationWorkflow, MemoryTurnWorkflow
from support.stores import ID, answered, fresh, message

PORTS = {
    "Conversations": MemoryTable,
    "Vault": MemoryTable,
    "Deliveries": MemoryTable,
    "Drafts": MemoryTable,
    "Agenda": MemoryTable,
    "Inbox": MemoryTable,
    "Escalations": MemoryTable,
    "InboundQueue": MemoryInboundQueue,
    "OutboundQueue": MemoryOutboundQueue,
    "AgentsQueue": MemoryAgentsQueue,
    "Pager": MemoryPager,
    "TurnWorkflow": MemoryTurnWorkflow,
    "EscalationWorkflow": MemoryEscalationWorkflow,
}


DECLARED = {
    name: value
    for module in (protocol_ports, delivery_ports)
    for name, value in vars(module).items()
    if getattr(value, "_is_protocol", False) and value.__module__ == module.__name__
}


def methods(port: type) -> list[str]:
    return [name for name, _ in inspect.getmembers(port, inspect.isfunction) if name[0] != "_"]


@pytest.mark.parametrize("port", PORTS)
def test_every_call_of_every_port_is_a_place_for_faults(port: str) -> None:
    for name in methods(DECLARED[port]):
        assert hasattr(getattr(PORTS[port], name), "__wrapped__"), f"{port}.{name}"


def test_no_port_of_the_protocol_is_missing() -> None:
    assert DECLARED.keys() == PORTS.keys()


def test_a_fault_before_a_call_prevents_it_and_one_after_it_does_not() -> None:
    moments: list[str] = []
    fail = ""

    def fault(moment: str) -> None:
        moments.append(moment)
        if moment == fail:
            raise UnavailableError

    table = MemoryTable(fault=fault)
    table.keep(ID, _body(), None)
    fail = "before conversations.commit"
    with pytest.raises(UnavailableError):
        table.commit(answered(fresh(), [message()]))
    assert table.records[ID].conversation is None
    fail = "after conversations.commit"
    with pytest.raises(UnavailableError):
        table.commit(answered(fresh(), [message()]))
    assert table.records[ID].conversation is not None
    assert moments[-2:] == ["before conversations.commit", "after conversations.commit"]


def _body() -> Any:
    return protocol_ports.Body("e1", 1, message().kind, "hello", 0.0)


def test_time_goes_forward_only() -> None:
    clock = ManualClock(10.0)
    clock.advance(5)
    clock.set(15.0)
    assert clock.now() == 15.0
    with pytest.raises(ValueError, match="does not go back"):
        clock.set(14.0)
