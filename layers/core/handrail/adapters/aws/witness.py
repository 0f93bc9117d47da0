"""What the doors acknowledged, from their logs: a witness that is not the table.

A door writes one line of ids for what it acknowledged. A row in the table would cost six times as
much, be one more thing on which a door can fail, and vanish with the table it is to vouch for.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from handrail.adapters.aws.errors import asking
from handrail.application.reconcile import Acknowledged
from handrail.observability import ACKNOWLEDGED

_MS = 1000


class LogWitness:
    """`application.reconcile.Witness`."""

    def __init__(self, client: Any, log_groups: Sequence[str]) -> None:
        """Take a client of CloudWatch Logs, and the doors' log groups."""
        self._client = client
        self._log_groups = tuple(log_groups)

    def acknowledged(self, since: float, until: float) -> Iterator[Acknowledged]:
        """Read the lines of a time from every door."""
        for group in self._log_groups:
            for line in self._lines(group, since, until):
                yield from _read(line)

    def _lines(self, group: str, since: float, until: float) -> Iterator[str]:
        page: dict[str, Any] = {}
        while True:
            with asking("read what the doors acknowledged"):
                answer = self._client.filter_log_events(
                    logGroupName=group,
                    startTime=int(since * _MS),
                    endTime=int(until * _MS) - 1,
                    filterPattern=f'"{ACKNOWLEDGED}"',
                    **page,
                )
            yield from (str(event["message"]) for event in answer["events"])
            if not answer.get("nextToken"):
                return
            page = {"nextToken": answer["nextToken"]}


def _read(line: str) -> Iterator[Acknowledged]:
    try:
        said = json.loads(line)
        if said["message"] != ACKNOWLEDGED:
            return
        for channel, account, conversation, event_id in said["acknowledged"]:
            yield Acknowledged(channel, account, conversation, event_id)
    except (ValueError, KeyError, TypeError):
        # A line that only mentions the words.
        return
