"""Where a workflow may end, and what must have been found just before.

An ending is right when its tag is true: an offer only where nothing has failed and a step has just
said so; "served" only on the word of the authority; "reached" only with a receipt in hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handrail_ops.verify.counting import counts_in, limit_of
from handrail_ops.verify.definition import State, Workflow
from handrail_ops.verify.facts import Known, under
from handrail_ops.verify.paths import output_of
from handrail_ops.verify.tags import ENDINGS
from handrail_ops.verify.violations import Violation
from handrail_ops.verify.ways import Move, Passed, Point, Ways


def check_ends(ways: Ways, known: Mapping[str, Known]) -> Iterator[Violation]:
    """Yield every ending that is not what its tag says, with the way to it."""
    workflow = ways.workflow
    for point in ways.points:
        state = workflow.states[point.state]
        if state.ends and state.kind != "Fail":
            for message in _ending(workflow, state, point, known[state.name]):
                yield Violation("ends", state.name, message, ways.to(point, "the workflow ends"))
        if state.tags.has("after", "reached", "swept") and state.name == workflow.start:
            yield Violation("after", state.name, "is where the workflow starts", ways.to(point))
    for move in ways.moves:
        for message in _entered(workflow, move):
            yield Violation("after", move.target.state, message, ways.along(move))
    yield from _words(ways)


def _ending(workflow: Workflow, state: State, point: Point, known: Known) -> Iterator[str]:
    if not state.tags.has(*ENDINGS):
        yield f"ends without a person or an answer: it says none of @{', @'.join(ENDINGS)}"
    if state.tags.has("offer") and not point.clean:
        yield "proposes an answer on a way on which something failed"
    for name in ("offer", "person"):
        if state.tags.has(name):
            yield from _proposal(workflow, state, known, name)


def _proposal(workflow: Workflow, state: State, known: Known, name: str) -> Iterator[str]:
    """What is returned must be what the caller takes for this, by the workflow's own Comment."""
    pairs = workflow.tags.pairs(name)
    if not pairs:
        yield (
            f"says @{name}, but the workflow's Comment does not say by what the caller knows it: "
            f"add @{name}(field=value) there"
        )
    output = output_of(state, known)
    for field, value in pairs:
        fact = output.get(f"$.{field}")
        if fact is None or fact.constant != value:
            yield f"says @{name} but does not always return {field}={value}"


def _entered(workflow: Workflow, move: Move) -> Iterator[str]:
    """What a state demands of the step that leads to it."""
    target = workflow.states[move.target.state]
    source = move.source.state
    wanted = target.tags.after()
    if wanted and not any(_has_said(workflow, move, *pair) for pair in wanted):
        words = " or ".join(f"{said!r} of {who!r}" for who, said in wanted)
        yield f"is entered from {source!r} without the fresh word {words}"
    if target.tags.has("reached") and not _has_receipt(workflow, move):
        yield f"is entered from {source!r} without a receipt of a @human just before"
    if target.tags.has("swept") and not _is_full(workflow, move):
        yield f"is entered from {source!r} other than by a count that is full"


def _is_full(workflow: Workflow, move: Move) -> bool:
    limit = limit_of(move.step.rule) if move.step.rule else None
    return limit is not None and limit.counted in counts_in(workflow, workflow.states)


def _has_said(workflow: Workflow, move: Move, source: str, word: str) -> bool:
    if move.step.rule is None or move.source.answered != source:
        return False
    place = workflow.states[source].result_path or "$"
    return any(
        test.operator == "StringEquals" and test.value == word and under(test.variable, place)
        for test in move.step.rule.condition.certain()
    )


def _has_receipt(workflow: Workflow, move: Move) -> bool:
    if move.step.rule is None or not move.source.answered:
        return False
    asked = workflow.states[move.source.answered]
    place = f"{asked.result_path}."
    tests = list(move.step.rule.condition.certain())
    present = {t.variable for t in tests if t.operator == "IsPresent" and t.value is True}
    strings = {t.variable for t in tests if t.operator == "IsString" and t.value is True}
    receipts = [one for one in present & strings if one.startswith(place)]
    return asked.tags.has("human") and not asked.waits_for_token and bool(receipts)


def _words(ways: Ways) -> Iterator[Violation]:
    """Each word that a state says must be told apart from the others, and lead where it says."""
    workflow = ways.workflow
    read: set[str] = set()
    for point in ways.points:
        choice = workflow.states[point.state]
        if choice.kind != "Choice" or not point.answered:
            continue
        source = workflow.states[point.answered]
        said = source.tags.words("says")
        if not said:
            continue
        read.add(source.name)
        path = ways.to(point)
        for message in _told_apart(workflow, choice, source):
            yield Violation("words", choice.name, message, path)
    for state in workflow.states.values():
        if state.tags.has("says") and state.name not in read and state.name in ways.reached:
            message = "answers with words that no Choice reads"
            yield Violation("words", state.name, message, (*ways.to_state(state.name), Passed("")))


def _told_apart(workflow: Workflow, choice: State, source: State) -> Iterator[str]:
    place = source.result_path or "$"
    found: set[str] = set()
    for rule in choice.rules:
        for test in rule.condition.certain():
            if test.operator != "StringEquals" or not under(test.variable, place):
                continue
            found.add(test.value)
            wanted = (source.name, test.value)
            if wanted not in workflow.states[rule.target].tags.after():
                yield f"goes to {rule.target!r} on {test.value!r}, which is not what that is after"
    said = source.tags.words("says")
    for word in said:
        if word not in found:
            yield f"does not tell apart {word!r}, which {source.name!r} may say"
    for word in sorted(found - set(said)):
        yield f"compares with {word!r}, which {source.name!r} never says"
