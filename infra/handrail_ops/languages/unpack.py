"""The table of runs of bytes: py3langid's weights, as far as they tell our languages apart.

py3langid's model is an automaton over bytes and a matrix of what each run that the automaton finds
says for each of 142 languages: 65 MB unpacked, read with numpy. What functions need is a twentieth
of it: the runs that occur in words, in scripts that several of our languages share, for
those languages. The package is a dependency of whoever builds, never of a function; only its
model file is read, without numpy. What is made from it is not kept in the repository: it is made
when Handrail is set up, the same bytes each time, and the model's licence is laid beside it.
"""

import ast
import hashlib
import io
import json
import lzma
import struct
import zipfile
from array import array
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from handrail.adapters.language.byteruns import (
    ORIGIN_BYTES,
    WEIGHT_MAX,
    WEIGHT_STEP,
    Section,
    origin_of,
    pack,
)
from handrail.adapters.language.identify import BYTERUNS_FILE, model_label
from handrail.adapters.language.scripts import languages_by_script, letters_of
from handrail.domain.errors import HandrailError

PACKAGE: Final = "py3langid"
MODEL: Final = Path("data/model.npz.xz")
NOTICE: Final = "byteruns.LICENSE.txt"

MAKING: Final = 1
"""Raised whenever the same model would make another table."""

LEFT_OUT: Final = frozenset({"Hani", "Kana"})
"""Runs of a few bytes are two characters at most: they tell nothing that kana do not."""

NAMES: Final = {"nn": "no"}
"""Languages of the model that are another one to whoever answers: Nynorsk is Norwegian."""

NO_RUN: Final = -1
_BYTES: Final = 256


class ModelUnreadableError(HandrailError):
    """The model cannot be read; the message says what was expected and what to do."""


@dataclass(frozen=True, slots=True)
class Model:
    """py3langid's model, as its file has it."""

    labels: Sequence[str]
    rows: "array[int]"
    """The automaton's distinct rows: for each byte the next state."""
    row_of: "array[int]"
    """Which row a state has."""
    run_of: "array[int]"
    """Which run a state has found; `NO_RUN` where it has found none."""
    weights: bytes
    """For each run what it says for each label, as 16-bit floating point, little endian."""


def model_path() -> Path:
    """Find the model file without importing the package, which imports numpy.

    Raises:
        ModelUnreadableError: the package is not installed.

    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        message = (
            f"{PACKAGE} is not installed, and its weights are what the table of runs of bytes is "
            "made from; install the locked packages (`make setup`)"
        )
        raise ModelUnreadableError(message)
    return Path(spec.submodule_search_locations[0]) / MODEL


def licence() -> str:
    """Return the package's licence, which goes wherever its weights go.

    Raises:
        ModelUnreadableError: the package is not installed, or has no licence with it.

    """
    try:
        of_package = distribution(PACKAGE)
    except PackageNotFoundError as error:
        message = f"{PACKAGE} is not installed; install the locked packages (`make setup`)"
        raise ModelUnreadableError(message) from error
    for file in of_package.files or ():
        if file.name == "LICENSE":
            return file.read_text()
    message = f"{PACKAGE} {of_package.version} came without its LICENSE; it must be shipped along"
    raise ModelUnreadableError(message)


def read_model(packed: bytes) -> Model:
    """Read a model file.

    Raises:
        ModelUnreadableError: the file is not laid out as py3langid 0.4 does it.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(lzma.decompress(packed))) as archive:
            parts = {name: _array(archive.read(name)) for name in archive.namelist()}
        _, _, weights = _expect(parts, "ptc.npy", "<f2")
        kind, (_,), names = parts["classes.npy"]
        letters = int(kind.removeprefix("<U"))
        model = Model(
            [
                names[at : at + 4 * letters].decode("utf-32-le").rstrip("\0")
                for at in range(0, len(names), 4 * letters)
            ],
            _numbers(_expect(parts, "nextmove.npy", "<u4")),
            _numbers(_expect(parts, "nextmove_row.npy", "<u2")),
            _numbers(_expect(parts, "out_feat.npy", "<i4")),
            weights,
        )
    except (ValueError, KeyError, lzma.LZMAError, zipfile.BadZipFile) as error:
        message = (
            f"the model of {PACKAGE} is laid out otherwise than was expected ({error!r}); "
            "hold the package to the version of uv.lock, or mend handrail_ops/languages/unpack.py"
        )
        raise ModelUnreadableError(message) from error
    return model


_Array = tuple[str, tuple[int, ...], bytes]


def _array(data: bytes) -> _Array:
    """Return kind, shape and bytes of an array in numpy's file format, version 1."""
    if not data.startswith(b"\x93NUMPY\x01"):
        raise ValueError(data[:8])
    (length,) = struct.unpack_from("<H", data, 8)
    facts = ast.literal_eval(data[10 : 10 + length].decode("latin-1"))
    if facts["fortran_order"]:
        raise ValueError(facts)
    return facts["descr"], facts["shape"], data[10 + length :]


def _expect(parts: Mapping[str, _Array], name: str, kind: str) -> _Array:
    found = parts[name]
    if found[0] != kind:
        raise ValueError(name, found[0])
    return found


def _numbers(of: _Array) -> "array[int]":
    kind, _, data = of
    numbers = array({"<u2": "H", "<u4": "I", "<i4": "i"}[kind])
    numbers.frombytes(data)
    return numbers


def runs_of(model: Model, alphabet: Sequence[int]) -> Iterator[tuple[bytes, int]]:
    """Yield the runs that are made of some bytes alone, each with its number.

    The shortest way to a state is its run: the automaton is in a state when the text ends with
    the state's run, and with no longer one that it knows.
    """
    reached = {0: b""}
    ahead = deque([0])
    while ahead:
        state = ahead.popleft()
        row, run = model.row_of[state] * _BYTES, reached[state]
        for byte in alphabet:
            following = model.rows[row + byte]
            if following not in reached:
                reached[following] = found = run + bytes((byte,))
                ahead.append(following)
                if model.run_of[following] != NO_RUN:
                    yield found, model.run_of[following]


def alphabet_of(script: str) -> Sequence[int]:
    """Return the bytes that words in a script are made of, in lower case, and a space."""
    letters = {letter.casefold() for letter in letters_of(script)}
    return sorted({byte for text in (*letters, " ", "'", "\u2019") for byte in text.encode()})


def section(model: Model, script: str, labels: Sequence[str]) -> Section:
    """Return the runs of a script, weighed for the languages written in it."""
    columns = [
        number for number, label in enumerate(model.labels) if NAMES.get(label, label) in labels
    ]
    width = len(model.labels)
    weights: dict[bytes, bytes] = {}
    for run, number in runs_of(model, alphabet_of(script)):
        row = struct.unpack_from(f"<{width}e", model.weights, 2 * width * number)
        least = min(row[column] for column in columns)
        weighed = bytes(
            min(WEIGHT_MAX, round((row[column] - least) / WEIGHT_STEP)) for column in columns
        )
        if any(weighed):
            weights[run] = weighed
    return Section(
        [NAMES.get(model.labels[column], model.labels[column]) for column in columns], weights
    )


def shared_scripts(folder: Path) -> Mapping[str, Sequence[str]]:
    """Return the scripts that several languages share, with the model's names of those."""
    facts = json.loads((folder / "index.json").read_bytes())["languages"]
    codes = list(facts)
    shared: dict[str, Sequence[str]] = {}
    for script, numbers in languages_by_script(facts.values()).items():
        labels = sorted({model_label(codes[number]) for number in numbers})
        if len(labels) > 1 and script not in LEFT_OUT:
            shared[script] = labels
    return shared


def origin(scripts: Mapping[str, Sequence[str]], packed: bytes) -> bytes:
    """Return a digest of all that the table is made from."""
    made_from = (MAKING, WEIGHT_STEP, sorted(scripts.items()), hashlib.sha256(packed).digest())
    return hashlib.sha256(repr(made_from).encode()).digest()[:ORIGIN_BYTES]


def terms() -> str:
    """Return what is laid beside the table: whose weights they are, and under which licence."""
    return (
        f"{BYTERUNS_FILE} holds weights of {PACKAGE}'s model for telling languages, as far as\n"
        f"they tell Handrail's languages apart. {PACKAGE} comes under these terms:\n\n{licence()}"
    )


def is_unpacked(folder: Path) -> bool:
    """Say whether the table of a folder, and the licence beside it, are what they should be.

    Raises:
        ModelUnreadableError: the model is not there.

    """
    expected = origin(shared_scripts(folder), model_path().read_bytes())
    notice = folder / NOTICE
    noted = notice.is_file() and notice.read_text(encoding="utf-8") == terms()
    return noted and origin_of(folder / BYTERUNS_FILE) == expected


def unpack(folder: Path) -> bool:
    """Write the table of runs of bytes, and its licence; return whether there was need to.

    Raises:
        ModelUnreadableError: the model is not there, or cannot be read.

    """
    if is_unpacked(folder):
        return False
    scripts, packed = shared_scripts(folder), model_path().read_bytes()
    model = read_model(packed)
    sections = {one: section(model, one, labels) for one, labels in scripts.items()}
    made = pack(sections, origin(scripts, packed))
    (folder / NOTICE).write_text(terms(), encoding="utf-8")
    table = folder / BYTERUNS_FILE
    # Whole or not at all: somebody may be reading the old one.
    part = table.with_suffix(".part")
    part.write_bytes(made)
    part.replace(table)
    return True
