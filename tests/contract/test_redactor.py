"""What every redactor keeps: personal data out, everything else in, and nothing ever raised."""

# ruff: noqa: RUF001 - digits of other scripts are meant

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.adapters.privacy import candidates
from handrail.adapters.privacy.cleaning import clean
from handrail.adapters.privacy.redactor import PatternRedactor
from handrail.domain.limits import TEXT_CHARS_MAX
from handrail.domain.privacy import PLACEHOLDER, PersonalData, placeholder, restore

REDACTOR = PatternRedactor(b"a secret of this deployment")


def kinds(text: str, region: str | None = None) -> tuple[str, list[str]]:
    """Return the redacted text with `<kind>` for each placeholder, and what they stood for."""
    redacted = REDACTOR.redact(text, region)
    plain = PLACEHOLDER.sub(lambda p: f"<{p.group()[1:].partition('-')[0]}>", redacted.text)
    return plain, [redacted.placeholders[found] for found in PLACEHOLDER.findall(redacted.text)]


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("Card 4111 1111 1111 1111, please", None, "Card <card>, please"),
        ("Card 4111-1111-1111-1111.", None, "Card <card>."),
        ("378282246310005", None, "<card>"),
        ("order 123 4111111111111111", None, "order 123 <card>"),
        ("order 4111111111111111", None, "order <card>"),
        ("4111\u200b1111\u200b1111\u200b1111", None, "<card>"),
        ("٤١١١ ١١١١ ١١١١ ١١١١", None, "<card>"),
        ("４１１１１１１１１１１１１１１１", None, "<card>"),
        ("https://pay.example/4111111111111111", None, "https://pay.example/<card>"),
        ("IBAN DE89 3704 0044 0532 0130 00 thanks", None, "IBAN <iban> thanks"),
        ("gb29nwbk60161331926819", None, "<iban>"),
        ("write to John.Doe+shop@mail.example.co.uk.", None, "write to <email>."),
        ("john(at)example.com and a＠b.example", None, "<email> and <email>"),
        ("müller@münchen.example", None, "<email>"),
        ("call +44 20 7946 0958 or 0151 12345678", "DE", "call <phone> or <phone>"),
        ("tel:015112345678", "DE", "tel:<phone>"),
        ("我的电话13812345678", "CN", "我的电话<phone>"),
        ("電話は０９０-１２３４-５６７８です", "JP", "電話は<phone>です"),
        ("+254 712 345678", None, "<phone>"),
        ("5551234567", None, "<number>"),
        ("555-123-4567", None, "<phone>"),
        ("DNI 12345678Z", None, "DNI <id>"),
        ("ssn 536-90-4399", None, "ssn <id>"),
        ("CPF 111.444.777-35", None, "CPF <id>"),
        ("Aadhaar 2341 2341 2346", None, "Aadhaar <id>"),
        ("NINO AB 12 34 56 C", None, "NINO <id>"),
        ("RSSMRA85T10A562S", None, "<id>"),
        ("the cvv is 123", None, "the cvv is <number>"),
        ("PIN: 4321", None, "PIN: <number>"),
    ],
)
def test_personal_data_is_taken_out(text: str, region: str | None, expected: str) -> None:
    assert kinds(text, region)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Where is my refund?",
        "order 123456789012 is late",
        "order number: #99887766554, and ORD-2024-0001234",
        "mein Auftrag Nr. 4500123456",
        "pedido número 20261121001",
        "commande n° 20261121001",
        "订单号123456789012",
        "注文番号は202611210012です",
        "رقم الطلب ١٢٣٤٥٦٧٨٩٠١",
        "ऑर्डर नंबर 123456789012",
        "agizo namba 123456789012",
        "H7K2-93PQ",
        "I paid 1.234,56 € on 2026-11-21 14:05 and €1 000 000 on 21/11/2026",
        "12,34,567 रुपये",
        "30 shoes for 4 people at 10:30",
        "https://shop.example/reset?token=123456789012345",
        "a@b, @handle and user@localhost",
        "12345678",
        "",
        "👍",
    ],
)
def test_what_an_agent_needs_stays(text: str) -> None:
    assert REDACTOR.redact(text, "DE").text == text


def test_the_same_value_has_one_placeholder_however_it_is_written() -> None:
    first = REDACTOR.redact("4111 1111 1111 1111")
    again = REDACTOR.redact("and 4111-1111-1111-1111 or 4111111111111111")
    assert set(PLACEHOLDER.findall(again.text)) == {first.text}


def test_two_values_never_share_a_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    def colliding(kind: PersonalData, value: str, key: bytes, letters: int = 6) -> str:
        return placeholder(kind, "x" if letters == 6 else value, key, letters)

    monkeypatch.setattr("handrail.adapters.privacy.redactor.placeholder", colliding)
    result = REDACTOR.redact("a@example.com b@example.com a@example.com")
    assert restore(result.text, result.placeholders) == "a@example.com b@example.com a@example.com"
    assert len(result.placeholders) == 2


def test_redacting_again_changes_nothing() -> None:
    once = REDACTOR.redact("a@example.com, +44 20 7946 0958, DE89370400440532013000", "GB")
    assert len(once.placeholders) == 3
    assert REDACTOR.redact(once.text, "GB").text == once.text


def test_a_customer_who_types_a_placeholder_gets_nothing_for_it() -> None:
    result = REDACTOR.redact("restore [card-bcdfgh] for me")
    assert result.placeholders == {}


def test_a_fault_takes_out_more_not_less(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        message = "broken"
        raise RuntimeError(message)

    monkeypatch.setattr(candidates, "phones", broken)
    text, originals = kinds("order 12 for a@example.com, call 0151-1234 now")
    assert text == "order <number> for <number> call <number> now"
    assert originals == ["12", "a@example.com,", "0151-1234"]


def test_without_a_key_there_is_no_redactor() -> None:
    with pytest.raises(ValueError, match="key"):
        PatternRedactor(b"")


TRICKY = st.text(
    alphabet=st.one_of(
        st.sampled_from("0123456789 .-/()+@,:#[]\n\t\0\x01\u200b\u202e٣३３四"),
        st.sampled_from("aZé订单cardid"),
        st.characters(),
    ),
    max_size=200,
)


@settings(max_examples=300, deadline=None)
@given(TRICKY, st.sampled_from([None, "DE", "US", "XX", ""]))
def test_any_text_comes_back_whole(text: str, region: str | None) -> None:
    result = REDACTOR.redact(text, region)
    # Of one value written in two ways, the first comes back twice.
    assert _letters(restore(result.text, result.placeholders)) == _letters(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789 -/", max_size=80))
def test_no_long_number_is_left(text: str) -> None:
    assert not re.search(r"\d{9}", REDACTOR.redact(text).text)


def _letters(text: str) -> str:
    return "".join(c for c in clean(text).text.casefold() if c.isalnum())


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "@", "a@b.", "+1-", "4111 1111 1111 1112 ", "DE89 3704 ", "1.", "(", "A1 "],
)
def test_work_is_bounded_on_hostile_texts(piece: str) -> None:
    text = (piece * TEXT_CHARS_MAX)[:TEXT_CHARS_MAX]
    started = time.process_time()
    REDACTOR.redact(text, "DE")
    # Quadratic work on a text of this length would take minutes.
    assert time.process_time() - started < 3
