"""The project's own definitions, and what a test does to them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
States = dict[str, dict[str, Any]]


def text_of(name: str) -> str:
    return (ROOT / "infra" / "workflows" / f"{name}.asl.json").read_text(encoding="utf-8")


def workflow_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text_of(name))
    return loaded


def without(state: str, field: str) -> Callable[[States], None]:
    def spoil(states: States) -> None:
        del states[state][field]

    return spoil


def changed(state: str, **fields: Any) -> Callable[[States], None]:
    def spoil(states: States) -> None:
        states[state] |= fields

    return spoil
