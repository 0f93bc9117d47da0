"""What customers of the web chat sent, as agents read it: the copies that were kept in S3."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from handrail.application.ports import Address, CustomerFiles, Piece
from handrail.domain.errors import FileGoneError, UnavailableError
from handrail.domain.media import File

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WEB = "web"


class S3CustomerFiles:
    """`application.ports.CustomerFiles` for the web chat, in front of those of other channels."""

    def __init__(
        self, client: Callable[[], "S3Client"], bucket: str, others: CustomerFiles
    ) -> None:
        """Take a client, asked for when it is needed, the bucket, and who has all other files."""
        self._client = client
        self._bucket = bucket
        self._others = others

    def fetch(self, address: Address, file: File, start: int, most: int) -> Piece:
        """Return some of a file's bytes, if it is this customer's."""
        if address.channel != WEB:
            return self._others.fetch(address, file, start, most)
        if not any(file.id.startswith(f"kept/{session}/") for session in address.sender_ids):
            message = "this file is not one of this customer's"
            raise FileGoneError(message)
        try:
            found = self._client().get_object(
                Bucket=self._bucket, Key=file.id, Range=f"bytes={start}-{start + most - 1}"
            )
            with found["Body"] as body:
                data = body.read()
        except ClientError as error:
            match _code(error):
                case "NoSuchKey" | "404":
                    message = "this file is no longer kept; ask the customer to send it again"
                    raise FileGoneError(message) from error
                case "InvalidRange":
                    return Piece(b"", start)
                case _:
                    raise _unavailable(error) from error
        except BotoCoreError as error:
            raise _unavailable(error) from error
        return Piece(data, int(found["ContentRange"].rpartition("/")[2]))


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _unavailable(error: Exception) -> UnavailableError:
    return UnavailableError(f"the store of files could not be read: {type(error).__name__}")
