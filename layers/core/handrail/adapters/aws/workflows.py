"""The two workflows on Step Functions: the turn is awaited, the escalation only started."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handrail.adapters.aws.codec import text
from handrail.adapters.aws.errors import asking, done_if
from handrail.adapters.aws.table import TOKEN, Table, conversation_pk, key
from handrail.application.protocol_ports import Drafts
from handrail.application.turn_steps import proposal
from handrail.domain.conversation import Escalation
from handrail.domain.errors import UnavailableError
from handrail.domain.turn import Outcome

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

_PROPOSALS = frozenset({"answer", "person"})
_TOKEN_GONE = frozenset({"InvalidToken", "TaskDoesNotExist", "TaskTimedOut"})


class StepFunctionsTurns:
    """`application.protocol_ports.TurnWorkflow` on an Express state machine.

    The client must not retry: a second execution would start when the turn's time is over.
    """

    def __init__(self, client: "SFNClient", machine_arn: str, drafts: Drafts) -> None:
        """Take a client that waits a little longer than a turn may take."""
        self._client = client
        self._machine_arn = machine_arn
        self._drafts = drafts

    def run(
        self, conversation: str, turn: str, event_ids: Sequence[str], language: str
    ) -> Outcome:
        """Run a turn to its end and return what it proposes."""
        given = {
            "conversation": conversation,
            "turn": turn,
            "events": list(event_ids),
            "language": language,
        }
        with asking("run a turn"):
            answer: Any = self._client.start_sync_execution(
                stateMachineArn=self._machine_arn, name=turn, input=json.dumps(given)
            )
        return proposal(self._drafts.get(turn), _proposed(answer))


def _proposed(answer: Any) -> str:
    """Return what an execution proposes: one of two words, or it is a failure."""
    status = answer.get("status")
    if status != "SUCCEEDED":
        message = f"the turn ended as {status}: {answer.get('error') or 'no error is named'}"
        raise UnavailableError(message)
    try:
        output = json.loads(answer.get("output") or "null")
    except ValueError:
        output = None
    proposed = output.get("propose") if isinstance(output, dict) else None
    if not isinstance(proposed, str) or proposed not in _PROPOSALS:
        message = "the turn proposes neither an answer nor a person"
        raise UnavailableError(message)
    return proposed


class StepFunctionsEscalations:
    """`application.protocol_ports.EscalationWorkflow` on a Standard state machine.

    The token that wakes an execution lies in the table. It decides nothing: an execution that is
    woken twice, late or never reads the authority and finds the same.
    """

    def __init__(
        self,
        client: "SFNClient",
        machine_arn: str,
        table_client: "DynamoDBClient",
        table_name: str,
    ) -> None:
        """Take a client of each service."""
        self._client = client
        self._machine_arn = machine_arn
        self._table = Table(table_client, table_name)

    def start(self, escalation: Escalation, conversation: str) -> None:
        """Start the workflow of an escalation; its id, used as the name, makes that once."""
        given = {"conversation": conversation, "escalation": escalation.id}
        with done_if("ExecutionAlreadyExists", what="start an escalation's workflow"):
            self._client.start_execution(
                stateMachineArn=self._machine_arn,
                name=escalation.id,
                input=json.dumps(given),
            )

    def wake(self, conversation: str) -> None:
        """Answer the token, if there is one; one that is gone counts as done."""
        pk = conversation_pk(conversation)
        item = self._table.get(pk, TOKEN, "read a workflow's token")
        if item is None:
            return
        with done_if(*_TOKEN_GONE, what="wake an escalation's workflow"):
            self._client.send_task_success(taskToken=item["token"]["S"], output="{}")
        # Only this one: the execution may have left another meanwhile.
        self._table.delete(
            pk,
            TOKEN,
            "forget a workflow's token",
            ConditionExpression="#token = :used",
            ExpressionAttributeNames={"#token": "token"},
            ExpressionAttributeValues={":used": item["token"]},
        )

    def remember(self, conversation: str, token: str) -> None:
        """Keep the newest token."""
        item = key(conversation_pk(conversation), TOKEN) | {"token": text(token)}
        self._table.put(item, "keep a workflow's token")
