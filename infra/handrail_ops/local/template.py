"""Reads a SAM template the way a deployment would, and answers what its expressions mean here.

The transform is SAM's own (aws-sam-translator), so a generated role, permission or mapping is what
CloudFormation would get. What CloudFormation itself does afterwards (parameters, conditions,
intrinsic functions) is small and done here. Anything not understood is refused by name: a value
that silently stays unresolved would be found in production.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from handrail_ops.local.aws_processes import REGION

# Local paths travel through the transform as keys of buckets that do not exist. The transform
# drops a layer's Metadata, so the bucket also says whether a build would put it under python/.
_AS_IT_IS = "local-directory"
_UNDER_PYTHON = "local-python-directory"


class TemplateError(ValueError):
    """The template cannot be run locally; the message names the resource and the reason."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource after the transform, its expressions not yet resolved."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    metadata: Mapping[str, Any]
    condition: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """A transformed template with the values of its parameters."""

    path: Path
    resources: Mapping[str, Resource]
    parameters: Mapping[str, Any]
    conditions: Mapping[str, Any]
    mappings: Mapping[str, Any]
    outputs: Mapping[str, Any]


def load_template(path: Path, parameters: Mapping[str, str]) -> Template:
    """Read, transform and check the template at `path`."""
    # SAM's translator takes most of a second to import; the local AWS boots meanwhile.
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415

    path = path.resolve()
    try:
        document = yaml_parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"cannot read the template {path}: {error.strerror}"
        raise TemplateError(message) from error
    except yaml.YAMLError as error:
        message = f"{path} is not valid YAML: {error}"
        raise TemplateError(message) from error
    if not isinstance(document, dict) or "Resources" not in document:
        message = f"{path} has no Resources; a SAM template was expected"
        raise TemplateError(message)
    values = _parameter_values(document.get("Parameters", {}), parameters)
    _point_at_local_paths(document, path.parent)
    transformed = _transform(document, values)
    return Template(
        path=path,
        resources={
            logical_id: Resource(
                logical_id,
                body["Type"],
                body.get("Properties") or {},
                body.get("Metadata") or {},
                body.get("Condition"),
            )
            for logical_id, body in transformed["Resources"].items()
        },
        parameters=values,
        conditions=transformed.get("Conditions", {}),
        mappings=transformed.get("Mappings", {}),
        outputs=transformed.get("Outputs", {}),
    )


@dataclass(frozen=True, slots=True)
class LocalDirectory:
    """Where code lies here, and whether a build would move it into the layer's python folder."""

    path: Path
    under_python: bool = False


def local_directory(logical_id: str, location: Mapping[str, Any]) -> LocalDirectory:
    """The directory behind the `Code` or `Content` property of a transformed resource."""
    bucket = location.get("S3Bucket")
    if bucket not in (_AS_IT_IS, _UNDER_PYTHON):
        message = f"{logical_id}: only code in a local directory can be run, not {dict(location)}"
        raise TemplateError(message)
    return LocalDirectory(Path("/", location["S3Key"]), under_python=bucket == _UNDER_PYTHON)


def find_template(name: str = "template.yaml", start: Path | None = None) -> Path:
    """The nearest file called `name`, from `start` (the working directory) upward."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / name).is_file():
            return folder / name
    message = f"no {name} in {here} or above it; name one with --template"
    raise TemplateError(message)


def _parameter_values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    if unknown := sorted(set(given) - set(declared)):
        message = f"the template has no parameter {', '.join(unknown)}; it has: " + (
            ", ".join(sorted(declared)) or "none"
        )
        raise TemplateError(message)
    return {name: _parameter_value(name, body, given) for name, body in declared.items()}


def _parameter_value(name: str, body: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    value = given.get(name, body.get("Default"))
    if value is None:
        message = f"parameter {name} has no default; give it with --parameter {name}=VALUE"
        raise TemplateError(message)
    allowed = body.get("AllowedValues")
    if allowed and str(value) not in [str(choice) for choice in allowed]:
        message = f"parameter {name} is {value!r}; one of {allowed} was expected"
        raise TemplateError(message)
    kind = body.get("Type", "String")
    match kind:
        case "String" | "Number":
            return str(value)
        case "CommaDelimitedList" | "List<Number>":
            return [part.strip() for part in str(value).split(",")]
        case _ if name in given:
            # Of a type that needs an account to be looked up; a value given by hand stands for it.
            return str(value)
        case _:
            message = (
                f"parameter {name} is of type {kind}, which needs an AWS account; "
                f"give its value with --parameter {name}=VALUE"
            )
            raise TemplateError(message)


def _point_at_local_paths(document: dict[str, Any], base: Path) -> None:
    globals_ = document.get("Globals", {}).get("Function", {})
    for logical_id, resource in document["Resources"].items():
        properties = resource.setdefault("Properties", {}) or {}
        resource["Properties"] = properties
        match resource.get("Type"):
            case "AWS::Serverless::Function":
                source = properties.get("CodeUri", globals_.get("CodeUri"))
                properties["CodeUri"] = _local_uri(logical_id, source, base)
            case "AWS::Serverless::LayerVersion":
                built = "BuildMethod" in (resource.get("Metadata") or {})
                properties["ContentUri"] = _local_uri(
                    logical_id, properties.get("ContentUri"), base, built=built
                )
            case "AWS::Serverless::StateMachine" if "DefinitionUri" in properties:
                definition = base / str(properties.pop("DefinitionUri"))
                try:
                    text = definition.read_text(encoding="utf-8")
                    properties["Definition"] = yaml.safe_load(text)
                except (OSError, yaml.YAMLError) as error:
                    message = f"{logical_id}: cannot read its definition {definition}: {error}"
                    raise TemplateError(message) from error
            case _:
                pass
    globals_.pop("CodeUri", None)


def _local_uri(logical_id: str, source: object, base: Path, *, built: bool = False) -> str:
    folder = (base / source).resolve() if isinstance(source, str) else None
    if folder is None or not folder.is_dir():
        message = f"{logical_id}: its code {source!r} is not a directory beside the template"
        raise TemplateError(message)
    return f"s3://{_UNDER_PYTHON if built else _AS_IT_IS}/{str(folder).lstrip('/')}"


class _NoManagedPolicies:
    """The translator's source of managed policies: nobody checks permissions here."""

    def load(self) -> dict[str, str]:
        return {}


def _transform(document: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.translator.transform import transform  # noqa: PLC0415

    # It would print at exit that nobody has published its usage metrics.
    logging.getLogger("samtranslator.metrics").setLevel(logging.CRITICAL)
    # The translator asks boto3 for the region, through the environment.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    flat = {name: ",".join(v) if isinstance(v, list) else v for name, v in values.items()}
    try:
        transformed: dict[str, Any] = transform(document, flat, _NoManagedPolicies())
    except InvalidDocumentException as error:
        causes = "; ".join(cause.message for cause in error.causes) or error.message
        message = f"SAM cannot transform the template: {causes}"
        raise TemplateError(message) from error
    return transformed
