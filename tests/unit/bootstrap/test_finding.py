"""Which search `draft_answer` gets, of what is configured and what lies beside the index."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.s3_vectors import S3Vectors
from handrail.adapters.clock import SystemClock
from handrail.adapters.knowledge.fusion import FusedRetriever
from handrail.adapters.knowledge.index import KnowledgeIndex
from handrail.adapters.knowledge.vectors_file import (
    FILE_NAME,
    Vectors,
    VectorsFile,
    packed,
    quantised,
)
from handrail.application.across_languages import AcrossLanguages
from handrail.application.ports import Retriever
from handrail.bootstrap.draft_answer import retriever
from handrail.bootstrap.protocol import Table
from handrail.bootstrap.recognition import sensitive_words
from handrail.domain.errors import SettingsError
from handrail.domain.turn import Reason
from handrail.observability import metrics
from handrail.settings import DraftAnswerSettings, read_topics

ARN = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/b/index/i"
KEPT = packed(Vectors("m", 8, ["a/en#1"], [bytes(8)], [quantised([1.0] * 8)]))
ELSEWHERE = packed(Vectors("m", 8, ["a/en#1"], [bytes(8)]))


@pytest.fixture(autouse=True)
def counted() -> Iterator[None]:
    """Leave no count behind for a function that another test starts."""
    yield
    metrics.clear_metrics()


def found_by(directory: Path, key: str | None = None, **changes: str) -> Retriever:
    told = dict.fromkeys(DraftAnswerSettings.__dataclass_fields__, "")
    settings = DraftAnswerSettings(
        **{**told, "translator": "none", "knowledge_directory": str(directory), **changes}
    )
    clients = cast("Clients", SimpleNamespace(functions=None, vectors=None))
    table = cast("Table", SimpleNamespace(clock=SystemClock()))
    return retriever(settings, KnowledgeIndex(directory), key, clients, table)


def test_words_alone_find_articles_until_more_is_configured(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(KEPT)
    assert isinstance(found_by(tmp_path), KnowledgeIndex)
    assert isinstance(found_by(tmp_path, translator="deepl"), AcrossLanguages)


def test_a_key_and_vectors_find_by_meaning_too(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(KEPT)
    found = found_by(tmp_path, "sk-test", translator="deepl")
    assert isinstance(found, FusedRetriever)
    assert isinstance(found.vectors, VectorsFile)
    assert isinstance(found.fallback, AcrossLanguages), "when the model of embeddings is away"


def test_vectors_may_be_in_s3(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(ELSEWHERE)
    found = found_by(tmp_path, "sk-test", vector_index=ARN)
    assert isinstance(found, FusedRetriever)
    assert isinstance(found.vectors, S3Vectors)
    assert isinstance(found_by(tmp_path, "sk-test"), KnowledgeIndex), "nobody said where"
    assert "vectors_missing" in metrics.metric_set


@pytest.mark.parametrize("data", [b"", b"nonsense", KEPT[:-1]])
def test_vectors_that_cannot_be_read_leave_words(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(data)
    assert isinstance(found_by(tmp_path, "sk-test"), KnowledgeIndex)


# ------------------------------------------------------------------ what a person speaks about


def test_topics_and_words_come_from_the_settings() -> None:
    words = sensitive_words("fraud", " recall , data breach,")
    assert words.topic_of("I was scammed") is Reason.FRAUD
    assert words.topic_of("is there a recall?") is Reason.SENSITIVE
    assert words.topic_of("my wife passed away") is None
    assert words.topic_of("I want to kill myself") is Reason.EMERGENCY


@pytest.mark.parametrize(("topics", "own"), [("frauds", ""), ("fraud", "a,ok"), ("", "!")])
def test_what_cannot_be_read_is_left_out_and_named(
    topics: str, own: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    words = sensitive_words(topics, own)
    assert "SENSITIVE_TOPICS and SENSITIVE_WORDS are left out" in caplog.text
    assert '"own_words_refused"' in capsys.readouterr().out
    assert words.topic_of("I was scammed") is Reason.FRAUD, "every topic, rather than none"


def test_an_unknown_topic_is_named() -> None:
    with pytest.raises(SettingsError, match=r"frauds.*emergency fraud bereavement"):
        read_topics("frauds")
