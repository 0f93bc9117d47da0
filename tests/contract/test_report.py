"""`handrail report` over a table: figures, rows for a spreadsheet, one request's story."""

import csv
import io
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from handrail.domain.synthetic import CANARY_ACCOUNT
from handrail_ops.report.command import report
from support.aws import Aws
from support.stores import (
    NOW,
    Stores,
    asked,
    claimed,
    commit,
    fresh,
    keep,
    message,
    resolved,
    says,
    seen,
)

SECRET = "what a customer wrote"
NAMES = ["a" * 26, "b" * 26, "c" * 26]


@pytest.fixture
def name(aws: Aws, table_name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    assert aws is not None
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "x")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("COLUMNS", "160")
    return table_name


def told(name: str, *options: str) -> Result:
    return CliRunner().invoke(report, ["--table", name, *options])


def request(stores: Stores, conversation: str, account: str = "shop") -> str:
    """Ask, be reached after 40 seconds, and be done with; return the reference number."""
    inbound = message("e1", 1, SECRET)
    keep(stores, inbound, of=conversation)
    opened = asked(replace(fresh(conversation), account=account), [inbound])
    stores.conversations.commit(opened)
    commit(stores, claimed, "agent-1", NOW + 30, of=conversation)
    commit(stores, seen, "agent-1", NOW + 35, of=conversation)
    commit(stores, says, "m1", NOW + 40, of=conversation)
    commit(stores, resolved, of=conversation)
    for sent in stores.conversations.rows(conversation):
        stores.deliveries.delivered(conversation, sent.row.sequence, ("receipt",))
    return opened.after.open_escalation.reference


def test_everybody_was_reached(dynamo: Stores, name: str) -> None:
    for conversation in NAMES:
        request(dynamo, conversation)
    result = told(name)
    assert result.exit_code == 0, result.output
    lines = {line.split("  ")[0]: line for line in result.output.splitlines()}
    assert "100 %  (3 of 3)" in lines["reached by a person within 3 min"]
    assert "100 %  (3 of 3)" in lines["promises kept"]
    assert "100 %  (9 of 9)" in lines["messages with a way to a person"]
    assert "40 s" in lines["longest wait"]
    assert SECRET not in result.output


def test_what_is_measured_can_be_told_otherwise(dynamo: Stores, name: str) -> None:
    request(dynamo, NAMES[0])
    result = told(name, "--within", "39")
    assert "0.00 %  (0 of 1)" in result.output


def test_a_spreadsheet_has_a_row_for_each_request(dynamo: Stores, name: str) -> None:
    references = {request(dynamo, conversation) for conversation in NAMES}
    rows = list(csv.DictReader(io.StringIO(told(name, "--csv").output)))
    assert {row["reference"] for row in rows} == references
    for row in rows:
        assert (row["reached_seconds"], row["ending"]) == ("40.0", "answered")
        assert (row["promises"], row["promises_kept"], row["promises_broken"]) == ("1", "1", "0")


def test_a_moment_leaves_out_what_came_before(dynamo: Stores, name: str) -> None:
    request(dynamo, NAMES[0])
    assert len(told(name, "--csv", "--since", "2027-01-14").output.splitlines()) == 2
    assert len(told(name, "--csv", "--since", "2027-01-16").output.splitlines()) == 1
    assert "Nobody asked" in told(name, "--since", "2027-01-16").output


def test_the_canary_is_left_out_and_counted(dynamo: Stores, name: str) -> None:
    request(dynamo, NAMES[0])
    request(dynamo, NAMES[1], CANARY_ACCOUNT)
    assert len(told(name, "--csv").output.splitlines()) == 2
    assert "1 requests of the canary" in told(name).output


def test_a_reference_tells_its_story_without_words(dynamo: Stores, name: str) -> None:
    reference = request(dynamo, NAMES[0])
    request(dynamo, NAMES[1])
    for option in (("--reference", reference.lower()), ("--conversation", NAMES[0])):
        result = told(name, *option)
        assert result.exit_code == 0, result.output
        assert NAMES[0] in result.output
        assert NAMES[1] not in result.output
        for expected in (
            "entry 1, for_person: text, id e1",
            f"request 1 ({reference}) opened: asked",
            "claimed",
            "ended: answered",
            "row 2, epoch 2: agent.joined_named",
            "1 promises kept, 0 broken",
        ):
            assert expected in result.output, expected
        assert SECRET not in result.output
        assert "Hi!" not in result.output


def test_what_is_not_there_is_said(name: str) -> None:
    unknown = told(name, "--reference", "XXXX-XXXX")
    assert unknown.exit_code == 1
    assert "knows no reference XXXX-XXXX" in unknown.output
    no_table = told("another")
    assert no_table.exit_code == 1
    assert "cannot be made" in no_table.output
    assert told(name, "--since", "soon").exit_code == 2


def test_a_spoilt_item_is_named(aws: Aws, dynamo: Stores, name: str) -> None:
    request(dynamo, NAMES[0])
    aws.dynamodb.update_item(
        TableName=name,
        Key={"pk": {"S": f"C#{NAMES[0]}"}, "sk": {"S": "OUT#00000001"}},
        UpdateExpression="SET way = :w",
        ExpressionAttributeValues={":w": {"S": "none"}},
    )
    assert f"{NAMES[0]} OUT#00000001" in told(name).output
