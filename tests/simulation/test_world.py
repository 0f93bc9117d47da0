"""The simulation itself: the same every time, noticing what breaks, and telling how."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from handrail.application.sweep import Sweep
from handrail.domain import escalation as life
from handrail.domain.conversation import Conversation
from handrail.domain.outbox import Way
from handrail_ops.cli import main
from handrail_ops.memory.queues import MemoryFifo
from handrail_ops.simulate import run as running
from handrail_ops.simulate.functions import LIMITS
from handrail_ops.simulate.queues import OUTBOUND_RECEIVES_MAX
from handrail_ops.simulate.run import Plan, Total
from handrail_ops.simulate.schedule import Ran, simulate
from handrail_ops.simulate.shrink import shrink, tell
from handrail_ops.simulate.transitions import Transitions
from handrail_ops.simulate.workflows import STEP_LIMITS

ROOT = Path(__file__).parents[2]
SEEDS = range(40)
DIGESTS = """
from handrail_ops.simulate.schedule import simulate
print([simulate(seed).digest for seed in range(12)])
"""


def first_broken(seeds: range = SEEDS) -> Ran:
    for seed in seeds:
        ran = simulate(seed)
        if ran.broken:
            return ran
    pytest.fail(f"nothing was noticed in {len(seeds)} seeds")


def template() -> dict[str, dict[str, dict[str, object]]]:
    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's tags as what they tag."""

    Loader.add_multi_constructor("!", lambda _l, _s, node: getattr(node, "value", None))
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, dict[str, object]]] = Loader(text).get_single_data()
    return loaded


def test_a_world_that_is_over_leaves_little_to_the_garbage_collector() -> None:
    simulate(0)
    gc.collect()
    gc.disable()
    try:
        simulate(1, crowd=12)
        assert gc.collect() < 2000
    finally:
        gc.enable()


class TestOneSeedIsOneWorld:
    @pytest.mark.parametrize("hash_seed", ["0", "4711"])
    def test_it_is_the_same_in_every_process(self, hash_seed: str) -> None:
        told = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", DIGESTS],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert told.strip() == str([simulate(seed).digest for seed in range(12)])

    def test_another_seed_is_another_world(self) -> None:
        assert len({simulate(seed).digest for seed in SEEDS}) == len(SEEDS)

    def test_what_is_told_changes_nothing(self) -> None:
        assert simulate(3, story=True).digest == simulate(3).digest

    def test_without_its_faults_a_world_has_none(self) -> None:
        quiet = [simulate(seed, only=()) for seed in SEEDS]
        assert not any(ran.struck or ran.broken for ran in quiet)

    def test_to_leave_out_a_fault_moves_none_of_those_before_it(self) -> None:
        ran = simulate(3)
        *kept, last = ran.struck
        again = simulate(3, only={one.name for one in ran.struck} - {last.name})
        assert [one.name for one in again.struck][: len(kept)] == [one.name for one in kept]


class TestWhatBreaksIsNoticed:
    def test_a_row_without_a_way_to_a_person(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("handrail.domain.offer.buttons", lambda _row, _phrases: ())
        assert {one.rule for one in first_broken().broken} == {"S1"}

    def test_an_ending_with_what_nobody_has_seen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real: Callable[..., life.Lease] = life.holds

        def blind(conversation: Conversation, agent: str, epoch: int) -> life.Lease:
            return replace(real(conversation, agent, epoch), seen=conversation.entries)

        monkeypatch.setattr(life, "holds", blind)
        assert "S3" in {one.rule for one in first_broken(range(300)).broken}

    def test_a_sweep_that_does_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Sweep, "_finish", lambda _sweep, _due: None)
        assert {"REST", "DUE"} & {one.rule for one in first_broken().broken}

    def test_a_withdrawal_button_for_who_does_not_wait(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("handrail.domain.decision.Change._way", lambda _change: Way.WITHDRAW)
        assert "S12" in {one.rule for one in first_broken().broken}


class TestAFailureIsTold:
    def test_it_is_shrunk_to_what_it_needs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Sweep, "_finish", lambda _sweep, _due: None)
        failed = next(r for r in map(simulate, range(200)) if r.broken and len(r.struck) > 20)
        shrunk = shrink(failed)
        assert shrunk.broken[0].rule == failed.broken[0].rule
        assert len(shrunk.struck) < len(failed.struck) / 2

    def test_its_story_has_the_command_and_ends_where_it_breaks(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("handrail.domain.offer.buttons", lambda _row, _phrases: ())
        lines = list(tell(shrink(first_broken())))
        assert lines[0].endswith("carries no way to a person")
        assert "handrail simulate --schedules 1 --seed" in lines[1]
        assert "It needs no fault at all" in lines[2]
        assert any("S1 does not hold" in line for line in lines[3:])


class TestItIsTheWorldThatIsDeployed:
    def test_the_functions_have_their_own_limits(self) -> None:
        resources = template()["Resources"]
        limits = {**LIMITS, **STEP_LIMITS}
        for name, seconds in limits.items():
            words = name.removeprefix("${").removesuffix("FunctionArn}").split("_")
            resource = "".join(word[:1].upper() + word[1:] for word in words) + "Function"
            properties = resources[resource]["Properties"]
            assert isinstance(properties, dict)
            assert properties.get("Timeout", 10) == seconds, resource

    def test_the_queues_hide_and_give_up_as_deployed(self) -> None:
        resources = template()["Resources"]
        inbound, outbound = (resources[n]["Properties"] for n in ("InboundQueue", "OutboundQueue"))
        assert isinstance(inbound, dict)
        assert isinstance(outbound, dict)
        fifo: MemoryFifo[str] = MemoryFifo(clock=None)  # type: ignore[arg-type]
        assert fifo.visibility_seconds == inbound["VisibilityTimeout"]
        assert fifo.visibility_seconds == outbound["VisibilityTimeout"]
        received = [str(q["RedrivePolicy"]) for q in (inbound, outbound)]
        assert f"'maxReceiveCount': {fifo.receives_max}" in received[0]
        assert f"'maxReceiveCount': {OUTBOUND_RECEIVES_MAX}" in received[1]


class TestTheCommand:
    FIELDS = (
        "schedules",
        "conversations",
        "events",
        "violations",
        "lost",
        "silent",
        "late_promises",
        "seconds",
        "per_second",
        "peak_mb",
    )

    def test_json_is_one_object_with_every_figure(self) -> None:
        result = CliRunner().invoke(
            main, ["simulate", "--schedules", "7", "--seed", "5", "--workers", "1", "--json"]
        )
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout)
        assert set(self.FIELDS) <= set(told)
        assert (told["schedules"], told["violations"]) == (7, 0)

    def test_several_processes_come_to_the_same(self) -> None:
        totals = [
            running.run(Plan(1, 50, None, None, workers), lambda _total: None)[0]
            for workers in (1, 2)
        ]
        assert len({(t.events, t.conversations, t.faults) for t in totals}) == 1

    def test_it_runs_until_so_many_conversations_were_had(self) -> None:
        total, _ = running.run(Plan(1, None, 30, 5, 1), lambda _total: None)
        assert total.conversations == 30

    def test_a_run_that_was_kept_goes_on(self, tmp_path: Path) -> None:
        kept = tmp_path / "kept.json"
        plan = Plan(1, 60, None, None, 1, kept)

        class Stopped(Exception):  # noqa: N818 - somebody pressed Ctrl-C
            pass

        def stop(total: Total) -> None:
            if total.schedules == 40:
                raise Stopped

        with pytest.raises(Stopped):
            running.run(plan, stop)
        assert json.loads(kept.read_text())["total"]["schedules"] == 20
        resumed, _ = running.run(plan, lambda _total: None)
        whole, _ = running.run(replace(plan, keep=None), lambda _total: None)
        assert (resumed.schedules, resumed.events) == (60, whole.events)

    def test_another_plan_does_not_go_on_with_it(self, tmp_path: Path) -> None:
        kept = tmp_path / "kept.json"
        running.run(Plan(1, 5, None, None, 1, kept), lambda _total: None)
        result = CliRunner().invoke(
            main, ["simulate", "--schedules", "9", "--workers", "1", "--keep", str(kept)]
        )
        assert result.exit_code == 1
        assert "keeps another run" in result.output

        kept.write_text("{}", encoding="utf-8")
        result = CliRunner().invoke(main, ["simulate", "--schedules", "1", "--keep", str(kept)])
        assert result.exit_code == 1
        assert "is no file of a run" in result.output

        result = CliRunner().invoke(
            main, ["simulate", "--schedules", "1", "--keep", str(kept / "below" / "run.json")]
        )
        assert result.exit_code == 1
        assert "Not a directory" in result.output

    def test_a_violation_is_told_and_exits_with_1(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("handrail.domain.offer.buttons", lambda _row, _phrases: ())
        result = CliRunner().invoke(main, ["simulate", "--schedules", "2", "--workers", "1"])
        assert result.exit_code == 1
        assert "carries no way to a person" in result.stderr


@pytest.mark.parametrize("first", range(1_000_000, 1_000_300, 50))
def test_worlds_keep_the_promise(first: int) -> None:
    broken = [one for seed in range(first, first + 50) for one in simulate(seed).broken]
    assert not broken, broken[0]


SELDOM = {
    *((holder, "paged", holder, "same") for holder in ("bot", "waiting", "agent", "closed")),
    *((holder, "echo", "agent", "+1") for holder in ("agent", "closed")),
    ("waiting", "echo", "waiting", "same"),
    ("bot", "echo", "bot", "same"),
    ("closed", "echo", "closed", "same"),
    # To be told to stop and then otherwise, before or after an agent's whole work.
    *(("agent", event, "agent", "same") for event in ("stop", "resume")),
    ("waiting", "resume", "waiting", "same"),
    ("closed", "stop", "closed", "same"),
    ("closed", "resume", "bot", "+1"),
    ("closed", "resume", "closed", "same"),
}
"""Transitions that take thousands of worlds to be met."""


def test_every_transition_of_the_models_is_taken() -> None:
    seen = {key for seed in range(500) for key in simulate(seed).transitions}
    assert Transitions().keys - seen <= SELDOM
