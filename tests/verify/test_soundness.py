"""What is called proved survives a world in which everything fails, on an interpreter of its own.

Whatever is thrown at the prover, it neither falls over nor says "proved" of a way that loses
somebody.
"""

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail_ops.mutate.definitions import mutants
from handrail_ops.verify.proof import Proof, prove
from handrail_ops.verify.reading import UnreadableError

from .conftest import text_of, workflow_of
from .interpreter import Ended, LostError, World, execute

INPUT = {"conversation": "c", "escalation": "e", "turn": "t", "events": ["1"], "language": "en"}
NAMES = ("turn", "escalation")
SEEDS = {"turn": range(800), "escalation": range(120)}
"""A turn is a few steps; a request goes round some hundred times."""
UNSAFE = ("-> a Fail", "drop Default", "drop Catch")
ENDINGS = ("@offer", "@person", "@served", "@swept")


def tried(text: str) -> Proof | None:
    """Return the proof; None when it cannot be read. Anything else is raised."""
    try:
        return prove(text)
    except UnreadableError:
        return None


def lost(workflow: dict[str, Any], seed: int) -> str | None:
    """Run once; say how the customer was lost, or None."""
    kindness = (0.3, 0.7, 0.95, 1.0)[seed % 4]
    try:
        ended = execute(workflow, INPUT, World(seed, kindness))
    except LostError as failure:
        return str(failure)
    return _wrong(workflow, ended)


def _wrong(workflow: dict[str, Any], ended: Ended) -> str | None:
    comment = workflow["States"][ended.state].get("Comment", "")
    if not any(tag in comment for tag in ENDINGS):
        return f"it ends in {ended.state}"
    if "@offer" in comment:
        said = ended.last.get("Check the grounding")
        if ended.failed or not isinstance(said, dict) or said.get("verdict") != "go_on":
            return "an answer after an error, or unchecked"
        if ended.output != {"propose": "answer"}:
            return "an offer that the caller does not know"
    if "@person" in comment and ended.output != {"propose": "person"}:
        return "a person that the caller does not know"
    if "@served" in comment:
        said = ended.last.get("Where does it stand?")
        if not isinstance(said, dict) or said.get("standing") != "ended":
            return "served, though the authority did not say so"
    if "@swept" in comment and not ended.asked:
        return "left to the sweep, and nobody was asked"
    return None


@pytest.mark.parametrize("name", NAMES)
def test_our_workflows_survive_everything(name: str) -> None:
    workflow = workflow_of(name)
    found = {seed: way for seed in SEEDS[name] if (way := lost(workflow, seed))}
    assert not found


@pytest.mark.parametrize("name", NAMES)
def test_the_world_is_bad_enough(name: str) -> None:
    """Of what must lose somebody, most is caught in the act; else nothing here would say much."""
    found = [one for one in mutants(name, text_of(name)) if one.change.endswith(UNSAFE)]
    caught = 0
    for mutant in found:
        workflow = json.loads(mutant.text)
        caught += any(lost(workflow, seed) for seed in SEEDS[name])
    assert caught >= 0.8 * len(found) > 0


@pytest.mark.parametrize("name", NAMES)
def test_mutants_that_are_proved_lose_nobody(name: str) -> None:
    checked = 0
    for mutant in mutants(name, text_of(name)):
        proof = tried(mutant.text)
        if proof is not None and proof.proved:
            checked += 1
            workflow = json.loads(mutant.text)
            found = {seed: way for seed in range(6) if (way := lost(workflow, seed))}
            assert not found, mutant.name
    assert checked


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_random_changes_never_pass_for_proved(name: str, chance: random.Random) -> None:
    workflow = workflow_of(name)
    for _ in range(chance.randint(1, 3)):
        spoil_anywhere(workflow, chance)
    proof = tried(json.dumps(workflow))
    if proof is not None and proof.proved:
        found = {seed: way for seed in range(10) if (way := lost(workflow, seed))}
        assert not found


def spoil_anywhere(workflow: dict[str, Any], chance: random.Random) -> None:
    """Drop, replace or double something anywhere."""
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [workflow]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else list(range(len(one)))
        places += [(one, key) for key in keys]
        waiting += [one[key] for key in keys if isinstance(one[key], dict | list)]
    holder, key = chance.choice(places)
    other, other_key = chance.choice(places)
    match chance.randrange(4):
        case 0:
            del holder[key]
        case 1:
            holder[key] = chance.choice((None, 0, -1, 10**12, 1.5, "", "$.x", [], {}, True, "x"))
        case 2:
            holder[key] = copy.deepcopy(other[other_key])
        case _ if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("Type", "Next", "End", "Choices", "And", "Variable", "x"))
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    text = json.dumps(value)
    proof = tried(text)
    assert proof is None or not proof.proved


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), JSON, max_size=3), st.sampled_from("abc"))
def test_any_states_are_read_or_refused(states: dict[str, Any], start: str) -> None:
    proof = tried(json.dumps({"StartAt": start, "States": states, "TimeoutSeconds": 5}))
    assert proof is None or not proof.proved


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_refused(text: str) -> None:
    assert tried(text) is None


@pytest.mark.parametrize("name", NAMES)
def test_any_beginning_of_a_file_is_refused(name: str) -> None:
    text = text_of(name)
    for length in range(0, len(text) - 2, 97):
        assert tried(text[:length]) is None
