"""What is logged and counted: ids, reasons and durations, never what a customer wrote."""

import traceback
from collections.abc import Sequence
from pathlib import Path

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from handrail.application.protocol_ports import Due
from handrail.domain.decision import Decision, Ending, Hint
from handrail.domain.errors import HandrailError
from handrail.domain.message import InboundMessage, conversation_id
from handrail.domain.synthetic import is_synthetic

logger = Logger(service="handrail")
metrics = Metrics(namespace="Handrail", service="handrail")


def count(name: str, value: float = 1) -> None:
    """Add to a counter."""
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)


def measure_seconds(name: str, value: float) -> None:
    """Record a duration."""
    metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=value)


def measured(name: str, value: float, **dimensions: str) -> None:
    """Write one count under dimensions of its own, besides the one that all metrics have."""
    own = {"service": "handrail", **dimensions}
    with single_metric(name, MetricUnit.Count, value, 60, "Handrail", own):
        pass


def measured_seconds(name: str, value: float, **dimensions: str) -> None:
    """Write one duration under dimensions of its own; its percentiles are CloudWatch's."""
    own = {"service": "handrail", **dimensions}
    with single_metric(name, MetricUnit.Seconds, value, 60, "Handrail", own):
        pass


ACKNOWLEDGED = "durable and acknowledged"
"""What a door logs; the audit looks for these words, to see that all of it came to the ledger."""


def acknowledged(messages: Sequence[InboundMessage]) -> None:
    """Log what a door is about to acknowledge: one line for all of it, in ids."""
    said = [
        (
            one.channel,
            one.account,
            conversation_id(one.channel, one.account, one.sender.ids[0]),
            one.event_id,
        )
        for one in messages
    ]
    if said:
        logger.info(ACKNOWLEDGED, acknowledged=said)


def unread(error: Exception) -> None:
    """Note a fault of ours in reading a message: a person has it all the same."""
    count("not_read")
    failure("a message could not be read; it is a person's", error)


def failure(message: str, error: BaseException, **ids: object) -> None:
    """Log an error by its kind and the places it passed, without its message.

    An exception's message may quote what a customer wrote; where it happened does not.
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    cause = error.__cause__
    logger.error(
        message,
        extra={
            "why": type(error).__name__,
            "cause": type(cause).__name__ if cause is not None else None,
            "where": where,
            **ids,
        },
    )


def committed(decision: Decision) -> None:
    """Count what a decision opened, ended or could not reach; the canary counts its own."""
    if is_synthetic(decision.after.channel, decision.after.account):
        return
    if decision.opened is not None:
        count("escalations_opened")
        logger.info(
            "a person was asked for",
            extra={
                "conversation": decision.after.id,
                "reason": str(decision.opened.reason),
                "reference": decision.opened.reference,
            },
        )
    ending = decision.ended.ending if decision.ended is not None else None
    if ending is not None:
        count(f"escalations_{ending}")
    if decision.unreachable is not None or ending is Ending.UNREACHABLE:
        count("unreachable")


def hint_lost(hint: Hint, error: HandrailError) -> None:
    """Note a hint that failed after a commit; the sweep does its work."""
    logger.warning("a hint failed, the sweep will do it", hint=str(hint), why=type(error).__name__)
    count("hint_lost")


def sweep_failed(due: Due, error: HandrailError) -> None:
    """Note something due that could not be done; it stays due."""
    logger.warning(
        "what was due could not be done",
        kind=str(due.kind),
        conversation=due.conversation,
        why=type(error).__name__,
    )
    count("sweep_failed")
