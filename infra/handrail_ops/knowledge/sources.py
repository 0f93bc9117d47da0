"""The files that articles are imported from: a folder, an archive or a single file.

All of it may be hostile, or broken: nothing is followed out of where it was said to be, nothing is
unpacked to disk, and nothing is read further than an article may be long.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from handrail_ops.knowledge.articles import ArticleError, Fault

FILE_BYTES_MAX: Final = 20_000_000
"""A manual with its pictures; a larger one is a mistake, or made to fill a disk."""
FILES_MAX: Final = 20_000
ENTRIES_MAX: Final = 2 * FILES_MAX
"""What may lie in a folder or an archive, pictures and such among it."""
TOTAL_BYTES_MAX: Final = 1_000_000_000
KINDS: Final = (".md", ".markdown", ".txt", ".csv", ".html", ".htm", ".docx", ".pdf")
_ENCRYPTED_FLAG: Final = 0x1
_DEFINES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UNPACKING: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source."""

    name: str
    """As errors call it."""
    data: bytes

    @property
    def kind(self) -> str:
        """Its ending, in small letters."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(slots=True)
class Source:
    """A folder, an archive (`*.zip`) or one file; what is wrong is gathered while it is read."""

    path: Path
    faults: list[Fault] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Files of a kind that holds no article."""
    _read_bytes: int = 0
    _read_files: int = 0

    def files(self) -> Iterator[SourceFile]:
        """Yield the files one after the other, those that cannot be used as faults.

        Raises:
            ArticleError: there is nothing to go on with.

        """
        if self.path.is_symlink() or not self.path.exists():
            self._stop(str(self.path), "not a file or a folder; expected one, and no link to one")
        if self.path.is_dir():
            yield from self._folder()
        elif self.path.suffix.lower() == ".zip":
            yield from self._archive()
        elif self.path.suffix.lower() in KINDS:
            yield from self._plain(self.path, self.path.name)
        else:
            self._stop(self.path.name, f"expected a folder, *.zip, or one of {', '.join(KINDS)}")

    def _folder(self) -> Iterator[SourceFile]:
        shown = (path for path in self.path.rglob("*") if not self._is_hidden(path))
        paths = list(islice(shown, ENTRIES_MAX + 1))
        self._count(len(paths))
        for path in sorted(paths):
            inside = path.relative_to(self.path)
            if path.is_symlink():
                self._fault(
                    inside.as_posix(), "a link to somewhere else; put the file itself here"
                )
            elif path.is_file() and self._is_wanted(inside.as_posix()):
                yield from self._plain(path, inside.as_posix())

    def _is_hidden(self, path: Path) -> bool:
        return any(part.startswith(".") for part in path.relative_to(self.path).parts)

    def _plain(self, path: Path, name: str) -> Iterator[SourceFile]:
        try:
            with path.open("rb") as file:
                data = file.read(FILE_BYTES_MAX + 1)
        except OSError as error:
            self._fault(name, f"cannot be read: {error.strerror}")
            return
        if self._fits(name, data):
            yield SourceFile(name, data)

    def _archive(self) -> Iterator[SourceFile]:
        try:
            archive = zipfile.ZipFile(self.path)
        except _UNPACKING as error:
            self._stop(self.path.name, f"not a zip archive: {error}")
        with archive:
            self._count(len(archive.infolist()))
            for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
                name = f"{self.path.name}/{entry.filename}"
                hostile = _hostile(entry)
                if hostile:
                    self._fault(name, hostile)
                elif not entry.is_dir() and self._is_wanted(entry.filename):
                    yield from self._packed(archive, entry, name)

    def _packed(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str
    ) -> Iterator[SourceFile]:
        try:
            with archive.open(entry) as file:
                data = file.read(FILE_BYTES_MAX + 1)  # whatever size the archive says it has
        except (*_UNPACKING, RuntimeError) as error:
            self._fault(name, f"cannot be unpacked: {error}")
            return
        if self._fits(name, data):
            yield SourceFile(name, data)

    def _is_wanted(self, name: str) -> bool:
        path = PurePosixPath(name)
        if any(part.startswith((".", "__MACOSX")) for part in path.parts):
            return False
        if path.name == "README.md":
            return False
        if path.suffix.lower() in KINDS:
            return True
        self.left_out.append(name)
        return False

    def _fits(self, name: str, data: bytes) -> bool:
        if len(data) > FILE_BYTES_MAX:
            self._fault(name, f"more than {FILE_BYTES_MAX} bytes; an article is a page: split it")
            return False
        self._read_files += 1
        self._read_bytes += len(data)
        if self._read_files > FILES_MAX or self._read_bytes > TOTAL_BYTES_MAX:
            what = f"more than {FILES_MAX} files or {TOTAL_BYTES_MAX} bytes up to here: split it"
            self._stop(name, what)
        return True

    def _count(self, entries: int) -> None:
        """Stop before anything is read, where there is more than anybody writes."""
        if entries > ENTRIES_MAX:
            what = f"more than {ENTRIES_MAX} files and folders in it; import them in several parts"
            self._stop(self.path.name, what)

    def _fault(self, name: str, what: str) -> None:
        self.faults.append(Fault(name, 1, what))

    def _stop(self, name: str, what: str) -> None:
        raise ArticleError([*self.faults, Fault(name, 1, what)])


def _hostile(entry: zipfile.ZipInfo) -> str | None:
    """Say what an archive's entry is that no archive of articles has."""
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
        return "leads out of the archive; pack the files with names relative to their folder"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link to somewhere else; pack the file itself"
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return "is encrypted; pack it without a password"
    return None


def check_archive(file: SourceFile) -> str | None:
    """Say why a document that is an archive inside (`*.docx`) must not be opened, or None."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    data = part.read(2 * FILE_BYTES_MAX + 1)
                total += len(data)
                if entry.filename.endswith((".xml", ".rels")) and _DEFINES.search(data):
                    return "defines entities or types of its own, which no word processor does"
                if total > 2 * FILE_BYTES_MAX:
                    return f"more than {2 * FILE_BYTES_MAX} bytes when unpacked"
    except (*_UNPACKING, RuntimeError) as error:
        return f"not a document: {error}"
    return None
