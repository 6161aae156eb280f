"""One line of the story: when, who, what happened, and why."""

from typing import NamedTuple

from labctl.words.phrase import Phrase
from node.wording import line as wording

STORY, PROTOCOL, WIRE = "story", "protocol", "wire"
LEVELS = (STORY, PROTOCOL, WIRE)  # each shows all that those before it show


class Narrated(NamedTuple):
    """What one event means, before it is known when and where it happened."""

    level: str
    what: Phrase
    why: Phrase | None = None
    below: tuple[str, ...] = ()  # lines that need no translation: a message's bytes


class Line(NamedTuple):
    """A narrated event in its place; node 0 is the lab itself."""

    at_ms: float
    node: int
    level: str
    what: Phrase
    why: Phrase | None
    java: tuple[wording.Line, ...] = ()  # what ZooKeeper would have logged
    bare: bool = False  # only that was asked for, the sentence was not
    below: tuple[str, ...] = ()

    def shows(self, level: str) -> bool:
        """Whether it is shown to a reader who asked for this level."""
        return LEVELS.index(self.level) <= LEVELS.index(level)


def story(what: Phrase, why: Phrase | None = None) -> Narrated:
    """Show it at every level."""
    return Narrated(STORY, what, why)


def detail(what: Phrase, why: Phrase | None = None) -> Narrated:
    """Show it only at the levels `protocol` and `wire`."""
    return Narrated(PROTOCOL, what, why)
