"""API Gateway HTTP API events, payload version 2.0, as requests and responses of ours."""

import base64
import binascii
import gzip
import re
from typing import Any

from handrail.application.ports import Request, Response

_SMALL_CHARS = 1_000
"""What is shorter gains nothing by being compressed."""
_TAKES_GZIP = re.compile(r"(?:^|[,\s])gzip(?:\s*;\s*q=(?!0(?:\.0*)?(?:,|\s|$))[0-9.]+)?\s*(?:,|$)")


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


def to_compressed_result(response: Response, request: Request) -> dict[str, Any]:
    """Return what API Gateway expects, compressed where the client takes that.

    An HTTP API compresses nothing by itself.
    """
    result = to_result(response)
    if len(response.body) < _SMALL_CHARS:
        return result
    varies = [response.headers[name] for name in ("vary",) if name in response.headers]
    result["headers"]["vary"] = ", ".join([*varies, "accept-encoding"])
    if _TAKES_GZIP.search(request.headers.get("accept-encoding", "").lower()):
        packed = gzip.compress(response.body.encode(), mtime=0)
        result["headers"]["content-encoding"] = "gzip"
        result["body"] = base64.b64encode(packed).decode("ascii")
        result["isBase64Encoded"] = True
    return result
