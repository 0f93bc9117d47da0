"""Passages as vectors, beside the index: what a text means, whatever its language.

    magic, header length, header (JSON) | ids | digests | lengths | signs | values

A vector is kept twice: the sign of each number, one bit, by which the nearest are found among all
with an exclusive or and a count of bits, and each number in one byte, by which those are put in
order. Neither needs a library, and 50,000 passages are searched in some 20 ms.
"""

import json
import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from operator import mul
from pathlib import Path
from typing import Any, Final

from handrail.domain.errors import SettingsError

FILE_NAME: Final = "vectors.index"
MAGIC: Final = b"HANDRAIL-VECTORS-1\n"
DIGEST_BYTES: Final = 8
DIMENSIONS_MAX: Final = 4_096
_STEPS: Final = 127
_BITS: Final = 8
_NEAR_MIN: Final = 64
"""How many are put in order by their numbers; signs alone are right only roughly."""
_NEAR_FACTOR: Final = 8


@dataclass(frozen=True, slots=True)
class Near:
    """A passage and how near it is: the cosine, 1 for the same direction."""

    passage: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Vectors:
    """What the file holds. Without `values` they are kept elsewhere, and only made known here."""

    model: str
    dimensions: int
    ids: Sequence[str]
    digests: Sequence[bytes]
    """Of the texts that the vectors were made of: an unchanged text need not be sent again."""
    values: Sequence[Sequence[int]] = ()
    """From -127 to 127."""
    chosen: bool = False
    """Whether vectors of this length were asked for, of a model that makes several."""


def quantised(vector: Sequence[float]) -> Sequence[int]:
    """Return a vector in steps of its largest number; its length does not matter here.

    Raises:
        ValueError: it has no direction.

    """
    largest = max(map(abs, vector), default=0.0)
    if not largest or not math.isfinite(largest):
        message = "a vector needs at least one number, and none that is not finite"
        raise ValueError(message)
    return array("b", (round(number / largest * _STEPS) for number in vector))


def packed(vectors: Vectors) -> bytes:
    """Return the file's bytes: of the same vectors, the same."""
    header = {
        "model": vectors.model,
        "dimensions": vectors.dimensions,
        "count": len(vectors.ids),
        "kept": bool(vectors.values),
        "chosen": vectors.chosen,
    }
    sections = [
        json.dumps(list(vectors.ids), ensure_ascii=False).encode(),
        b"".join(vectors.digests),
        array("f", map(_length, vectors.values)).tobytes(),
        b"".join(
            _signs(values).to_bytes(vectors.dimensions // _BITS) for values in vectors.values
        ),
        b"".join(array("b", values).tobytes() for values in vectors.values),
    ]
    text = json.dumps({**header, "sections": [len(one) for one in sections]}).encode()
    return MAGIC + len(text).to_bytes(4, "little") + text + b"".join(sections)


def unpacked(data: bytes) -> Vectors:
    """Read a whole file, as its builder does to send again only what has changed.

    Raises:
        SettingsError: it is no such file.

    """
    header, sections = _read(data)
    dimensions, values = int(header["dimensions"]), memoryview(sections[4]).cast("b")
    return Vectors(
        model=str(header["model"]),
        dimensions=dimensions,
        ids=json.loads(sections[0]),
        digests=[
            sections[1][at : at + DIGEST_BYTES] for at in range(0, len(sections[1]), DIGEST_BYTES)
        ],
        values=[values[at : at + dimensions] for at in range(0, len(values), dimensions)],
        chosen=bool(header["chosen"]),
    )


class VectorsFile:
    """An open file of vectors."""

    def __init__(self, path: Path) -> None:
        """Read it whole.

        Raises:
            SettingsError: it is not one that `handrail knowledge build --embeddings` writes.

        """
        try:
            header, sections = _read(path.read_bytes())
            self.model: Final = str(header["model"])
            self.dimensions: Final = int(header["dimensions"])
            self.kept: Final = bool(header["kept"])
            """Whether the vectors are in the file, and not in a store of their own."""
            self.chosen: Final = bool(header["chosen"])
            self._ids: Final[Sequence[str]] = json.loads(sections[0])
            self._lengths: Final = array("f", sections[2])
            size = self.dimensions // _BITS
            self._signs: Final = [
                int.from_bytes(sections[3][at : at + size])
                for at in range(0, len(sections[3]), size)
            ]
            self._values: Final = memoryview(sections[4]).cast("b")
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{path} has no vectors ({error!r}); build the knowledge again"
            raise SettingsError(message) from None

    def nearest(self, vector: Sequence[float], limit: int, deadline: float) -> Sequence[Near]:  # noqa: ARG002 - some 20 ms at most
        """Return the passages that are nearest, the nearest first."""
        if len(vector) != self.dimensions or not self._signs:
            return ()
        asked = quantised(vector)
        signs = _signs(asked)
        far = [(signs ^ other).bit_count() for other in self._signs]
        several = max(_NEAR_MIN, _NEAR_FACTOR * limit)
        chosen = nsmallest(several, range(len(far)), key=far.__getitem__)
        length = _length(asked)
        near = [
            Near(self._ids[number], self._product(asked, number) / length) for number in chosen
        ]
        near.sort(key=lambda one: (-one.likeness, one.passage))
        return near[:limit]

    def _product(self, asked: Sequence[int], number: int) -> float:
        start = number * self.dimensions
        values = self._values[start : start + self.dimensions]
        return float(sum(map(mul, asked, values)) / self._lengths[number])


def _length(values: Sequence[int]) -> float:
    return math.sqrt(sum(map(mul, values, values)))


def _signs(values: Sequence[int]) -> int:
    return int("".join("1" if value > 0 else "0" for value in values), 2)


def _read(data: bytes) -> tuple[Mapping[str, Any], Sequence[bytes]]:
    begin = len(MAGIC) + 4
    fault = "it does not begin as vectors do"
    if data[: len(MAGIC)] == MAGIC:
        end = begin + int.from_bytes(data[len(MAGIC) : begin], "little")
        try:
            header = json.loads(data[begin:end])
            sizes = [int(size) for size in header["sections"]]
            count, dimensions = int(header["count"]), int(header["dimensions"])
            kept = count if header["kept"] else 0
            whole = [
                sizes[0],
                count * DIGEST_BYTES,
                kept * 4,
                kept * (dimensions // _BITS),
                kept * dimensions,
            ]
        except (ValueError, KeyError, TypeError, IndexError) as error:
            fault = f"its header cannot be read ({error!r})"
        else:
            if sizes == whole and len(data) == end + sum(sizes):
                ends = [end + sum(sizes[: place + 1]) for place in range(len(sizes))]
                return header, [
                    data[last - size : last] for last, size in zip(ends, sizes, strict=True)
                ]
            fault = "its parts have other sizes than it says"
    message = f"these are no vectors of passages: {fault}; build the knowledge again"
    raise SettingsError(message)
