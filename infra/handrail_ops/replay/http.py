"""Plain HTTP with kept-alive connections, for the replay's customers and agents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 35.0
"""A little more than API Gateway lets an integration take."""
NO_ANSWER = 0
"""The status of a request that was not answered at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said; `status` is `NO_ANSWER` when it said nothing."""

    status: int
    body: Mapping[str, Any]

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed a moment later."""
        return self.status in (NO_ANSWER, 429) or self.status >= 500  # noqa: PLR2004

    @property
    def done(self) -> bool:
        """Whether the request was granted."""
        return 200 <= self.status < 300  # noqa: PLR2004


class Http:
    """Sends JSON to one server; may be shared between threads."""

    def __init__(self, url: str, connections: int) -> None:
        """Keep up to so many connections."""
        self._url = url.rstrip("/")
        self._pool = urllib3.PoolManager(
            maxsize=connections,
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
            retries=False,
        )

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body and read the answer."""
        return self._send("POST", path, body, headers)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Read an answer."""
        return self._send("GET", path, b"", headers or {})

    def url(self, path: str) -> str:
        """Return a whole URL."""
        return f"{self._url}{path}"

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        try:
            response = self._pool.request(
                method, self.url(path), body=body or None, headers=dict(headers)
            )
        except urllib3.exceptions.HTTPError:
            return Answer(NO_ANSWER, {})
        try:
            data = json.loads(response.data)
        except ValueError:
            data = {}
        return Answer(response.status, data if isinstance(data, dict) else {})


class SignedHttp:
    """The same, signed with AWS credentials: what the desk API asks of agents."""

    def __init__(self, http: Http, credentials: Credentials, region: str) -> None:
        """Take the credentials agents have."""
        self._http = http
        self._signer = SigV4Auth(credentials, "execute-api", region)

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        """Sign and post a JSON object."""
        body = json.dumps(fields).encode()
        return self._http.post(path, body, self._signed("POST", path, body))

    def get(self, path: str) -> Answer:
        """Sign and read."""
        return self._http.get(path, self._signed("GET", path, b""))

    def _signed(self, method: str, path: str, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        request = AWSRequest(method, self._http.url(path), data=body, headers=headers)
        self._signer.add_auth(request)
        return {name: str(value) for name, value in request.headers.items()}
