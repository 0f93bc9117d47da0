"""The two workflows in virtual time: their own definitions over the real steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handrail.application.protocol_ports import Drafts
from handrail.application.turn_steps import proposal
from handrail.domain.conversation import Escalation
from handrail.domain.errors import UnavailableError
from handrail.domain.turn import Outcome
from handrail_ops.memory.workflows import MemoryEscalationWorkflow
from handrail_ops.simulate.asl import Definition, RuntimeFailureError, TaskError, execute
from handrail_ops.simulate.kernel import Kernel, Process
from handrail_ops.simulate.noticing import Noticing
from handrail_ops.simulate.ports import Points
from handrail_ops.simulate.queues import SimulatedAgents
from handrail_ops.simulate.weather import Trouble, Weather

TURN = Definition.read("turn")
ESCALATION = Definition.read("escalation")
_READ_SECONDS = 26.0
STEP_LIMITS = {
    "${UnderstandFunctionArn}": 5.0,
    "${DraftAnswerFunctionArn}": 15.0,
    "${CheckGroundingFunctionArn}": 5.0,
    "${EscalateFunctionArn}": 15.0,
}
"""The functions' own limits."""
_CALLBACK = "arn:aws:states:::lambda:invoke.waitForTaskToken"
_SEND = "arn:aws:states:::sqs:sendMessage"
Invoke = Callable[[str, Callable[[], Any], float], Process]
Step = Callable[[dict[str, Any]], dict[str, Any]]


class _Invoker:
    """Invokes functions for a workflow, which waits no longer than a state's timeout."""

    def __init__(self, kernel: Kernel, weather: Weather, invoke: Invoke) -> None:
        self.kernel, self.weather, self.invoke = kernel, weather, invoke

    def call(self, name: str, step: Step, payload: dict[str, Any], seconds: float) -> Any:
        """Invoke a function and return its result.

        Raises:
            TaskError: by the name that Step Functions gives to what happened.

        """
        if self.weather.strikes(Trouble.THROTTLED, name, self.kernel.time):
            raise TaskError("Lambda.TooManyRequestsException")  # noqa: EM101 - the error's name
        limit = STEP_LIMITS[name]
        process = self.invoke(name, lambda: step(payload), limit)
        if not self.kernel.join(process, seconds):
            raise TaskError("States.Timeout")  # noqa: EM101
        if process.error is not None:
            raise TaskError(process.error)
        return process.result

    def lives(self, state: str) -> bool:
        """Tell whether an execution gets as far as a state."""
        return not self.weather.strikes(Trouble.WORKFLOW_DIES, state, self.kernel.time)

    def token(self) -> str:
        """A turn waits for nobody."""
        message = "a turn has no task that waits for a token"
        raise AssertionError(message)

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.kernel.sleep(seconds)


class _TurnTasks(_Invoker):
    def __init__(
        self, kernel: Kernel, weather: Weather, invoke: Invoke, steps: Mapping[str, Step]
    ) -> None:
        super().__init__(kernel, weather, invoke)
        self._steps = steps

    def run(self, resource: str, payload: Any, seconds: float) -> Any:
        return self.call(resource, self._steps[resource], payload, seconds)


class SimulatedTurns:
    """`application.protocol_ports.TurnWorkflow`: an Express execution for each turn."""

    def __init__(
        self,
        points: Points,
        steps: Mapping[str, Step],
        drafts: Drafts,
        invoke: Invoke,
        began: Callable[[str, Sequence[str]], None],
    ) -> None:
        """Run `steps`, by the names of their functions; tell `began` of every turn."""
        self._points, self._drafts, self._began = points, drafts, began
        self._tasks = _TurnTasks(points.kernel, points.weather, invoke, steps)

    def run(
        self, conversation: str, turn: str, event_ids: Sequence[str], language: str
    ) -> Outcome:
        """Run a turn to its end and return what it proposes."""
        self._points.reach("before turns.run")
        self._began(conversation, event_ids)
        given = {
            "conversation": conversation,
            "turn": turn,
            "events": list(event_ids),
            "language": language,
        }
        context = {"Execution": {"Input": given, "Name": turn}}
        kernel = self._points.kernel
        execution = kernel.start(
            "turn",
            lambda: execute(TURN, given, context, self._tasks, self._tasks.lives),
            limit=TURN.seconds,
        )
        in_time = kernel.join(execution, _READ_SECONDS)
        self._points.reach("after turns.run")
        output = execution.result if in_time and execution.error is None else None
        if not isinstance(output, dict) or output.get("propose") not in ("answer", "person"):
            message = "the turn proposes neither an answer nor a person"
            raise UnavailableError(message)
        return proposal(self._drafts.get(turn), output["propose"])


class SimulatedEscalations(MemoryEscalationWorkflow):
    """`application.protocol_ports.EscalationWorkflow`, with the executions it starts."""

    def __init__(self, points: Points, agents: SimulatedAgents, invoke: Invoke) -> None:
        """Start with nothing running; `step` is set when the escalate function is there."""
        super().__init__(points.reach)
        self.step: Step = lambda _event: {}
        self.woken = Noticing(self._answered)
        self._kernel, self._weather, self._points = points.kernel, points.weather, points
        self._agents = agents
        self._invoker = _Invoker(points.kernel, points.weather, invoke)
        self._waiting: dict[str, list[Callable[[], None]]] = {}
        self._tokens = 0

    def start(self, escalation: Escalation, conversation: str) -> None:
        """Start the workflow of an escalation, once, if nothing comes between."""
        known = escalation.id in self.started
        try:
            super().start(escalation, conversation)
        finally:
            if not known and escalation.id in self.started:
                self._begin(escalation.id, conversation)

    def _begin(self, escalation: str, conversation: str) -> None:
        if self._weather.strikes(Trouble.WORKFLOW_NOT_STARTED, escalation, self._kernel.time):
            return
        given = {"conversation": conversation, "escalation": escalation}
        context = {"Execution": {"Input": given, "Name": escalation}}

        def run() -> None:
            try:
                execute(ESCALATION, given, context, self, self._invoker.lives)
            except (TaskError, RuntimeFailureError):
                return  # an execution that ended in the middle: the sweep carries the promise

        self._kernel.start("escalation", run, limit=ESCALATION.seconds)

    # ------------------------------------------------------------------ its tasks

    def token(self) -> str:
        """Return a new task token."""
        self._tokens += 1
        return f"token-{self._tokens}"

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self._kernel.sleep(seconds)

    def run(self, resource: str, payload: Any, seconds: float) -> Any:
        """Do a task of the escalation workflow."""
        if resource == _SEND:
            self._points.reach("before states.send")
            self._agents.waiting.append(payload["MessageBody"])
            self._points.reach("after states.send")
            return {"MessageId": "sent"}
        if resource != _CALLBACK:
            return self._invoker.call(resource, self.step, payload, seconds)
        inner = payload["Payload"]
        token = inner["token"]
        answered = self._waiting[token] = []
        began = self._kernel.time
        self._invoker.call(payload["FunctionName"], self.step, inner, seconds)
        left = max(0.0, seconds - (self._kernel.time - began))
        was_answered = token in self.woken or self._kernel.wait(answered.append, left)
        del self._waiting[token]
        self.gone.add(token)
        if not was_answered:
            raise TaskError("States.Timeout")  # noqa: EM101 - the error's name
        return {}

    def _answered(self, token: str) -> None:
        for wake in self._waiting.get(token, ()):
            wake()
