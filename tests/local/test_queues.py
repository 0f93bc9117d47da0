"""Queues, streams, schedules and events reach functions the way AWS delivers them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from local.helpers import eventually, kept

from handrail_ops.local.stack import LocalStack


def _send(
    stack: LocalStack, group: str, orders: list[dict[str, Any]], queue: str = "Orders"
) -> None:
    stack.client("sqs").send_message_batch(
        QueueUrl=stack.physical(queue),
        Entries=[
            {
                "Id": order["id"],
                "MessageBody": json.dumps({"group": group, **order}),
                "MessageGroupId": group,
                "MessageDeduplicationId": f"{group}-{order['id']}",
            }
            for order in orders
        ],
    )


def test_orders_of_a_group_arrive_in_order(stack: LocalStack) -> None:
    _send(stack, "ordered", [{"id": f"n{number}"} for number in range(8)])
    items = eventually(
        lambda: found if len(found := kept(stack, "order#ordered")) >= 8 else None, "all orders"
    )
    assert [item["id"] for item in items] == [f"n{number}" for number in range(8)]
    assert {item["word"] for item in items} == {"from the layer"}


def test_a_failed_order_blocks_its_group_is_tried_again_and_dies(stack: LocalStack) -> None:
    _send(stack, "blocked", [{"id": "bad", "fail": True}], "Fragile")
    eventually(lambda: kept(stack, "order#blocked"), "the first try")
    _send(stack, "blocked", [{"id": "good"}], "Fragile")
    sqs = stack.client("sqs")

    def buried() -> dict[str, Any] | None:
        received = sqs.receive_message(
            QueueUrl=stack.physical("DeadOrders"),
            WaitTimeSeconds=1,
            MessageSystemAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = received.get("Messages", [])
        return next((m for m in messages if json.loads(m["Body"])["id"] == "bad"), None)

    dead = eventually(buried, "the dead letter")
    assert dead["Attributes"]["MessageGroupId"] == "blocked"
    items = eventually(
        lambda: [i for i in kept(stack, "order#blocked") if i["id"] == "good"], "the good one"
    )
    tried = [item for item in kept(stack, "order#blocked") if item["id"] == "bad"]
    assert [item["receives"] for item in tried] == ["1", "2"]
    assert items[-1]["sk"] > tried[-1]["sk"]


def test_a_change_of_the_table_reaches_its_reader_filtered(stack: LocalStack) -> None:
    table = stack.client("dynamodb")
    for sk, watch in (("unseen", "no"), ("seen", "yes")):
        table.put_item(
            TableName=stack.physical("Table"),
            Item={"pk": {"S": "watched"}, "sk": {"S": sk}, "watch": {"S": watch}},
        )
    items = eventually(lambda: kept(stack, "stream"), "the change")
    assert [(item["sk"], item["text"]) for item in items] == [("seen", "INSERT")]


def test_a_schedule_fires_at_the_pace_of_its_parameter(stack: LocalStack) -> None:
    eventually(lambda: len(kept(stack, "tick")) >= 2, "two ticks")


def test_a_failed_workflow_is_announced_to_its_rule(stack: LocalStack) -> None:
    states = stack.client("stepfunctions")
    started = states.start_execution(
        stateMachineArn=stack.physical("Slow"), name="announced", input='{"nobody": 1}'
    )
    eventually(
        lambda: (
            states.describe_execution(executionArn=started["executionArn"])["status"] == "FAILED"
        ),
        "the failure",
    )
    assert eventually(lambda: kept(stack, "ended"), "the event")[0]["text"] == "FAILED"


def test_the_stacks_secrets_parameters_and_keys_exist(stack: LocalStack) -> None:
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.physical("Secret"))
    generated = json.loads(secret["SecretString"])
    assert generated["user"] == "desk"
    assert len(generated["password"]) == 32
    setting = stack.client("ssm").get_parameter(Name="/shop/greeting")["Parameter"]
    assert setting["Value"] == "hello"
    sealed = stack.client("kms").encrypt(KeyId=stack.physical("Key"), Plaintext=b"secret")
    opened = stack.client("kms").decrypt(CiphertextBlob=sealed["CiphertextBlob"])
    assert opened["Plaintext"] == b"secret"


def test_a_resource_of_a_false_condition_does_not_exist(stack: LocalStack) -> None:
    with pytest.raises(ValueError, match="Unbuilt, which it does not have"):
        stack.physical("Unbuilt")
