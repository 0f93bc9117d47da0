"""The template as it is written: values, the line each stands on, and what SAM makes of it."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = "template.yaml"
_LOCAL = ("CodeUri", "ContentUri")
_ANY_REGION = "eu-west-1"


class TemplateUnreadableError(ValueError):
    """The template is not what SAM could read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A template and where each of its values stands."""

    root: Path
    """The project's folder."""
    document: Mapping[str, Any]
    nodes: yaml.Node

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """The resources as written."""
        resources: Mapping[str, Mapping[str, Any]] = self.document["Resources"]
        return resources

    def of_type(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the name and the properties of each resource of a type."""
        for name, resource in self.resources.items():
            if resource.get("Type") == kind:
                yield name, resource.get("Properties") or {}

    def line(self, path: Sequence[object]) -> int:
        """Return the line on which a value stands, or the nearest thing around it."""
        node = self.nodes
        line = node.start_mark.line
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line + 1

    def line_of_transformed(self, path: Sequence[object]) -> int:
        """Return the line behind a value of the transformed template.

        What SAM generates carries the name of what it was generated from as a prefix.
        """
        if len(path) > 1 and path[0] == "Resources" and path[1] not in self.resources:
            generated = str(path[1])
            origins = [name for name in self.resources if generated.startswith(name)]
            return self.line(("Resources", max(origins, key=len, default="")))
        return self.line(path)


def read(root: Path) -> Source:
    """Read the project's template.

    Raises:
        TemplateUnreadableError: it is missing, no YAML, or has no resources.

    """
    # SAM's translator takes most of a second to import; only these commands should pay for it.
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415

    path = root / TEMPLATE
    try:
        text = path.read_text(encoding="utf-8")
        document = yaml_parse(text)
        nodes = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, yaml.YAMLError) as error:
        message = f"{path} cannot be read: {error}"
        raise TemplateUnreadableError(message) from error
    if not isinstance(document, dict) or not document.get("Resources") or nodes is None:
        message = f"{path} has no Resources; a SAM template was expected"
        raise TemplateUnreadableError(message)
    return Source(root, document, nodes)


def transform(source: Source, parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what CloudFormation would get from SAM, with definitions inlined.

    Raises:
        TemplateUnreadableError: SAM refuses the template, or a definition is not JSON.

    """
    # The same second as above.
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.translator.transform import transform as translate  # noqa: PLC0415

    document = copy.deepcopy(dict(source.document))
    for resource in document["Resources"].values():
        properties = resource.get("Properties") or {}
        for name in _LOCAL:
            if isinstance(properties.get(name), str):
                properties[name] = "s3://built/by-sam"
        if isinstance(properties.get("DefinitionUri"), str):
            properties["Definition"] = _definition(source.root / properties.pop("DefinitionUri"))
    # The translator asks boto3 for the region, through the environment.
    os.environ.setdefault("AWS_DEFAULT_REGION", _ANY_REGION)
    try:
        transformed: dict[str, Any] = translate(
            document, dict(parameters or {}), _NoManagedPolicies()
        )
    except InvalidDocumentException as error:
        causes = "; ".join(str(cause.message) for cause in error.causes) or str(error.message)
        message = f"SAM cannot transform {TEMPLATE}: {causes}"
        raise TemplateUnreadableError(message) from error
    return transformed


def find_root(start: Path | None = None) -> Path:
    """Return the folder of the nearest template, from the working directory upward.

    Raises:
        TemplateUnreadableError: there is none.

    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / TEMPLATE).is_file():
            return folder
    message = f"no {TEMPLATE} in {here} or above it; run this inside the project"
    raise TemplateUnreadableError(message)


class _NoManagedPolicies:
    """The translator's source of policies by name: the template names none."""

    def load(self) -> dict[str, str]:
        """Return none."""
        return {}


def _definition(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read as JSON: {error}"
        raise TemplateUnreadableError(message) from error


def _child(node: yaml.Node, step: object) -> tuple[int, yaml.Node] | None:
    """Return the line of a key, or of a list's item, and the node behind it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line, item
    return None
