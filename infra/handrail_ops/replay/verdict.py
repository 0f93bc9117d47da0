"""Judges a replay: from what was sent, what arrived, and what the table says, nothing else.

Pure, so that each rule can be seen to catch what it is there for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from handrail.domain.conversation import Holder
from handrail.domain.delivery import Speaker
from handrail.domain.outbox import State
from handrail_ops.replay.agents import AgentLog
from handrail_ops.replay.audit import Found
from handrail_ops.replay.journal import Customer, Received

_EXAMPLES_MAX = 5
_AT_REST = (Holder.BOT, Holder.CLOSED)


@dataclass(slots=True)
class Verdict:
    """The figures of a replay, and every rule that was broken, by name."""

    sent: int = 0
    answered: int = 0
    escalated: int = 0
    lost: int = 0
    unanswered: int = 0
    duplicates: int = 0
    """Adjacent, identical deliveries: allowed, and counted."""
    offers_missing: int = 0
    requests_missed: int = 0
    asked_back: int = 0
    """Requests that were missed because the bot asked whether a person is wanted."""
    unacknowledged: int = 0
    given_up: list[str] = field(default_factory=list)
    """Outbox rows that delivery gave up, and why."""
    p50_ms: int | None = None
    p95_ms: int | None = None
    violations: dict[str, list[str]] = field(default_factory=dict)
    table_checked: bool = False

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        broken = (self.lost, self.unanswered, self.offers_missing, self.unacknowledged)
        return not any(broken) and not self.violations

    def broke(self, rule: str, what: str) -> None:
        """Note that a rule was broken."""
        self.violations.setdefault(rule, []).append(what)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON-ready data, with a few examples of each broken rule."""
        return {
            "sent": self.sent,
            "answered": self.answered,
            "escalated": self.escalated,
            "lost": self.lost,
            "unanswered": self.unanswered,
            "duplicates": self.duplicates,
            "offers_missing": self.offers_missing,
            "requests_missed": self.requests_missed,
            "p50_ms": self.p50_ms,
            "p95_ms": self.p95_ms,
            "asked_back": self.asked_back,
            "unacknowledged": self.unacknowledged,
            "given_up": len(self.given_up),
            "table_checked": self.table_checked,
            "violations": {rule: len(cases) for rule, cases in self.violations.items()},
            "examples": {
                rule: cases[:_EXAMPLES_MAX]
                for rule, cases in {**self.violations, "given_up": self.given_up}.items()
                if cases
            },
        }


def judge(
    customers: Sequence[Customer],
    found: Mapping[str, Found] | None,
    log: AgentLog | None,
    *,
    unsigned: int = 0,
) -> Verdict:
    """Judge a replay; `found` is None when the table could not be read."""
    verdict = Verdict(table_checked=found is not None)
    waits: list[float] = []
    for customer in customers:
        if customer.acked_at is None:
            verdict.unacknowledged += 1
            continue
        verdict.sent += 1
        record = found.get(customer.conversation, Found()) if found is not None else None
        _fate(verdict, customer, record)
        _wire(verdict, customer)
        if record is not None:
            _record(verdict, customer, record)
        if customer.received:
            waits.append(max(0.0, customer.received[0].at - customer.acked_at))
    verdict.p50_ms = percentile_ms(waits, 0.50)
    verdict.p95_ms = percentile_ms(waits, 0.95)
    if unsigned:
        verdict.broke("unsigned", f"{unsigned} callbacks did not verify")
    if log is not None:
        _agents(verdict, log)
    return verdict


def _fate(verdict: Verdict, customer: Customer, record: Found | None) -> None:
    """Tell what became of one customer: answered, escalated, neither."""
    row, received = customer.row, customer.received
    conversation = record.conversation if record is not None else None
    asked_back = any(message.asks_back for message in received)
    escalated = any(message.says_waiting or message.from_agent for message in received)
    escalated = escalated or (conversation is not None and conversation.escalations > 0)
    # Who is neither the bot's nor a person's has been told something without needing either.
    answered = any(message.from_bot for message in received) or (bool(received) and not escalated)
    in_ledger = record is not None and customer.event_id in record.ledger
    verdict.answered += answered
    verdict.escalated += escalated
    verdict.unanswered += not received
    verdict.lost += not (answered or escalated or in_ledger)
    if row.wants_human and not escalated:
        verdict.requests_missed += 1
        verdict.asked_back += asked_back


def _wire(verdict: Verdict, customer: Customer) -> None:
    """Check what arrived: whose it is, its way to a person, its order."""
    seen: dict[str, Received] = {}
    highest = 0
    last: Received | None = None
    for message in customer.received:
        where = f"row {customer.row.index}, sequence {message.sequence}"
        if message.conversation != customer.conversation:
            verdict.broke("foreign", f"{where}: it belongs to {message.conversation}")
        if not message.offers:
            verdict.offers_missing += 1
        earlier = seen.get(message.key)
        if earlier is None:
            if message.sequence <= highest:
                verdict.broke("order", f"{where} came after {highest}")
        elif (earlier.sequence, earlier.text) != (message.sequence, message.text):
            verdict.broke("changed", f"{where}: its key was used for something else")
        elif last is not None and last.key == message.key:
            verdict.duplicates += 1
        else:
            verdict.broke("repeated", f"{where} came again after {highest}")
        seen[message.key] = message
        highest = max(highest, message.sequence)
        last = message


def _record(verdict: Verdict, customer: Customer, record: Found) -> None:
    """Check what the table says against the wire, and that everything is at rest."""
    where = f"row {customer.row.index}"
    conversation = record.conversation
    if conversation is None:
        verdict.broke("unknown", f"{where}: the table has no conversation")
        return
    if customer.event_id not in record.ledger:
        verdict.broke("not_in_ledger", f"{where}: its message is not decided")
    if conversation.holder not in _AT_REST or conversation.due is not None:
        verdict.broke("not_at_rest", f"{where}: {conversation.holder}, due {conversation.due}")
    arrived = {message.sequence for message in customer.received}
    for sent in record.rows:
        match sent.row.state:
            case State.PENDING:
                verdict.broke("not_delivered", f"{where}, sequence {sent.row.sequence}")
            case State.UNDELIVERABLE:
                told = f"{where}, sequence {sent.row.sequence} ({sent.row.speaker})"
                verdict.given_up.append(f"{told}: {sent.reason}")
            case State.DELIVERED if sent.row.sequence not in arrived:
                verdict.broke(
                    "not_received", f"{where}, sequence {sent.row.sequence} counts as delivered"
                )
    for number, ending in enumerate(record.endings, start=1):
        if ending is None:
            verdict.broke("no_ending", f"{where}: request {number} has not ended")
    _epochs(verdict, where, record)


def _epochs(verdict: Verdict, where: str, record: Found) -> None:
    """Check that epochs never go down, and that the bot is silent in an agent's."""
    rows = [sent.row for sent in record.rows]
    for before, after in pairwise(rows):
        if after.epoch < before.epoch:
            verdict.broke("fence", f"{where}, sequence {after.sequence}: an older epoch")
    agents = {row.epoch for row in rows if row.speaker is Speaker.AGENT}
    for row in rows:
        if row.speaker is Speaker.BOT and row.epoch in agents:
            verdict.broke("silence", f"{where}, sequence {row.sequence}: the bot spoke")


def _agents(verdict: Verdict, log: AgentLog) -> None:
    """Check that no two agents won one claim, and that nobody spoke after losing one."""
    winners: dict[tuple[str, int], set[str]] = {}
    newest: dict[str, list[tuple[float, int]]] = {}
    for claim in log.claims:
        winners.setdefault((claim.escalation, claim.epoch), set()).add(claim.agent)
        newest.setdefault(claim.escalation, []).append((claim.granted_at, claim.epoch))
    for (escalation, epoch), agents in winners.items():
        if len(agents) > 1:
            verdict.broke("claim", f"{escalation}, epoch {epoch}: {sorted(agents)}")
    for said in log.said:
        lost = any(
            granted_at < said.asked_at and epoch > said.epoch
            for granted_at, epoch in newest.get(said.escalation, ())
        )
        if lost and said.sequence is not None:
            verdict.broke("fence", f"{said.escalation}: {said.agent} spoke in {said.epoch}")
    repeated = Counter(said.message_id for said in log.said if said.sequence is not None)
    for message_id, times in repeated.items():
        if times > 1:
            verdict.broke("said_twice", f"{message_id} was committed {times} times")


def percentile_ms(seconds: Iterable[float], share: float) -> int | None:
    """Return the nearest-rank percentile in milliseconds, None of nothing."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    rank = max(1, math.ceil(share * len(ordered)))
    return round(ordered[rank - 1] * 1000)
