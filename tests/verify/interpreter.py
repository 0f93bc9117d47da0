"""An interpreter of its own: it shares nothing with the prover, and believes no tag.

It runs a definition against a world in which every Task may return or raise anything. What the
prover calls proved must survive it.
"""

import random
from dataclasses import dataclass, field
from typing import Any, NoReturn

STEPS_MAX = 30_000
WORDS = ("go_on", "waiting", "with_agent", "ended", "answer", "person", "", "maybe")
ERRORS = ("States.Timeout", "States.TaskFailed", "Lambda.ServiceException", "Some.Error")


class LostError(Exception):
    """What nothing catches."""


class TaskFailedError(Exception):
    """What a Catch may catch."""


class UncaughtError(TaskFailedError):
    """What no Catch of its own has taken; one around it may."""


@dataclass
class Ended:
    """How an execution ended."""

    state: str
    output: Any
    failed: bool = False
    """Whether some Task failed on the way."""
    steps: int = 0
    asked: int = 0
    """How often a Task that says @human was tried."""
    last: dict[str, Any] = field(default_factory=dict)
    """The last result of each Task that succeeded."""


def lose(why: str) -> NoReturn:
    """Raise: the execution fails, and nothing catches it."""
    raise LostError(why)


class World:
    """Returns or raises whatever it likes."""

    def __init__(self, seed: int, kindness: float) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._kindness = kindness
        self._favourite = self._random.choice(WORDS)

    def call(self) -> Any:
        chance = self._random
        if chance.random() > self._kindness:
            raise TaskFailedError(chance.choice(ERRORS))
        if chance.random() > self._kindness:
            return chance.choice((None, "go_on", 7, [], {}, {"verdict": 1}, {"standing": None}))
        word = self._favourite if chance.random() < self._kindness else chance.choice(WORDS)
        seconds = chance.choice((1, 2, 60, 600, 3600, 3601, 0, -1, 10**9, "1", None, True))
        answer = {"verdict": word, "standing": word, "wait_seconds": seconds, "MessageId": "m"}
        for key in list(answer):
            if chance.random() < 0.05:
                del answer[key]
        return answer


def execute(workflow: dict[str, Any], given: Any, world: World) -> Ended:
    """Run a definition to its end."""
    try:
        return _run(workflow, given, given, world, Ended("", given))
    except UncaughtError as error:
        lose(f"nothing catches {error}")


def _run(workflow: dict[str, Any], data: Any, given: Any, world: World, ended: Ended) -> Ended:
    name = workflow["StartAt"]
    while ended.steps < STEPS_MAX:
        ended.steps += 1
        state = workflow["States"][name]
        ended.state = name
        if state["Type"] == "Fail":
            message = f"the Fail {name}"
            raise UncaughtError(message)
        ended.asked += "@human" in state.get("Comment", "")
        try:
            name, data = _step(state, data, given, world, ended)
        except TaskFailedError as failure:
            ended.failed = True
            name, data = _caught(state, data, str(failure))
        if name is None:
            ended.output = data
            return ended
    lose("it goes on for ever")


def _step(state: Any, data: Any, given: Any, world: World, ended: Ended) -> tuple[Any, Any]:
    context = {"Execution": {"Input": given, "Name": "n", "Id": "i"}, "Task": {"Token": "t"}}
    seen = _get(state.get("InputPath", "$"), data, context)
    match state["Type"]:
        case "Choice":
            after = _chosen(state, seen, context)
            return after, _get(state.get("OutputPath", "$"), seen, context)
        case "Pass":
            made = _template(state["Parameters"], seen, context) if "Parameters" in state else seen
            result = state.get("Result", made)
            out = _put(data, state.get("ResultPath", "$"), result)
        case "Task":
            if "Parameters" in state:
                _template(state["Parameters"], seen, context)
            _timer(state, "TimeoutSeconds", seen, context, 1)
            result = world.call()
            ended.last[ended.state] = result
            out = _put(data, state.get("ResultPath", "$"), result)
        case "Parallel":
            inner = (
                _template(state["Parameters"], seen, context) if "Parameters" in state else seen
            )
            results = [_branch(one, inner, given, world, ended) for one in state["Branches"]]
            out = _put(data, state.get("ResultPath", "$"), results)
        case "Wait":
            _timer(state, "Seconds", seen, context, 0)
            out = seen
        case _:
            out = seen
    out = _get(state.get("OutputPath", "$"), out, context)
    if state["Type"] == "Succeed" or state.get("End"):
        return None, out
    return state["Next"], out


def _branch(branch: Any, data: Any, given: Any, world: World, ended: Ended) -> Any:
    """Run one branch of a Parallel; what it cannot catch is the Parallel's to catch."""
    inside = _run(branch, data, given, world, Ended("", data, steps=ended.steps))
    ended.steps, ended.failed = inside.steps, ended.failed or inside.failed
    return inside.output


def _caught(state: Any, data: Any, error: str) -> tuple[str, Any]:
    for catcher in state.get("Catch", ()):
        names = catcher["ErrorEquals"]
        failed = "States.TaskFailed" in names and error != "States.Timeout"
        if error in names or "States.ALL" in names or failed:
            told = {"Error": error, "Cause": "why"}
            return catcher["Next"], _put(data, catcher.get("ResultPath", "$"), told)
    raise UncaughtError(error)


def _timer(state: Any, field_name: str, seen: Any, context: Any, least: int) -> None:
    path = state.get(f"{field_name}Path")
    value = _get(path, seen, context) if path else state.get(field_name, least)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= 99_999_999:
        lose(f"{field_name} is {value!r}")


# ---------------------------------------------------------------- data


def _get(path: Any, data: Any, context: Any) -> Any:
    if path is None:
        return {}
    value = context if path.startswith("$$") else data
    for key in path.split(".")[1:]:
        if not isinstance(value, dict) or key not in value:
            lose(f"{path} is missing")
        value = value[key]
    return value


def _put(data: Any, path: Any, result: Any) -> Any:
    if path is None:
        return data
    first, _, rest = path.removeprefix("$").removeprefix(".").partition(".")
    if not first:
        return result
    if not isinstance(data, dict):
        lose(f"{path} has no object to be put into")
    inner = _put(data.get(first, {}), f"$.{rest}", result) if rest else result
    return {**data, first: inner}


def _template(template: Any, seen: Any, context: Any) -> Any:
    if isinstance(template, list):
        return [_template(one, seen, context) for one in template]
    if not isinstance(template, dict):
        return template
    made = {}
    for key, value in template.items():
        if not key.endswith(".$"):
            made[key] = _template(value, seen, context)
        elif value.startswith("States.MathAdd("):
            path, _, number = value[len("States.MathAdd(") : -1].partition(", ")
            counted = _get(path, seen, context)
            if isinstance(counted, bool) or not isinstance(counted, int):
                lose(f"{path} is no number")
            made[key[:-2]] = counted + int(number)
        else:
            made[key[:-2]] = _get(value, seen, context)
    return made


# ---------------------------------------------------------------- choices

_TYPES: dict[str, Any] = {"IsString": str, "IsNumeric": (int, float), "IsBoolean": bool}
_COMPARED: dict[str, tuple[Any, Any]] = {
    "StringEquals": (str, lambda a, b: a == b),
    "StringLessThanEquals": (str, lambda a, b: a <= b),
    "StringMatches": (str, lambda a, b: a == b),
    "NumericGreaterThan": ((int, float), lambda a, b: a > b),
    "NumericGreaterThanEquals": ((int, float), lambda a, b: a >= b),
    "NumericLessThan": ((int, float), lambda a, b: a < b),
    "NumericLessThanEquals": ((int, float), lambda a, b: a <= b),
}


def _chosen(state: Any, seen: Any, context: Any) -> str:
    for rule in state["Choices"]:
        if _holds(rule, seen, context):
            return str(rule["Next"])
    if "Default" not in state:
        lose("no rule applies")
    return str(state["Default"])


def _holds(rule: Any, seen: Any, context: Any) -> bool:
    if "And" in rule:
        return all(_holds(part, seen, context) for part in rule["And"])
    if "Or" in rule:
        return any(_holds(part, seen, context) for part in rule["Or"])
    if "Not" in rule:
        return not _holds(rule["Not"], seen, context)
    ((operator, wanted),) = [(k, v) for k, v in rule.items() if k not in ("Variable", "Next")]
    if operator == "IsPresent":
        try:
            _get(rule["Variable"], seen, context)
        except LostError:
            return not wanted
        return bool(wanted)
    value = _get(rule["Variable"], seen, context)
    if operator in _TYPES:
        right = isinstance(value, _TYPES[operator])
        if operator == "IsNumeric" and isinstance(value, bool):
            right = False
        return right is wanted
    if operator.endswith("Path"):
        operator, wanted = operator.removesuffix("Path"), _get(wanted, seen, context)
    types, compare = _COMPARED[operator]
    if isinstance(value, bool) or not isinstance(value, types) or not isinstance(wanted, types):
        return False
    return bool(compare(value, wanted))
