"""Write what was drawn into a file, and say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labctl.errors import ENVIRONMENT, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase


def save(file: Path, drawn: str, screen: Screen) -> None:
    """Write a file; LabError if it cannot be written."""
    with blamed(file):
        file.write_text(drawn, encoding="utf-8")
    screen.say(Phrase("picture.written", {"path": str(file)}))


@contextmanager
def blamed(path: Path) -> Iterator[None]:
    """Turn what the system says against this path into a LabError."""
    try:
        yield
    except OSError as error:
        facts = {"path": str(path), "why": error.strerror or str(error)}
        raise LabError(
            Phrase("picture.unwritable", facts), None, ENVIRONMENT
        ) from error
