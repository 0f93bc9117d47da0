"""The messengers' accounts and their way out, as functions have them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from handrail.adapters.aws.secret_values import SecretValues
from handrail.adapters.channels import CHANNELS
from handrail.adapters.channels.direct import CallbackNotSentError, CallbackRefusedError
from handrail.adapters.channels.registry import Registry
from handrail.bootstrap.messengers import MessengerHttp, tools
from handrail.domain.errors import UnavailableError
from handrail_ops.memory.clock import ManualClock

ACCOUNT = {"whatsapp_cloud": {"1065": {"app_secret": "s", "api_url": "http://127.0.0.1:9/api"}}}


class Secrets:
    """Secrets Manager with one secret."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value
        self.reads = 0
        self.broken = False

    def get_secret_value(self, **asked: str) -> dict[str, str]:
        from botocore.exceptions import ClientError

        if self.broken:
            raise ClientError({"Error": {"Code": "Throttling"}}, "GetSecretValue")
        if asked["VersionStage"] == "AWSPREVIOUS":
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        self.reads += 1
        return {"SecretString": json.dumps(self.value)}


def values(client: Secrets, clock: ManualClock) -> SecretValues:
    return SecretValues(client, clock)  # type: ignore[arg-type]


def test_an_account_that_is_added_is_there_in_seconds_and_reads_stay_few() -> None:
    clock, client = ManualClock(1_000.0), Secrets({})
    accounts = tools(values(client, clock), "arn", clock).accounts
    assert accounts("whatsapp_cloud", "1065") is None
    client.value = ACCOUNT
    assert accounts("whatsapp_cloud", "1065") is None
    clock.advance(11)
    assert accounts("whatsapp_cloud", "1065") is not None
    reads = client.reads
    for _ in range(100):
        accounts("whatsapp_cloud", "1065")
        accounts("whatsapp_cloud", "nobody")
    assert client.reads == reads


def test_an_outage_leaves_what_is_known() -> None:
    clock, client = ManualClock(1_000.0), Secrets(ACCOUNT)
    secrets = values(client, clock)
    accounts = tools(secrets, "arn", clock).accounts
    assert accounts("whatsapp_cloud", "1065") is not None
    clock.advance(11)
    client.broken = True
    assert accounts("whatsapp_cloud", "1065") is not None
    with pytest.raises(UnavailableError):
        accounts("whatsapp_cloud", "nobody")
    assert accounts("whatsapp_cloud", "1065") is not None


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:9/api/v25.0/x", CallbackNotSentError),
        ("http://127.0.0.1:9/apis/x", CallbackRefusedError),
        ("http://127.0.0.1:9001/2018-06-01/runtime", CallbackRefusedError),
        ("https://127.0.0.1:9/x", CallbackRefusedError),
        ("http://graph.example/x", CallbackRefusedError),
    ],
)
def test_this_machine_is_spoken_to_only_where_an_account_says_so(
    url: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock(1_000.0)
    accounts = tools(values(Secrets(ACCOUNT), clock), "arn", clock).accounts
    http = MessengerHttp(accounts)  # type: ignore[arg-type]
    monkeypatch.setattr("socket.create_connection", _refuse)
    with pytest.raises(error):
        http.request("POST", url, {}, b"")


def _refuse(*_address: object) -> None:
    raise ConnectionRefusedError


def test_a_messenger_is_built_when_it_is_met() -> None:
    clock = ManualClock(1_000.0)
    registry = Registry({}, tools(values(Secrets({}), clock), "arn", clock))
    messengers = {name for name, entry in CHANNELS.items() if entry.is_messenger}
    assert set(registry) == messengers
    assert len(registry) == len(messengers)
    assert "direct" not in registry
    assert registry.get("direct") is None
    assert registry["messenger"] is registry["messenger"]
    assert registry["messenger"].name == "messenger"
