"""Files that customers of the web chat send: who may send what, and what of it is kept.

A file goes from the browser straight into the store, with a ticket for one place, one type and a
bounded size. Its message is posted when it has arrived. Only then is it looked at, by its own
bytes, and kept where the ticket no longer reaches; what nobody posts a message for is gone after
a day. Agents get it as data, never as a page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from handrail.application.web_ports import Session, Uploads, UploadTicket
from handrail.domain.errors import MalformedRequestError
from handrail.domain.message import InboundMessage

ACCEPTED_TYPES = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/heic",
    "application/pdf",
)
"""Pictures as cameras and screens make them, and PDF."""

_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Fault(StrEnum):
    """What is wrong with a file, for the page to say in its own words."""

    TOO_LARGE = "too_large"
    FILE_TYPE = "file_type"
    NOT_ARRIVED = "not_arrived"


class UploadRefusedError(MalformedRequestError):
    """A file is not taken."""

    def __init__(self, fault: Fault, message: str) -> None:
        """Take what is wrong, for the page and in words."""
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class WebFiles:
    """Lets files in."""

    uploads: Uploads
    bytes_max: int

    def ticket(self, session: Session, wish: Mapping[str, Any]) -> UploadTicket:
        """Return a ticket for a file of an accepted type and size.

        Raises:
            UploadRefusedError: it is neither.
            MalformedRequestError: the wish is not one.
            UnavailableError: not now.

        """
        file_id, media_type, size = wish.get("id"), wish.get("type"), wish.get("bytes")
        if not isinstance(file_id, str) or not _FILE_ID.fullmatch(file_id):
            message = "'id' must be that of the message: 1 to 64 letters, digits, '-' or '_'"
            raise MalformedRequestError(message)
        if media_type not in ACCEPTED_TYPES:
            raise _wrong_type()
        if type(size) is not int or size < 1:
            message = "'bytes' must be the size of the file"
            raise MalformedRequestError(message)
        if size > self.bytes_max:
            raise self._too_large()
        return self.uploads.ticket(session.id, file_id, media_type, self.bytes_max)

    def kept(self, message: InboundMessage) -> InboundMessage:
        """Keep the file that a message is about; return the message with what is true of it.

        Raises:
            UploadRefusedError: nothing arrived, or not what is taken.
            UnavailableError: not now; the same message may be sent again.

        """
        (session_id, *_), file_id = message.sender.ids, message.event_id.partition(".")[2]
        arrival = self.uploads.arrival(session_id, file_id)
        if arrival is None:
            text = "the file has not arrived: ask for a ticket at /v1/web/files and upload it"
            raise UploadRefusedError(Fault.NOT_ARRIVED, text)
        if arrival.size > self.bytes_max:
            raise self._too_large()
        media_type = type_of(arrival.start)
        if media_type is None:
            raise _wrong_type()
        name = self.uploads.keep(session_id, file_id, arrival, media_type)
        details = {
            **message.details,
            "media": "image" if media_type.startswith("image/") else "document",
            "media_type": media_type,
            "media_bytes": str(arrival.size),
            "media_id": name,
        }
        return replace(message, details={key: value for key, value in details.items() if value})

    def _too_large(self) -> UploadRefusedError:
        message = f"a file may have at most {self.bytes_max} bytes"
        return UploadRefusedError(Fault.TOO_LARGE, message)


def _wrong_type() -> UploadRefusedError:
    accepted = ", ".join(ACCEPTED_TYPES)
    return UploadRefusedError(Fault.FILE_TYPE, f"a file must be one of {accepted}")


def type_of(start: bytes) -> str | None:
    """Return which of the accepted types a file is, by its first bytes."""
    match start:
        case _ if start.startswith(b"\xff\xd8\xff"):
            return "image/jpeg"
        case _ if start.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        case _ if start.startswith((b"GIF87a", b"GIF89a")):
            return "image/gif"
        case _ if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
            return "image/webp"
        case _ if start[4:8] == b"ftyp" and start[8:12] in _HEIC_BRANDS:
            return "image/heic"
        case _ if start.startswith(b"%PDF-"):
            return "application/pdf"
        case _:
            return None
