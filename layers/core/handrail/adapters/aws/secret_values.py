"""Secrets Manager values, current and previous, kept for a while and through an outage."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from handrail.adapters.channels.signing import SharedSecret
from handrail.application.ports import Clock
from handrail.domain.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_FRESH_SECONDS = 300
_RENEW_SECONDS = 10
_STALE_SECONDS_MAX = 24 * 3600
"""Through an outage of Secrets Manager the last known value counts for so long."""


class SecretValues:
    """Reads secrets when they are needed, so that they may rotate under a running function."""

    def __init__(self, client: "SecretsManagerClient", clock: Clock) -> None:
        """Read nothing yet."""
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[float, SharedSecret]] = {}

    def shared(self, arn: str) -> SharedSecret:
        """Return a secret that both sides know, with its previous value if it has one.

        Raises:
            UnavailableError: it cannot be read, and no value is known.

        """
        now = self._clock.now()
        known = self._known.get(arn)
        if known is not None and now - known[0] < _FRESH_SECONDS:
            return known[1]
        try:
            secret = SharedSecret(
                self._read(arn, "AWSCURRENT") or "", self._read(arn, "AWSPREVIOUS")
            )
        except UnavailableError:
            if known is not None and now - known[0] < _STALE_SECONDS_MAX:
                return known[1]
            raise
        self._known[arn] = (now, secret)
        return secret

    def renewed(self, arn: str) -> SharedSecret:
        """Return a secret as it is now, or as it was a few seconds ago.

        For whoever misses something in it that may just have been put there.

        Raises:
            UnavailableError: it cannot be read, and no value is known.

        """
        known = self._known.get(arn)
        if known is not None and self._clock.now() - known[0] >= _RENEW_SECONDS:
            fresh = self._known.pop(arn)
            try:
                return self.shared(arn)
            except UnavailableError:
                self._known[arn] = fresh
                raise
        return self.shared(arn)

    def key(self, arn: str) -> str | None:
        """Return the `key` of a secret that is a JSON object; None when it is empty.

        Raises:
            UnavailableError: it cannot be read.

        """
        text = self.shared(arn).current
        try:
            value = json.loads(text).get("key")
        except (ValueError, AttributeError):
            value = text
        return str(value).strip() or None if value else None

    def _read(self, arn: str, stage: str) -> str | None:
        try:
            answer = self._client.get_secret_value(SecretId=arn, VersionStage=stage)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
                return None
            message = f"the secret's {stage} version could not be read"
            raise UnavailableError(message) from error
        except BotoCoreError as error:
            message = f"the secret's {stage} version could not be read"
            raise UnavailableError(message) from error
        return answer.get("SecretString")
