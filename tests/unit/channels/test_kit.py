"""What every messenger is built from: signatures, accounts, reading, sending."""

# ruff: noqa: RUF001 - letters of other scripts are meant

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.adapters.channels.direct import (
    CallbackAnswer,
    CallbackNotSentError,
    CallbackRefusedError,
    CallbackUnansweredError,
)
from handrail.adapters.channels.kit.accounts import Account, AccountBook, read_book
from handrail.adapters.channels.kit.hmac_signature import (
    as_base64,
    check,
    check_fresh,
    check_shared,
    sign,
)
from handrail.adapters.channels.kit.plain import directed, isolated, unformatted
from handrail.adapters.channels.kit.reading import a_time, an_id, inbound, said, stand_in_id
from handrail.adapters.channels.kit.sending import (
    exchange,
    judge,
    retry_after_seconds,
    send_parts,
    verdicts,
)
from handrail.adapters.channels.signing import SharedSecret
from handrail.domain.delivery import (
    Delivered,
    Delivery,
    Permanent,
    Retry,
    Unknown,
    WindowClosed,
)
from handrail.domain.errors import ForgedRequestError
from handrail.domain.message import Kind, Sender
from handrail.domain.phrases import Direction
from support.channel_bench import Provider, answered
from support.channel_samples import NOW, outbound

BODY = b'{"text":"\\u0645"}'


class TestSignatures:
    def test_they_are_what_openssl_makes(self) -> None:
        expected = hmac.new(b"k", BODY, hashlib.sha256)
        assert sign(b"k", BODY) == expected.hexdigest()
        encoded = base64.b64encode(expected.digest()).decode()
        assert sign(b"k", BODY, encode=as_base64) == encoded

    def test_the_current_and_the_previous_key_open(self) -> None:
        for key in (b"new", b"old"):
            check([b"new", b"old"], [BODY], sign(key, BODY), header="X")

    @pytest.mark.parametrize(
        ("keys", "offered"),
        [
            ([], sign(b"k", BODY)),
            ([b"k"], None),
            ([b"k"], ""),
            ([b"k"], sign(b"other", BODY)),
            ([b"k"], sign(b"k", BODY).upper()),
            ([b"k"], sign(b"k", BODY)[:-1]),
            ([b"k"], "\u00e9\ud800"),
        ],
    )
    def test_anything_else_does_not(self, keys: Sequence[bytes], offered: str | None) -> None:
        with pytest.raises(ForgedRequestError):
            check(keys, [BODY], offered, header="X")

    def test_a_shared_secret_is_compared_as_it_is(self) -> None:
        check_shared([b"a", b"b"], "b", header="X")
        for keys, offered in (([], "b"), ([b"a"], None), ([b"a"], "ab"), ([b""], "x")):
            with pytest.raises(ForgedRequestError):
                check_shared(keys, offered, header="X")

    @pytest.mark.parametrize("stamp", [None, "", "x", "-5", "1e9", "٣", str(int(NOW) - 301)])
    def test_an_old_or_unreadable_time_does_not_open(self, stamp: str | None) -> None:
        with pytest.raises(ForgedRequestError):
            check_fresh(stamp, NOW, window_seconds=300, header="X")

    def test_a_near_time_opens(self) -> None:
        check_fresh(str(int(NOW) + 299), NOW, window_seconds=300, header="X")


class TestAccounts:
    BOOK = json.dumps({"sms": {"1": {"token": "new", "number": 7}, "2": {"token": " "}}})

    def test_a_secret_keeps_the_one_before_it_good(self) -> None:
        before = json.dumps({"sms": {"1": {"token": "old"}}})
        book = AccountBook(lambda: SharedSecret(self.BOOK, before))
        account = book("sms", "1")
        assert account is not None
        assert account.keys("token") == (b"new", b"old")
        assert account.get("number") == "7"
        assert book("sms", "2") == Account("2", {"token": " "}, {})
        assert Account("2", {"token": " "}).keys("token") == ()

    def test_a_value_may_name_the_one_before_it(self) -> None:
        account = Account("1", {"token": "c", "token_previous": "b"}, {"token": "a"})
        assert account.keys("token") == (b"c", b"b", b"a")

    def test_nobody_is_there_who_is_not_configured(self) -> None:
        book = AccountBook(lambda: None)
        assert book("sms", "1") is None

    def test_a_changed_secret_is_read_again(self) -> None:
        secrets = [SharedSecret("{}"), SharedSecret(self.BOOK)]
        book = AccountBook(lambda: secrets[0])
        assert book("sms", "1") is None
        secrets.pop(0)
        assert book("sms", "1") is not None

    def test_an_account_that_was_just_put_there_is_found(self) -> None:
        asked: list[str] = []

        def renewed() -> SharedSecret:
            asked.append("again")
            return SharedSecret(self.BOOK)

        book = AccountBook(lambda: SharedSecret("{}"), renewed)
        assert book("sms", "1") is not None
        assert book("sms", "9") is None
        assert asked == ["again"] * 2

    @pytest.mark.parametrize(
        "text", ["", "x", "[]", '{"sms": 1}', '{"sms": {"1": 2}}', '{"sms": {"1": {"a": []}}}']
    )
    def test_a_slip_closes_one_account_and_never_raises(self, text: str) -> None:
        book = read_book(text)
        assert book.get("sms", {}).get("1", {}) == {}

    def test_no_secret_shows_when_an_account_is_printed(self) -> None:
        assert "new" not in repr(Account("1", {"token": "new"}, {"token": "new"}))


class TestReading:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            (1_800_000_000, 1.8e9),
            (1_800_000_000_000, 1.8e9),
            ("1800000000", 1.8e9),
            ("1800000000000", 1.8e9),
            ("2027-01-15T08:00:00+0000", 1.8e9),
            (1_800_000_000.5, 1_800_000_000.5),
            (None, None),
            (True, None),
            (-5, None),
            ("", None),
            ("x-y", None),
            ("nan", None),
            (float("inf"), None),
            ([], None),
        ],
    )
    def test_a_time_is_read_however_it_is_written(
        self, value: object, seconds: float | None
    ) -> None:
        assert a_time(value) == seconds

    def test_an_id_may_be_a_number(self) -> None:
        assert an_id(4977069964384421269) == "4977069964384421269"
        others: list[object] = [True, None, "", "a b", "a\n", 1.5, []]
        assert [an_id(one) for one in others] == [None] * 7

    def test_details_are_clean_lines_without_what_is_not_there(self) -> None:
        assert said(a=" x\ny\u202e ", b="", c=None, d=0.5, e=True, f=[], g="\x00") == {
            "a": "x y",
            "d": "0.5",
            "e": "true",
        }

    def test_something_without_an_id_gets_the_same_one_again(self) -> None:
        assert stand_in_id({"a": 1, "b": 2}) == stand_in_id({"b": 2, "a": 1})
        assert stand_in_id({"a": 1}) != stand_in_id({"a": 2})
        deep: object = {}
        for _ in range(2_000):
            deep = {"a": deep}
        assert stand_in_id(deep)

    def test_a_message_is_never_later_than_its_arrival(self) -> None:
        message = inbound(
            channel="c",
            account="a",
            event_id="e",
            sender=Sender(("s",)),
            kind=Kind.TEXT,
            received_at=NOW,
            occurred_at=NOW + 60,
            text="x" * 20_000,
        )
        assert (message.occurred_at, message.position) == (NOW, int(NOW * 1000))
        assert message.details == {"original_chars": "20000"}


class TestPlainText:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("*bold*", "*\u2060bold*"),
            ("a _word_ b", "a _\u2060word_ b"),
            ("**very** ~no~", "**\u2060very** ~\u2060no~"),
            ("`code`", "`\u2060code`"),
            ("2*3*4", "2*3*4"),
            ("snake_case_name", "snake_case_name"),
            ("5 * 3 and 2 * 4", "5 * 3 and 2 * 4"),
            ("one *star", "one *star"),
            ("*over\nlines*", "*over\nlines*"),
            ("https://a.example/_x_/*y*", "https://a.example/_x_/*y*"),
        ],
    )
    def test_no_marker_formats_by_accident(self, text: str, shown: str) -> None:
        assert unformatted(text) == shown

    @given(st.text())
    def test_nothing_but_joiners_is_added(self, text: str) -> None:
        assert unformatted(text).replace("\u2060", "") == text.replace("\u2060", "")

    @pytest.mark.parametrize(
        ("text", "direction", "shown"),
        [
            ("ABC طلبك", Direction.RIGHT_TO_LEFT, "\u200fABC طلبك"),
            ("طلبك ABC", Direction.RIGHT_TO_LEFT, "طلبك ABC"),
            ("12 طلبك", Direction.RIGHT_TO_LEFT, "12 طلبك"),
            ("\u2068ABC\u2069 طلبك", Direction.RIGHT_TO_LEFT, "\u200f\u2068ABC\u2069 طلبك"),
            ("مرحبا is hello", Direction.LEFT_TO_RIGHT, "\u200eمرحبا is hello"),
            ("hello\nABC", Direction.LEFT_TO_RIGHT, "hello\nABC"),
            ("طلب\nABC", Direction.RIGHT_TO_LEFT, "طلب\n\u200fABC"),
            ("", Direction.RIGHT_TO_LEFT, ""),
        ],
    )
    def test_a_line_runs_as_its_language_does(
        self, text: str, direction: Direction, shown: str
    ) -> None:
        assert directed(text, direction) == shown

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("رقم الطلب 40-2231-B.", "رقم الطلب [40-2231-B]."),
            ("يوم 2026-11-22 الساعة 10:30", "يوم [2026-11-22] الساعة 10:30"),
            ("هاتف +49 30 1234567 اليوم", "هاتف [+49 30 1234567] اليوم"),
            ("+1 (555) 010-9999.", "[+1 (555) 010-9999]."),
            ("כן 030 1234567", "כן [030 1234567]"),
            ("4111 1111 1111 1111", "[4111 1111 1111 1111]"),
            ("رمز ABC-12/7، ثم #4711-x", "رمز [ABC-12/7]، ثم [#4711-x]"),
            ("من 5-7 أيام، 24/7", "من 5-7 أيام، 24/7"),
            ("سعر 3.5 و 1,000 v1.2", "سعر 3.5 و 1,000 v1.2"),
            ("https://a.example/1-2 bob-2@a-1.example", "https://a.example/1-2 bob-2@a-1.example"),
            ("iPhone 15 Pro, e-mail", "iPhone 15 Pro, e-mail"),
            ("\u2068R-4821\u2069", "\u2068R-4821\u2069"),
        ],
    )
    def test_a_number_keeps_its_order_from_right_to_left(self, text: str, shown: str) -> None:
        marked = shown.replace("[", "\u2066").replace("]", "\u2069")
        assert isolated(text, Direction.RIGHT_TO_LEFT) == marked
        assert isolated(text, Direction.LEFT_TO_RIGHT) == text

    @given(st.text("ab09-/+#@ .:\u2066\u2069א"))
    def test_nothing_but_marks_around_numbers_is_added(self, text: str) -> None:
        found = isolated(text, Direction.RIGHT_TO_LEFT)
        without = found.replace("\u2066", "").replace("\u2069", "")
        assert without == text.replace("\u2066", "").replace("\u2069", "")


ERRORS = verdicts(
    retry={4: 60.0},
    permanent=[100],
    window=[131047],
    unknown=[7],
    misconfigured=[190],
    accepted=["duplicate"],
)


class TestSending:
    @pytest.mark.parametrize(
        ("status", "codes", "headers", "outcome"),
        [
            (400, [4], {}, Retry(60.0)),
            (400, [4], {"retry_after": "7"}, Retry(7.0)),
            (400, [None, 100], {}, Permanent("code_100")),
            (400, [999, 131047], {}, WindowClosed()),
            (400, [7], {}, Unknown()),
            (400, [190], {}, Retry(60.0)),
            (409, ["duplicate"], {}, Delivered(())),
            (400, [999], {}, Permanent("code_999")),
            (400, [], {}, Permanent("status_400")),
            (301, [], {}, Permanent("status_301")),
            (429, [999], {}, Retry(5.0)),
            (429, [], {"retry_after": "30"}, Retry(30.0)),
            (503, [], {"retry_after": "99999"}, Retry(3_600.0)),
            (500, [], {}, Retry(5.0)),
            (502, [], {}, Unknown()),
            (401, [], {}, Retry(60.0)),
        ],
    )
    def test_a_refusal_is_sorted(
        self,
        status: int,
        codes: Sequence[int | str | None],
        headers: dict[str, str],
        outcome: Delivery,
    ) -> None:
        assert judge(answered(status, {}, **headers), codes, ERRORS, NOW) == outcome

    def test_retry_after_may_be_a_date(self) -> None:
        date = "Fri, 15 Jan 2027 08:00:30 GMT"
        assert retry_after_seconds({"retry-after": date}, NOW) == 30.0
        assert retry_after_seconds({"retry-after": "soon"}, NOW) is None
        assert retry_after_seconds({}, NOW) is None

    @pytest.mark.parametrize(
        ("error", "outcome"),
        [
            (CallbackNotSentError("x"), Retry(5.0)),
            (CallbackUnansweredError("x"), Unknown()),
            (CallbackRefusedError("x"), Permanent("address_refused")),
        ],
    )
    def test_what_is_not_answered_is_an_outcome(self, error: Exception, outcome: Delivery) -> None:
        provider = Provider(answered(200, {}), answers=[error])
        assert exchange(provider, "POST", "https://a.example", {}) == outcome
        assert isinstance(exchange(provider, "POST", "https://a.example", {}), CallbackAnswer)

    def test_parts_go_on_behind_what_was_taken(self) -> None:
        sent: list[int] = []
        answers: list[Delivery] = [Delivered(("a",)), Unknown()]

        def send_one(index: int, _part: str) -> Delivery:
            sent.append(index)
            return answers.pop(0)

        first = send_parts(outbound(), ["1", "2", "3"], send_one)
        assert first == Unknown(taken=("a",))
        answers = [Retry(9.0)]
        second = send_parts(outbound(taken=("a",)), ["1", "2", "3"], send_one)
        assert second == Retry(9.0, taken=("a",))
        answers = [Delivered(("b",)), Delivered(())]
        third = send_parts(outbound(taken=("a",)), ["1", "2", "3"], send_one)
        assert third == Delivered(("a", "b", "key-7/2"))
        assert sent == [0, 1, 1, 1, 2]

    def test_a_refused_part_refuses_the_message(self) -> None:
        refused = send_parts(outbound(), ["1", "2"], lambda _i, _p: Permanent("no"))
        assert refused == Permanent("no")
