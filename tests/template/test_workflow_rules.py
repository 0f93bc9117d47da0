"""The workflows keep the rules, and each rule sees the fault that it is for."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from handrail_ops.template.workflow_rules import check_workflow, steps, substitutions

from .conftest import ROOT

States = dict[str, dict[str, Any]]

HISTORY_EVENTS_MAX = 25_000
"""What Step Functions lets a Standard execution write down."""


def text_of(name: str) -> str:
    return (ROOT / "infra" / "workflows" / f"{name}.asl.json").read_text(encoding="utf-8")


def workflow_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text_of(name))
    return loaded


@pytest.mark.parametrize("name", ["turn", "escalation"])
def test_a_workflow_keeps_the_rules(name: str) -> None:
    assert check_workflow(text_of(name)) == []


@pytest.mark.parametrize("name", ["turn", "escalation"])
def test_it_is_json_with_substitutions_in_strings_only(name: str) -> None:
    text = text_of(name)
    json.loads(text)
    assert substitutions(text)
    assert not re.search(r"(?<![\"\w:])\$\{", text)


def without_catch(states: States) -> None:
    del states["Draft an answer"]["Catch"]


def without_retry(states: States) -> None:
    states["Draft an answer"]["Retry"] = []


def without_timeout(states: States) -> None:
    del states["Draft an answer"]["TimeoutSeconds"]


def without_comment(states: States) -> None:
    states["Draft an answer"]["Comment"] = ""


def without_result_path(states: States) -> None:
    del states["Draft an answer"]["ResultPath"]


def catching_too_early(states: States) -> None:
    catch = states["Draft an answer"]["Catch"]
    catch.insert(0, copy.deepcopy(catch[0]))


def forgetting_the_input(states: States) -> None:
    del states["Draft an answer"]["Catch"][0]["ResultPath"]


def catching_some(states: States) -> None:
    states["Draft an answer"]["Catch"][0]["ErrorEquals"] = ["States.TaskFailed"]


def without_default(states: States) -> None:
    del states["Is there a draft?"]["Default"]


def dangling(states: States) -> None:
    states["Is there a draft?"]["Default"] = "Offer a persno"


def unguarded(states: States) -> None:
    del states["Is there a draft?"]["Choices"][0]["And"][0]


def guarded_too_late(states: States) -> None:
    states["Is there a draft?"]["Choices"][0]["And"].reverse()


def reading_what_may_be_missing(states: States) -> None:
    states["Draft an answer"]["InputPath"] = "$.understood.question"


def failing(states: States) -> None:
    states["Offer a person"] = {"Comment": "@person", "Type": "Fail"}


def answering_after_an_error(states: States) -> None:
    states["Check the grounding"]["Catch"][0]["Next"] = "Offer the answer"


def ending_elsewhere(states: States) -> None:
    states["Offer a person"]["Comment"] = "Bye."


def unreached(states: States) -> None:
    states["Lonely"] = {"Comment": "@person", "Type": "Succeed"}


TURN_FAULTS: list[tuple[Callable[[States], None], str]] = [
    (without_catch, "does not catch States.ALL last"),
    (without_retry, "is not tried again"),
    (without_timeout, "has no TimeoutSeconds"),
    (without_comment, "has no Comment"),
    (without_result_path, "overwrites what it was given"),
    (catching_too_early, "catches States.ALL before others"),
    (forgetting_the_input, "forgets what it was given"),
    (catching_some, "does not catch States.ALL last"),
    (without_default, "has no Default"),
    (dangling, "leads to 'Offer a persno'"),
    (unguarded, "reads $.drafted.verdict"),
    (guarded_too_late, "reads $.drafted.verdict"),
    (reading_what_may_be_missing, "reads $.understood.question"),
    (failing, "of type Fail"),
    (answering_after_an_error, "on a way on which something failed"),
    (ending_elsewhere, "ends without one of"),
    (unreached, "is reached from nowhere"),
]


@pytest.mark.parametrize(("spoil", "told"), TURN_FAULTS)
def test_a_fault_of_the_turn_is_seen(spoil: Callable[[States], None], told: str) -> None:
    workflow = workflow_of("turn")
    spoil(workflow["States"])
    faults = check_workflow(json.dumps(workflow))
    assert any(told in fault.message for fault in faults), faults


def uncounted(states: States) -> None:
    states["Pause"]["Next"] = "Where does it stand?"


def closing_by_default(states: States) -> None:
    states["Who has the customer?"]["Default"] = "Closed"


def closing_on_another_word(states: States) -> None:
    rule = states["Who has the customer?"]["Choices"][0]["And"][2]
    rule["StringEquals"] = "waiting"


def trusting_a_callback(states: States) -> None:
    states["Watch over the chat"]["Next"] = "Ask for an agent"


def giving_the_token_to_nobody(states: States) -> None:
    del states["Ask for an agent"]["Parameters"]["Payload"]["token.$"]


def waiting_for_a_missing_time(states: States) -> None:
    states["Pause"]["SecondsPath"] = "$.timers.pause"


def timers_of_the_input_alone(states: States) -> None:
    states["Set the timers"]["Parameters"]["timers.$"] = "$$.Execution.Input"


def reading_into_the_input(states: States) -> None:
    states["Where does it stand?"]["Parameters"]["of.$"] = "$$.Execution.Input.conversation"


ESCALATION_FAULTS: list[tuple[Callable[[States], None], str]] = [
    (uncounted, "can go round without a count"),
    (closing_by_default, "leads to 'Closed' without the word `ended`"),
    (closing_on_another_word, "leads to 'Closed' without the word `ended`"),
    (trusting_a_callback, "without looking at the conversation"),
    (giving_the_token_to_nobody, "waits for a token that it gives to nobody"),
    (waiting_for_a_missing_time, "reads $.timers.pause,"),
    (timers_of_the_input_alone, "reads $.timers.pause_seconds"),
    (reading_into_the_input, "reads $$.Execution.Input.conversation"),
]


@pytest.mark.parametrize(("spoil", "told"), ESCALATION_FAULTS)
def test_a_fault_of_the_escalation_is_seen(spoil: Callable[[States], None], told: str) -> None:
    workflow = workflow_of("escalation")
    spoil(workflow["States"])
    faults = check_workflow(json.dumps(workflow))
    assert any(told in fault.message for fault in faults), faults


def test_what_is_no_json_is_one_fault() -> None:
    (fault,) = check_workflow('{"TimeoutSeconds": ${Seconds}}')
    assert "is no JSON" in fault.message


def test_two_services_stand_behind_asking_for_a_person() -> None:
    asking = {
        state["Resource"].partition(":::")[2] or "lambda"
        for state in workflow_of("escalation")["States"].values()
        if "@human" in state["Comment"]
    }
    assert asking == {"lambda:invoke.waitForTaskToken", "sqs:sendMessage"}


def test_the_workflow_ends_before_its_history_is_full() -> None:
    workflow = workflow_of("escalation")
    states: States = workflow["States"]
    rounds = states["Know the timers"]["Result"]["rounds_max"]

    def longest(name: str) -> int:
        """Return the most events from a state to the next round."""
        following = [step.target for step in steps(states[name])]
        onward = [longest(one) for one in following if one != "Count the round"]
        return _events(states[name]) + max(onward, default=0)

    assert rounds * longest("Count the round") + 100 < HISTORY_EVENTS_MAX


def _events(state: dict[str, Any]) -> int:
    """Return how many events a state writes at most: entered, exited, and four for each try."""
    if state["Type"] != "Task":
        return 2
    tries = 1 + max(retry["MaxAttempts"] for retry in state["Retry"])
    return 2 + 4 * tries
