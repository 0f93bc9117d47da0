"""Any team's workflow: with a few tags it is proved, without them it is said what is missing."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from handrail_ops.verify.proof import prove
from handrail_ops.verify.reading import NotModelledError, UnreadableError
from handrail_ops.verify.tags import ENDINGS, OF_STATES, OF_WORKFLOWS

from .conftest import ROOT

PAGE = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
EXAMPLE: dict[str, Any] = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])  # type: ignore[index]
Spoil = Callable[[dict[str, Any]], object]


def example(spoil: Spoil = lambda _: None) -> str:
    workflow = copy.deepcopy(EXAMPLE)
    spoil(workflow)
    return json.dumps(workflow)


def rules(text: str) -> set[str]:
    return {one.rule for one in prove(text).violations}


def untagged(workflow: dict[str, Any]) -> None:
    workflow["Comment"] = ""
    for state in workflow["States"].values():
        state.pop("Comment", None)


def test_the_page_s_example_is_proved() -> None:
    proof = prove(example())
    assert proof.proved
    assert proof.rounds == 20


def test_without_tags_it_is_said_what_is_missing() -> None:
    violations = prove(example(untagged)).violations
    told = [str(one) for one in violations]
    assert f"not proved, {len(violations)} violations" in PAGE
    assert any("add @failure(…)" in one for one in told)
    missing = [one for one in violations if "it says none of @offer" in one.message]
    assert {one.state for one in missing} == {
        "Staff have it",
        "The manager has it",
        "On the board",
    }
    assert [passed.state for passed in missing[0].path][-1] == missing[0].state
    assert any("without asking a person" in one for one in told)


def test_the_page_names_every_tag_and_every_rule() -> None:
    for tag in (*OF_STATES, *OF_WORKFLOWS):
        assert f"`@{tag}" in PAGE, tag
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "infra" / "handrail_ops" / "verify").glob("*.py")
    )
    found = set(re.findall(r'(?:Violation\(|yield |Violation\(rule, )"([a-z-]+)", ', source))
    found |= set(re.findall(r'"(circle-[a-z]+|history)"', source))
    assert len(found) > 15
    assert {rule for rule in found if f"`{rule}`" not in PAGE} <= {"reading", "comment"}


def states(workflow: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = workflow["States"]
    return found


def receipt_untested(w: dict[str, Any]) -> None:
    states(w)["Was it taken?"]["Choices"][0]["And"].pop()


def receipt_of_another(w: dict[str, Any]) -> None:
    states(w)["Was that taken?"]["Choices"][0]["Next"] = "Staff have it"
    states(w)["Page the staff"]["Comment"] = "@human"
    states(w)["Queue for the manager"]["Comment"] = "Not a person."


def count_beside_another_question(w: dict[str, Any]) -> None:
    rule = states(w)["Enough?"]["Choices"][0]
    del rule["Variable"], rule["NumericGreaterThan"]
    rule["And"] = [
        {"Variable": "$.rounds", "NumericGreaterThan": 20},
        {"Variable": "$.rounds", "NumericLessThan": 22},
    ]


def count_asked_too_late(w: dict[str, Any]) -> None:
    states(w)["Enough?"]["Choices"].insert(
        0, {"Variable": "$.rounds", "NumericGreaterThan": 0, "Next": "Page the staff"}
    )


def either_receipt(w: dict[str, Any]) -> None:
    rule = states(w)["Was it taken?"]["Choices"][0]
    rule["Or"] = rule.pop("And")


def an_index_outlives_its_list(w: dict[str, Any]) -> None:
    """What was found at `$.list[0]` is gone when `$.list` is another one."""
    named = {"Variable": "$.list[0]", "IsPresent": True}
    states(w).update(
        {
            "Ask": {
                "Type": "Choice",
                "Choices": [named | {"Next": "Replace"}],
                "Default": "Begin",
            },
            "Replace": {"Type": "Pass", "Result": "x", "ResultPath": "$.list", "Next": "Again"},
            "Again": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.list[0]", "IsString": True, "Next": "Begin"}],
                "Default": "Begin",
            },
        }
    )
    w["StartAt"] = "Ask"


FAULTS: list[tuple[Spoil, str]] = [
    (an_index_outlives_its_list, "paths"),
    (receipt_untested, "after"),
    (receipt_of_another, "after"),
    (either_receipt, "after"),
    (count_beside_another_question, "circle-count"),
    (count_asked_too_late, "circle-count"),
    (lambda w: states(w)["Enough?"]["Choices"][0].update(NumericGreaterThan=0), "circle-count"),
    (lambda w: states(w)["Begin"].update(Result={"rounds": -2000}), "history"),
    (lambda w: states(w)["Begin"].update(Result={"a.b": 0}), "paths"),
    (lambda w: states(w)["Breathe"].update(Seconds=0), "circle-haste"),
    (lambda w: states(w)["Breathe"].update(Seconds=901), "bounded"),
    (
        lambda w: states(w)["Queue for the manager"].update(
            Resource="arn:aws:states:::sns:publish"
        ),
        "people",
    ),
    (
        lambda w: states(w)["Queue for the manager"]["Catch"][0].update(Next="On the board"),
        "after",
    ),
    (lambda w: states(w)["Page the staff"].update(Next="Breathe"), "unreached"),
    (lambda w: states(w)["Page the staff"].update(Comment="@humans"), "tags"),
    (lambda w: states(w)["Page the staff"].update(Comment="@human @after(Begin: go)"), "tags"),
    (lambda w: states(w)["Page the staff"].update(HeartbeatSeconds=10), "bounded"),
    (lambda w: states(w)["Page the staff"].update(ResultPath="$.failure.paged"), "paths"),
    (lambda w: states(w)["Page the staff"].update(ResultSelector={"x.$": "$.Other"}), "paths"),
    (lambda w: states(w)["Page the staff"].update(OutputPath="$.paged.Other"), "paths"),
    (lambda w: states(w)["Breathe"].update(Seconds=None), "unreadable"),
    (lambda w: states(w)["On the board"].update(Comment="@reached"), "after"),
    (lambda w: states(w)["On the board"].update(Comment="@swept @served"), "tags"),
    (lambda w: w.update(StartAt="On the board"), "after"),
]


@pytest.mark.parametrize(("spoil", "rule"), FAULTS)
def test_each_rule_sees_what_it_is_for(spoil: Spoil, rule: str) -> None:
    text = example(spoil)
    if rule == "unreadable":
        with pytest.raises(UnreadableError):
            prove(text)
    else:
        assert rule in rules(text)


def test_a_selected_receipt_of_the_service_is_known() -> None:
    def select(w: dict[str, Any]) -> None:
        states(w)["Page the staff"]["ResultSelector"] = {"MessageId.$": "$.MessageId"}

    assert prove(example(select)).proved


UNREADABLE: list[tuple[str, type[UnreadableError], str]] = [
    ("", UnreadableError, "is no JSON"),
    ("{", UnreadableError, "is no JSON"),
    ('{"StartAt": ${X}}', UnreadableError, "is no JSON"),
    ("[]", UnreadableError, "a JSON object is expected, not a list"),
    ("null", UnreadableError, "a JSON object is expected, not null"),
    ("{}", UnreadableError, "it has no StartAt and States"),
    ('{"StartAt": "A"}', UnreadableError, "it has no States"),
    ('{"StartAt": "A", "States": {}}', UnreadableError, "has no states"),
    ('{"StartAt": "A", "States": []}', UnreadableError, "not an object"),
    ('{"StartAt": 1, "States": {"A": {"Type": "Succeed"}}}', UnreadableError, "not a string"),
    ('{"StartAt": "", "States": {"": {"Type": "Pass"}}}', UnreadableError, "without a name"),
    ('{"StartAt": "A", "States": {"A": 1}}', UnreadableError, "must be a JSON object"),
    ('{"StartAt": "A", "States": {"A": {}}}', UnreadableError, "needs a string as its Type"),
    ('{"StartAt": "A", "States": {"A": {"Type": "Sleep"}}}', UnreadableError, "of type 'Sleep'"),
    ('{"StartAt": "A", "StartAt": "B", "States": {}}', UnreadableError, "'StartAt' twice"),
    ('{"StartAt": "A", "States": {"A": {"Type": NaN}}}', UnreadableError, "NaN is no number"),
    ('{"StartAt": "A", "x": 1e999, "States": {"A": 1}}', UnreadableError, "too large"),
    ("[" * 100_000, UnreadableError, "is no JSON|nested"),
    (
        '{"StartAt": "A", "x": ' + "[" * 70 + "]" * 70 + ', "States": {"A": 1}}',
        UnreadableError,
        "nested deeper than 60",
    ),
    (" " * 1_048_577, UnreadableError, "is larger than"),
]


@pytest.mark.parametrize(("text", "error", "told"), UNREADABLE)
def test_what_is_no_workflow_is_said_plainly(
    text: str, error: type[UnreadableError], told: str
) -> None:
    with pytest.raises(error, match=told) as raised:
        prove(text)
    assert not isinstance(raised.value, NotModelledError)


NOT_MODELLED: list[tuple[Spoil, str]] = [
    (lambda w: w.update(QueryLanguage="JSONata"), "is written in JSONata"),
    (lambda w: states(w)["Breathe"].update(QueryLanguage="JSONata"), "is written in JSONata"),
    (lambda w: states(w)["Breathe"].update(Type="Map"), "'Breathe' uses Map"),
    (lambda w: states(w)["Breathe"].update(Assign={}), "'Breathe' has the field 'Assign'"),
    (lambda w: states(w)["Page the staff"].update(Credentials={}), "the field 'Credentials'"),
    (lambda w: states(w)["Page the staff"].update(ResultPath="$.a[0]"), "as its ResultPath"),
    (
        lambda w: states(w)["Enough?"]["Choices"][0].update(Variable="$['rounds']"),
        "asks about \"$['rounds']\"",
    ),
    (
        lambda w: states(w)["Enough?"]["Choices"][0].update(Assign={}),
        "has the field 'Assign' in a rule",
    ),
    (lambda w: w.update(Processor={}), "has the field 'Processor'"),
]


@pytest.mark.parametrize(("spoil", "told"), NOT_MODELLED)
def test_what_is_not_modelled_is_never_proved(spoil: Spoil, told: str) -> None:
    with pytest.raises(NotModelledError, match="nothing is proved") as raised:
        prove(example(spoil))
    assert told in str(raised.value)


def test_a_tag_is_not_taken_for_true_by_its_name() -> None:
    """Every ending of every kind, claimed by an ending that is none of them."""
    for tag in ENDINGS:
        lie = json.dumps(
            {
                "Comment": "@failure(us) @caller(60) @offer(a=b) @person(a=c)",
                "StartAt": "End",
                "TimeoutSeconds": 60,
                "States": {"End": {"Comment": f"@{tag}", "Type": "Succeed"}},
            }
        )
        assert not prove(lie).proved, tag


def test_the_same_file_gets_the_same_verdict() -> None:
    text = example(untagged)
    assert prove(text) == prove(text)
