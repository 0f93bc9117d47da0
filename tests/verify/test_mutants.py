"""Mutants of the workflows: what is generated, what the prover kills, and what is argued."""

from collections import Counter
from pathlib import Path

import pytest

from handrail_ops.mutate import workflows
from handrail_ops.mutate.definitions import Mutant, mutants
from handrail_ops.mutate.verdict import Verdict
from handrail_ops.mutate.workflows import MutationError, argued, own_texts, proof_of

TEXTS = own_texts()
FOUND = [one for name in workflows.WORKFLOWS for one in mutants(name, TEXTS[name])]


REASONS = argued(FOUND)


def test_each_mutant_has_a_name_of_its_own_and_is_no_copy() -> None:
    names = Counter(one.name for one in FOUND)
    assert max(names.values()) == 1
    assert len({one.text for one in FOUND}) == len(FOUND) >= 300


@pytest.mark.parametrize(
    "change",
    [
        "Draft an answer: drop Catch",
        "Draft an answer: drop Retry",
        "Draft an answer: drop TimeoutSeconds",
        "Draft an answer: drop ResultPath",
        "Draft an answer: claim @human",
        "Does it stand?: drop Default",
        "Does it stand?: Default -> Offer the answer",
        "Does it stand?: Default -> a Fail",
        "Does it stand?: rule 1 -> Draft an answer",
        "Does it stand?: rule 1: drop test 2",
        "Does it stand?: rule 1: Or for And",
        "Offer a person: Type = Fail",
        "Offer a person: propose = 'answer'",
        "TimeoutSeconds x 10",
        "StartAt = Draft an answer",
    ],
)
def test_the_plausible_mistakes_are_generated_and_killed(change: str) -> None:
    (mutant,) = [one for one in FOUND if one.name == f"turn: {change}"]
    assert proof_of(mutant)


def test_what_is_argued_to_be_equivalent_is_generated_and_not_killed() -> None:
    assert 0 < len(REASONS) < 20
    assert all(len(reason) > 40 for reason in REASONS.values())


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ('"turn: no such change" = "why"', "is not generated; drop it"),
        ('"turn: Draft an answer: drop Catch" = "why"', "verify: caught kills; drop it"),
    ],
)
def test_an_argument_that_is_out_of_step_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: str, told: str
) -> None:
    path = tmp_path / "equivalent.toml"
    path.write_text(f"[workflows]\n{listed}\n", encoding="utf-8")
    monkeypatch.setattr(workflows, "EQUIVALENT", path)
    with pytest.raises(MutationError, match=told):
        argued(FOUND)


def test_run_says_who_killed_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    """The prover first; what it lets through is run, unless it is argued about."""
    push = "escalation: Push straight to the agents: without"
    few = [one for one in FOUND if one.name in (f"{push} QueueUrl", f"{push} MessageBody.$")]
    few += [one for one in FOUND if one.name == "turn: Draft an answer: drop Catch"]
    few += [one for one in FOUND if one.name in REASONS]
    monkeypatch.setattr(
        workflows, "mutants", lambda name, _: [m for m in few if m.workflow == name]
    )
    ran: list[str] = []

    def matrix(texts: workflows.Texts, workflow: str) -> str | None:
        if texts == TEXTS:
            return None
        ran.append(texts[workflow])
        return "test_x" if "QueueUrl" not in texts[workflow] else None

    monkeypatch.setattr(workflows, "matrix", matrix)
    said: list[str] = []
    verdicts = {one.name: one for one in workflows.run(2, said.append)}
    assert verdicts["turn: Draft an answer: drop Catch"].killed_by == "verify: caught"
    assert verdicts[f"{push} QueueUrl"].killed_by == "fault matrix: test_x"
    assert verdicts[f"{push} MessageBody.$"].survived
    assert sum(one.equivalent is not None for one in verdicts.values()) == len(REASONS)
    assert len(ran) == len(said) - 1 == 2


def test_what_fails_anyway_kills_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [
        one
        for one in FOUND
        if one.name == "escalation: Push straight to the agents: drop Parameters"
    ]
    monkeypatch.setattr(
        workflows, "mutants", lambda name, _: [m for m in few if m.workflow == name]
    )
    monkeypatch.setattr(workflows, "argued", lambda _: {})
    monkeypatch.setattr(workflows, "matrix", lambda _texts, _workflow: "test_x")
    with pytest.raises(MutationError, match="fails without any mutant: escalation, test_x"):
        workflows.run(1, lambda _: None)


def test_a_workflow_that_is_not_proved_is_not_mutated(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Mutant(
        "turn", "x", TEXTS["turn"].replace('"Default": "Offer a person"', '"Next": "x"')
    )
    monkeypatch.setattr(workflows, "own_texts", lambda: {**TEXTS, "turn": broken.text})
    monkeypatch.setattr(workflows, "argued", lambda _: {})
    monkeypatch.setattr(workflows, "mutants", lambda _name, _text: [])
    with pytest.raises(MutationError, match=r"turn\.asl\.json is not proved"):
        workflows.run(1, lambda _: None)


def test_a_survivor_is_one_that_nothing_noticed() -> None:
    assert Verdict("x").survived
    assert not Verdict("x", killed_by="verify: caught").survived
    assert not Verdict("x", equivalent="because").survived
