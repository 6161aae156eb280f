"""Write what was drawn into a file, and say so."""

from pathlib import Path

from labctl.errors import ENVIRONMENT, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase


def save(file: Path, drawn: str, screen: Screen) -> None:
    """Write a file; LabError if it cannot be written."""
    try:
        file.write_text(drawn, encoding="utf-8")
    except OSError as error:
        facts = {"path": str(file), "why": error.strerror or str(error)}
        raise LabError(
            Phrase("picture.unwritable", facts), None, ENVIRONMENT
        ) from error
    screen.say(Phrase("picture.written", {"path": str(file)}))
