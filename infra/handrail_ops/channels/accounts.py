"""Where the messengers' accounts are: in a file, in a deployed stack, or in the local one."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from handrail.adapters.channels.kit.accounts import Account, AccountBook, read_book
from handrail.adapters.channels.signing import SharedSecret
from handrail_ops.agent.target import TargetError, find_target

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_OUTPUT: Final = "AccountsSecretArn"
_LOGICAL: Final = "AccountsSecret"


class AccountsError(Exception):
    """The accounts cannot be read; says what to give."""


@dataclass(frozen=True, slots=True)
class Source:
    """The accounts, and the stack they belong to."""

    text: str
    """The secret's JSON."""
    url: str = ""
    """Where the stack's webhooks are; empty for a file."""
    secret: str = ""
    """The secret's ARN; empty for a file."""
    client: SecretsManagerClient | None = None

    @property
    def book(self) -> AccountBook:
        """The accounts, as functions read them."""
        return AccountBook(lambda: SharedSecret(self.text))

    def renewed(self) -> Source:
        """Return the accounts as the stack's secret has them now."""
        if self.client is None:
            return self
        return replace(self, text=_read(self.client, self.secret))

    def put(self, accounts: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        """Put accounts into the stack's secret, by channel, beside those that are there."""
        if self.client is None:
            message = "accounts in a file are changed in the file"
            raise AccountsError(message)
        data: dict[str, Any] = json.loads(self.renewed().text or "{}")
        for channel, values in accounts.items():
            data.setdefault(channel, {}).update(values)
        self.client.put_secret_value(SecretId=self.secret, SecretString=json.dumps(data))


def find_accounts(file: Path | None, stack: str | None) -> Source:
    """Return the accounts of a file, of a deployed stack, or of the one that runs here.

    Raises:
        AccountsError: they cannot be read.

    """
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8")
            json.loads(text)
        except (OSError, ValueError) as error:
            message = f"{file} holds no accounts: {error}"
            raise AccountsError(message) from error
        return Source(text)
    try:
        return _deployed(stack) if stack else _local()
    except (BotoCoreError, ClientError) as error:
        message = f"the accounts' secret cannot be read: {error}"
        raise AccountsError(message) from error


def _deployed(stack: str) -> Source:
    answer = boto3.client("cloudformation").describe_stacks(StackName=stack)
    outputs = {
        one.get("OutputKey"): one.get("OutputValue") for one in answer["Stacks"][0]["Outputs"]
    }
    secret = outputs.get(_OUTPUT)
    if not secret:
        message = f"the stack {stack!r} has no output {_OUTPUT}; deploy this release first"
        raise AccountsError(message)
    client = boto3.client("secretsmanager")
    return Source(_read(client, secret), str(outputs.get("Url", "")), secret, client)


def _local() -> Source:
    try:
        target = find_target()
    except TargetError as error:
        message = (
            "no local stack runs here (make run), and no other was named:"
            " give --accounts FILE or --stack NAME"
        )
        raise AccountsError(message) from error
    told = target.environment
    client = boto3.client(
        "secretsmanager",
        endpoint_url=told.get("AWS_ENDPOINT_URL_SECRETSMANAGER") or told.get("AWS_ENDPOINT_URL"),
        region_name=told.get("AWS_REGION") or os.environ.get("AWS_REGION"),
        aws_access_key_id=told.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=told.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=told.get("AWS_SESSION_TOKEN"),
    )
    listed = client.list_secrets(MaxResults=100)["SecretList"]
    found = [one["ARN"] for one in listed if _LOGICAL in one["Name"]]
    if not found:
        message = (
            "the local stack has no secret of accounts; start it from this release's template"
        )
        raise AccountsError(message)
    return Source(_read(client, found[0]), target.url, found[0], client)


def _read(client: SecretsManagerClient, secret: str) -> str:
    return client.get_secret_value(SecretId=secret).get("SecretString", "{}")


def account_of(source: Source, channel: str, account: str | None) -> Account:
    """Return one account: the named one, or the only one.

    Raises:
        AccountsError: there is none, or there are several and none was named.

    """
    known = source.book.of(channel)
    if account is not None and account in known:
        return known[account]
    if account is None and len(known) == 1:
        return next(iter(known.values()))
    there = ", ".join(sorted(known)) or "none"
    message = f"{channel}: which account? --account NAME; configured: {there}"
    raise AccountsError(message)


def unreadable(text: str) -> list[str]:
    """Return what of a secret's text functions leave out."""
    data = json.loads(text or "{}")
    book = read_book(text)
    if not isinstance(data, dict):
        return ["the secret is no JSON object"]
    return [
        f"{channel}: {account}"
        for channel, accounts in data.items()
        for account in (accounts if isinstance(accounts, dict) else {"?": None})
        if account not in book.get(channel, {})
    ]
