"""How fast the local stack is: `python -m handrail_ops.bench.local_stack`.

Two figures matter. Requests a second of each service, from several client processes at once, say
whether moto is the bottleneck; conversations a second of a small application of our shape (HTTP,
FIFO queue, function, synchronous workflow of three functions, two transactions) say how long a
replay takes. Both are measured with moto in three processes and in one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, Final

from handrail_ops.local.aws_processes import PROCESSES, AwsProcesses
from handrail_ops.local.deployment import client
from handrail_ops.local.loopback_http import LoopbackServer, Response
from handrail_ops.local.stack import LocalStack

_TOGETHER: Final = (("dynamodb", "states", "general"),)
_TABLE: Final = "bench"
_QUEUE: Final = "bench.fifo"
_ITEMS: Final = 30_000
_SWEEP_EVERY: Final = 1000

_TEMPLATE: Final = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.13
    Handler: app.handle
    CodeUri: .
    Timeout: 20
    Environment: {Variables: {TABLE: !Ref Table, QUEUE: !Ref Inbound}}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: S}
      KeySchema:
        - {AttributeName: pk, KeyType: HASH}
        - {AttributeName: sk, KeyType: RANGE}
  Inbound:
    Type: AWS::SQS::Queue
    Properties: {FifoQueue: true, VisibilityTimeout: 90}
  Receive:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.receive
      Events: {Post: {Type: HttpApi, Properties: {Path: /in, Method: POST}}}
  Conduct:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.conduct
      Environment: {Variables: {TURN: !Ref Turn}}
      Events: {In: {Type: SQS, Properties: {Queue: !GetAtt Inbound.Arn, BatchSize: 1}}}
  Step:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.step}
  Turn:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      DefinitionUri: turn.json
      DefinitionSubstitutions: {StepArn: !GetAtt Step.Arn}
"""

_APPLICATION: Final = """
import json, os, boto3

SQS, DDB, SFN = boto3.client("sqs"), boto3.client("dynamodb"), boto3.client("stepfunctions")


def receive(event, context):
    name = event["body"]
    SQS.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=name, MessageGroupId=name,
                     MessageDeduplicationId=name)
    return {"statusCode": 202}


def put(pk, sk, **more):
    return {"Put": {"TableName": os.environ["TABLE"],
                    "Item": {"pk": {"S": pk}, "sk": {"S": sk}, "text": {"S": "x" * 300}, **more}}}


def conduct(event, context):
    for record in event["Records"]:
        name = record["body"]
        DDB.get_item(TableName=os.environ["TABLE"], Key={"pk": {"S": name}, "sk": {"S": "head"}})
        DDB.transact_write_items(TransactItems=[put(name, "head"), put(name, "ledger#1")])
        SFN.start_sync_execution(stateMachineArn=os.environ["TURN"], input=json.dumps({"n": name}))
        DDB.query(TableName=os.environ["TABLE"], KeyConditionExpression="pk = :p",
                  ExpressionAttributeValues={":p": {"S": name}})
        DDB.transact_write_items(TransactItems=[put(name, "head"), put(name, "outbox#1"),
                                                put("done", name)])


def step(event, context):
    DDB.get_item(TableName=os.environ["TABLE"], Key={"pk": {"S": event["n"]}, "sk": {"S": "head"}})
    return event
"""


def _turn() -> dict[str, Any]:
    call = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 10}
    call |= {"Parameters": {"FunctionName": "${StepArn}", "Payload.$": "$"}, "ResultPath": None}
    states = {
        "Understand": {**call, "Next": "Draft"},
        "Draft": {**call, "Next": "Check"},
        "Check": {**call, "End": True},
    }
    return {"StartAt": "Understand", "States": states}


def _operations(environment: Mapping[str, str]) -> dict[str, Callable[[str], Any]]:
    dynamodb, sqs = client("dynamodb", environment), client("sqs", environment)
    url = f"{environment['AWS_ENDPOINT_URL']}/123456789012/{_QUEUE}"
    key = {"sk": {"S": "head"}}

    def item(name: str, **more: Any) -> dict[str, Any]:
        return {"pk": {"S": name}, "text": {"S": "x" * 300}, **key, **more}

    def transact(name: str) -> Any:
        puts = [{"Put": {"TableName": _TABLE, "Item": item(name + part)}} for part in "abc"]
        return dynamodb.transact_write_items(TransactItems=puts)

    def cycle(name: str) -> Any:
        sqs.send_message(
            QueueUrl=url, MessageBody=name, MessageGroupId=name, MessageDeduplicationId=name
        )
        for message in sqs.receive_message(QueueUrl=url).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def query(attribute: str, value: str, **index: str) -> Any:
        return dynamodb.query(
            TableName=_TABLE,
            KeyConditionExpression=f"{attribute} = :v",
            ExpressionAttributeValues={":v": {"S": value}},
            **index,
        )

    return {
        "put": lambda name: dynamodb.put_item(TableName=_TABLE, Item=item(name)),
        "get": lambda name: dynamodb.get_item(TableName=_TABLE, Key={"pk": {"S": name}, **key}),
        "transact 3": transact,
        "query": lambda name: query("pk", name),
        "sparse index": lambda _: query("due", "soon", IndexName="due"),
        "queue cycle (3)": cycle,
    }


def _hammer(environment: Mapping[str, str], operation: str, who: int, seconds: float) -> int:
    call = _operations(environment)[operation]
    call(f"{who}-warm")
    ends = time.monotonic() + seconds
    for number in count():
        if time.monotonic() > ends:
            return number
        call(f"{operation}-{who}-{number}")
    return 0


def measure_services(clients: int, seconds: float) -> dict[str, float]:
    """Requests a second of each operation, on a table of 30,000 items."""
    control = LoopbackServer(lambda _: Response(404), name="nothing")
    aws = AwsProcesses(control.url, _tell_error)
    aws.start()
    try:
        aws.wait()
        _fill(aws.environment)
        context = multiprocessing.get_context("spawn")
        figures = {}
        with context.Pool(clients) as pool:
            for operation in _operations(aws.environment):
                arguments = [
                    (dict(aws.environment), operation, who, seconds) for who in range(clients)
                ]
                total = sum(pool.starmap(_hammer, arguments))
                calls = 3 if operation.startswith("queue") else 1
                figures[operation] = calls * total / seconds
        return figures
    finally:
        aws.stop()
        control.close()


def _fill(environment: Mapping[str, str]) -> None:
    dynamodb = client("dynamodb", environment)
    dynamodb.create_table(
        TableName=_TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "due")
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": [{"AttributeName": "due", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    client("sqs", environment).create_queue(QueueName=_QUEUE, Attributes={"FifoQueue": "true"})
    for start in range(0, _ITEMS, 25):
        puts = []
        for number in range(start, start + 25):
            item = {"pk": {"S": f"i{number}"}, "sk": {"S": "head"}, "text": {"S": "x" * 300}}
            if number % _SWEEP_EVERY == 0:
                item["due"] = {"S": "soon"}
            puts.append({"PutRequest": {"Item": item}})
        dynamodb.batch_write_item(RequestItems={_TABLE: puts})


def measure_conversations(number: int, processes: tuple[tuple[str, ...], ...]) -> dict[str, float]:
    """Conversations a second from the first request to the last stored turn."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "template.yaml").write_text(_TEMPLATE, encoding="utf-8")
        (base / "app.py").write_text(_APPLICATION, encoding="utf-8")
        (base / "turn.json").write_text(json.dumps(_turn()), encoding="utf-8")
        with LocalStack(base / "template.yaml", processes=processes) as stack:
            _converse(stack, 16, "warm")
            started = time.monotonic()
            waits = _converse(stack, number, "c")
            elapsed = time.monotonic() - started
            return {
                "boot s": stack.boot_seconds,
                "conversations/s": number / elapsed,
                "accepted p50 ms": statistics.median(waits) * 1000,
                "memory MB": _memory_mb(stack),
            }


def _converse(stack: LocalStack, number: int, prefix: str) -> list[float]:
    def post(index: int) -> float:
        started = time.monotonic()
        body = f"{prefix}{index}".encode()
        # The address is the stack's own, on this machine.
        request = urllib.request.Request(  # noqa: S310
            f"{stack.url}/in", data=body, headers={"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
        return time.monotonic() - started

    table, dynamodb = stack.physical("Table"), stack.client("dynamodb")
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(post, range(number)))
    while True:
        done = dynamodb.query(
            TableName=table,
            Select="COUNT",
            KeyConditionExpression="pk = :p AND begins_with(sk, :s)",
            ExpressionAttributeValues={":p": {"S": "done"}, ":s": {"S": prefix}},
        )
        if done["Count"] >= number:
            return waits
        time.sleep(0.1)


def _memory_mb(stack: LocalStack) -> float:
    pages = 0
    for process in stack.process_ids():
        try:
            pages += int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        except OSError:
            continue
    return pages * 4096 / 1e6


def main(arguments_given: Sequence[str] | None = None) -> None:
    """Print the figures as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--conversations", type=int, default=200)
    arguments = parser.parse_args(arguments_given)
    services = measure_services(arguments.clients, arguments.seconds)
    _tell("requests a second", services)
    for name, processes in (("three processes", PROCESSES), ("one process", _TOGETHER)):
        _tell(name, measure_conversations(arguments.conversations, processes))


def _tell_error(line: str) -> None:
    sys.stderr.write(line + "\n")


def _tell(what: str, figures: Mapping[str, float]) -> None:
    rounded = {name: round(value, 1) for name, value in figures.items()}
    sys.stdout.write(json.dumps({what: rounded}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
