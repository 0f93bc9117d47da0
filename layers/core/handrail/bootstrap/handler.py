"""The outermost layer of every function: ids on each log line, metrics written, nothing quoted."""

from collections.abc import Callable
from typing import Any

from handrail.observability import failure, logger, metrics

Handler = Callable[[Any, Any], Any]


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
            # Flushing nothing makes the library warn on every invocation.
            if metrics.metric_set:
                metrics.flush_metrics()

    return lambda_handler


def left_seconds(context: Any) -> float:
    """Return how long this invocation may go on."""
    return float(context.get_remaining_time_in_millis()) / 1000
