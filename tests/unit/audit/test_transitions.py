"""The audit's ways are the models' own."""

import json
from pathlib import Path
from typing import Any

from handrail.domain.conversation import Holder
from handrail.domain.decision import Event
from handrail.domain.transitions import WAYS, is_way

ROOT = Path(__file__).resolve().parents[3]


def of_the_models() -> set[tuple[str, str, str]]:
    """Return the ways that the code takes too."""
    path = ROOT / "infra" / "models" / "transitions.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["transitions"]
    return {(row["event"], row["from"], row["to"]) for row in rows if "models_only" not in row}


def test_every_event_has_its_ways() -> None:
    assert set(WAYS) == set(Event)
    assert all(WAYS.values())


def test_the_ways_are_those_of_the_models() -> None:
    ours = {(event, was, is_) for event, ways in WAYS.items() for was, is_ in ways}
    assert {tuple(map(str, way)) for way in ours} == of_the_models()


def test_a_way_is_told_from_none() -> None:
    assert is_way(Event.CLAIM, Holder.WAITING, Holder.AGENT)
    assert not is_way(Event.CLAIM, Holder.BOT, Holder.AGENT)
