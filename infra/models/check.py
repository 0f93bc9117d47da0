"""Runs Spin over the protocol's models, because a model that nobody runs proves nothing.

The recommended protocol must hold within its bounds. Each naive variant, which is the protocol
with one rule taken away, must fail: that is how we know that the model can see the mistake and
that the rule is needed. Any disagreement is a failure of this check.

    python infra/models/check.py                     what every change runs
    python infra/models/check.py --deep              larger bounds, minutes and gigabytes
    python infra/models/check.py --trace N_SEENPOS   the shortest way into one mistake

Exit status: 0 all as expected, 1 a disagreement, 2 something is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MODELS = Path(__file__).resolve().parent
MODEL_NAMES = ("handoff", "outbox", "promise")
MEMORY_LIMIT_MEGABYTES = 8_000
ALL_AS_EXPECTED, DISAGREEMENT, MISSING = 0, 1, 2
HOW_TO_INSTALL = """\
The models cannot be checked: not on the PATH: {missing}.
  Debian, Ubuntu:  sudo apt-get install spin tcc   (gcc for --deep)
  macOS:           brew install spin
  elsewhere:       https://spinroot.com/spin/Man/README.html, and any C compiler named gcc
Then run this again."""


class ModelError(Exception):
    """Spin, the compiler or the search stopped before it could give a verdict."""


@dataclass(frozen=True, slots=True)
class Case:
    """One run: a model, what to define, and whether the protocol should survive it."""

    model: str
    defines: str
    holds: bool
    why: str
    deep: bool = False

    @property
    def flags(self) -> list[str]:
        """What Spin's preprocessor is given."""
        return [f"-D{define}" for define in self.defines.split()]

    @property
    def depth_steps(self) -> int:
        """The longest run that is followed; Spin says when that was not enough."""
        return 5_000_000 if self.deep else 200_000

    @property
    def liveness(self) -> bool:
        """Whether circles are looked for, beside errors and bad rest."""
        return "LIVENESS" in self.defines.split()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Spin found."""

    holds: bool
    states: int
    violation: str
    seconds: float


def recommended(model: str, defines: str, why: str, *, deep: bool = False) -> Case:
    """A configuration of the protocol as it is built: no error may be found."""
    return Case(model, defines, holds=True, why=why, deep=deep)


def naive(model: str, defines: str, why: str) -> Case:
    """The protocol without one rule: an error must be found."""
    return Case(model, defines, holds=False, why=why)


RECOMMENDED = (
    recommended("handoff", "NMSG=2 FAULTS=1", "any one fault"),
    recommended("handoff", "NMSG=3 FAULTS=0", "three messages, no fault"),
    recommended("handoff", "NMSG=2 FAULTS=1 BURST", "a batch is one turn"),
    recommended("handoff", "NMSG=2 FAULTS=1 HINTS", "hints one by one"),
    recommended("handoff", "NMSG=1 FAULTS=1 LIVENESS", "comes to rest, nothing circles"),
    recommended("outbox", "ROWS=3 FAULTS=1", "any one fault"),
    recommended("outbox", "ROWS=2 FAULTS=1 LIVENESS", "every row is settled in the end"),
    recommended("outbox", "ROWS=3 FAULTS=1 LATE IDEM", "late acceptance, provider keeps ids"),
    recommended("outbox", "ROWS=3 FAULTS=1 SKIP", "overtaken answers are skipped"),
    recommended("promise", "FAULTS=4", "any four faults"),
    recommended("promise", "FAULTS=3 CONTACTS=2", "a second contact"),
    recommended("handoff", "NMSG=2 FAULTS=2", "any two faults", deep=True),
    recommended("handoff", "NMSG=3 FAULTS=1", "three messages, one fault", deep=True),
    recommended("handoff", "NMSG=2 FAULTS=3", "any three faults", deep=True),
    recommended("handoff", "NMSG=3 FAULTS=1 BURST HINTS", "everything at once", deep=True),
    recommended("handoff", "NMSG=1 FAULTS=2 LIVENESS", "rest after two faults", deep=True),
    recommended("handoff", "NMSG=2 FAULTS=1 LIVENESS", "rest after a fault", deep=True),
    recommended("outbox", "ROWS=3 FAULTS=2", "any two faults", deep=True),
    recommended("outbox", "ROWS=4 FAULTS=2", "four rows", deep=True),
    recommended(
        "promise", "FAULTS=7 TENURES=5 CONTACTS=2", "seven faults, five claims", deep=True
    ),
)

NAIVE = (
    naive("handoff", "N_ACK FAULTS=1", "2xx before the message is durable"),
    naive("handoff", "N_INBOXDROP FAULTS=2", "inbox row deleted before the confirmed send"),
    naive("handoff", "N_DEDUP FAULTS=1", "the queue's deduplication instead of the ledger"),
    naive("handoff", "N_CRASHTX FAULTS=1", "ledger row and holder in two transactions"),
    naive("handoff", "N_DLQ FAULTS=1", "dead letters without a consumer"),
    naive("handoff", "N_BURST BURST FAULTS=2", "one duplicate of a batch acknowledges all"),
    naive("handoff", "N_SEND FAULTS=0", "the answer is sent as planned, without the fence"),
    naive("handoff", "N_BLINDCOMMIT FAULTS=0", "an old proposal committed in a new epoch"),
    naive("handoff", "N_WAITFAIL FAULTS=0", "a failed turn escalates while one waits"),
    naive("handoff", "N_CANCELORDER FAULTS=0", "a withdrawal ends a newer request"),
    naive("handoff", "N_CANCELTIE FAULTS=0", "a withdrawal wins a tie of position"),
    naive("handoff", "N_WITHDRAWBLIND FAULTS=0", "withdrawal: look, then write"),
    naive("handoff", "N_ASKEDONLY NMSG=3 FAULTS=1", "what an agent was told may be withdrawn"),
    naive("handoff", "N_ECHO FAULTS=0", "an old echo ends a newer request"),
    naive("handoff", "N_CLAIM FAULTS=0", "claim: look, then write"),
    naive("handoff", "N_LEASE FAULTS=1", "the desk sends without asking who holds"),
    naive("handoff", "N_OWNERONLY FAULTS=1", "the agent's name instead of the epoch"),
    naive("handoff", "N_SEEN FAULTS=0", "resolve with messages nobody has seen"),
    naive("handoff", "N_SEENPOS FAULTS=0", "seen as a position, not as an entry"),
    naive("handoff", "N_SEENALL FAULTS=0", "'all seen' without the number shown"),
    naive("handoff", "N_SEENCARRY FAULTS=1", "a predecessor's seen counts"),
    naive("handoff", "N_LEDGERVERSION FAULTS=0", "a message is recorded beside the item"),
    naive("handoff", "N_NOREPLY FAULTS=0", "an ending without a word of the agent"),
    naive("handoff", "N_HANDBACK FAULTS=0", "hand back drops what is unseen"),
    naive("handoff", "N_NOEXP FAULTS=1", "a lease that never ends"),
    naive("handoff", "N_EVICT FAULTS=1", "eviction conditional on the epoch alone"),
    naive("handoff", "N_HEARTBEATVERSION FAULTS=1", "a heartbeat does not raise version"),
    naive("handoff", "N_HEARTBEATEPOCH FAULTS=2", "any window may renew the lease"),
    naive("handoff", "N_HEARTBEATEPOCH NMSG=1 FAULTS=2 LIVENESS", "the same, seen as a circle"),
    naive("handoff", "N_NOREPLYCLOCK FAULTS=1", "signed in counts as answering"),
    naive("handoff", "N_DUAL FAULTS=1", "write, then push; nothing sweeps"),
    naive("outbox", "N_STD FAULTS=0", "a standard queue"),
    naive("outbox", "N_ZOMBIE FAULTS=1", "a worker outlives its visibility"),
    naive("outbox", "N_NOSWEEP FAULTS=1", "a lost hint is not pushed again"),
    naive("outbox", "N_CLEARDUE FAULTS=0", "due cleared by what was read before"),
    naive("outbox", "N_SILENTLOSS FAULTS=1", "undeliverable, and nobody is shown"),
    naive("outbox", "N_SKIPLATE FAULTS=0", "skip: look, then write"),
    naive("outbox", "N_SKIPSILENT FAULTS=0", "skip without an entry"),
    naive("outbox", "N_SKIPATTEMPTED FAULTS=1", "a row that may have arrived is skipped"),
    naive("outbox", "N_DLQDROPS FAULTS=1", "a dead letter gives up an untried row"),
    naive("outbox", "N_OUTDLQ ROWS=2 FAULTS=1 LIVENESS", "nobody takes the dead letters"),
    naive("outbox", "LATE FAULTS=1", "limit: late acceptance, no provider ids"),
    naive("promise", "N_ADVANCE FAULTS=0", "two clocks, not conditional on version"),
    naive("promise", "N_NOSWEEP FAULTS=1", "the workflow alone keeps promises"),
    naive("promise", "N_TOKEN FAULTS=1", "the task token is the claim"),
    naive("promise", "N_BLIND FAULTS=0", "the workflow trusts its own time-out"),
    naive("promise", "N_RESOLVEENDS FAULTS=1", "sent counts as served"),
    naive("promise", "N_SILENTLOSS FAULTS=1", "undeliverable after the resolve"),
)


def run(command: Sequence[str], folder: Path) -> str:
    """The output of one tool; a tool that breaks is not a verdict."""
    # Spin and the compiler come from the operator's PATH; nothing here is user input.
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    output = done.stdout + done.stderr
    if done.returncode != 0:
        message = f"`{' '.join(command)}` failed:\n{output.strip()[-2000:]}"
        raise ModelError(message)
    return output


def listed_transitions() -> str:
    """A macro for the models: may the holder change like this? By transitions.json alone."""
    table = json.loads((MODELS / "transitions.json").read_text(encoding="utf-8"))
    changes = sorted({(t["from"], t["to"]) for t in table["transitions"] if t["epoch"] == "+1"})
    pairs = " || ".join(f"(holder == {old} && (to) == {new})" for old, new in changes)
    return f"#define LISTED(to) ({pairs})\n"


def build(case: Case, folder: Path, *options: str) -> None:
    """Generate and compile the verifier of one case."""
    source = (MODELS / f"{case.model}.pml").read_text(encoding="utf-8")
    (folder / "model.pml").write_text(listed_transitions() + source, encoding="utf-8")
    run(["spin", "-a", *case.flags, "model.pml"], folder)
    kind = ["-DNFAIR=4"] if case.liveness else ["-DSAFETY"]
    bounds = ["-DVECTORSZ=2048", f"-DMEMLIM={MEMORY_LIMIT_MEGABYTES}"]
    run([*compiler(case), *kind, *bounds, *options, "-o", "pan", "pan.c"], folder)


def compiler(case: Case) -> list[str]:
    """A small search is over before gcc would be, which tcc is not; a large one must fit."""
    if case.deep:
        return ["gcc", "-w", "-O2", "-DCOLLAPSE"]
    if shutil.which("tcc") is not None:
        return ["tcc", "-w"]
    return ["gcc", "-w", "-O0"]


def search(case: Case) -> Verdict:
    """Explore every state of one case, or as many as it takes to find an error."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="handrail-model-") as name:
        folder = Path(name)
        build(case, folder)
        fairness = ["-a", "-f"] if case.liveness else []
        # The hash table's size, as a power of two: clearing a big one costs more than a search.
        table = "-w26" if case.deep else "-w20" if case.holds else "-w16"
        output = run([str(folder / "pan"), table, f"-m{case.depth_steps}", *fairness], folder)
    errors = re.search(r"errors: (\d+)", output)
    states = re.search(r"(\d\S*) states, stored", output)
    if errors is None or states is None:
        message = f"{case.model} {case.defines}: no verdict in Spin's output:\n{output[-2000:]}"
        raise ModelError(message)
    clean = errors[1] == "0"
    if clean and "Search not completed" in output:
        message = f"{case.model} {case.defines}: the search was cut short, which proves nothing"
        raise ModelError(message)
    violation = re.search(r"^pan:1: (.*?) \(at depth \d+\)", output, re.MULTILINE)
    return Verdict(
        holds=clean,
        states=int(float(states[1])),
        violation=violation[1] if violation else "",
        seconds=time.monotonic() - started,
    )


def unlisted_flags() -> Iterator[str]:
    """Naive variants that a model offers and no case runs."""
    for model in MODEL_NAMES:
        source = (MODELS / f"{model}.pml").read_text(encoding="utf-8")
        offered = set(re.findall(r"\bN_[A-Z]+\b", source))
        run_here = {f for case in NAIVE if case.model == model for f in case.defines.split()}
        yield from (f"{model}: {flag}" for flag in sorted(offered - run_here))


def missing_tools(*, deep: bool) -> list[str]:
    """What must be installed first: any C compiler will do where searches are small."""
    missing = [] if shutil.which("spin") else ["spin"]
    compilers = ("gcc",) if deep else ("tcc", "gcc")
    if not any(map(shutil.which, compilers)):
        missing.append(" or ".join(compilers))
    return missing


def report(case: Case, verdict: Verdict) -> bool:
    """Print one row; True when the model and the expectation agree."""
    agree = verdict.holds == case.holds
    found = "holds" if verdict.holds else "fails"
    mark = "ok " if agree else "BAD"
    print(
        f"{mark}  {case.model:8} {case.defines:42} {found:6} {verdict.states:>12,} states"
        f" {verdict.seconds:7.1f} s  {case.why}",
        flush=True,
    )
    if not agree:
        print(f"     expected {'no error' if case.holds else 'an error'}. {verdict.violation}")
        if case.holds:
            print(f"     see how: python {Path(__file__).name} --trace '{case.defines}'")
    return agree


def check(cases: Sequence[Case], jobs: int) -> int:
    """Run the cases side by side and report them in order."""
    started = time.monotonic()
    disagreements = 0
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        searches = [(case, pool.submit(search, case)) for case in cases]
        for case, verdict in searches:
            disagreements += not report(case, verdict.result())
    for flag in unlisted_flags():
        print(f"BAD  {flag} is a naive variant that no case runs: add it to NAIVE")
        disagreements += 1
    seconds = time.monotonic() - started
    print(f"{len(cases)} runs, {disagreements} disagreements, {seconds:.1f} s")
    return DISAGREEMENT if disagreements else ALL_AS_EXPECTED


def trace(wanted: str) -> int:
    """Print the shortest run into an error, step by step."""
    known = [*NAIVE, *RECOMMENDED]
    exact = [case for case in known if case.defines == wanted]
    found = exact or [case for case in known if wanted in case.defines.split()]
    if not found:
        print(f"No case defines {wanted!r}. Choose one of:", file=sys.stderr)
        print("\n".join(f"  {case.defines}" for case in known), file=sys.stderr)
        return MISSING
    # Breadth first, which cannot look for circles: prefer the run that ends in an assertion.
    case = min(found, key=lambda each: each.liveness)
    breadth_first = [] if case.liveness else ["-DBFS"]
    with tempfile.TemporaryDirectory(prefix="handrail-model-") as name:
        folder = Path(name)
        build(case, folder, *breadth_first)
        run(
            [str(folder / "pan"), f"-m{case.depth_steps}", *(["-a", "-f"] * case.liveness)],
            folder,
        )
        if not list(folder.glob("*.trail")):
            print(f"{case.model} {case.defines}: no error to show")
            return ALL_AS_EXPECTED
        trail = next(folder.glob("*.trail"))
        print(run(["spin", "-k", str(trail), "-p", "-g", *case.flags, "model.pml"], folder))
    return ALL_AS_EXPECTED


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Check the models of Handrail's protocol.")
    parser.add_argument("--deep", action="store_true", help="larger bounds as well")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2, help="runs at a time")
    parser.add_argument("--trace", metavar="FLAG", help="print the shortest run into an error")
    options = parser.parse_args(arguments)
    missing = missing_tools(deep=options.deep)
    if missing:
        print(HOW_TO_INSTALL.format(missing=", ".join(missing)), file=sys.stderr)
        return MISSING
    try:
        if options.trace:
            return trace(options.trace)
        cases = [case for case in RECOMMENDED if options.deep or not case.deep]
        return check([*cases, *NAIVE], max(1, options.jobs))
    except ModelError as error:
        print(error, file=sys.stderr)
        return MISSING


if __name__ == "__main__":
    sys.exit(main())
