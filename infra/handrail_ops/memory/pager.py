"""The supervisor's pager in memory."""

from dataclasses import dataclass

from handrail_ops.memory.faults import Fault, no_fault, port_call


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the supervisor gets it."""

    escalation: str
    reference: str
    what: str
    synthetic: bool = False


class MemoryPager:
    """`application.protocol_ports.Pager`."""

    def __init__(self, fault: Fault = no_fault) -> None:
        """Start with no page."""
        self.fault = fault
        self.pages: list[Page] = []

    @port_call("pager.page")
    def page(self, escalation: str, reference: str, what: str, *, synthetic: bool = False) -> None:
        """Page the supervisor."""
        self.pages.append(Page(escalation, reference, what, synthetic))
