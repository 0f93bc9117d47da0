"""The plan of faults: seeded, and every kind has its turn."""

from handrail_ops.replay.faults.plan import CALL_RATES, Fault, Outage, outage_at


def test_every_service_is_away_once_a_round_and_between_them_all_is_well() -> None:
    seen = [outage_at(1, second / 2) for second in range(2 * 9 * len(Outage))]
    assert set(seen) == {*Outage, None}
    assert seen.count(None) > len(seen) // 2
    assert outage_at(1, -1.0) is None


def test_the_order_follows_from_the_seed() -> None:
    def order(seed: int) -> list[Outage | None]:
        return [outage_at(seed, 9.0 * period) for period in range(3 * len(Outage))]

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_every_fault_of_a_call_has_a_rate() -> None:
    assert set(CALL_RATES) == set(Fault) - {Fault.ANSWER_LOST_BELOW}
    assert 0 < sum(CALL_RATES.values()) < 0.1
