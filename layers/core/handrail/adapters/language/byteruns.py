"""How much the runs of bytes of a text speak for each language.

A run of one to six bytes of a text in UTF-8 is likelier in some languages than in others. How
likely is what py3langid learnt (BSD-3-Clause); `handrail languages unpack` writes the part of it
that tells our languages apart into a table of our own, which is read here as plain bytes: neither
numpy nor py3langid is needed, and loading takes no longer than reading a file.
"""

import json
import math
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from pathlib import Path
from typing import Final

WEIGHT_STEP: Final = 1 / 16
"""What one step of a stored weight is worth, in units of log-probability."""
WEIGHT_MAX: Final = 255

# A file: magic, what it was made from, length of the header as 32-bit little endian, the header
# (JSON: the sections by script), then per section: where each bucket begins (and the end) as
# 32-bit little endian, the runs' fingerprints as 16-bit little endian, the runs' weights, one byte
# per column. The runs of a bucket stand together.
MAGIC: Final = b"HANDRAIL BYTERUNS 1\n"
ORIGIN_BYTES: Final = 32
_LENGTH: Final = struct.Struct("<I")

BUCKETS_MAX: Final = 1 << 16
"""The other half of a checksum is the fingerprint."""

MAKE_IT: Final = "run `handrail languages unpack`"


@dataclass(frozen=True, slots=True)
class Section:
    """What is known of the runs of one script."""

    labels: Sequence[str]
    """Whom the weights of a run are for, by the model's names; a language may come twice."""
    weights: Mapping[bytes, bytes]
    """For each run a weight per label."""


def place_of(run: bytes, buckets: int) -> tuple[int, int]:
    """Return the bucket and the fingerprint of a run; the buckets are a power of two."""
    checksum = zlib.crc32(run)
    return checksum & (buckets - 1), checksum >> 16


def pack(sections: Mapping[str, Section], origin: bytes) -> bytes:
    """Return the file for the runs of each script.

    `origin` is a digest of what the table was made from, so that a stale one can be told.
    """
    header: dict[str, dict[str, object]] = {}
    body = bytearray()
    for script, section in sorted(sections.items()):
        buckets = min(BUCKETS_MAX, 1 << max(0, len(section.weights) - 1).bit_length())
        placed: dict[tuple[int, int], bytes] = {}
        for run in sorted(section.weights):
            # Two runs that cannot be told apart, one in ten thousand: the first speaks for both.
            placed.setdefault(place_of(run, buckets), run)
        ordered = sorted(placed)
        starts, prints = array("I", [0]), array("H")
        filled = 0
        for bucket in range(buckets):
            while filled < len(ordered) and ordered[filled][0] == bucket:
                prints.append(ordered[filled][1])
                filled += 1
            starts.append(filled)
        header[script] = {
            "labels": list(section.labels),
            "buckets": buckets,
            "runs": len(ordered),
            "longest": max(map(len, section.weights), default=0),
        }
        body += _little_endian(starts).tobytes() + _little_endian(prints).tobytes()
        body += b"".join(section.weights[placed[place]] for place in ordered)
    head = json.dumps(header, sort_keys=True).encode()
    return MAGIC + origin + _LENGTH.pack(len(head)) + head + bytes(body)


def _little_endian(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def origin_of(path: Path) -> bytes:
    """Return the digest of what a table was made from; empty where there is no table."""
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC) + ORIGIN_BYTES)
    except FileNotFoundError:
        return b""
    return head[len(MAGIC) :] if head.startswith(MAGIC) else b""


class _Runs:
    """The runs of one script, being looked up."""

    def __init__(self, facts: Mapping[str, object], data: bytes, at: int) -> None:
        self.labels: Sequence[str] = [str(label) for label in _as_list(facts["labels"])]
        buckets, runs = int(str(facts["buckets"])), int(str(facts["runs"]))
        self._buckets = buckets
        self._longest = int(str(facts["longest"]))
        starts, prints = array("I"), array("H")
        prints_at = at + (buckets + 1) * starts.itemsize
        weights_at = prints_at + runs * prints.itemsize
        self.end = weights_at + runs * len(self.labels)
        starts.frombytes(data[at:prints_at])
        prints.frombytes(data[prints_at:weights_at])
        self._starts, self._prints = _little_endian(starts), _little_endian(prints)
        self._weights = data[weights_at : self.end]

    def count(self, text: bytes) -> Mapping[int, int]:
        """Count the runs of a text: at each byte the longest one that ends there."""
        counts: dict[int, int] = {}
        starts, prints, mask = self._starts, self._prints, self._buckets - 1
        checksum_of = zlib.crc32
        for end in range(1, len(text) + 1):
            for start in range(max(0, end - self._longest), end):
                checksum = checksum_of(text[start:end])
                bucket = checksum & mask
                place, after = starts[bucket], starts[bucket + 1]
                fingerprint = checksum >> 16
                while place < after and prints[place] != fingerprint:
                    place += 1
                if place < after:
                    counts[place] = counts.get(place, 0) + 1
                    break
        return counts

    def add_up(self, counts: Mapping[int, int]) -> Sequence[float]:
        """Return what speaks for each label: a run that comes again says less each time."""
        width = len(self.labels)
        by_count: dict[int, list[int]] = {}
        for place, count in counts.items():
            row = self._weights[place * width : (place + 1) * width]
            by_count[count] = list(map(add, by_count[count], row)) if count in by_count else [*row]
        totals = [0.0] * width
        for count, sums in by_count.items():
            factor = WEIGHT_STEP * math.log1p(count)
            totals = [total + factor * one for total, one in zip(totals, sums, strict=True)]
        return totals


def _read(data: bytes) -> Mapping[str, _Runs]:
    """Return the runs of each script.

    Raises:
        ValueError, KeyError, struct.error: the data is no whole table.

    """
    if not data.startswith(MAGIC):
        raise ValueError(data[: len(MAGIC)])
    begin = len(MAGIC) + ORIGIN_BYTES
    length = int(_LENGTH.unpack_from(data, begin)[0])
    at = begin + _LENGTH.size + length
    by_script: dict[str, _Runs] = {}
    for script, facts in json.loads(data[at - length : at]).items():
        by_script[script] = runs = _Runs(facts, data, at)
        at = runs.end
    if at != len(data):
        raise ValueError(at)
    return by_script


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


class ByteRuns:
    """The table, being looked up."""

    def __init__(self, path: Path) -> None:
        """Read a table.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file is no such table.

        """
        try:
            self._runs = _read(path.read_bytes())
        except (ValueError, KeyError, struct.error) as error:
            message = f"{path} is no table of runs of bytes, or not a whole one; {MAKE_IT}"
            raise ValueError(message) from error

    def speak(self, spoken: Iterable[str], script: str) -> Mapping[str, float]:
        """Return what speaks for each of a script's languages, the best having nought.

        In units of log-probability, by the model's names of the languages; empty where the table
        says nothing: of a script that only one language is written in, or of letters it has
        never seen. Long texts are not surer than they should be: runs overlap, so what they say
        grows with the root of the length.
        """
        runs = self._runs.get(script)
        if runs is None:
            return {}
        # A word's ends are letters to the model; at the ends of a text, too, they are spaces.
        text = f" {' '.join(spoken)} ".encode("utf-8", "replace")
        counts = runs.count(text)
        if not counts:
            return {}
        totals = runs.add_up(counts)
        best = max(totals)
        grown = math.sqrt(len(text))
        said: dict[str, float] = {}
        for label, total in zip(runs.labels, totals, strict=True):
            # A language in two scripts or two standards is as likely as the likelier of the two.
            said[label] = max(said.get(label, -math.inf), (total - best) / grown)
        return said
