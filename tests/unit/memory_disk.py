"""A disk in memory that forgets what was not synced when the power goes."""

from node.storage.disk import Disk


class MemoryDisk:
    """Implements `Disk`; `durable` is what a crash would leave."""

    def __init__(self) -> None:
        self.files: dict[str, bytearray] = {}
        self.durable: dict[str, bytes] = {}
        self.syncs = 0
        self.fail_sync = False

    def names(self) -> list[str]:
        return sorted(self.files)

    def read(self, name: str, offset: int = 0, length: int = -1) -> bytes:
        if name not in self.files:
            raise FileNotFoundError(name)
        data = self.files[name]
        return bytes(data[offset:] if length < 0 else data[offset : offset + length])

    def size(self, name: str) -> int:
        return len(self.files.get(name, b""))

    def write(self, name: str, offset: int, data: bytes) -> None:
        file = self.files.setdefault(name, bytearray())
        file.extend(bytes(max(0, offset + len(data) - len(file))))
        file[offset : offset + len(data)] = data

    def sync(self, name: str) -> None:
        if self.fail_sync:
            raise OSError("planned")
        self.syncs += 1
        self.durable[name] = bytes(self.files[name])

    def replace(self, name: str, data: bytes) -> None:
        self.files[name] = bytearray(data)
        self.durable[name] = data

    def rename(self, old: str, new: str) -> None:
        self.files[new] = self.files.pop(old)
        self.durable[new] = self.durable.pop(old)

    def truncate(self, name: str, size: int) -> None:
        del self.files[name][size:]
        self.durable[name] = bytes(self.files[name])

    def remove(self, name: str) -> None:
        self.files.pop(name, None)
        self.durable.pop(name, None)

    def crash(self) -> None:
        """Lose everything that was not synced."""
        self.files = {name: bytearray(data) for name, data in self.durable.items()}


_: Disk = MemoryDisk()  # the type checker holds the two together
