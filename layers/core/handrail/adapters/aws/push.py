"""Pushing to open WebSocket connections through API Gateway."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from handrail.domain.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

_GONE = frozenset({"GoneException", "410", "BadRequestException"})
"""Gone, or never one of ours: a connection id that API Gateway does not understand is a 400."""


class ApiGatewayPush:
    """`application.web_ports.Push` through `@connections`."""

    def __init__(self, client: "ApiGatewayManagementApiClient") -> None:
        """Take a client whose endpoint is the WebSocket API's own."""
        self._client = client

    def push(self, connection_id: str, data: str) -> bool:
        """Send; False when the connection is gone."""
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=data.encode())
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE:
                return False
            message = f"the connection could not be written to: {error}"
            raise UnavailableError(message) from error
        except BotoCoreError as error:
            message = f"the connection could not be written to: {error}"
            raise UnavailableError(message) from error
        return True
