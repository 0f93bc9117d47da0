"""Vectors of passages: the file beside the index, the builds that make it, and S3 Vectors."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from handrail.adapters.aws.s3_vectors import BATCH_MAX, S3Vectors
from handrail.adapters.knowledge.vectors_file import (
    FILE_NAME,
    Near,
    Vectors,
    VectorsFile,
    packed,
    quantised,
    unpacked,
)
from handrail.domain.errors import InvalidInputError, SettingsError
from handrail_ops.knowledge.vectors import embed_passages
from handrail_ops.memory.clock import ManualClock
from support.articles import NOW, sample_index
from support.meanings import Known
from support.openai_server import VECTOR_NUMBERS

ARN = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/handrail/index/passages"


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
