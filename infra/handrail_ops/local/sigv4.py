"""Checks the signature of a request to an IAM-authorised route.

Only with the local credentials can one sign, so a client that forgets to sign, or signs another
request than it sends, finds out here and not after the deployment. Any access key id is accepted
with the local secret: that is how several callers can be told apart on one machine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, quote

from handrail_ops.local.aws_processes import ACCOUNT, SECRET_ACCESS_KEY

_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/"
    r"(?P<service>[^/]+)/aws4_request,\s*SignedHeaders=(?P<headers>[^,]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_TOLERANCE: Final = dt.timedelta(minutes=5)
_UNRESERVED: Final = "-_.~"


class SignatureError(Exception):
    """The request is not signed, or not as it was sent; the message says which."""


def verify(
    method: str,
    raw_path: str,
    raw_query: str,
    headers: Mapping[str, str],
    body: bytes,
    now: dt.datetime,
) -> dict[str, str | None]:
    """The caller's identity for `requestContext.authorizer.iam`; header names are lower case."""
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", "").strip())
    if found is None:
        message = "Missing Authentication Token"
        raise SignatureError(message)
    if found["service"] != "execute-api":
        message = f"Credential should be scoped to service execute-api, not {found['service']}"
        raise SignatureError(message)
    stamp = headers.get("x-amz-date", "")
    try:
        signed_at = dt.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError as error:
        message = f"X-Amz-Date is {stamp!r}; a time like 20260102T030405Z was expected"
        raise SignatureError(message) from error
    if abs(now - signed_at) > _TOLERANCE:
        message = f"Signature expired: signed at {stamp}"
        raise SignatureError(message)
    canonical = _canonical_request(
        method, raw_path, raw_query, headers, found["headers"].split(";"), body
    )
    scope = f"{found['date']}/{found['region']}/{found['service']}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    key = ("AWS4" + SECRET_ACCESS_KEY).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, found["signature"]):
        message = "The request signature we calculated does not match the signature you provided"
        raise SignatureError(message)
    return {
        "accessKey": found["key"],
        "accountId": ACCOUNT,
        "callerId": found["key"],
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{ACCOUNT}:user/{found['key']}",
        "userId": found["key"],
    }


def _canonical_request(
    method: str,
    raw_path: str,
    raw_query: str,
    headers: Mapping[str, str],
    signed: list[str],
    body: bytes,
) -> str:
    pairs = sorted(
        (quote(name, safe=_UNRESERVED), quote(value, safe=_UNRESERVED))
        for name, value in parse_qsl(raw_query, keep_blank_values=True)
    )
    payload = headers.get("x-amz-content-sha256") or hashlib.sha256(body).hexdigest()
    lines = [
        method,
        # The path is encoded once more than it was sent, as for every service but S3.
        quote(raw_path, safe="/" + _UNRESERVED) or "/",
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed),
        "",
        ";".join(signed),
        payload,
    ]
    return "\n".join(lines)
