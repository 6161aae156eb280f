"""A disk that remembers every state in which the power could have found it.

Between two operations, and in the midst of one, a real disk may hold what was
written since the last sync in part: `images` collects these states, each a
{name: bytes}.  What is durable is in all of them.
"""

from collections.abc import Iterator
from random import Random

from node.storage.disk import Disk

SECTOR = 512  # bytes: what a disk writes whole or not at all

Image = dict[str, bytes]


class PowerDisk:
    """Implements `Disk`; every operation adds the states it passes through."""

    def __init__(self, image: Image | None = None) -> None:
        """Begin with these files, all of them durable."""
        self.files: Image = dict(image or {})
        self.durable: Image = dict(image or {})
        self.images: list[tuple[str, Image]] = []
        self._chance = Random(1)

    # --- reading --------------------------------------------------------------

    def names(self) -> list[str]:
        return sorted(self.files)

    def read(self, name: str, offset: int = 0, length: int = -1) -> bytes:
        if name not in self.files:
            raise FileNotFoundError(name)
        data = self.files[name]
        return data[offset:] if length < 0 else data[offset : offset + length]

    def size(self, name: str) -> int:
        return len(self.files.get(name, b""))

    # --- writing --------------------------------------------------------------

    def write(self, name: str, offset: int, data: bytes) -> None:
        before = self.files.get(name, b"").ljust(offset, b"\0")
        self.files[name] = before[:offset] + data + before[offset + len(data) :]
        self._torn(f"write {name}", name)

    def sync(self, name: str) -> None:
        self._torn(f"sync {name}", name)
        self.durable[name] = self.files[name]
        self._whole(f"synced {name}")

    def replace(self, name: str, data: bytes) -> None:
        temporary = name + ".tmp"
        self.files.pop(temporary, None)
        self.write(temporary, 0, data)
        self.sync(temporary)
        self.rename(temporary, name)

    def rename(self, old: str, new: str) -> None:
        self.files[new] = self.files.pop(old)
        self._whole(f"rename {old} {new}")
        self.durable[new] = self.durable.pop(old)
        self._whole(f"renamed {old} {new}")

    def truncate(self, name: str, size: int) -> None:
        self.files[name] = self.files[name][:size].ljust(size, b"\0")
        self._whole(f"truncate {name} {size}")
        self.durable[name] = self.files[name]
        self._whole(f"truncated {name} {size}")

    def remove(self, name: str) -> None:
        self.files.pop(name, None)
        self._whole(f"remove {name}")
        self.durable.pop(name, None)
        self._whole(f"removed {name}")

    def close(self) -> None:
        """Let go of nothing: this disk has no open file."""

    # --- where the power may go -------------------------------------------------

    def _whole(self, when: str) -> None:
        """Nothing of what is not synced survived, or all of it."""
        self.images.append((when, dict(self.durable)))
        self.images.append((when, dict(self.files)))

    def _torn(self, when: str, name: str) -> None:
        """Some sectors of one file survived."""
        self._whole(when)
        old, new = self.durable.get(name, b""), self.files[name]
        for _ in range(8):
            kept = [self._chance.random() < 0.5 for _ in sectors(new)]
            torn = dict(self.durable)
            torn[name] = mixed(old, new, kept)
            self.images.append((f"{when}, torn", torn))


def sectors(data: bytes) -> range:
    """Return where the sectors of a file begin."""
    return range(0, len(data), SECTOR)


def mixed(old: bytes, new: bytes, kept: list[bool]) -> bytes:
    """Return a file of which only the `kept` sectors of `new` reached the disk."""
    old = old.ljust(len(new), b"\0")
    return b"".join(
        (new if keep else old)[at : at + SECTOR]
        for at, keep in zip(sectors(new), kept, strict=True)
    )


def subsets(count: int) -> Iterator[list[bool]]:
    """Yield every way to keep some of the last `count` sectors."""
    for bits in range(1 << count):
        yield [bool(bits >> bit & 1) for bit in range(count)]


_: Disk = PowerDisk()  # the type checker holds the two together
