"""What every translator keeps, over real HTTP on loopback: in time, one's own text, or refused."""

# ruff: noqa: RUF001 - brackets and digits of other scripts are meant

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from deep_translator import google

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.translation.none import NoTranslator
from handrail.adapters.translation.services import Access, Service
from handrail.adapters.translation.transport import REPLY_BYTES_MAX, Reply
from handrail.adapters.translation.web_services import WebTranslator
from handrail.domain.errors import SettingsError, UnavailableError
from support.translator_server import TranslatorServer, translator_server

KEY = "a-key-that-belongs-in-a-header:fx"
PATHS = {
    Service.GOOGLE: "/m",
    Service.DEEPL: "/v2",
    Service.MICROSOFT: "/microsoft",
    Service.LIBRE: "/libre",
}
every_service = pytest.mark.parametrize("service", Service)


class RealClock:
    def now(self) -> float:
        return time.time()


@pytest.fixture
def server() -> Iterator[TranslatorServer]:
    with translator_server() as started:
        yield started


def translator(
    server: TranslatorServer, service: Service, breaker: CircuitBreaker | None = None
) -> WebTranslator:
    access = Access(key=KEY, region="westeurope", url=server.url + PATHS[service])
    return WebTranslator(RealClock(), service, access, breaker)


def translate(
    server: TranslatorServer,
    service: Service,
    text: str,
    *,
    source: str | None = "en",
    target: str = "de",
    seconds: float = 5,
) -> str:
    made = translator(server, service)
    return made.translate(text, source, target, time.time() + seconds)


@every_service
def test_a_text_is_translated_line_by_line(server: TranslatorServer, service: Service) -> None:
    text = "Hello there & <you>.\n\n 👍 \nHow are you? I am fine."
    assert translate(server, service, text) == (
        "HELLO THERE & <YOU>.\n\n👍\nHOW ARE YOU? I AM FINE."
    )
    assert len(server.requests) == 2


@every_service
@pytest.mark.parametrize("text", ["", "  ", "👍", "12:30", "!?"])
def test_what_has_no_words_is_not_sent(
    server: TranslatorServer, service: Service, text: str
) -> None:
    assert translate(server, service, text) == text
    assert server.requests == []


@every_service
def test_the_same_language_is_not_sent(server: TranslatorServer, service: Service) -> None:
    assert translate(server, service, "Hallo", source="de") == "Hallo"
    assert server.requests == []


@every_service
@pytest.mark.parametrize(
    ("source", "target", "google", "deepl", "microsoft", "libre"),
    [
        ("en", "zh-Hans", "en zh-CN", "EN ZH-HANS", "en zh-Hans", "en zh"),
        ("zh-Hant", "en", "zh-TW en", "ZH EN-US", "zh-Hant en", "zt en"),
        ("en", "pt-BR", "en pt", "EN PT-BR", "en pt", "en pt"),
        (None, "he", "auto iw", "- HE", "- he", "auto he"),
        ("nb", "fil", "no tl", "NB TL", "nb fil", "nb tl"),
        ("sr-Latn", "sw", "sr sw", "SR SW", "sr-Latn sw", "sr sw"),
    ],
)
def test_each_service_is_told_its_own_names_of_languages(
    server: TranslatorServer,
    service: Service,
    source: str | None,
    target: str,
    google: str,
    deepl: str,
    microsoft: str,
    libre: str,
) -> None:
    translate(server, service, "Hello", source=source, target=target)
    (asked,) = server.requests
    told = {
        Service.GOOGLE: (asked.query.get("sl", "-"), asked.query.get("tl"), google),
        Service.DEEPL: (asked.form.get("source_lang", "-"), asked.form.get("target_lang"), deepl),
        Service.MICROSOFT: (asked.query.get("from", "-"), asked.query.get("to"), microsoft),
        Service.LIBRE: (asked.form.get("source", "-"), asked.form.get("target"), libre),
    }
    first, second, expected = told[service]
    assert f"{first} {second}" == expected


@every_service
def test_keys_stay_out_of_addresses(server: TranslatorServer, service: Service) -> None:
    translate(server, service, "Hello secret")
    (asked,) = server.requests
    assert KEY not in str(asked.query)
    if service is not Service.GOOGLE:
        assert "secret" not in str(asked.query)
    if service is Service.DEEPL:
        assert asked.method == "POST"
        assert asked.headers["authorization"] == f"DeepL-Auth-Key {KEY}"
        assert KEY not in asked.body
    if service is Service.MICROSOFT:
        assert asked.headers["ocp-apim-subscription-key"] == KEY
        assert asked.headers["ocp-apim-subscription-region"] == "westeurope"


@every_service
def test_placeholders_come_back_as_they_were(server: TranslatorServer, service: Service) -> None:
    text = "Send [71] to [email-bcdfgh], then [card-bcdfgh] and [email-bcdfgh]."
    assert translate(server, service, text) == (
        "SEND [71] TO [email-bcdfgh], THEN [card-bcdfgh] AND [email-bcdfgh]."
    )
    sent = str(server.requests[0].query) + server.requests[0].body
    assert "bcdfgh" not in sent


@pytest.mark.parametrize(
    "garble",
    [
        lambda text: text.replace("[71]", "71"),
        lambda text: text.replace("[71]", "[71] [71]"),
        lambda text: text.replace("[71]", "[72]"),
        lambda text: text + " [card-1]",
    ],
    ids=["lost", "doubled", "swapped", "invented"],
)
def test_a_lost_or_altered_placeholder_is_no_translation(
    server: TranslatorServer, garble: object
) -> None:
    server.translate = garble  # type: ignore[assignment]
    with pytest.raises(UnavailableError):
        translate(server, Service.GOOGLE, "Write to [email-bcdfgh].")


def test_a_placeholder_in_other_brackets_and_digits_is_put_back(server: TranslatorServer) -> None:
    server.translate = lambda _: "إلى ［ ٧١ ］"
    assert translate(server, Service.GOOGLE, "To [email-bcdfgh]") == "إلى [email-bcdfgh]"


@every_service
@pytest.mark.parametrize("status", [302, 400, 403, 404, 429, 456, 500, 503])
def test_a_refusal_is_unavailable_and_tells_no_secret(
    server: TranslatorServer, service: Service, status: int
) -> None:
    server.status, server.raw = status, f'{{"error": "{KEY}"}}'.encode()
    with pytest.raises(UnavailableError) as caught:
        translate(server, service, "Hello")
    assert KEY not in str(caught.value)


@every_service
@pytest.mark.parametrize(
    "raw", [b"", b"{", b"null", b"[]", b"<html>captcha</html>", b"\xff\xfe", b"x" * 2_000_000]
)
def test_rubbish_is_unavailable(server: TranslatorServer, service: Service, raw: bytes) -> None:
    server.raw = raw
    with pytest.raises(UnavailableError):
        translate(server, service, "Hello")


@every_service
def test_a_reply_of_any_size_is_not_read_to_its_end(
    server: TranslatorServer, service: Service
) -> None:
    server.padding = b" " * REPLY_BYTES_MAX
    with pytest.raises(UnavailableError):
        translate(server, service, "Hello")


@every_service
def test_no_text_is_sent_on_to_where_a_service_points(
    server: TranslatorServer, service: Service
) -> None:
    server.redirects = 1
    with pytest.raises(UnavailableError):
        translate(server, service, "Hello")
    assert len(server.requests) == 1


@every_service
@pytest.mark.parametrize(
    "answer", ["", " ", "x" * 5_000, "This came back as it was sent."], ids=lambda a: a[:8]
)
def test_what_cannot_be_a_translation_is_unavailable(
    server: TranslatorServer, service: Service, answer: str
) -> None:
    server.translate = lambda _: answer
    with pytest.raises(UnavailableError):
        translate(server, service, "This came back as it was sent.")


@every_service
def test_a_service_that_hangs_is_left_at_the_deadline(
    server: TranslatorServer, service: Service
) -> None:
    server.hang = True
    started = time.monotonic()
    with pytest.raises(UnavailableError):
        translate(server, service, "Hello", seconds=0.3)
    assert time.monotonic() - started < 0.6


def test_a_service_that_drips_is_left_at_the_deadline(server: TranslatorServer) -> None:
    server.drip_seconds = 0.05
    started = time.monotonic()
    with pytest.raises(UnavailableError):
        translate(server, Service.GOOGLE, "Hello", seconds=0.3)
    assert time.monotonic() - started < 0.6


def test_nobody_listening_is_unavailable() -> None:
    with translator_server() as server:
        pass
    with pytest.raises(UnavailableError):
        translate(server, Service.GOOGLE, "Hello")


def test_a_long_text_is_cut_where_the_service_takes_it(server: TranslatorServer) -> None:
    line = "नमस्ते, आपका पैसा पाँच दिन में आ जाएगा। " * 60
    server.translate = lambda text: f"<{text}>"
    translated = translate(server, Service.GOOGLE, line)
    assert "".join(translated.replace("<", "").replace(">", "").split()) == "".join(line.split())
    assert len(server.requests) > 1
    assert all(len(asked.query["q"].encode()) * 3 <= 6_000 for asked in server.requests)


def test_a_text_of_too_many_requests_is_unavailable(server: TranslatorServer) -> None:
    with pytest.raises(UnavailableError):
        translate(server, Service.GOOGLE, "word\n" * 41)


def test_no_customer_ever_gets_anothers_words(server: TranslatorServer) -> None:
    made = translator(server, Service.GOOGLE)
    with ThreadPoolExecutor(8) as pool:
        for translated, expected in pool.map(lambda n: _one(made, n), range(64)):
            assert translated == expected


def test_two_calls_at_once_share_nothing(
    server: TranslatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_asked = threading.Barrier(2)

    class Meeting:
        """Answers each request only when the other one has been made too."""

        def get(self, _url: str, params: dict[str, str], **_: object) -> Reply:
            both_asked.wait(5)
            return Reply(200, f'<div class="t0">{params["q"].upper()}</div>'.encode())

    monkeypatch.setattr(google, "requests", Meeting())
    made = translator(server, Service.GOOGLE)
    with ThreadPoolExecutor(2) as pool:
        for translated, expected in pool.map(lambda n: _one(made, n), range(2)):
            assert translated == expected


def _one(made: WebTranslator, number: int) -> tuple[str, str]:
    text = f"message of customer {number}"
    return made.translate(text, "en", "de", time.time() + 20), text.upper()


def test_an_open_breaker_spares_the_wait(server: TranslatorServer) -> None:
    server.status = 500
    breaker = CircuitBreaker("the translator", time.monotonic, failures_max=2)
    made = translator(server, Service.LIBRE, breaker)
    for _ in range(4):
        with pytest.raises(UnavailableError):
            made.translate("Hello", "en", "de", time.time() + 5)
    assert len(server.requests) == 2


@pytest.mark.parametrize("service", [Service.DEEPL, Service.MICROSOFT, Service.LIBRE])
def test_a_missing_key_or_address_is_said_at_once(service: Service) -> None:
    with pytest.raises(SettingsError):
        WebTranslator(RealClock(), service)


def test_without_a_translator_only_the_same_language_passes() -> None:
    assert NoTranslator().translate("Hallo", "de", "de", 0) == "Hallo"
    with pytest.raises(UnavailableError):
        NoTranslator().translate("Hello", "en", "de", 0)
