"""The script of the operating guide makes a restored table safe, as the guide says it does."""

import re
import sys
import textwrap
from pathlib import Path

import boto3
import pytest

from handrail.domain.conversation import Holder
from handrail.domain.errors import FencedError
from handrail.domain.escalation import check_lease, holds
from support.aws import Aws, local_aws
from support.stores import (
    ID,
    NOW,
    PROMISES,
    asked,
    claimed,
    commit,
    current,
    dynamo_stores,
    keep,
    message,
)

from .conftest import ROOT

JUMP = 1_000_000


def script() -> str:
    guide = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^ *```python\n(.*?)^ *```", guide, re.DOTALL | re.MULTILINE)
    return textwrap.dedent(block)


def run(table: str, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["restored.py", table])
    monkeypatch.setattr(boto3, "client", lambda _service: aws.dynamodb)
    monkeypatch.setattr("time.time", lambda: NOW + 100)
    exec(compile(script(), str(Path("restored.py")), "exec"), {"__name__": "restored"})  # noqa: S102


def test_a_restored_conversation_never_repeats_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with local_aws() as aws:
        name = aws.table()
        stores = dynamo_stores(aws.dynamodb, name)
        first = message()
        keep(stores, first)
        commit(stores, asked, [first])
        commit(stores, claimed)
        before = current(stores)
        assert before.holder is Holder.AGENT

        run(name, aws, monkeypatch)
        run(name, aws, monkeypatch)  # broken off and run again

        after = current(stores)
        assert after.epoch == before.epoch + JUMP
        assert after.version == before.version + JUMP
        assert after.outbound == before.outbound + JUMP
        assert after.escalations == before.escalations + JUMP
        with pytest.raises(FencedError):
            holds(after, "agent-1", before.epoch)
        # The agent's lease has ended, the sweep is told, and the customer comes back to the front.
        assert after.due is not None
        assert after.due <= NOW + 100
        decision = check_lease(after, NOW + 101, PROMISES)
        assert decision is not None
        stores.conversations.commit(decision)
        assert current(stores).holder is Holder.WAITING
        assert current(stores).open_escalation.front


def test_a_conversation_at_rest_stays_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    with local_aws() as aws:
        name = aws.table()
        stores = dynamo_stores(aws.dynamodb, name)
        aws.dynamodb.put_item(
            TableName=name,
            Item={
                "pk": {"S": f"C#{ID}"},
                "sk": {"S": "HEAD"},
                "version": {"N": "3"},
                "epoch": {"N": "2"},
                "holder": {"S": "closed"},
                "channel": {"S": "direct"},
                "account": {"S": "shop"},
                "language": {"S": "en"},
                "sender_ids": {"L": [{"S": "customer-1"}]},
            },
        )
        run(name, aws, monkeypatch)
        after = current(stores)
        assert (after.epoch, after.due, after.lease) == (2 + JUMP, None, None)
