"""Two labctl at once: the second one is shown who holds the lock."""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from labctl.errors import CONFLICT, LabError
from labctl.words.phrase import Phrase

try:
    import fcntl
except ImportError:  # Windows: the last writer wins
    fcntl = None  # type: ignore[assignment]  # the module is absent there


class Lock:
    """The lock of one lab while it is held."""

    def __init__(self, path: Path, file: TextIO) -> None:
        """Take over the file, which is locked."""
        self.path = path
        self._file = file

    def release(self) -> None:
        """Let others change the lab from here on; a second time does nothing."""
        self._file.close()


@contextlib.contextmanager
def locked(folder: Path, verb: str) -> Iterator[Lock]:
    """Hold the lab for one changing verb; the lock of a dead owner is free.

    The lock is the kernel's, so it ends with its process; the text in the file
    only names the owner.  It stands beside the lab's folder, which `down` deletes
    and may delete with the lock file.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.parent / f".{folder.name}.lock"
    with _taken(path, folder.name) as file:
        file.truncate(0)
        owner = {"pid": os.getpid(), "verb": verb, "since": time.time()}
        file.write(json.dumps(owner))
        file.flush()
        yield Lock(path, file)


def _taken(path: Path, lab: str) -> TextIO:
    """Open and lock the file; once more if `down` deleted it in between."""
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except OSError as error:
            file.close()
            raise _held(path, lab) from error
        file.close()


def _held(path: Path, lab: str) -> LabError:
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
        since = f"{time.time() - owner['since']:.0f}"
        facts = {"lab": lab, "pid": owner["pid"], "verb": owner["verb"], "for": since}
    except (OSError, ValueError, KeyError):
        facts = {"lab": lab, "pid": "?", "verb": "?", "for": "?"}
    return LabError(Phrase("lab.locked", facts), Phrase("lab.locked.hint"), CONFLICT)
