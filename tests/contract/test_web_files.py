"""One suite for the web chat's files: on the fake, and on S3 (moto)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.kept_files import S3CustomerFiles
from handrail.adapters.aws.web_files import S3Uploads
from handrail.application.ports import Address, Piece
from handrail.application.web_ports import Uploads
from handrail.domain.errors import FileGoneError, UnavailableError
from handrail.domain.media import File, files
from support.fakes_web import FakeUploads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "files"
PDF = b"%PDF-1.7\n" + bytes(1000)


class Store(Protocol):
    """The port, and what a browser does with a ticket."""

    uploads: Uploads

    def put(self, key: str, data: bytes) -> None: ...

    def kept(self, name: str) -> tuple[bytes, str]: ...


class InMemory:
    def __init__(self) -> None:
        self.fake = FakeUploads()
        self.uploads: Uploads = self.fake

    def put(self, key: str, data: bytes) -> None:
        self.fake.new[key] = data

    def kept(self, name: str) -> tuple[bytes, str]:
        return self.fake.kept[name]


class OnS3:
    def __init__(self, client: "S3Client") -> None:
        self.client = client
        self.uploads: Uploads = S3Uploads(lambda: client, BUCKET)

    def put(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=data, ContentType="text/html")

    def kept(self, name: str) -> tuple[bytes, str]:
        found = self.client.get_object(Bucket=BUCKET, Key=name)
        assert found["ContentDisposition"] == "attachment"
        with found["Body"] as body:
            return body.read(), found["ContentType"]


@pytest.fixture(scope="module")
def s3() -> Iterator["S3Client"]:
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "x")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        client = Clients().files
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield client


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest) -> Store:
    return InMemory() if request.param == "memory" else OnS3(request.getfixturevalue("s3"))


def test_what_was_put_with_a_ticket_arrives_and_is_kept(store: Store) -> None:
    ticket = store.uploads.ticket("s1", "f1", "application/pdf", 5000)
    assert ticket.fields["Content-Type"] == "application/pdf"
    store.put(ticket.fields["key"], PDF)
    arrival = store.uploads.arrival("s1", "f1")
    assert arrival is not None
    assert (arrival.size, arrival.start) == (len(PDF), PDF[:64])
    name = store.uploads.keep("s1", "f1", arrival, "application/pdf")
    assert store.uploads.keep("s1", "f1", arrival, "application/pdf") == name
    assert name.split("/")[1] == "s1"
    assert store.kept(name) == (PDF, "application/pdf")


def test_what_never_came_has_not_arrived(store: Store) -> None:
    store.put("new/s2/f1", PDF)
    assert store.uploads.arrival("s1", "f2") is None
    assert store.uploads.arrival("s2", "f2") is None


def test_a_small_file_arrives_whole(store: Store) -> None:
    store.put("new/s1/small", b"GIF89a")
    arrival = store.uploads.arrival("s1", "small")
    assert arrival is not None
    assert (arrival.size, arrival.start) == (6, b"GIF89a")


def test_what_was_changed_after_it_was_looked_at_is_not_kept() -> None:
    store = InMemory()
    store.put("new/s1/changing", PDF)
    arrival = store.uploads.arrival("s1", "changing")
    assert arrival is not None
    store.put("new/s1/changing", b"<html>")
    with pytest.raises(UnavailableError):
        store.uploads.keep("s1", "changing", arrival, "application/pdf")


def test_s3_is_told_to_keep_no_other_bytes(s3: "S3Client") -> None:
    # S3 refuses the copy then; moto does not look.
    asked: list[dict[str, Any]] = []
    store = OnS3(s3)
    store.put("new/s1/f3", PDF)
    arrival = store.uploads.arrival("s1", "f3")
    assert arrival is not None
    s3.meta.events.register(
        "provide-client-params.s3.CopyObject", lambda params, **_: asked.append(params)
    )
    store.uploads.keep("s1", "f3", arrival, "application/pdf")
    assert [params["CopySourceIfMatch"] for params in asked] == [arrival.mark]
    assert arrival.mark == s3.head_object(Bucket=BUCKET, Key="new/s1/f3")["ETag"]


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1", "ap-southeast-2"])
def test_a_ticket_names_the_host_that_the_page_may_reach(
    monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    ticket = S3Uploads(lambda: Clients().files, "a-bucket").ticket("s", "f", "image/png", 10)
    assert ticket.url.rstrip("/") == f"https://a-bucket.s3.{region}.amazonaws.com"
    assert ticket.fields["key"] == "new/s/f"
    assert "policy" in ticket.fields


class Others:
    """The files of every other channel."""

    def fetch(self, address: Address, file: File, start: int, most: int) -> Piece:
        return Piece(f"{address.channel} {file.number} {start} {most}".encode(), None)


def test_an_agent_reads_what_was_kept_piece_by_piece(s3: "S3Client") -> None:
    store = OnS3(s3)
    store.put("new/s9/f", PDF)
    arrival = store.uploads.arrival("s9", "f")
    assert arrival is not None
    name = store.uploads.keep("s9", "f", arrival, "application/pdf")
    details = {"media": "document", "media_id": name, "media_bytes": str(len(PDF))}
    (file,) = files(details)
    reader = S3CustomerFiles(lambda: s3, BUCKET, others=Others())
    customer = Address("web", "site", ("s9",))
    first = reader.fetch(customer, file, 0, 600)
    rest = reader.fetch(customer, file, 600, 600)
    assert first.data + rest.data == PDF
    assert first.total == rest.total == len(PDF)
    assert reader.fetch(customer, file, len(PDF), 600).data == b""
    with pytest.raises(FileGoneError):
        reader.fetch(Address("web", "site", ("s8",)), file, 0, 600)
    s3.delete_object(Bucket=BUCKET, Key=name)
    with pytest.raises(FileGoneError):
        reader.fetch(customer, file, 0, 600)
    other = reader.fetch(Address("telegram", "1", ("s9",)), file, 5, 6)
    assert other == Piece(b"telegram 1 5 6", None)


def test_on_one_machine_a_bucket_is_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    ticket = S3Uploads(lambda: Clients().files, "a-bucket").ticket("s", "f", "image/png", 10)
    assert ticket.url.rstrip("/") == "http://127.0.0.1:4566/a-bucket"


def test_a_store_that_is_away_is_said_to_be() -> None:
    away = boto3.client(
        "s3",
        "eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )

    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3")

    away.meta.events.register("before-call.s3", fail)
    uploads = S3Uploads(lambda: away, BUCKET)
    with pytest.raises(UnavailableError):
        uploads.arrival("s", "f")
