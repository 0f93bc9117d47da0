"""Serves HTTP APIs as API Gateway does: payload format 2.0, authorizers, CORS and limits."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web
from multidict import CIMultiDict

from handrail_ops.local.apis import Cors, HttpApi, Route
from handrail_ops.local.invocations import Outcome, ThrottledError
from handrail_ops.local.sigv4 import SignatureError, verify

PAYLOAD_LIMIT_BYTES: Final = 10 * 1024 * 1024
_INTEGRATION_SECONDS: Final = 30.0
_TEXT_TYPES: Final = ("application/json", "application/javascript", "application/xml")

Invoke = Callable[[str, Mapping[str, Any]], Awaitable[Outcome]]


class HttpGateway:
    """Answers the requests of one HTTP API."""

    def __init__(self, api: HttpApi, invoke: Invoke) -> None:
        self._api = api
        self._invoke = invoke

    async def handle(self, request: web.Request) -> web.Response:
        """The answer to any request below the API's stage."""
        origin = request.headers.get("Origin", "")
        cors = self._api.cors
        if cors and request.method == "OPTIONS" and origin:
            return web.Response(status=204, headers=_cors_headers(cors, origin, preflight=True))
        response = await self._route(request)
        if cors and origin:
            # API Gateway owns these headers once CORS is configured; a function's are dropped.
            for name in [n for n in response.headers if n.lower().startswith("access-control-")]:
                del response.headers[name]
            response.headers.update(_cors_headers(cors, origin, preflight=False))
        return response

    async def _route(self, request: web.Request) -> web.Response:
        path = request.path
        if self._api.stage != "$default":
            path = path.removeprefix(f"/{self._api.stage}") or "/"
        for route in self._api.routes:
            parameters = route.match(request.method, path)
            if parameters is not None:
                return await self._serve(request, route, parameters)
        return _message(404, "Not Found")

    async def _serve(
        self, request: web.Request, route: Route, parameters: Mapping[str, str]
    ) -> web.Response:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _message(413, "Request Entity Too Large")
        event = _event(self._api, request, route, parameters, body)
        refused = await self._authorize(request, route, event, body)
        if refused is not None:
            return refused
        try:
            outcome = await asyncio.wait_for(
                self._invoke(route.function, event), _INTEGRATION_SECONDS
            )
        except (TimeoutError, ThrottledError):
            return _message(503, "Service Unavailable")
        if outcome.error:
            return _message(500, "Internal Server Error")
        return _answer(outcome.payload)

    async def _authorize(
        self, request: web.Request, route: Route, event: dict[str, Any], body: bytes
    ) -> web.Response | None:
        if route.iam:
            try:
                identity = verify(
                    request.method,
                    request.rel_url.raw_path,
                    request.rel_url.raw_query_string,
                    event["headers"],
                    body,
                    dt.datetime.now(dt.UTC),
                )
            except SignatureError as error:
                return _message(403, str(error))
            event["requestContext"]["authorizer"] = {"iam": identity}
        if route.authorizer is None:
            return None
        sources = [_identity(event, source) for source in route.authorizer.identity_sources]
        if not all(sources):
            return _message(401, "Unauthorized")
        question = {
            **{
                key: value
                for key, value in event.items()
                if key not in ("body", "isBase64Encoded")
            },
            "type": "REQUEST",
            "routeArn": f"arn:aws:execute-api:local/{route.key}",
            "identitySource": sources,
        }
        try:
            outcome = await self._invoke(route.authorizer.function, question)
            answer = {} if outcome.error else json.loads(outcome.payload)
        except (ThrottledError, ValueError):
            answer = {}
        if not isinstance(answer, dict) or "isAuthorized" not in answer:
            return _message(500, "Internal Server Error")
        if answer["isAuthorized"] is not True:
            return _message(403, "Forbidden")
        event["requestContext"]["authorizer"] = {"lambda": answer.get("context") or {}}
        return None


def _event(
    api: HttpApi,
    request: web.Request,
    route: Route,
    parameters: Mapping[str, str],
    body: bytes,
) -> dict[str, Any]:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        if key != "cookie":
            headers[key] = f"{headers[key]},{value}" if key in headers else value
    now = dt.datetime.now(dt.UTC)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": request.path,
        "rawQueryString": request.rel_url.raw_query_string,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": api.api_id,
            "domainName": request.host,
            "domainPrefix": api.api_id,
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.remote or "127.0.0.1",
                "userAgent": request.headers.get("User-Agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": route.key,
            "stage": api.stage,
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(time.time() * 1000),
        },
        "isBase64Encoded": False,
    }
    if "Cookie" in request.headers:
        event["cookies"] = [part.strip() for part in request.headers["Cookie"].split(";")]
    if request.query:
        joined: dict[str, str] = {}
        for name, value in request.query.items():
            joined[name] = f"{joined[name]},{value}" if name in joined else value
        event["queryStringParameters"] = joined
    if parameters:
        event["pathParameters"] = dict(parameters)
    if body:
        event["body"], event["isBase64Encoded"] = _event_body(headers, body)
    return event


def _event_body(headers: Mapping[str, str], body: bytes) -> tuple[str, bool]:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    textual = not kind or kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith("+json")
    if textual:
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def _identity(event: Mapping[str, Any], source: str) -> str:
    match source.split("."):
        case ["$request", "header", name]:
            return str(event["headers"].get(name.lower(), ""))
        case ["$request", "querystring", name]:
            return str(event.get("queryStringParameters", {}).get(name, ""))
        case _:
            return ""


def _answer(payload: bytes) -> web.Response:
    try:
        result = json.loads(payload)
    except ValueError:
        return _message(500, "Internal Server Error")
    if not isinstance(result, dict) or "statusCode" not in result:
        # Format 2.0: anything without a status code is the body of a 200.
        return web.Response(
            text=result if isinstance(result, str) else json.dumps(result),
            content_type="application/json",
        )
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in (result.get("headers") or {}).items():
        headers[name] = str(value).lower() if isinstance(value, bool) else str(value)
    for cookie in result.get("cookies") or []:
        headers.add("Set-Cookie", str(cookie))
    if "Content-Type" not in headers:
        headers["Content-Type"] = "text/plain; charset=utf-8"
    content = result.get("body")
    text = "" if content is None else content if isinstance(content, str) else json.dumps(content)
    try:
        body = base64.b64decode(text) if result.get("isBase64Encoded") else text.encode()
        return web.Response(status=int(result["statusCode"]), body=body, headers=headers)
    except (ValueError, TypeError):
        return _message(500, "Internal Server Error")


def _message(status: int, text: str) -> web.Response:
    return web.json_response({"message": text}, status=status)


def _cors_headers(cors: Cors, origin: str, *, preflight: bool) -> dict[str, str]:
    if "*" not in cors.origins and origin not in cors.origins:
        return {}
    wildcard = "*" in cors.origins and not cors.credentials
    headers = {"Access-Control-Allow-Origin": "*" if wildcard else origin, "Vary": "Origin"}
    if cors.credentials:
        headers["Access-Control-Allow-Credentials"] = "true"
    if cors.exposed:
        headers["Access-Control-Expose-Headers"] = ",".join(cors.exposed)
    if preflight:
        if cors.methods:
            headers["Access-Control-Allow-Methods"] = ",".join(cors.methods)
        if cors.headers:
            headers["Access-Control-Allow-Headers"] = ",".join(cors.headers)
        if cors.max_age_seconds is not None:
            headers["Access-Control-Max-Age"] = str(cors.max_age_seconds)
    return headers
