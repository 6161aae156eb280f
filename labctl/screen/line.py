"""One line of the story: when, who, what happened, and why."""

from typing import NamedTuple

from labctl.words.phrase import Phrase
from node.wording import line as wording

STORY, PROTOCOL, WIRE = "story", "protocol", "wire"
LEVELS = (STORY, PROTOCOL, WIRE)  # each tells what those before it tell


class Told(NamedTuple):
    """What one event means, before it is known when and where it happened."""

    level: str
    what: Phrase
    why: Phrase | None = None
    below: tuple[str, ...] = ()  # lines that need no translation: a message's bytes


class Line(NamedTuple):
    """A told event in its place; node 0 is the lab itself."""

    at_ms: float
    node: int
    level: str
    what: Phrase
    why: Phrase | None
    java: tuple[wording.Line, ...] = ()  # what ZooKeeper would have logged
    bare: bool = False  # only that was asked for, the sentence was not
    below: tuple[str, ...] = ()

    def shows(self, level: str) -> bool:
        """Whether who asked for this level is told."""
        return LEVELS.index(self.level) <= LEVELS.index(level)


def story(what: Phrase, why: Phrase | None = None) -> Told:
    """Tell it to everybody."""
    return Told(STORY, what, why)


def detail(what: Phrase, why: Phrase | None = None) -> Told:
    """Tell it to those who asked for the protocol's messages."""
    return Told(PROTOCOL, what, why)
