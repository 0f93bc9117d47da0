"""Where an agent works: the desk API, the agents queue, and the credentials for both.

Three ways lead there: a deployed stack by its name, both addresses by hand, or the stack that
runs on this machine, which leaves a note of where it is.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from handrail_ops.replay.http import Http, SignedHttp

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LOCAL_NOTE: Final = Path(".handrail") / "local.json"
_CONNECTIONS: Final = 4


class TargetError(Exception):
    """There is nowhere to work; says what to give."""


@dataclass(frozen=True, slots=True)
class Target:
    """One deployment from an agent's side."""

    url: str
    queue_url: str
    environment: Mapping[str, str] = field(repr=False)
    """AWS settings, as an environment has them: region, credentials, endpoints."""

    def http(self) -> SignedHttp:
        """Return what signs requests to the desk API.

        Raises:
            TargetError: there are no credentials or no region.

        """
        session = self._session()
        credentials = session.get_credentials()
        if credentials is None or session.region_name is None:
            message = "no AWS credentials or no region; set AWS_PROFILE or AWS_REGION"
            raise TargetError(message)
        return SignedHttp(Http(self.url, _CONNECTIONS), credentials, session.region_name)

    def sqs(self) -> SQSClient:
        """Return a client for the agents queue."""
        name = "AWS_ENDPOINT_URL_SQS"
        endpoint = self.environment.get(name) or self.environment.get("AWS_ENDPOINT_URL")
        client: SQSClient = self._session().client("sqs", endpoint_url=endpoint)
        return client

    def _session(self) -> boto3.Session:
        told = self.environment
        return boto3.Session(
            aws_access_key_id=told.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=told.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=told.get("AWS_SESSION_TOKEN"),
            region_name=told.get("AWS_REGION") or told.get("AWS_DEFAULT_REGION"),
            profile_name=None if "AWS_ACCESS_KEY_ID" in told else told.get("AWS_PROFILE"),
        )


def find_target(
    *, stack: str | None = None, url: str | None = None, queue_url: str | None = None
) -> Target:
    """Return where to work: what was named, else the stack that runs on this machine.

    Raises:
        TargetError: nothing was named and nothing runs here, or what was named is incomplete.

    """
    if stack:
        return _deployed(stack)
    if url and queue_url:
        return Target(url, queue_url, dict(os.environ))
    note = _read_note()
    if note is None:
        message = (
            "no local stack runs here (make run), and no other was named:"
            " give --stack NAME, or both --url and --queue-url"
        )
        raise TargetError(message)
    return Target(url or note["url"], queue_url or note["agents_queue"], note["environment"])


@contextlib.contextmanager
def noted(
    url: str, agents_queue: str, environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[Path]:
    """Leave a note of a local stack while it runs, for terminals in the same folder."""
    path = (folder or Path.cwd()) / LOCAL_NOTE
    path.parent.mkdir(parents=True, exist_ok=True)
    aws = {name: value for name, value in environment.items() if name.startswith("AWS_")}
    content = {
        "url": url,
        "agents_queue": agents_queue,
        "environment": aws,
        "process": os.getpid(),
    }
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    path.chmod(0o600)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _read_note() -> dict[str, Any] | None:
    """Return the note of this folder or the nearest one above it, if its stack still runs."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        path = folder / LOCAL_NOTE
        try:
            note: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            os.kill(int(note["process"]), 0)
        except (OSError, ValueError, KeyError):
            # None here, or of a stack that was killed before it could take its note along.
            continue
        return note
    return None


def _deployed(stack: str) -> Target:
    try:
        answer = boto3.client("cloudformation").describe_stacks(StackName=stack)
        outputs = {
            output.get("OutputKey"): output.get("OutputValue")
            for output in answer["Stacks"][0].get("Outputs", [])
        }
    except (BotoCoreError, ClientError) as error:
        message = f"the stack {stack!r} cannot be read: {error}"
        raise TargetError(message) from error
    url, queue_url = outputs.get("Url"), outputs.get("AgentsQueueUrl")
    if not url or not queue_url:
        message = f"the stack {stack!r} has no outputs Url and AgentsQueueUrl; is it Handrail's?"
        raise TargetError(message)
    return Target(url, queue_url, dict(os.environ))
