"""One line of the story: when, who, what happened, and why."""

from typing import NamedTuple

from labctl.words.phrase import Phrase
from node.wording import line as wording

BRIEF, STORY, PROTOCOL, WIRE = "brief", "story", "protocol", "wire"
LEVELS = (BRIEF, STORY, PROTOCOL, WIRE)  # each shows all that those before it show


class Narrated(NamedTuple):
    """What one event means, before it is known when and where it happened."""

    level: str
    what: Phrase
    why: Phrase | None = None
    below: tuple[str, ...] = ()  # lines that need no translation: a message's bytes
    turning: bool = False  # a turning point: a beginner sees it, too


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
    turning: bool = False

    def shows(self, level: str) -> bool:
        """Whether it is shown to a reader who asked for this level."""
        if level == BRIEF:
            return self.turning
        return LEVELS.index(self.level) <= LEVELS.index(level)


def story(what: Phrase, why: Phrase | None = None) -> Narrated:
    """Show it at every level."""
    return Narrated(STORY, what, why)


def turning(what: Phrase, why: Phrase | None = None) -> Narrated:
    """Show it at every level, to beginners as well."""
    return Narrated(STORY, what, why, turning=True)


def detail(what: Phrase, why: Phrase | None = None) -> Narrated:
    """Show it only at the levels `protocol` and `wire`."""
    return Narrated(PROTOCOL, what, why)
