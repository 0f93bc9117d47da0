"""Plain and signed JSON over HTTPS, for the canary.

botocore's own HTTP session: it is loaded already, follows no redirect, and retries nothing, so
that what the canary reports is what one request of a customer would have met.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

from handrail.application.canary_ports import NotServedError
from handrail.domain.errors import SettingsError

CONNECT_SECONDS = 3.0
READ_SECONDS = 28.0
"""A little less than API Gateway's own patience of thirty."""
_JSON = {"Content-Type": "application/json"}


class JsonHttp:
    """Sends JSON to one API."""

    def __init__(self, url: str) -> None:
        """Connect to nothing yet."""
        self._url = url.rstrip("/")
        timeout: Any = (CONNECT_SECONDS, READ_SECONDS)  # the stubs know whole seconds only
        self._session = URLLib3Session(timeout=timeout)

    def request(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> AWSRequest:
        """Return a request that is not sent yet, for signing."""
        return AWSRequest(method, f"{self._url}{path}", headers={**_JSON, **headers}, data=body)

    def send(self, request: AWSRequest, what: str) -> Mapping[str, Any]:
        """Send a request, and return the JSON object of its answer.

        Raises:
            NotServedError: the answer is not a 2xx, or none came; named by `what`.

        """
        try:
            response = self._session.send(request.prepare())
        except BotoCoreError as error:
            raise NotServedError(what, 0, type(error).__name__) from None
        body = _object(response.content)
        if not 200 <= response.status_code < 300:  # noqa: PLR2004
            raise NotServedError(what, response.status_code, str(body.get("error") or ""))
        return body

    def close(self) -> None:
        """Close what is open."""
        self._session.close()


class SignedDesk:
    """`application.canary_ports.DeskDoor`: the desk API, signed with the function's own role."""

    def __init__(
        self, http: JsonHttp, credentials: Callable[[], ReadOnlyCredentials], region: str
    ) -> None:
        """Take the credentials by look-up: a role's change every few hours."""
        self._http = http
        self._credentials = credentials
        self._region = region

    def read(self, escalation: str) -> Mapping[str, Any]:
        """Return where a request stands."""
        return self._send("GET", f"/v1/desk/escalations/{escalation}", b"", "the desk's reading")

    def act(self, escalation: str, action: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Claim, see, write or resolve."""
        path = f"/v1/desk/escalations/{escalation}/{action}"
        return self._send("POST", path, json.dumps(fields).encode(), f"the desk's {action}")

    def _send(self, method: str, path: str, body: bytes, what: str) -> Mapping[str, Any]:
        request = self._http.request(method, path, body, {})
        SigV4Auth(self._credentials(), "execute-api", self._region).add_auth(request)
        return self._http.send(request, what)


def desk_for_role(http: JsonHttp) -> SignedDesk:
    """Return the desk, signed with whatever role this function has.

    Raises:
        SettingsError: there is no region to sign for.

    """
    session = boto3.Session()
    if session.region_name is None:
        message = "AWS_REGION is not set; the desk API is signed for a region"
        raise SettingsError(message)

    def credentials() -> ReadOnlyCredentials:
        found = session.get_credentials()
        if found is None:
            what = "the search for AWS credentials"
            raise NotServedError(what, 0)
        return found.get_frozen_credentials()

    return SignedDesk(http, credentials, session.region_name)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
