"""What a stored conversation says of its requests, and what many of them come to."""

from dataclasses import replace

import pytest

from handrail.application.protocol_ports import SentRow
from handrail.application.reconcile import Request, Story
from handrail.domain.conversation import Conversation
from handrail.domain.decision import Decision, Ending
from handrail.domain.delivery import Speaker
from handrail.domain.escalation import check_lease, keep_promise
from handrail.domain.outbox import PromiseKind, State
from handrail.domain.promises import Promises
from handrail.domain.synthetic import CANARY_ACCOUNT
from handrail_ops.report.cases import Case, Delivered, Kept, cases_of, delivered, is_real
from handrail_ops.report.figures import Share, percentile, report_of
from handrail_ops.report.show import duration
from support.stores import (
    ID,
    NOW,
    answered,
    asked,
    claimed,
    fresh,
    message,
    resolved,
    says,
    seen,
)

PROMISES = Promises()
REQUEST = Request(1, "ABCD-EFGH", "asked", "en", "direct", NOW)


def sent(*decisions: Decision, state: State = State.DELIVERED) -> tuple[SentRow, ...]:
    return tuple(SentRow(replace(row, state=state)) for one in decisions for row in one.outbox)


def case(*decisions: Decision, request: Request = REQUEST) -> Case:
    after: Conversation = decisions[-1].after
    (only,) = cases_of(Story(ID, after, (), sent(*decisions), (request,)), 60)
    return only


def promise(story: Case) -> list[bool | None]:
    return [one.is_kept(NOW + 1_000_000) for one in story.promises]


ASK = asked(fresh(), [message()])


def test_a_request_is_reached_by_a_delivered_word_of_a_person() -> None:
    claim = claimed(ASK.after, now=NOW + 20)
    word = says(claim.after, now=NOW + 45)
    assert case(ASK, claim).reached_at is None
    reached = case(ASK, claim, word)
    assert (reached.reached_at, reached.reached_seconds) == (NOW + 45, 45.0)
    undelivered = Story(ID, word.after, (), sent(word, state=State.PENDING), (REQUEST,))
    assert next(cases_of(undelivered, 60)).reached_at is None


def test_a_person_at_another_console_counts_when_nobody_claimed() -> None:
    ended = replace(REQUEST, ending=Ending.ANSWERED, ended_at=NOW + 33)
    assert case(ASK, request=ended).reached_seconds == 33
    assert case(ASK, request=replace(ended, claimed_at=NOW + 5)).reached_seconds is None
    assert case(ASK, request=replace(ended, ending=Ending.WITHDRAWN)).reached_seconds is None


def test_a_promise_is_kept_by_news_a_claim_or_the_end() -> None:
    due = NOW + PROMISES.pickup_seconds
    for moment, kept in ((due, True), (due + 60, True), (due + 61, False)):
        news = keep_promise(ASK.after, moment, PROMISES)
        assert news is not None
        assert promise(case(ASK, news))[0] is kept, moment
        assert promise(case(ASK, request=replace(REQUEST, claimed_at=moment)))[0] is kept
        ended = replace(REQUEST, ending=Ending.WITHDRAWN, ended_at=moment)
        assert promise(case(ASK, request=ended))[0] is kept


def test_a_promise_that_was_only_said_again_is_not_news() -> None:
    again = asked(ASK.after, [message("e2", 2)], NOW + 30)
    story = case(ASK, again)
    assert len(story.promises) == 1
    assert story.promises[0].news_at is None


def test_a_promise_whose_time_is_not_over_is_neither() -> None:
    (kept,) = case(ASK).promises
    assert kept.is_kept(kept.due_at + 60) is None
    assert kept.is_kept(kept.due_at + 61) is False


def test_a_promise_for_an_opening_has_the_pickups_time_more() -> None:
    (row,) = ASK.outbox
    assert row.promise is not None
    later = replace(row, promise=replace(row.promise, kind=PromiseKind.OPENING))
    rows = (SentRow(replace(later, state=State.DELIVERED)),)
    (one,) = cases_of(Story(ID, ASK.after, (), rows, (REQUEST,)), 90)
    assert one.promises[0].due_at == row.promise.at + 90


def test_a_lost_agents_new_promise_is_one_of_its_own() -> None:
    claim = claimed(ASK.after)
    lost = check_lease(claim.after, NOW + 500, PROMISES)
    assert lost is not None
    first = replace(REQUEST, claimed_at=NOW)
    assert promise(case(ASK, claim, lost, request=first)) == [True, False]
    again = claimed(lost.after, "agent-2", NOW + 530)
    assert promise(case(ASK, claim, lost, again, request=first)) == [True, True]


def test_offers_are_counted_where_they_were_delivered() -> None:
    claim = claimed(ASK.after)
    story = Story(ID, ASK.after, (), sent(ASK, claim, says(claim.after)))
    assert delivered([story]) == Delivered(2, 2)
    assert all(one.row.speaker is not Speaker.AGENT for one in story.rows[:2])
    pending = replace(story, rows=sent(ASK, state=State.PENDING))
    assert delivered([pending]) == Delivered(0, 0)


def test_the_canary_is_nobody() -> None:
    assert is_real(Story(ID, fresh()))
    assert is_real(Story(ID, None))
    assert not is_real(Story(ID, replace(fresh(), account=CANARY_ACCOUNT)))


def test_a_resolved_request_is_told_whole() -> None:
    claim = claimed(ASK.after, now=NOW + 10)
    look = seen(claim.after, now=NOW + 11)
    word = says(look.after, now=NOW + 12)
    end = resolved(word.after, now=NOW + 60)
    ended = replace(REQUEST, claimed_at=NOW + 10, ending=Ending.ANSWERED, ended_at=NOW + 60)
    told = case(answered(fresh(), [message("e0", 0)]), ASK, claim, look, word, end, request=ended)
    assert (told.reference, told.ending, told.reached_seconds) == ("ABCD-EFGH", "answered", 12.0)
    assert promise(told) == [True]


# ---------------------------------------------------------------- figures


def simple(
    seconds: float | None, *, ending: str = "answered", ended: float | None = None, **more: str
) -> Case:
    reached = None if seconds is None else NOW + seconds
    told = {"language": "en", "channel": "direct", **more}
    return Case(
        conversation=ID,
        number=1,
        reference=f"R-{seconds}",
        channel=told["channel"],
        language=told["language"],
        reason="asked",
        asked_at=NOW,
        claimed_at=None,
        reached_at=reached,
        ended_at=None if ended is None else NOW + ended,
        ending=ending,
        promises=(),
    )


@pytest.mark.parametrize(
    ("cases", "now", "share"),
    [
        ([simple(180)], NOW + 200, Share(1, 1)),
        ([simple(181)], NOW + 200, Share(0, 1)),
        ([simple(None, ending="open")], NOW + 179, Share(0, 0)),
        ([simple(None, ending="open")], NOW + 180, Share(0, 1)),
        ([simple(None, ending="withdrawn", ended=20)], NOW + 900, Share(0, 0)),
        ([simple(None, ending="withdrawn", ended=400)], NOW + 900, Share(0, 1)),
        ([simple(5), simple(None, ending="unreachable", ended=50)], NOW + 900, Share(1, 2)),
    ],
)
def test_whose_time_has_not_come_is_not_in_the_share(
    cases: list[Case], now: float, share: Share
) -> None:
    assert report_of(cases, Delivered(), now, 180).all.reached == share


def test_groups_endings_and_the_longest_wait() -> None:
    cases = [
        simple(10),
        simple(20, language="es"),
        simple(400, language="es", channel="web"),
        simple(None, ending="open"),
    ]
    told = report_of(cases, Delivered(9, 9), NOW + 300, 180)
    assert list(told.groups) == [("en", "direct"), ("es", "direct"), ("es", "web")]
    assert told.endings == {"answered": 3, "open": 1}
    assert told.longest is not None
    assert told.longest.reference == "R-400"
    assert told.all.longest == 400
    assert told.all.percentiles == (20, 400, 400)
    assert told.groups["en", "direct"].requests == 2
    assert told.offers.percent == 100


def test_a_broken_promise_names_its_case() -> None:
    broken = replace(simple(10), promises=(Kept(NOW, NOW + 60, NOW + 121),))
    kept = replace(simple(20), promises=(Kept(NOW, NOW + 60, NOW + 120),))
    told = report_of([broken, kept], Delivered(), NOW + 500, 180)
    assert told.late == (broken,)
    assert told.all.promises == Share(1, 2)


def test_nothing_is_no_share() -> None:
    told = report_of([], Delivered(), NOW, 180)
    assert (told.all.requests, told.all.reached.percent, told.longest) == (0, None, None)


def test_percentiles_are_values_that_were_there() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert percentile([7.0], 0.99) == 7
    assert percentile([], 0.5) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "-"),
        (0.26, "0.3 s"),
        (30, "30 s"),
        (180, "3 min"),
        (95, "1 min 35 s"),
        (3_700, "1 h 1 min"),
    ],
)
def test_durations_are_said_as_people_do(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said
