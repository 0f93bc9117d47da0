"""Finding by meaning: the embeddings' endpoint over real HTTP, vectors kept here or in S3."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner

from handrail.adapters.aws.s3_vectors import S3Vectors
from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.knowledge.fusion import FusedRetriever, VectorSearch, fused
from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.knowledge.vectors_file import (
    FILE_NAME,
    VectorsFile,
)
from handrail.adapters.model.openai_embedder import OpenAIEmbedder
from handrail.domain.errors import UnavailableError
from handrail.domain.knowledge import Found, Passage
from handrail_ops.knowledge.command import knowledge
from handrail_ops.knowledge.vectors import embed_passages
from handrail_ops.memory.clock import ManualClock
from support.articles import NOW, sample_index, write_sample
from support.meanings import MEANINGS, Known
from support.openai_server import VECTOR_NUMBERS, OpenAIServer, Reply, openai_server

KNOWING = Reply(meanings=MEANINGS)
ARN = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/handrail/index/passages"


class RealClock:
    def now(self) -> float:
        return time.time()


_OPENED: list[OpenAIEmbedder] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Leave no connection open: a later test would be told of it."""
    yield
    while _OPENED:
        _OPENED.pop().close()


def embedder(
    server: OpenAIServer, dimensions: int | None = None, breaker: CircuitBreaker | None = None
) -> OpenAIEmbedder:
    opened = OpenAIEmbedder(
        RealClock(),
        api_key="sk-test",
        model="test-embeddings",
        dimensions=dimensions,
        base_url=server.url,
        breaker=breaker,
    )
    _OPENED.append(opened)
    return opened


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("knowledge")
    sample_index(folder)
    (found,) = folder.rglob("knowledge.index")
    embed_passages(found.parent, Known(), "test-embeddings", ManualClock(NOW))
    return found.parent


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with openai_server(KNOWING) as one:
        yield one


def retriever(
    directory: Path, server: OpenAIServer, vectors: VectorSearch | None = None, **changes: Any
) -> FusedRetriever:
    index = KnowledgeIndex(directory)
    return FusedRetriever(
        index=index,
        embedder=changes.pop("embedder", embedder(server)),
        vectors=vectors or VectorsFile(directory / FILE_NAME),
        fallback=index,
        clock=RealClock(),
        **{"seconds": 2.0, **changes},
    )


# ------------------------------------------------------------------ searching


def test_what_is_meant_is_found_whatever_the_words(directory: Path, server: OpenAIServer) -> None:
    search = retriever(directory, server)
    question = "いつ返金されますか"
    assert not KnowledgeIndex(directory).search(question, "ja", 4, NOW)
    found = search.search(question, "ja", 4, NOW)
    assert {one.passage.article for one in found[:3]} == {"refunds"}
    assert found[0].confidence > 0.5
    (request,) = server.requests
    assert request["input"] == [question]
    assert request["encoding_format"] == "float"
    assert "dimensions" not in request


def test_an_article_of_the_customers_language_stands_for_another(
    directory: Path, server: OpenAIServer
) -> None:
    found = retriever(directory, server).search("Wann kriege ich mein Geld?", "de", 4, NOW)
    assert found[0].passage.language == "de"
    assert found[0].passage.article == "refunds"


def test_words_and_meaning_together_put_first_what_both_find(
    directory: Path, server: OpenAIServer
) -> None:
    found = retriever(directory, server).search("Where is my refund?", "en", 4, NOW)
    assert found[0].passage.id == "refunds/en#1"
    assert found[0].confidence > 0.9, "an article's own question is certain"


def test_what_is_not_valid_yet_is_not_found_by_meaning_either(
    directory: Path, server: OpenAIServer
) -> None:
    assert retriever(directory, server).search("refund", "en", 4, 0.0) == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=500, raw=b"{}"),
        Reply(status=401, raw=b"{}"),
        Reply(status=429, raw=b"{}", headers={"Retry-After": "30"}),
        Reply(raw=b""),
        Reply(raw=b"[]"),
        Reply(raw=b'{"data": []}'),
        Reply(raw=b'{"data": [{"index": 0, "embedding": []}]}'),
        Reply(raw=b'{"data": [{"index": 0, "embedding": ["x"]}]}'),
        Reply(raw=b'{"data": [{"index": 0, "embedding": [NaN]}]}'),
        Reply(raw=b'{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1]}]}'),
        Reply(raw=b'{"data": [', promised_bytes=10_000),
        Reply(hang_until=threading.Event()),
    ],
    ids=lambda reply: str(reply.raw or reply.status)[:30],
)
def test_whatever_fails_words_find_what_they_find(directory: Path, reply: Reply) -> None:
    failures: list[UnavailableError] = []
    with openai_server(reply) as server:
        search = retriever(directory, server, seconds=0.4, failed=failures.append)
        found = search.search("Where is my refund?", "en", 4, NOW)
        assert len(server.requests) <= 1
    assert found == KnowledgeIndex(directory).search("Where is my refund?", "en", 4, NOW)
    assert len(failures) == 1
    assert "refund" not in str(failures[0])


def test_a_model_that_keeps_failing_is_left_alone() -> None:
    breaker = CircuitBreaker("the embedding model", time.monotonic, failures_max=2)
    with openai_server(Reply(status=500, raw=b"{}")) as server:
        asking = embedder(server, breaker=breaker)
        for _ in range(4):
            with pytest.raises(UnavailableError):
                asking.embed(["x"], time.time() + 2)
        assert len(server.requests) == 2


def test_vectors_of_another_length_than_asked_are_refused(server: OpenAIServer) -> None:
    with pytest.raises(UnavailableError, match="lengths"):
        embedder(server, dimensions=8).embed(["x"], time.time() + 2)
    assert server.requests[0]["dimensions"] == 8


def test_orders_are_fused_by_place_alone() -> None:
    def found(name: str, confidence: float) -> Found:
        return Found(Passage(f"{name}/en#1", name, name, "en", name, ""), 99.0, confidence)

    by_words = [found("a", 0.2), found("b", 0.9), found("c", 0.1)]
    by_meaning = [found("c", 0.5), found("b", 0.3), found("d", 0.4)]
    order = fused(by_words, by_meaning)
    assert [one.passage.article for one in order] == ["c", "b", "a", "d"]
    assert [one.confidence for one in order] == [0.5, 0.9, 0.2, 0.4]
    assert order[0].score == pytest.approx(1 / 61 + 1 / 63)


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "s3vectors", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


def test_s3_that_refuses_leaves_words(directory: Path, server: OpenAIServer, client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("query_vectors", "TooManyRequestsException", http_status_code=429)
        search = retriever(directory, server, S3Vectors(client, ARN))
        found = search.search("Where is my refund?", "en", 4, NOW)
    assert found[0].passage.id == "refunds/en#1"


def test_the_command_makes_vectors_and_forgets_them(
    tmp_path: Path, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles, index = write_sample(tmp_path / "articles"), tmp_path / "index"
    build = ["build", "--articles", str(articles), "--index", str(index)]
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    refused = CliRunner().invoke(knowledge, [*build, "--embeddings", "test-embeddings"])
    assert refused.exit_code == 1
    assert "OPENAI_API_KEY" in refused.output
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    options = ["--embeddings", "test-embeddings", "--dimensions", str(VECTOR_NUMBERS)]
    made = CliRunner().invoke(knowledge, [*build, *options])
    assert made.exit_code == 0, made.output
    assert f"vectors of {VECTOR_NUMBERS} numbers" in made.output
    file = VectorsFile(index / FILE_NAME)
    assert (file.model, file.chosen, file.kept) == ("test-embeddings", True, True)
    assert "sk-test" not in json.dumps(server.requests)
    assert CliRunner().invoke(knowledge, build).exit_code == 0
    assert not (index / FILE_NAME).exists()
