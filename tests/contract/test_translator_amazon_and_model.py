"""Amazon Translate and the model as translators: in time, the text's own, or refused."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Literal

import pytest
from botocore.exceptions import ClientError

from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.model.openai_translator import (
    INSTRUCTIONS,
    REPLY_BYTES_MAX,
    ModelTranslator,
)
from handrail.adapters.translation.amazon import AmazonTranslator
from handrail.adapters.translation.scripts import in_our_script
from handrail.domain.errors import UnavailableError
from support.openai_server import OpenAIServer, Reply, openai_server

KEY = "sk-test-never-in-a-prompt"
every_api = pytest.mark.parametrize("api", ["responses", "chat"])


class RealClock:
    def now(self) -> float:
        return time.time()


class Amazon:
    """Amazon Translate as it answers, or fails."""

    def __init__(self, said: Callable[[str], str] = str.upper) -> None:
        self.said = said
        self.asked: list[dict[str, str]] = []

    def translate_text(self, **asked: str) -> dict[str, object]:
        self.asked.append(asked)
        return {"TranslatedText": self.said(asked["Text"])}


def amazon(client: Amazon, text: str, source: str | None = "en", target: str = "de") -> str:
    made = AmazonTranslator(RealClock(), client)
    return made.translate(text, source, target, time.time() + 5)


def by_model(
    server: OpenAIServer,
    text: str,
    api: Literal["responses", "chat"] = "responses",
    breaker: CircuitBreaker | None = None,
) -> str:
    made = ModelTranslator(
        RealClock(), api_key=KEY, model="m", base_url=server.url, api=api, breaker=breaker
    )
    with closing(made):
        return made.translate(text, "en", "de", time.time() + 5)


def test_amazon_translates_line_by_line_and_keeps_placeholders() -> None:
    client = Amazon()
    text = "My card is [card-kxwtbz].\n\nThank you!"
    assert amazon(client, text) == "MY CARD IS [card-kxwtbz].\n\nTHANK YOU!"
    assert [one["Text"] for one in client.asked] == ["My card is [71].", "Thank you!"]


@pytest.mark.parametrize(
    ("source", "target", "asked"),
    [
        (None, "zh-Hans", "auto zh"),
        ("zh-Hant", "pt-BR", "zh-TW pt"),
        ("pt-PT", "fil", "pt-PT tl"),
        ("nb", "sr", "no sr"),
        ("de-CH", "he", "de he"),
    ],
)
def test_amazon_has_its_own_names(source: str | None, target: str, asked: str) -> None:
    client = Amazon()
    amazon(client, "Hello", source, target)
    assert f"{client.asked[0]['SourceLanguageCode']} {client.asked[0]['TargetLanguageCode']}" == (
        asked
    )


@pytest.mark.parametrize("said", ["", "Where is my order please", "x" * 5_000])
def test_what_amazon_cannot_have_meant_is_refused(said: str) -> None:
    with pytest.raises(UnavailableError):
        amazon(Amazon(lambda _: said), "Where is my order please")


def test_a_refusal_of_amazon_does_not_quote_the_text() -> None:
    def refuse(text: str) -> str:
        raise ClientError({"Error": {"Code": "X", "Message": text}}, "TranslateText")

    with pytest.raises(UnavailableError) as refused:
        amazon(Amazon(refuse), "a secret")
    assert "secret" not in str(refused.value)


@every_api
def test_the_model_translates(api: Literal["responses", "chat"]) -> None:
    with openai_server(Reply(draft={"translation": "Hallo, [71]!"})) as server:
        assert by_model(server, "Hello, [card-kxwtbz]!", api) == "Hallo, [card-kxwtbz]!"
    asked: dict[str, Any] = server.requests[0]
    said = asked["input"] if api == "responses" else asked["messages"][1]["content"]
    assert said == '{"from": "en", "to": "de", "text": "Hello, [71]!"}'
    rules = asked["instructions"] if api == "responses" else asked["messages"][0]["content"]
    assert rules == INSTRUCTIONS
    assert KEY not in str(asked)


@every_api
@pytest.mark.parametrize(
    "reply",
    [
        Reply(draft="Hallo"),
        Reply(draft={"answer": "Hallo"}),
        Reply(draft={"translation": ""}),
        Reply(draft={"translation": "Hallo"}, finish="length"),
        Reply(draft={"translation": "Hallo"}, refusal=True),
        Reply(raw=b"{}"),
        Reply(raw=b" " * (REPLY_BYTES_MAX + 1)),
        Reply(status=429, draft={"translation": "Hallo"}),
        Reply(draft={"translation": "Hallo " * 300}),
    ],
    ids=lambda reply: repr(reply)[:60],
)
def test_what_is_no_translation_is_refused(
    api: Literal["responses", "chat"], reply: Reply
) -> None:
    with openai_server(reply) as server, pytest.raises(UnavailableError) as refused:
        by_model(server, "Hello there", api)
    assert "Hallo" not in str(refused.value)


def test_a_lost_placeholder_is_refused() -> None:
    reply = Reply(draft={"translation": "Hallo"})
    with openai_server(reply) as server, pytest.raises(UnavailableError, match="placeholders"):
        by_model(server, "Hello, [card-kxwtbz]!")


def test_a_model_that_keeps_failing_is_left_alone() -> None:
    breaker = CircuitBreaker("the translator", time.monotonic)
    with openai_server(Reply(status=500)) as server:
        for _ in range(20):
            with pytest.raises(UnavailableError):
                by_model(server, "Hello", breaker=breaker)
    assert len(server.requests) < 20


def test_serbian_comes_in_the_alphabet_we_write_it_in() -> None:
    assert amazon(Amazon(lambda _: "Добар дан, Њујорк и џем!"), "Good day", "en", "sr") == (
        "Dobar dan, Njujork i džem!"
    )
    assert in_our_script("Добар ден", "mk") == "Добар ден"
    assert in_our_script("Zdravo 😀", "sr") == "Zdravo 😀"
