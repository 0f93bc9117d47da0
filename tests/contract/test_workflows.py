"""The workflows: a turn proposes what its draft holds, or fails; an escalation starts once."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.stub import ANY, Stubber

from handrail.adapters.aws.drafts import DynamoDrafts
from handrail.adapters.aws.workflows import StepFunctionsEscalations, StepFunctionsTurns
from handrail.application.protocol_ports import Draft, Drafts, EscalationWorkflow, TurnWorkflow
from handrail.domain.conversation import Escalation
from handrail.domain.errors import UnavailableError
from handrail.domain.turn import NeedsPerson, Reason
from handrail_ops.memory.clock import ManualClock
from handrail_ops.memory.table import MemoryTable
from handrail_ops.memory.workflows import MemoryEscalationWorkflow, MemoryTurnWorkflow
from support.aws import Aws, client, fault
from support.stores import ANSWER, ID, NOW, ask, memory_stores, message

TURN = "turn-1"
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:turn"
DRAFT = Draft(TURN, ID, ("e1",), "When?", "en")


# ---------------------------------------------------------------- a turn


class Turns(Protocol):
    """A turn workflow that can be told what it comes to."""

    drafts: Drafts

    def workflow(self, proposes: str, draft: Draft | None) -> TurnWorkflow: ...


@dataclass
class Scripted:
    """A step that leaves a draft and says go on, or does not."""

    drafts: Drafts
    draft: Draft | None
    verdict: str
    seen: list[dict[str, Any]] = field(default_factory=list)

    def step(self, event: dict[str, Any]) -> dict[str, Any]:
        self.seen.append(event)
        if self.draft is not None:
            self.drafts.put(self.draft)
        return {"verdict": self.verdict}


class MemoryTurns:
    def __init__(self) -> None:
        self.drafts: Drafts = MemoryTable()

    def workflow(self, proposes: str, draft: Draft | None) -> TurnWorkflow:
        verdict = "go_on" if proposes == "answer" else "person"
        return MemoryTurnWorkflow([Scripted(self.drafts, draft, verdict)], self.drafts)


class StepFunctions:
    def __init__(self, drafts: Drafts) -> None:
        self.drafts = drafts
        self.client = client("stepfunctions")
        self.stub = Stubber(self.client)
        self.stub.activate()

    def workflow(self, proposes: str, draft: Draft | None) -> TurnWorkflow:
        if draft is not None:
            self.drafts.put(draft)
        given = {"conversation": ID, "turn": TURN, "events": ["e1"], "language": "en"}
        self.stub.add_response(
            "start_sync_execution",
            execution("SUCCEEDED", json.dumps({"propose": proposes})),
            {"stateMachineArn": MACHINE, "name": TURN, "input": json.dumps(given)},
        )
        return StepFunctionsTurns(self.client, MACHINE, self.drafts)


def execution(status: str, output: str | None = None) -> dict[str, Any]:
    moment = datetime.fromtimestamp(NOW, UTC)
    answer = {"executionArn": "x", "startDate": moment, "stopDate": moment, "status": status}
    return answer if output is None else {**answer, "output": output}


@pytest.fixture
def dynamo_drafts(aws: Aws, table_name: str) -> Drafts:
    return DynamoDrafts(aws.dynamodb, table_name, ManualClock(NOW))


@pytest.fixture(params=["memory", "step functions"])
def turns(request: pytest.FixtureRequest) -> Turns:
    if request.param == "memory":
        return MemoryTurns()
    return StepFunctions(request.getfixturevalue("dynamo_drafts"))


class TestTurn:
    def test_an_answer_counts_when_its_draft_is_grounded(self, turns: Turns) -> None:
        workflow = turns.workflow("answer", replace(DRAFT, answer=ANSWER, grounded=True))
        assert workflow.run(ID, TURN, ["e1"], "en") == ANSWER

    def test_an_answer_that_is_not_grounded_is_a_person_with_a_draft(self, turns: Turns) -> None:
        workflow = turns.workflow("answer", replace(DRAFT, answer=ANSWER))
        assert workflow.run(ID, TURN, ["e1"], "en") == NeedsPerson(Reason.FAILED, ANSWER.text)

    def test_a_person_is_proposed_with_the_reason_that_was_left(self, turns: Turns) -> None:
        workflow = turns.workflow("person", replace(DRAFT, reason=Reason.NO_ANSWER))
        assert workflow.run(ID, TURN, ["e1"], "en") == NeedsPerson(Reason.NO_ANSWER)

    @pytest.mark.parametrize("proposes", ["answer", "person"])
    def test_without_a_draft_it_is_a_person(self, turns: Turns, proposes: str) -> None:
        workflow = turns.workflow(proposes, None)
        assert workflow.run(ID, TURN, ["e1"], "en") == NeedsPerson(Reason.FAILED)


class TestTurnInMemory:
    def test_steps_run_in_order_until_one_does_not_go_on(self) -> None:
        drafts = MemoryTable()
        steps = [Scripted(drafts, DRAFT, v) for v in ("go_on", "person", "go_on")]
        outcome = MemoryTurnWorkflow(steps, drafts).run(ID, TURN, ["e1"], "en")
        assert outcome == NeedsPerson(Reason.FAILED)
        event = {"conversation": ID, "turn": TURN, "events": ["e1"], "language": "en"}
        assert [step.seen for step in steps] == [[event], [event], []]

    @pytest.mark.parametrize("verdict", ["", "GO_ON", None])
    def test_a_step_that_says_something_else_is_a_person(self, verdict: Any) -> None:
        drafts = MemoryTable()
        draft = replace(DRAFT, answer=ANSWER, grounded=True)
        workflow = MemoryTurnWorkflow([Scripted(drafts, draft, verdict)], drafts)
        assert isinstance(workflow.run(ID, TURN, ["e1"], "en"), NeedsPerson)

    def test_a_step_that_raises_is_a_person(self) -> None:
        class Broken:
            def step(self, _event: dict[str, Any]) -> dict[str, Any]:
                raise KeyError

        workflow = MemoryTurnWorkflow([Broken()], MemoryTable())
        assert workflow.run(ID, TURN, ["e1"], "en") == NeedsPerson(Reason.FAILED)


class TestTurnOnStepFunctions:
    @pytest.fixture
    def machine(self) -> StepFunctions:
        drafts = MemoryTable()
        drafts.put(replace(DRAFT, answer=ANSWER, grounded=True))
        return StepFunctions(drafts)

    @pytest.mark.parametrize(
        "answer",
        [
            execution("FAILED"),
            execution("TIMED_OUT"),
            execution("FAILED", json.dumps({"propose": "answer"})),
            execution("SUCCEEDED"),
            execution("SUCCEEDED", ""),
            execution("SUCCEEDED", "not json"),
            execution("SUCCEEDED", "null"),
            execution("SUCCEEDED", '"answer"'),
            execution("SUCCEEDED", "[]"),
            execution("SUCCEEDED", "{}"),
            execution("SUCCEEDED", json.dumps({"propose": "ANSWER"})),
            execution("SUCCEEDED", json.dumps({"propose": ["answer"]})),
            execution("SUCCEEDED", json.dumps({"propose": {"answer": 1}})),
        ],
        ids=lambda answer: f"{answer['status']} {answer.get('output')}",
    )
    def test_anything_but_one_of_two_words_is_unavailable(
        self, machine: StepFunctions, answer: dict[str, Any]
    ) -> None:
        machine.stub.add_response("start_sync_execution", answer)
        with pytest.raises(UnavailableError):
            StepFunctionsTurns(machine.client, MACHINE, machine.drafts).run(ID, TURN, ["e1"], "en")

    @pytest.mark.parametrize("code", ["ThrottlingException", "StateMachineDoesNotExist"])
    def test_a_refusal_is_unavailable(self, machine: StepFunctions, code: str) -> None:
        machine.stub.add_client_error("start_sync_execution", code)
        with pytest.raises(UnavailableError):
            StepFunctionsTurns(machine.client, MACHINE, machine.drafts).run(ID, TURN, ["e1"], "en")

    @pytest.mark.parametrize("error", [ReadTimeoutError, ConnectTimeoutError])
    def test_a_turn_that_does_not_come_back_is_unavailable(
        self, machine: StepFunctions, error: Any
    ) -> None:
        machine.stub.deactivate()
        with (
            fault(machine.client, "before-call", error(endpoint_url="https://states.example")),
            pytest.raises(UnavailableError),
        ):
            StepFunctionsTurns(machine.client, MACHINE, machine.drafts).run(ID, TURN, ["e1"], "en")


# ---------------------------------------------------------------- an escalation


@dataclass
class Machine:
    """The Standard workflow's side: what was started, and which tokens were answered."""

    workflow: EscalationWorkflow
    started: Collection[str]
    """The names of executions, each used once."""
    woken: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)


@pytest.fixture
def memory_machine() -> Machine:
    workflow = MemoryEscalationWorkflow()
    return Machine(workflow, workflow.started, workflow.woken, workflow.gone)


class FakeStates:
    """Answers for Step Functions at the client's door, by what it was asked before."""

    def __init__(self, aws: Aws, table_name: str) -> None:
        self.client = client("stepfunctions")
        workflow = StepFunctionsEscalations(self.client, MACHINE, aws.dynamodb, table_name)
        self.started: list[str] = []
        self.machine = Machine(workflow, self.started)
        self.inputs: list[dict[str, Any]] = []
        self.code_of_gone = "TaskTimedOut"
        self.client.meta.events.register("before-parameter-build.sfn", self._asked)
        self.client.meta.events.register("before-call.sfn", self._answer)
        self._given: dict[str, Any] = {}

    def _asked(self, params: dict[str, Any], **_: Any) -> None:
        self._given = dict(params)

    def _answer(self, model: Any, **_: Any) -> Any:
        if model.name == "StartExecution":
            if self._given["name"] in self.started:
                return self._refused("ExecutionAlreadyExists")
            self.started.append(self._given["name"])
            self.inputs.append(json.loads(self._given["input"]))
            return _Status(200), {"executionArn": "x", "startDate": datetime.now(UTC)}
        assert model.name == "SendTaskSuccess"
        assert self._given["output"] == "{}"
        if self._given["taskToken"] in self.machine.gone:
            return self._refused(self.code_of_gone)
        self.machine.woken.append(self._given["taskToken"])
        return _Status(200), {}

    def _refused(self, code: str) -> Any:
        return _Status(400), {"Error": {"Code": code, "Message": "x"}, "ResponseMetadata": {}}


@dataclass(frozen=True)
class _Status:
    status_code: int


@pytest.fixture
def states(aws: Aws, table_name: str) -> FakeStates:
    return FakeStates(aws, table_name)


@pytest.fixture(params=["memory", "step functions"])
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    if request.param == "memory":
        yield request.getfixturevalue("memory_machine")
    else:
        yield request.getfixturevalue("states").machine


@pytest.fixture
def escalation() -> Escalation:
    opened = ask(memory_stores(), message()).opened
    assert opened is not None
    return opened


class TestEscalation:
    def test_starting_again_changes_nothing(
        self, machine: Machine, escalation: Escalation
    ) -> None:
        for _ in range(2):
            machine.workflow.start(escalation, ID)
        assert list(machine.started) == [escalation.id]

    def test_waking_answers_the_newest_token_once(self, machine: Machine) -> None:
        machine.workflow.remember(ID, "token-1")
        machine.workflow.remember(ID, "token-2")
        machine.workflow.wake(ID)
        machine.workflow.wake(ID)
        assert machine.woken == ["token-2"]
        machine.workflow.remember(ID, "token-3")
        machine.workflow.wake(ID)
        assert machine.woken == ["token-2", "token-3"]

    def test_without_a_token_there_is_nobody_to_wake(self, machine: Machine) -> None:
        machine.workflow.wake(ID)
        assert machine.woken == []

    def test_a_token_that_is_gone_counts_as_done(self, machine: Machine) -> None:
        machine.workflow.remember(ID, "token-1")
        machine.gone.add("token-1")
        machine.workflow.wake(ID)
        machine.gone.clear()
        machine.workflow.wake(ID)
        assert machine.woken == []

    def test_tokens_belong_to_conversations(self, machine: Machine) -> None:
        machine.workflow.remember(ID, "token-1")
        machine.workflow.remember("other", "token-2")
        machine.workflow.wake("other")
        assert machine.woken == ["token-2"]


class TestEscalationOnStepFunctions:
    def test_the_workflow_is_named_by_the_request_and_gets_ids_alone(
        self, states: FakeStates, escalation: Escalation
    ) -> None:
        states.machine.workflow.start(escalation, ID)
        states.machine.workflow.start(escalation, ID)
        assert states.started == [f"{ID}-1"]
        assert states.inputs == [{"conversation": ID, "escalation": f"{ID}-1"}]

    @pytest.mark.parametrize("code", ["InvalidToken", "TaskDoesNotExist", "TaskTimedOut"])
    def test_every_way_for_a_token_to_be_gone_counts_as_done(
        self, states: FakeStates, code: str
    ) -> None:
        states.code_of_gone = code
        states.machine.gone.add("token-1")
        states.machine.workflow.remember(ID, "token-1")
        states.machine.workflow.wake(ID)

    def test_a_token_that_came_while_waking_stays(self, states: FakeStates) -> None:
        workflow = states.machine.workflow
        workflow.remember(ID, "token-1")

        def the_execution_goes_on(**_: Any) -> None:
            if not states.machine.woken:
                workflow.remember(ID, "token-2")

        states.client.meta.events.register_first("before-call.sfn", the_execution_goes_on)
        workflow.wake(ID)
        workflow.wake(ID)
        assert states.machine.woken == ["token-1", "token-2"]

    def test_a_service_that_is_down_keeps_the_token(self, states: FakeStates) -> None:
        workflow = states.machine.workflow
        workflow.remember(ID, "token-1")
        down = ConnectTimeoutError(endpoint_url="https://states.example")
        with fault(states.client, "before-call", down), pytest.raises(UnavailableError):
            workflow.wake(ID)
        workflow.wake(ID)
        assert states.machine.woken == ["token-1"]

    @pytest.mark.parametrize("code", ["ThrottlingException", "StateMachineDeleting"])
    def test_a_refusal_to_start_is_unavailable(self, escalation: Escalation, code: str) -> None:
        states = client("stepfunctions")
        workflow = StepFunctionsEscalations(states, MACHINE, client("dynamodb"), "t")
        with Stubber(states) as stub:
            stub.add_client_error(
                "start_execution",
                code,
                expected_params={"stateMachineArn": MACHINE, "name": ANY, "input": ANY},
            )
            with pytest.raises(UnavailableError):
                workflow.start(escalation, ID)


def test_the_workflow_in_memory_can_be_down(escalation: Escalation) -> None:
    workflow = MemoryEscalationWorkflow()
    workflow.remember(ID, "token-1")
    workflow.running = False
    with pytest.raises(UnavailableError):
        workflow.start(escalation, ID)
    with pytest.raises(UnavailableError):
        workflow.wake(ID)
    workflow.running = True
    workflow.wake(ID)
    assert workflow.woken == ["token-1"]
