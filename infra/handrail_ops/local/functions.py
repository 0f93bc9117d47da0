"""From the template's function resources to functions that a worker can run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from handrail_ops.local.deployment import Deployment
from handrail_ops.local.invocations import (
    DEFAULT_MEMORY_MB,
    DEFAULT_TIMEOUT_SECONDS,
    AsyncPolicy,
    Function,
)
from handrail_ops.local.template import LocalDirectory, TemplateError, local_directory

_LAYER_ROOT = "/opt/"


def functions_of(
    deployment: Deployment,
    extra_environment: Mapping[str, str],
    extra_python_path: Sequence[Path],
) -> list[Function]:
    """Every function of the template, with its layers, environment and limits.

    The extras go to every function, over what the template says.
    """
    layers = {
        deployment.ref(logical_id): local_directory(logical_id, properties["Content"])
        for logical_id, properties in deployment.of_type("AWS::Lambda::LayerVersion").items()
    }
    policies = _async_policies(deployment)
    functions = [
        _function(deployment, logical_id, properties, layers, policies)
        for logical_id, properties in deployment.of_type("AWS::Lambda::Function").items()
    ]
    return [
        replace(
            function,
            environment={**function.environment, **extra_environment},
            search_path=(*function.search_path, *extra_python_path),
        )
        for function in functions
    ]


def _function(
    deployment: Deployment,
    logical_id: str,
    properties: Mapping[str, Any],
    layers: Mapping[str, LocalDirectory],
    policies: Mapping[str, AsyncPolicy],
) -> Function:
    name = deployment.ref(logical_id)
    code = local_directory(logical_id, properties["Code"]).path
    own_layers = [
        _layer(logical_id, reference, layers) for reference in properties.get("Layers", [])
    ]
    # Lambda unpacks layers over each other into /opt: of two files, the later layer's wins.
    own_layers.reverse()
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    environment = {
        key: _below_layers(logical_id, str(value), own_layers) for key, value in variables.items()
    }
    reserved = properties.get("ReservedConcurrentExecutions")
    return Function(
        logical_id=logical_id,
        name=name,
        handler=_handler(logical_id, str(properties["Handler"]), code),
        runtime=str(properties["Runtime"]),
        code=code,
        search_path=tuple(path for layer in own_layers for path in _python_paths(layer)),
        environment={**_logging(properties), **environment},
        timeout_seconds=float(properties.get("Timeout", DEFAULT_TIMEOUT_SECONDS)),
        memory_mb=int(properties.get("MemorySize", DEFAULT_MEMORY_MB)),
        reserved_concurrency=None if reserved is None else int(reserved),
        asynchronous=policies.get(name, AsyncPolicy()),
    )


def _handler(logical_id: str, handler: str, code: Path) -> str:
    module = handler.rpartition(".")[0].replace(".", "/")
    if not module or not ((code / f"{module}.py").is_file() or (code / module).is_dir()):
        message = f"{logical_id}: its handler {handler!r} is not in {code}"
        raise TemplateError(message)
    return handler


def _layer(
    logical_id: str, reference: str, layers: Mapping[str, LocalDirectory]
) -> LocalDirectory:
    if reference not in layers:
        message = f"{logical_id}: layer {reference} is not in this template, so it cannot be run"
        raise TemplateError(message)
    return layers[reference]


def _python_paths(layer: LocalDirectory) -> list[Path]:
    if layer.under_python:
        return [layer.path]
    return [layer.path / "python"] if (layer.path / "python").is_dir() else []


def _below_layers(logical_id: str, value: str, layers: list[LocalDirectory]) -> str:
    """Point a path under /opt at the layer that holds it here."""
    if not value.startswith(_LAYER_ROOT):
        return value
    below = value.removeprefix(_LAYER_ROOT)
    for layer in layers:
        inside = below.removeprefix("python/") if layer.under_python else below
        if (layer.path / inside).exists():
            return str(layer.path / inside)
    message = f"{logical_id}: none of its layers has {value}, which its environment names"
    raise TemplateError(message)


def _logging(properties: Mapping[str, Any]) -> dict[str, str]:
    config = properties.get("LoggingConfig") or {}
    names = {"LogFormat": "AWS_LAMBDA_LOG_FORMAT", "ApplicationLogLevel": "AWS_LAMBDA_LOG_LEVEL"}
    return {variable: str(config[key]) for key, variable in names.items() if key in config}


def _async_policies(deployment: Deployment) -> dict[str, AsyncPolicy]:
    policies = {}
    for properties in deployment.of_type("AWS::Lambda::EventInvokeConfig").values():
        destinations = properties.get("DestinationConfig") or {}
        policies[properties["FunctionName"]] = AsyncPolicy(
            maximum_retries=int(properties.get("MaximumRetryAttempts", 2)),
            maximum_age_seconds=int(properties.get("MaximumEventAgeInSeconds", 21_600)),
            on_failure_arn=(destinations.get("OnFailure") or {}).get("Destination"),
            on_success_arn=(destinations.get("OnSuccess") or {}).get("Destination"),
        )
    return policies
