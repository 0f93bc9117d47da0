"""Writes the published contracts into `docs/`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from handrail_ops.contracts import agents_queue, desk

DOCUMENTS: Mapping[str, Callable[[], Any]] = {
    "docs/agents-queue.schema.json": agents_queue.schema,
    "docs/desk.openapi.json": desk.document,
}


def rendered(path: str) -> str:
    """Return a document as it is written."""
    return json.dumps(DOCUMENTS[path](), indent=2, ensure_ascii=False) + "\n"


def out_of_step(root: Path) -> list[str]:
    """Return the documents that are not what the code says."""
    return [
        path
        for path in DOCUMENTS
        if not (root / path).is_file()
        or (root / path).read_text(encoding="utf-8") != rendered(path)
    ]


def publish(root: Path) -> list[str]:
    """Write every document and return their paths."""
    for path in DOCUMENTS:
        (root / path).write_text(rendered(path), encoding="utf-8")
    return list(DOCUMENTS)
