"""The HTTP and WebSocket APIs of a template, as tables that the gateway can serve."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handrail_ops.local.deployment import Deployment
from handrail_ops.local.template import TemplateError

_FUNCTION_IN_URI: Final = re.compile(r"functions/(arn:[^/]+)/invocations")
_ANY_METHOD: Final = "x-amazon-apigateway-any-method"
_PATH_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Authorizer:
    """A Lambda authorizer of an HTTP API: payload 2.0 with simple responses."""

    function: str
    identity_sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One route of an HTTP API. `method` is ANY for all; `path` is $default for the catch-all."""

    method: str
    path: str
    function: str
    iam: bool = False
    authorizer: Authorizer | None = None

    @property
    def key(self) -> str:
        """The route key, as API Gateway writes it."""
        return self.path if self.path == "$default" else f"{self.method} {self.path}"

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The path parameters if this route serves the request."""
        if self.method not in ("ANY", method):
            return None
        if self.path == "$default":
            return {}
        pattern, names = _path_pattern(self.path)
        found = pattern.fullmatch(path)
        return dict(zip(names, found.groups(), strict=True)) if found else None

    @property
    def rank(self) -> tuple[int, ...]:
        """Lower is more specific: exact segments, then parameters, then greedy, then $default."""
        if self.path == "$default":
            return (3,)
        segments = [
            2 if part.endswith("+}") else 1 if part.startswith("{") else 0
            for part in self.path.split("/")
        ]
        return (max(segments), *segments, int(self.method == "ANY"))


@functools.cache
def _path_pattern(path: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    # Splitting at the parameters leaves literal text at even places, names at odd ones.
    parts = _PATH_PARAMETER.split(path)
    names = tuple(name.rstrip("+") for name in parts[1::2])
    pattern = "".join(
        re.escape(part) if index % 2 == 0 else "(.+)" if part.endswith("+") else "([^/]+)"
        for index, part in enumerate(parts)
    )
    return re.compile(pattern), names


@dataclass(frozen=True, slots=True)
class Cors:
    """The CORS configuration of an HTTP API."""

    origins: tuple[str, ...]
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class HttpApi:
    """One HTTP API and the stage it is served at."""

    api_id: str
    stage: str
    routes: tuple[Route, ...]
    cors: Cors | None = None


@dataclass(frozen=True, slots=True)
class WebSocketApi:
    """`selection` is the key of the body that names the route."""

    api_id: str
    stage: str
    selection: str
    routes: Mapping[str, str] = field(default_factory=dict)
    iam: bool = False


def http_apis_of(deployment: Deployment) -> list[HttpApi]:
    """The HTTP APIs of a template."""
    stages = _stages(deployment)
    apis = []
    for logical_id, properties in deployment.of_type("AWS::ApiGatewayV2::Api").items():
        if properties.get("ProtocolType") == "WEBSOCKET":
            continue
        api_id = deployment.ref(logical_id)
        body = properties.get("Body") or {}
        routes = _openapi_routes(logical_id, body) + _route_resources(deployment, api_id)
        cors = body.get("x-amazon-apigateway-cors") or _lower(properties.get("CorsConfiguration"))
        apis.append(
            HttpApi(
                api_id,
                stages.get(api_id, "$default"),
                tuple(sorted(routes, key=lambda route: route.rank)),
                _cors(cors) if cors else None,
            )
        )
    return apis


def websocket_apis_of(deployment: Deployment) -> list[WebSocketApi]:
    """The WebSocket APIs of a template."""
    stages = _stages(deployment)
    apis = []
    for logical_id, properties in deployment.of_type("AWS::ApiGatewayV2::Api").items():
        if properties.get("ProtocolType") != "WEBSOCKET":
            continue
        expression = str(properties.get("RouteSelectionExpression", ""))
        if not expression.startswith("$request.body."):
            message = (
                f"{logical_id}: RouteSelectionExpression {expression!r}; $request.body.<key> was "
                "expected"
            )
            raise TemplateError(message)
        api_id = deployment.ref(logical_id)
        if api_id not in stages:
            message = f"{logical_id}: a WebSocket API without a stage cannot be reached"
            raise TemplateError(message)
        own = [
            route
            for route in deployment.of_type("AWS::ApiGatewayV2::Route").values()
            if route["ApiId"] == api_id
        ]
        functions = _integration_functions(deployment)
        apis.append(
            WebSocketApi(
                api_id,
                stages[api_id],
                expression.removeprefix("$request.body."),
                {route["RouteKey"]: functions[_integration(route)] for route in own},
                iam=any(
                    route.get("AuthorizationType") == "AWS_IAM"
                    for route in own
                    if route["RouteKey"] == "$connect"
                ),
            )
        )
    return apis


def _stages(deployment: Deployment) -> dict[str, str]:
    return {
        properties["ApiId"]: properties["StageName"]
        for properties in deployment.of_type("AWS::ApiGatewayV2::Stage").values()
    }


def _function_of(uri: str, where: str) -> str:
    if found := _FUNCTION_IN_URI.search(uri):
        return found[1]
    if ":function:" in uri:
        return uri
    message = f"{where}: its integration {uri!r} is no Lambda function"
    raise TemplateError(message)


def _integration_functions(deployment: Deployment) -> dict[str, str]:
    return {
        deployment.ref(logical_id): _function_of(properties["IntegrationUri"], logical_id)
        for logical_id, properties in deployment.of_type("AWS::ApiGatewayV2::Integration").items()
    }


def _integration(route: Mapping[str, Any]) -> str:
    return str(route["Target"]).removeprefix("integrations/")


def _route_resources(deployment: Deployment, api_id: str) -> list[Route]:
    functions = _integration_functions(deployment)
    routes = []
    for properties in deployment.of_type("AWS::ApiGatewayV2::Route").values():
        if properties["ApiId"] == api_id:
            method, _, path = str(properties["RouteKey"]).rpartition(" ")
            iam = properties.get("AuthorizationType") == "AWS_IAM"
            function = functions[_integration(properties)]
            routes.append(Route(method or "ANY", path, function, iam=iam))
    return routes


def _openapi_routes(logical_id: str, body: Mapping[str, Any]) -> list[Route]:
    schemes = (body.get("components") or {}).get("securitySchemes") or {}
    authorizers = {name: _authorizer(logical_id, name, scheme) for name, scheme in schemes.items()}
    routes = []
    for path, operations in (body.get("paths") or {}).items():
        for name, operation in operations.items():
            if name in ("parameters", "summary", "description"):
                continue
            integration = operation.get("x-amazon-apigateway-integration")
            if integration is None:
                # An OPTIONS operation that only carries CORS; the CORS configuration answers it.
                continue
            where = f"{logical_id} {name} {path}"
            secured = [key for need in operation.get("security") or [] for key in need]
            if secured and secured[0] not in authorizers:
                message = f"{where}: its authorizer {secured[0]} is not defined"
                raise TemplateError(message)
            guard = authorizers[secured[0]] if secured else None
            routes.append(
                Route(
                    "ANY" if name == _ANY_METHOD else name.upper(),
                    path,
                    _function_of(integration["uri"], where),
                    iam=guard == "iam",
                    authorizer=guard if isinstance(guard, Authorizer) else None,
                )
            )
    return routes


def _authorizer(logical_id: str, name: str, scheme: Mapping[str, Any]) -> Authorizer | str:
    if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
        return "iam"
    definition = scheme.get("x-amazon-apigateway-authorizer") or {}
    if (
        definition.get("type") != "request"
        or str(definition.get("authorizerPayloadFormatVersion")) != "2.0"
        or not definition.get("enableSimpleResponses")
    ):
        message = (
            f"{logical_id}: authorizer {name} has no local stand-in; IAM, or a Lambda authorizer "
            "with payload format 2.0 and simple responses, was expected"
        )
        raise TemplateError(message)
    sources = definition.get("identitySource") or []
    return Authorizer(
        _function_of(definition["authorizerUri"], name),
        tuple(sources if isinstance(sources, list) else str(sources).split(",")),
    )


def _lower(cors: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {key[0].lower() + key[1:]: value for key, value in cors.items()} if cors else None


def _cors(cors: Mapping[str, Any]) -> Cors:
    return Cors(
        origins=tuple(cors.get("allowOrigins") or ()),
        methods=tuple(cors.get("allowMethods") or ()),
        headers=tuple(cors.get("allowHeaders") or ()),
        exposed=tuple(cors.get("exposeHeaders") or ()),
        credentials=bool(cors.get("allowCredentials")),
        max_age_seconds=cors.get("maxAge"),
    )
