"""Files of the web chat's customers in S3: `new/` as they arrive, `kept/` once vouched for.

A ticket reaches one key under `new/`, which a lifecycle rule empties after a day. What is kept is
copied, as exactly the bytes that were looked at, to where no ticket reaches. It is stored as an
attachment: whoever opens it by a link downloads it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from handrail.application.web_ports import Arrival, UploadTicket
from handrail.domain.errors import UnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TICKET_SECONDS = 600
_START_BYTES = 64
_GONE = frozenset({"NoSuchKey", "404", "NotFound"})


class S3Uploads:
    """`application.web_ports.Uploads` on S3."""

    def __init__(self, client: Callable[[], "S3Client"], bucket: str) -> None:
        """Take a client, asked for when it is needed, and the bucket."""
        self._client = client
        self._bucket = bucket

    def ticket(
        self, session_id: str, file_id: str, media_type: str, bytes_max: int
    ) -> UploadTicket:
        """Return a signed form; signing asks nobody."""
        try:
            post = self._client().generate_presigned_post(
                self._bucket,
                _new(session_id, file_id),
                Fields={"Content-Type": media_type},
                Conditions=[
                    {"Content-Type": media_type},
                    ["content-length-range", 1, bytes_max],
                ],
                ExpiresIn=TICKET_SECONDS,
            )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error, "give out a ticket") from error
        return UploadTicket(post["url"], post["fields"])

    def arrival(self, session_id: str, file_id: str) -> Arrival | None:
        """Return what lies there."""
        try:
            found = self._client().get_object(
                Bucket=self._bucket,
                Key=_new(session_id, file_id),
                Range=f"bytes=0-{_START_BYTES - 1}",
            )
            with found["Body"] as body:
                start = body.read()
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise _unavailable(error, "look at a file") from error
        except BotoCoreError as error:
            raise _unavailable(error, "look at a file") from error
        total = int(found.get("ContentRange", "").rpartition("/")[2] or found["ContentLength"])
        return Arrival(total, start, found["ETag"])

    def keep(self, session_id: str, file_id: str, arrival: Arrival, media_type: str) -> str:
        """Copy it, provided it is still the same."""
        key = f"kept/{session_id}/{file_id}"
        try:
            self._client().copy_object(
                Bucket=self._bucket,
                Key=key,
                CopySource={"Bucket": self._bucket, "Key": _new(session_id, file_id)},
                CopySourceIfMatch=arrival.mark,
                MetadataDirective="REPLACE",
                ContentType=media_type,
                ContentDisposition="attachment",
            )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error, "keep a file") from error
        return key


def _new(session_id: str, file_id: str) -> str:
    return f"new/{session_id}/{file_id}"


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _unavailable(error: Exception, what: str) -> UnavailableError:
    return UnavailableError(f"the store of files could not {what}: {type(error).__name__}")
