"""The faults of a replay are real: each does what its name says, in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail_ops.local.loopback_http import LoopbackServer, Request, Response
from handrail_ops.replay.faults import plan
from handrail_ops.replay.faults.weather import FoulWeather
from handrail_ops.replay.receiver import GOOD_MOOD
from support.stack import ROOT

SCRIPT = """
import sys
from handrail_ops.replay.faults import plan
wanted = sys.argv[1]
for fault in plan.CALL_RATES:
    plan.CALL_RATES[fault] = float(fault == wanted)
plan.SLOW_SECONDS = (0.0, 0.0)
from handrail_ops.replay.faults import in_worker
in_worker.ANSWER_LOST_BELOW_RATE = float(wanted == plan.Fault.ANSWER_LOST_BELOW)
import boto3
from botocore.config import Config
config = Config(retries={"total_max_attempts": 2, "mode": "standard"}, region_name="eu-west-1")
client = boto3.client("dynamodb", endpoint_url=sys.argv[2], config=config)
try:
    client.list_tables()
except Exception as error:
    code = (getattr(error, "response", None) or {}).get("Error", {}).get("Code", "")
    print(type(error).__name__, code, end="")
else:
    print("fine", end="")
"""


class Aws:
    """Answers every call, and counts them."""

    def __init__(self) -> None:
        self.calls = 0
        self.server = LoopbackServer(self._answer, name="counted")

    def _answer(self, _request: Request) -> Response:
        self.calls += 1
        kind = "application/x-amz-json-1.0"
        return Response(200, b'{"TableNames": []}', {"Content-Type": kind})


@pytest.fixture
def aws() -> Iterator[Aws]:
    running = Aws()
    yield running
    running.server.close()


def call(aws: Aws, directory: Path, fault: str) -> tuple[int, str]:
    """Make one call in a worker to which a fault is sure to happen; its status and what it saw."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", SCRIPT, fault, aws.server.url],
        env={
            **os.environ,
            plan.DIRECTORY_VARIABLE: str(directory),
            plan.SEED_VARIABLE: "1",
            "LAMBDA_TASK_ROOT": str(ROOT / "functions" / "conduct"),
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("fault", "status", "seen", "calls"),
    [
        (plan.Fault.THROTTLED, 0, "ClientError ProvisionedThroughputExceededException", 0),
        (plan.Fault.SERVER_ERROR, 0, "ClientError InternalServerError", 0),
        (plan.Fault.NO_CONNECTION, 0, "EndpointConnectionError ", 0),
        (plan.Fault.ANSWER_LOST, 0, "ReadTimeoutError ", 1),
        (plan.Fault.ANSWER_LOST_BELOW, 0, "ReadTimeoutError ", 2),
        (plan.Fault.SLOW, 0, "fine", 1),
        (plan.Fault.CRASH_BEFORE, plan.CRASH_STATUS, "", 0),
        (plan.Fault.CRASH_AFTER, plan.CRASH_STATUS, "", 1),
    ],
)
def test_a_fault_does_what_its_name_says(
    aws: Aws, tmp_path: Path, fault: plan.Fault, status: int, seen: str, calls: int
) -> None:
    # Outages are counted from a beginning that is still to come: what happens is this fault alone.
    begun = time.time() + 3600.0
    (tmp_path / plan.BEGUN_FILE).write_text(repr(begun), encoding="ascii")

    assert call(aws, tmp_path, fault) == (status, seen)

    assert aws.calls == calls
    counted = (tmp_path / plan.COUNTS_FILE).read_text(encoding="ascii").split()
    assert set(counted) == {str(fault)}


@pytest.mark.parametrize("ended", [False, True])
def test_nothing_happens_before_the_beginning_and_after_the_end(
    aws: Aws, tmp_path: Path, *, ended: bool
) -> None:
    if ended:
        (tmp_path / plan.BEGUN_FILE).write_text(repr(time.time()), encoding="ascii")
        (tmp_path / plan.ENDED_FILE).touch()

    assert call(aws, tmp_path, plan.Fault.THROTTLED) == (0, "fine")


def test_fair_weather_after_foul() -> None:
    weather = FoulWeather(1)
    try:
        moods = [weather.mood() for _ in range(200)]
        batch = [{"MessageId": "1", "Body": "{}"}]
        assert set(moods) == {GOOD_MOOD}
        assert all(weather.chaos.deliveries("q", batch) == [batch] for _ in range(200))
        assert weather.counts() == {}
    finally:
        weather.close()
