import pytest

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.patience import within
from handrail.domain.errors import UnavailableError


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def failing() -> str:
    message = "down"
    raise UnavailableError(message)


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        with pytest.raises(UnavailableError):
            breaker.call(failing)


def test_it_opens_after_failures_in_a_row_and_tries_again_later() -> None:
    clock = Clock()
    breaker = CircuitBreaker("it", clock, failures_max=3, open_seconds=30)
    fail(breaker, 3)
    assert breaker.is_open
    with pytest.raises(UnavailableError, match="left alone"):
        breaker.call(lambda: "not asked")
    clock.seconds += 30
    assert breaker.call(lambda: "back") == "back"
    assert not breaker.is_open


def test_a_failed_trial_opens_it_for_as_long_again() -> None:
    clock = Clock()
    breaker = CircuitBreaker("it", clock, failures_max=3, open_seconds=30)
    fail(breaker, 3)
    clock.seconds += 30
    fail(breaker, 1)
    clock.seconds += 29
    assert breaker.is_open


def test_a_success_in_between_forgets_failures() -> None:
    breaker = CircuitBreaker("it", Clock(), failures_max=3)
    fail(breaker, 2)
    breaker.call(lambda: "well")
    fail(breaker, 2)
    assert not breaker.is_open


def test_only_one_call_tries_while_others_are_refused() -> None:
    clock = Clock()
    breaker = CircuitBreaker("it", clock, failures_max=1, open_seconds=30)
    fail(breaker, 1)
    clock.seconds += 30

    def trial() -> bool:
        return breaker.is_open

    assert breaker.call(trial)
    assert not breaker.is_open


def test_our_own_errors_are_not_the_services() -> None:
    breaker = CircuitBreaker("it", Clock(), failures_max=1)
    with pytest.raises(ZeroDivisionError):
        breaker.call(lambda: 1 // 0)
    assert not breaker.is_open


def test_work_is_waited_for_and_its_errors_are_raised() -> None:
    assert within(5, "it", lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        within(5, "it", lambda: 1 // 0)
    with pytest.raises(UnavailableError):
        within(0, "it", lambda: 42)
