"""Repairs of moto's task tokens: early, late, doubled and missed callbacks as on AWS."""

# ruff: noqa: SLF001 - a repair replaces what upstream keeps to itself

from __future__ import annotations

import threading
import weakref
from typing import Any

from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.api import HistoryEventType, TaskTimedOutEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as callback_states,
)
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

from handrail_ops.local.moto_repairs.asl import with_subclasses
from handrail_ops.local.moto_repairs.refusals import (
    StaleTokenError,
    UnknownTokenError,
    require_small_json,
)


def repair() -> None:
    """Apply every repair of this module; once, before the first request."""
    name_the_missed_heartbeat()
    hear_early_callbacks()
    refuse_stale_tokens()


def name_the_missed_heartbeat() -> None:
    """Raise States.HeartbeatTimeout when a heartbeat is missed.

    Fault: moto raises States.Timeout.
    """
    for state in with_subclasses(callback_states.StateTaskServiceCallback):
        if "_from_error" in vars(state):
            _wrap_from_error(state)


def _wrap_from_error(state: Any) -> None:
    original = state._from_error

    def _from_error(self: Any, env: Any, ex: Exception) -> FailureEvent:
        if not isinstance(ex, callback.HeartbeatTimeoutError):
            event: FailureEvent = original(self, env, ex)
            return event
        missed = StatesErrorNameType.StatesHeartbeatTimeout
        return FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=missed),
            event_type=HistoryEventType.TaskTimedOut,
            event_details=EventDetails(  # type: ignore[typeddict-item]
                taskTimedOutEventDetails=TaskTimedOutEventDetails(
                    resourceType=self._get_sfn_resource_type(),
                    resource=self._get_sfn_resource(),
                    error=missed.to_name(),
                )
            ),
        )

    state._from_error = _from_error


def hear_early_callbacks() -> None:
    """Deliver a callback that arrives before the task has begun to listen for it.

    Fault: with HeartbeatSeconds, a SendTaskSuccess between the token's birth and the heartbeat
    endpoint's is recorded but wakes nobody; the task then dies of a missed heartbeat.
    """
    endpoint: Any = callback.CallbackEndpoint
    original = endpoint.setup_heartbeat_endpoint

    def setup_heartbeat_endpoint(self: Any, heartbeat_seconds: int) -> Any:
        created = original(self, heartbeat_seconds)
        if self.get_outcome() is not None:
            created.notify()
        return created

    endpoint.setup_heartbeat_endpoint = setup_heartbeat_endpoint


# Which pool a token belongs to; a pool lives as long as its execution is remembered.
_pools: weakref.WeakValueDictionary[str, Any] = weakref.WeakValueDictionary()


def refuse_stale_tokens() -> None:
    """Answer a token whose task is over with TaskTimedOut, and find tokens without a search.

    Faults: moto accepts a late or second SendTaskSuccess in silence while the execution runs and
    says InvalidToken afterwards; when it does mean TaskTimedOut it raises it wrongly and answers
    500; output that is not JSON is accepted and kills the execution; and each call walks all
    executions, crashing on one that is only just starting.
    """
    pool: Any = callback.CallbackPoolManager
    endpoint: Any = callback.CallbackEndpoint
    backend: Any = models.StepFunctionsParserBackend
    original_add, original_interrupt = pool.add, endpoint.interrupt_all

    def add(self: Any, callback_id: str) -> Any:
        _pools[callback_id] = self
        return original_add(self, callback_id)

    def interrupt_all(self: Any) -> None:
        original_interrupt(self)
        self.report(callback.CallbackConsumerTimeout())

    def send_task_success(_: Any, task_token: str, outcome: str) -> None:
        require_small_json("InvalidOutput", outcome)
        _call_back(task_token, callback.CallbackOutcomeSuccess(task_token, output=outcome))

    def send_task_failure(
        _: Any, task_token: str, error: str | None = None, cause: str | None = None
    ) -> None:
        _call_back(task_token, callback.CallbackOutcomeFailure(task_token, error, cause))

    pool.add = add
    endpoint.interrupt_all = interrupt_all
    backend.send_task_success = send_task_success
    backend.send_task_failure = send_task_failure
    backend.send_task_heartbeat = lambda _, task_token: _call_back(task_token, None)


_callback_lock = threading.Lock()


def _call_back(token: str, outcome: Any) -> None:
    pool = _pools.get(token)
    if pool is None:
        raise UnknownTokenError
    with _callback_lock:
        waiting = pool.get(token)
        if waiting is None or waiting.consumer_error or waiting.get_outcome() is not None:
            raise StaleTokenError
        if outcome is None:
            pool.heartbeat(token)
        else:
            pool.notify(token, outcome)
