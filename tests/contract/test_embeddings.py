"""Finding by meaning: the embeddings' endpoint over real HTTP, vectors kept here or in S3."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner
from moto import mock_aws

from handrail.adapters.aws.s3_vectors import BATCH_MAX, S3Vectors
from handrail.adapters.circuit_breaker import CircuitBreaker
from handrail.adapters.knowledge.fusion import FusedRetriever, VectorSearch, fused
from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.knowledge.vectors_file import (
    FILE_NAME,
    Near,
    Vectors,
    VectorsFile,
    packed,
    quantised,
    unpacked,
)
from handrail.adapters.model.openai_embedder import OpenAIEmbedder
from handrail.domain.errors import InvalidInputError, SettingsError, UnavailableError
from handrail.domain.knowledge import Found, Passage
from handrail_ops.knowledge.command import knowledge
from handrail_ops.knowledge.vectors import embed_passages
from handrail_ops.memory.clock import ManualClock
from support.articles import NOW, sample_index, write_sample
from support.openai_server import VECTOR_NUMBERS, OpenAIServer, Reply, openai_server

MEANINGS = (
    ("refund", "erstattung", "退款", "返金", "geld zurück", "money back", "geld"),
    ("late fee", "overdue", "mahngebühr", "teuer", "延滞"),
    ("link", "phishing", "code"),
    ("zurücksenden", "return", "返品"),
)
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


@dataclass
class Known:
    """An embedder without a server, made of the same meanings."""

    sent: list[str] = field(default_factory=list)
    numbers: int = VECTOR_NUMBERS

    def embed(self, texts: Sequence[str], _deadline: float) -> Sequence[Sequence[float]]:
        self.sent += texts
        vectors = []
        for text in texts:
            vector = [0.05] * self.numbers
            for number, words in enumerate(MEANINGS):
                vector[number] += any(word in text.casefold() for word in words)
            vectors.append(vector)
        return vectors


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


# ------------------------------------------------------------------ the file


def test_vectors_are_found_again_by_their_direction(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    vectors = [
        [float((row * 7 + number * 3) % 11 - 5) for number in range(16)] for row in range(9)
    ]
    ids = [f"a/en#{row}" for row in range(9)]
    values = [quantised(vector) for vector in vectors]
    path.write_bytes(packed(Vectors("m", 16, ids, [bytes(8)] * 9, values)))
    file = VectorsFile(path)
    for row, vector in enumerate(vectors):
        first, *_ = file.nearest([number * 0.01 for number in vector], 3, 0.0)
        assert first.passage == ids[row]
        assert first.likeness == pytest.approx(1.0, abs=0.01)
    assert file.nearest([1.0] * 8, 3, 0.0) == ()


def test_among_many_the_signs_choose_who_is_compared(tmp_path: Path) -> None:
    random = Random(7)  # noqa: S311 - any numbers will do, the same every time
    vectors = [[random.gauss(0, 1) for _ in range(64)] for _ in range(500)]
    values = [quantised(vector) for vector in vectors]
    ids = [f"a/en#{row}" for row in range(500)]
    path = tmp_path / FILE_NAME
    path.write_bytes(packed(Vectors("m", 64, ids, [bytes(8)] * 500, values)))
    file = VectorsFile(path)
    for row in range(0, 500, 50):
        asked = [number + random.gauss(0, 0.3) for number in vectors[row]]
        assert file.nearest(asked, 4, 0.0)[0].passage == ids[row]


def test_a_file_of_vectors_reads_back_as_it_was_written() -> None:
    vectors = Vectors("m", 8, ["a/en#1"], [b"12345678"], [quantised([1.0] * 8)], chosen=True)
    read = unpacked(packed(vectors))
    assert replace(read, values=[list(one) for one in read.values]) == replace(
        vectors, values=[[127] * 8]
    )


@pytest.mark.parametrize("cut", [0, 5, 30, -1])
def test_half_a_file_of_vectors_is_refused(tmp_path: Path, cut: int) -> None:
    data = packed(Vectors("m", 8, ["a/en#1"], [bytes(8)], [quantised([1.0] * 8)]))
    (tmp_path / FILE_NAME).write_bytes(data[:cut])
    with pytest.raises(SettingsError, match="build the knowledge again"):
        VectorsFile(tmp_path / FILE_NAME)


@pytest.mark.parametrize("vector", [[], [0.0, 0.0], [float("inf"), 1.0], [float("nan")] * 2])
def test_what_has_no_direction_is_no_vector(vector: list[float]) -> None:
    with pytest.raises(ValueError, match="vector"):
        quantised(vector)


# ------------------------------------------------------------------ building


def test_a_build_sends_only_what_has_changed(tmp_path: Path) -> None:
    sample_index(tmp_path)
    (found,) = tmp_path.rglob("knowledge.index")
    first, again = Known(), Known()
    made = embed_passages(found.parent, first, "m", ManualClock(NOW))
    before = made.path.read_bytes()
    assert made.sent == made.passages == len(first.sent)
    assert all("hello" not in text.casefold() for text in first.sent), "a greeting means nothing"
    assert embed_passages(found.parent, again, "m", ManualClock(NOW)).sent == 0
    assert made.path.read_bytes() == before
    other = embed_passages(found.parent, again, "another", ManualClock(NOW))
    assert other.sent == made.passages, "another model means otherwise"


def test_a_length_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    sample_index(tmp_path)
    (found,) = tmp_path.rglob("knowledge.index")
    with pytest.raises(InvalidInputError, match="eight"):
        embed_passages(found.parent, Known(numbers=13), "m", ManualClock(NOW))
    assert not (found.parent / FILE_NAME).exists()


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


# ------------------------------------------------------------------ S3 Vectors


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "s3vectors", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


def test_s3_is_asked_what_its_model_says(client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_response(
            "query_vectors",
            {
                "vectors": [
                    {"key": "fees/en#1", "distance": 0.6},
                    {"key": "x/en#1", "distance": 0.1},
                ],
                "distanceMetric": "cosine",
            },
            {
                "indexArn": ARN,
                "topK": 12,
                "queryVector": {"float32": [0.5, 0.25]},
                "returnDistance": True,
            },
        )
        near = S3Vectors(client, ARN).nearest([0.5, 0.25], 12, time.time() + 2)
        stub.assert_no_pending_responses()
    assert near == [Near("x/en#1", 0.9), Near("fees/en#1", pytest.approx(0.4))]


def test_s3_that_refuses_leaves_words(directory: Path, server: OpenAIServer, client: Any) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("query_vectors", "TooManyRequestsException", http_status_code=429)
        search = retriever(directory, server, S3Vectors(client, ARN))
        found = search.search("Where is my refund?", "en", 4, NOW)
    assert found[0].passage.id == "refunds/en#1"


def test_s3_holds_what_the_build_writes_and_nothing_older(tmp_path: Path) -> None:
    sample_index(tmp_path)
    (found,) = tmp_path.rglob("knowledge.index")
    with mock_aws():
        client = boto3.client("s3vectors", region_name="eu-west-1")
        client.create_vector_bucket(vectorBucketName="handrail")
        where = {"vectorBucketName": "handrail", "indexName": "passages"}
        client.create_index(
            **where, dataType="float32", dimension=VECTOR_NUMBERS, distanceMetric="cosine"
        )
        arn = client.get_index(**where)["index"]["indexArn"]
        old = {"key": "gone/en#1", "data": {"float32": [0.5] * VECTOR_NUMBERS}}
        client.put_vectors(indexArn=arn, vectors=[old])
        store, known = S3Vectors(client, arn), Known()
        made = embed_passages(found.parent, known, "m", ManualClock(NOW), store=store)
        keys = {one["key"] for one in client.list_vectors(indexArn=arn)["vectors"]}
        assert len(keys) == made.passages == made.sent
        assert "gone/en#1" not in keys
        assert embed_passages(found.parent, known, "m", ManualClock(NOW), store=store).sent == 0
    assert not VectorsFile(made.path).kept


def test_s3_is_written_to_in_batches() -> None:
    sizes: list[int] = []

    class Counting:
        def put_vectors(self, *, indexArn: str, vectors: Sequence[Any]) -> None:  # noqa: N803
            assert indexArn == ARN
            sizes.append(len(vectors))

        def list_vectors(self, **_asked: Any) -> dict[str, Any]:
            return {"vectors": []}

    S3Vectors(Counting(), ARN).replace(
        {str(number): [1.0] for number in range(BATCH_MAX + 1)}, frozenset()
    )
    assert sizes == [BATCH_MAX, 1]
