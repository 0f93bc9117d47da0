"""One suite for the web chat's mailbox and connections: on the fakes, and on DynamoDB (moto)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber
from moto import mock_aws

from handrail.adapters.aws.push import ApiGatewayPush
from handrail.adapters.aws.web_store import (
    CONNECTION_SECONDS,
    CONNECTIONS_MAX,
    MAILBOX_SECONDS,
    DynamoConnections,
    DynamoMailbox,
    DynamoSurveys,
)
from handrail.application.web_ports import Connections, Letter, Mailbox, Surveys
from handrail.domain.errors import UnavailableError
from support.fakes_web import FakeConnections, FakeMailbox, FakeSurveys

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "handrail"
NOW = 1_800_000_000.0


@dataclass
class SetClock:
    time: float = NOW

    def now(self) -> float:
        return self.time


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def table() -> Iterator["DynamoDBClient"]:
    with mock_aws():
        client = boto3.client(
            "dynamodb", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        client.create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


@pytest.fixture(params=["fake", "dynamodb"])
def mailbox(request: pytest.FixtureRequest, clock: SetClock) -> Mailbox:
    if request.param == "fake":
        return FakeMailbox()
    return DynamoMailbox(request.getfixturevalue("table"), TABLE, clock)


@pytest.fixture(params=["fake", "dynamodb"])
def connections(request: pytest.FixtureRequest, clock: SetClock) -> Connections:
    if request.param == "fake":
        return FakeConnections()
    return DynamoConnections(request.getfixturevalue("table"), TABLE, clock)


def letter(sequence: int, text: str = "") -> Letter:
    return Letter(sequence, {"sequence": sequence, "text": text or f"message {sequence}"})


class TestMailbox:
    def test_messages_come_back_in_order_whole(self, mailbox: Mailbox) -> None:
        texts = {2: "zwei", 10: 'مرحبا "you"\n', 9: "😀", 1: "一"}
        for sequence, text in texts.items():
            mailbox.put("s1", letter(sequence, text))
        found = mailbox.letters("s1", 0, 50)
        assert [entry.sequence for entry in found] == [1, 2, 9, 10]
        assert {entry.sequence: entry.content["text"] for entry in found} == texts

    def test_only_what_comes_after_is_returned(self, mailbox: Mailbox) -> None:
        for sequence in range(1, 6):
            mailbox.put("s1", letter(sequence))
        assert [entry.sequence for entry in mailbox.letters("s1", 3, 50)] == [4, 5]
        assert list(mailbox.letters("s1", 5, 50)) == []
        assert list(mailbox.letters("s1", 2**53 - 1, 50)) == []

    def test_a_limit_takes_the_oldest(self, mailbox: Mailbox) -> None:
        for sequence in range(1, 6):
            mailbox.put("s1", letter(sequence))
        assert [entry.sequence for entry in mailbox.letters("s1", 0, 2)] == [1, 2]

    def test_a_sequence_once_put_does_not_change(self, mailbox: Mailbox) -> None:
        mailbox.put("s1", letter(1, "first"))
        mailbox.put("s1", letter(1, "second"))
        assert [entry.content["text"] for entry in mailbox.letters("s1", 0, 50)] == ["first"]

    def test_sessions_do_not_see_each_other(self, mailbox: Mailbox) -> None:
        mailbox.put("s1", letter(1))
        assert list(mailbox.letters("s2", 0, 50)) == []
        assert list(mailbox.letters("s", 0, 50)) == []

    def test_an_unknown_session_is_empty(self, mailbox: Mailbox) -> None:
        assert list(mailbox.letters("nobody", 0, 50)) == []


class TestConnections:
    def test_a_session_lists_its_own(self, connections: Connections) -> None:
        connections.add("s1", "c1=")
        connections.add("s1", "c2=")
        connections.add("s2", "c3=")
        assert sorted(connections.open_for("s1")) == ["c1=", "c2="]
        assert list(connections.open_for("nobody")) == []

    def test_adding_twice_changes_nothing(self, connections: Connections) -> None:
        connections.add("s1", "c1")
        connections.add("s1", "c1")
        assert list(connections.open_for("s1")) == ["c1"]

    def test_a_removed_one_is_forgotten(self, connections: Connections) -> None:
        connections.add("s1", "c1")
        connections.add("s1", "c2")
        connections.remove("c1")
        assert list(connections.open_for("s1")) == ["c2"]

    def test_removing_what_is_not_there_changes_nothing(self, connections: Connections) -> None:
        connections.remove("c9")
        connections.add("s1", "c1")
        connections.remove("c1")
        connections.remove("c1")
        assert list(connections.open_for("s1")) == []


@pytest.fixture(params=["fake", "dynamodb"])
def surveys(request: pytest.FixtureRequest, clock: SetClock) -> Surveys:
    if request.param == "fake":
        return FakeSurveys()
    return DynamoSurveys(request.getfixturevalue("table"), TABLE, clock)


def test_a_conversation_is_judged_once(surveys: Surveys) -> None:
    assert surveys.put("s1", 3, solved=False)
    assert not surveys.put("s1", 3, solved=True)
    assert surveys.put("s1", 9, solved=True)
    assert surveys.put("s2", 3, solved=True)


def test_an_answer_is_kept_under_a_key_of_its_own(
    table: "DynamoDBClient", clock: SetClock
) -> None:
    DynamoSurveys(table, TABLE, clock).put("s1", 3, solved=False)
    (row,) = table.scan(TableName=TABLE)["Items"]
    assert row["pk"] == {"S": "SURVEY#s1"}
    assert row["solved"] == {"BOOL": False}
    assert float(row["expires_at"]["N"]) == NOW + MAILBOX_SECONDS


def test_messages_and_connections_share_a_session_without_mixing(
    table: "DynamoDBClient", clock: SetClock
) -> None:
    mailbox = DynamoMailbox(table, TABLE, clock)
    connections = DynamoConnections(table, TABLE, clock)
    mailbox.put("s1", letter(9_999_999_999))
    connections.add("s1", "c1")
    assert len(mailbox.letters("s1", 0, 50)) == 1
    assert list(connections.open_for("s1")) == ["c1"]


def test_every_row_says_when_it_may_go(table: "DynamoDBClient", clock: SetClock) -> None:
    DynamoMailbox(table, TABLE, clock).put("s1", letter(1))
    connections = DynamoConnections(table, TABLE, clock)
    connections.add("s1", "c1")
    rows = table.scan(TableName=TABLE)["Items"]
    assert {row["sk"]["S"]: float(row["expires_at"]["N"]) - NOW for row in rows} == {
        "MESSAGE#0000000001": MAILBOX_SECONDS,
        "CONNECTION#c1": CONNECTION_SECONDS,
        "SESSION": CONNECTION_SECONDS,
    }
    clock.time += CONNECTION_SECONDS
    assert list(connections.open_for("s1")) == []
    connections.remove("c1")
    assert table.scan(TableName=TABLE)["Count"] == 1


def test_one_session_with_many_connections_costs_a_bounded_push(
    table: "DynamoDBClient", clock: SetClock
) -> None:
    connections = DynamoConnections(table, TABLE, clock)
    for number in range(CONNECTIONS_MAX + 5):
        clock.time = NOW + number
        connections.add("s1", f"c{number:02d}")
    newest_first = [f"c{number:02d}" for number in range(CONNECTIONS_MAX + 4, 4, -1)]
    assert list(connections.open_for("s1")) == newest_first


def test_a_mailbox_larger_than_one_page_is_read_whole(
    table: "DynamoDBClient", clock: SetClock
) -> None:
    mailbox = DynamoMailbox(table, TABLE, clock)
    for sequence in range(1, 13):
        mailbox.put("s1", letter(sequence, "x" * 100_000))
    assert [e.sequence for e in mailbox.letters("s1", 0, 12)] == list(range(1, 13))


@pytest.mark.parametrize("sequence", [0, -1, 10_000_000_000])
def test_a_sequence_that_would_not_sort_is_an_error(
    table: "DynamoDBClient", clock: SetClock, sequence: int
) -> None:
    with pytest.raises(ValueError, match="sequence"):
        DynamoMailbox(table, TABLE, clock).put("s1", letter(sequence))


_CALLS: list[Callable[["DynamoDBClient", SetClock], Any]] = [
    lambda t, c: DynamoMailbox(t, "missing", c).put("s1", letter(1)),
    lambda t, c: DynamoMailbox(t, "missing", c).letters("s1", 0, 5),
    lambda t, c: DynamoConnections(t, "missing", c).add("s1", "c1"),
    lambda t, c: DynamoConnections(t, "missing", c).remove("c1"),
    lambda t, c: DynamoConnections(t, "missing", c).open_for("s1"),
]


@pytest.mark.parametrize("call", _CALLS)
def test_a_table_that_fails_is_unavailable(
    table: "DynamoDBClient", clock: SetClock, call: Callable[["DynamoDBClient", SetClock], Any]
) -> None:
    with pytest.raises(UnavailableError):
        call(table, clock)
    refused = EndpointConnectionError(endpoint_url="https://dynamodb.example")
    with (
        patch.object(type(table), "_make_api_call", side_effect=refused),
        pytest.raises(UnavailableError),
    ):
        call(table, clock)


def test_nothing_but_rows_of_the_web_chat_is_touched(
    table: "DynamoDBClient", clock: SetClock
) -> None:
    touched: set[str] = set()
    calls: set[str] = set()

    def note(params: dict[str, Any], model: Any, **_kwargs: Any) -> None:
        calls.add(model.name)
        keys = [params.get("Item"), params.get("Key"), params.get("ExpressionAttributeValues")]
        touched.update(
            values.get("pk", values.get(":pk"))["S"].partition("#")[0] for values in keys if values
        )

    table.meta.events.register("provide-client-params.dynamodb", note)
    connections = DynamoConnections(table, TABLE, clock)
    connections.add("s1", "c1")
    connections.open_for("s1")
    connections.remove("c1")
    mailbox = DynamoMailbox(table, TABLE, clock)
    mailbox.put("s1", letter(1))
    mailbox.letters("s1", 0, 5)
    assert touched == {"WEB"}
    assert calls == {"PutItem", "Query", "DeleteItem"}


class TestPush:
    @pytest.fixture
    def client(self) -> "ApiGatewayManagementApiClient":
        return boto3.client(
            "apigatewaymanagementapi",
            "eu-west-1",
            endpoint_url="http://127.0.0.1:1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )

    def test_data_goes_out_as_utf_8(self, client: "ApiGatewayManagementApiClient") -> None:
        data = json.dumps({"text": "مرحبا"}, ensure_ascii=False)
        with Stubber(client) as stub:
            expected = {"ConnectionId": "c1", "Data": data.encode()}
            stub.add_response("post_to_connection", {}, expected)
            assert ApiGatewayPush(client).push("c1", data) is True
            stub.assert_no_pending_responses()

    @pytest.mark.parametrize("code", ["GoneException", "410", "BadRequestException"])
    def test_a_connection_that_is_gone_is_said_to_be(
        self, client: "ApiGatewayManagementApiClient", code: str
    ) -> None:
        with Stubber(client) as stub:
            stub.add_client_error("post_to_connection", code)
            assert ApiGatewayPush(client).push("c1", "{}") is False

    @pytest.mark.parametrize("code", ["LimitExceededException", "ForbiddenException", "500"])
    def test_everything_else_is_unavailable(
        self, client: "ApiGatewayManagementApiClient", code: str
    ) -> None:
        with Stubber(client) as stub:
            stub.add_client_error("post_to_connection", code)
            with pytest.raises(UnavailableError):
                ApiGatewayPush(client).push("c1", "{}")

    def test_no_connection_to_the_service_is_unavailable(
        self, client: "ApiGatewayManagementApiClient"
    ) -> None:
        refused = EndpointConnectionError(endpoint_url="https://execute-api.example")
        with (
            patch.object(type(client), "_make_api_call", side_effect=refused),
            pytest.raises(UnavailableError),
        ):
            ApiGatewayPush(client).push("c1", "{}")
