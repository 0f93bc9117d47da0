"""Everything that can be known of a template without an account: nothing may be found."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handrail_ops.template.checks import check
from handrail_ops.template.findings import Finding
from handrail_ops.template.source import (
    TEMPLATE,
    Source,
    TemplateUnreadableError,
    read,
    transform,
)

_REGION = "eu-west-1"


def lint(root: Path) -> list[Finding]:
    """Return every finding on a project's template and workflows, sorted.

    cfn-lint reads what SAM makes of the template, not what is written: on the written form it
    finds three of fifteen planted faults, on the transformed one eleven. Half of the others are
    what `checks` is for.
    """
    try:
        source = read(root)
        transformed = transform(source)
    except TemplateUnreadableError as error:
        return [Finding(TEMPLATE, 1, "HR00", str(error))]
    return sorted({*check(source), *lint_transformed(source, transformed)})


def lint_transformed(source: Source, transformed: dict[str, Any]) -> Iterator[Finding]:
    """Yield what cfn-lint finds in a transformed template, by the lines of the written one."""
    # Half a second, and a developer's dependency: an operator's commands must do without it.
    from cfnlint.api import ManualArgs, lint  # noqa: PLC0415

    logging.getLogger("cfnlint").setLevel(logging.ERROR)
    for match in lint(json.dumps(transformed), config=ManualArgs(regions=[_REGION])):
        path = list(match.path or ())
        where = "/".join(str(step) for step in path[1:])
        message = " ".join(f"{match.message} ({where})".split())
        yield Finding(TEMPLATE, source.line_of_transformed(path), match.rule.id, message)
