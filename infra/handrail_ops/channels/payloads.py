"""A file with what a provider sent, as the request that brought it.

Files come as people save them: the bare body, the form as JSON or as it was sent, a recording with
method, headers and body, or the event of an HTTP API.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import click

from handrail.adapters.aws.http import to_request
from handrail.application.ports import Request

ACCOUNT: Final = "account"
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
_FORMS: Final = frozenset({"twilio_sms", "twilio_whatsapp"})
_BODIES: Final = ("raw_body", "body", "body_utf8", "body_base64", "payload")
_FORM_NAMES: Final = ("params", "params_multi", "form")
_BOTH: Final = "slack"
"""The messenger that sends JSON as well as forms."""


def request_of(path: Path, channel: str) -> Request:
    """Return the request that a file holds.

    Raises:
        click.ClickException: the file cannot be read.

    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise click.ClickException(message) from error
    try:
        data: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return _request(channel, raw, _usual_type(channel, raw))
    if isinstance(data, str):
        # A body that was saved as a word of JSON.
        body = data.encode("utf-8", "surrogatepass")
        return _request(channel, body, _usual_type(channel, body))
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict):
        # Samples in a provider's documents stand in a list at times.
        data = data[0]
        raw = json.dumps(data).encode()
    if not isinstance(data, dict):
        return _request(channel, raw, JSON)
    if "requestContext" in data and "body" in data:
        return to_request(data)
    if "Records" not in data and any(name in data for name in _BODIES) and _is_recording(data):
        return _recorded(channel, data, path)
    is_form = channel == _BOTH and any(name in data for name in _FORM_NAMES)
    if channel in _FORMS or is_form:
        return _request(channel, _form_body(data), FORM)
    return _request(channel, raw, JSON)


def _usual_type(channel: str, body: bytes) -> str:
    """Return the type that a body has at its messenger where nothing says it."""
    is_form = channel == _BOTH and not body.lstrip().startswith((b"{", b"["))
    return FORM if channel in _FORMS or is_form else JSON


def _is_recording(data: Mapping[str, Any]) -> bool:
    """Tell a recording from a provider's own JSON that happens to have a `body`."""
    return any(name in data for name in ("raw_body", "headers", "method", "content_type"))


def _recorded(channel: str, data: Mapping[str, Any], path: Path) -> Request:
    headers = {str(k).lower(): str(v) for k, v in (data.get("headers") or {}).items()}
    named = data.get("content_type") or headers.get("content-type")
    body = body_of(data, path)
    content_type = str(named or _usual_type(channel, body))
    return _request(channel, body, content_type, headers, str(data.get("method", "POST")))


def body_of(data: Mapping[str, Any], path: Path) -> bytes:
    """Return the very bytes that a recording or a vector holds.

    Raises:
        click.ClickException: it holds none that can be read.

    """
    try:
        if isinstance(data.get("body_base64"), str):
            return base64.b64decode(data["body_base64"], validate=True)
        if isinstance(data.get("body_file"), str):
            return (path.parent / Path(data["body_file"]).name).read_bytes()
    except (OSError, binascii.Error, ValueError) as error:
        message = f"the body that {path} names cannot be read: {error}"
        raise click.ClickException(message) from error
    for name in ("raw_body", "body_utf8", "body", "payload"):
        value = data.get(name)
        if isinstance(value, str):
            return value.encode("utf-8", "surrogatepass")
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _form_body(data)


def _form_body(data: Mapping[str, Any]) -> bytes:
    """Return a form that stands as JSON: pairs, where a name is repeated, or an object."""
    pairs = data.get("params_multi")
    if isinstance(pairs, list):
        fields = [(str(one[0]), str(one[1])) for one in pairs if isinstance(one, list) and one[1:]]
        return urlencode(fields).encode()
    params = data.get("params", data.get("form"))
    form = params if isinstance(params, dict) else data if "params" not in data else {}
    plain = {str(k): str(v) for k, v in form.items() if isinstance(v, str | int | float)}
    return urlencode(plain).encode()


def _request(
    channel: str,
    body: bytes,
    content_type: str,
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
) -> Request:
    path = f"/v1/channels/{channel}/{ACCOUNT}"
    return Request(
        method=method.upper(),
        path=path,
        headers={"content-type": content_type, **(headers or {})},
        body=body,
        url=f"https://handrail.example{path}",
    )
