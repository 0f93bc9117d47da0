"""A Parallel is one step that may return or fail with anything, and has to end."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from handrail_ops.verify.proof import prove
from handrail_ops.verify.reading import UnreadableError

from .interpreter import LostError, World, execute
from .test_any_workflow import EXAMPLE
from .test_soundness import spoil_anywhere

INPUT = {"call": "1"}


def look_up(name: str, after: str = "") -> dict[str, Any]:
    """Return a Task whose errors the Parallel catches."""
    return {
        "Type": "Task",
        "Resource": "${LookUpArn}",
        "Parameters": {"of": name, "call.$": "$$.Execution.Input"},
        "TimeoutSeconds": 5,
        "ResultPath": f"$.{name}",
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}],
        **({"Next": after} if after else {"End": True}),
    }


def example() -> dict[str, Any]:
    """Return the page's example, which first looks up two things at once."""
    workflow: dict[str, Any] = copy.deepcopy(EXAMPLE)
    workflow["StartAt"] = "Look up"
    workflow["States"]["Look up"] = {
        "Type": "Parallel",
        "ResultPath": "$.found",
        "Branches": [
            {
                "StartAt": "Guest",
                "States": {
                    "Guest": look_up("guest", "Known?"),
                    "Known?": {
                        "Type": "Choice",
                        "Choices": [{"Variable": "$.guest.id", "IsPresent": True, "Next": "Room"}],
                        "Default": "Nobody",
                    },
                    "Room": look_up("room"),
                    "Nobody": {"Type": "Fail"},
                },
            },
            {"StartAt": "Staff", "States": {"Staff": look_up("staff")}},
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.why", "Next": "Begin"}],
        "Next": "Begin",
    }
    return workflow


def parallel(workflow: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = workflow["States"]["Look up"]
    return found


def inside(workflow: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = parallel(workflow)["Branches"][0]["States"]
    return found


def test_a_parallel_before_the_people_is_proved() -> None:
    assert prove(json.dumps(example())).violations == ()


def going_round(w: dict[str, Any]) -> None:
    del inside(w)["Room"]["End"]
    inside(w)["Room"]["Next"] = "Guest"


FAULTS: list[tuple[Callable[[dict[str, Any]], object], str, str]] = [
    (lambda w: parallel(w).pop("Catch"), "caught", "does not catch States.ALL last"),
    (lambda w: parallel(w).pop("ResultPath"), "forgets", "overwrites"),
    (lambda w: parallel(w).update(Comment="@human"), "tags", "which only a Task can be"),
    (lambda w: inside(w)["Guest"].update(Comment="@human"), "tags", "where no tag counts"),
    (lambda w: inside(w)["Guest"].pop("Retry"), "retried", "is not tried again"),
    (lambda w: inside(w)["Guest"].pop("TimeoutSeconds"), "bounded", "has no TimeoutSeconds"),
    (lambda w: inside(w)["Guest"].pop("TimeoutSeconds"), "bounded", "may take for ever"),
    (lambda w: inside(w)["Guest"].update(TimeoutSeconds=600), "bounded", "may take 1,"),
    (lambda w: inside(w)["Guest"].update(Next="Nowhere"), "dangling", "leads to 'Nowhere'"),
    (lambda w: inside(w)["Guest"].update(InputPath="$.paged"), "paths", "reads $.paged"),
    (lambda w: inside(w)["Known?"].pop("Default"), "default", "has no Default"),
    (lambda w: inside(w).update(Lonely={"Type": "Succeed"}), "unreached", "from nowhere"),
    (lambda w: parallel(w).update(Parameters={"a.$": "$.b"}), "paths", "reads $.b"),
    (lambda w: parallel(w).update(Parameters="x"), "paths", "$ may be no object there"),
    (going_round, "bounded", "may take for ever"),
]


@pytest.mark.parametrize(("spoil", "rule", "told"), FAULTS)
def test_what_is_wrong_inside_is_seen(
    spoil: Callable[[dict[str, Any]], object], rule: str, told: str
) -> None:
    workflow = example()
    spoil(workflow)
    found = prove(json.dumps(workflow)).violations
    assert [one for one in found if one.rule == rule and told in one.message], found


def test_the_way_leads_into_the_branch() -> None:
    workflow = example()
    inside(workflow)["Room"]["InputPath"] = "$.nothing"
    found = [one for one in prove(json.dumps(workflow)).violations if one.rule == "paths"]
    assert [one.state for one in found[0].path] == ["Look up", "Guest", "Known?", "Room"]


def test_two_states_of_one_name_are_refused() -> None:
    workflow = example()
    inside(workflow)["Breathe"] = {"Type": "Succeed"}
    with pytest.raises(UnreadableError, match="two states of the name 'Breathe'"):
        prove(json.dumps(workflow))


def test_a_branch_counts_its_events() -> None:
    """In a circle, what a branch writes into the history is written in every round."""
    workflow = example()
    workflow["States"]["Breathe"]["Next"] = "Look up again"
    again = copy.deepcopy(parallel(workflow))
    again["Branches"] = [
        {
            "StartAt": f"{n}0",
            "States": {f"{n}{i}": look_up("x", f"{n}{i + 1}" if i < 9 else "") for i in range(10)},
        }
        for n in "abcdefghijklmnop"
    ]
    again |= {"Next": "Count", "Catch": [again["Catch"][0] | {"Next": "Count"}]}
    workflow["States"]["Look up again"] = again
    assert "history" in {one.rule for one in prove(json.dumps(workflow)).violations}
    for branch in again["Branches"][1:]:
        again["Branches"].remove(branch)
    assert "history" not in {one.rule for one in prove(json.dumps(workflow)).violations}


def test_what_is_proved_survives_a_bad_world() -> None:
    chance = random.Random(7)  # noqa: S311
    proved = 0
    for _ in range(150):
        workflow = example()
        if proved:
            spoil_anywhere(workflow, chance)
        try:
            if not prove(json.dumps(workflow)).proved:
                continue
        except UnreadableError:
            continue
        proved += 1
        for seed in range(8):
            world = World(seed, (0.3, 0.8, 0.95)[seed % 3])
            try:
                ended = execute(workflow, INPUT, world)
            except LostError as lost:
                pytest.fail(f"{lost}: {json.dumps(workflow)}")
            comment = workflow["States"][ended.state]["Comment"]
            assert "@reached" in comment or "@swept" in comment
    assert proved > 20
