"""Whatever the functions did in this tier, their policies allow: nobody checks it locally."""

import json
import os
import socket
import time
from typing import Any
from urllib.parse import parse_qsl

import pytest
from template.policies import allowed, roles
from workflows.people import Company
from workflows.permissions import Calls
from workflows.quick import ROOT

from handrail.adapters.aws.inbox import DynamoInbox
from handrail.adapters.aws.touched import DynamoTouched
from handrail.adapters.channels.signing import SharedSecret, signature_headers
from handrail.application.reconcile import SPAN_SECONDS, Cursor, span_of
from handrail.domain.delivery import Action
from handrail.domain.message import InboundMessage, Kind, Sender
from handrail.observability import ACKNOWLEDGED
from handrail_ops.local.logs import Logs
from handrail_ops.local.loopback_http import LoopbackServer, Request, Response
from handrail_ops.template.source import read, transform


def _signed(company: Company, body: dict[str, Any]) -> dict[str, Any]:
    deployment = company.deployment
    secrets = deployment.client("secretsmanager")
    value = secrets.get_secret_value(SecretId=deployment.ref("DirectSecret"))["SecretString"]
    raw = json.dumps(body)
    headers = signature_headers(SharedSecret(value), int(time.time()), raw.encode())
    return deployment.http(
        "ReceiveFunction",
        "POST",
        "/v1/channels/direct/shop",
        raw,
        headers={name.lower(): text for name, text in headers.items()},
        path_parameters={"channel": "direct", "account": "shop"},
    )


def _web_chat(company: Company) -> None:
    deployment = company.deployment
    opened = deployment.http("SiteFunction", "POST", "/v1/web/session")
    token = json.loads(opened["body"])["token"]
    headers = {"authorization": f"Bearer {token}"}
    said = json.dumps({"id": "w1", "text": "How long does a refund take?"})
    posted = deployment.http("SiteFunction", "POST", "/v1/web/messages", said, headers=headers)
    assert posted["statusCode"] == 200, posted
    for kind, body in (
        ("MESSAGE", {"type": "hello", "token": token, "after": 0}),
        ("MESSAGE", {"type": "message", "token": token, "id": "w2", "text": "human"}),
    ):
        context = {"connectionId": "c1", "eventType": kind}
        deployment.call("SocketFunction", {"requestContext": context, "body": json.dumps(body)})
    deployment.drain()
    got = deployment.http("SiteFunction", "GET", "/v1/web/messages", headers=headers)
    assert json.loads(got["body"])["messages"], "the customer got nothing"
    context = {"connectionId": "c1", "eventType": "DISCONNECT"}
    deployment.call("SocketFunction", {"requestContext": context})


def _parked(company: Company) -> None:
    deployment = company.deployment
    inbox = DynamoInbox(deployment.client("dynamodb"), deployment.ref("Table"))
    now = time.time()
    message = InboundMessage(
        channel="direct",
        account="shop",
        event_id="parked-1",
        position=int(now * 1000),
        sender=Sender(("parked-customer", "another-id")),
        kind=Kind.TEXT,
        occurred_at=now,
        received_at=now,
        text="My card is 4111 1111 1111 1111.",
    )
    inbox.park("parked-group", message, now - 1)
    company.sweep()
    deployment.drain()


def _dead_letters(company: Company) -> None:
    deployment = company.deployment
    now = time.time()
    message = InboundMessage(
        channel="direct",
        account="shop",
        event_id="dead-1",
        position=int(now * 1000),
        sender=Sender(("dead-customer", "dead-alias")),
        kind=Kind.TEXT,
        occurred_at=now,
        received_at=now,
        text="My card is 4111 1111 1111 1111.",
    )
    for queue, body in (
        ("InboundDeadLetters", message.to_dict()),
        ("OutboundDeadLetters", {"conversation": "x"}),
        ("AgentsDeadLetters", {"conversation": "x"}),
    ):
        record = {
            "messageId": f"dead-{queue}",
            "body": json.dumps(body),
            "attributes": {"MessageGroupId": "dead-group", "ApproximateReceiveCount": "1"},
            "eventSourceARN": deployment.deployment.attribute(queue, "Arn"),
        }
        answer = deployment.call("DeadLettersFunction", {"Records": [record]})
        assert answer == {"batchItemFailures": []}, queue


def _an_agents_day(company: Company) -> None:
    customer, conversation = company.new_customer()
    company.write(customer, "My card is 4111 1111 1111 1111. Refund?")
    company.write(customer, action=Action.PERSON)
    company.deployment.drain()
    escalation = company.conversation(conversation).open_escalation.id
    held = company.claim(escalation)
    _, beat = company.desk(escalation, "heartbeat", **held)
    event_id = next(line["event_id"] for line in beat["news"])
    status, _ = company.desk(escalation, "reveal", **held, event_id=event_id, reason="refund")
    assert status == 200
    company.desk(escalation, "messages", **held, id="m1", text="Hallo", language="de")
    assert company.serve(escalation) or company.serve(escalation)
    company.deployment.drain()


ROUTES = {
    "/v1/channels/": "ReceiveFunction",
    "/v1/web/": "SiteFunction",
    "/v1/desk/": "DeskApiFunction",
    "/v1/canary/": "CanaryCallbackFunction",
}


def _canary(company: Company) -> None:
    """Run the canary on each channel, with the API where its functions believe it to be."""
    deployment = company.deployment

    def serve(request: Request) -> Response:
        (function,) = [ROUTES[one] for one in ROUTES if request.path.startswith(one)]
        channel, account = ([*request.path.split("/"), "", ""])[3:5]
        answer = deployment.http(
            function,
            request.method,
            request.path,
            request.body.decode(),
            headers=dict(request.headers),
            query=dict(parse_qsl(request.query)),
            path_parameters={"channel": channel, "account": account},
        )
        if function in ("ReceiveFunction", "SiteFunction", "DeskApiFunction"):
            deployment.drain()
        return Response(answer["statusCode"], answer["body"].encode(), answer["headers"])

    host, _, port = deployment.gateway.partition(":")
    server = LoopbackServer(serve, name="api", listener=socket.create_server((host, int(port))))
    try:
        for channel in ("direct", "web"):
            told = deployment.call("CanaryFunction", {})
            _, served = told["customers"]
            assert (served["channel"], served["ended"]) == (channel, True), told
    finally:
        server.close()


def _audit(company: Company) -> None:
    """Show the audit a message, let it count, and reconcile a time in which one went missing."""
    deployment = company.deployment
    table = DynamoTouched(deployment.client("dynamodb"), deployment.ref("Table"))
    span = span_of(time.time()) - 6 * SPAN_SECONDS
    table.move(Cursor(span))
    table.note(span, "1", ["nobody"])
    item = {
        "event_id": {"S": "e1"},
        "position": {"N": "1"},
        "kind": {"S": "text"},
        "text": {"S": "hello"},
        "received_at": {"N": "1"},
    }
    keys = {"pk": {"S": "C#nobody"}, "sk": {"S": "IN#e1"}}
    record = {"dynamodb": {"Keys": keys, "NewImage": item, "SequenceNumber": "1"}}
    doors = {f"{door}Function": deployment.ref(f"{door}Log") for door in ("Receive", "Site")}
    doors["SocketFunction"] = deployment.ref("SocketLog")
    logs = Logs(doors)
    said = json.dumps({"message": ACKNOWLEDGED, "acknowledged": [["direct", "shop", "x", "e9"]]})
    logs._lines[doors["ReceiveFunction"]].append((span * 1000 + 1, said))
    server = LoopbackServer(logs, name="logs")
    os.environ["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"] = server.url
    try:
        deployment.call("AuditFunction", {"Records": [record]})
        deployment.call("AuditFunction", {"audit": "stuck"})
        told = deployment.call("AuditFunction", {"audit": "reconcile"})
    finally:
        server.close()
    assert told["inbound_lost"] == 1


@pytest.fixture(scope="module")
def made(company: Company, calls: Calls) -> set[tuple[str, str, str]]:
    """Do at least once what each function does; then say what all of them called."""
    assert _signed(company, {"id": "p1", "customer": "p", "text": "hello"})["statusCode"] == 200
    company.deployment.drain()
    _web_chat(company)
    _parked(company)
    _dead_letters(company)
    _an_agents_day(company)
    _canary(company)
    _audit(company)
    return set(calls.made)


@pytest.fixture(scope="module")
def policies() -> dict[str, set[str]]:
    resources = transform(read(ROOT))["Resources"]
    return {name: allowed(role) for name, role in roles(resources).items()}


def _permission(company: Company, action: str, target: str) -> str:
    """Return a call in the words of the policies' table."""
    deployment = company.deployment
    if action.startswith("dynamodb:"):
        return f"{action} Table{'/' if target.startswith('index/') else ' '}{target}"
    if action == "execute-api:ManageConnections":
        return f"{action} SocketApi/live/POST/@connections/*"
    if action == "states:SendTaskSuccess":
        return f"{action} EscalationWorkflow"
    names = (
        *("InboundQueue", "OutboundQueue", "AgentsQueue", "TurnWorkflow", "EscalationWorkflow"),
        *("SupervisorTopic", "DirectSecret", "WebSecret", "ModelSecret", "TranslatorSecret"),
        *("PrivacySecret", "CanarySecret", "TranslateFunction"),
        *("ReceiveLog", "SiteLog", "SocketLog"),
    )
    found = [name for name in names if deployment.ref(name) == target]
    return f"{action} {found[0] if found else target}"


def test_every_call_is_allowed(
    company: Company, made: set[tuple[str, str, str]], policies: dict[str, set[str]]
) -> None:
    refused = {
        f"{function}: {permission}"
        for function, action, target in made
        if (permission := _permission(company, action, target)) not in policies[function]
    }
    assert not refused


def test_every_function_was_seen_at_work(
    company: Company, made: set[tuple[str, str, str]]
) -> None:
    # `translate` calls nobody while no translator is configured.
    assert {function for function, _, _ in made} >= {
        name for name in company.deployment.function_names if name != "TranslateFunction"
    }
