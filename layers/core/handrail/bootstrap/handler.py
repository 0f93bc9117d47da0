"""The outermost layer of every function: ids on each log line, metrics written, nothing quoted."""

from collections.abc import Callable
from threading import Lock
from typing import Any

from handrail.observability import failure, logger, metrics

Handler = Callable[[Any, Any], Any]
WRITING = Lock()
"""Held while metrics are written."""


class FunctionFailedError(Exception):
    """A function failed. What it was is in the log; the message carries nothing of a customer."""


def observed(handle: Handler) -> Handler:
    """Wrap a handler: whatever it raises is logged without its message and raised by its kind."""

    def lambda_handler(event: Any, context: Any) -> Any:
        logger.append_keys(request_id=getattr(context, "aws_request_id", None))
        try:
            return handle(event, context)
        except Exception as error:  # noqa: BLE001 - the outermost layer
            failure("the function failed", error)
            raise FunctionFailedError(type(error).__name__) from None
        finally:
            _write_metrics()

    return lambda_handler


def _write_metrics() -> None:
    """Write what was counted; nothing fails because of it.

    Here functions share a process, as they never do in Lambda: one at a time looks and writes.
    """
    with WRITING:
        # Flushing nothing makes the library warn on every invocation.
        if metrics.metric_set:
            try:
                metrics.flush_metrics()
            except Exception as error:  # noqa: BLE001 - what was done is done
                failure("the metrics could not be written", error)
                metrics.clear_metrics()  # or what is wrong with them would fail the next, too


def left_seconds(context: Any) -> float:
    """Return how long this invocation may go on."""
    return float(context.get_remaining_time_in_millis()) / 1000
