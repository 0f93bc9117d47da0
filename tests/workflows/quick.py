"""The project with quick workflows: the same states and ways, shorter limits.

What is shortened is what a test would otherwise wait for: how long a step may take, and how long
to breathe. Promises come from the template's parameters.
"""

import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STEP_SECONDS = 4
TURN_SECONDS = 20
PAUSE_SECONDS = 1
AT_ONCE = 6
"""How many customers write at the same moment: more, and a slow machine itself is the fault."""

PARAMETERS = {
    "PickupSeconds": "2",
    "WiderSeconds": "4",
    "SupervisorSeconds": "6",
    "FollowUpSeconds": "8",
    "FollowUpWithinSeconds": "2",
    "AskAgainSeconds": "2",
    "LeaseSeconds": "8",
    "NudgeSeconds": "60",
    "ReplySeconds": "120",
}


def project(folder: Path) -> Path:
    """Put the project into a folder, by reference but for its workflows; return its template."""
    for name in ("functions", "layers"):
        (folder / name).symlink_to(ROOT / name)
    template = folder / "template.yaml"
    template.write_bytes((ROOT / "template.yaml").read_bytes())
    workflows = folder / "infra" / "workflows"
    workflows.mkdir(parents=True)
    for path in definitions().glob("*.asl.json"):
        workflow = json.loads(path.read_text(encoding="utf-8"))
        (workflows / path.name).write_text(json.dumps(quickened(workflow)), encoding="utf-8")
    return template


def definitions() -> Path:
    """Return where the definitions lie: the project's own, unless mutants are tried."""
    return Path(os.environ.get("HANDRAIL_WORKFLOWS") or ROOT / "infra" / "workflows")


def quickened(workflow: dict[str, Any]) -> dict[str, Any]:
    """Return a workflow with shorter limits and nothing else changed."""
    states: dict[str, dict[str, Any]] = workflow["States"]
    for state in states.values():
        if "TimeoutSeconds" in state:
            state["TimeoutSeconds"] = STEP_SECONDS
        timers = state.get("Result", {}).get("timers", {})
        if "pause_seconds" in timers:
            timers["pause_seconds"] = PAUSE_SECONDS
    if workflow["TimeoutSeconds"] < 60:
        workflow["TimeoutSeconds"] = TURN_SECONDS
    return workflow
