"""The files of an archive as a folder in memory, as far as they are needed."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from labctl.archives.members import Refused, members, refused

KEPT_MAX = 64 << 20  # bytes of one archive that are held


class Inside:
    """A file or folder inside an archive: as much of a path as reading needs."""

    def __init__(self, archive: "Held", path: PurePosixPath) -> None:
        """It need not exist."""
        self._archive, self._path = archive, path
        self.name, self.suffix = path.name, path.suffix

    def __str__(self) -> str:
        """Its name for a person: archive.zip!conf/zoo.cfg."""
        return f"{self._archive.name}!{self._path}"

    def __truediv__(self, name: str) -> "Inside":
        """What is below it."""
        return Inside(self._archive, self._path / name)

    def __lt__(self, other: "Inside") -> bool:
        """By path."""
        return self._path < other._path

    def __eq__(self, other: object) -> bool:
        """The same path of the same archive."""
        return isinstance(other, Inside) and str(self) == str(other)

    def __hash__(self) -> int:
        """By its name."""
        return hash(str(self))

    @property
    def parent(self) -> "Inside":
        """The folder that it is in."""
        return Inside(self._archive, self._path.parent)

    def is_dir(self) -> bool:
        """Whether something is below it."""
        return self._path in self._archive.folders

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self._path in self._archive.files

    def is_symlink(self) -> bool:
        """Links are left out."""
        return False

    def iterdir(self) -> "Iterator[Inside]":
        """What is right below it."""
        for path in sorted(self._archive.folders.get(self._path, ())):
            yield Inside(self._archive, path)

    def read_bytes(self) -> bytes:
        """What is kept of it; FileNotFoundError if it is not there."""
        try:
            return self._archive.files[self._path]
        except KeyError:
            raise FileNotFoundError(2, "no such file", str(self)) from None

    def as_named(self, path: Path) -> "Inside | None":
        """Where a path of the archive's own machine is here; None if nowhere."""
        parts = path.parts[1:] if path.is_absolute() else path.parts
        for above in (self._path.parent, *self._path.parent.parents):
            found = Inside(self._archive, above.joinpath(*parts))
            if found.is_file() or found.is_dir():
                return found
        return None


Place = Path | Inside  # on the disk, or in an archive


def below(folder: Place) -> list[Place]:
    """Return what is right below a folder, sorted by name."""
    found: list[Place] = [*folder.iterdir()]
    return sorted(found, key=str)


class Held:
    """The files of an archive, as far as they are kept."""

    def __init__(self, archive: Path, keep: Callable[[PurePosixPath], int]) -> None:
        """Read through it; `keep` says how many bytes of a file are held."""
        self.name = str(archive)
        self.files: dict[PurePosixPath, bytes] = {}
        self.folders: dict[PurePosixPath, set[PurePosixPath]] = {PurePosixPath(): set()}
        held = 0
        for path, file in members(archive):
            self.files[path] = data = file.read(keep(path))
            held += len(data)
            if held > KEPT_MAX:
                raise refused(archive, Refused("unfolds", mb=KEPT_MAX >> 20).why)
            below = path
            for above in path.parents:
                self.folders.setdefault(above, set()).add(below)
                below = above

    @property
    def root(self) -> Inside:
        """The folder that is all of it."""
        return Inside(self, PurePosixPath())
