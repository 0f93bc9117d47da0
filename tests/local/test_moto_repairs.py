"""Each repair of moto: the fault without it, and its absence with it.

When the left column of a row fails, upstream has healed and the repair can go.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("moto_faults.py")
SECONDS = 90

FAULTS: dict[str, tuple[Any, Any]] = {
    "an_expired_batch_keeps_its_order": (["three"], ["one", "two", "three"]),
    "a_deleted_message_is_remembered_as_sent": ([False, 1], [True, 0]),
    "an_expired_receipt_deletes_nothing": (["accepted", "0"], ["InvalidParameterValue", "1"]),
    "a_send_does_not_count_the_queue": (4, 0),
    "a_transaction_copies_no_table": (1, 0),
    "a_stream_loads_no_lambda": (True, False),
    # Records read, records kept, iterators kept.
    "a_stream_forgets_what_was_read": ([50, 50, 11], [50, 10, 2]),
    "a_token_is_applied_once": (
        ["4", "accepted"],
        ["1", "IdempotentParameterMismatchException"],
    ),
    "one_of_two_conditional_writes_wins": (2, 1),
    "a_query_looks_at_its_partition": ([1, 2, 50, 50], [1, 2, 1, 2]),
    "attribute_values_are_written_directly": (False, True),
    "an_update_expression_is_parsed_once": (False, True),
    "operations_are_looked_up_once": (False, True),
    "identifiers_are_drawn_at_once": (False, True),
    "a_workflow_can_be_run_synchronously": (["refused"], ["SUCCEEDED", {"a": 1}]),
    "an_express_workflow_is_express": ("STANDARD", "EXPRESS"),
    "two_executions_may_have_no_name": ("ExecutionAlreadyExists", "accepted"),
    "the_start_time_is_text": ("describing it fails", "Z"),
    "large_input_is_refused": (
        ["accepted", ""],
        ["ValidationException", "InvalidExecutionInput"],
    ),
    "an_early_callback_is_heard": ("FAILED", "SUCCEEDED"),
    "a_missed_heartbeat_has_its_name": ("States.Timeout", "States.HeartbeatTimeout"),
    "a_stale_token_is_refused": (["accepted", "InvalidToken"], ["InvalidOutput", "TaskTimedOut"]),
    "a_stop_keeps_its_reason": (["ABORTED", None, None], ["ABORTED", "Enough", "of this"]),
    "definitions_paths_and_clients_are_made_once": ([False] * 3, [True] * 3),
    "finished_threads_are_forgotten": (False, True),
    "the_end_of_an_execution_is_announced": ([], ["FAILED", "RUNNING"]),
    "nothing_catches_a_runtime_error": (["SUCCEEDED", None], ["FAILED", "States.Runtime"]),
    "a_refused_invocation_has_its_name": (
        ["FAILED", "Exception"],
        ["FAILED", "Lambda.ResourceNotFoundException"],
    ),
    "a_wildcard_catches_no_data_limit": (
        ["SUCCEEDED", None],
        ["FAILED", "States.DataLimitExceeded"],
    ),
    "a_service_renames_no_runtime_error": (["SUCCEEDED", None], ["FAILED", "States.Runtime"]),
    # The second half is the same choice behind IsPresent, which takes Default either way.
    "a_choice_on_a_missing_variable_fails": (
        ["SUCCEEDED", None, "SUCCEEDED", None],
        ["FAILED", "States.Runtime", "SUCCEEDED", None],
    ),
    "an_unmatched_choice_has_its_name": (
        ["FAILED", "States.Runtime"],
        ["FAILED", "States.NoChoiceMatched"],
    ),
    "a_rejected_definition_spoils_no_other": ("", "accepted"),
}


@pytest.fixture(scope="module")
def observations() -> dict[str, dict[str, Any]]:
    """What both runs saw; they run side by side, and apart from any stack of this process."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))
    }
    runs = {
        mode: subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, str(SCRIPT), mode],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        for mode in ("without", "with")
    }
    seen = {}
    for mode, process in runs.items():
        output, errors = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, errors.decode()
        seen[mode] = json.loads(output)
    return seen


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_there_without_the_repair(
    observations: dict[str, dict[str, Any]], fault: str
) -> None:
    assert observations["without"][fault] == FAULTS[fault][0]


@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_is_gone_with_the_repair(
    observations: dict[str, dict[str, Any]], fault: str
) -> None:
    assert observations["with"][fault] == FAULTS[fault][1]


def test_every_fault_that_is_shown_is_compared(
    observations: dict[str, dict[str, Any]],
) -> None:
    assert set(observations["with"]) == set(observations["without"]) == set(FAULTS)
