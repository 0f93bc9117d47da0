"""Groups of records: side by side, patient with what passes, honest about what failed."""

from collections.abc import Sequence

from handrail.adapters.aws.sqs_events import Patience, Record, handle_each
from handrail.domain.errors import MalformedRequestError, UnavailableError


def record(group: str, number: int = 1) -> Record:
    return Record(f"{group}-{number}", group, {}, 1, "arn")


def patience(left: float = 60.0) -> tuple[Patience, list[float]]:
    slept: list[float] = []
    return Patience(lambda: left, 10.0, (0.2, 1.0), slept.append), slept


def failing(errors: list[Exception]) -> tuple[object, list[str]]:
    seen: list[str] = []

    def handle(records: Sequence[Record]) -> None:
        seen.append(records[0].group)
        if errors:
            raise errors.pop(0)

    return handle, seen


def test_what_fails_for_a_moment_is_tried_again_at_once() -> None:
    handle, seen = failing([UnavailableError("throttled"), UnavailableError("throttled")])
    patient, slept = patience()
    result = handle_each({"a": [record("a")]}, handle, patient)  # type: ignore[arg-type]
    assert result == {"batchItemFailures": []}
    assert seen == ["a", "a", "a"]
    assert slept == [0.2, 1.0]


def test_what_keeps_failing_goes_back_to_the_queue() -> None:
    handle, seen = failing([UnavailableError("away")] * 9)
    patient, _ = patience()
    result = handle_each({"a": [record("a", 1), record("a", 2)]}, handle, patient)  # type: ignore[arg-type]
    assert [one["itemIdentifier"] for one in result["batchItemFailures"]] == ["a-1", "a-2"]
    assert len(seen) == 3


def test_what_cannot_pass_is_not_tried_again() -> None:
    handle, seen = failing([MalformedRequestError("never")] * 9)
    patient, slept = patience()
    handle_each({"a": [record("a")]}, handle, patient)  # type: ignore[arg-type]
    assert (len(seen), slept) == (1, [])


def test_nothing_is_begun_that_there_is_no_time_for() -> None:
    handle, seen = failing([UnavailableError("away")] * 9)
    patient, slept = patience(left=10.1)
    handle_each({"a": [record("a")]}, handle, patient)  # type: ignore[arg-type]
    assert (len(seen), slept) == (1, [])


def test_one_groups_trouble_is_not_anothers() -> None:
    def handle(records: Sequence[Record]) -> None:
        if records[0].group == "a":
            message = "away"
            raise UnavailableError(message)

    patient, _ = patience()
    result = handle_each({"a": [record("a")], "b": [record("b")]}, handle, patient)
    assert [one["itemIdentifier"] for one in result["batchItemFailures"]] == ["a-1"]
