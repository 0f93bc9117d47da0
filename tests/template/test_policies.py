"""Every function may do exactly what it does, on exactly what it does it on."""

import json
from typing import Any

import pytest
from template.policies import allowed, listed, roles, statements

Resources = dict[str, dict[str, Any]]

CONVERSATIONS = frozenset(
    f"dynamodb:{action} Table C#*"
    for action in ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
)
"""Deciding about a conversation, and forgetting the token that was used."""

HINTS = frozenset(
    {
        "sqs:SendMessage OutboundQueue",
        "states:StartExecution EscalationWorkflow",
        "states:SendTaskSuccess EscalationWorkflow",
    }
)
"""Following a decision with its hints."""

KEEPING = frozenset(
    {"dynamodb:PutItem Table V#*", "dynamodb:BatchGetItem Table A#*", "dynamodb:PutItem Table A#*"}
)
"""Keeping what a customer wrote: the original in the vault, the sender's ids."""


def consuming(*queues: str) -> frozenset[str]:
    actions = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    return frozenset(f"sqs:{action} {queue}" for action in actions for queue in queues)


EXPECTED: dict[str, frozenset[str]] = {
    "ReceiveFunction": frozenset(
        {
            "sqs:SendMessage InboundQueue",
            "dynamodb:PutItem Table INBOX#*",
            "secretsmanager:GetSecretValue DirectSecret",
            "secretsmanager:GetSecretValue CanarySecret",
            "secretsmanager:GetSecretValue AccountsSecret",
        }
    ),
    "ConductFunction": CONVERSATIONS
    | HINTS
    | KEEPING
    | consuming("InboundQueue")
    | {
        "dynamodb:GetItem Table T#*",
        "states:StartSyncExecution TurnWorkflow",
        "secretsmanager:GetSecretValue PrivacySecret",
    },
    "UnderstandFunction": frozenset(
        {
            "dynamodb:BatchGetItem Table C#*",
            "dynamodb:PutItem Table T#*",
        }
    ),
    "DraftAnswerFunction": frozenset(
        {
            "dynamodb:Query Table C#*",
            "dynamodb:BatchGetItem Table C#*",
            "dynamodb:GetItem Table T#*",
            "dynamodb:PutItem Table T#*",
            "secretsmanager:GetSecretValue ModelSecret",
            "lambda:InvokeFunction TranslateFunction",
            "s3vectors:QueryVectors VectorIndexArn",
        }
    ),
    "CheckGroundingFunction": frozenset(
        {
            "dynamodb:GetItem Table T#*",
            "dynamodb:PutItem Table T#*",
            "secretsmanager:GetSecretValue ModelSecret",
            "lambda:InvokeFunction TranslateFunction",
        }
    ),
    "DeliverFunction": CONVERSATIONS
    | HINTS
    | consuming("OutboundQueue")
    | {
        "dynamodb:Query Table V#*",
        "dynamodb:PutItem Table WEB#*",
        "dynamodb:Query Table WEB#*",
        "dynamodb:DeleteItem Table WEB#*",
        "secretsmanager:GetSecretValue DirectSecret",
        "secretsmanager:GetSecretValue CanarySecret",
        "secretsmanager:GetSecretValue AccountsSecret",
        "secretsmanager:GetSecretValue WebSecret",
        "execute-api:ManageConnections SocketApi/live/POST/@connections/*",
    },
    "EscalateFunction": CONVERSATIONS
    | HINTS
    | {
        "dynamodb:GetItem Table T#*",
        "sqs:SendMessage AgentsQueue",
        "sns:Publish SupervisorTopic",
    },
    "TranslateFunction": frozenset(
        {
            "secretsmanager:GetSecretValue TranslatorSecret",
            "secretsmanager:GetSecretValue ModelSecret",
            "translate:TranslateText *",
            "comprehend:DetectDominantLanguage *",
        }
    ),
    "DeskApiFunction": CONVERSATIONS
    | HINTS
    | {
        "dynamodb:ConditionCheckItem Table C#*",
        "dynamodb:GetItem Table V#*",
        "lambda:InvokeFunction TranslateFunction",
        "secretsmanager:GetSecretValue AccountsSecret",
        "s3:GetObject FilesBucket/kept/*",
        "s3:ListBucket FilesBucket",
    },
    "SocketFunction": frozenset(
        {
            "sqs:SendMessage InboundQueue",
            "dynamodb:PutItem Table INBOX#*",
            "dynamodb:PutItem Table WEB#*",
            "dynamodb:Query Table WEB#*",
            "dynamodb:DeleteItem Table WEB#*",
            "secretsmanager:GetSecretValue WebSecret",
            "execute-api:ManageConnections SocketApi/live/POST/@connections/*",
        }
    ),
    "SiteFunction": frozenset(
        {
            "sqs:SendMessage InboundQueue",
            "dynamodb:PutItem Table INBOX#*",
            "dynamodb:Query Table WEB#*",
            "secretsmanager:GetSecretValue WebSecret",
            "dynamodb:PutItem Table SURVEY#*",
            "s3:PutObject FilesBucket/new/*",
            "s3:GetObject FilesBucket/new/*",
            "s3:PutObject FilesBucket/kept/*",
            "s3:ListBucket FilesBucket",
        }
    ),
    "SweepFunction": CONVERSATIONS
    | HINTS
    | {
        "dynamodb:GetItem Table T#*",
        "dynamodb:BatchGetItem Table INBOX#*",
        "dynamodb:DeleteItem Table INBOX#*",
        "dynamodb:Query Table/index/due",
        "sqs:SendMessage InboundQueue",
        "sns:Publish SupervisorTopic",
        "sqs:SendMessage AgentsQueue",
    },
    "DeadLettersFunction": CONVERSATIONS
    | HINTS
    | KEEPING
    | consuming("InboundDeadLetters", "OutboundDeadLetters", "AgentsDeadLetters"),
    "AuditFunction": frozenset(
        {
            "dynamodb:DescribeStream Table stream",
            "dynamodb:GetRecords Table stream",
            "dynamodb:GetShardIterator Table stream",
            "dynamodb:ListStreams Table stream",
            "dynamodb:Query Table/index/due",
            # It reads conversations and changes none; what it writes is its own.
            "dynamodb:Query Table C#*",
            "dynamodb:BatchGetItem Table C#*",
            "dynamodb:BatchGetItem Table A#*",
            "dynamodb:GetItem Table H#*",
            "dynamodb:Query Table H#*",
            "dynamodb:PutItem Table H#*",
            "logs:FilterLogEvents ReceiveLog",
            "logs:FilterLogEvents SiteLog",
            "logs:FilterLogEvents SocketLog",
            "sqs:SendMessage AuditUnseen",
        }
    ),
    # A customer and an agent like any other: nothing of a conversation but over the doors.
    "CanaryFunction": frozenset(
        {
            "dynamodb:Query Table CANARY#*",
            "dynamodb:PutItem Table CANARY#*",
            "dynamodb:UpdateItem Table CANARY#*",
            "dynamodb:DeleteItem Table CANARY#*",
            "secretsmanager:GetSecretValue CanarySecret",
            "secretsmanager:GetSecretValue WebSecret",
            "execute-api:Invoke HttpApi/*/GET/v1/desk/escalations/*",
            "execute-api:Invoke HttpApi/*/POST/v1/desk/escalations/*",
        }
    ),
    "CanaryCallbackFunction": frozenset(
        {"dynamodb:PutItem Table CANARY#*", "secretsmanager:GetSecretValue CanarySecret"}
    ),
    # The workflows, and what starts the sweep.
    "TurnWorkflow": frozenset(
        f"lambda:InvokeFunction {step}Function"
        for step in ("Understand", "DraftAnswer", "CheckGrounding")
    ),
    "EscalationWorkflow": frozenset(
        {"lambda:InvokeFunction EscalateFunction", "sqs:SendMessage AgentsQueue"}
    ),
    "CanaryFunctionRegularly": frozenset({"lambda:InvokeFunction CanaryFunction"}),
    "SweepFunctionEveryMinute": frozenset({"lambda:InvokeFunction SweepFunction"}),
    "AuditFunctionEveryMinute": frozenset({"lambda:InvokeFunction AuditFunction"}),
    "AuditFunctionReconcile": frozenset({"lambda:InvokeFunction AuditFunction"}),
}

OPEN_ENDED = (
    *("@connections/*", "/v1/desk/escalations/*"),
    *("FilesBucket.Arn}/new/*", "FilesBucket.Arn}/kept/*"),
)
"""What is named by whoever calls: a connection, a request, a file."""

NO_RESOURCE = {
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
}
"""The actions of log delivery, which know no resource."""

TEXTS_ALONE = {"translate:TranslateText", "comprehend:DetectDominantLanguage"}
"""Actions on a text that is sent along: there is no resource to name."""

MANAGED = {
    # Writing one's own log and trace; neither knows more of a resource than an account.
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
}


def test_every_role_is_in_the_table(resources: Resources) -> None:
    assert set(roles(resources)) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_role_allows_exactly_what_the_table_says(resources: Resources, name: str) -> None:
    assert allowed(roles(resources)[name]) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_is_allowed_on_everything(resources: Resources, name: str) -> None:
    for statement in statements(roles(resources)[name]):
        actions = set(listed(statement["Action"]))
        assert "*" not in "".join(actions)
        for resource in listed(statement["Resource"]):
            assert resource != "*" or actions <= TEXTS_ALONE
            open_ended = json.dumps(resource).endswith('*"}')
            assert not open_ended or any(path in str(resource) for path in OPEN_ENDED)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_table_is_reached_by_the_kind_of_key_only(resources: Resources, name: str) -> None:
    for permission in allowed(roles(resources)[name]):
        beside = ("Table/index", "Table stream")
        if permission.startswith("dynamodb:") and not any(one in permission for one in beside):
            assert permission.endswith("#*"), permission


def test_managed_policies_are_the_named_ones(resources: Resources) -> None:
    for name, role in roles(resources).items():
        for policy in role.get("ManagedPolicyArns", ()):
            if isinstance(policy, str):
                assert policy in MANAGED, name
            else:
                assert policy == {"Ref": "WorkflowLogsPolicy"}
                assert name.endswith("Workflow")


def test_only_log_delivery_is_allowed_on_everything(resources: Resources) -> None:
    documents = [
        resource["Properties"]["PolicyDocument"]
        for resource in resources.values()
        if resource["Type"] in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy")
    ]
    assert len(documents) == 1
    for statement in documents[0]["Statement"]:
        assert set(statement["Action"]) == NO_RESOURCE


def test_functions_are_invoked_by_what_the_template_names(resources: Resources) -> None:
    permissions = [
        resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Lambda::Permission"
    ]
    assert permissions
    for permission in permissions:
        assert permission["Action"] == "lambda:InvokeFunction"
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert "SourceArn" in permission
