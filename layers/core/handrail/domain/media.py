"""Files of customers: kept by reference, for a person; what nobody should open is refused.

A message says what the provider says of a file: its kind, its size and its name, and where it is
found. That is what is decided by; when an agent opens it, its first bytes have a say as well.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message, as its provider tells of it; what is not told is empty."""

    number: int
    """Its place in the message, from 1."""
    kind: str
    """`image`, `audio`, `document` …"""
    type: str
    """Its media type."""
    name: str
    bytes: str
    id: str
    url: str

    @property
    def size(self) -> int | None:
        """Its size in bytes, if what is told makes sense."""
        told = self.bytes
        fits = told.isascii() and told.isdigit() and len(told) < _DIGITS_MAX
        return int(told) if fits else None

    @property
    def refusal(self) -> Refusal | None:
        """Why nobody is to open it, None when an agent may."""
        if _ending(self.name) in _RUNNABLE or _plain(self.type) in _RUNNABLE_TYPES:
            return Refusal.REFUSED
        return Refusal.TOO_LARGE if (self.size or 0) > FILE_BYTES_MAX else None

    @property
    def shown_type(self) -> str:
        """Its media type where that shows something and runs nothing; bytes otherwise."""
        plain = _plain(self.type)
        shows = plain in _INERT_TYPES or plain.partition("/")[0] in ("audio", "video")
        return plain if shows and _TYPE.fullmatch(plain) else BYTES_TYPE

    @property
    def safe_name(self) -> str:
        """A name to keep it under: no folders, nothing hidden, nothing that a shell reads."""
        last = re.split(r"[/\\]", self.name)[-1]
        name = "".join(one if _may_stand(one) else "_" for one in last)
        stem, dot, ending = name.strip(". _").rpartition(".")
        if not dot:
            stem, ending = ending, _ENDINGS.get(self.shown_type, "")
        stem = (
            stem.strip()[:_STEM_CHARS_MAX] or f"{_WORD.sub('', self.kind) or 'file'}-{self.number}"
        )
        return f"{stem}.{ending[:_ENDING_CHARS_MAX]}" if ending else stem


def refusal(details: Mapping[str, str]) -> Refusal | None:
    """Return why none of a message's files is kept, None when at least one is."""
    verdicts = [file.refusal for file in files(details)]
    if not verdicts or None in verdicts:
        return None
    return Refusal.REFUSED if Refusal.REFUSED in verdicts else Refusal.TOO_LARGE


def files(details: Mapping[str, str]) -> Iterator[File]:
    """Yield a message's files."""
    number = 1
    while True:
        told = [details.get(name, "") for name in _names(number)]
        if not any(told):
            return
        yield File(number, *told)
        number += 1


def beside_files(details: Mapping[str, str]) -> dict[str, str]:
    """Return what a message's details say besides its files."""
    taken = {name for file in files(details) for name in _names(file.number)}
    return {name: value for name, value in details.items() if name not in taken}


def looks_runnable(start: bytes) -> bool:
    """Tell by its first bytes whether a file is a program or a page, whatever it is called."""
    head = start[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    return start.startswith(_PROGRAMS) or head.lower().startswith(_PAGES)


def _may_stand(char: str) -> bool:
    """Tell whether a character may stand in a name: letters with their marks, digits, and -_. ."""
    return char.isalnum() or char in "-_. " or unicodedata.category(char).startswith("M")


def _names(number: int) -> list[str]:
    suffix = "" if number == 1 else f"_{number}"
    return [f"media{part}{suffix}" for part in _PARTS]


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def _plain(type_: str) -> str:
    return type_.partition(";")[0].strip().lower()


BYTES_TYPE: Final = "application/octet-stream"
"""The type of what is only to be kept."""
_PARTS: Final = ("", "_type", "_name", "_bytes", "_id", "_url")
_DIGITS_MAX: Final = 20
_STEM_CHARS_MAX: Final = 100
_ENDING_CHARS_MAX: Final = 12
_HEAD_BYTES: Final = 512
_WORD: Final = re.compile(r"[^a-z_]")
_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}")
_PROGRAMS: Final = (
    *(b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe"),
    *(b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00", b"!<arch>"),
)
_PAGES: Final = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"<head", b"<body")
_ENDINGS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp",
    "image/heic": "heic", "application/pdf": "pdf", "text/plain": "txt", "audio/ogg": "ogg",
    "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/aac": "aac", "audio/amr": "amr",
    "video/mp4": "mp4", "video/3gpp": "3gp", "video/quicktime": "mov",
}  # fmt: skip
_INERT_TYPES: Final = frozenset(
    {one for one in _ENDINGS if one.startswith("image/")} | {"application/pdf", "text/plain"}
)
"""What may be shown as what it is; sounds and films are, all of them."""
