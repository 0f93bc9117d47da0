"""Each rule sees, in the turn workflow, the fault that it is for."""

import copy
import json
from collections.abc import Callable

import pytest

from handrail_ops.verify.lint import check_workflow
from handrail_ops.verify.proof import prove

from .conftest import States, changed, without, workflow_of


def catching_too_early(states: States) -> None:
    catch = states["Draft an answer"]["Catch"]
    catch.insert(0, copy.deepcopy(catch[0]))


def forgetting_the_input(states: States) -> None:
    del states["Draft an answer"]["Catch"][0]["ResultPath"]


def catching_some(states: States) -> None:
    states["Draft an answer"]["Catch"][0]["ErrorEquals"] = ["States.TaskFailed"]


def retrying_some(states: States) -> None:
    del states["Draft an answer"]["Retry"][0]["ErrorEquals"][0]


def retrying_slowly(states: States) -> None:
    states["Draft an answer"]["Retry"][0]["IntervalSeconds"] = 2


def retrying_too_often(states: States) -> None:
    states["Draft an answer"]["Retry"][0]["MaxAttempts"] = 6


def retrying_never(states: States) -> None:
    states["Draft an answer"]["Retry"][0]["MaxAttempts"] = 0


def unguarded(states: States) -> None:
    del states["Is there a draft?"]["Choices"][0]["And"][0]


def of_any_type(states: States) -> None:
    del states["Is there a draft?"]["Choices"][0]["And"][1]


def guarded_too_late(states: States) -> None:
    states["Is there a draft?"]["Choices"][0]["And"].reverse()


def of_any_word(states: States) -> None:
    del states["Does it stand?"]["Choices"][0]["And"][2]


def of_another_step(states: States) -> None:
    for test in states["Does it stand?"]["Choices"][0]["And"]:
        test["Variable"] = "$.drafted.verdict"


def answering_after_an_error(states: States) -> None:
    states["Check the grounding"]["Catch"][0]["Next"] = "Offer the answer"


def answering_unchecked(states: States) -> None:
    states["Is there a draft?"]["Choices"][0]["Next"] = "Offer the answer"


def unreached(states: States) -> None:
    states["Lonely"] = {"Comment": "@person", "Type": "Succeed"}


def never_applying(states: States) -> None:
    rules = states["Does it stand?"]["Choices"]
    rules.append(copy.deepcopy(rules[0]))


DRAFT = "Draft an answer"
TURN_FAULTS: list[tuple[Callable[[States], None], str, str]] = [
    (without(DRAFT, "Catch"), "caught", "does not catch States.ALL last"),
    (catching_some, "caught", "does not catch States.ALL last"),
    (catching_too_early, "caught", "catches States.ALL before others"),
    (without(DRAFT, "Retry"), "retried", "is not tried again"),
    (retrying_never, "retried", "is not tried again"),
    (retrying_some, "retried", "is not tried again after Lambda.TooManyRequestsException"),
    (retrying_too_often, "retried", "more than 5 times"),
    (retrying_slowly, "time", "26 s when its steps are refused at once"),
    (without(DRAFT, "TimeoutSeconds"), "bounded", "has no TimeoutSeconds"),
    (changed(DRAFT, TimeoutSeconds=18), "time", "takes up to 26 s without any error"),
    (without(DRAFT, "ResultPath"), "forgets", "overwrites what it was given"),
    (forgetting_the_input, "forgets", "forgets what it was given"),
    (without("Is there a draft?", "Default"), "default", "has no Default"),
    (changed("Is there a draft?", Default="Nobody"), "dangling", "leads to 'Nobody'"),
    (unguarded, "paths", "reads $.drafted.verdict"),
    (guarded_too_late, "paths", "reads $.drafted.verdict"),
    (of_any_type, "paths", "without IsString before it"),
    (changed(DRAFT, InputPath="$.understood.question"), "paths", "reads $.understood.question"),
    (changed("Offer a person", Type="Succeed"), "reading", "has the field 'Result'"),
    (of_any_word, "after", "without the fresh word 'go_on' of 'Check the grounding'"),
    (of_another_step, "after", "without the fresh word 'go_on' of 'Check the grounding'"),
    (answering_unchecked, "after", "without the fresh word 'go_on' of 'Check the grounding'"),
    (answering_after_an_error, "ends", "on a way on which something failed"),
    (changed("Offer a person", Comment="Bye."), "ends", "without a person or an answer"),
    (changed("Offer a person", Result={"propose": "answer"}), "ends", "return propose=person"),
    (changed("Offer the answer", Result={"propose": "person"}), "ends", "return propose=answer"),
    (unreached, "unreached", "is reached from nowhere"),
    (never_applying, "dead", "never applies"),
]


@pytest.mark.parametrize(("spoil", "rule", "told"), TURN_FAULTS)
def test_a_fault_of_the_turn_is_seen(
    spoil: Callable[[States], None], rule: str, told: str
) -> None:
    workflow = workflow_of("turn")
    spoil(workflow["States"])
    found = check_workflow(json.dumps(workflow))
    assert [one for one in found if one.rule == rule and told in one.message], found


def test_a_fail_is_seen() -> None:
    workflow = workflow_of("turn")
    workflow["States"]["Offer a person"] = {"Comment": "Bye.", "Type": "Fail"}
    (found,) = prove(json.dumps(workflow)).violations
    assert found.rule == "fail"
    assert [one.state for one in found.path] == ["Understand the question", "Offer a person", ""]
    assert found.path[0].how == "fails with any error"
