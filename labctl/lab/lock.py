"""Two labctl at once: the second is told who the first is."""

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


@contextlib.contextmanager
def locked(folder: Path, verb: str) -> Iterator[Path]:
    """Hold the lab for one changing verb; a dead owner holds nothing.

    The lock is the kernel's, so it ends with its process; the text in the file
    only names the owner.  It stands beside the lab's folder, which `down` deletes
    and may delete with the lock file, whose path is the value.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    path = folder.parent / f".{folder.name}.lock"
    with _taken(path, folder.name) as file:
        file.truncate(0)
        owner = {"pid": os.getpid(), "verb": verb, "since": time.time()}
        file.write(json.dumps(owner))
        file.flush()
        yield path


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
