"""What each state must be by itself: bounded, tried again, caught, and truthful in its tags."""

from __future__ import annotations

from collections.abc import Iterator

from handrail_ops.verify.definition import ALL, State, Workflow
from handrail_ops.verify.facts import under
from handrail_ops.verify.tags import ENDINGS, OF_TASKS
from handrail_ops.verify.templates import TOKEN, read_by

Finding = tuple[str, str]
"""A rule, and the words that follow the state's name."""

RETRIES_MAX = 5
RETRY_WAIT_SECONDS_MAX = 60
"""Longer waits between tries would keep a customer waiting for what another way can do."""

_TRANSIENT = frozenset(
    {
        "Lambda.TooManyRequestsException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
    }
)
"""What a function that works can be refused with for a moment."""


def check_state(workflow: Workflow, state: State) -> Iterator[Finding]:
    """Yield the rules that a state breaks by itself."""
    yield from _tags(workflow, state)
    yield from _onward(state)
    if state.kind == "Choice":
        yield from _choice(state)
    if state.works:
        yield from _overwritten(workflow, state)
        yield from _bounded(state)
        yield from _retried(state)
        yield from _caught(state)
        if state.waits_for_token:
            yield from _waiting(state)
    if state.kind == "Wait" and state.waits_until:
        yield "bounded", "waits for a moment that may be years away; give it Seconds"


def check_dangling(workflow: Workflow) -> Iterator[tuple[str, Finding]]:
    """Yield every way that leads to no state, by the state at which it begins."""
    if workflow.start not in workflow.states:
        yield "", ("dangling", f"starts at {workflow.start!r}, which is no state")
    for step in workflow.steps():
        if step.target not in workflow.states:
            yield step.source, ("dangling", f"leads to {step.target!r}, which is no state")


# ---------------------------------------------------------------- tags


def _tags(workflow: Workflow, state: State) -> Iterator[Finding]:
    tags = state.tags
    for unknown in tags.unknown:
        yield "tags", f"says {unknown[:40]}, which is no tag; docs/verify.md lists them"
    endings = [tag.name for tag in tags.known if tag.name in ENDINGS]
    if endings and not state.ends:
        yield "tags", f"says @{endings[0]} but does not end the workflow"
    if len(endings) > 1:
        yield "tags", f"says @{' and @'.join(endings)}; a workflow ends in one way at a time"
    for name in OF_TASKS:
        if tags.has(name) and state.kind != "Task":
            yield "tags", f"says @{name}, which only a Task can be"
    roles = [name for name in ("human", "authority", "watch", "tell") if tags.has(name)]
    if len(roles) > 1:
        yield "tags", f"says @{' and @'.join(roles)}, which are different things"
    if tags.has("authority") and not tags.has("says"):
        yield "tags", "says @authority but not, by @says(…), which words it answers with"
    if tags.has("says") and (not tags.words("says") or state.result_path is None):
        yield "tags", "says @says, which needs words in its brackets and a ResultPath"
    for source, word in tags.after():
        yield from _after(workflow, source, word)
    yield from _entered_by(workflow, state)


def _entered_by(workflow: Workflow, state: State) -> Iterator[Finding]:
    """What is only true on somebody's word must say on whose."""
    tags, states = state.tags, workflow.states
    sources = [states[source] for source, _ in tags.after() if source in states]
    trusted = bool(sources) and all(source.tags.has("authority") for source in sources)
    for name, told in (("served", "has ended"), ("watch", "is with a person")):
        if tags.has(name) and not trusted:
            yield (
                "tags",
                f"says @{name} but not, by @after(…), on which word of an @authority it {told}",
            )
    if tags.has("offer") and not tags.has("after"):
        yield "tags", "says @offer but not, by @after(…), on which word of which state"
    if tags.has("watch") and not state.waits_for_token:
        yield "tags", "says @watch but waits for no token"
    ended = [other.tags.after() for other in states.values() if other.tags.has("served")]
    if tags.has("authority") and state.name not in {source for one in ended for source, _ in one}:
        yield "tags", "says @authority, but on no word of it does anything end as @served"


def _after(workflow: Workflow, source: str, word: str) -> Iterator[Finding]:
    given = f"@after({source}: {word})"
    if not source or not word:
        yield "tags", f"says {given}; a state and a word are expected: @after(State: word)"
    elif source not in workflow.states:
        yield "tags", f"says {given}, but {source!r} is no state"
    elif word not in workflow.states[source].tags.words("says"):
        yield "tags", f"says {given}, but {source!r} does not say that word by @says(…)"


# ---------------------------------------------------------------- ways out


def _onward(state: State) -> Iterator[Finding]:
    if state.kind == "Fail":
        yield "fail", "is a Fail: the execution ends here, and nobody is told"
    elif state.kind not in ("Choice", "Succeed") and (state.next is not None) == state.end:
        yield "onward", "needs either Next or End"


def _choice(state: State) -> Iterator[Finding]:
    if state.default is None:
        yield "default", "has no Default: what no rule knows fails the execution, uncaught"
    earlier: list[frozenset[tuple[str, str, str]]] = []
    for rule in state.rules:
        asked = frozenset(
            (c.variable, c.operator, repr(c.value)) for c in rule.condition.certain()
        )
        if asked and any(one <= asked for one in earlier):
            yield "dead", f"has a rule for {rule.target!r} that never applies: an earlier one does"
        if rule.condition.is_certain:
            earlier.append(asked)


# ---------------------------------------------------------------- tasks


def _bounded(state: State) -> Iterator[Finding]:
    if state.kind == "Task" and state.timeout_seconds is None and state.timeout_path is None:
        yield "bounded", "has no TimeoutSeconds"
    if state.timeout_seconds is not None and state.timeout_path is not None:
        yield "bounded", "has both TimeoutSeconds and TimeoutSecondsPath"
    beat, limit = state.heartbeat_seconds, state.timeout_seconds
    if beat is not None and limit is not None and beat >= limit:
        yield "bounded", "has a HeartbeatSeconds that is not below its TimeoutSeconds"
    if state.heartbeat_path is not None:
        yield "bounded", "has a HeartbeatSecondsPath; only a fixed HeartbeatSeconds is bounded"
    if state.result_path == "$":
        yield "forgets", "overwrites what it was given; name a ResultPath of its own"


def _overwritten(workflow: Workflow, state: State) -> Iterator[Finding]:
    """What a state says is read elsewhere: nobody else may write there."""
    place = state.result_path
    if place is None or not state.tags.has("says"):
        return
    for other in workflow.states.values():
        places = [one.result_path for one in other.catchers]
        if other.works and other.name != state.name:
            places.append(other.result_path)
        if any(one is not None and (under(one, place) or under(place, one)) for one in places):
            yield "forgets", f"says words at {place}, and {other.name!r} writes there too"


def _retried(state: State) -> Iterator[Finding]:
    tried = [one for one in state.retriers if one.attempts]
    if not tried:
        if state.kind == "Task":  # of a Parallel, each Task inside of it is
            yield "retried", "is not tried again"
        return
    if any(one.attempts > RETRIES_MAX for one in tried):
        yield "retried", f"is tried again more than {RETRIES_MAX} times"
    waits = sum(one.waits_seconds() for one in tried)
    if waits > RETRY_WAIT_SECONDS_MAX:
        yield "retried", f"waits {waits:,.0f} s between tries; {RETRY_WAIT_SECONDS_MAX} is enough"
    errors = {error for one in tried for error in one.errors}
    lacking = sorted(_TRANSIENT - errors)
    covered = errors & {ALL, "States.TaskFailed"} or state.kind != "Task"
    if state.service == "lambda" and lacking and not covered:
        yield "retried", f"is not tried again after {', '.join(lacking)}"


def _caught(state: State) -> Iterator[Finding]:
    caught = [one.errors for one in state.catchers]
    earlier, last = caught[:-1], caught[-1] if caught else ()
    if last != (ALL,):
        yield "caught", "does not catch States.ALL last: an error that nothing catches ends it all"
    if any(ALL in errors for errors in earlier):
        yield "caught", "catches States.ALL before others, which then never match"
    named = (*caught, *(one.errors for one in state.retriers))
    if any(ALL in errors and len(errors) > 1 for errors in named):
        yield "caught", "names States.ALL beside other errors, which Step Functions refuses"
    if any(one.result_path == "$" for one in state.catchers):
        yield "forgets", "forgets what it was given when it fails; name a ResultPath in Catch"


def _waiting(state: State) -> Iterator[Finding]:
    if TOKEN not in read_by(state.parameters):
        yield "token", "waits for a token that it gives to nobody"
    if not state.tags.has("human", "watch"):
        yield "tags", "waits for a token but says neither @human nor @watch"
