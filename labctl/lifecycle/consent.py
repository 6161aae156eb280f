"""The question before something is deleted."""

from labctl.errors import USAGE, LabError
from labctl.screen.screen import Screen
from labctl.words.phrase import Phrase


def consents(screen: Screen, verb: str, question: Phrase, *, sure: bool) -> bool:
    """Return whether to go on: `--yes` was said, or a person says so now.

    Where nobody can be asked, silence is no answer.
    """
    if not sure and not screen.person:
        raise LabError(Phrase("consent.needed", {"verb": verb}), None, USAGE)
    return sure or screen.asks(question)
