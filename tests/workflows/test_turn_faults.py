"""Every step of a turn times every fault ends with a person, or an answer that offers one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from workflows.faults import FAULTS, Plan
from workflows.people import Company
from workflows.quick import AT_ONCE

from handrail.domain.conversation import Conversation, Holder
from handrail.domain.delivery import Speaker
from handrail.domain.outbox import OutboxRow, Way
from handrail.domain.turn import Reason

QUESTION = "How long does a refund take?"
STEPS = ("UnderstandFunction", "DraftAnswerFunction", "CheckGroundingFunction")
CASES = [(step, fault) for step in STEPS for fault in FAULTS]


@dataclass(frozen=True)
class Turn:
    """What became of a turn."""

    conversation: Conversation
    rows: list[OutboxRow]
    faults: int


@pytest.fixture(scope="module")
def turns(company: Company, plan: Plan) -> Iterator[dict[tuple[str, str], Turn]]:
    """Run every case at once; they would take minutes one after the other."""

    def run(case: tuple[str, str]) -> Turn:
        customer, conversation = company.new_customer()
        plan.put(conversation, *case)
        company.write(customer, QUESTION)
        return Turn(
            company.conversation(conversation),
            company.rows(conversation),
            plan.happened[conversation],
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield dict(zip(CASES, pool.map(run, CASES), strict=True))
    plan.heal()


@pytest.mark.parametrize(("step", "fault"), CASES)
def test_a_fault_of_a_step_becomes_a_person(
    turns: dict[tuple[str, str], Turn], step: str, fault: str
) -> None:
    turn = turns[step, fault]
    assert turn.faults, "the fault did not happen"
    assert turn.conversation.holder is Holder.WAITING
    assert turn.conversation.open_escalation.reason in (Reason.FAILED, Reason.NOT_GROUNDED)
    assert [row.speaker for row in turn.rows] == [Speaker.STATUS]
    assert all(row.way in (Way.WITHDRAW, Way.PERSON) for row in turn.rows)


def test_without_a_fault_there_is_an_answer(company: Company) -> None:
    customer, conversation = company.new_customer()
    company.write(customer, QUESTION)
    (row,) = company.rows(conversation)
    assert row.speaker is Speaker.BOT
    assert row.citations
    assert row.way is Way.PERSON
    assert company.conversation(conversation).holder is Holder.BOT


@pytest.mark.parametrize("step", STEPS)
def test_a_throttle_that_passes_is_tried_again(company: Company, plan: Plan, step: str) -> None:
    customer, conversation = company.new_customer()
    plan.put(conversation, step, "is throttled", once=True)
    company.write(customer, QUESTION)
    assert plan.happened[conversation] == 1
    (row,) = company.rows(conversation)
    assert row.speaker is Speaker.BOT


def test_a_question_without_an_answer_is_a_person_without_any_fault(company: Company) -> None:
    customer, conversation = company.new_customer()
    company.write(customer, "Which of your rivals would you buy from, and what is love?")
    assert company.conversation(conversation).holder is Holder.WAITING


@pytest.mark.parametrize("given", ["{}", "[]", '"words"', "null", '{"conversation": 1}'])
def test_a_turn_with_a_malformed_input_proposes_a_person_or_fails(
    company: Company, given: str
) -> None:
    deployment = company.deployment
    answer = deployment.client("stepfunctions").start_sync_execution(
        stateMachineArn=deployment.ref("TurnWorkflow"), input=given
    )
    assert answer["status"] != "SUCCEEDED" or answer["output"] == '{"propose": "person"}'
