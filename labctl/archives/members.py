"""What is inside a .tar, .tar.gz or .zip, one file after another, never unpacked.

Names that lead out, too many members, and what unfolds without end are refused
with one line; links are not followed.
"""

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from labctl.errors import NO_MATCH, LabError
from labctl.words.phrase import Phrase

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

MEMBERS_MAX = 20_000
UNFOLDED_MAX = 4 << 30  # bytes of one archive, unfolded
_HEADER_MAX = 8 << 20  # bytes between two files of a tar, and of a zip's list
_SUFFIXES = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".zip")
_ODD = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError),
)


class Member(NamedTuple):
    """One file of an archive; its bytes can be read until the next is asked for."""

    path: PurePosixPath  # below the archive's root
    file: IO[bytes]


def is_archive(path: Path) -> bool:
    """Whether a file is an archive, by its name."""
    return path.name.lower().endswith(_SUFFIXES) and path.is_file()


def members(archive: Path) -> Iterator[Member]:
    """Yield the files of an archive in its own order; LabError if it is refused."""
    zipped = archive.name.lower().endswith(".zip")
    with _blaming(archive):
        for path, file in _of_zip(archive) if zipped else _of_tar(archive):
            yield Member(path, io.BufferedReader(_BlamingFile(archive, file)))


class _BlamingFile(io.RawIOBase):
    """A file of an archive, whose errors name the archive."""

    def __init__(self, archive: Path, file: IO[bytes]) -> None:
        self.archive, self.file = archive, file

    def readable(self) -> bool:
        return True

    def readinto(self, into: "Buffer") -> int:
        view = memoryview(into)
        with _blaming(self.archive):
            data = self.file.read(len(view))
        view[: len(data)] = data
        return len(data)


@contextmanager
def _blaming(archive: Path) -> Iterator[None]:
    try:
        yield
    except Refused as found:
        raise refused(archive, found.why) from None
    except _ODD as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise refused(archive, Phrase("as-is", {"text": said})) from None


class Refused(Exception):
    """Why an archive is not read any further."""

    def __init__(self, key: str, **facts: object) -> None:
        """Keep the phrase."""
        super().__init__(key)
        self.why = Phrase(f"archive.{key}", facts)


def refused(archive: Path, why: Phrase) -> LabError:
    """Return the error that names the archive and the cause."""
    facts = {"archive": str(archive), "why": why}
    hint = Phrase("archive.refused.hint")
    return LabError(Phrase("archive.refused", facts), hint, NO_MATCH)


def _inside(name: str) -> PurePosixPath:
    """Return a member's path; a name that leads out of the archive is refused."""
    plain = "".join(c if c.isprintable() else "\ufffd" for c in name[:4096])
    path = PurePosixPath(plain.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0]:
        raise Refused("outside", name=plain[:200])
    return path


def _check_link(path: PurePosixPath, target: str) -> None:
    """Links are not followed; one that leads out is refused all the same."""
    depth = len(path.parts) - 1
    for part in PurePosixPath(target).parts:
        depth += {"..": -1, "/": -999}.get(part, 1)
        if depth < 0:
            raise Refused("outside", name=f"{path} → {target[:200]}")


class _Counted(io.RawIOBase):
    """A stream that refuses to give more than it is allowed to."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.total = 0
        self.allowed = _HEADER_MAX  # until the next file is reached

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size if size >= 0 else _HEADER_MAX)
        self.total += len(data)
        self.allowed -= len(data)
        if self.total > UNFOLDED_MAX:
            raise Refused("unfolds", mb=UNFOLDED_MAX >> 20)
        if self.allowed < 0:
            raise Refused("headers", mb=_HEADER_MAX >> 20)
        return data


def _of_tar(archive: Path) -> Iterator[Member]:
    with archive.open("rb") as raw:
        counted = _Counted(_unfolded(raw))
        stream = cast(IO[bytes], counted)
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for number, info in enumerate(tar):
                if number >= MEMBERS_MAX:
                    raise Refused("members", n=MEMBERS_MAX)
                path = _inside(info.name)
                counted.allowed = info.size + _HEADER_MAX
                if info.issym() or info.islnk():
                    whole = PurePosixPath("x") if info.islnk() else path
                    _check_link(whole, info.linkname)
                elif info.isfile() and (file := tar.extractfile(info)):
                    yield Member(path, file)


def _unfolded(raw: io.BufferedReader) -> IO[bytes]:
    start = raw.peek(6)
    for magic, opened in (
        (b"\x1f\x8b", gzip.open),
        (b"BZh", bz2.open),
        (b"\xfd7zXZ\x00", lzma.open),
    ):
        if start.startswith(magic):
            return cast(IO[bytes], opened(raw))
    return raw


def _of_zip(archive: Path) -> Iterator[Member]:
    _check_list(archive)
    total = 0
    with zipfile.ZipFile(archive) as zipped:
        for number, info in enumerate(zipped.infolist()):
            if number >= MEMBERS_MAX:
                raise Refused("members", n=MEMBERS_MAX)
            path = _inside(info.filename)
            total += info.file_size
            if total > UNFOLDED_MAX:
                raise Refused("unfolds", mb=UNFOLDED_MAX >> 20)
            if info.is_dir():
                continue
            with zipped.open(info) as file:
                if stat.S_ISLNK(info.external_attr >> 16):
                    _check_link(path, file.read(4096).decode("utf-8", "replace"))
                else:
                    yield Member(path, file)


def _check_list(archive: Path) -> None:
    """A zip's list of files is read as a whole, so its size is looked at first."""
    with archive.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 66_000))
        end = file.read()
    if (at := end.rfind(b"PK\x05\x06")) >= 0 and len(end) >= at + 20:
        _, length = struct.unpack_from("<HI", end, at + 10)
        if length > _HEADER_MAX:
            raise Refused("members", n=MEMBERS_MAX)
