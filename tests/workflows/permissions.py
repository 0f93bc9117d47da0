"""What functions really called, in the words of a policy."""

import threading
from collections.abc import Iterator
from typing import Any

_TABLE_WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
_SERVICES = {
    "DynamoDB": "dynamodb",
    "SQS": "sqs",
    "SFN": "states",
    "SNS": "sns",
    "Lambda": "lambda",
    "Secrets Manager": "secretsmanager",
    "ApiGatewayManagementApi": "execute-api",
    "CloudWatch Logs": "logs",
}
_NAMES = {
    "SendMessageBatch": "SendMessage",
    "Invoke": "InvokeFunction",
    "PostToConnection": "ManageConnections",
}
_TARGETS = ("QueueUrl", "stateMachineArn", "TopicArn", "SecretId", "FunctionName", "logGroupName")


class Calls:
    """Notes every call of every function: the function, the action and what it is done to."""

    def __init__(self) -> None:
        self.made: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()

    def observe(self, function: str, client: Any) -> None:
        """Note the calls of a client from now on."""
        service = client.meta.service_model.service_id

        def note(params: dict[str, Any], model: Any, **_: Any) -> None:
            with self._lock:
                for action, target in _permissions(service, model.name, params):
                    self.made.add((function, action, target))

        event = f"before-parameter-build.{service.replace(' ', '-').lower()}"
        client.meta.events.register(event, note)


def _permissions(
    service: str, operation: str, params: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    prefix = _SERVICES[service]
    if service != "DynamoDB":
        target = next((str(params[name]) for name in _TARGETS if name in params), "")
        yield f"{prefix}:{_NAMES.get(operation, operation)}", target
        return
    match operation:
        case "TransactWriteItems":
            for write in params["TransactItems"]:
                ((kind, one),) = write.items()
                action = _TABLE_WRITES.get(kind, "ConditionCheckItem")
                yield f"dynamodb:{action}", _key((one.get("Key") or one["Item"])["pk"])
        case "BatchGetItem":
            for asked in params["RequestItems"].values():
                yield from ((f"dynamodb:{operation}", _key(one["pk"])) for one in asked["Keys"])
        case "Query":
            index = params.get("IndexName")
            values = params["ExpressionAttributeValues"]
            yield "dynamodb:Query", f"index/{index}" if index else _key(values[":pk"])
        case _:
            yield f"dynamodb:{operation}", _key((params.get("Key") or params["Item"])["pk"])


def _key(attribute: dict[str, str]) -> str:
    return attribute["S"].partition("#")[0] + "#*"
