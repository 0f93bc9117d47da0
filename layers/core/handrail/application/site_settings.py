"""What an operator decides about the chat page, and the content policy that follows from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handrail.domain.errors import SettingsError

DEFAULT_LANGUAGE = "en"

_SOURCE = re.compile(r"'none'|'self'|https?://[A-Za-z0-9.*:\[\]-]+")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")
_WEBSOCKET_URL = re.compile(r"(wss?://[A-Za-z0-9.:\[\]-]+)(/[A-Za-z0-9/_.~-]*)?")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page."""

    content: str
    media_type: str


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What an operator decides about the page.

    Raises:
        SettingsError: an address makes no sense, and would weaken the page's content policy.

    """

    websocket_url: str | None = None
    """Where the page connects to; None for a page that only asks."""
    frame_ancestors: Sequence[str] = ("'none'",)
    """Which origins may show the page in a frame."""
    default_language: str = DEFAULT_LANGUAGE
    files_origin: str | None = None
    """Where the page uploads files to; None where none are taken."""

    def __post_init__(self) -> None:
        if self.websocket_url is not None and not _WEBSOCKET_URL.fullmatch(self.websocket_url):
            message = (
                f"the WebSocket URL must look like wss://host/path, not {self.websocket_url!r}"
            )
            raise SettingsError(message)
        if self.files_origin is not None and not _ORIGIN.fullmatch(self.files_origin):
            message = f"files go to an origin like https://example.com, not {self.files_origin!r}"
            raise SettingsError(message)
        for source in self.frame_ancestors:
            if not _SOURCE.fullmatch(source):
                message = (
                    "frame ancestors must be 'none', 'self' or origins like https://example.com,"
                    f" not {source!r}"
                )
                raise SettingsError(message)

    @property
    def websocket_origin(self) -> str | None:
        """Return the part of the WebSocket URL that a content policy names."""
        found = _WEBSOCKET_URL.fullmatch(self.websocket_url or "")
        return found.group(1) if found else None

    def content_policy(self) -> str:
        """Return the page's content policy: everything from here, nothing inline."""
        reached = [one for one in (self.websocket_origin, self.files_origin) if one]
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self'",
                " ".join(("connect-src 'self'", *reached)),
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors " + " ".join(self.frame_ancestors),
                "require-trusted-types-for 'script'",
                "trusted-types 'none'",
            )
        )
