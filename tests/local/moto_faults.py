"""Shows each fault of moto that is repaired, or its absence: `moto_faults.py with|without`.

It runs in a process of its own, so that no repair leaks into another test, and prints what it saw
as one JSON object: fault -> observation. `test_moto_repairs.py` compares both runs.
"""

from __future__ import annotations

import copy
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

from handrail_ops.local.aws_processes import ACCESS_KEY_ID, ACCOUNT, REGION, SECRET_ACCESS_KEY
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response, listen

LISTENER = listen()
ENDPOINT = f"http://127.0.0.1:{LISTENER.getsockname()[1]}"
EVENTS: list[dict[str, Any]] = []


def _note_events(request: Request) -> Response:
    EVENTS.extend(json.loads(request.body)["Entries"])
    body = b'{"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}'
    return Response(200, body, {"Content-Type": "application/x-amz-json-1.1"})


BUS = LoopbackServer(_note_events, name="bus")
os.environ |= {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
    "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    "AWS_ENDPOINT_URL": ENDPOINT,
    "AWS_ENDPOINT_URL_EVENTBRIDGE": BUS.url,
    "MOTO_ACCOUNT_ID": ACCOUNT,
    "MOTO_PORT": str(LISTENER.getsockname()[1]),
}

import boto3  # noqa: E402 - the environment must be set first
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from moto.core.config import default_user_config  # noqa: E402
from moto.dynamodb.models.table import Table  # noqa: E402
from moto.dynamodbstreams.models import dynamodbstreams_backends  # noqa: E402
from moto.stepfunctions.parser.asl.eval.callback import callback  # noqa: E402

from handrail_ops.local import moto_service  # noqa: E402
from handrail_ops.local.moto_repairs import dynamodb_stream  # noqa: E402

ONCE = Config(retries={"total_max_attempts": 1})
SQS: Any = boto3.client("sqs", config=ONCE)
DDB: Any = boto3.client("dynamodb", config=ONCE)
DDBS: Any = boto3.client("dynamodbstreams", config=ONCE)
SFN: Any = boto3.client("stepfunctions", config=ONCE)
FAULTS: dict[str, Callable[[], Any]] = {}
ROLE = "arn:aws:iam::123456789012:role/r"


def fault(show: Callable[[], Any]) -> Callable[[], Any]:
    FAULTS[show.__name__] = show
    return show


@contextmanager
def counted(owner: Any, name: str) -> Iterator[list[int]]:
    """How often a function is called while this is open."""
    calls = [0]
    original = getattr(owner, name)

    def count(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        return original(*args, **kwargs)

    with mock.patch.object(owner, name, count):
        yield calls


def code_of(call: Callable[[], Any]) -> str:
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "accepted"


# --- queues -------------------------------------------------------------------------------------


def _queue(name: str, **attributes: str) -> str:
    url: str = SQS.create_queue(
        QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true", **attributes}
    )["QueueUrl"]
    return url


def _send(url: str, text: str) -> str:
    sent: str = SQS.send_message(
        QueueUrl=url, MessageBody=text, MessageGroupId="g", MessageDeduplicationId=text
    )["MessageId"]
    return sent


def _receive(url: str, wait_seconds: int = 0, **options: int) -> list[dict[str, Any]]:
    answer = SQS.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds, **options
    )
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


@fault
def an_expired_batch_keeps_its_order() -> list[str]:
    url = _queue("order")
    for text in ("one", "two", "three"):
        _send(url, text)
    _receive(url, VisibilityTimeout=1)
    return [message["Body"] for message in _receive(url, wait_seconds=3)]


@fault
def a_deleted_message_is_remembered_as_sent() -> list[Any]:
    url = _queue("repeat")
    first = _send(url, "once")
    SQS.delete_message(QueueUrl=url, ReceiptHandle=_receive(url)[0]["ReceiptHandle"])
    second = _send(url, "once")
    return [first == second, len(_receive(url))]


@fault
def an_expired_receipt_deletes_nothing() -> list[Any]:
    url = _queue("expired")
    _send(url, "held")
    old = _receive(url, VisibilityTimeout=1)[0]["ReceiptHandle"]
    assert _receive(url, wait_seconds=3)
    code = code_of(lambda: SQS.delete_message(QueueUrl=url, ReceiptHandle=old))
    left = SQS.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return [code, left["ApproximateNumberOfMessagesNotVisible"]]


@fault
def a_send_does_not_count_the_queue() -> int:
    from moto.sqs.models import Queue

    url = _queue("busy")
    counts = [0]
    original = vars(Queue)["approximate_number_of_messages"].fget

    def count(queue: Any) -> Any:
        counts[0] += 1
        return original(queue)

    with mock.patch.object(Queue, "approximate_number_of_messages", property(count)):
        _send(url, "x")
    return counts[0]


# --- tables -------------------------------------------------------------------------------------


def _table(name: str) -> str:
    DDB.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk", "due")
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
    return name


def _item(pk: str, **attributes: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "s"}, **{k: {"S": v} for k, v in attributes.items()}}


@fault
def a_transaction_copies_no_table() -> int:
    table = _table("copied")
    copies = [0]
    original = copy.deepcopy

    def deepcopy(thing: Any, *args: Any) -> Any:
        copies[0] += isinstance(thing, Table)
        return original(thing, *args)

    with mock.patch.object(copy, "deepcopy", deepcopy):
        DDB.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": _item("a")}}])
    return copies[0]


@fault
def a_stream_loads_no_lambda() -> bool:
    _streamed("alone", 1)
    return "moto.awslambda" in sys.modules


@fault
def a_stream_forgets_what_was_read() -> list[int]:
    dynamodb_stream.RECORDS_KEPT = 10
    table, stream = _streamed("forgetful", 50)
    shard = DDBS.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = DDBS.get_shard_iterator(
        StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    seen = 0
    for _ in range(10):
        answer = DDBS.get_records(ShardIterator=iterator, Limit=10)
        iterator = answer["NextShardIterator"]
        seen += len(answer["Records"])
    backend = dynamodbstreams_backends[ACCOUNT][REGION]
    kept = backend.dynamodb.get_table(table).stream_shard.items
    return [seen, len(kept), len(backend.shard_iterators)]


def _streamed(name: str, writes: int) -> tuple[str, str]:
    table = _table(name)
    view = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    DDB.update_table(TableName=table, StreamSpecification=view)
    for number in range(writes):
        DDB.put_item(TableName=table, Item={**_item("a"), "n": {"N": str(number)}})
    return table, str(DDB.describe_table(TableName=table)["Table"]["LatestStreamArn"])


@fault
def a_token_is_applied_once() -> list[Any]:
    table = _table("tokens")
    add = {
        "TableName": table,
        "Key": _item("a"),
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        DDB.transact_write_items(TransactItems=[{"Update": add}], ClientRequestToken="t")
    other = {**add, "ExpressionAttributeValues": {":one": {"N": "2"}}}
    code = code_of(
        lambda: DDB.transact_write_items(TransactItems=[{"Update": other}], ClientRequestToken="t")
    )
    return [DDB.get_item(TableName=table, Key=_item("a"))["Item"]["n"]["N"], code]


@fault
def one_of_two_conditional_writes_wins() -> int:
    table = _table("raced")
    original = Table.get_item
    wins: list[str] = []
    both_have_looked = threading.Barrier(2, timeout=2)

    def look(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(self, *args, **kwargs)
        # One who may not look before the other has written waits in vain, and goes on.
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait()
        return found

    def put() -> None:
        wins.append(
            code_of(
                lambda: DDB.put_item(
                    TableName=table,
                    Item=_item("a"),
                    ConditionExpression="attribute_not_exists(pk)",
                )
            )
        )

    with mock.patch.object(Table, "get_item", look):
        threads = [threading.Thread(target=put) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return wins.count("accepted")


@fault
def a_query_looks_at_its_partition() -> list[int]:
    table = _table("queried")
    for number in range(50):
        due = {"due": "soon"} if number < 2 else {}
        DDB.put_item(TableName=table, Item=_item(f"p{number}", **due))
    looked: list[int] = []
    original = Table.all_items

    def all_items(self: Any) -> Any:
        found = original(self)
        looked.append(len(found))
        return found

    with mock.patch.object(Table, "all_items", all_items):
        own = DDB.query(
            TableName=table,
            KeyConditionExpression="pk = :p",
            ExpressionAttributeValues={":p": {"S": "p1"}},
        )
        index = DDB.query(
            TableName=table,
            IndexName="due",
            KeyConditionExpression="due = :d",
            ExpressionAttributeValues={":d": {"S": "soon"}},
        )
    return [own["Count"], index["Count"], *looked]


@fault
def attribute_values_are_written_directly() -> bool:
    from moto.core.serialize import ResponseSerializer

    table = _table("written")
    item = {
        **_item("a"),
        "b": {"B": b"\x00"},
        "m": {"M": {"l": {"L": [{"N": "1"}, {"BS": [b"x"]}]}}},
    }
    DDB.put_item(TableName=table, Item=item)
    with counted(ResponseSerializer, "get_value") as calls:
        found = DDB.get_item(TableName=table, Key=_item("a"))["Item"]
    assert found == item
    return calls[0] < 10


@fault
def an_update_expression_is_parsed_once() -> bool:
    from moto.dynamodb.parsing import expressions

    table = _table("parsed")
    update = {
        "TableName": table,
        "Key": _item("a"),
        "UpdateExpression": "SET a = :a",
        "ExpressionAttributeValues": {":a": {"S": "x"}},
    }
    DDB.update_item(**update)
    with counted(vars(expressions)["ExpressionTokenizer"], "make_list") as calls:
        DDB.update_item(**update)
    return calls[0] == 0


# --- any request --------------------------------------------------------------------------------


@fault
def operations_are_looked_up_once() -> bool:
    import inspect

    SQS.list_queues()
    with counted(inspect, "getmembers") as calls:
        SQS.list_queues()
    return calls[0] == 0


@fault
def identifiers_are_drawn_at_once() -> bool:
    from moto.moto_api._internal import mock_random

    url = _queue("drawn")
    _send(url, "x")
    with counted(mock_random, "choice") as calls:
        _receive(url)
    return calls[0] == 0


# --- workflows ----------------------------------------------------------------------------------


def _machine(name: str, states: dict[str, Any], kind: str = "STANDARD", **more: Any) -> str:
    definition = {"StartAt": next(iter(states)), "States": states, **more}
    arn: str = SFN.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE, type=kind
    )["stateMachineArn"]
    return arn


def _end(arn: str, name: str, given: str = "{}") -> dict[str, Any]:
    started = SFN.start_execution(stateMachineArn=arn, name=name, input=given)["executionArn"]
    return _ended(started)


def _ended(execution: str) -> dict[str, Any]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        about: dict[str, Any] = SFN.describe_execution(executionArn=execution)
        if about["status"] != "RUNNING":
            return about
        time.sleep(0.02)
    return {"status": "STILL RUNNING"}


def _wait_for_token(name: str, **more: Any) -> tuple[str, str]:
    """A workflow that waits for a token which is sent to a queue."""
    url = SQS.create_queue(QueueName=name)["QueueUrl"]
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"},
        "TimeoutSeconds": 30,
        "End": True,
        **more,
    }
    return _machine(name, {"Ask": ask}), url


def _token(url: str) -> str:
    token: str = SQS.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]["Body"]
    return token


PASS = {"P": {"Type": "Pass", "End": True}}


@fault
def a_workflow_can_be_run_synchronously() -> list[Any]:
    arn = _machine("sync", PASS, "EXPRESS")
    try:
        answer = SFN.start_sync_execution(stateMachineArn=arn, input='{"a": 1}')
    except ClientError:
        return ["refused"]
    return [answer["status"], json.loads(answer["output"])]


@fault
def an_express_workflow_is_express() -> str:
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    arn = _machine("kind", PASS, "EXPRESS")
    backend = stepfunctions_parser_backends["123456789012"][REGION]
    return str(backend.describe_state_machine(arn).sm_type)


@fault
def two_executions_may_have_no_name() -> str:
    arn = _machine("unnamed", PASS)
    SFN.start_execution(stateMachineArn=arn, input='{"a": 1}')
    return code_of(lambda: SFN.start_execution(stateMachineArn=arn, input='{"a": 2}'))


@fault
def the_start_time_is_text() -> Any:
    arn = _machine(
        "started", {"P": {**PASS["P"], "Parameters": {"at.$": "$$.Execution.StartTime"}}}
    )
    started = SFN.start_execution(stateMachineArn=arn, name="n")["executionArn"]
    try:
        output = _ended(started).get("output", "{}")
    except ClientError:
        return "describing it fails"
    return json.loads(output).get("at", "")[-1:]


@fault
def large_input_is_refused() -> list[str]:
    arn = _machine("large", PASS)
    large = json.dumps("x" * 300_000)
    return [
        code_of(lambda: SFN.start_execution(stateMachineArn=arn, name="a", input=large)),
        code_of(lambda: SFN.start_execution(stateMachineArn=arn, name="b", input="{")),
    ]


@fault
def an_early_callback_is_heard() -> str:
    arn, _ = _wait_for_token("early", HeartbeatSeconds=1)
    original = callback.CallbackEndpoint.setup_heartbeat_endpoint

    def answered_before(self: Any, heartbeat_seconds: int) -> Any:
        self.notify(callback.CallbackOutcomeSuccess(self.callback_id, output="{}"))
        return original(self, heartbeat_seconds)

    with mock.patch.object(callback.CallbackEndpoint, "setup_heartbeat_endpoint", answered_before):
        return str(_end(arn, "n")["status"])


@fault
def a_missed_heartbeat_has_its_name() -> str:
    arn, _ = _wait_for_token("heartbeat", HeartbeatSeconds=1)
    return str(_end(arn, "n").get("error"))


@fault
def a_stale_token_is_refused() -> list[str]:
    after, before = _wait_for_token("first"), _wait_for_token("second")
    first = SFN.start_execution(stateMachineArn=after[0], name="n")["executionArn"]
    SFN.start_execution(stateMachineArn=before[0], name="n")
    token = _token(after[1])
    not_json = code_of(lambda: SFN.send_task_success(taskToken=token, output="not json"))
    if not_json != "accepted":
        SFN.send_task_success(taskToken=token, output="{}")
    _ended(first)
    late = code_of(lambda: SFN.send_task_success(taskToken=token, output="{}"))
    return [not_json, late]


@fault
def a_stop_keeps_its_reason() -> list[Any]:
    arn = _machine("stopped", {"W": {"Type": "Wait", "Seconds": 60, "End": True}})
    started = SFN.start_execution(stateMachineArn=arn, name="n")["executionArn"]
    time.sleep(0.1)
    SFN.stop_execution(executionArn=started, error="Enough", cause="of this")
    about = _ended(started)
    return [about["status"], about.get("error"), about.get("cause")]


@fault
def definitions_paths_and_clients_are_made_once() -> list[bool]:
    from moto.stepfunctions.parser.asl.parse import asl_parser

    url = SQS.create_queue(QueueName="made-once")["QueueUrl"]
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": url, "MessageBody.$": "$.a.b"},
        "TimeoutSeconds": 5,
        "End": True,
    }
    arn = _machine("made-once", {"S": send})
    _end(arn, "warm", '{"a": {"b": "x"}}')
    with (
        counted(asl_parser, "ASLLexer") as definitions,
        counted(sys.modules["jsonpath_ng.parser"].JsonPathParser, "parse") as paths,
        counted(boto3, "client") as clients,
    ):
        _end(arn, "again", '{"a": {"b": "x"}}')
    return [calls[0] == 0 for calls in (definitions, paths, clients)]


@fault
def finished_threads_are_forgotten() -> bool:
    from moto.stepfunctions.parser.utils import TMP_THREADS

    arn = _machine("threads", PASS)
    before = len(TMP_THREADS)
    for number in range(5):
        _end(arn, f"n{number}")
    return len(TMP_THREADS) - before < 5


@fault
def the_end_of_an_execution_is_announced() -> list[str]:
    arn = _machine("announced", {"F": {"Type": "Fail", "Error": "Why", "Cause": "because"}})
    _end(arn, "n")
    deadline = time.monotonic() + (2 if len(sys.argv) > 1 and sys.argv[1] == "with" else 0.2)
    seen: list[str] = []
    while time.monotonic() < deadline and "FAILED" not in seen:
        details = [json.loads(event["Detail"]) for event in EVENTS]
        seen = sorted(d["status"] for d in details if d["stateMachineArn"] == arn)
        time.sleep(0.02)
    return seen


# --- the state language -------------------------------------------------------------------------

RESCUED = {"Type": "Pass", "End": True}
CATCH_ALL = [{"ErrorEquals": ["States.ALL"], "Next": "Rescued"}]


def _outcome(arn: str, given: str = "{}") -> list[Any]:
    about = _end(arn, "n", given)
    return [about["status"], about.get("error")]


@fault
def nothing_catches_a_runtime_error() -> list[Any]:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": "nowhere", "MessageBody.$": "$.missing"},
        "TimeoutSeconds": 5,
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        "Catch": CATCH_ALL,
        "End": True,
    }
    return _outcome(_machine("runtime", {"T": task, "Rescued": RESCUED}))


@fault
def a_refused_invocation_has_its_name() -> list[Any]:
    task = {
        "Type": "Task",
        "Resource": f"arn:aws:lambda:{REGION}:123456789012:function:nowhere",
        "TimeoutSeconds": 5,
        "End": True,
    }
    return _outcome(_machine("refused", {"T": task}))


@fault
def a_wildcard_catches_no_data_limit() -> list[Any]:
    table = _table("heavy")
    DDB.put_item(TableName=table, Item=_item("a", text="x" * 300_000))
    get = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:getItem",
        "Parameters": {"TableName": table, "Key": _item("a")},
        "TimeoutSeconds": 5,
        "Catch": CATCH_ALL,
        "End": True,
    }
    return _outcome(_machine("limit", {"T": get, "Rescued": RESCUED}))


@fault
def a_service_renames_no_runtime_error() -> list[Any]:
    get = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:getItem",
        "Parameters": {"TableName": "any", "Key": {"pk": {"S.$": "$.missing"}}},
        "TimeoutSeconds": 5,
        "Catch": CATCH_ALL,
        "End": True,
    }
    return _outcome(_machine("renamed", {"T": get, "Rescued": RESCUED}))


@fault
def a_choice_on_a_missing_variable_fails() -> list[Any]:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.missing", "StringEquals": "x", "Next": "Rescued"}],
        "Default": "Rescued",
    }
    guarded = {
        "Type": "Choice",
        "Choices": [
            {
                "And": [
                    {"Variable": "$.missing", "IsPresent": True},
                    {"Variable": "$.missing", "StringEquals": "x"},
                ],
                "Next": "Rescued",
            }
        ],
        "Default": "Rescued",
    }
    return [
        *_outcome(_machine("choice", {"C": choice, "Rescued": RESCUED})),
        *_outcome(_machine("guarded", {"C": guarded, "Rescued": RESCUED})),
    ]


@fault
def an_unmatched_choice_has_its_name() -> list[Any]:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.a", "StringEquals": "x", "Next": "Rescued"}],
    }
    return _outcome(_machine("unmatched", {"C": choice, "Rescued": RESCUED}), '{"a": "y"}')


@fault
def a_rejected_definition_spoils_no_other() -> str:
    # The last of all: without the repair, nothing can be created after it.
    leak = {
        "QueryLanguage": "JSONata",
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "Parameters": {"a.$": "$.x"}, "End": True}},
    }
    code_of(
        lambda: SFN.create_state_machine(name="bad", definition=json.dumps(leak), roleArn=ROLE)
    )
    return code_of(lambda: _machine("fine", {"A": {**PASS["P"], "ResultPath": "$.a"}}))


def main() -> None:
    if sys.argv[1] == "with":
        moto_service.serve(["dynamodb", "states", "general"], LISTENER)
    else:
        default_user_config["stepfunctions"] = {"execute_state_machine": True}
        LoopbackServer(moto_service.MotoFront({}), name="moto", listener=LISTENER)
    observed: dict[str, Any] = {}

    def observe(name: str) -> None:
        try:
            observed[name] = FAULTS[name]()
        except Exception as error:  # noqa: BLE001 - whatever a fault raises is what was seen
            observed[name] = f"{type(error).__name__}: {error}"

    for name in FAULTS:
        observe(name)
    sys.stdout.write(json.dumps(observed) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
