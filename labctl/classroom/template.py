"""`ex new`: a small exercise that is whole, to be changed into one's own."""

import re
from pathlib import Path

from labctl.errors import CONFLICT, USAGE, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NAME = "NAME-OF-IT"  # stands for the exercise's id in the template
_TEMPLATE = Path(__file__).with_name("template.yaml")


def new(name: str, screen: Screen) -> None:
    """Write NAME.yaml here, valid in both languages; what exists is kept."""
    path = Path(name)
    if path.suffix != ".yaml":
        path = path.with_name(path.name + ".yaml")
    if not _ID.fullmatch(path.stem):
        facts = {"name": path.stem}
        raise LabError(Phrase("ex.new.name", facts), Phrase("ex.new.name.hint"), USAGE)
    text = _TEMPLATE.read_text(encoding="utf-8").replace(_NAME, path.stem)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        hint = Phrase("ex.new.exists.hint")
        raise LabError(
            Phrase("ex.new.exists", {"path": path}), hint, CONFLICT
        ) from None
    screen.say(Phrase("ex.new", {"path": path}))
