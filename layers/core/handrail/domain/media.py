"""Files of customers: kept by reference, for a person; what nobody should open is refused.

No file passes through here. A message says what the provider says of it: its kind, its size and
its name, and where a person finds it. That is what is decided by.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

VOICE: Final = "voice"
"""The detail of a message that was spoken."""

FILE_BYTES_MAX: Final = 25_000_000
"""The largest file that agents are made to fetch."""

_RUNNABLE: Final = frozenset(
    {
        *("exe", "msi", "com", "scr", "pif", "bat", "cmd", "ps1", "vbs", "vbe", "wsf", "wsh"),
        *("js", "jse", "jar", "apk", "ipa", "dmg", "pkg", "app", "deb", "rpm", "sh", "bin"),
        *("lnk", "reg", "hta", "cpl", "dll", "sys", "iso", "img", "html", "htm", "svg", "xhtml"),
    }
)
"""Endings of names of what runs when it is opened."""
_RUNNABLE_TYPES: Final = frozenset(
    {
        "application/x-msdownload",
        "application/x-msdos-program",
        "application/x-dosexec",
        "application/x-executable",
        "application/x-sh",
        "application/x-bat",
        "application/java-archive",
        "application/javascript",
        "application/vnd.android.package-archive",
        "application/vnd.microsoft.portable-executable",
        "application/x-apple-diskimage",
        "application/hta",
        "text/javascript",
        "text/html",
        "image/svg+xml",
    }
)


class Refusal(StrEnum):
    """Why a file is refused; each is a phrase."""

    TOO_LARGE = "too_large"
    REFUSED = "refused"


def refusal(details: Mapping[str, str]) -> Refusal | None:
    """Return why none of a message's files is kept, None when at least one is."""
    verdicts = [_of_file(type_, name, size) for type_, name, size in _files(details)]
    if not verdicts or None in verdicts:
        return None
    return Refusal.REFUSED if Refusal.REFUSED in verdicts else Refusal.TOO_LARGE


def _files(details: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, name and size of each file, as they are told."""
    number = 1
    while True:
        suffix = "" if number == 1 else f"_{number}"
        named = [details.get(f"media{part}{suffix}", "") for part in _PARTS]
        if not any(named):
            return
        _, type_, name, size, _, _ = named
        yield type_, name, size
        number += 1


_PARTS: Final = ("", "_type", "_name", "_bytes", "_id", "_url")


def _of_file(type_: str, name: str, size: str) -> Refusal | None:
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    plain = type_.partition(";")[0].strip().lower()
    if ending in _RUNNABLE or plain in _RUNNABLE_TYPES:
        return Refusal.REFUSED
    if (
        size.isascii()
        and size.isdigit()
        and len(size) < _DIGITS_MAX
        and int(size) > FILE_BYTES_MAX
    ):
        return Refusal.TOO_LARGE
    return None


_DIGITS_MAX: Final = 20
