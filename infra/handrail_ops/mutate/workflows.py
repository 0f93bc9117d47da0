"""Breaks the workflows in every plausible way, and says what notices.

The prover looks at each mutant first, which takes milliseconds. What it lets through is run: the
fault matrix of `tests/workflows`, with the real handlers, on the mutated definition. What both let
through either is argued to be no fault, in `equivalent.toml`, or is a hole in the checks.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from handrail_ops.mutate.definitions import Mutant, mutants
from handrail_ops.mutate.verdict import Verdict
from handrail_ops.verify.lint import check_workflow

WORKFLOWS = ("turn", "escalation")
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
ROOT = Path(__file__).resolve().parents[3]
MATRIX_SECONDS_MAX = 420
_FAILED = re.compile(r"^(?:FAILED|ERROR) \S*?::(\S+)", re.MULTILINE)

Say = Callable[[str], None]
Texts = Mapping[str, str]
"""The text of each definition, by its name."""


class MutationError(Exception):
    """Nothing can be said of mutants as things stand; the message says what to do."""


def run(workers: int, say: Say) -> list[Verdict]:
    """Try every mutant of every workflow; several at once where they must be run.

    Raises:
        MutationError: the workflows themselves do not pass, or an argument is out of step.

    """
    texts = own_texts()
    found = [one for name in WORKFLOWS for one in mutants(name, texts[name])]
    reasons = argued(found)
    _must_pass(texts)
    left = [one for one in found if one.name not in reasons]
    proofs = {one.name: proof_of(one) for one in left}
    survivors = [one for one in left if proofs[one.name] is None]
    say(
        f"{len(found)} mutants of {len(WORKFLOWS)} workflows: the prover kills "
        f"{len(left) - len(survivors)}, {len(reasons)} are argued to be equivalent, "
        f"{len(survivors)} are run"
    )
    ran = _run_all(survivors, texts, workers, say)
    return [
        Verdict(one.name, proofs.get(one.name) or ran.get(one.name), reasons.get(one.name))
        for one in found
    ]


def own_texts() -> dict[str, str]:
    """Return the project's own definitions."""
    folder = ROOT / "infra" / "workflows"
    return {name: (folder / f"{name}.asl.json").read_text(encoding="utf-8") for name in WORKFLOWS}


def proof_of(mutant: Mutant) -> str | None:
    """Return by which rule the prover kills a mutant; None when it is proved."""
    found = check_workflow(mutant.text)
    return f"verify: {found[0].rule}" if found else None


def argued(found: Sequence[Mutant]) -> dict[str, str]:
    """Return why some mutants are equivalent, by name.

    Raises:
        MutationError: an argument is about a mutant that is not generated, or that is killed.

    """
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["workflows"]
    by_name = {one.name: one for one in found}
    for name in listed:
        if name not in by_name:
            message = f"{EQUIVALENT.name} argues about {name!r}, which is not generated; drop it"
            raise MutationError(message)
        killer = proof_of(by_name[name])
        if killer is not None:
            message = f"{EQUIVALENT.name} argues about {name!r}, which {killer} kills; drop it"
            raise MutationError(message)
    return {str(name): str(reason) for name, reason in listed.items()}


def matrix(texts: Texts, workflow: str) -> str | None:
    """Run the fault matrix on definitions; return the first test that fails, or None."""
    with tempfile.TemporaryDirectory(prefix="handrail-mutant-") as folder:
        for name, text in texts.items():
            (Path(folder) / f"{name}.asl.json").write_text(text, encoding="utf-8")
        # Bytecode is the project's own; what a test leaves behind is this mutant's alone.
        environment = {**os.environ, "HANDRAIL_WORKFLOWS": folder}
        tests = f"tests/workflows/test_{workflow}_faults.py"
        options = ["-x", "-q", "-rfE", "--no-header", "-p", "no:cacheprovider"]
        try:
            done = subprocess.run(  # noqa: S603 - the interpreter and arguments of this module
                [sys.executable, "-m", "pytest", *options, tests],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=MATRIX_SECONDS_MAX,
            )
        except subprocess.TimeoutExpired:
            return "it does not end"
    if done.returncode == 0:
        return None
    failed = _FAILED.search(done.stdout)
    if failed is None:
        message = f"the fault matrix did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise MutationError(message)
    return failed[1]


def _must_pass(texts: Texts) -> None:
    """A workflow that is not proved has no mutants that a proof could kill."""
    for name in WORKFLOWS:
        wrong = check_workflow(texts[name])
        if wrong:
            message = f"{name}.asl.json is not proved: {wrong[0]}; mend it before it is mutated"
            raise MutationError(message)


def _run_all(
    survivors: Sequence[Mutant], texts: Texts, workers: int, say: Say
) -> dict[str, str | None]:
    # The workflows as they are run too, among their mutants: what fails anyway kills nothing.
    controls = [Mutant(name, "", texts[name]) for name in {one.workflow for one in survivors}]

    def tried(mutant: Mutant) -> tuple[Mutant, str | None]:
        failed = matrix({**texts, mutant.workflow: mutant.text}, mutant.workflow)
        if mutant in controls and failed is not None:
            message = f"the fault matrix fails without any mutant: {mutant.workflow}, {failed}"
            raise MutationError(message)
        killer = f"fault matrix: {failed}" if failed is not None else None
        if mutant not in controls:
            say(f"{mutant.name}: {killer or 'survived'}")
        return mutant, killer

    with ThreadPoolExecutor(max(1, workers)) as pool:
        found = dict(pool.map(tried, [*controls, *survivors]))
    return {mutant.name: killer for mutant, killer in found.items()}
