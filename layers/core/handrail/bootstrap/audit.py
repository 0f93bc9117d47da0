"""Puts `audit` together: the promise's own rules, held against production.

Three things wake it: the table's stream, the minute, and now and then the reconciliation. Nothing
of the product waits for it, and nothing it does changes a conversation.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from handrail.adapters.aws.agenda import DynamoAgenda
from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.stories import DynamoStories
from handrail.adapters.aws.stream import write_of
from handrail.adapters.aws.touched import DynamoTouched
from handrail.adapters.aws.witness import LogWitness
from handrail.adapters.clock import SystemClock
from handrail.application.audit import Audit, Findings, MessageWritten, Write, stuck
from handrail.application.ports import Clock
from handrail.application.protocol_ports import Agenda
from handrail.application.reconcile import Lost, Reconcile, Reconciled, Touched, span_of
from handrail.bootstrap.handler import Handler, left_seconds, observed
from handrail.bootstrap.recognition import recogniser
from handrail.domain.recognition import Intent, Recogniser
from handrail.domain.synthetic import is_synthetic
from handrail.observability import (
    count,
    failure,
    logger,
    measure_seconds,
    measured,
    measured_seconds,
)
from handrail.settings import AuditSettings

RECONCILE = "reconcile"
"""What one of the schedules asks for; the other one wants to know what is stuck."""
_LEFT_SECONDS = 10
"""What is kept back of the function's time for finishing what was begun."""
_NAMED_MAX = 20
"""How many of those that nobody has are named in one run; all of them are counted."""


def build(settings: AuditSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `audit`."""
    clients = clients or Clients()
    clock = SystemClock()
    audit = Audit(settings.clock_of_promises())
    agenda = DynamoAgenda(clients.dynamodb, settings.table_name)
    touched = DynamoTouched(clients.dynamodb, settings.table_name)

    @cache
    def reader() -> Recogniser:
        # Only reconciling needs it: the stream's batches must not pay for it at their start.
        return recogniser(settings.own_words)

    def wants_person(text: str, language: str) -> bool:
        return reader().recognise(text, language).intent is Intent.PERSON

    def reconcile() -> Reconcile:
        groups = (settings.receive_log, settings.site_log, settings.socket_log)
        return Reconcile(
            touched=touched,
            stories=DynamoStories(clients.dynamodb, settings.table_name),
            witness=LogWitness(clients.logs, groups),
            wants_person=wants_person,
            clock=clock,
        )

    def handle(event: Mapping[str, Any], context: Any) -> Any:
        if "Records" in event:
            _stream(event["Records"], audit, touched, clock)
            return None
        if event.get("audit") == RECONCILE:
            deadline = clock.now() + left_seconds(context) - _LEFT_SECONDS
            return _reconciled(reconcile().reconcile(deadline))
        return _minute(agenda, clock)

    return observed(handle)


def _stream(
    records: Sequence[Mapping[str, Any]], audit: Audit, touched: Touched, clock: Clock
) -> None:
    """Look at a batch.

    What was touched is noted first: when that fails the batch comes again, and nothing of it has
    been counted. A write that a fault of ours cannot look at would fail every time: it is passed
    over, counted and named, so that it keeps nothing back.
    """
    writes: list[tuple[str, Write]] = []
    for record in records:
        number = _number(record)
        try:
            write = write_of(record)
        except Exception as error:  # noqa: BLE001 - one record must not take its batch along
            _passed_over(number, error)
            continue
        if write is not None:
            writes.append((number, write))
    came_in = {one.conversation for _, one in writes if isinstance(one, MessageWritten)}
    if came_in:
        touched.note(span_of(clock.now()), _batch(records[0]), came_in)
    findings = Findings()
    for number, write in writes:
        try:
            audit.look(write, findings)
        except Exception as error:  # noqa: BLE001 - the same
            _passed_over(number, error)
    _tell(findings)


def _number(record: Mapping[str, Any]) -> str:
    """Return what names a record in its shard."""
    return str(record.get("dynamodb", {}).get("SequenceNumber", "unknown"))


def _batch(first: Mapping[str, Any]) -> str:
    """Return what names a batch, the same when it comes again, whatever shard it is of."""
    return "/".join(filter(None, (_number(first), str(first.get("eventID", "")))))


def _passed_over(number: str, error: Exception) -> None:
    failure("a write could not be looked at", error, sequence_number=number)
    count("audit_failed")


def _tell(findings: Findings) -> None:
    for violation in findings.violations:
        count("invariant_violations")
        measured("invariant_violations", 1, rule=violation.rule)
        logger.error(
            "the promise was broken",
            rule=violation.rule,
            conversation=violation.conversation,
            what=violation.what,
        )
    for offered in findings.offers:
        count("offer_coverage", offered)
    for kept in findings.promises:
        count("promise_kept", kept)
    for reached in findings.reached:
        if not is_synthetic(reached.channel, reached.account):
            measure_seconds("time_to_human", reached.seconds)
            measured_seconds(
                "time_to_human",
                reached.seconds,
                language=reached.language,
                channel=reached.channel,
            )


def _minute(agenda: Agenda, clock: Clock) -> dict[str, int]:
    """Count what is stuck. Also 0 is written: that nothing is written is an alarm."""
    found = stuck(agenda, clock.now())
    count("stuck", found)
    return {"stuck": found}


def _reconciled(found: Reconciled) -> dict[str, int]:
    count("escalations_lost", len(found.escalations_lost))
    count("inbound_lost", len(found.inbound_lost))
    count("requests_misread", len(found.misread))
    measure_seconds("reconcile_behind", found.behind_seconds)
    for conversation in found.failed:
        count("audit_failed")
        logger.error("a conversation could not be looked at", conversation=conversation)
    _name("nobody has a request for a person", found.escalations_lost)
    _name("an acknowledged message is not in the ledger", found.inbound_lost)
    _name("a request is recognised that was not", found.misread)
    result = {
        "conversations": found.conversations,
        "requests": found.requests,
        "escalations_lost": len(found.escalations_lost),
        "inbound_lost": len(found.inbound_lost),
        "requests_misread": len(found.misread),
        "behind_seconds": round(found.behind_seconds),
    }
    logger.info("reconciled", extra=result)
    return result


def _name(what: str, lost: Sequence[Lost]) -> None:
    for one in lost[:_NAMED_MAX]:
        logger.error(what, conversation=one.conversation, event_id=one.event_id, why=one.why)
