"""API Gateway HTTP API events, payload version 2.0, as requests and responses of ours."""

import base64
import binascii
from typing import Any

from handrail.application.ports import Request, Response


def to_request(event: dict[str, Any]) -> Request:
    """Read an event; the body is the very bytes that were sent, for signatures."""
    http = event.get("requestContext", {}).get("http", {})
    headers = {str(k).lower(): str(v) for k, v in (event.get("headers") or {}).items()}
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        try:
            raw = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raw = b""
    else:
        raw = body.encode("utf-8", "surrogatepass")
    path = str(event.get("rawPath") or "/")
    query = str(event.get("rawQueryString") or "")
    domain = str(event.get("requestContext", {}).get("domainName") or headers.get("host", ""))
    return Request(
        method=str(http.get("method", "GET")).upper(),
        path=path,
        headers=headers,
        query={str(k): str(v) for k, v in (event.get("queryStringParameters") or {}).items()},
        body=raw,
        url=f"https://{domain}{path}" + (f"?{query}" if query else ""),
    )


def to_result(response: Response) -> dict[str, Any]:
    """Return what API Gateway expects of a function."""
    return {
        "statusCode": response.status,
        "headers": dict(response.headers),
        "body": response.body,
        "isBase64Encoded": False,
    }
