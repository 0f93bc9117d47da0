"""The project's workflows are proved; each rule sees, in them, the fault that it is for."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from handrail.adapters.aws.workflows import _PROPOSALS
from handrail.application.escalate import _WAIT_SECONDS_MAX, Standing
from handrail.application.turn_steps import Verdict
from handrail_ops.verify.lint import check_workflow, substitutions
from handrail_ops.verify.proof import prove
from handrail_ops.verify.reading import read_workflow

from .conftest import States, changed, text_of, workflow_of


@pytest.mark.parametrize("name", ["turn", "escalation"])
def test_a_workflow_is_proved(name: str) -> None:
    assert check_workflow(text_of(name)) == []
    assert prove(text_of(name)).proved


@pytest.mark.parametrize("name", ["turn", "escalation"])
def test_it_is_json_with_substitutions_in_strings_only(name: str) -> None:
    text = text_of(name)
    json.loads(text)
    assert substitutions(text)
    assert not re.search(r"(?<![\"\w:])\$\{", text)


# ---------------------------------------------------------------- what the tags say is so


def test_the_authority_says_what_the_code_says() -> None:
    state = read_workflow(text_of("escalation")).states["Where does it stand?"]
    assert set(state.tags.words("says")) == {str(one) for one in Standing}


def test_the_steps_of_a_turn_say_what_the_code_says() -> None:
    states = read_workflow(text_of("turn")).states.values()
    said = {word for state in states for word in state.tags.words("says")}
    assert said == {str(Verdict.GO_ON)}


def test_the_caller_of_a_turn_knows_what_it_proposes() -> None:
    tags = read_workflow(text_of("turn")).tags
    pairs = {*tags.pairs("offer"), *tags.pairs("person")}
    assert pairs == {("propose", word) for word in _PROPOSALS}


def test_the_workflow_looks_as_often_as_the_code_lets_it_sleep() -> None:
    looks = read_workflow(text_of("escalation")).tags.given("looks")
    assert looks == str(_WAIT_SECONDS_MAX)


def test_two_services_stand_behind_asking_for_a_person() -> None:
    states = read_workflow(text_of("escalation")).states.values()
    assert {one.service for one in states if one.tags.has("human")} == {"lambda", "sqs"}


def test_a_turn_fits_its_time_and_says_what_does_not() -> None:
    proof = prove(text_of("turn"))
    assert proof.worst is not None
    assert proof.worst.one_try == 22
    assert proof.worst.refused_at_once == 25
    assert proof.worst.all_tries == 47
    assert any("47 s" in one and "25 s" in one for one in proof.rests_on)


def test_an_escalation_goes_round_so_often_and_no_more() -> None:
    proof = prove(text_of("escalation"))
    assert proof.rounds == 350
    assert proof.worst is None


def test_a_state_without_a_comment_is_a_finding_of_the_lint_only() -> None:
    workflow = workflow_of("escalation")
    workflow["States"]["Pause"]["Comment"] = ""
    assert [one.rule for one in check_workflow(json.dumps(workflow))] == ["comment"]
    assert prove(json.dumps(workflow)).proved


# ---------------------------------------------------------------- faults of an escalation


def led(state: str, to: str, field: str = "Next") -> Callable[[States], None]:
    return changed(state, **{field: to})


def caught_to(state: str, which: int, to: str) -> Callable[[States], None]:
    def spoil(states: States) -> None:
        states[state]["Catch"][which]["Next"] = to

    return spoil


def chosen(rule: int, to: str) -> Callable[[States], None]:
    def spoil(states: States) -> None:
        states["Who has the customer?"]["Choices"][rule]["Next"] = to

    return spoil


def asked(rule: int, test: int, **fields: Any) -> Callable[[States], None]:
    def spoil(states: States) -> None:
        states["Who has the customer?"]["Choices"][rule]["And"][test] |= fields

    return spoil


def unasked(rule: int, test: int) -> Callable[[States], None]:
    def spoil(states: States) -> None:
        del states["Who has the customer?"]["Choices"][rule]["And"][test]

    return spoil


def giving_the_token_to_nobody(states: States) -> None:
    del states["Ask for an agent"]["Parameters"]["Payload"]["token.$"]


def giving_only_its_name(states: States) -> None:
    payload = states["Ask for an agent"]["Parameters"]["Payload"]
    payload["token"] = payload.pop("token.$")


def counting_down(states: States) -> None:
    states["Count the round"]["Parameters"]["rounds.$"] = "States.MathAdd($.rounds, -1)"


def counting_what_it_may_not(states: States) -> None:
    states["Know the timers"]["Result"]["rounds"] = "none"


def timers(**fields: Any) -> Callable[[States], None]:
    def spoil(states: States) -> None:
        states["Know the timers"]["Result"]["timers"] |= fields

    return spoil


def no_limit_known(states: States) -> None:
    rule = states["Is it enough?"]["Choices"][0]
    rule["NumericGreaterThanPath"] = "$.timers"


def reading_into_the_input(states: States) -> None:
    states["Where does it stand?"]["Parameters"]["of.$"] = "$$.Execution.Input.conversation"


def putting_into_no_object(states: States) -> None:
    states["Where does it stand?"]["ResultPath"] = "$.rounds.stand"


ASK, LOOK, PUSH = "Ask for an agent", "Where does it stand?", "Push straight to the agents"
TELL, WATCH, WHO, COUNT = (
    "Tell the customer",
    "Watch over the chat",
    "Who has the customer?",
    "Count the round",
)


def claimed(state: str, old: str, new: str) -> Callable[[States], None]:
    def spoil(states: States) -> None:
        assert old in states[state]["Comment"]
        states[state]["Comment"] = states[state]["Comment"].replace(old, new)

    return spoil


def served_on_another_word(states: States) -> None:
    """The word of a state that is no authority is as good as none."""
    states["Tell the customer"]["ResultPath"] = "$.told"
    states["Tell the customer"]["Comment"] += " @says(ended)"
    states["Closed"]["Comment"] += " @after(Tell the customer: ended)"


ESCALATION_FAULTS: list[tuple[Callable[[States], None], str, str]] = [
    (led("Pause", LOOK), "circle-count", "can go round without counting $.rounds"),
    (led("Pause", "Know the timers"), "circle-count", "begins to count $.rounds anew"),
    (led(COUNT, LOOK), "circle-count", "without asking whether $.rounds is full"),
    (counting_down, "circle-count", "can go round without a count"),
    (counting_what_it_may_not, "paths", "may fail on what it is given"),
    (timers(rounds_max=0), "circle-count", "is not known, or is none"),
    (no_limit_known, "paths", "without IsNumeric before it"),
    (timers(rounds_max=3500), "history", "events into its history"),
    (timers(pause_seconds=0), "circle-haste", "without taking a breath"),
    (timers(pause_seconds=61), "bounded", "may take 61 s; 60 are allowed; @step(60)"),
    (timers(pause_seconds="30"), "bounded", "which nothing has found to be a number"),
    (led(PUSH, COUNT), "circle-haste", "without taking a breath"),
    (caught_to(LOOK, 0, "Pause"), "circle-person", "without asking a person"),
    (caught_to(LOOK, 0, "Pause"), "people", "does not then ask a person"),
    (caught_to(TELL, 0, "Pause"), "people", "does not then ask a person"),
    (led(WHO, "Pause", "Default"), "circle-person", "without asking a person"),
    (led(WHO, "Closed", "Default"), "after", "without the fresh word 'ended'"),
    (chosen(0, PUSH), "words", "goes to 'Push straight to the agents' on 'ended'"),
    (chosen(1, WATCH), "after", "without the fresh word 'with_agent'"),
    (asked(0, 2, StringEquals="waiting"), "words", "does not tell apart 'ended'"),
    (asked(2, 2, StringEquals="someone"), "words", "compares with 'someone'"),
    (unasked(1, 5), "bounded", "of which no Choice has found that it is 1 or more"),
    (unasked(1, 6), "bounded", "and how much at most"),
    (timers(wait_seconds_below=3602), "bounded", "may take 3,601 s; 3,600 are allowed"),
    (timers(wait_seconds_below=3600), "bounded", "is left out when the wait is above 3,599 s"),
    (asked(1, 5, NumericGreaterThan=1), "bounded", "is left out when the wait is below 2 s"),
    (asked(1, 5, NumericGreaterThan=-1), "bounded", "that it is 1 or more"),
    (caught_to(ASK, 0, COUNT), "people", "does not then tell the customer"),
    (caught_to(ASK, 1, "Pause"), "people", "has no other way to a person"),
    (led(ASK, "Pause"), "people", "acts on being asked"),
    (led(WATCH, "Pause"), "people", "does not then look at the conversation"),
    (caught_to(WATCH, 0, "Pause"), "people", "does not then look at the conversation"),
    (caught_to(WATCH, 1, PUSH), "people", "does not then look at the conversation"),
    (caught_to(PUSH, 0, "Left to the sweep"), "after", "other than by a count that is full"),
    (served_on_another_word, "tags", "says @served but not"),
    (claimed("Closed", "@after(Where does it stand?: ended)", ""), "tags", "says @served but not"),
    (
        claimed(WATCH, "@after(Where does it stand?: with_agent)", ""),
        "tags",
        "says @watch but not",
    ),
    (claimed(PUSH, "@human", "@watch"), "tags", "says @watch but waits for no token"),
    (claimed(TELL, "@tell", "@human @tell"), "tags", "which are different things"),
    (claimed("Pause", "Breathe", "@human Breathe"), "tags", "which only a Task can be"),
    (claimed(LOOK, "@says(waiting, with_agent, ended)", ""), "tags", "which words it answers"),
    (led("Know the timers", "Pause"), "people", "does not begin with a look"),
    (changed(TELL, ResultPath="$.stand"), "forgets", "'Tell the customer' writes there too"),
    (giving_only_its_name, "token", "gives to nobody"),
    (giving_the_token_to_nobody, "token", "gives to nobody"),
    (changed("Pause", SecondsPath="$.timers.pause"), "paths", "reads $.timers.pause,"),
    (reading_into_the_input, "paths", "reads $$.Execution.Input.conversation"),
    (putting_into_no_object, "paths", "$.rounds may be no object there"),
    (changed(LOOK, TimeoutSeconds=61), "bounded", "may take 61 s"),
]


@pytest.mark.parametrize(("spoil", "rule", "told"), ESCALATION_FAULTS)
def test_a_fault_of_the_escalation_is_seen(
    spoil: Callable[[States], None], rule: str, told: str
) -> None:
    workflow = workflow_of("escalation")
    spoil(workflow["States"])
    found = prove(json.dumps(workflow)).violations
    assert [one for one in found if one.rule == rule and told in one.message], found


def test_a_violation_shows_the_way_and_the_errors_on_it() -> None:
    workflow = workflow_of("escalation")
    workflow["States"][LOOK]["Catch"][0]["Next"] = "Pause"
    found = [one for one in prove(json.dumps(workflow)).violations if one.rule == "people"]
    assert [(one.state, one.how) for one in found[0].path] == [
        ("Know the timers", ""),
        (COUNT, ""),
        ("Is it enough?", "no rule applies"),
        (LOOK, "fails with any error"),
        ("Pause", ""),
    ]


WORKFLOW_FAULTS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("turn", lambda w: w.pop("TimeoutSeconds"), "has no TimeoutSeconds"),
    ("turn", lambda w: w.update(TimeoutSeconds=27), "its caller waits 26"),
    ("turn", lambda w: w.update(TimeoutSeconds=24), "cut off after 24"),
    ("turn", lambda w: w.update(StartAt="Nowhere"), "starts at 'Nowhere'"),
    ("turn", lambda w: w.update(StartAt="Draft an answer"), "is where the workflow starts"),
    ("turn", lambda w: w.update(Comment="@caller(26) @failure(us)"), "add @offer(field=value)"),
    (
        "turn",
        lambda w: w.update(Comment=w["Comment"].replace("@caller(26)", "")),
        "add @caller(seconds)",
    ),
    (
        "turn",
        lambda w: w.update(Comment=w["Comment"].replace("(26)", "(soon)")),
        "where seconds are expected",
    ),
    (
        "turn",
        lambda w: w.update(Comment=w["Comment"].replace("propose=person", "propose=answer")),
        "by the same field and value",
    ),
    (
        "turn",
        lambda w: w.update(Comment=w["Comment"].replace("(propose=person)", "(person)")),
        "where field=value is expected",
    ),
    ("turn", lambda w: w.update(Comment=w["Comment"] + " @caller(26)"), "more than once"),
    ("escalation", lambda w: w.update(Comment="@step(60) @looks(3600)"), "add @failure(…)"),
    ("escalation", lambda w: w.update(Comment=w["Comment"] + " @oops"), "says @oops"),
]


@pytest.mark.parametrize(("name", "spoil", "told"), WORKFLOW_FAULTS)
def test_a_fault_of_the_whole_is_seen(
    name: str, spoil: Callable[[dict[str, Any]], object], told: str
) -> None:
    workflow = workflow_of(name)
    spoil(workflow)
    found = prove(json.dumps(workflow)).violations
    assert [one for one in found if told in str(one)], found
