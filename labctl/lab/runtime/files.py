"""Follow a growing file, as `tail -F` does."""

from io import BufferedReader
from pathlib import Path

_CHUNK = 1 << 20


class FileTail:
    """Lines that are appended to a file, which may not exist yet."""

    def __init__(self, path: Path, *, at: int | None = None) -> None:
        """Follow from this offset; without one, from the file's present end."""
        self.path = path
        self.at = (path.stat().st_size if path.exists() else 0) if at is None else at
        self.half = b""
        self.file: BufferedReader | None = None

    def read(self) -> list[str]:
        """Return the complete lines that arrived; a half line waits for its end."""
        if self.file is None:
            try:
                self.file = self.path.open("rb")
            except FileNotFoundError:
                return []
            self.file.seek(self.at)
        lines: list[str] = []
        while chunk := self.file.read(_CHUNK):
            *whole, self.half = (self.half + chunk).split(b"\n")
            lines += [line.decode("utf-8", "replace") for line in whole]
        return lines

    def close(self) -> None:
        """Let the file go."""
        if self.file is not None:
            self.file.close()
            self.file = None


def last_lines(path: Path, count: int) -> tuple[list[str], int]:
    """Return the file's last lines and the offset behind them."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(0, end - 400 * max(count, 1)))
            data = file.read(end - file.tell())
    except FileNotFoundError:
        return [], 0
    whole = data[: data.rfind(b"\n") + 1]
    behind = end - (len(data) - len(whole))
    lines = whole.decode("utf-8", "replace").splitlines()
    return lines[-count:] if count else [], behind


def log_files(folder: Path) -> list[bytes]:
    """Return the transaction logs in a folder, in the order of their names."""
    return [path.read_bytes() for path in sorted(folder.glob("log.*"))]
