"""All phrases by key, loaded file by file: `labctl --help` needs two of them."""

from collections.abc import Iterator, Mapping
from importlib import import_module

# Every file holds one table, named after it; what most verbs say comes first.
FILES = (
    "help",
    "lab",
    "errors",
    "election",
    "zab",
    "life",
    "faults",
    "node_faults",
    "step",
    "why",
    "settings",
    "sim",
    "glossary",
    "pictures",
    "web",
    "data",
    "doctor",
    "logs",
    "classroom",
    "exhibits",
    "grading",
)


class Catalog(Mapping[str, tuple[str, str]]):
    """English and 简体中文 by key; a file is read when those before lack the key."""

    def __init__(self) -> None:
        """Begin with nothing loaded."""
        self._known: dict[str, tuple[str, str]] = {}
        self._unread = iter(FILES)

    def __getitem__(self, key: str) -> tuple[str, str]:
        """Return a phrase in both languages; KeyError if no file has it."""
        while True:
            found = self._known.get(key)
            if found is not None or not self._read_one():
                return found or self._known[key]

    def __iter__(self) -> Iterator[str]:
        """Go through the keys of all files."""
        while self._read_one():
            pass
        return iter(self._known)

    def __len__(self) -> int:
        """Count the keys of all files."""
        return sum(1 for _ in self)

    def _read_one(self) -> bool:
        name = next(self._unread, None)
        if name is not None:
            table = getattr(import_module(f"labctl.words.{name}"), name.upper())
            self._known.update(table)
        return name is not None
