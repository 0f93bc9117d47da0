"""Pictures that a set-up has to hand in, drawn here: a person, for a menu in any language."""

from __future__ import annotations

import struct
import zlib
from typing import Final

_GROUND: Final = (255, 255, 255)
_FIGURE: Final = (30, 80, 160)


def person(width: int, height: int) -> bytes:
    """Return a PNG of a head above a pair of shoulders, in the middle."""
    middle = width / 2
    head, shoulders = height * 0.16, height * 0.28
    head_at, shoulders_at = height * 0.32, height * 0.84

    def is_figure(x: int, y: int) -> bool:
        across = x - middle
        in_head = across**2 + (y - head_at) ** 2 <= head**2
        below = y <= shoulders_at
        return in_head or (below and across**2 + (y - shoulders_at) ** 2 <= shoulders**2)

    palette = bytes((*_GROUND, *_FIGURE))
    rows = b"".join(b"\x00" + bytes(is_figure(x, y) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"".join((
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", header),
        _chunk(b"PLTE", palette),
        _chunk(b"IDAT", zlib.compress(rows, 9)),
        _chunk(b"IEND", b""),
    ))  # fmt: skip


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
